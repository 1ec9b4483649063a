#include "perform.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "lease.h"
#include "walk.h"

#define TOLD_MAX 3 /* failures of one operation that are told one by one */

/* --- what failed --- */

static void tell(struct rounds *r, struct side *side, enum op op, const char *why)
{
	struct tally *t = &side->tally[op];

	if (!t->failed)
		snprintf(t->why, sizeof t->why, "%s", why);
	if (t->told == TOLD_MAX || (t->failed && strcmp(t->why, why) == 0))
		return;
	t->told++;
	progress_clear(r->progress);
	warn("%s %s: %s%s", side->backend->name, op_name(op), why,
	     t->told == TOLD_MAX ? " (what else of it fails is in the records)" : "");
}

static void fail(struct rounds *r, struct side *side, enum op op, const struct cost *cost, enum run_failure failure,
		 const char *why)
{
	if (failure == RUN_CANCELLED || signals_caught(r->signals))
		return;
	tell(r, side, op, why);
	side->tally[op].failed++;
	r->failures++;
	records_failure(r->records, side, op, cost, why);
	if (!r->options->ignore_failure)
		side->broken[op] = true;
}

/* There is nothing to read from, and nothing to compare with. */
static void commit_failed(struct rounds *r, struct side *side)
{
	side->id[0] = side->before[0] = '\0';
	if (!r->options->ignore_failure)
		side->over = true;
}

/* --- what is around an operation --- */

static bool cool(struct rounds *r, const char *directory)
{
	char why[CONTENT_WHY];

	if (!r->options->cold || content_cool(directory, why) == 0)
		return true;
	snprintf(r->why, sizeof r->why, "--cold: %s", why);
	return false;
}

static bool make_out(struct rounds *r)
{
	if (mkdir(r->out, 0700) == 0)
		return true;
	snprintf(r->why, sizeof r->why, "%s: %s", r->out, strerror(errno));
	return false;
}

static int open_up(struct walk *w, int parent, const char *name, unsigned char type)
{
	(void)w;
	return type == DT_DIR && fchmodat(parent, name, 0700, 0) < 0 ? -1 : WALK_ON;
}

/* What a program wrote may have directories that not even their owner may write to. */
static int remove_anyway(const char *path)
{
	struct walk w = {.visit = open_up};
	struct stat st;
	int fd;

	if (lease_remove_tree(path) == 0)
		return 0;
	if (errno != EACCES || lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || chmod(path, 0700) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	walk(&w, fd);
	walk_dispose(&w);
	close(fd);
	return lease_remove_tree(path);
}

static void remove_out(struct rounds *r)
{
	if (remove_anyway(r->out) < 0 && !*r->why)
		snprintf(r->why, sizeof r->why, "%s: %s", r->out, strerror(errno));
}

static void add(struct cost *cost, const struct cost *more)
{
	if (!cost->runs)
		cost->began = more->began;
	cost->latency += more->latency;
	cost->user += more->user;
	cost->system += more->system;
	cost->runs += more->runs;
	if (more->max_rss > cost->max_rss)
		cost->max_rss = more->max_rss;
}

/* --- the operations: 0, or -1 with why --- */

static int do_commit(struct rounds *r, struct side *side, struct cost *cost, enum run_failure *failure,
		     char why[RUN_WHY])
{
	char id[ID_MAX];

	if (!cool(r, side->store.directory) || !cool(r, side->store.work))
		return -1;
	if (side->backend->commit(&side->store, id, cost, failure, why) < 0)
		return -1;
	memcpy(side->before, side->id, sizeof side->before);
	memcpy(side->id, id, sizeof side->id);
	side->since.commits++;
	side->since.changed.files += r->changed.files;
	side->since.changed.bytes += r->changed.bytes;
	return 0;
}

/* Write the last commit's files and look whether they are those of m. */
static int do_write(struct rounds *r, struct side *side, const struct manifest *m, bool by_restore, struct cost *cost,
		    enum run_failure *failure, char why[RUN_WHY])
{
	const struct backend *b = side->backend;
	int status = -1;

	if (!make_out(r))
		return -1;
	if (cool(r, side->store.directory))
		status = (by_restore ? b->restore : b->materialize)(&side->store, side->id, r->out, cost, failure, why);
	if (status == 0 && manifest_verify(m, r->out, r->signals, why) < 0) {
		*failure = errno == ECANCELED ? RUN_CANCELLED : RUN_FAILED;
		side->wrong |= *failure == RUN_FAILED;
		status = -1;
	} else if (status == 0) {
		side->verified++;
	}
	remove_out(r);
	return status;
}

static int do_cycle(struct rounds *r, struct side *side, struct cost *cost, enum run_failure *failure,
		    char why[RUN_WHY])
{
	struct cost half = {0};
	int status = do_commit(r, side, cost, failure, why);

	if (status < 0) {
		commit_failed(r, side);
		return -1;
	}
	status = do_write(r, side, &r->content->manifest, false, &half, failure, why);
	add(cost, &half);
	return status;
}

static int do_op(struct rounds *r, struct side *side, enum op op, struct cost *cost, enum run_failure *failure,
		 char why[RUN_WHY])
{
	const struct backend *b = side->backend;
	struct store *store = &side->store;

	switch (op) {
	case OP_SPAWN:
		return b->spawn(store, cost, failure, why);
	case OP_COMMIT:
		return do_commit(r, side, cost, failure, why);
	case OP_MATERIALIZE:
		return do_write(r, side, &r->content->manifest, false, cost, failure, why);
	case OP_CYCLE:
		return do_cycle(r, side, cost, failure, why);
	default:
		break;
	}
	if (op == OP_RESTORE && strcmp(b->restore_scope, "files") == 0)
		return do_write(r, side, &r->content->manifest, true, cost, failure, why);
	if (!cool(r, store->directory))
		return -1;
	if (op == OP_RESTORE)
		return b->restore(store, side->id, r->out, cost, failure, why);
	if (op == OP_DIFF)
		return b->diff(store, side->before, side->id, r->changed.files, cost, failure, why);
	return b->open(store, cost, failure, why);
}

/* Can it be done at all after what failed before? */
static bool possible(const struct side *side, enum op op)
{
	if (op == OP_DIFF)
		return *side->before && *side->id;
	return *side->id || (op != OP_RESTORE && op != OP_MATERIALIZE);
}

void perform(struct rounds *r, struct side *side, enum op op, struct turn *turn)
{
	enum run_failure failure = RUN_FINE;
	char why[RUN_WHY] = "";

	*turn = (struct turn){.op = op};
	if (!possible(side, op))
		return;
	progress_update(r->progress, "round %" PRId64 " of %" PRId64 ": %s %s", r->records->round + 1,
			r->options->warmup + r->options->count, side->backend->name, op_name(op));
	if (do_op(r, side, op, &turn->cost, &failure, why) == 0) {
		turn->ok = true;
		return;
	}
	if (*r->why)
		return;
	fail(r, side, op, &turn->cost, failure, why);
	if (op == OP_COMMIT)
		commit_failed(r, side);
}

void perform_verification(struct rounds *r, struct side *side, const struct manifest *m, struct turn *commit)
{
	enum run_failure failure = RUN_FINE;
	struct cost untimed = {0};
	char why[RUN_WHY] = "";

	if (!*side->id || !side->backend->materialize)
		return;
	if (do_write(r, side, m, false, &untimed, &failure, why) == 0 || *r->why)
		return;
	commit->ok = false;
	fail(r, side, OP_COMMIT, &commit->cost, failure, why);
	commit_failed(r, side);
}

void perform_refusal(struct rounds *r, struct side *side)
{
	enum run_failure failure = RUN_FINE;
	const struct cost untimed = {0};
	char why[RUN_WHY] = "";

	if (!*side->id || side->broken[OP_RESTORE] || side->backend->refuses(&side->store, &failure, why) == 0)
		return;
	side->wrong = true;
	fail(r, side, OP_RESTORE, &untimed, failure, why);
}
