#include "ready.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "utf8.h"

#define READS_MAX 16 /* of one call, of ROOM each: what a pipe holds */
#define ROOM 4096

int boot_log_open(struct boot_log *log, const char *path)
{
	*log = (struct boot_log){.fd = -1, .boot_wall = -1, .boot_cpu = -1};
	if (mkfifo(path, 0600) < 0)
		return -1;
	/* Open for writing too, it has a reader and a writer at all times: no end, nor a Firecracker that waits. */
	log->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	return log->fd < 0 ? -1 : 0;
}

void boot_log_close(struct boot_log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

/* The microseconds at text and what follows them, in ns; -1 where there is no such. */
static int64_t read_us(const char *text, const char *unit)
{
	long long us;
	char *end;

	errno = 0;
	us = strtoll(text, &end, 10);
	if (end == text || errno || us < 0 || us > INT64_MAX / 1000 || strncmp(end, unit, strlen(unit)) != 0)
		return -1;
	return us * 1000;
}

/* "Guest-boot-time =   123456 us 123 ms,  98765 CPU us 98 CPU ms": the first one counts. */
static void look_for_boot(struct boot_log *log, int64_t seen)
{
	static const char name[] = "Guest-boot-time =";
	const char *at = strstr(log->line, name), *comma;
	int64_t wall, cpu;

	if (!at || log->boot_wall >= 0)
		return;
	at += sizeof name - 1;
	comma = strchr(at, ',');
	wall = read_us(at, " us ");
	cpu = comma ? read_us(comma + 1, " CPU us ") : -1;
	if (wall < 0 || cpu < 0)
		return;
	log->boot_wall = wall;
	log->boot_cpu = cpu;
	log->seen = seen;
}

/* Keep text where it fits, whole characters of it only. */
static void keep_error(struct boot_log *log, const char *text, const char *end)
{
	size_t len = 0;

	while (text < end) {
		size_t n = utf8_length(text, end);

		if (n == 0)
			n = 1;
		if (len + n >= sizeof log->error)
			break;
		if (n == 1 && ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f))
			log->error[len] = '?';
		else
			memcpy(log->error + len, text, n);
		len += n;
		text += n;
	}
	log->error[len] = '\0';
}

/* "TIME [ID:THREAD:ERROR:FILE:LINE] MESSAGE" */
static void look_for_error(struct boot_log *log)
{
	const char *at = strstr(log->line, ":ERROR"), *origin = strstr(log->line, " [");

	if (at)
		keep_error(log, origin && origin < at ? origin + 1 : log->line, log->line + log->len);
}

static void end_line(struct boot_log *log, int64_t seen)
{
	log->line[log->len] = '\0';
	look_for_boot(log, seen);
	look_for_error(log);
	log->len = 0;
}

/* Of a line that is too long the begin is kept. */
static void take(struct boot_log *log, const char *bytes, size_t len, int64_t seen)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			end_line(log, seen);
		else if (log->len < sizeof log->line - 1)
			log->line[log->len++] = bytes[i] ? bytes[i] : '?';
	}
}

void boot_log_drain(struct boot_log *log)
{
	char bytes[ROOM];

	if (log->fd < 0)
		return;
	for (int i = 0; i < READS_MAX;) {
		ssize_t n = read(log->fd, bytes, sizeof bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		take(log, bytes, (size_t)n, clock_now());
		i++;
	}
}
