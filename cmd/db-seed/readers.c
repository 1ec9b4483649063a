/* How each kind of generator is written in a spec: single values. */
#include "reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "make.h"
#include "moment.h"
#include "pattern.h"
#include "units.h"

static struct generator *drop(struct generator *g)
{
	generator_free(g);
	return NULL;
}

struct generator *read_const(struct reading *r, struct object *o, uint64_t key)
{
	struct value v;
	bool truth = json_peek(&o->main) == JSON_BOOL;

	if (reading_scalar(r, &o->main, &v) != 0)
		return NULL;
	struct generator *g = make_constant(key, &v);
	if (g)
		g->boolean = truth;
	if (v.type == VALUE_TEXT)
		free((char *)v.bytes);
	return g;
}

struct generator *read_sequence(struct reading *r, struct object *o, uint64_t key)
{
	struct json *j = &o->main, whole = *j;
	int64_t start, step = 1;

	if (json_peek(j) == JSON_NUMBER && json_integer(j, &start) == 0)
		return make_sequence(key, start, step);
	if (json_peek(&whole) != JSON_ARRAY || json_array(&whole) != 0 || json_element(&whole) <= 0 ||
	    json_integer(&whole, &start) != 0 || json_element(&whole) <= 0 || json_integer(&whole, &step) != 0 ||
	    json_element(&whole) != 0) {
		reading_fail(r, o->main.at, "expected a whole number to start with, or [START, STEP]");
		return NULL;
	}
	return make_sequence(key, start, step);
}

struct generator *read_int(struct reading *r, struct object *o, uint64_t key)
{
	int64_t pair[2];

	if (reading_integers(r, &o->main, pair, "[LO, HI]") != 0)
		return NULL;
	struct generator *g = make_integer(key, pair[0], pair[1]);
	if (!g || reading_pick(r, o, &g->pick) != 0)
		return drop(g);
	if (g->pick.kind == PICK_NORMAL) {
		/* In the value's own units here, in shares of the range for the pick. */
		g->pick.mean = (g->pick.mean - (double)pair[0]) / (double)g->pick.n;
		g->pick.deviation /= (double)g->pick.n;
	}
	return g;
}

struct generator *read_float(struct reading *r, struct object *o, uint64_t key)
{
	const char *at = o->main.at;
	double pair[2], normal[2];
	int64_t decimals = -1;

	if (reading_pair(r, &o->main, pair, "[LO, HI]") != 0)
		return NULL;
	if (pair[0] > pair[1]) {
		reading_fail(r, at, "expected [LO, HI], the lower one first");
		return NULL;
	}
	struct json *j = &o->modifier[MOD_DECIMALS];
	if (has(o, MOD_DECIMALS) &&
	    (json_peek(j) != JSON_NUMBER || json_integer(j, &decimals) != 0 || decimals < 0 || decimals > 15)) {
		reading_fail(r, j->at, "expected 0 to 15 decimals");
		return NULL;
	}
	struct generator *g = make_real(key, pair[0], pair[1], (int)decimals);
	if (!g || !has(o, MOD_NORMAL))
		return g;
	if (reading_pair(r, &o->modifier[MOD_NORMAL], normal, "[MEAN, DEVIATION] for normal") != 0)
		return drop(g);
	if (!(normal[1] > 0)) {
		reading_fail(r, o->at, "expected a deviation over 0 for normal");
		return drop(g);
	}
	g->mean = normal[0];
	g->deviation = normal[1];
	return g;
}

struct generator *read_bool(struct reading *r, struct object *o, uint64_t key)
{
	struct json *j = &o->main;
	double share;

	if (json_peek(j) != JSON_NUMBER || json_number(j, &share) != 0 || !(share >= 0 && share <= 1)) {
		reading_fail(r, j->at, "expected the share of ones, from 0 to 1");
		return NULL;
	}
	struct generator *g = make_bool(key, share);
	if (g)
		g->boolean = true;
	return g;
}

static void free_values(struct value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].type == VALUE_TEXT)
			free((char *)v[i].bytes);
	}
	free(v);
}

/* An array of scalars, at least one, into *values. Their number, or 0. */
static size_t read_values(struct reading *r, struct json *j, struct value **values)
{
	const char *at = j->at;
	struct value *v = NULL;
	size_t n = 0;
	int more = -1;

	if (json_peek(j) != JSON_ARRAY || json_array(j) != 0) {
		reading_fail(r, at, "expected an array of values to choose from");
		return 0;
	}
	while ((more = json_element(j)) > 0) {
		struct value *grown = realloc(v, (n + 1) * sizeof *v);
		if (!grown)
			goto failed;
		v = grown;
		if (reading_scalar(r, j, &v[n]) != 0)
			goto failed;
		n++;
	}
	if (more == 0 && n > 0) {
		*values = v;
		return n;
	}
	reading_fail(r, at, "expected at least one value to choose from");
failed:
	free_values(v, n);
	return 0;
}

struct generator *read_choice(struct reading *r, struct object *o, uint64_t key)
{
	struct value *values = NULL;
	size_t n = read_values(r, &o->main, &values);

	if (n == 0)
		return NULL;
	struct generator *g = make_choice(key, values, n);
	free_values(values, n);
	if (!g || reading_pick(r, o, &g->pick) != 0)
		return drop(g);
	if (!has(o, MOD_WEIGHTS))
		return g;
	if (g->pick.kind != PICK_UNIFORM) {
		reading_fail(r, o->at, "expected one of weights, zipf, order and at");
		return drop(g);
	}
	return reading_weights(r, &o->modifier[MOD_WEIGHTS], n, &g->cumulative) == 0 ? g : drop(g);
}

/* A moment as text, or in seconds since 1970. */
static int read_moment(struct reading *r, struct json *j, int64_t *ns)
{
	const char *at = j->at;
	int64_t seconds;

	if (json_peek(j) == JSON_NUMBER) {
		if (json_integer(j, &seconds) == 0 && seconds > -INT64_C(9000000000) && seconds < INT64_C(9000000000)) {
			*ns = seconds * INT64_C(1000000000);
			return 0;
		}
		return reading_fail(r, at, "expected whole seconds since 1970");
	}
	char *text = reading_string(r, j, "a date such as \"2024-01-31\" or \"2024-01-31T18:00:00Z\"");
	if (!text)
		return -1;
	int failed = moment_parse(text, ns);
	free(text);
	return failed ? reading_fail(r, at, "expected a date such as \"2024-01-31\" or \"2024-01-31T18:00:00Z\"") : 0;
}

static int read_every(struct reading *r, struct object *o, int64_t *interval)
{
	struct json *j = &o->modifier[MOD_EVERY];
	const char *at = j->at;

	if (!has(o, MOD_EVERY))
		return 0;
	char *text = reading_string(r, j, "a duration such as \"2s\"");
	if (!text)
		return -1;
	int failed = duration_parse(text, interval);
	free(text);
	return failed || *interval <= 0 ? reading_fail(r, at, "expected a duration such as \"2s\"") : 0;
}

struct generator *read_uuid(struct reading *r, struct object *o, uint64_t key)
{
	struct json *j = &o->main;
	int64_t version;

	if (json_peek(j) != JSON_NUMBER || json_integer(j, &version) != 0 || (version != 4 && version != 7)) {
		reading_fail(r, j->at, "expected version 4 or 7");
		return NULL;
	}
	struct generator *g = make_uuid(key, (int)version);
	if (!g || (has(o, MOD_FROM) && read_moment(r, &o->modifier[MOD_FROM], &g->from) != 0) ||
	    read_every(r, o, &g->interval) != 0)
		return drop(g);
	if (g->interval < 1000000)
		g->interval = 1000000;
	return g;
}

static int read_format(struct reading *r, struct json *j, enum date_format *format)
{
	static const char *const names[] = {"iso", "sql", "day", "time", "seconds", "millis", "micros", "nanos",
					    "real", "year"};
	const char *at = j->at;
	char *name = reading_string(r, j, "iso, sql, day, time, seconds, millis, micros, nanos, real or year");

	if (!name)
		return -1;
	int found = -1;
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
		if (strcmp(name, names[i]) == 0)
			found = i;
	}
	free(name);
	if (found < 0)
		return reading_fail(r, at,
				    "expected iso, sql, day, time, seconds, millis, micros, nanos, real or year");
	*format = (enum date_format)found;
	return 0;
}

struct generator *read_date(struct reading *r, struct object *o, uint64_t key)
{
	struct json *j = &o->main;
	const char *at = j->at;
	int64_t from = 0, to = 0;

	if (json_peek(j) != JSON_ARRAY || json_array(j) != 0 || json_element(j) <= 0) {
		reading_fail(r, at, "expected [FROM, TO]");
		return NULL;
	}
	if (read_moment(r, j, &from) != 0)
		return NULL;
	if (json_element(j) <= 0) {
		reading_fail(r, at, "expected [FROM, TO]");
		return NULL;
	}
	if (read_moment(r, j, &to) != 0)
		return NULL;
	if (json_element(j) != 0 || to <= from) {
		reading_fail(r, at, "expected [FROM, TO], the earlier one first");
		return NULL;
	}
	struct generator *g = make_date(key, from, to, DATE_ISO);
	if (!g || (has(o, MOD_FORMAT) && read_format(r, &o->modifier[MOD_FORMAT], &g->format) != 0) ||
	    read_every(r, o, &g->interval) != 0)
		return drop(g);
	return g;
}

struct generator *read_pattern(struct reading *r, struct object *o, uint64_t key)
{
	const char *at = o->main.at;
	char why[SCOPE_WHY] = "";
	char *text = reading_string(r, &o->main, "a pattern such as \"node-{row:6}\"");
	struct generator *g = text ? pattern_parse(&r->scope, key, text, strlen(text), why) : NULL;

	if (text && !g && *why)
		reading_fail(r, at, "%s", why);
	free(text);
	return g;
}

struct generator *read_fake(struct reading *r, struct object *o, uint64_t key)
{
	const char *at = o->main.at;
	char *name = reading_string(r, &o->main, "a kind of word such as \"email\"");

	if (!name)
		return NULL;
	int kind = fake_parse(name, strlen(name));
	if (kind < 0)
		reading_fail(r, at, "unknown kind of word '%.40s'", name);
	free(name);
	return kind < 0 ? NULL : make_fake(key, kind);
}

struct generator *read_expression(struct reading *r, struct object *o, uint64_t key)
{
	const char *at = o->main.at;
	char why[SCOPE_WHY] = "";
	char *text = reading_string(r, &o->main, "an expression in quotes");
	struct generator *g = text ? generator_new(GEN_EXPR, key) : NULL;

	if (g) {
		g->expr = scope_expr(&r->scope, text, strlen(text), why);
		g->variables = r->scope.variables;
		g->nvariables = r->scope.nvariables;
	}
	if (g && !g->expr) {
		if (*why)
			reading_fail(r, at, "%s", why);
		g = drop(g);
	}
	free(text);
	return g;
}
