#include "side.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "jsonout.h"
#include "measuring.h"

static char *with(char *params, const char *key, const char *value)
{
	char *more = measuring_params(params, key, value);

	free(params);
	return more;
}

static char *with_number(char *params, const char *key, double value)
{
	char text[JSON_NUMBER_MAX];

	json_format_number(text, value);
	return with(params, key, text);
}

/* What else the figures depend on. */
static char *params_of(const struct side *side, const struct options *o, const struct content *content, enum op op)
{
	const struct content_spec *c = &o->content;
	char *params = x_strdup(o->common.params);

	params = with_number(params, "change", c->change);
	params = with_number(params, "files", (double)content->manifest.n);
	if (c->from)
		params = with_number(params, "bytes", (double)content->manifest.bytes);
	else if (c->size_min == c->size_max)
		params = with_number(params, "file-size", (double)c->size_min);
	else
		params = with(params, "file-size", o->size_text);
	if (side->backend == &backend_autonav)
		params = with(params, "dialect", "autonav");
	if (o->cold)
		params = with(params, "cache", "cold");
	if (op == OP_RESTORE)
		params = with(params, "scope", side->backend->restore_scope);
	return params;
}

static double *none(size_t n)
{
	double *all = x_reallocarray(NULL, n, sizeof *all);

	for (size_t i = 0; i < n; i++)
		all[i] = NAN;
	return all;
}

void side_init(struct side *side, const struct options *o, const struct backend *backend, const struct content *content,
	       const char *directory, struct signals *signals)
{
	const char *prefix = o->common.bench;
	size_t n = (size_t)o->count;

	*side = (struct side){.backend = backend, .mode = MODE_REAL, .stored_first = -1, .stored_last = -1};
	side->store = (struct store){.backend = backend,
				     .runner = {signals, o->timeout},
				     .cli = backend == &backend_git ? o->git_path : o->cli,
				     .config = backend == &backend_git ? o->git_config : NULL,
				     .work = content->directory,
				     .directory = directory};
	for (int op = 0; op < OP_COUNT; op++) {
		struct tally *t = &side->tally[op];

		side->bench[op] = x_asprintf("%s%s%s/%s", prefix ? prefix : "", prefix ? "/" : "", backend->name,
					     op_name((enum op)op));
		side->params[op] = params_of(side, o, content, (enum op)op);
		t->initial = NAN;
		if (!o->op[op])
			continue;
		t->latency = none(n);
		t->first = none(n);
		t->less_open = none(n);
		t->less_spawn = none(n);
	}
}

void side_dispose(struct side *side)
{
	if (side->ready)
		side->backend->dispose(&side->store);
	for (int op = 0; op < OP_COUNT; op++) {
		struct tally *t = &side->tally[op];

		free(side->bench[op]);
		free(side->params[op]);
		free(t->latency);
		free(t->first);
		free(t->less_open);
		free(t->less_spawn);
	}
}

const char *side_lacks(const struct side *side, enum op op)
{
	const struct backend *b = side->backend;
	const char *none_such = "there is no such operation";

	if (op == OP_OPEN && !b->open)
		return b->no_open ? b->no_open : none_such;
	if (op == OP_DIFF && !b->diff)
		return b->no_diff ? b->no_diff : none_such;
	if ((op == OP_MATERIALIZE || op == OP_CYCLE) && !b->materialize)
		return b->no_materialize ? b->no_materialize : none_such;
	if (op == OP_RESTORE && !b->restore)
		return none_such;
	return NULL;
}

bool side_does(const struct side *side, const struct options *o, enum op op)
{
	return o->op[op] && !side->over && !side->broken[op] && !side_lacks(side, op);
}

bool side_alive(const struct side *side, const struct options *o)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (!*side->skip && side_does(side, o, (enum op)op))
			return true;
	}
	return false;
}

double side_less(const struct side *side, const struct turn *turn, enum op floor)
{
	const struct turn *of = &side->turn[floor];

	if (!of->ok || !side->tally[floor].latency || turn->op == floor)
		return NAN;
	return (double)turn->cost.latency - (double)of->cost.latency * turn->cost.runs;
}

void side_stored(struct side *side, int64_t bytes)
{
	side->stored = bytes;
	side->step = (struct stored){0};
	if (bytes < 0)
		return;
	if (side->stored_last >= 0) {
		side->step = side->since;
		side->step.growth = bytes - side->stored_last;
	}
	if (side->stored_first < 0)
		side->stored_first = bytes;
	side->stored_last = bytes;
	side->since = (struct stored){0};
}

static void count_commit(struct stored *sum, const struct stored *step)
{
	sum->commits += step->commits;
	sum->changed.files += step->changed.files;
	sum->changed.bytes += step->changed.bytes;
	sum->growth += step->growth;
}

void side_count(struct side *side, size_t round)
{
	if (side->first.ok && side->tally[side->first.op].first)
		side->tally[side->first.op].first[round] = (double)side->first.cost.latency;
	for (int op = 0; op < OP_COUNT; op++) {
		const struct turn *turn = &side->turn[op];
		struct tally *t = &side->tally[op];

		if (!turn->ok || !t->latency)
			continue;
		t->latency[round] = (double)turn->cost.latency;
		t->less_open[round] = op == OP_SPAWN ? NAN : side_less(side, turn, OP_OPEN);
		t->less_spawn[round] = side_less(side, turn, OP_SPAWN);
		t->n++;
		t->sum += (double)turn->cost.latency;
		t->cpu += (double)(turn->cost.user + turn->cost.system);
		if (turn->cost.max_rss > t->max_rss)
			t->max_rss = turn->cost.max_rss;
	}
	if (side->turn[OP_COMMIT].ok)
		count_commit(&side->sum, &side->step);
}
