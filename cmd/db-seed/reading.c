#include "reading.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"

#define BIT(m) (1u << (m))
#define ALL (BIT(MOD_NULL) | BIT(MOD_UNIQUE))
#define PICKS (BIT(MOD_ZIPF) | BIT(MOD_ORDER) | BIT(MOD_AT))

static const char *const modifiers[MODIFIERS] = {"null", "unique", "zipf", "normal", "decimals", "weights",
						 "order", "at", "from", "every", "format", "length"};

static const struct kind {
	const char *name;
	reader *read;
	unsigned takes;
} kinds[] = {
	{"const", read_const, 0},
	{"sequence", read_sequence, 0},
	{"int", read_int, PICKS | BIT(MOD_NORMAL)},
	{"float", read_float, BIT(MOD_DECIMALS) | BIT(MOD_NORMAL)},
	{"bool", read_bool, 0},
	{"choice", read_choice, PICKS | BIT(MOD_WEIGHTS)},
	{"uuid", read_uuid, BIT(MOD_FROM) | BIT(MOD_EVERY)},
	{"date", read_date, BIT(MOD_FORMAT) | BIT(MOD_EVERY)},
	{"pattern", read_pattern, 0},
	{"fake", read_fake, 0},
	{"ref", read_ref, PICKS | BIT(MOD_NORMAL)},
	{"expr", read_expression, 0},
	{"json", read_json, 0},
	{"json-array", read_json_array, BIT(MOD_LENGTH)},
	{"blob", read_blob, PICKS},
	{"bundle", read_bundle, PICKS},
};

int reading_scalar(struct reading *r, struct json *j, struct value *v)
{
	struct json whole = *j;
	double number;
	bool truth;

	*v = (struct value){.type = VALUE_NULL};
	switch (json_peek(j)) {
	case JSON_STRING: {
		char *text = reading_string(r, j, "a string");
		if (!text)
			return -1;
		*v = text_value(text);
		return 0;
	}
	case JSON_NUMBER:
		if (json_integer(&whole, &v->integer) == 0) {
			*j = whole;
			v->type = VALUE_INTEGER;
			return 0;
		}
		if (json_number(j, &number) != 0)
			return reading_json(r, j);
		v->type = VALUE_REAL;
		v->real = number;
		return 0;
	case JSON_BOOL:
		if (json_bool(j, &truth) != 0)
			return reading_json(r, j);
		v->type = VALUE_INTEGER;
		v->integer = truth;
		return 0;
	case JSON_NULL:
		return json_skip(j) != 0 ? reading_json(r, j) : 0;
	default:
		return reading_fail(r, j->at, "expected a string, a number, true, false or null");
	}
}

int reading_pair(struct reading *r, struct json *j, double pair[2], const char *what)
{
	const char *at = j->at;

	if (json_peek(j) != JSON_ARRAY || json_array(j) != 0 || json_element(j) <= 0 || json_number(j, &pair[0]) != 0 ||
	    json_element(j) <= 0 || json_number(j, &pair[1]) != 0 || json_element(j) != 0)
		return reading_fail(r, at, "expected %s", what);
	return 0;
}

int reading_integers(struct reading *r, struct json *j, int64_t pair[2], const char *what)
{
	const char *at = j->at;

	if (json_peek(j) != JSON_ARRAY || json_array(j) != 0 || json_element(j) <= 0 ||
	    json_integer(j, &pair[0]) != 0 ||
	    json_element(j) <= 0 || json_integer(j, &pair[1]) != 0 || json_element(j) != 0)
		return reading_fail(r, at, "expected %s of whole numbers", what);
	if (pair[0] > pair[1])
		return reading_fail(r, at, "expected %s, the lower one first", what);
	return 0;
}

int reading_weights(struct reading *r, struct json *j, size_t n, double **cumulative)
{
	const char *at = j->at;
	double *w = calloc(n + 1, sizeof *w), sum = 0;
	size_t i = 0;
	int more = -1;

	if (!w)
		return -1;
	if (json_peek(j) == JSON_ARRAY && json_array(j) == 0) {
		while ((more = json_element(j)) > 0 && i < n && json_number(j, &w[i]) == 0 && w[i] >= 0)
			sum += w[i++];
	}
	if (more != 0 || i != n || !(sum > 0) || !isfinite(sum)) {
		free(w);
		return reading_fail(r, at, "expected %zu weights of 0 or more, not all of them 0", n);
	}
	double up_to = 0;
	for (i = 0; i < n; i++) {
		up_to += w[i];
		w[i] = up_to / sum;
	}
	w[n - 1] = 1;
	*cumulative = w;
	return 0;
}

static int read_order(struct reading *r, struct json *j, struct pick *p)
{
	const char *at = j->at;
	char *order = reading_string(r, j, "\"row\", \"before\" or \"permuted\"");

	if (!order)
		return -1;
	int known = 1;
	if (strcmp(order, "row") == 0)
		p->kind = PICK_IN_ORDER;
	else if (strcmp(order, "before") == 0)
		p->kind = PICK_BEFORE;
	else if (strcmp(order, "permuted") == 0)
		p->kind = PICK_PERMUTED;
	else
		known = 0;
	free(order);
	return known ? 0 : reading_fail(r, at, "expected \"row\", \"before\" or \"permuted\"");
}

char *reading_at(struct reading *r, struct json *j)
{
	int64_t fixed;
	char *text = NULL;

	if (json_peek(j) != JSON_NUMBER || json_integer(j, &fixed) != 0)
		return reading_string(r, j, "an expression in quotes");
	return asprintf(&text, "%lld", (long long)fixed) < 0 ? NULL : text;
}

static int read_at(struct reading *r, struct json *j, struct pick *p)
{
	char why[SCOPE_WHY];
	struct json copy = *j;
	const char *at = j->at;
	char *text = reading_at(r, &copy);

	if (!text)
		return -1;
	p->expr = scope_expr(&r->scope, text, strlen(text), why);
	free(text);
	p->kind = PICK_EXPR;
	p->variables = r->scope.variables;
	p->nvariables = r->scope.nvariables;
	return p->expr ? 0 : *why ? reading_fail(r, at, "%s", why) : -1;
}

int reading_pick(struct reading *r, struct object *o, struct pick *p)
{
	double pair[2] = {0, 0};

	if (has(o, MOD_ZIPF) + has(o, MOD_NORMAL) + has(o, MOD_ORDER) + has(o, MOD_AT) > 1)
		return reading_fail(r, o->at, "expected one of zipf, normal, order and at");
	if (has(o, MOD_ORDER))
		return read_order(r, &o->modifier[MOD_ORDER], p);
	if (has(o, MOD_AT))
		return read_at(r, &o->modifier[MOD_AT], p);
	if (has(o, MOD_ZIPF)) {
		struct json *j = &o->modifier[MOD_ZIPF];
		const char *at = j->at;
		double s;
		if (json_peek(j) != JSON_NUMBER || json_number(j, &s) != 0 || !(s > 0) || s > 100)
			return reading_fail(r, at, "expected an exponent over 0 for zipf");
		p->kind = PICK_ZIPF;
		rng_zipf_init(&p->zipf, p->n, s);
	}
	if (has(o, MOD_NORMAL)) {
		if (reading_pair(r, &o->modifier[MOD_NORMAL], pair, "[MEAN, DEVIATION] for normal") != 0)
			return -1;
		if (!(pair[1] > 0))
			return reading_fail(r, o->at, "expected a deviation over 0 for normal");
		p->kind = PICK_NORMAL;
		p->mean = pair[0];
		p->deviation = pair[1];
	}
	return 0;
}

/* Sort an object's keys into main and modifiers. The kind, or NULL. */
static const struct kind *read_keys(struct reading *r, struct json *j, struct object *o)
{
	const struct kind *kind = NULL;
	struct json_span span;
	const char *at[MODIFIERS] = {0};
	int more;

	if (json_object(j) != 0) {
		reading_json(r, j);
		return NULL;
	}
	while ((more = json_key(j, &span)) > 0) {
		const struct kind *found = NULL;
		int modifier = -1;
		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
			if (json_is(&span, kinds[i].name))
				found = &kinds[i];
		}
		for (int i = 0; i < MODIFIERS; i++) {
			if (json_is(&span, modifiers[i]))
				modifier = i;
		}
		int shown = span.len > 40 ? 40 : (int)span.len;
		if (found && kind) {
			reading_fail(r, span.text, "'%s' beside '%s': expected one of them", found->name, kind->name);
			return NULL;
		}
		if (!found && modifier < 0) {
			reading_fail(r, span.text, "unknown key '%.*s'", shown, span.text);
			return NULL;
		}
		json_peek(j);
		if (found) {
			kind = found;
			o->main = *j;
		} else {
			o->modifier[modifier] = *j;
			o->has |= BIT(modifier);
			at[modifier] = span.text;
		}
		if (json_skip(j) != 0) {
			reading_json(r, j);
			return NULL;
		}
	}
	if (more < 0)
		reading_json(r, j);
	else if (!kind)
		reading_fail(r, o->at,
			     "expected one of const, sequence, int, float, bool, choice, uuid, date, pattern, fake, "
				       "ref, expr, json, json-array, blob and bundle");
	for (int i = 0; more == 0 && kind && i < MODIFIERS; i++) {
		if (has(o, i) && !((kind->takes | ALL) >> i & 1)) {
			reading_fail(r, at[i], "'%s' does not go with '%s'", modifiers[i], kind->name);
			return NULL;
		}
	}
	return more == 0 ? kind : NULL;
}

static int read_common(struct reading *r, struct object *o, struct generator *g, bool top)
{
	struct json *j = &o->modifier[MOD_NULL];

	if (has(o, MOD_NULL) && (json_peek(j) != JSON_NUMBER || json_number(j, &g->null_share) != 0 ||
				 !(g->null_share >= 0 && g->null_share <= 1)))
		return reading_fail(r, j->at, "expected a share from 0 to 1 for null");
	j = &o->modifier[MOD_UNIQUE];
	if (has(o, MOD_UNIQUE)) {
		bool unique;
		if (json_peek(j) != JSON_BOOL || json_bool(j, &unique) != 0)
			return reading_fail(r, j->at, "expected true or false for unique");
		if (!top && unique)
			return reading_fail(r, j->at, "only a whole column can be unique");
		if (top)
			r->into->unique = unique;
	}
	return 0;
}

struct generator *reading_generator(struct reading *r, struct json *j, uint64_t key)
{
	struct object o = {0};

	json_peek(j);
	o.at = j->at;
	if (json_peek(j) == JSON_ARRAY) {
		reading_fail(r, j->at, "expected a constant or an object that tells how to make values");
		return NULL;
	}
	if (json_peek(j) != JSON_OBJECT) {
		o.main = *j;
		struct generator *g = read_const(r, &o, key);
		if (g && json_skip(j) != 0) {
			reading_json(r, j);
			generator_free(g);
			return NULL;
		}
		return g;
	}
	const struct kind *kind = read_keys(r, j, &o);
	r->depth++;
	struct generator *g = kind ? kind->read(r, &o, key) : NULL;
	r->depth--;
	if (g && read_common(r, &o, g, r->depth == 0) != 0) {
		generator_free(g);
		return NULL;
	}
	return g;
}
