/* What a generator does, in words. */
#include "plan.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"

#define TEXT_MAX 256

struct text {
	char bytes[TEXT_MAX];
	size_t used;
};

static void say(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void say(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int len = vsnprintf(t->bytes + t->used, TEXT_MAX - t->used, format, args);
	va_end(args);
	t->used += len < 0 ? 0 : (size_t)len;
	if (t->used >= TEXT_MAX)
		t->used = TEXT_MAX - 1;
}

static void say_value(struct text *t, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		say(t, "NULL");
		break;
	case VALUE_INTEGER:
		say(t, "%" PRId64, v->integer);
		break;
	case VALUE_REAL:
		say(t, "%g", v->real);
		break;
	case VALUE_TEXT:
		say(t, "'%.*s%s'", (int)(v->len > 24 ? 24 : v->len), v->bytes, v->len > 24 ? "…" : "");
		break;
	case VALUE_BLOB:
		say(t, "%zu bytes", v->len);
		break;
	}
}

static void say_pick(struct text *t, const struct pick *p)
{
	switch (p->kind) {
	case PICK_UNIFORM:
		break;
	case PICK_ZIPF:
		say(t, ", zipf %g", p->zipf.s);
		break;
	case PICK_NORMAL:
		say(t, ", normal");
		break;
	case PICK_EXPR:
		say(t, ", by an expression");
		break;
	case PICK_PERMUTED:
		say(t, ", each once");
		break;
	case PICK_IN_ORDER:
		say(t, ", in order");
		break;
	case PICK_BEFORE:
		say(t, ", an earlier row");
		break;
	case PICK_PART:
		say(t, ", part of a distinct tuple");
		break;
	}
}

static void say_reference(struct text *t, const struct plan *plan, const struct generator *g)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		const struct plan_table *p = &plan->table[i];
		for (size_t c = 0; c < p->table->ncolumns; c++) {
			if (g->column == &p->generator[c])
				say(t, "reference to %s.%s", p->table->name, p->table->column[c].name);
		}
	}
	if (!g->column)
		say(t, "one of %" PRIu64 " keys there are", g->pick.n);
	if (g->pick.kind == PICK_UNIFORM)
		say(t, ", uniform");
}

static void say_moment(struct text *t, int64_t ns)
{
	int64_t days = ns / INT64_C(86400000000000) - (ns % INT64_C(86400000000000) < 0);
	/* Hinnant, "chrono-compatible low-level date algorithms" */
	int64_t z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, of_era = z - era * 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100), m = (5 * of_year + 2) / 153;

	say(t, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year + era * 400 + (m >= 10), m < 10 ? m + 3 : m - 9,
	    of_year - (153 * m + 2) / 5 + 1);
}

static void say_date(struct text *t, const struct generator *g)
{
	static const char *const formats[] = {"date and time", "date and time", "day", "time of day",
					      "seconds since 1970",
					      "milliseconds since 1970", "microseconds since 1970", "nanoseconds since 1970",
					      "seconds since 1970", "year"};

	say(t, "%s from ", formats[g->format]);
	say_moment(t, g->from);
	if (g->interval) {
		say(t, ", ascending");
	} else {
		say(t, " to ");
		say_moment(t, g->to);
	}
}

static void say_pattern(struct text *t, const struct generator *g)
{
	static const char *const names[] = {"", "row", "=", "digits", "hex", "lower", "upper", "alnum", "base64", "",
					    "unique"};
	bool once = false;
	size_t characters = 0;

	for (size_t i = 0; i < g->nparts; i++)
		characters += g->part[i].kind == PART_VALUE && g->part[i].generator->kind == GEN_CHOICE;
	if (characters > 0) {
		const struct generator *last = g->part[g->nparts - 1].generator;
		say(t, "text of %zu characters%s", g->nparts, last && last->pick.expr ? ", distinct" : "");
		return;
	}
	for (size_t i = 0; i < g->nparts; i++) {
		const struct part *p = &g->part[i];
		once = once || p->kind == PART_UNIQUE || p->kind == PART_ROW;
		if (p->kind == PART_LITERAL)
			say(t, "%.*s", (int)p->len, p->literal);
		else if (p->kind == PART_VALUE && p->generator->kind == GEN_PATTERN)
			say_pattern(t, p->generator);
		else if (p->kind == PART_VALUE)
			say(t, "{%s}", p->generator->kind == GEN_FAKE ? fake_name(p->generator->fake) : "text");
		else if (p->width && p->kind != PART_EXPR && p->kind != PART_ROW)
			say(t, "{%s:%u}", names[p->kind], p->width);
		else
			say(t, "{%s}", names[p->kind]);
	}
	if (once)
		say(t, ", distinct");
}

static void say_generator(struct text *t, const struct plan *plan, const struct generator *g)
{
	switch (g->kind) {
	case GEN_CONSTANT:
		if (g->constant.type != VALUE_NULL)
			say(t, "always ");
		say_value(t, &g->constant);
		break;
	case GEN_SEQUENCE:
		say(t, "sequence from %" PRId64, g->start);
		if (g->step != 1)
			say(t, ", step %" PRId64, g->step);
		break;
	case GEN_INTEGER:
		say(t, "integer from %" PRId64 " to %" PRId64, g->start, (int64_t)((uint64_t)g->start + g->pick.n - 1));
		say_pick(t, &g->pick);
		break;
	case GEN_REAL:
		if (g->deviation > 0)
			say(t, "number about %g, normal", g->mean);
		else
			say(t, "number from %g to %g", g->lo, g->hi);
		break;
	case GEN_CHOICE:
		say(t, "choice of %zu: ", g->nchoices);
		for (size_t i = 0; i < g->nchoices && i < 4; i++) {
			say(t, "%s", i ? ", " : "");
			say_value(t, &g->choice[i]);
		}
		say(t, "%s", g->nchoices > 4 ? ", …" : "");
		say_pick(t, &g->pick);
		break;
	case GEN_UUID:
		say(t, "uuid %d", g->uuid_version);
		break;
	case GEN_DATE:
		say_date(t, g);
		break;
	case GEN_PATTERN:
		say_pattern(t, g);
		break;
	case GEN_FAKE:
		say(t, "%s", fake_name(g->fake));
		break;
	case GEN_REFERENCE:
		say_reference(t, plan, g);
		say_pick(t, &g->pick);
		break;
	case GEN_EXPR:
		say(t, "an expression of the row");
		break;
	case GEN_JSON:
		say(t, g->array ? "JSON array" : "JSON object of %zu", g->nmembers);
		break;
	case GEN_BLOB:
	case GEN_BUNDLE:
		say(t, "%s of ", g->kind == GEN_BLOB ? "bytes" : "bundle");
		if (g->size)
			say(t, "%zu sizes", g->nsizes);
		else
			say(t, "%" PRId64 " to %" PRId64 " bytes", g->start, g->start + (int64_t)g->pick.n - 1);
		break;
	}
	if (g->null_share > 0)
		say(t, ", %g %% NULL", round(g->null_share * 1000) / 10);
}

char *plan_describe(const struct plan *plan, const struct plan_table *table, size_t column)
{
	struct text t = {{0}, 0};

	if (!table->generator[column])
		say(&t, "generated");
	else
		say_generator(&t, plan, table->generator[column]);
	return strdup(t.bytes);
}
