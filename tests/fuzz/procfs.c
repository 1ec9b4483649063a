/* What proc-watch reads from /proc. */
#include "harness.h"

#include "../../cmd/proc-watch/procfs.h"

static void processes(const char *text, size_t size)
{
	struct procfs_stat s;
	struct procfs_status status;

	if (procfs_stat(text, size, &s) == 0) {
		MUST(memchr(text, '(', size) && memchr(text, ')', size) && s.state);
		MUST(s.pid >= 0 && s.parent >= 0 && s.session >= 0);
		MUST(s.threads >= 0 && s.start >= 0 && s.faults >= 0 && s.own >= 0 && s.waited >= 0);
	}
	if (procfs_status(text, size, &status) == 0)
		MUST(status.group >= 0 && status.switches >= 0 && status.peak >= 0 && status.peak % 1024 == 0);
}

static void figures(const char *text, size_t size)
{
	struct procfs_io io;
	struct procfs_rollup r;
	int64_t n;

	if (procfs_io(text, size, &io) == 0)
		MUST(io.read >= 0 && io.written >= 0);
	if (procfs_rollup(text, size, &r) == 0)
		MUST(r.rss >= 0 && r.pss >= 0 && r.rss % 1024 == 0 && r.pss % 1024 == 0);
	if (procfs_schedstat(text, size, &n) == 0)
		MUST(n >= 0 && procfs_statm(text, size, &n) == 0 && n >= 0);
}

static void pids(const char *text, size_t size)
{
	const char *at = text, *end = text + size;
	size_t n = 0;
	pid_t pid;

	while (procfs_pid(&at, end, &pid) == 1) {
		MUST(pid >= 0 && at > text && at <= end);
		n++;
	}
	MUST(n <= size);
}

static void sockets(const char *text, size_t size)
{
	struct procfs_socket s;

	while (size) {
		const char *newline = memchr(text, '\n', size);
		size_t len = newline ? (size_t)(newline - text) : size;

		if (procfs_socket(text, len, &s) == 0)
			MUST(s.port <= 65535 && memchr(text, ':', len));
		len += newline != NULL;
		text += len;
		size -= len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *own = malloc(size ? size : 1); /* so that looking past its end is seen */

	MUST(own);
	if (size)
		memcpy(own, data, size);
	processes(own, size);
	figures(own, size);
	pids(own, size);
	sockets(own, size);
	free(own);
	return 0;
}
