#include "manifest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "die.h"
#include "json.h"

#define LINE_MAX_BYTES (1 << 20) /* of bench-record(5) */

struct line { /* of which */
	struct json j;
	bool event, image;    /* what type and name say */
	bool has_data;
	char *path;           /* data.path */
	bool raw;             /* data.format, where there is one */
	const char *member;   /* the member concerned; NULL: none */
	const char *expected; /* NULL: j.expected says it */
};

static int fail(struct line *line, const char *member, const char *expected)
{
	line->member = member;
	line->expected = expected;
	return -1;
}

/* A string that is this text? Anything else than a string is no error: it may be another kind of record. */
static int read_is(struct line *line, const char *text, bool *is)
{
	struct json_span span;

	*is = false;
	if (json_peek(&line->j) != JSON_STRING)
		return json_skip(&line->j);
	if (json_string(&line->j, &span) != 0)
		return -1;
	*is = json_is(&span, text);
	return 0;
}

static int read_path(struct line *line)
{
	struct json_span span;

	free(line->path);
	line->path = NULL;
	if (json_peek(&line->j) != JSON_STRING)
		return json_skip(&line->j);
	if (json_string(&line->j, &span) != 0)
		return -1;
	line->path = x_malloc(span.len + 1);
	if (json_unescape(&span, line->path) > 0)
		return 0;
	free(line->path);
	line->path = NULL;
	return 0;
}

static int read_data(struct line *line)
{
	struct json_span key;
	int more;

	line->raw = true;
	line->has_data = json_peek(&line->j) == JSON_OBJECT;
	if (!line->has_data)
		return json_skip(&line->j);
	if (json_object(&line->j) != 0)
		return -1;
	while ((more = json_key(&line->j, &key)) == 1) {
		int failed;

		if (json_is(&key, "path"))
			failed = read_path(line);
		else if (json_is(&key, "format"))
			failed = read_is(line, "raw", &line->raw);
		else
			failed = json_skip(&line->j);
		if (failed)
			return -1;
	}
	return more;
}

static int read_line(struct line *line)
{
	struct json_span key;
	int more;

	if (json_object(&line->j) != 0)
		return -1;
	while ((more = json_key(&line->j, &key)) == 1) {
		int failed;

		if (json_is(&key, "type"))
			failed = read_is(line, "event", &line->event);
		else if (json_is(&key, "name"))
			failed = read_is(line, "image", &line->image);
		else if (json_is(&key, "data"))
			failed = read_data(line);
		else
			failed = json_skip(&line->j);
		if (failed)
			return -1;
	}
	if (more < 0 || json_done(&line->j) != 0)
		return -1;
	if (!line->event || !line->image)
		return 0;
	if (!line->has_data)
		return fail(line, "data", "an object");
	if (!line->path)
		return fail(line, "data.path", "the path of the image's file");
	if (!line->raw)
		return fail(line, "data.format", "\"raw\", which is what Firecracker reads");
	return 1;
}

/* 1 for an image, whose path is added; 0 for another record; -1 after a complaint. */
static int take_line(struct manifest *m, const char *text, size_t len, const char *name, unsigned long number)
{
	struct line line = {.raw = true};
	int result;

	json_open(&line.j, text, len);
	result = read_line(&line);
	if (result < 0) {
		const char *expected = line.expected ? line.expected : line.j.expected;

		warn("%s:%lu: %s%sexpected %s", name, number, line.member ? line.member : "", line.member ? ": " : "",
		     expected ? expected : "more memory");
	}
	if (result == 1) {
		m->path = x_reallocarray(m->path, m->n + 1, sizeof *m->path);
		m->path[m->n++] = line.path;
		line.path = NULL;
	}
	free(line.path);
	return result;
}

static bool is_blank(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t' || text[len - 1] == '\r'))
		len--;
	return len == 0;
}

/* The next line into text, without its newline, of at most size bytes. 1, 0 at the end, -1: it is too long. */
static int next_line(FILE *in, char *text, size_t size, size_t *len)
{
	int c;

	for (*len = 0; (c = getc_unlocked(in)) != EOF && c != '\n';) {
		if (*len == size)
			return -1;
		text[(*len)++] = (char)c;
	}
	return c != EOF || *len > 0;
}

static int read_all(struct manifest *m, FILE *in, const char *name, char *text)
{
	unsigned long number = 0;
	size_t len;
	int more;

	while ((more = next_line(in, text, LINE_MAX_BYTES, &len)) == 1) {
		number++;
		if (!ferror(in) && !is_blank(text, len) && take_line(m, text, len, name, number) < 0)
			return -1;
	}
	if (more < 0) {
		warn("%s:%lu: expected a line of at most 1 MiB", name, number + 1);
		return -1;
	}
	if (ferror(in)) {
		warn("%s:", name);
		return -1;
	}
	if (m->n > 0)
		return 0;
	warn("%s: expected at least one image, an event with the name \"image\"", name);
	return -1;
}

int manifest_read(struct manifest *m, FILE *in, const char *name)
{
	char *text = x_malloc(LINE_MAX_BYTES);
	int result;

	*m = (struct manifest){0};
	result = read_all(m, in, name, text);
	free(text);
	if (result != 0)
		manifest_free(m);
	return result;
}

void manifest_free(struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->path[i]);
	free(m->path);
	*m = (struct manifest){0};
}
