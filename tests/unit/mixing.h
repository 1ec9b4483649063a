#ifndef MIXING_H
#define MIXING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/http-load/mix.h"

/* Options and files that a mix is made from, and what it sends. */

/* A file that holds text; its name lives until the next call but three. */
static inline const char *file_of(const char *text)
{
	static char names[4][32];
	static int next;
	char *name = names[next++ % 4];
	int fd;

	strcpy(name, "/tmp/mix-XXXXXX");
	fd = mkstemp(name);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	return name;
}

static inline struct options plain(const char **urls)
{
	return (struct options){.url = urls, .keepalive = true, .common = {.seed = 1}};
}

/* The message of number seq, NUL-terminated; lives until the next call. */
static inline const char *message(const struct mix *mix, const struct request *r, uint64_t seq)
{
	static struct buffer out, scratch;

	out.len = 0;
	if (r->wire.len)
		buffer_add(&out, r->wire.bytes, r->wire.len);
	else
		request_render(mix, r, seq, &out, &scratch);
	buffer_add(&out, "", 1);
	return out.bytes;
}

#endif
