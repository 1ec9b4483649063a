#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "die.h"
#include "helios-cli.h"
#include "program.h"

/* The commands that oppie-autonav gives to its helios-cli: init, commit --message and restore --work. No published
 * helios-cli has them. What restore answers is not known; that its files are right is. */

static int init(struct store *s, char why[RUN_WHY])
{
	static const char *const argv[] = {"init", NULL};
	const struct helios *h = s->own;
	struct cost cost = {.runs = 0};
	enum run_failure failure;
	char what[RUN_WHY];

	if (helios_run(s, argv, h->work, &cost, &failure, what) == 0)
		return 0;
	snprintf(why, RUN_WHY, "init: %.500s", what);
	return -1;
}

static int prepare(struct store *s, char why[RUN_WHY])
{
	static const char *const asks[] = {"version", "--version", NULL};
	int result = helios_prepare(s, asks, why);

	s->mode = program_poses(s->version) ? MODE_MOCK : MODE_REAL;
	if (result == 0)
		result = init(s, why);
	if (result != 0)
		helios_dispose(s);
	return result;
}

static int commit(struct store *s, char id[ID_MAX], struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	struct helios *h = s->own;
	char message[32];
	const char *const argv[] = {"commit", "--message", message, NULL};

	snprintf(message, sizeof message, "state %lu", ++h->commits);
	if (helios_run(s, argv, h->work, cost, failure, why) < 0)
		return -1;
	if (answer_snapshot(h->output.out, h->output.len, id, why) < 0)
		return program_lied(failure);
	return helios_take_id(s, id, failure, why);
}

static int restore(struct store *s, const char *id, const char *out, struct cost *cost, enum run_failure *failure,
		   char why[RUN_WHY])
{
	const char *const argv[] = {"restore", "--id", id, "--work", out, NULL};
	const struct helios *h = s->own;

	if (helios_run(s, argv, h->work, cost, failure, why) < 0)
		return -1;
	/* Where it says what it restored, that has to be it. */
	if (!strstr(h->output.out, "\"restored\""))
		return 0;
	return answer_restored(h->output.out, h->output.len, id, why) < 0 ? program_lied(failure) : 0;
}

/* Like the last id, but with nothing but zeros in it: such as it makes, and yet none. */
static void never_made(const struct helios *h, char id[ID_MAX])
{
	char *digits;

	snprintf(id, ID_MAX, "%s", *h->last ? h->last : HELIOS_NEVER_MADE);
	digits = strchr(id, ':');
	for (digits = digits ? digits + 1 : id; *digits; digits++) {
		if (isalnum((unsigned char)*digits))
			*digits = '0';
	}
}

static int refuses(struct store *s, enum run_failure *failure, char why[RUN_WHY])
{
	struct helios *h = s->own;
	char id[ID_MAX], *nowhere = x_asprintf("%s/refused", s->directory);
	const char *const argv[] = {"restore", "--id", id, "--work", nowhere, NULL};
	int result = 0;

	never_made(h, id);
	*failure = RUN_FINE;
	if (ids_add(h->ids, id)) { /* where its ids are of another kind, there is no saying what would be none */
		*failure = RUN_FAILED;
		result = program_make_directory(nowhere, why) < 0 ? -1 : helios_refuses(s, argv, id, failure, why);
	}
	free(nowhere);
	return result;
}

const struct backend backend_autonav = {
	.name = "helios",
	.dialect = "autonav",
	.restore_scope = "files",
	.prepare = prepare,
	.dispose = helios_dispose,
	.spawn = helios_spawn,
	.commit = commit,
	.restore = restore,
	.materialize = restore,
	.refuses = refuses,
	.no_open = "the autonav dialect has no command that does nothing but open the store",
	.no_diff = "the autonav dialect has no diff",
};
