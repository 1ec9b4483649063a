/* helios-time: the command line of Helios, timed beside git on the same files. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "descendants.h"
#include "die.h"
#include "lease.h"
#include "options.h"
#include "outfile.h"
#include "place.h"
#include "progress.h"
#include "report.h"
#include "rounds.h"
#include "warden.h"

struct session {
	struct options *options;
	struct rounds rounds;
	struct signals signals;
	struct content content;
	struct progress progress;
	struct records records;
	struct place_found place;
	char *base, *top, *work, *out, *stores[SIDES]; /* directories */
	uint64_t left_out;
};

/* --- the directory goes however the program ends --- */

static struct lease *held;
static bool stays; /* something that could not be removed */

static void give_back(void)
{
	struct lease *lease = held;

	held = NULL;
	if (!lease)
		return;
	if (descendants_end(0) < 0) {
		warn("what was started could not be ended:");
		stays = true;
	}
	stays |= lease_close(lease) < 0;
}

/* A copy of a directory into itself would have no end. */
static void check_apart(const struct options *o, const char *top)
{
	char *from = o->content.from ? realpath(o->content.from, NULL) : NULL;
	size_t len = from ? strlen(from) : 0;

	if (o->content.from && !from)
		die("--work %s:", o->content.from);
	if (from && strncmp(from, top, len) == 0 && (top[len] == '/' || !top[len] || strcmp(from, "/") == 0))
		die("--work %s: the copy would be made in it, in %s; see --directory", o->content.from, top);
	free(from);
}

/* The directory that path is in, in place. */
static char *above(char *path)
{
	char *slash = strrchr(path, '/');

	slash[slash == path] = '\0';
	return path;
}

static void take_directory(struct session *s)
{
	const struct options *o = s->options;
	char error[LEASE_ERROR], *directory = o->directory ? realpath(o->directory, NULL) : NULL;
	struct lease_reclaimed reclaimed = {0};

	if (o->directory && !directory)
		die("--directory %s:", o->directory);
	held = lease_open(directory, "helios-time", 0, &reclaimed, error);
	if (!held)
		die("%s", error);
	die_hook(give_back);
	free(directory);
	s->top = realpath(lease_path(held), NULL);
	if (!s->top)
		die("%s:", lease_path(held));
	if (warden_keep(s->top) < 0)
		die("%s:", s->top);
	if (reclaimed.runs)
		warn("removed what %u killed run%s had left", reclaimed.runs, reclaimed.runs == 1 ? "" : "s");
	check_apart(o, s->top);
	s->base = above(above(x_strdup(s->top)));
	if (place_find(s->base, &s->place) < 0)
		die("%s:", s->base);
	s->work = x_asprintf("%s/work", s->top);
	s->out = x_asprintf("%s/out", s->top);
	s->stores[0] = x_asprintf("%s/helios", s->top);
	s->stores[1] = x_asprintf("%s/git", s->top);
}

/* --- who is measured --- */

static void settle_mode(const struct session *s, struct side *side)
{
	side->mode = side->store.mode;
	if (s->options->common.mode == MODE_MOCK)
		side->mode = MODE_MOCK;
	else if (side->mode == MODE_MOCK)
		warn("%s says '%s', which is not %s: what is measured of it is labelled mock", side->store.path,
		     side->store.version, side->backend->name);
}

static void add_side(struct session *s, const struct backend *backend, const char *directory)
{
	struct rounds *r = &s->rounds;
	struct side *side = &r->side[r->sides];
	char why[RUN_WHY] = "";
	int status;

	side_init(side, s->options, backend, &s->content, directory, &s->signals);
	status = backend->prepare(&side->store, why);
	if (status == 0) {
		side->ready = true;
		settle_mode(s, side);
		records_backend(&s->records, side);
		r->sides++;
		return;
	}
	memcpy(side->skip, why, sizeof side->skip);
	if (!signals_caught(&s->signals)) {
		warn("%s: %s", backend->name, why);
		records_skips(&s->records, side, why);
	}
	if (status < 0)
		r->failures++;
	r->absent[r->absents++] = *side;
}

static void add_sides(struct session *s)
{
	const struct options *o = s->options;

	if (o->helios)
		add_side(s, o->autonav ? &backend_autonav : &backend_helios, s->stores[0]);
	if (o->git && !signals_caught(&s->signals))
		add_side(s, &backend_git, s->stores[1]);
}

/* --- the run --- */

/* 0, or -1 with why in s->rounds. */
static int make_content(struct session *s)
{
	struct content_spec spec = s->options->content;
	char why[CONTENT_WHY];

	spec.signals = &s->signals;
	progress_update(&s->progress, "making the files");
	records_place(&s->records, &s->place);
	if (content_make(&s->content, s->work, &spec, &s->left_out, why) < 0) {
		snprintf(s->rounds.why, sizeof s->rounds.why, "%s", why);
		return -1;
	}
	records_content(&s->records, &s->content, s->left_out);
	if (s->options->cold && content_cool(s->work, why) < 0) {
		snprintf(s->rounds.why, sizeof s->rounds.why, "--cold: %s", why);
		return -1;
	}
	return 0;
}

static int measure(struct session *s)
{
	struct rounds *r = &s->rounds;
	int caught;

	if (make_content(s) == 0) {
		add_sides(s);
		rounds_run(r);
	}
	progress_clear(&s->progress);
	for (size_t i = 0; i < r->sides; i++) {
		records_totals(&s->records, &r->side[i]);
		records_missing(&s->records, &r->side[i]);
	}
	caught = signals_caught(&s->signals);
	if (caught) {
		records_interrupted(&s->records, caught);
		return STATUS_SIGNAL + caught;
	}
	if (*r->why) {
		warn("%s", r->why);
		records_event(&s->records, "trouble", "reason", r->why);
	}
	return *r->why || r->failures ? STATUS_TROUBLE : STATUS_DONE;
}

static int session_run(struct session *s, struct output *out, struct writer *writer, char **argv)
{
	const struct options *o = s->options;
	int status;

	take_directory(s);
	output_open(out, &o->common);
	output_begin(out, writer, argv);
	s->records = (struct records){.writer = writer, .options = o};
	s->rounds = (struct rounds){.options = o,
				    .signals = &s->signals,
				    .content = &s->content,
				    .records = &s->records,
				    .progress = &s->progress,
				    .out = s->out};
	progress_start(&s->progress, stderr, o->common.progress == WHEN_ALWAYS, o->common.progress == WHEN_NEVER);
	status = measure(s);
	if (out->text)
		report_print(stdout, &s->rounds, &s->place, s->left_out);
	return status;
}

static void clean_up(struct session *s)
{
	struct rounds *r = &s->rounds;

	die_hook(NULL);
	give_back();
	for (size_t i = 0; i < r->sides; i++)
		side_dispose(&r->side[i]);
	for (size_t i = 0; i < r->absents; i++)
		side_dispose(&r->absent[i]);
	content_dispose(&s->content);
	free(s->stores[0]);
	free(s->stores[1]);
	free(s->out);
	free(s->work);
	free(s->top);
	free(s->base);
	close(s->signals.fd);
}

int main(int argc, char **argv)
{
	struct options options;
	struct session s = {.options = &options};
	struct output out;
	struct writer writer;
	char **words;
	int status;

	die_init(argv);
	/* Parsing changes their order. */
	words = x_calloc((size_t)argc + 1, sizeof *words);
	memcpy(words, argv, (size_t)argc * sizeof *words);
	options_parse(&options, argc, argv);
	if (warden_begin() < 0)
		die("fork:");
	if (signals_hold(&s.signals) < 0)
		die("signalfd:");
	/* A file that may not grow is an error as a full disk is, and so is a reader that went away. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	status = session_run(&s, &out, &writer, words);
	clean_up(&s);
	if (stays && status == STATUS_DONE)
		status = STATUS_TROUBLE;
	signal(SIGPIPE, SIG_DFL);
	if (writer.error == EPIPE && !options.common.output)
		raise(SIGPIPE);
	status = output_close(&out, writer.error, true, status);
	options_free(&options);
	free(words);
	return finish(status);
}
