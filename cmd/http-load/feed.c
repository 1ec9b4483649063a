#include "feed.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "json.h"
#include "lines.h"

/* A row in the arena: how many columns were known when it was read, where the value of each ends, the values. */

struct column {
	char *name;
	uint64_t row; /* the last one that has it, from 1: a row has it once */
	size_t control; /* the first with a control byte in it, from 1; 0: none */
};

struct feed {
	char *arena;
	size_t len, room;
	uint64_t *row; /* where each begins */
	size_t rows, rows_room;
	struct column *column;
	size_t columns;
};

/* What one line holds, by column, before it goes into the arena. */
struct draft {
	struct json_span *value; /* FEED_COLUMNS_MAX; text that stands for itself */
	char *decoded;           /* strings that had escapes; shorter than what they are decoded from */
	size_t room, used;
};

static void *grow(void *p, size_t *room, size_t wanted, size_t size)
{
	size_t n = *room ? *room : 64;

	if (wanted <= *room)
		return p;
	while (n < wanted)
		n += n / 2 + 1;
	*room = n;
	return x_reallocarray(p, n, size);
}

static long find_column(const struct feed *f, const struct json_span *key)
{
	for (size_t i = 0; i < f->columns; i++) {
		if (json_is(key, f->column[i].name))
			return (long)i;
	}
	return -1;
}

static long new_column(struct feed *f, const struct json_span *key)
{
	char *name;

	if (f->columns == FEED_COLUMNS_MAX)
		return -1;
	name = x_malloc(key->len + 1);
	if (json_unescape(key, name) < 0) {
		free(name);
		return -1;
	}
	if (!f->column)
		f->column = x_calloc(FEED_COLUMNS_MAX, sizeof *f->column);
	f->column[f->columns].name = name;
	return (long)f->columns++;
}

/* One value as text. */
static int read_value(struct json *j, struct draft *d, struct json_span *value)
{
	enum json_type type = json_peek(j);
	const char *start = j->at;

	*value = (struct json_span){.text = ""};
	if (type == JSON_STRING) {
		if (json_string(j, value) != 0)
			return -1;
		if (value->escaped) {
			char *out = d->decoded + d->used;
			int64_t len = json_unescape(value, out);
			if (len < 0) {
				j->expected = "no \\u0000 in a string";
				return -1;
			}
			*value = (struct json_span){.text = out, .len = (size_t)len};
			d->used += (size_t)len + 1;
		}
		return 0;
	}
	if (json_skip(j) != 0)
		return -1;
	if (type != JSON_NULL) {
		value->text = start;
		value->len = (size_t)(j->at - start);
	}
	return 0;
}

/* The members of one line into d. 0, or -1 with j->expected and the member concerned (text NULL: none). */
static int read_row(struct feed *f, struct draft *d, struct json *j, struct json_span *member)
{
	long next = 0; /* columns mostly come in one order */
	int more;

	*member = (struct json_span){0};
	d->used = 0;
	for (size_t i = 0; i < f->columns; i++)
		d->value[i] = (struct json_span){.text = ""};
	if (json_object(j) != 0)
		return -1;
	while ((more = json_key(j, member)) == 1) {
		long column = next;

		if ((size_t)next >= f->columns || !json_is(member, f->column[next].name))
			column = find_column(f, member);
		if (column < 0) {
			column = new_column(f, member);
			if (column < 0) {
				j->expected = "at most 1000 columns, and no \\u0000 in their names";
				return -1;
			}
		}
		if (f->column[column].row == f->rows + 1) {
			j->expected = "each member once";
			return -1;
		}
		f->column[column].row = f->rows + 1;
		if (read_value(j, d, &d->value[column]) != 0)
			return -1;
		next = column + 1;
	}
	*member = (struct json_span){0};
	return more < 0 ? -1 : json_done(j);
}

static bool has_control(const char *text, size_t len)
{
	bool found = false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		found |= (c < 0x20 && c != '\t') || c == 0x7f;
	}
	return found;
}

static void keep_row(struct feed *f, const struct draft *d)
{
	size_t ends = (1 + f->columns) * sizeof(uint32_t), len = 0;
	uint32_t end = (uint32_t)f->columns;

	for (size_t i = 0; i < f->columns; i++)
		len += d->value[i].len;
	f->arena = grow(f->arena, &f->room, f->len + ends + len, 1);
	f->row = grow(f->row, &f->rows_room, f->rows + 1, sizeof *f->row);
	f->row[f->rows++] = f->len;
	char *head = f->arena + f->len, *text = head + ends, *out = text;
	memcpy(head, &end, sizeof end);
	for (size_t i = 0; i < f->columns; i++) {
		if (!f->column[i].control && has_control(d->value[i].text, d->value[i].len))
			f->column[i].control = f->rows;
		memcpy(out, d->value[i].text, d->value[i].len);
		out += d->value[i].len;
		end = (uint32_t)(out - text);
		memcpy(head + (i + 1) * sizeof end, &end, sizeof end);
	}
	f->len += ends + len;
}

static bool is_blank(const char *line, size_t len)
{
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t' || line[len - 1] == '\r'))
		len--;
	return len == 0;
}

/* "name:line: member: expected what". */
static char *complaint(const char *name, uint64_t line, const struct json_span *member, const char *expected)
{
	int shown = member->len < 80 ? (int)member->len : 0;

	return x_asprintf("%s:%llu: %.*s%sexpected %s", name, (unsigned long long)line, shown,
			  shown ? member->text : "", shown ? ": " : "", expected);
}

static char *read_lines(struct feed *f, struct draft *d, struct lines *lines, const char *name)
{
	enum lines_result result;
	const char *line;
	size_t len;

	while ((result = lines_next(lines, &line, &len)) != LINES_END) {
		struct json_span member = {0};
		struct json j;

		if (result == LINES_FAILED)
			return x_asprintf("%s: %s", name, strerror(errno));
		if (result == LINES_TOO_LONG)
			return complaint(name, lines_number(lines), &member, "a line of at most 1 MiB");
		if (is_blank(line, len))
			continue;
		d->decoded = grow(d->decoded, &d->room, len, 1);
		json_open(&j, line, len);
		if (read_row(f, d, &j, &member) != 0)
			return complaint(name, lines_number(lines), &member, j.expected ? j.expected : "more memory");
		keep_row(f, d);
	}
	return f->rows ? NULL : x_asprintf("%s: expected at least one row, such as {\"id\":1}", name);
}

struct feed *feed_read_lines(struct lines *lines, const char *name, char **why)
{
	struct feed *f = x_calloc(1, sizeof *f);
	struct draft d = {.value = x_calloc(FEED_COLUMNS_MAX, sizeof *d.value)};

	*why = read_lines(f, &d, lines, name);
	free(d.value);
	free(d.decoded);
	if (*why) {
		feed_free(f);
		return NULL;
	}
	f->arena = x_reallocarray(f->arena, f->len, 1);
	f->room = f->len;
	f->row = x_reallocarray(f->row, f->rows, sizeof *f->row);
	f->rows_room = f->rows;
	return f;
}

struct feed *feed_read(const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	struct lines *lines;
	char *why;

	if (standard && isatty(STDIN_FILENO))
		die("--data -: standard input is a terminal: pipe rows into it");
	lines = lines_open(path, FEED_LINE_MAX);
	if (!lines)
		die("%s:", standard ? "standard input" : path);
	struct feed *f = feed_read_lines(lines, standard ? "standard input" : path, &why);
	if (!f)
		die("%s", why);
	lines_close(lines);
	return f;
}

void feed_free(struct feed *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->columns; i++)
		free(f->column[i].name);
	free(f->column);
	free(f->row);
	free(f->arena);
	free(f);
}

size_t feed_rows(const struct feed *f)
{
	return f->rows;
}

size_t feed_memory(const struct feed *f)
{
	return f->len + f->rows * sizeof *f->row;
}

long feed_column(const struct feed *f, const char *name)
{
	for (size_t i = 0; i < f->columns; i++) {
		if (strcmp(f->column[i].name, name) == 0)
			return (long)i;
	}
	return -1;
}

size_t feed_columns(const struct feed *f)
{
	return f->columns;
}

const char *feed_column_name(const struct feed *f, size_t column)
{
	return f->column[column].name;
}

size_t feed_control(const struct feed *f, long column)
{
	return f->column[column].control;
}

const char *feed_value(const struct feed *f, uint64_t seq, long column, size_t *len)
{
	const char *row = f->arena + f->row[seq % f->rows];
	uint32_t known, begin = 0, end;

	memcpy(&known, row, sizeof known);
	if ((uint64_t)column >= known) {
		*len = 0;
		return "";
	}
	if (column > 0)
		memcpy(&begin, row + (size_t)column * sizeof begin, sizeof begin);
	memcpy(&end, row + (size_t)(column + 1) * sizeof end, sizeof end);
	*len = end - begin;
	return row + (1 + (size_t)known) * sizeof known + begin;
}
