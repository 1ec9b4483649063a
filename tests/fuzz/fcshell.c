/* The shell of fc-mock's guest: what comes of its input must not depend on how that is divided, what waits to be
 * written is bounded, and it always comes to an end or gives others their turn. The first byte of the input says how it
 * is divided, and which lines are to fail. */
#include "harness.h"

#include "../../cmd/fc-mock/shell.h"
#include "../../cmd/fc-mock/text.h"

#define ENOUGH 65536 /* of output */
#define TURNS  2000  /* what takes more of them is one of those that never end */

static const struct world world = {.hostname = "fuzz", .cmdline = "quiet", .memory = 1 << 27, .vcpus = 1};

struct result {
	struct text out;
	enum shell_state state;
	int status;
	unsigned starts, turns;
};

static void go_on(struct shell *shell, struct result *r, unsigned choice, int64_t *now)
{
	const char *bytes;
	size_t len;

	while (r->out.len < ENOUGH && r->turns++ < TURNS) {
		r->state = shell_run(shell, *now);
		switch (r->state) {
		case SHELL_READS:
		case SHELL_ENDED:
			return;
		case SHELL_STARTS:
			shell_start(shell, choice >> (r->starts++ % 4) & 1);
			break;
		case SHELL_WRITES:
			bytes = shell_output(shell, &len);
			MUST(len > 0 && len < 200 * 1024);
			text_bytes(&r->out, bytes, len);
			shell_wrote(shell, len);
			break;
		case SHELL_SLEEPS:
			MUST(shell_wakes(shell) > *now);
			*now = shell_wakes(shell);
			break;
		case SHELL_BUSY:
			break;
		}
	}
	r->state = SHELL_BUSY;
}

static void run(struct result *r, const char *bytes, size_t size, size_t piece, unsigned choice)
{
	struct shell *shell = shell_new(&world);
	int64_t now = 0;

	*r = (struct result){0};
	go_on(shell, r, choice, &now);
	for (size_t at = 0; at < size && r->state == SHELL_READS; at += piece) {
		size_t len = size - at < piece ? size - at : piece;
		char *own = malloc(len);

		MUST(own);
		memcpy(own, bytes + at, len);
		shell_feed(shell, own, len);
		free(own);
		r->turns = 0;
		go_on(shell, r, choice, &now);
	}
	if (r->state == SHELL_READS) {
		shell_end(shell);
		go_on(shell, r, choice, &now);
	}
	MUST(r->state == SHELL_ENDED || r->state == SHELL_BUSY);
	r->status = shell_status(shell);
	MUST(r->status >= 0 && r->status <= 255);
	shell_free(shell);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	struct result whole, divided;

	if (size < 2)
		return 0;
	size--;
	run(&whole, bytes, size, size, data[0] & 15);
	run(&divided, bytes, size, 1 + (data[0] >> 4), data[0] & 15);
	if (whole.state == SHELL_ENDED && divided.state == SHELL_ENDED && !memmem(bytes, size, "dat", 3)) { /* date */
		MUST(whole.out.len == divided.out.len);
		MUST(whole.status == divided.status && whole.starts == divided.starts);
		MUST(whole.out.len == 0 || memcmp(whole.out.bytes, divided.out.bytes, whole.out.len) == 0);
	}
	text_free(&whole.out);
	text_free(&divided.out);
	return 0;
}
