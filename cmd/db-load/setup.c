#include "setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"
#include "die.h"

#define LOOK 10000 /* steps of SQLite between looks for a signal */

static int look_for_signal(void *data)
{
	return stop_look(data);
}

static int complain(const struct performer *p)
{
	if (p->failure != SQL_INTERRUPTED)
		warn("%s", p->error);
	return -1;
}

static int complain_query(struct performer *p, const struct query *query)
{
	if (sql_failure(p->db) != SQL_INTERRUPTED)
		warn("%s:%u: %s", p->script->name, query->line, sql_reason(p->db));
	return -1;
}

/* --- keys and params --- */

static int read_keys(struct performer *p, struct work *work, const struct query *query, struct sql_stmt *stmt)
{
	struct keys *keys = &work->keys[query->keys];
	struct script *script = work->script;

	if (keys_read(keys, stmt) < 0)
		return complain_query(p, query);
	if (!keys->rows) {
		warn("%s:%u: \\keys %s: the database has no such row", script->name, query->line, query->name);
		return -1;
	}
	for (size_t i = 0; i < keys->columns; i++) {
		char *name = x_asprintf("%s_%s", query->name, sql_column(stmt, (int)i));

		keys->slot[i] = script_variable(script, name, strlen(name), query->line);
		script->variable[keys->slot[i]].assigned = true;
		free(name);
	}
	values_grow(&p->values, script->nvariables);
	return 0;
}

static int read_param(struct performer *p, struct shared *shared, struct work *work, const struct query *query,
		      struct sql_stmt *stmt)
{
	int row = sql_step(stmt), slot = script_find_variable(work->script, query->name);
	const char *text;
	bool is_null;

	if (row < 0)
		return complain_query(p, query);
	is_null = row == 0 || sql_type(stmt, 0) == SQL_NULL;
	text = is_null ? NULL : sql_get_text(stmt, 0);
	if (!text && !is_null)
		die("out of memory");
	if (!text) {
		warn("%s:%u: \\param %s: the SELECT gives no value", work->script->name, query->line, query->name);
		return -1;
	}
	works_param(shared->works, work, query->name, text);
	if (values_set_column(&p->values, slot, stmt, 0) < 0)
		die("out of memory");
	return 0;
}

static int run_query(struct performer *p, struct shared *shared, struct work *work, const struct query *query)
{
	struct statement s;
	int result = performer_query(p, query, &s);

	if (result < 0)
		complain(p);
	else if (query->kind == QUERY_KEYS)
		result = read_keys(p, work, query, s.stmt);
	else if (query->kind == QUERY_PARAM)
		result = read_param(p, shared, work, query, s.stmt);
	performer_done(&s);
	return result;
}

/* --- plans --- */

static char *plan_of(struct sql *db, const char *text)
{
	char *explain = x_asprintf("EXPLAIN QUERY PLAN %s", text), *plan = x_strdup("");
	struct sql_stmt *stmt = NULL;
	int64_t ids[64];
	int depth = 0, row;

	/* Some statements have no plan to tell. */
	row = sql_prepare(db, explain, &stmt, NULL);
	free(explain);
	while (row >= 0 && stmt && (row = sql_step(stmt)) == 1) {
		int64_t id = sql_get_integer(stmt, 0), parent = sql_get_integer(stmt, 1);
		const char *detail = sql_get_text(stmt, 3);
		char *more;

		while (depth > 0 && ids[depth - 1] != parent)
			depth--;
		more = x_asprintf("%s%s%*s%s", plan, *plan ? "\n" : "", 2 * depth, "", detail ? detail : "");
		free(plan);
		plan = more;
		if (depth < 64)
			ids[depth++] = id;
	}
	if (row < 0 && sql_failure(db) == SQL_NO_MEMORY)
		die("out of memory");
	sql_finalize(stmt);
	return plan;
}

static void read_plans(struct work *work, struct sql *db)
{
	const struct block *main = &work->script->main;

	work->plan = x_calloc(work->script->nlabels + 1, sizeof *work->plan);
	for (size_t i = 0; i < main->n; i++) {
		const struct command *c = &main->command[i];

		if (c->kind == COMMAND_SQL && !work->plan[c->series])
			work->plan[c->series] = plan_of(db, c->text);
	}
}

/* --- all of a script --- */

/* How the rows of \keys are picked depends on how many there are. */
static void init_picks(struct work *work, struct block *block)
{
	for (size_t i = 0; i < block->n; i++) {
		struct command *c = &block->command[i];

		if (c->kind == COMMAND_PICK && c->exponent > 0)
			rng_zipf_init(&c->zipf, work->keys[c->keys].rows, c->exponent);
	}
}

static int set_up(struct performer *p, struct shared *shared, struct work *work)
{
	struct script *script = work->script;

	values_copy(&p->values, &work->values);
	if (performer_defaults(p) < 0 || performer_run(p, &script->once) < 0 || performer_defaults(p) < 0)
		return complain(p);
	for (size_t i = 0; i < script->nqueries; i++) {
		if (run_query(p, shared, work, &script->query[i]) < 0)
			return -1;
	}
	init_picks(work, &script->before);
	init_picks(work, &script->main);
	if (performer_defaults(p) < 0 || performer_prepare(p, &script->once) < 0)
		return complain(p);
	/* What \before makes may be what the main part speaks of; what it reads may be what that sets. */
	if (performer_run(p, &script->before) < 0 || performer_prepare(p, &script->main) < 0 || performer_check(p) < 0)
		return complain(p);
	if (shared->options->explain)
		read_plans(work, p->db);
	values_grow(&work->values, script->nvariables);
	values_copy(&work->values, &p->values);
	return 0;
}

static int set_up_all(struct shared *shared, struct sql *db)
{
	int result = 0;

	for (size_t i = 0; result == 0 && i < shared->works->n; i++) {
		struct work *work = &shared->works->work[i];
		struct performer performer;
		struct rng rng;

		rng_seed(&rng, shared->options->common.seed, 0);
		performer_init(&performer, work->script, &rng, work->keys, shared->blobs, &shared->stop);
		performer_connect(&performer, db);
		result = set_up(&performer, shared, work);
		performer_free(&performer);
	}
	return result;
}

int setup_run(struct shared *shared)
{
	struct busy busy = {.kind = shared->options->busy, .timeout = shared->options->busy_timeout, .stop = &shared->stop};
	struct sql *db;
	int result = connection_open(&db, shared->path, shared->options);

	if (result < 0) {
		warn("%s", sql_error(db));
	} else {
		busy_install(&busy, db);
		sql_on_progress(db, LOOK, look_for_signal, &shared->stop);
		result = connection_set_journal(db, shared->options);
		if (result == 0)
			result = set_up_all(shared, db);
	}
	sql_close(db);
	return result == 0 ? works_check(shared->works, shared->options) : -1;
}

int setup_expect(struct shared *shared, const struct work *work, char why[PERFORMER_ERROR])
{
	struct performer performer;
	struct sql *db;
	struct rng rng;
	int result = connection_open(&db, shared->path, shared->options) < 0 ? -1 : 1;

	if (result < 0)
		warn("%s", sql_error(db));
	rng_seed(&rng, shared->options->common.seed, 0);
	performer_init(&performer, work->script, &rng, work->keys, shared->blobs, &shared->stop);
	performer_connect(&performer, db);
	values_copy(&performer.values, &work->values);
	for (size_t i = 0; result == 1 && i < work->script->nqueries; i++) {
		const struct query *query = &work->script->query[i];
		struct statement s = {0};

		if (query->kind != QUERY_EXPECT)
			continue;
		if (performer_query(&performer, query, &s) < 0) {
			result = complain(&performer);
		} else if (sql_step(s.stmt) < 0) {
			result = complain_query(&performer, query);
		} else if (sql_type(s.stmt, 0) != SQL_INTEGER || sql_get_integer(s.stmt, 0) != 1) {
			const char *got = sql_get_text(s.stmt, 0);

			snprintf(why, PERFORMER_ERROR, "%s:%u: \\expect: got %s instead of 1 from %s",
				 work->script->name, query->line, got ? got : "nothing", query->text);
			result = 0;
		}
		performer_done(&s);
	}
	performer_free(&performer);
	sql_close(db);
	return result;
}
