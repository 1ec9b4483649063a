#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "align.h"
#include "arrange.h"
#include "compare.h"
#include "counts.h"
#include "draft.h"
#include "existing.h"
#include "guess.h"
#include "references.h"
#include "remedy.h"
#include "trial.h"
#include "tuples.h"

#define DRAFTS_MAX 200 /* each has fewer rows than the one before */

static void free_table(struct table_draft *t)
{
	for (size_t c = 0; t->generator && c < t->table->ncolumns; c++)
		generator_free(t->generator[c]);
	free(t->generator);
	free(t->column);
	free(t->aligned);
	free(t->loose);
	free(t->note);
}

static void draft_free(struct draft *d)
{
	for (size_t i = 0; d->table && i < d->schema->ntables; i++)
		free_table(&d->table[i]);
	free(d->table);
	free(d->order);
	spec_free(d->spec);
	d->table = NULL;
	d->order = NULL;
}

static void free_keys(struct plan *plan)
{
	for (size_t i = 0; i < plan->nkeys; i++) {
		for (size_t k = 0; k < plan->keys[i].n; k++) {
			if (plan->keys[i].value[k].type == VALUE_TEXT || plan->keys[i].value[k].type == VALUE_BLOB)
				free((char *)plan->keys[i].value[k].bytes);
		}
		free(plan->keys[i].value);
	}
	free(plan->keys);
	plan->keys = NULL;
	plan->nkeys = 0;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		struct plan_table *t = &plan->table[i];
		for (size_t c = 0; t->generator && c < t->table->ncolumns; c++)
			generator_free(t->generator[c]);
		free(t->generator);
		free(t->note);
	}
	free(plan->table);
	free_keys(plan);
	free(plan->variables);
	free(plan->error);
	*plan = (struct plan){0};
}

const struct plan_table *plan_find(const struct plan *plan, const char *table)
{
	for (size_t i = 0; i < plan->ntables; i++) {
		if (strcasecmp(plan->table[i].table->name, table) == 0)
			return &plan->table[i];
	}
	return NULL;
}

static int begin_table(struct draft *d, size_t i)
{
	struct table_draft *t = &d->table[i];
	size_t n = d->schema->table[i].ncolumns;

	t->table = &d->schema->table[i];
	t->key = rng_key(rng_at(d->plan->seed, 0), t->table->name);
	t->generator = calloc(n + 1, sizeof *t->generator);
	t->column = calloc(n + 1, sizeof *t->column);
	t->aligned = calloc(n + 1, sizeof *t->aligned);
	t->loose = calloc(t->table->nuniques + 1, sizeof *t->loose);
	if (!t->generator || !t->column || !t->aligned || !t->loose)
		return -1;
	for (size_t c = 0; c < n; c++)
		t->column[c] = (struct column_draft){.foreign = -1, .parent = -1, .to = -1, .tuple = -1};
	return 0;
}

static int read_specs(struct draft *d)
{
	const struct plan_request *r = d->request;
	struct scope scope = {d->schema, NULL, d->plan->variables, d->plan->nvariables};
	int failed = 0;

	if (r->spec)
		failed = spec_read(d->spec, &scope, r->seed, r->spec_name, r->spec, r->spec_len);
	if (!failed && r->more)
		failed = spec_read(d->spec, &scope, r->seed, r->more_name, r->more, r->more_len);
	if (failed) {
		free(d->plan->error);
		d->plan->error = d->spec->error;
		d->spec->error = NULL;
	}
	return failed;
}

/* One table, its parents' having been made. */
static int make_table(struct draft *d, int table)
{
	const struct table *t = &d->schema->table[table];

	if (references_make(d, table) != 0)
		return -1;
	for (size_t c = 0; c < t->ncolumns; c++) {
		if (!d->table[table].generator[c] && !t->column[c].generated && guess_column(d, table, (int)c) != 0)
			return -1;
	}
	if (compare_make(d, table) != 0)
		return -1;
	return d->again ? 0 : tuples_make(d, table);
}

static int make_draft(struct draft *d)
{
	const struct schema *s = d->schema;

	d->again = false;
	free_keys(d->plan);
	d->table = calloc(s->ntables + 1, sizeof *d->table);
	d->order = calloc(s->ntables + 1, sizeof *d->order);
	if (!d->table || !d->order)
		return -1;
	for (size_t i = 0; i < s->ntables; i++) {
		if (begin_table(d, i) != 0)
			return -1;
	}
	if (existing_rows(d) != 0 || read_specs(d) != 0 || counts_make(d) != 0 || arrange(s, d->order) != 0 ||
	    align_find(d) != 0)
		return -1;
	for (size_t i = 0; i < s->ntables; i++) {
		if (make_table(d, d->order[i]) != 0 || d->starved)
			return -1;
		if (d->again)
			return 0;
	}
	if (references_fill(d) != 0 || references_verify(d) != 0)
		return -1;
	return d->again ? 0 : counts_demand(d);
}

/* SQLite's word on a sample of each table. */
static int try_rows(struct draft *d)
{
	struct trial *trial = trial_new(d);
	int failed = trial ? 0 : -1;

	for (size_t i = 0; !failed && i < d->schema->ntables; i++) {
		int table = d->order[i];
		if (d->table[table].rows)
			failed = remedy_table(d, trial, table, &d->table[table].bytes);
	}
	trial_free(trial);
	return failed;
}

static int note_limits(struct draft *d)
{
	for (size_t i = 0; i < d->schema->ntables; i++) {
		struct table_draft *t = &d->table[i];
		if (t->rows == d->limit[i] && !t->asked &&
		    asprintf(&t->note, "as many as its constraints allow") < 0) {
			t->note = NULL;
			return -1;
		}
	}
	return 0;
}

static int hand_over(struct draft *d)
{
	struct plan *plan = d->plan;

	plan->table = calloc(d->schema->ntables + 1, sizeof *plan->table);
	if (!plan->table)
		return -1;
	for (size_t i = 0; i < d->schema->ntables; i++) {
		struct table_draft *t = &d->table[d->order[i]];
		plan->table[i] = (struct plan_table){.table = t->table, .first = t->first, .rows = t->rows,
						     .asked = t->asked,
						     .note = t->note, .generator = t->generator, .bytes = t->bytes};
		t->note = NULL;
		t->generator = NULL;
	}
	plan->ntables = d->schema->ntables;
	return 0;
}

int plan_make(struct plan *plan, const struct schema *schema, const struct plan_request *request)
{
	struct spec spec = {0};
	struct draft d = {.plan = plan, .schema = schema, .request = request, .spec = &spec};
	int failed = 0;

	*plan = (struct plan){.schema = schema, .seed = request->seed};
	plan->nvariables = scope_slots(schema);
	plan->variables = calloc(plan->nvariables, sizeof *plan->variables);
	d.limit = calloc(schema->ntables + 1, sizeof *d.limit);
	if (!plan->variables || !d.limit) {
		failed = -1;
		goto done;
	}
	plan->variables[SCOPE_SCALE] = (struct expr_value){.is_real = true, .real = request->scale};
	for (size_t i = 0; i < schema->ntables; i++)
		d.limit[i] = UINT64_MAX;
	for (int drafts = 0;; drafts++) {
		failed = make_draft(&d);
		if (failed || !d.again)
			break;
		if (drafts == DRAFTS_MAX) {
			failed = draft_fail(&d, "no numbers of rows were found that suit all constraints");
			break;
		}
		draft_free(&d);
	}
	if (!failed && (try_rows(&d) != 0 || note_limits(&d) != 0 || hand_over(&d) != 0))
		failed = -1;
done:
	draft_free(&d);
	free(d.limit);
	return failed ? -1 : 0;
}
