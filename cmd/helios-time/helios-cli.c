#include "helios-cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "program.h"
#include "said.h"

#define NAME "helios-cli"
#define ARGV_MAX 8

int helios_run(struct store *s, const char *const *argv, int directory, struct cost *cost, enum run_failure *failure,
	       char why[RUN_WHY])
{
	struct helios *h = s->own;
	const char *whole[ARGV_MAX] = {NAME};

	for (size_t i = 0; argv[i] && i < ARGV_MAX - 2; i++)
		whole[i + 1] = argv[i];
	*failure = run(&s->runner, s->path, whole, h->environment.variable, directory, cost, &h->output, why);
	return *failure == RUN_FINE ? 0 : -1;
}

/* One that answers none is still a program: what it cannot do fails where it is asked for. */
static int ask_version(struct store *s, const char *const *asks, char why[RUN_WHY])
{
	struct helios *h = s->own;
	char what[RUN_WHY];

	for (size_t i = 0; asks[i]; i++) {
		const char *const argv[] = {asks[i], NULL};
		struct cost cost = {.runs = 0};
		enum run_failure failure;

		h->ask = asks[i];
		if (helios_run(s, argv, 0, &cost, &failure, what) == 0) {
			program_version(s, &h->output);
			return 0;
		}
		if (failure != RUN_FAILED || !cost.runs) {
			snprintf(why, RUN_WHY, "%s: %.490s", asks[i], what);
			return -1;
		}
	}
	h->ask = asks[0];
	return 0;
}

int helios_prepare(struct store *s, const char *const *asks, char why[RUN_WHY])
{
	struct helios *h;
	int found = program_find(s, "HELIOS_CLI_PATH", NAME,
				 "set HELIOS_CLI_PATH or --cli (built from its source with: go build ./cmd/helios-cli)",
				 why);

	s->version[0] = '\0';
	s->own = NULL;
	if (found != 0)
		return found;
	if (program_make_directory(s->directory, why) < 0)
		return -1;
	s->own = h = x_calloc(1, sizeof *h);
	h->ids = ids_new();
	environment_copy(&h->environment);
	environment_drop(&h->environment, "HELIOS_DEBUG=");
	environment_set(&h->environment, "HELIOS_STORE_DIR", s->directory);
	h->work = open(s->work, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->work < 0) {
		snprintf(why, RUN_WHY, "%.400s: %s", s->work, strerror(errno));
		return -1;
	}
	return ask_version(s, asks, why);
}

void helios_dispose(struct store *s)
{
	struct helios *h = s->own;

	if (!h)
		return;
	if (h->work >= 0)
		close(h->work);
	environment_free(&h->environment);
	ids_free(h->ids);
	free(h);
	s->own = NULL;
}

int helios_spawn(struct store *s, struct cost *cost, enum run_failure *failure, char why[RUN_WHY])
{
	struct helios *h = s->own;
	const char *const argv[] = {h->ask, NULL};
	char before[sizeof s->version];

	if (helios_run(s, argv, 0, cost, failure, why) < 0)
		return -1;
	memcpy(before, s->version, sizeof before);
	program_version(s, &h->output);
	if (*s->version && (!*before || strcmp(before, s->version) == 0))
		return 0;
	if (*s->version)
		snprintf(why, RUN_WHY, "its version was %s, and is now %s", before, s->version);
	else
		snprintf(why, RUN_WHY, "no answer, though its exit status is 0: expected a line with its version");
	memcpy(s->version, before, sizeof before);
	return program_lied(failure);
}

int helios_take_id(struct store *s, const char *id, enum run_failure *failure, char why[RUN_WHY])
{
	struct helios *h = s->own;

	if (!ids_add(h->ids, id)) {
		snprintf(why, RUN_WHY, "%s is the id of an earlier commit, though the content is new", id);
		return program_lied(failure);
	}
	memcpy(h->last, id, strlen(id) + 1);
	return 0;
}

int helios_refuses(struct store *s, const char *const *argv, const char *id, enum run_failure *failure,
		   char why[RUN_WHY])
{
	struct helios *h = s->own;
	struct cost cost = {.runs = 0};

	if (helios_run(s, argv, 0, &cost, failure, why) == 0) {
		snprintf(why, RUN_WHY, "exit status 0 for %s, which was never committed", id);
		return program_lied(failure);
	}
	if (*failure != RUN_FAILED || !cost.runs || WIFSIGNALED(h->output.status) || said_locked(h->output.words))
		return -1;
	*failure = RUN_FINE;
	return 0;
}
