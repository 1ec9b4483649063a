#include "rounds.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "die.h"
#include "lease.h"
#include "perform.h"

static const enum op reads[] = {OP_OPEN, OP_RESTORE, OP_MATERIALIZE, OP_DIFF};

#define READS (sizeof reads / sizeof reads[0])

static bool ends(const struct rounds *r)
{
	return *r->why || signals_caught(r->signals) || r->records->writer->error;
}

/* Whose turn it is as the i-th of this round. */
static struct side *turn_of(struct rounds *r, size_t i)
{
	return &r->side[((uint64_t)r->records->round + i) % r->sides];
}

static bool asked(const struct rounds *r, enum op op)
{
	return r->options->op[op];
}

/* --- the steps of a round --- */

static void change(struct rounds *r)
{
	char why[CONTENT_WHY];

	if (r->ahead) {
		r->ahead = false;
		return;
	}
	if (content_change(r->content, &r->changed, why) < 0 && !signals_caught(r->signals))
		snprintf(r->why, sizeof r->why, "%s", why);
}

static void each(struct rounds *r, enum op op)
{
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		struct side *side = turn_of(r, i);

		if (side_does(side, r->options, op))
			perform(r, side, op, &side->turn[op]);
	}
}

/* Which read has its turn directly after the commit. OP_COUNT: none. */
static enum op first_read(const struct rounds *r, const struct side *side)
{
	enum op wanted[READS];
	size_t n = 0;

	for (size_t i = 0; i < READS; i++) {
		if (asked(r, reads[i]))
			wanted[n++] = reads[i];
	}
	return n && side_does(side, r->options, wanted[(uint64_t)r->records->round % n])
		       ? wanted[(uint64_t)r->records->round % n]
		       : OP_COUNT;
}

static void weigh_store(struct side *side)
{
	int64_t bytes = content_allocated(side->store.directory);

	if (bytes < 0 && errno == ENOMEM)
		die("out of memory");
	side_stored(side, bytes);
}

static void commit(struct rounds *r, struct side *side)
{
	enum op first = first_read(r, side);

	side->changed = r->changed;
	perform(r, side, OP_COMMIT, &side->turn[OP_COMMIT]);
	if (side->turn[OP_COMMIT].ok)
		weigh_store(side);
	if (first != OP_COUNT && side->turn[OP_COMMIT].ok && !ends(r))
		perform(r, side, first, &side->first);
}

/* Are commits of use to anything that is still done? */
static bool needs_commits(const struct rounds *r, const struct side *side)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (op != OP_SPAWN && op != OP_CYCLE && side_does(side, r->options, (enum op)op))
			return true;
	}
	return false;
}

static void commits(struct rounds *r)
{
	bool needed = false;

	for (size_t i = 0; i < r->sides; i++)
		needed |= needs_commits(r, &r->side[i]);
	if (!needed || ends(r))
		return;
	change(r);
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		struct side *side = turn_of(r, i);

		if (needs_commits(r, side))
			commit(r, side);
		else
			side->id[0] = side->before[0] = '\0'; /* this change is in none of its commits */
	}
}

/* What was committed is read again where nothing that was asked for does. */
static void verify(struct rounds *r)
{
	if (asked(r, OP_MATERIALIZE) || !asked(r, OP_COMMIT))
		return;
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		struct side *side = turn_of(r, i);

		if (side->turn[OP_COMMIT].ok)
			perform_verification(r, side, &r->content->manifest, &side->turn[OP_COMMIT]);
	}
}

static void cycles(struct rounds *r)
{
	bool needed = false;

	for (size_t i = 0; i < r->sides; i++)
		needed |= side_does(&r->side[i], r->options, OP_CYCLE);
	if (!needed || ends(r))
		return;
	change(r);
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		struct side *side = turn_of(r, i);

		if (side_does(side, r->options, OP_CYCLE))
			perform(r, side, OP_CYCLE, &side->turn[OP_CYCLE]);
		else
			side->id[0] = side->before[0] = '\0';
	}
}

static void begin_round(struct rounds *r, int64_t number)
{
	r->records->round = number;
	r->records->warmup = number < r->options->warmup;
	for (size_t i = 0; i < r->sides; i++) {
		struct side *side = &r->side[i];

		memset(side->turn, 0, sizeof side->turn);
		memset(&side->first, 0, sizeof side->first);
		side->stored = -1;
		side->step = (struct stored){0};
	}
}

static void run_round(struct rounds *r, int64_t number)
{
	begin_round(r, number);
	each(r, OP_SPAWN);
	commits(r);
	for (size_t i = 0; i < READS; i++)
		each(r, reads[i]);
	verify(r);
	cycles(r);
	for (size_t i = 0; i < r->sides; i++) {
		records_round(r->records, &r->side[i]);
		if (!r->records->warmup)
			side_count(&r->side[i], (size_t)(number - r->options->warmup));
	}
}

/* --- before and after them --- */

static void first_commit(struct rounds *r, struct side *side, struct turn *turn)
{
	progress_update(r->progress, "%s: the first commit", side->backend->name);
	perform(r, side, OP_COMMIT, turn);
	if (turn->ok)
		weigh_store(side);
}

static void look_at_first(struct rounds *r, struct side *side, const struct manifest *committed, struct turn *turn)
{
	perform_verification(r, side, committed, turn);
	if (!turn->ok || ends(r))
		return;
	if (asked(r, OP_COMMIT) || asked(r, OP_CYCLE)) {
		side->tally[OP_COMMIT].initial = (double)turn->cost.latency;
		records_initial(r->records, side, &turn->cost);
	}
}

/* The first commit of a store, of files that are all new to it. It is read back once the work tree has become another:
 * what is not in the store cannot be found then. */
static void initial(struct rounds *r)
{
	struct turn turn[SIDES] = {0};
	struct manifest committed;

	begin_round(r, 0);
	r->records->warmup = false;
	for (size_t i = 0; i < r->sides && !ends(r); i++)
		first_commit(r, &r->side[i], &turn[i]);
	committed = manifest_copy(&r->content->manifest);
	if (!ends(r)) {
		change(r);
		r->ahead = true;
	}
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		if (turn[i].ok)
			look_at_first(r, &r->side[i], &committed, &turn[i]);
	}
	manifest_free(&committed);
}

static bool only_spawns(const struct rounds *r)
{
	for (int op = 0; op < OP_COUNT; op++) {
		if (op != OP_SPAWN && asked(r, (enum op)op))
			return false;
	}
	return true;
}

static bool any_alive(const struct rounds *r)
{
	for (size_t i = 0; i < r->sides; i++) {
		if (side_alive(&r->side[i], r->options))
			return true;
	}
	return false;
}

void rounds_run(struct rounds *r)
{
	int64_t n = r->options->warmup + r->options->count;

	if (!r->sides)
		return;
	if (!only_spawns(r))
		initial(r);
	for (int64_t i = 0; i < n && !ends(r) && any_alive(r); i++)
		run_round(r, i);
	for (size_t i = 0; i < r->sides && !ends(r); i++) {
		if (asked(r, OP_RESTORE) || asked(r, OP_MATERIALIZE) || asked(r, OP_CYCLE))
			perform_refusal(r, &r->side[i]);
	}
	progress_clear(r->progress);
}
