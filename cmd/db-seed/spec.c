#include "spec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"
#include "reading.h"

static void free_column(struct spec_column *c)
{
	generator_free(c->generator);
	for (size_t i = 0; i < c->nreferences; i++)
		free(c->reference[i].at);
	free(c->reference);
	*c = (struct spec_column){.column = c->column};
}

void spec_free(struct spec *spec)
{
	for (size_t i = 0; i < spec->ntables; i++) {
		struct spec_table *t = &spec->table[i];
		for (size_t c = 0; c < t->ncolumns; c++)
			free_column(&t->column[c]);
		free(t->column);
		free(t->rows);
		free(t->place);
	}
	for (size_t i = 0; i < spec->ndemands; i++) {
		free(spec->demand[i].expr);
		free(spec->demand[i].message);
		free(spec->demand[i].place);
	}
	free(spec->table);
	free(spec->demand);
	free(spec->error);
	*spec = (struct spec){0};
}

struct spec_table *spec_find(const struct spec *spec, int table)
{
	for (size_t i = 0; i < spec->ntables; i++) {
		if (spec->table[i].table == table)
			return &spec->table[i];
	}
	return NULL;
}

static unsigned long line_of(const struct reading *r, const char *at)
{
	unsigned long line = 1;

	for (size_t i = 0; i < r->len && &r->text[i] != at; i++)
		line += r->text[i] == '\n';
	return line;
}

char *reading_place(const struct reading *r, const char *at)
{
	char *place;

	return asprintf(&place, "%s:%lu", r->name, line_of(r, at)) < 0 ? NULL : place;
}

int reading_fail(struct reading *r, const char *at, const char *format, ...)
{
	char message[512];
	va_list args;

	if (r->spec->error)
		return -1;
	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	const struct table *t = r->scope.table;
	const char *column = t && r->column >= 0 ? t->column[r->column].name : NULL;
	if (asprintf(&r->spec->error, "%s:%lu: %s%s%s%s%s", r->name, line_of(r, at), t ? t->name : "", column ? "." :
		     "",
		     column ? column : "", t ? ": " : "", message) < 0)
		r->spec->error = NULL;
	return -1;
}

int reading_json(struct reading *r, const struct json *j)
{
	return j->expected ? reading_fail(r, j->at, "expected %s", j->expected) : -1;
}

/* White space does not count for where something begins: json_peek() passes it. */
static const char *start_of(struct json *j)
{
	json_peek(j);
	return j->at;
}

char *reading_string(struct reading *r, struct json *j, const char *what)
{
	struct json_span span;
	struct json before = *j;

	if (json_peek(j) != JSON_STRING) {
		reading_fail(r, start_of(&before), "expected %s", what);
		return NULL;
	}
	if (json_string(j, &span) != 0) {
		reading_json(r, j);
		return NULL;
	}
	char *text = malloc(span.len + 1);
	if (text && json_unescape(&span, text) < 0) {
		reading_fail(r, span.text, "\\u0000 cannot stand here");
		free(text);
		return NULL;
	}
	return text;
}

/* The next key of an object, decoded into key. 1, 0 at the end, or -1. */
static int next_key(struct reading *r, struct json *j, char key[256], const char **at)
{
	struct json_span span;
	int more = json_key(j, &span);

	if (more < 0)
		return reading_json(r, j);
	if (more == 0)
		return 0;
	*at = span.text;
	if (json_copy(&span, key, 256) != 0)
		return reading_fail(r, span.text, "\\u0000 cannot stand in a name");
	return 1;
}

static int begin_object(struct reading *r, struct json *j, const char *what)
{
	if (json_peek(j) != JSON_OBJECT)
		return reading_fail(r, start_of(j), "expected %s", what);
	return json_object(j) != 0 ? reading_json(r, j) : 0;
}

static struct spec_column *column_of(struct spec_table *t, int column)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		if (t->column[i].column == column)
			return &t->column[i];
	}
	struct spec_column *grown = realloc(t->column, (t->ncolumns + 1) * sizeof *grown);
	if (!grown)
		return NULL;
	t->column = grown;
	t->column[t->ncolumns] = (struct spec_column){.column = column};
	return &t->column[t->ncolumns++];
}

static int read_column(struct reading *r, struct json *j, struct spec_table *t, const char *name, const char *at)
{
	int column = table_column(r->scope.table, name);

	if (column < 0)
		return reading_fail(r, at, "there is no column '%s'", name);
	r->column = column;
	if (r->scope.table->column[column].generated)
		return reading_fail(r, at, "a generated column cannot be given values");
	struct spec_column *c = column_of(t, column);
	if (!c)
		return -1;
	free_column(c);
	r->into = c;
	uint64_t key = rng_key(rng_key(rng_at(r->seed, 0), r->scope.table->name), r->scope.table->column[column].name);
	c->generator = reading_generator(r, j, key);
	r->column = -1;
	return c->generator ? 0 : -1;
}

static int read_columns(struct reading *r, struct json *j, struct spec_table *t)
{
	char name[256];
	const char *at;
	int more;

	if (begin_object(r, j, "an object of columns") != 0)
		return -1;
	while ((more = next_key(r, j, name, &at)) > 0) {
		if (read_column(r, j, t, name, at) != 0)
			return -1;
	}
	return more;
}

static int read_rows(struct reading *r, struct json *j, struct spec_table *t)
{
	const char *at = start_of(j);
	uint64_t count;

	free(t->rows);
	free(t->place);
	t->rows = NULL;
	t->place = reading_place(r, at);
	if (!t->place)
		return -1;
	if (json_peek(j) != JSON_NUMBER) {
		t->rows = reading_string(r, j, "a number of rows, or an expression in quotes");
		return t->rows ? 0 : -1;
	}
	if (json_count(j, &count) != 0 || count > INT64_MAX)
		return reading_fail(r, at, "expected a whole number of rows");
	return asprintf(&t->rows, "%llu", (unsigned long long)count) < 0 ? -1 : 0;
}

static struct spec_table *table_of(struct spec *spec, int table)
{
	struct spec_table *t = spec_find(spec, table);

	if (t)
		return t;
	struct spec_table *grown = realloc(spec->table, (spec->ntables + 1) * sizeof *grown);
	if (!grown)
		return NULL;
	spec->table = grown;
	spec->table[spec->ntables] = (struct spec_table){.table = table};
	return &spec->table[spec->ntables++];
}

static int read_table(struct reading *r, struct json *j, const char *name, const char *name_at)
{
	char key[256];
	const char *at;
	int more;

	r->scope.table = schema_table(r->scope.schema, name);
	if (!r->scope.table)
		return reading_fail(r, name_at, "there is no table '%s'", name);
	struct spec_table *t = table_of(r->spec, (int)(r->scope.table - r->scope.schema->table));
	if (!t)
		return -1;
	if (begin_object(r, j, "an object with \"rows\" or \"columns\"") != 0)
		return -1;
	while ((more = next_key(r, j, key, &at)) > 0) {
		int failed;
		if (strcmp(key, "rows") == 0)
			failed = read_rows(r, j, t);
		else if (strcmp(key, "columns") == 0)
			failed = read_columns(r, j, t);
		else
			failed = reading_fail(r, at, "unknown key '%s' (expected rows or columns)", key);
		if (failed)
			return -1;
	}
	r->scope.table = NULL;
	return more;
}

static int read_tables(struct reading *r, struct json *j)
{
	char name[256];
	const char *at;
	int more;

	if (begin_object(r, j, "an object of tables") != 0)
		return -1;
	while ((more = next_key(r, j, name, &at)) > 0) {
		if (read_table(r, j, name, at) != 0)
			return -1;
	}
	return more;
}

static int read_demand(struct reading *r, struct json *j)
{
	struct spec_demand d = {.place = reading_place(r, start_of(j))};
	struct spec_demand *grown = realloc(r->spec->demand, (r->spec->ndemands + 1) * sizeof *grown);

	if (grown)
		r->spec->demand = grown;
	if (!grown || !d.place) {
		free(d.place);
		return -1;
	}
	if (json_array(j) != 0 || json_element(j) <= 0)
		reading_fail(r, j->at, "expected [\"expression\", \"message\"]");
	else if ((d.expr = reading_string(r, j, "an expression in quotes")) && json_element(j) <= 0)
		reading_fail(r, j->at, "expected a message behind the expression");
	else if (d.expr && (d.message = reading_string(r, j, "a message in quotes")) && json_element(j) != 0)
		reading_fail(r, j->at, "expected ']' behind the message");
	r->spec->demand[r->spec->ndemands++] = d;
	return d.message && !r->spec->error ? 0 : -1;
}

static int read_require(struct reading *r, struct json *j)
{
	int more;

	if (json_peek(j) != JSON_ARRAY)
		return reading_fail(r, start_of(j), "expected an array of [\"expression\", \"message\"]");
	if (json_array(j) != 0)
		return reading_json(r, j);
	while ((more = json_element(j)) > 0) {
		if (read_demand(r, j) != 0)
			return -1;
	}
	return more < 0 ? reading_json(r, j) : 0;
}

int spec_read(struct spec *spec, const struct scope *scope, uint64_t seed, const char *name, const char *text,
	      size_t len)
{
	struct reading r = {.spec = spec, .name = name, .text = text, .len = len, .scope = *scope, .seed = seed,
			    .column = -1};
	struct json j;
	char key[256];
	const char *at;
	int more;

	r.scope.table = NULL;
	json_open(&j, text, len);
	if (begin_object(&r, &j, "an object with \"tables\"") != 0)
		return -1;
	while ((more = next_key(&r, &j, key, &at)) > 0) {
		int failed;
		if (strcmp(key, "tables") == 0)
			failed = read_tables(&r, &j);
		else if (strcmp(key, "require") == 0)
			failed = read_require(&r, &j);
		else
			failed = reading_fail(&r, at, "unknown key '%s' (expected tables or require)", key);
		if (failed)
			return -1;
	}
	if (more == 0 && json_done(&j) != 0)
		return reading_json(&r, &j);
	return more;
}
