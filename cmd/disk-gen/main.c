/* disk-gen: disk images of Linux systems, with real file systems, the same for the same seed. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "clock.h"
#include "die.h"
#include "nofile.h"
#include "options.h"
#include "outfile.h"
#include "populate.h"
#include "proc.h"
#include "progress.h"
#include "records.h"
#include "report.h"
#include "vary.h"

#ifndef BENCHPIPE_E2FSPROGS /* the Makefile says it */
#define BENCHPIPE_E2FSPROGS "/sbin"
#endif

#define FILES_KEPT 48                      /* open for everything but what images take */
#define FILES_EACH (POPULATE_FILES + 12)   /* that an image takes: its stage, a script, what a program says ... */

struct run {
	const struct options *options;
	struct request *request;
	struct tools tools;
	struct signals signals;
	struct output output;
	struct writer writer;
	struct progress progress;
	struct table *table;      /* NULL: no summary */
	size_t done;
	bool made_directory;
};

/* Where administrators' programs are, which not everybody has on PATH. */
static void find_tool(const char *name, const char *package, char path[PATH_MAX])
{
	static const char *const places[] = {"/usr/local/sbin", "/usr/sbin", BENCHPIPE_E2FSPROGS};
	int error;

	if (proc_find(name, path) == 0)
		return;
	error = errno;
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char *there = x_asprintf("%s/%s", places[i], name);
		int found = proc_find(there, path);

		free(there);
		if (found == 0)
			return;
	}
	if (error == ENOENT)
		die("%s: not found, neither on PATH nor in /usr/sbin; it comes with %s", name, package);
	die("%s: %s", name, strerror(error));
}

static void find_tools(struct run *run)
{
	find_tool("mke2fs", "e2fsprogs", run->tools.mke2fs);
	find_tool("debugfs", "e2fsprogs", run->tools.debugfs);
	if (run->options->format == IMAGE_QCOW2)
		find_tool("qemu-img", "qemu-utils (qemu-img elsewhere)", run->tools.qemu_img);
}

/* As many of them as may have enough files open. */
static int64_t workers_for(int64_t wanted)
{
	uint64_t allowed = nofile_raise((uint64_t)wanted * FILES_EACH + FILES_KEPT);

	if (allowed < FILES_EACH + FILES_KEPT)
		die("it takes %d open files, and no more than %d are allowed", FILES_EACH + FILES_KEPT, (int)allowed);
	allowed = (allowed - FILES_KEPT) / FILES_EACH;
	return allowed < (uint64_t)wanted ? (int64_t)allowed : wanted;
}

/* Where path leads, by one name for each file, there or not. NULL where that cannot be told; the caller frees. */
static char *place_of(const char *path)
{
	char *target = outfile_resolve(path), *slash = target ? strrchr(target, '/') : NULL, *directory, *place = NULL;

	if (!target)
		return NULL;
	if (slash)
		*slash = '\0';
	directory = realpath(!slash ? "." : slash == target ? "/" : target, NULL);
	if (directory)
		place = x_asprintf("%s/%s", directory, slash ? slash + 1 : target);
	free(directory);
	free(target);
	return place;
}

static void plan(struct run *run)
{
	const struct options *o = run->options;
	char *records = o->common.output ? place_of(o->common.output) : NULL, *place;
	struct stat st;

	run->request = x_calloc((size_t)o->count, sizeof *run->request);
	for (int64_t i = 0; i < o->count; i++) {
		struct request *r = &run->request[i];

		vary(o, (uint64_t)i, r);
		/* Better before the first is made than after the tenth. */
		if (!o->force && stat(r->path, &st) == 0 && S_ISREG(st.st_mode))
			die("%s: it is there already; --force replaces it", r->path);
		place = records ? place_of(r->path) : NULL;
		if (place && strcmp(place, records) == 0)
			die_usage("'%s': both the image and the records cannot go there", r->path);
		free(place);
	}
	free(records);
}

static void make_directory(struct run *run)
{
	const char *path = run->options->directory;

	if (!path)
		return;
	if (mkdir(path, 0777) == 0)
		run->made_directory = true;
	else if (errno != EEXIST)
		die("%s:", path);
}

static bool done(void *data, size_t index, const struct made *made)
{
	struct run *run = data;
	const struct request *r = &run->request[index];

	run->done++;
	if (made->why) {
		progress_clear(&run->progress);
		if (!signals_caught(&run->signals)) {
			warn("%s: %s", r->path, made->why);
			records_failure(&run->writer, run->options, r, made);
		}
		return false;
	}
	records_image(&run->writer, run->options, r, made);
	if (run->table)
		report_image(run->table, r, made);
	progress_update(&run->progress, "%zu of %lld images", run->done, (long long)run->options->count);
	return !run->writer.error;
}

static struct totals add_up(const struct run *run, size_t images)
{
	struct totals t = {.images = images, .began = run->writer.began, .max_rss = -1};
	struct rusage self, children;
	struct proc_memory memory;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &children);
	t.elapsed = clock_now() - t.began;
	t.user = clock_timeval(self.ru_utime) + clock_timeval(children.ru_utime);
	t.system = clock_timeval(self.ru_stime) + clock_timeval(children.ru_stime);
	if (proc_memory(getpid(), &memory) == 0)
		t.max_rss = memory.peak;
	if ((int64_t)children.ru_maxrss * 1024 > t.max_rss)
		t.max_rss = (int64_t)children.ru_maxrss * 1024;
	return t;
}

static struct run *running;

static void give_up(void)
{
	stage_remove_all();
	if (running->made_directory)
		rmdir(running->options->directory);
}

static int make_all(struct run *run, char *const *argv)
{
	const struct options *o = run->options;
	struct batch_spec spec = {.request = run->request, .n = (size_t)o->count, .workers = (unsigned)o->workers,
				  .tools = &run->tools, .signals = &run->signals, .done = done, .data = run};
	struct totals totals;
	size_t made;
	int caught;

	output_open(&run->output, &o->common);
	output_begin(&run->output, &run->writer, argv);
	writer_begin(&run->writer);
	run->table = run->output.text ? report_new() : NULL;
	made = batch_make(&spec);
	progress_clear(&run->progress);
	totals = add_up(run, made);
	if (made)
		records_totals(&run->writer, o, &totals);
	if (run->table && made)
		report_end(stdout, run->table, o, &totals);
	else
		table_free(run->table);
	caught = signals_caught(&run->signals);
	if (caught && made < spec.n) {
		writer_event(&run->writer, o->common.bench, o->common.params, "interrupted", clock_now(), "{\"signal\":%d}",
			     caught);
		return STATUS_SIGNAL + caught;
	}
	return made == spec.n ? STATUS_DONE : STATUS_TROUBLE;
}

static void clean_up(struct run *run)
{
	for (int64_t i = 0; i < run->options->count; i++)
		free(run->request[i].path);
	free(run->request);
	/* Only where nothing came into it. */
	if (run->made_directory)
		rmdir(run->options->directory);
	close(run->signals.fd);
}

int main(int argc, char **argv)
{
	struct options options;
	struct run run = {.options = &options};
	int status;

	die_init(argv);
	options_parse(&options, argc, argv);
	if (options.list) {
		report_list(stdout);
		options_free(&options);
		return finish(STATUS_DONE);
	}
	find_tools(&run);
	plan(&run);
	/* A file that may not grow is an error like a full disk, and nothing to die of. */
	signal(SIGXFSZ, SIG_IGN);
	if (signals_hold(&run.signals) < 0)
		die("signalfd:");
	/* Programs are waited for; and a reader that went away is no reason to leave what is half made. */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	running = &run;
	die_hook(give_up);
	options.workers = workers_for(options.workers < options.count ? options.workers : options.count);
	make_directory(&run);
	progress_start(&run.progress, stderr, options.common.progress == WHEN_ALWAYS,
		       options.common.progress == WHEN_NEVER);
	status = make_all(&run, argv);
	die_hook(NULL);
	clean_up(&run);
	signal(SIGPIPE, SIG_DFL);
	if (run.writer.error == EPIPE && !options.common.output)
		raise(SIGPIPE);
	status = output_close(&run.output, run.writer.error, true, status);
	options_free(&options);
	return finish(status);
}
