/* What fc-probe reads of others: a line of Firecracker's metrics, /proc/PID/smaps, and a manifest of images. */
#include "harness.h"

#include <stdarg.h>

#include "../../cmd/fc-probe/fcmetrics.h"
#include "../../cmd/fc-probe/manifest.h"
#include "../../cmd/fc-probe/smaps.h"
#include "die.h"

/* Instead of die.c's, by -Dwarn=fuzz_warn: complaints are looked at, not printed. */
void warn(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	MUST(strncmp(text, "input:", 6) == 0);
}

static void metrics(const char *text, size_t size)
{
	struct fcmetrics m;

	if (fcmetrics_parse(text, size, &m) != 0)
		return;
	for (int i = 0; i < FC_LATENCIES; i++) {
		MUST(m.api[i] == -1 || (m.api[i] > 0 && m.api[i] % 1000 == 0));
		MUST(m.vmm[i] == -1 || (m.vmm[i] > 0 && m.vmm[i] % 1000 == 0));
	}
}

/* What is taken for the guest's is not counted twice, and all of it is counted. */
static void smaps(const char *text, size_t size)
{
	static const int64_t sizes[] = {4096, 1 << 20, 128 << 20, INT64_C(4) << 30};
	struct smaps first = {0}, s;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		if (smaps_parse(text, size, sizes[i], &s) != 0)
			return;
		MUST(s.guest_size == 0 || s.guest_size == sizes[i]);
		MUST(s.guest >= 0 && s.overhead >= 0 && (s.guest_size || !s.guest));
		if (i == 0)
			first = s;
		MUST(s.guest + s.overhead == first.guest + first.overhead);
	}
}

static void manifest(const char *text, size_t size)
{
	FILE *in = size ? fmemopen((void *)(uintptr_t)text, size, "r") : NULL;
	struct manifest m;

	if (!in)
		return;
	if (manifest_read(&m, in, "input") == 0) {
		MUST(m.n > 0 && m.n <= size);
		for (size_t i = 0; i < m.n; i++)
			MUST(*m.path[i]);
	} else {
		MUST(m.n == 0 && !m.path);
	}
	manifest_free(&m);
	fclose(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *own = malloc(size ? size : 1); /* so that looking past its end is seen */

	MUST(own);
	if (size)
		memcpy(own, data, size);
	metrics(own, size);
	smaps(own, size);
	manifest(own, size);
	free(own);
	return 0;
}
