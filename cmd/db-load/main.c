#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagecache.h"
#include "clock.h"
#include "die.h"
#include "memory.h"
#include "records.h"
#include "report.h"
#include "setup.h"
#include "workcopy.h"

/* What has to be put back in order however the program ends. */
static struct mess {
	struct workcopy copy;
	struct memory memory;
} mess;

static void clean_up(void)
{
	workcopy_remove(&mess.copy);
	memory_unlimit(&mess.memory);
}

/* From here on a closed pipe may end the program. */
static void leave_database(void)
{
	clean_up();
	signal(SIGPIPE, SIG_DFL);
}

/* Where results go. */
struct telling {
	struct output output;
	struct writer writer;
	bool told; /* there is more to write than that there was a run */
};

/* --- before the measurement --- */

static int take_database(struct shared *s)
{
	const struct options *o = s->options;

	if (o->in_place) {
		if (access(o->database, R_OK | W_OK) < 0) {
			warn("%s:", o->database);
			return -1;
		}
		mess.copy.path = x_strdup(o->database);
	} else if (workcopy_make(&mess.copy, o->database, o->work_dir, "--work-dir") < 0) {
		return -1;
	}
	s->path = mess.copy.path;
	return 0;
}

static void limit_memory(const struct options *o)
{
	if (!o->max_memory)
		return;
	memory_limit(&mess.memory, o->max_memory);
	if (mess.memory.kind != MEMORY_CGROUP) {
		warn("no control group can be made here: --max-memory limits SQLite and this process, and not what the "
		     "kernel caches of the database");
		return;
	}
	/* Pages that are in memory already count for who read them first. */
	(void)pagecache_empty(mess.copy.path, NULL);
}

/* --- the measurement --- */

static bool nothing_succeeded(const struct results *r, const struct works *works)
{
	for (size_t i = 0; i < works->n; i++) {
		if (!r->of[i].tally.done && r->of[i].tally.failed)
			return true;
	}
	return false;
}

static int check_expectations(struct shared *s, struct results *r)
{
	int status = STATUS_DONE;

	for (size_t i = 0; i < s->works->n; i++) {
		char why[PERFORMER_ERROR];
		int result;

		/* What was never done cannot have done its work. */
		if (!r->of[i].tally.done)
			continue;
		result = setup_expect(s, &s->works->work[i], why);

		if (result == 0)
			r->of[i].withheld = x_strdup(why);
		if (result <= 0)
			status = STATUS_TROUBLE;
	}
	return status;
}

static int conclude(struct run *run, struct results *r)
{
	int status = STATUS_DONE;

	results_gather(r, run);
	for (size_t i = 0; i < run->clients; i++)
		client_disconnect(&run->client[i]);
	if (!run->signal)
		status = check_expectations(run->shared, r);
	if (nothing_succeeded(r, run->shared->works) || atomic_load(&run->shared->broken))
		status = STATUS_TROUBLE;
	if (r->incomplete) {
		warn("out of memory: some latencies are missing");
		status = STATUS_TROUBLE;
	}
	return run->signal ? STATUS_SIGNAL + run->signal : status;
}

static int measure(struct run *run)
{
	const struct options *o = run->shared->options;

	if (run_connect(run) < 0)
		return -1;
	if ((o->warmup_time || o->warmup_count) && run_phase(run, o->warmup_time, o->warmup_count, false) < 0)
		return -1;
	if (run->signal || atomic_load(&run->shared->broken)) {
		for (size_t i = 0; i < run->clients && !run->signal; i++) {
			if (run->client[i].tally[0].failed)
				warn("%s", run->client[i].tally[0].error);
		}
		return -1;
	}
	return run_phase(run, o->time, o->transactions, true);
}

/* A signal came before there was anything to tell. */
static int interrupted(struct run *run, struct telling *to)
{
	const struct works *works = run->shared->works;

	run->signal = signals_caught(run->signals);
	if (!run->signal)
		return STATUS_TROUBLE;
	writer_event(&to->writer, works->bench, works->params, "interrupted", clock_now(),
		     "{\"signal\":%d}", run->signal);
	to->told = true;
	return STATUS_SIGNAL + run->signal;
}

static int measure_and_tell(struct run *run, struct telling *to)
{
	struct results results = {.of = NULL};
	int status;

	if (measure(run) == 0) {
		to->told = true;
		status = conclude(run, &results);
		leave_database();
		records_results(&to->writer, run, &results);
		if (to->output.text)
			report_print(stdout, run, &results);
		report_warn(run, &results);
		results_free(&results, run->shared->works);
	} else {
		status = interrupted(run, to);
	}
	return status;
}

static int run_all(struct run *run, struct telling *to)
{
	struct shared *s = run->shared;
	char reason[PAGECACHE_REASON];
	int status;

	if (take_database(s) < 0)
		return STATUS_TROUBLE;
	limit_memory(s->options);
	if (s->options->cache == CACHE_COLD && pagecache_empty(s->path, reason) < 0) {
		warn("%s: not measured with cold caches: %s", s->options->database, reason);
		records_skip(&to->writer, s->works, reason);
		to->told = true;
		return STATUS_DONE;
	}
	if (signals_caught(run->signals) || setup_run(s) < 0)
		return interrupted(run, to);
	if (s->options->cache == CACHE_HOT && pagecache_fill(s->path) < 0) {
		warn("%s:", s->path);
		return STATUS_TROUBLE;
	}
	if (records_settings(&to->writer, s, &mess.memory) < 0)
		return STATUS_TROUBLE;
	run->clients = (size_t)s->options->clients;
	run->client = x_calloc(run->clients, sizeof *run->client);
	for (size_t i = 0; i < run->clients; i++)
		client_init(&run->client[i], s, (unsigned)i);
	status = measure_and_tell(run, to);
	for (size_t i = 0; i < run->clients; i++)
		client_free(&run->client[i]);
	free(run->client);
	return status;
}

static int run_options(const struct options *o, char **argv)
{
	struct progress progress;
	struct signals signals;
	struct works works;
	struct shared shared = {.options = o, .works = &works};
	struct run run = {.shared = &shared, .signals = &signals, .progress = &progress};
	struct telling to = {.told = false};
	int status;

	works_load(&works, o);
	if (signals_hold(&signals) < 0)
		die("signalfd:");
	signal(SIGPIPE, SIG_IGN);
	if (atexit(clean_up) != 0)
		die("out of memory");
	progress_start(&progress, stderr, o->common.progress == WHEN_ALWAYS, o->common.progress == WHEN_NEVER);
	shared.blobs = blobs_new(o->common.seed);
	shared.stop.signals = &signals;
	output_open(&to.output, &o->common);
	output_begin(&to.output, &to.writer, argv);
	status = run_all(&run, &to);
	progress_clear(&progress);
	leave_database();
	/* What was measured stays, except where not all of it could be written. */
	status = output_close(&to.output, to.writer.error, to.told, status);
	timeline_free(shared.timeline);
	blobs_free(shared.blobs);
	works_free(&works);
	close(signals.fd);
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	int status = STATUS_DONE;

	die_init(argv);
	options_parse(&options, argc, argv);
	if (options.list)
		works_list(stdout);
	else if (options.show && works_show(stdout, options.show) < 0)
		die("--show %s: there is no such workload; --list names them", options.show);
	else if (!options.show)
		status = run_options(&options, argv);
	options_free(&options);
	return finish(status);
}
