#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK ((size_t)256 << 10)

struct lines {
	int fd; /* -1: memory */
	char *buffer;
	size_t size;
	const char *at, *end; /* what is read and not yet handed out */
	size_t max;
	uint64_t number;
	bool ended;
};

static struct lines *lines_new(int fd, size_t max)
{
	struct lines *l = calloc(1, sizeof *l);

	if (l) {
		l->fd = fd;
		l->max = max;
	}
	return l;
}

struct lines *lines_open(const char *path, size_t max)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	struct lines *l;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		if (!standard)
			close(fd);
		errno = EISDIR;
		return NULL;
	}
	l = lines_new(fd, max);
	if (l) {
		l->size = CHUNK;
		l->buffer = malloc(l->size);
		l->at = l->end = l->buffer;
		if (l->buffer)
			return l;
		free(l);
	}
	if (!standard)
		close(fd);
	errno = ENOMEM;
	return NULL;
}

struct lines *lines_open_memory(const char *text, size_t len, size_t max)
{
	struct lines *l = lines_new(-1, max);

	if (l) {
		l->at = len ? text : "";
		l->end = l->at + len;
		l->ended = true;
	}
	return l;
}

void lines_close(struct lines *l)
{
	if (!l)
		return;
	if (l->fd > STDERR_FILENO)
		close(l->fd);
	free(l->buffer);
	free(l);
}

/* Make room behind what is held and read more. -1 with errno; 0, also at the end. */
static int fill(struct lines *l)
{
	size_t held = (size_t)(l->end - l->at);
	ssize_t n;

	if (held)
		memmove(l->buffer, l->at, held);
	if (held == l->size) {
		char *bigger = realloc(l->buffer, 2 * l->size);
		if (!bigger)
			return -1;
		l->buffer = bigger;
		l->size *= 2;
	}
	l->at = l->buffer;
	l->end = l->buffer + held;
	do {
		n = read(l->fd, l->buffer + held, l->size - held);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	l->ended = n == 0;
	l->end += n;
	return 0;
}

/* Throw away the rest of a line that is too long. */
static enum lines_result pass_over(struct lines *l)
{
	for (;;) {
		const char *newline = memchr(l->at, '\n', (size_t)(l->end - l->at));
		if (newline) {
			l->at = newline + 1;
			return LINES_TOO_LONG;
		}
		l->at = l->end;
		if (l->ended)
			return LINES_TOO_LONG;
		if (fill(l) != 0)
			return LINES_FAILED;
	}
}

enum lines_result lines_next(struct lines *l, const char **line, size_t *len)
{
	size_t searched = 0;

	for (;;) {
		size_t held = (size_t)(l->end - l->at);
		const char *newline = memchr(l->at + searched, '\n', held - searched);
		size_t n = newline ? (size_t)(newline - l->at) : held;
		if (n > l->max) {
			l->number++;
			return pass_over(l);
		}
		if (newline || (l->ended && held)) {
			l->number++;
			*line = l->at;
			*len = n;
			l->at += n + (newline != NULL);
			return LINES_ONE;
		}
		if (l->ended)
			return LINES_END;
		searched = held;
		if (fill(l) != 0)
			return LINES_FAILED;
	}
}

uint64_t lines_number(const struct lines *l)
{
	return l->number;
}
