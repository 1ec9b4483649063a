#include "shape.h"

#include <stdio.h>
#include <string.h>

#include "make.h"
#include "pattern.h"

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define COMMON_LENGTH 8 /* characters, where nothing says how many */

static const char *const variants[] = {LOWER DIGITS, UPPER DIGITS, DIGITS, "0123456789abcdef", LOWER, UPPER};

/* Where a run of any characters may stand. */
struct gap { size_t at; };

struct outline {
	struct shape *shape;
	struct gap gap[8];
	size_t ngaps;
};

static bool add(struct shape *s, const char *set, size_t len)
{
	if (s->n == SHAPE_MAX || len == 0 || len >= sizeof s->set[0])
		return false;
	memcpy(s->set[s->n], set, len);
	s->set[s->n++][len] = '\0';
	return true;
}

static bool add_gap(struct outline *o)
{
	if (o->ngaps && o->gap[o->ngaps - 1].at == o->shape->n)
		return true;
	if (o->ngaps == sizeof o->gap / sizeof *o->gap)
		return false;
	o->gap[o->ngaps++].at = o->shape->n;
	return true;
}

static bool read_like(const char *p, const char *any, struct outline *o)
{
	for (; *p; p++) {
		bool good = *p == '%' ? add_gap(o) : *p == '_' ? add(o->shape, any, strlen(any)) : add(o->shape, p, 1);
		if (!good || (unsigned char)*p >= 0x80)
			return false;
	}
	return true;
}

/* A set as in [a-f0-9] or [^x]; *p stands behind '[' and is moved behind ']'. */
static bool read_set(const char **p, struct shape *s)
{
	bool in[128] = {false}, negated = **p == '^', first = true;
	char set[96];
	size_t n = 0;

	*p += negated;
	for (; **p && (first || **p != ']'); (*p)++) {
		unsigned char from = (unsigned char)**p, to = from;
		if ((*p)[1] == '-' && (*p)[2] && (*p)[2] != ']') {
			to = (unsigned char)(*p)[2];
			*p += 2;
		}
		if (to >= 128)
			return false;
		for (unsigned c = from; c <= to; c++)
			in[c] = true;
		first = false;
	}
	if (!**p)
		return false;
	(*p)++;
	for (const char *c = LOWER UPPER DIGITS; negated && *c; c++) {
		if (!in[(unsigned char)*c])
			set[n++] = *c;
	}
	for (unsigned c = ' '; !negated && c < 127 && n < sizeof set; c++) {
		if (in[c])
			set[n++] = (char)c;
	}
	return add(s, set, n);
}

static bool read_glob(const char *p, const char *any, struct outline *o)
{
	while (*p) {
		bool good;
		if (*p == '[') {
			p++;
			good = read_set(&p, o->shape);
		} else {
			good = *p == '*' ? add_gap(o) : *p == '?' ? add(o->shape, any, strlen(any)) : add(o->shape, p,
													  1);
			good = good && (unsigned char)*p < 0x80;
			p++;
		}
		if (!good)
			return false;
	}
	return true;
}

static bool widen(struct outline *o, size_t gap, const char *any, size_t by)
{
	struct shape *s = o->shape;
	size_t at = o->gap[gap].at;

	if (by > SHAPE_MAX - s->n)
		return false;
	memmove(s->set[at + by], s->set[at], (s->n - at) * sizeof s->set[0]);
	for (size_t i = 0; i < by; i++)
		snprintf(s->set[at + i], sizeof s->set[0], "%s", any);
	s->n += by;
	for (size_t g = gap + 1; g < o->ngaps; g++)
		o->gap[g].at += by;
	return true;
}

bool shape_of(const struct column *column, unsigned variant, size_t room, struct shape *shape)
{
	const struct limits *l = &column->limits;
	struct outline o = {.shape = shape};
	size_t nvariants = sizeof variants / sizeof *variants;

	shape->n = 0;
	if (variant >= (l->alphabet ? 1 : nvariants))
		return false;
	const char *any = l->alphabet ? l->alphabet : variants[variant];
	if (!*any || strlen(any) >= sizeof shape->set[0])
		return false;
	if (l->like ? !(l->glob ? read_glob(l->like, any, &o) : read_like(l->like, any, &o)) : !add_gap(&o))
		return false;
	/* Some characters for each gap, more for the first, as the length allows. */
	size_t most = l->max_length >= 0 ? (size_t)l->max_length : SHAPE_MAX;
	if (column->declared_length > 0 && (size_t)column->declared_length < most &&
	    column->declared_length >= l->min_length)
		most = (size_t)column->declared_length;
	if (shape->n > most || shape->n > SHAPE_MAX)
		return l->like && shape->n > 0;
	size_t wanted = room > COMMON_LENGTH || l->like ? room : COMMON_LENGTH;
	if (l->min_length > 0 && (size_t)l->min_length > shape->n + wanted)
		wanted = (size_t)l->min_length - shape->n;
	if (wanted > most - shape->n)
		wanted = most - shape->n;
	for (size_t g = o.ngaps; g-- > 1;) {
		size_t by = wanted > 3 + room ? 3 : wanted > room ? wanted - room : 0;
		if (by == 0 && wanted > g)
			by = 1;
		if (!widen(&o, g, any, by))
			return false;
		wanted -= by;
	}
	return o.ngaps == 0 || widen(&o, 0, any, wanted);
}

double shape_capacity(const struct shape *shape)
{
	double capacity = 1;

	for (size_t i = 0; i < shape->n; i++)
		capacity *= (double)strlen(shape->set[i]);
	return capacity;
}

/* One of the set's characters, at random or as the row's digit for this place tells. */
static struct generator *character(const char *set, const struct scope *scope, uint64_t key, double divisor)
{
	struct value v[96];
	size_t n = strlen(set);

	for (size_t i = 0; i < n; i++) {
		v[i] = (struct value){.type = VALUE_TEXT};
		v[i].bytes = &set[i];
		v[i].len = 1;
	}
	struct generator *g = make_choice(key, v, n);
	if (g && divisor > 0 && divisor < 9e18 && make_pick_expr(&g->pick, scope, "row / %.0f", divisor) != 0) {
		generator_free(g);
		return NULL;
	}
	return g;
}

struct generator *shape_generator(const struct shape *shape, const struct scope *scope, uint64_t key, bool distinct)
{
	struct generator *g = generator_new(GEN_PATTERN, key);
	double divisor = shape_capacity(shape);
	int failed = g ? 0 : -1;

	for (size_t i = 0; !failed && i < shape->n; i++) {
		const char *set = shape->set[i];
		size_t n = strlen(set);
		divisor /= (double)n;
		if (n == 1) {
			failed = pattern_add_literal(g, set, 1);
			continue;
		}
		/* Places above the row's digits are free. */
		struct generator *c = character(set, scope, sub_key(key, "character", i), distinct ? divisor : 0);
		failed = c ? pattern_add(g, (struct part){.kind = PART_VALUE, .generator = c}) : -1;
	}
	if (failed) {
		generator_free(g);
		return NULL;
	}
	return g;
}
