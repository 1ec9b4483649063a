#include "performer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "uuid.h"

#define NAP 100000000 /* ns: how long a sleep does not look whether to stop */

void performer_init(struct performer *p, struct script *script, struct rng *rng, const struct keys *keys,
		    struct blobs *blobs, struct stop *stop)
{
	*p = (struct performer){
		.script = script, .rng = rng, .keys = keys, .blobs = blobs, .stop = stop, .stale = true};
	values_init(&p->values, script->nvariables);
	p->statement = x_calloc(script->nstatements + 1, sizeof *p->statement);
	p->left = x_calloc(script->depth + 1, sizeof *p->left);
}

void performer_done(struct statement *s)
{
	sql_finalize(s->stmt);
	free(s->parameter);
	free(s->column);
	*s = (struct statement){0};
}

void performer_connect(struct performer *p, struct sql *db)
{
	for (size_t i = 0; i < p->script->nstatements; i++)
		performer_done(&p->statement[i]);
	p->db = db;
}

void performer_free(struct performer *p)
{
	if (!p->script)
		return;
	performer_connect(p, NULL);
	free(p->statement);
	free(p->left);
	values_free(&p->values);
}

static int fail(struct performer *p, unsigned line, enum sql_failure failure, const char *why)
{
	p->failure = failure;
	snprintf(p->error, sizeof p->error, "%s:%u: %s", p->script->name, line, why);
	return -1;
}

int performer_fail(struct performer *p, enum sql_failure failure, const char *why)
{
	return fail(p, p->script->main.command[0].line, failure, why);
}

static int fail_sql(struct performer *p, unsigned line)
{
	return fail(p, line, sql_failure(p->db), sql_reason(p->db));
}

static int fail_variable(struct performer *p, unsigned line, int slot)
{
	char why[128];

	snprintf(why, sizeof why, "variable '%.64s' %s", p->script->variable[slot].name,
		 p->values.value[slot].kind == VALUE_UNSET ? "has no value yet" : "is not a number");
	return fail(p, line, SQL_OTHER, why);
}

/* --- preparing --- */

static int link_parameters(struct performer *p, struct statement *s, unsigned line)
{
	int n = sql_parameters(s->stmt);

	s->parameter = x_calloc((size_t)n + 1, sizeof *s->parameter);
	for (int at = 1; at <= n; at++) {
		const char *name = sql_parameter(s->stmt, at);

		if (!name || *name == '?')
			return fail(p, line, SQL_OTHER, "parameters have names, such as :id");
		s->parameter[s->nparameters].at = at;
		s->parameter[s->nparameters++].slot = script_variable(p->script, name + 1, strlen(name + 1), line);
	}
	return 0;
}

static void link_columns(struct performer *p, struct statement *s, const char *prefix, unsigned line)
{
	s->ncolumns = (size_t)sql_columns(s->stmt);
	s->column = x_calloc(s->ncolumns + 1, sizeof *s->column);
	for (size_t i = 0; i < s->ncolumns; i++) {
		char *name = x_asprintf("%s%s", prefix, sql_column(s->stmt, (int)i));

		s->column[i] = script_variable(p->script, name, strlen(name), line);
		p->script->variable[s->column[i]].assigned = true;
		free(name);
	}
}

static int prepare(struct performer *p, struct statement *s, const char *text, const char *prefix, unsigned line)
{
	if (sql_prepare(p->db, text, &s->stmt, NULL) < 0)
		return fail_sql(p, line);
	if (!s->stmt)
		return fail(p, line, SQL_OTHER, "expected an SQL statement");
	if (link_parameters(p, s, line) < 0)
		return -1;
	if (prefix)
		link_columns(p, s, prefix, line);
	s->reads_only = sql_reads_only(s->stmt);
	values_grow(&p->values, p->script->nvariables);
	return 0;
}

static int prepare_command(struct performer *p, const struct command *c)
{
	struct statement *s = &p->statement[c->statement];

	return s->stmt ? 0 : prepare(p, s, c->text, c->keeps_row ? c->prefix : NULL, c->line);
}

int performer_prepare(struct performer *p, const struct block *block)
{
	for (size_t i = 0; i < block->n; i++) {
		if (block->command[i].kind == COMMAND_SQL && prepare_command(p, &block->command[i]) < 0)
			return -1;
	}
	return 0;
}

int performer_check(struct performer *p)
{
	for (size_t i = 0; i < p->script->nvariables; i++) {
		const struct variable *v = &p->script->variable[i];
		char why[128];

		if (v->assigned)
			continue;
		snprintf(why, sizeof why, "unknown variable '%.64s': nothing gives it a value", v->name);
		return fail(p, v->line, SQL_OTHER, why);
	}
	return 0;
}

/* --- carrying out --- */

static inline int bind(struct performer *p, struct statement *s, unsigned line)
{
	for (size_t i = 0; i < s->nparameters; i++) {
		struct parameter *parameter = &s->parameter[i];
		uint32_t version = p->values.value[parameter->slot].version;

		if (version == 0)
			return fail_variable(p, line, parameter->slot);
		if (version == parameter->version)
			continue;
		if (values_bind(&p->values, parameter->slot, s->stmt, parameter->at) < 0)
			return fail_sql(p, line);
		parameter->version = version;
	}
	return 0;
}

int performer_query(struct performer *p, const struct query *query, struct statement *s)
{
	*s = (struct statement){0};
	if (prepare(p, s, query->text, NULL, query->line) < 0)
		return -1;
	return bind(p, s, query->line);
}

static int keep_row(struct performer *p, struct statement *s, unsigned line)
{
	int result = sql_step(s->stmt);

	for (size_t i = 0; result == 1 && i < s->ncolumns; i++) {
		if (values_set_column(&p->values, s->column[i], s->stmt, (int)i) < 0) {
			sql_reset(s->stmt);
			return fail(p, line, SQL_NO_MEMORY, "out of memory");
		}
	}
	/* What writes is finished, so that it tells how that went. */
	while (result == 1 && !s->reads_only)
		result = sql_step(s->stmt);
	if (result < 0)
		fail_sql(p, line);
	sql_reset(s->stmt);
	return result < 0 ? -1 : 0;
}

static inline int run_statement(struct performer *p, const struct command *c)
{
	struct statement *s = &p->statement[c->statement];
	bool timed = p->recorder && p->script->timed;
	int result;

	if (!s->stmt && prepare_command(p, c) < 0)
		return -1;
	if (timed && p->stale)
		p->now = clock_now();
	if (bind(p, s, c->line) < 0)
		return -1;
	if (s->column)
		result = keep_row(p, s, c->line);
	else if ((result = sql_run(s->stmt)) < 0)
		fail_sql(p, c->line);
	if (!timed || result < 0) {
		p->stale = true;
		return result;
	}
	int64_t end = clock_now();
	recorder_put(p->recorder, p->series + c->series, end, end - p->now);
	p->now = end;
	p->stale = false;
	return 0;
}

static inline int check_numbers(struct performer *p, const struct command *c)
{
	for (const int *slot = c->uses; *slot >= 0; slot++) {
		if (p->values.value[*slot].kind != VALUE_NUMBER)
			return fail_variable(p, c->line, *slot);
	}
	return 0;
}

static int integer_of(struct performer *p, const struct command *c, int64_t *value)
{
	const char *why;

	if (check_numbers(p, c) < 0)
		return -1;
	why = expr_eval_integer(c->expr, p->values.number, p->rng, value);
	return why ? fail(p, c->line, SQL_OTHER, why) : 0;
}

static inline int run_set(struct performer *p, const struct command *c)
{
	struct expr_value result;
	const char *why;

	if (p->script->variable[c->variable].fixed)
		return 0;
	if (check_numbers(p, c) < 0)
		return -1;
	why = expr_eval(c->expr, p->values.number, p->rng, &result);
	if (why)
		return fail(p, c->line, SQL_OTHER, why);
	values_set_number(&p->values, c->variable, &result);
	return 0;
}

static int run_uuid(struct performer *p, const struct command *c)
{
	char *text = values_make_text(&p->values, c->variable, UUID_LENGTH);

	if (!text)
		return fail(p, c->line, SQL_NO_MEMORY, "out of memory");
	uuid_make(text, p->rng);
	return 0;
}

static int run_blob(struct performer *p, const struct command *c)
{
	const void *bytes;
	int64_t size;

	if (integer_of(p, c, &size) < 0)
		return -1;
	if (size < 0 || size > BLOB_MAX)
		return fail(p, c->line, SQL_OTHER, "\\blob: expected a size from 0 to 1000000000");
	bytes = blobs_get(p->blobs, (size_t)size);
	if (!bytes)
		return fail(p, c->line, SQL_NO_MEMORY, "out of memory");
	values_refer(&p->values, c->variable, VALUE_BLOB, bytes, (size_t)size);
	return 0;
}

static int run_sleep(struct performer *p, const struct command *c)
{
	struct expr_value result;
	const char *why;
	double ns;

	if (check_numbers(p, c) < 0)
		return -1;
	why = expr_eval(c->expr, p->values.number, p->rng, &result);
	if (why)
		return fail(p, c->line, SQL_OTHER, why);
	ns = (result.is_real ? result.real : (double)result.integer) * (double)c->unit;
	if (!(ns < 1e18))
		return fail(p, c->line, SQL_OTHER, "\\sleep: too long");
	for (int64_t until = clock_now() + (int64_t)(ns > 0 ? ns : 0), now; (now = clock_now()) < until;) {
		if (stop_look(p->stop))
			return fail(p, c->line, SQL_INTERRUPTED, "interrupted");
		clock_sleep_until(until - now > NAP ? now + NAP : until);
	}
	return 0;
}

static int run_pick(struct performer *p, const struct command *c)
{
	const struct keys *keys = &p->keys[c->keys];
	size_t row = c->exponent > 0 ? rng_zipf(&c->zipf, p->rng) - 1 : rng_below(p->rng, keys->rows);

	keys_pick(keys, row, &p->values);
	return 0;
}

/* The index of the next command. */
static int run_repeat(struct performer *p, const struct command *c, size_t *at)
{
	int64_t times;

	if (integer_of(p, c, &times) < 0)
		return -1;
	p->left[c->depth] = times;
	*at = times > 0 ? *at + 1 : c->partner + 1;
	return 0;
}

static int run_end(struct performer *p, const struct command *c, size_t *at)
{
	if (stop_wanted(p->stop))
		return fail(p, c->line, SQL_INTERRUPTED, "interrupted");
	*at = --p->left[c->depth] > 0 ? c->partner + 1 : *at + 1;
	return 0;
}

static int run_command(struct performer *p, const struct command *c, size_t *at)
{
	p->stale = true;
	if (c->kind == COMMAND_REPEAT)
		return run_repeat(p, c, at);
	if (c->kind == COMMAND_END)
		return run_end(p, c, at);
	++*at;
	switch (c->kind) {
	case COMMAND_UUID:
		return run_uuid(p, c);
	case COMMAND_BLOB:
		return run_blob(p, c);
	case COMMAND_SLEEP:
		return run_sleep(p, c);
	default:
		return run_pick(p, c);
	}
}

static int run_commands(struct performer *p, const struct block *block)
{
	for (size_t at = 0; at < block->n;) {
		const struct command *c = &block->command[at];
		int result;

		if (c->kind == COMMAND_SQL) {
			result = run_statement(p, c);
			at++;
		} else if (c->kind == COMMAND_SET) {
			p->stale = true;
			result = run_set(p, c);
			at++;
		} else {
			result = run_command(p, c, &at);
		}
		if (result < 0)
			return -1;
	}
	if (sql_in_transaction(p->db)) {
		unsigned line = block->n ? block->command[block->n - 1].line : 1;

		return fail(p, line, SQL_OTHER, "a transaction is still open at the end: expected COMMIT or ROLLBACK");
	}
	return 0;
}

int performer_run(struct performer *p, const struct block *block)
{
	int result = run_commands(p, block);

	if (result < 0 && sql_in_transaction(p->db))
		(void)sql_exec(p->db, "ROLLBACK"); /* the failure that counts is the first */
	if (p->recorder && (p->stale || result < 0)) {
		p->now = clock_now();
		p->stale = false;
	}
	return result;
}

int performer_defaults(struct performer *p)
{
	const struct block *main = &p->script->main;

	for (size_t i = 0; i < main->n && main->command[i].kind == COMMAND_SET; i++) {
		const struct command *c = &main->command[i];
		bool known = true;

		for (const int *slot = c->uses; *slot >= 0; slot++)
			known &= p->values.value[*slot].kind == VALUE_NUMBER;
		if (known && run_set(p, c) < 0)
			return -1;
	}
	return 0;
}
