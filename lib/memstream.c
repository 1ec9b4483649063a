#include "memstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct memstream {
	char **bytes;
	size_t *len, room;
};

static ssize_t write_more(void *cookie, const char *more, size_t n)
{
	struct memstream *m = cookie;

	if (n >= m->room - *m->len) {
		size_t room = m->room + n + 1 > 2 * m->room ? m->room + n + 1 : 2 * m->room;
		char *bytes = room < n ? NULL : realloc(*m->bytes, room);

		if (!bytes) {
			errno = ENOMEM;
			return 0; /* which is an error here */
		}
		*m->bytes = bytes;
		m->room = room;
	}
	memcpy(*m->bytes + *m->len, more, n);
	*m->len += n;
	(*m->bytes)[*m->len] = '\0';
	return (ssize_t)n;
}

static int close_it(void *cookie)
{
	free(cookie);
	return 0;
}

FILE *memstream_open(char **bytes, size_t *len)
{
	struct memstream *m = malloc(sizeof *m);
	FILE *stream = NULL;

	*bytes = malloc(64);
	*len = 0;
	if (m && *bytes) {
		**bytes = '\0';
		*m = (struct memstream){bytes, len, 64};
		stream = fopencookie(m, "w", (cookie_io_functions_t){.write = write_more, .close = close_it});
	}
	if (!stream) {
		free(m);
		free(*bytes);
		*bytes = NULL;
		errno = ENOMEM;
	}
	return stream;
}
