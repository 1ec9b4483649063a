#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "descendants.h"
#include "die.h"
#include "follow.h"
#include "phases.h"
#include "proc.h"
#include "warden.h"
#include "watch.h"

#define DEATH_GRACE 1000000000LL /* ns for COMMAND where this program has to give up */

void watch_warn(struct watch *w, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("out of memory");
	va_end(args);
	progress_clear(&w->progress);
	/* A name or a line of output may hold anything. */
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	warn("%s", text);
	free(text);
}

void watch_doing(struct watch *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->doing, sizeof w->doing, format, args);
	va_end(args);
}

static void end_all(void)
{
	descendants_end(DEATH_GRACE);
}

static void name_it(struct watch *w)
{
	const struct options *o = w->options;
	const char *slash;

	if (o->command) {
		slash = strrchr(o->command[0], '/');
		snprintf(w->name, sizeof w->name, "%s", slash && slash[1] ? slash + 1 : o->command[0]);
	} else if (o->pid) {
		snprintf(w->name, sizeof w->name, "process %ld", (long)o->pid);
	} else if (o->port) {
		snprintf(w->name, sizeof w->name, "port %u", o->port);
	} else {
		snprintf(w->name, sizeof w->name, "%s", o->pidfile ? o->pidfile : o->cgroup);
	}
}

static void hold_signals(struct watch *w)
{
	sigset_t child;

	sigprocmask(SIG_BLOCK, NULL, &w->mask);
	if (signals_hold(&w->signals) < 0)
		die("signalfd:");
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	w->children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w->children < 0)
		die("signalfd:");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* The phases that were asked for, one after the other. */
static int do_phases(struct watch *w)
{
	const struct options *o = w->options;
	int status = o->command ? phase_start(w, 0) : STATUS_DONE;

	if (status == STATUS_DONE && !w->signal && o->idle)
		status = phase_idle(w);
	if (status == STATUS_DONE && !w->signal && o->during)
		status = phase_busy(w);
	if (status == STATUS_DONE && !w->signal && (o->touch || o->change))
		status = phase_changes(w);
	if (status == STATUS_DONE && !w->signal && o->restarts)
		status = phase_restarts(w);
	if (status == STATUS_DONE && !w->signal && o->run)
		status = phase_run(w);
	return status;
}

static int watch(struct watch *w)
{
	const struct options *o = w->options;
	int status = do_phases(w), stopped = STATUS_DONE;

	if (o->command)
		stopped = phase_stop(w, status == STATUS_DONE && !w->report.ended[0], o->restarts);
	if (w->signal > 0)
		records_event(&w->records, "interrupted", w->signal_at, "{\"signal\":%d}", w->signal);
	if (w->signal)
		return w->signal > 0 ? STATUS_SIGNAL + w->signal : STATUS_TROUBLE;
	return status != STATUS_DONE ? status : stopped;
}

static void tell_output(struct watch *w)
{
	const struct drain *d = &w->drain;

	if (w->options->command && d->stream[0].bytes + d->stream[1].bytes)
		records_event(&w->records, "output", -1, "{\"stdout\":%llu,\"stderr\":%llu,\"max-per-second\":%llu}",
			      (unsigned long long)d->stream[0].bytes, (unsigned long long)d->stream[1].bytes,
			      (unsigned long long)d->most);
}

/* The probes that are shown the output; how many there are. */
static size_t hear(struct watch *w)
{
	struct options *o = w->options;
	size_t n = 0;

	for (size_t i = 0; i < o->readies; i++)
		w->heard[n++] = &o->ready[i];
	if (!o->detect_restart)
		w->heard[n++] = &o->detect;
	return n;
}

static int measure(struct watch *w, char **words)
{
	const struct options *o = w->options;
	struct output out;
	int status;

	output_open(&out, &o->common);
	output_begin(&out, &w->writer, words);
	w->records = (struct records){&w->writer, o};
	w->report.name = w->name;
	drain_init(&w->drain, w->heard, hear(w), o->show_output);
	progress_start(&w->progress, stderr, o->common.progress == WHEN_ALWAYS, o->common.progress == WHEN_NEVER);
	if (o->command)
		w->tree = w->sampler.tree = tree_new(getpid());
	else
		follow_begin(w);
	writer_begin(&w->writer);
	status = watch(w);
	tell_output(w);
	records_self(&w->records, &w->sampler);
	progress_clear(&w->progress);
	if (out.text)
		report_print(&w->report, o, &w->sampler, mode_prefix(w->writer.mode), stdout);
	return output_close(&out, w->writer.error, true, status);
}

/* STATUS_DONE, or how a shell says that there is nothing to run. */
static int find_command(const struct options *o, char path[PATH_MAX])
{
	if (!o->command || proc_find(o->command[0], path) == 0)
		return STATUS_DONE;
	warn("%s:", o->command[0]);
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

int main(int argc, char **argv)
{
	struct options options;
	struct watch w = {.options = &options, .children = -1, .service = {.fd = -1, .status = -1}, .held = {.fd = -1}};
	char path[PATH_MAX], **words;
	int status;

	die_init(argv);
	/* Parsing changes their order. */
	words = x_calloc((size_t)argc + 1, sizeof *words);
	memcpy(words, argv, (size_t)argc * sizeof *words);
	options_parse(&options, argc, argv);
	status = find_command(&options, path);
	if (status == STATUS_DONE) {
		if (warden_begin() < 0)
			die("a process to watch over this one:");
		die_hook(end_all);
		hold_signals(&w);
		name_it(&w);
		w.service.path = path;
		w.front = getppid();
		w.stop_timeout = options.stop_timeout;
		w.sampler.interval = options.interval;
		w.sampler.pss = options.pss;
		w.sampler.next = INT64_MAX;
		status = measure(&w, words);
		die_hook(NULL);
	}
	held_free(&w.held);
	report_free(&w.report);
	service_close(&w.service);
	tree_free(w.tree);
	free(w.fds);
	options_free(&options);
	free(words);
	signal(SIGPIPE, SIG_DFL);
	return finish(status);
}
