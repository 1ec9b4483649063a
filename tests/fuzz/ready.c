/* How proc-watch is told what to wait for, and what services say: URLs, lines of output, notifications. */
#include "harness.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../cmd/proc-watch/http-url.h"
#include "../../cmd/proc-watch/probe.h"

static void url(const char *text)
{
	struct http_url u;
	const char *why = NULL;

	if (http_url_parse(&u, text, &why) != 0) {
		MUST(why);
		return;
	}
	MUST(*u.host && *u.authority && u.port >= 1 && u.port <= 65535);
	MUST(*u.path == '/' && !strpbrk(u.path, "# \r\n\t") && !strpbrk(u.authority, "/?#@ \r\n\t"));
	http_url_free(&u);
}

/* Whether a line that begins with "ab" or ends in "yz" comes, whatever pieces it comes in. */
static bool matches(struct probe *p, const char *text, size_t size, size_t piece)
{
	MUST(probe_arm(p, 0) == 0);
	for (size_t at = 0; at < size; at += piece)
		probe_output(p, 1, text + at, size - at < piece ? size - at : piece, 1);
	probe_output(p, 1, NULL, 0, 1);
	return p->seen;
}

static bool expected(const char *text, size_t size)
{
	bool found = false;

	while (size) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) : size, used = len + (newline != NULL);

		if (len && text[len - 1] == '\r')
			len--;
		found |= len >= 2 && (memcmp(text, "ab", 2) == 0 || memcmp(text + len - 2, "yz", 2) == 0);
		text += used;
		size -= used;
	}
	return found;
}

static void lines(const char *text, size_t size)
{
	struct probe p;
	bool whole;

	MUST(probe_parse(&p, "log:^ab|yz$", PROBE_READY, 1) == 0);
	whole = matches(&p, text, size, size + 1);
	MUST(whole == expected(text, size));
	MUST(whole == matches(&p, text, size, 1) && whole == matches(&p, text, size, 7));
	probe_free(&p);
}

static bool says_ready(const char *text, size_t size)
{
	if (size && !text[size - 1])
		size--;
	while (size) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) : size, used = len + (newline != NULL);

		if (len == 7 && memcmp(text, "READY=1", 7) == 0)
			return true;
		text += used;
		size -= used;
	}
	return false;
}

static void notification(const char *text, size_t size)
{
	static const char before[] = "NOTIFY_SOCKET=@";
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	struct probe p;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	MUST(fd >= 0 && probe_parse(&p, "notify", PROBE_READY, 1) == 0 && probe_arm(&p, 0) == 0);
	const char *name = p.give_env + sizeof before - 1;
	memcpy(at.sun_path + 1, name, strlen(name));
	MUST(sendto(fd, text, size, 0, (struct sockaddr *)&at,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name))) == (ssize_t)size);
	probe_step(&p, 1);
	MUST(p.seen == says_ready(text, size));
	MUST(p.main_pid >= 0 && p.main_pid <= INT32_MAX);
	for (const char *c = p.why; *c; c++)
		MUST((unsigned char)*c >= ' ' && *c != 0x7f);
	probe_free(&p);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	url(text);
	lines((const char *)data, size);
	notification((const char *)data, size);
	free(text);
	return 0;
}
