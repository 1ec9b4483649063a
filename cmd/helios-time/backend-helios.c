#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "helios-cli.h"
#include "program.h"

/* helios-cli as it is published: commit, restore, materialize, diff, stats and version. */

static int prepare(struct store *s, char why[RUN_WHY])
{
	static const char *const asks[] = {"version", NULL};
	int result = helios_prepare(s, asks, why);

	s->mode = strncmp(s->version, "helios ", 7) == 0 && !program_poses(s->version) ? MODE_REAL : MODE_MOCK;
	if (result != 0)
		helios_dispose(s);
	return result;
}

static int open_store(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	static const char *const argv[] = {"stats", NULL};
	const struct helios *h = s->own;

	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	return answer_object(h->output.out, h->output.len, why) < 0 ? program_lied(failure) : 0;
}

static int commit(struct store *s, char id[ID_MAX], struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	const char *const argv[] = {"commit", "--work", s->work, NULL};
	const struct helios *h = s->own;

	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	if (answer_snapshot(h->output.out, h->output.len, id, why) < 0)
		return program_lied(failure);
	if (!answer_is_blake3(id)) {
		snprintf(why, RUN_WHY, "%s is no snapshot_id: expected blake3: and 64 hexadecimal digits", id);
		return program_lied(failure);
	}
	return helios_take_id(s, id, failure, why);
}

static int restore(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		   char why[RUN_WHY])
{
	const char *const argv[] = {"restore", "--id", id, NULL};
	const struct helios *h = s->own;

	(void)out;
	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	return answer_restored(h->output.out, h->output.len, id, why) < 0 ? program_lied(failure) : 0;
}

static int materialize(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		       char why[RUN_WHY])
{
	const char *const argv[] = {"materialize", "--id", id, "--out", out, NULL};
	const struct helios *h = s->own;

	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	return answer_materialized(h->output.out, h->output.len, id, out, why) < 0 ? program_lied(failure) : 0;
}

static int diff(struct store *s, const char *from, const char *to, size_t changed, struct cost *cost,
		enum run_failure *failure, char why[RUN_WHY])
{
	const char *const argv[] = {"diff", "--from", from, "--to", to, NULL};
	const struct helios *h = s->own;
	struct answer_diff d;

	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	if (answer_diff(h->output.out, h->output.len, &d, why) < 0)
		return program_lied(failure);
	if (d.added || d.deleted || d.changed != changed) {
		snprintf(why, RUN_WHY,
			 "its diff is wrong: expected %zu changed, but got %" PRIu64 " added, %" PRIu64
			 " changed, %" PRIu64 " deleted",
			 changed, d.added, d.changed, d.deleted);
		return program_lied(failure);
	}
	return 0;
}

static int refuses(struct store *s, enum run_failure *failure, char why[RUN_WHY])
{
	static const char *const argv[] = {"restore", "--id", HELIOS_NEVER_MADE, NULL};

	return helios_refuses(s, argv, HELIOS_NEVER_MADE, failure, why);
}

const struct backend backend_helios = {
	.name = "helios",
	.dialect = "helios",
	.restore_scope = "metadata",
	.prepare = prepare,
	.dispose = helios_dispose,
	.spawn = helios_spawn,
	.open = open_store,
	.commit = commit,
	.restore = restore,
	.materialize = materialize,
	.diff = diff,
	.refuses = refuses,
};
