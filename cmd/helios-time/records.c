#include "records.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>

#include "clock.h"
#include "die.h"

static const struct place no_place = {-1, -1};

struct value {
	const char *metric;
	enum unit unit;
	enum better better;
	double value;
};

static void put(const struct records *rec, const struct side *side, enum op op, const struct value *v,
		struct place place)
{
	struct record record;

	rec->writer->mode = side->mode;
	record = writer_new(rec->writer, RECORD_SAMPLE, side->bench[op], side->params[op], place);
	record.metric = v->metric;
	record.unit = v->unit;
	record.better = v->better;
	record.value = v->value;
	record.seq = rec->round;
	record.warmup = rec->warmup;
	writer_put(rec->writer, &record);
}

/* --- what there is --- */

static char *whole(const struct records *rec)
{
	return x_strdup(rec->options->common.bench ? rec->options->common.bench : "helios-time");
}

void records_place(const struct records *rec, const struct place_found *place)
{
	char *bench = whole(rec), *path = writer_quote(place->path);

	writer_event(rec->writer, bench, rec->options->common.params, "directory", clock_now(),
		     "{\"path\":%s,\"filesystem\":\"%s\",\"free\":%" PRId64 ",\"size\":%" PRId64 "}", path, place->type,
		     place->free, place->bytes);
	free(path);
	free(bench);
}

void records_content(const struct records *rec, const struct content *content, uint64_t left_out)
{
	char *bench = whole(rec);

	writer_event(rec->writer, bench, rec->options->common.params, "content", clock_now(),
		     "{\"files\":%zu,\"bytes\":%" PRId64 ",\"left-out\":%" PRIu64 "}", content->manifest.n,
		     content->manifest.bytes, left_out);
	free(bench);
}

void records_backend(const struct records *rec, const struct side *side)
{
	char *path = writer_quote(side->store.path), *version = writer_quote(side->store.version);
	char *bench = x_asprintf("%s", side->bench[OP_SPAWN]);

	writer_event(rec->writer, bench, side->params[OP_SPAWN], "backend", clock_now(),
		     "{\"backend\":\"%s\",\"dialect\":\"%s\",\"path\":%s,\"version\":%s,\"mode\":\"%s\"}",
		     side->backend->name, side->backend->dialect, path, version, mode_name(side->mode));
	free(bench);
	free(version);
	free(path);
}

void records_skips(const struct records *rec, const struct side *side, const char *reason)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (rec->options->op[op])
			writer_skip(rec->writer, side->bench[op], side->params[op], "", reason);
	}
}

void records_missing(const struct records *rec, const struct side *side)
{
	for (int op = 0; op < OP_COUNT; op++) {
		const struct tally *t = &side->tally[op];
		const char *lacks = side_lacks(side, (enum op)op);

		if (!rec->options->op[op] || t->n || t->failed)
			continue;
		writer_skip(rec->writer, side->bench[op], side->params[op], "",
			    lacks        ? lacks
			    : side->over ? "a commit had failed before"
					 : "the run ended before");
	}
}

/* --- what was measured --- */

void records_initial(const struct records *rec, const struct side *side, const struct cost *cost)
{
	const struct value v = {"initial", UNIT_NS, BETTER_LOWER, (double)cost->latency};

	put(rec, side, OP_COMMIT, &v, (struct place){cost->began, cost->latency});
}

static void put_floors(const struct records *rec, const struct side *side, const struct turn *turn)
{
	double open = turn->op == OP_OPEN ? NAN : side_less(side, turn, OP_OPEN);
	const struct value v[] = {{"less-open", UNIT_NS, BETTER_LOWER, open},
				  {"less-spawn", UNIT_NS, BETTER_LOWER, side_less(side, turn, OP_SPAWN)}};

	for (size_t i = 0; i < sizeof v / sizeof v[0] && turn->op != OP_SPAWN; i++) {
		if (!isnan(v[i].value))
			put(rec, side, turn->op, &v[i], (struct place){turn->cost.began, turn->cost.latency});
	}
}

static void put_commit(const struct records *rec, const struct side *side, struct place place)
{
	const struct value v[] = {
		{"bytes", UNIT_BYTES, BETTER_NONE, (double)side->changed.bytes},
		{"files", UNIT_ONE, BETTER_NONE, (double)side->changed.files},
		{"store-bytes", UNIT_BYTES, BETTER_LOWER, (double)side->stored},
		{"store-growth", UNIT_BYTES_PER_OP, BETTER_LOWER,
		 side->step.commits ? (double)side->step.growth / (double)side->step.commits : 0},
	};
	bool known[] = {true, true, side->stored >= 0, side->step.commits > 0};

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		if (known[i])
			put(rec, side, OP_COMMIT, &v[i], place);
	}
}

static void put_turn(const struct records *rec, const struct side *side, const struct turn *turn)
{
	const struct cost *c = &turn->cost;
	const struct value v[] = {
		{"latency", UNIT_NS, BETTER_LOWER, (double)c->latency},
		{"cpu-user", UNIT_NS, BETTER_LOWER, (double)c->user},
		{"cpu-sys", UNIT_NS, BETTER_LOWER, (double)c->system},
		{"max-rss", UNIT_BYTES, BETTER_LOWER, (double)c->max_rss}, /* the last: it may not be known */
	};
	struct place place = {c->began, c->latency};

	for (size_t i = 0; i < sizeof v / sizeof v[0] - !c->max_rss; i++)
		put(rec, side, turn->op, &v[i], place);
	put_floors(rec, side, turn);
	if (turn->op == OP_COMMIT)
		put_commit(rec, side, place);
}

/* What was measured is there even if this program is killed. A stream that fails is left without the rest and without
 * its flag, since why it did is known. */
static void flush(struct writer *w)
{
	if (!w->out || w->error || fflush(w->out) == 0)
		return;
	w->error = errno ? errno : EIO;
	__fpurge(w->out);
	clearerr(w->out);
}

void records_round(const struct records *rec, const struct side *side)
{
	const struct value first = {"first", UNIT_NS, BETTER_LOWER, (double)side->first.cost.latency};

	if (side->first.ok)
		put(rec, side, side->first.op, &first,
		    (struct place){side->first.cost.began, side->first.cost.latency});
	for (int op = 0; op < OP_COUNT; op++) {
		if (side->turn[op].ok && rec->options->op[op])
			put_turn(rec, side, &side->turn[op]);
	}
	flush(rec->writer);
}

void records_failure(const struct records *rec, const struct side *side, enum op op, const struct cost *cost,
		     const char *why)
{
	char *text = writer_quote(why);
	struct record record;

	if (cost->runs && rec->options->op[op]) {
		rec->writer->mode = side->mode;
		record = writer_new(rec->writer, RECORD_SAMPLE, side->bench[op], side->params[op],
				    (struct place){cost->began, cost->latency});
		record.metric = "latency";
		record.unit = UNIT_NS;
		record.better = BETTER_LOWER;
		record.value = (double)cost->latency;
		record.seq = rec->round;
		record.ok = false;
		writer_put(rec->writer, &record);
	}
	writer_event(rec->writer, side->bench[op], side->params[op], "failure", clock_now(),
		     "{\"round\":%" PRId64 ",\"reason\":%s}", rec->round, text);
	free(text);
}

void records_totals(const struct records *rec, const struct side *side)
{
	rec->writer->mode = side->mode;
	for (int op = 0; op < OP_COUNT; op++) {
		const struct tally *t = &side->tally[op];

		if (!rec->options->op[op] || !(t->n || t->failed))
			continue;
		if (t->sum > 0)
			writer_sample(rec->writer, side->bench[op], side->params[op], "throughput", UNIT_PER_SECOND,
				      BETTER_HIGHER, (double)t->n * 1e9 / t->sum, (double)t->n, no_place, NULL);
		writer_sample(rec->writer, side->bench[op], side->params[op], "errors", UNIT_ONE, BETTER_LOWER,
			      (double)t->failed, 1, no_place, NULL);
		if (t->n && !t->max_rss)
			writer_skip(rec->writer, side->bench[op], side->params[op], "max-rss",
				    "not above what every program inherits from the process that starts it");
	}
}

void records_event(const struct records *rec, const char *name, const char *key, const char *text)
{
	char *bench = whole(rec), *quoted = writer_quote(text);

	writer_event(rec->writer, bench, rec->options->common.params, name, clock_now(), "{\"%s\":%s}", key, quoted);
	free(quoted);
	free(bench);
}

void records_interrupted(const struct records *rec, int signal)
{
	char *bench = whole(rec);

	writer_event(rec->writer, bench, rec->options->common.params, "interrupted", clock_now(), "{\"signal\":%d}",
		     signal);
	free(bench);
}
