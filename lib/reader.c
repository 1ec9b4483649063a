#include "reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "members.h"

struct reader {
	struct lines *lines;
	struct members *members;
	char *name; /* for messages */
	char *error;
	bool lenient;
	uint64_t left_out;
};

static struct reader *wrap(struct lines *lines, const char *name)
{
	struct reader *r = lines ? calloc(1, sizeof *r) : NULL;

	if (!r) {
		lines_close(lines);
		return NULL;
	}
	r->lines = lines;
	r->members = members_new();
	r->name = strdup(name);
	if (!r->members || !r->name) {
		reader_close(r);
		errno = ENOMEM;
		return NULL;
	}
	return r;
}

struct reader *reader_open(const char *path)
{
	return wrap(lines_open(path, READER_LINE_MAX), strcmp(path, "-") == 0 ? "standard input" : path);
}

struct reader *reader_open_memory(const char *name, const char *text, size_t len)
{
	return wrap(lines_open_memory(text, len, READER_LINE_MAX), name);
}

void reader_close(struct reader *r)
{
	if (!r)
		return;
	lines_close(r->lines);
	members_free(r->members);
	free(r->name);
	free(r->error);
	free(r);
}

void reader_set_lenient(struct reader *r, bool lenient)
{
	r->lenient = lenient;
}

static int fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct reader *r, const char *format, ...)
{
	va_list args;

	free(r->error);
	va_start(args, format);
	if (vasprintf(&r->error, format, args) < 0)
		r->error = NULL;
	va_end(args);
	return -1;
}

/* Tell what is wrong with the current line. */
static int fail_line(struct reader *r, const char *member, const char *expected)
{
	return fail(r, "%s:%llu: %s%sexpected %s", r->name, (unsigned long long)lines_number(r->lines), member,
		    *member ? ": " : "", expected);
}

static bool is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	}
	return true;
}

int reader_next(struct reader *r, struct record *record)
{
	const char *line, *member, *expected;
	size_t len;

	for (;;) {
		switch (lines_next(r->lines, &line, &len)) {
		case LINES_END:
			return 0;
		case LINES_FAILED:
			return fail(r, "%s: %s", r->name, strerror(errno));
		case LINES_TOO_LONG:
			fail_line(r, "", "a line of at most 1 MiB");
			break;
		case LINES_ONE:
			if (is_blank(line, len))
				continue;
			if (members_read(r->members, line, len, record, &member, &expected) == 0) {
				record->line = line;
				record->line_len = len;
				return 1;
			}
			if (!expected)
				return fail(r, "%s: out of memory", r->name);
			fail_line(r, member, expected);
			break;
		}
		if (!r->lenient)
			return -1;
		r->left_out++;
	}
}

const char *reader_error(const struct reader *r)
{
	return r->error ? r->error : "out of memory";
}

uint64_t reader_line(const struct reader *r)
{
	return lines_number(r->lines);
}

uint64_t reader_left_out(const struct reader *r)
{
	return r->left_out;
}
