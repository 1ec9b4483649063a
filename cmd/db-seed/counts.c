#include "counts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"

#define ROWS_MAX (UINT64_C(1) << 48) /* numbers of rows are multiplied with each other */

enum progress { UNKNOWN, AT_WORK, KNOWN };

struct counting {
	struct draft *d;
	enum progress *progress; /* by table */
};

static const struct plan_count *count_of(const struct draft *d, int table)
{
	const struct plan_request *r = d->request;
	const struct plan_count *found = NULL;

	for (size_t i = 0; i < r->ncounts; i++) {
		if (draft_table(d, r->count[i].table) == table)
			found = &r->count[i];
	}
	return found;
}

static bool anything_is_asked(const struct draft *d)
{
	for (size_t i = 0; i < d->spec->ntables; i++) {
		if (d->spec->table[i].rows)
			return true;
	}
	return d->request->ncounts > 0;
}

static uint64_t preset_rows(const struct draft *d)
{
	double rows = round(PLAN_ROWS * d->request->scale);

	if (d->request->append && anything_is_asked(d))
		return 0;
	return rows < 1 ? 1 : rows > 1e12 ? (uint64_t)1e12 : (uint64_t)rows;
}

static int set_rows(struct draft *d, int table, uint64_t rows, bool asked)
{
	struct table_draft *t = &d->table[table];

	if (rows > ROWS_MAX)
		return draft_fail(d, "%s: %llu rows are more than can be made", t->table->name,
				  (unsigned long long)rows);
	t->rows = asked || rows < d->limit[table] ? rows : d->limit[table];
	t->asked = asked;
	d->plan->variables[SCOPE_TABLES + table].integer = (int64_t)t->rows;
	return 0;
}

static int count(struct counting *c, int table);

static int evaluate(struct counting *c, int table, const struct spec_table *s)
{
	struct draft *d = c->d;
	struct scope scope = draft_scope(d, table);
	char why[SCOPE_WHY] = "";
	struct rng rng;
	int64_t rows = 0;

	scope.table = NULL; /* no row, and not its own number */
	struct expr *e = scope_expr(&scope, s->rows, strlen(s->rows), why);
	if (!e)
		return *why ? draft_fail(d, "%s: %s: rows: %s", s->place, d->table[table].table->name, why) : -1;
	for (size_t i = 0; i < d->schema->ntables; i++) {
		if (expr_uses(e, SCOPE_TABLES + (int)i) && count(c, (int)i) != 0) {
			expr_free(e);
			return -1;
		}
	}
	rng_seed_at(&rng, d->table[table].key, 0);
	const char *wrong = expr_eval_integer(e, d->plan->variables, &rng, &rows);
	struct expr_value value;
	if (wrong && !expr_eval(e, d->plan->variables, &rng, &value) && value.is_real && fabs(value.real) < 1e15) {
		rows = llround(value.real); /* "1000 * scale" may come out with a fraction */
		wrong = NULL;
	}
	expr_free(e);
	if (wrong || rows < 0)
		return draft_fail(d, "%s: %s: rows: %s", s->place, d->table[table].table->name, wrong ? wrong :
				  "a number under 0");
	return set_rows(d, table, (uint64_t)rows, true);
}

static int count(struct counting *c, int table)
{
	struct draft *d = c->d;
	const struct plan_count *asked = count_of(d, table);
	const struct spec_table *s = spec_find(d->spec, table);
	int failed;

	if (c->progress[table] == KNOWN)
		return 0;
	if (c->progress[table] == AT_WORK)
		return draft_fail(d, "%s: %s: rows: depends on itself", s ? s->place : "", d->table[table].table->name);
	c->progress[table] = AT_WORK;
	if (asked)
		failed = set_rows(d, table, asked->rows, true);
	else if (s && s->rows)
		failed = evaluate(c, table, s);
	else
		failed = set_rows(d, table, preset_rows(d), false);
	c->progress[table] = KNOWN;
	return failed;
}

int counts_make(struct draft *d)
{
	struct counting c = {d, calloc(d->schema->ntables + 1, sizeof(enum progress))};
	int failed = c.progress ? 0 : -1;

	for (size_t i = 0; !failed && i < d->request->ncounts; i++) {
		if (draft_table(d, d->request->count[i].table) < 0)
			failed = draft_fail(d, "--rows: there is no table '%s'", d->request->count[i].table);
	}
	for (size_t i = 0; !failed && i < d->schema->ntables; i++)
		failed = count(&c, (int)i);
	free(c.progress);
	return failed;
}

int counts_demand(struct draft *d)
{
	struct scope scope = {d->schema, NULL, d->plan->variables, d->plan->nvariables};

	for (size_t i = 0; i < d->spec->ndemands; i++) {
		const struct spec_demand *s = &d->spec->demand[i];
		char why[SCOPE_WHY] = "";
		struct expr_value value = {0};
		struct rng rng;
		struct expr *e = scope_expr(&scope, s->expr, strlen(s->expr), why);
		if (!e)
			return *why ? draft_fail(d, "%s: require: %s", s->place, why) : -1;
		rng_seed_at(&rng, d->plan->seed, i);
		const char *wrong = expr_eval(e, d->plan->variables, &rng, &value);
		expr_free(e);
		if (wrong)
			return draft_fail(d, "%s: require: %s", s->place, wrong);
		if (value.is_real ? value.real == 0 : value.integer == 0)
			return draft_fail(d, "%s: %s", s->place, s->message);
	}
	return 0;
}
