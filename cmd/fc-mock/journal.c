#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "metrics.h"
#include "writeall.h"

struct journal {
	char *id;
	int log;               /* STDOUT_FILENO until it is said otherwise */
	enum level level, default_level;
	bool show_level, show_origin;
	int metrics;           /* -1: none */
	struct metrics *values;
};

struct journal *journal_new(const char *id)
{
	struct journal *j = x_calloc(1, sizeof *j);

	j->id = x_strdup(id);
	j->log = STDOUT_FILENO;
	journal_default(j, LEVEL_INFO);
	j->metrics = -1;
	j->values = metrics_new();
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	if (j->log != STDOUT_FILENO)
		close(j->log);
	if (j->metrics >= 0)
		close(j->metrics);
	metrics_free(j->values);
	free(j->id);
	free(j);
}

void journal_default(struct journal *j, enum level level)
{
	j->level = j->default_level = level;
}

int journal_parse_level(const char *text, enum level *level)
{
	static const char *const names[] = {"off", "error", "warn", "info", "debug", "trace"};

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
		if (strcasecmp(text, names[i]) == 0 || (i == LEVEL_WARN && strcasecmp(text, "warning") == 0)) {
			*level = (enum level)i;
			return 0;
		}
	}
	return -1;
}

/* As Firecracker does: reading too, so that a FIFO without a reader opens; what is there is written over. */
static int open_file(const char *path, bool create)
{
	return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | (create ? O_CREAT : 0), 0666);
}

int journal_configure(struct journal *j, const char *path, const char *level, int show_level, int show_origin,
		      bool create)
{
	enum level wanted = j->default_level;
	int fd = -1;

	if (level && journal_parse_level(level, &wanted) < 0) {
		errno = EINVAL;
		return -1;
	}
	if (path) {
		fd = open_file(path, create);
		if (fd < 0)
			return -1;
		if (j->log != STDOUT_FILENO)
			close(j->log);
		j->log = fd;
	}
	j->level = wanted;
	if (show_level >= 0)
		j->show_level = show_level;
	if (show_origin >= 0)
		j->show_origin = show_origin;
	return 0;
}

/* Local time, as "2026-11-20T18:00:00.123456789". */
static void format_time(char text[64])
{
	struct timespec now;
	struct tm tm;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	len = strftime(text, 48, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + len, 16, ".%09ld", now.tv_nsec);
}

bool journal_logs(const struct journal *j, enum level level)
{
	return level <= j->level;
}

void journal_log(struct journal *j, enum level level, const char *thread, const char *format, ...)
{
	static const char *const names[] = {"OFF", "ERROR", "WARN", "INFO", "DEBUG", "TRACE"};
	char when[64], *text, *line;
	va_list arguments;
	int result;

	if (!journal_logs(j, level))
		return;
	va_start(arguments, format);
	result = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (result < 0)
		die("out of memory");
	format_time(when);
	line = x_asprintf("%s [%s:%s%s%s%s] %s\n", when, j->id, thread, j->show_level ? ":" : "",
			  j->show_level ? names[level] : "", j->show_origin ? ":fc-mock:0" : "", text);
	free(text);
	if (write_all(j->log, line, strlen(line)) < 0)
		metrics_missed_log(j->values);
	free(line);
}

int journal_metrics(struct journal *j, const char *path, bool create)
{
	int fd;

	if (j->metrics >= 0) {
		errno = EEXIST;
		return -1;
	}
	fd = open_file(path, create);
	if (fd < 0)
		return -1;
	j->metrics = fd;
	return 0;
}

void journal_startup(struct journal *j, int64_t wall, int64_t cpu)
{
	metrics_startup(j->values, wall, cpu);
}

void journal_latency(struct journal *j, enum measured what, int64_t api_ns, int64_t vmm_ns)
{
	metrics_latency(j->values, what, api_ns / 1000, vmm_ns / 1000);
}

void journal_count_request(struct journal *j, const char *method, const char *path)
{
	metrics_request(j->values, method, path, false);
}

void journal_count_failure(struct journal *j, const char *method, const char *path)
{
	metrics_request(j->values, method, path, true);
}

void journal_count_deprecated(struct journal *j)
{
	metrics_deprecated(j->values);
}

bool journal_flush(struct journal *j)
{
	char *line;
	size_t len;
	int error;

	if (j->metrics < 0) {
		errno = 0;
		return false;
	}
	line = metrics_line(j->values, &len);
	error = write_all(j->metrics, line, len) < 0 ? errno : 0;
	free(line);
	if (error)
		metrics_missed(j->values);
	errno = error;
	return !error;
}
