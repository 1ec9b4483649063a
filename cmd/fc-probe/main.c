#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "die.h"
#include "load.h"
#include "nofile.h"
#include "progress.h"
#include "records.h"
#include "report.h"
#include "signals.h"
#include "where.h"

#define SOCKET_MAX 5
#define DESCRIPTORS 64     /* of the program, beside those of its microVMs */
#define VM_DESCRIPTORS 8   /* of one microVM, and one that a snapshot was made of */
#define PATH_IN_LEASE 24   /* "/1f4/vsock_4294967295": what is behind the lease's directory in a socket's path */

/* The program, from the lease to the end. */
struct session {
	struct options *options;
	struct records records;
	struct report *report;
	struct progress progress;
	struct signals signals;
	struct lease *lease;
	bool text;
	int stop, done;       /* eventfds: everything is to stop; a load has ended */
	int signal;           /* that has come; 0: none */
	uint64_t vms;         /* how many there have been */
	enum mode mode;       /* of all that was measured */
	unsigned measured, trouble; /* loads */
};

/* --- the lease goes however the program ends, but by a signal that cannot be caught --- */

static struct lease *held;

static void give_back(void)
{
	struct lease *lease = held;

	held = NULL;
	if (lease)
		lease_close(lease);
}

static void take_lease(struct session *s, struct lease_reclaimed *reclaimed)
{
	char error[LEASE_ERROR];

	s->lease = lease_open(NULL, "fc-probe", API_PATH - 1 - PATH_IN_LEASE, reclaimed, error);
	if (!s->lease)
		die("%s", error);
	held = s->lease;
	die_hook(give_back);
	if (reclaimed->runs)
		warn("removed what %u killed run%s had left: %u processes, and %u paths outside of %s", reclaimed->runs,
		     reclaimed->runs == 1 ? "" : "s", reclaimed->processes, reclaimed->paths,
		     reclaimed->runs == 1 ? "its directory" : "their directories");
}

/* --- one load --- */

static void *run_load(void *data)
{
	struct session *s = ((void **)data)[0];
	struct load *load = ((void **)data)[1];
	static const uint64_t one = 1;
	int *status = ((void **)data)[2];

	*status = load_run(load);
	if (write(s->done, &one, sizeof one) < 0)
		warn("eventfd:");
	return NULL;
}

static void watch(struct session *s, const struct load *load)
{
	struct pollfd fds[] = {{s->done, POLLIN, 0}, {s->signals.fd, POLLIN, 0}};
	static const uint64_t one = 1;
	uint64_t ended;

	while (poll(fds, 2, 100) <= 0 || !fds[0].revents) {
		int caught = signals_caught(&s->signals);

		if (caught && !s->signal) {
			s->signal = caught;
			fds[1].fd = -1;
			if (write(s->stop, &one, sizeof one) < 0)
				warn("eventfd:");
		}
		progress_update(&s->progress, "%s, %u at once: %" PRIu64 " of %" PRIu64, load->probe->name, load->level,
				(uint64_t)load->done, load->warmup + load->count);
	}
	progress_clear(&s->progress);
	if (read(s->done, &ended, sizeof ended) < 0)
		warn("eventfd:");
}

static void tell(struct session *s, const struct load *load, struct level_rate *lowest)
{
	struct finding finding[FINDINGS_MAX];
	size_t n = findings_of(load, lowest, finding);

	if (!load->tally->done)
		return;
	records_load(&s->records, load, finding, n);
	if (s->text)
		report_load(s->report, load, finding, n);
	else
		report_warn(load, finding, n);
	s->mode = mode_join(s->mode, load->tally->mode);
	s->measured++;
	if (load->tally->done == load->tally->failed && !(load->probe->flags & PROBE_MAY_FAIL) && !s->signal)
		s->trouble++;
}

static void measure(struct session *s, const struct probe *probe, unsigned level, struct level_rate *lowest)
{
	const struct options *o = s->options;
	struct machine machine = o->machine;
	struct load load = {.options = o, .probe = probe, .machine = &machine, .lease = s->lease, .level = level,
			    .warmup = o->warmup, .first = s->vms, .stop = s->stop};
	int status = 0;
	void *data[] = {s, &load, &status};
	pthread_t thread;

	load.count = o->count ? o->count : o->burst ? level : probe->count;
	if (load.count < level)
		load.count = level;
	/* Waves are whole. */
	if (!(probe->flags & PROBE_SHARED))
		load.warmup = (load.warmup + level - 1) / level * level;
	machine.track_dirty |= (probe->flags & PROBE_DIFF) != 0;
	load.tally = tally_new(load.count);
	s->vms += load_vms(&load);
	if (pthread_create(&thread, NULL, run_load, data) != 0)
		die("out of memory, or too many threads");
	watch(s, &load);
	pthread_join(thread, NULL);
	tell(s, &load, lowest);
	if (status < 0 && !s->signal) {
		warn("%s: %s", probe->name, load.why);
		records_skip(&s->records, probe, level, load.why);
		if (s->text)
			report_skip(s->report, probe, load.why);
		s->trouble++;
	}
	tally_free(load.tally);
}

/* --- which of them --- */

/* NULL: it can be done. */
static const char *what_hinders(const struct options *o, const struct probe *probe)
{
	const struct machine *m = &o->machine;
	unsigned most = o->level[o->levels - 1];

	if (m->socket && (probe->flags & PROBE_OWN))
		return "it starts microVMs of its own; leave out --socket";
	if (m->socket && (probe->flags & PROBE_CHANGES) && most > 1)
		return "one microVM cannot change its state several times at once; leave out -c";
	if (m->socket && most > SOCKET_MAX)
		return "one API socket has ten connections; expected at most -c 5";
	if (o->burst && (probe->flags & PROBE_SHARED))
		return "its operations share microVMs, which makes no bursts; expected -c";
	if (m->huge_pages && m->mode == MODE_REAL && (probe == &probe_restore || probe == &probe_cycle))
		return "a memory file cannot be restored into huge pages";
	if ((probe->flags & PROBE_EXEC) && m->exec.kind == EXEC_NONE)
		return "nothing carries out commands in the guest; see --exec";
	if ((probe->flags & PROBE_VSOCK) && m->exec.kind == EXEC_SSH)
		return "there is no vsock in --exec ssh";
	return NULL;
}

static int measure_all(struct session *s)
{
	const struct options *o = s->options;

	for (size_t i = 0; o->probe[i] && !s->signal; i++) {
		const char *hinders = what_hinders(o, o->probe[i]);
		struct level_rate lowest = {0, 0};

		if (hinders) {
			for (size_t k = 0; k < o->levels; k++)
				records_skip(&s->records, o->probe[i], o->level[k], hinders);
			if (s->text)
				report_skip(s->report, o->probe[i], hinders);
			continue;
		}
		for (size_t k = 0; k < o->levels && !s->signal; k++)
			measure(s, o->probe[i], o->level[k], &lowest);
	}
	if (s->measured)
		records_process(&s->records, s->mode);
	if (s->signal) {
		records_interrupted(&s->records, s->signal);
		return STATUS_SIGNAL + s->signal;
	}
	return s->trouble || !s->measured ? STATUS_TROUBLE : STATUS_DONE;
}

static void check_probes(const struct options *o)
{
	const char *hinders;

	for (size_t i = 0; !o->all && o->probe[i]; i++) {
		hinders = what_hinders(o, o->probe[i]);
		if (hinders)
			die_usage("%s: %s", o->probe[i]->name, hinders);
	}
}

static void allow_descriptors(const struct options *o)
{
	uint64_t wanted = DESCRIPTORS + VM_DESCRIPTORS * (uint64_t)o->level[o->levels - 1];
	uint64_t allowed = nofile_raise(wanted);

	if (allowed < wanted)
		die("%u at once take %" PRIu64 " descriptors, but this process may have %" PRIu64 " (ulimit -Hn)",
		    o->level[o->levels - 1], wanted, allowed);
}

/* --- */

static void take_snapshot_directory(struct options *o)
{
	struct stat st;

	if (!o->snapshot_dir)
		return;
	o->machine.snapshot_dir = realpath(o->snapshot_dir, NULL);
	if (!o->machine.snapshot_dir || stat(o->machine.snapshot_dir, &st) < 0)
		die("--snapshot-dir %s:", o->snapshot_dir);
	if (!S_ISDIR(st.st_mode))
		die("--snapshot-dir %s: is not a directory", o->snapshot_dir);
}

static int run(struct session *s, char **argv)
{
	struct options *o = s->options;
	struct lease_reclaimed reclaimed = {0};
	struct writer writer;
	struct output out;
	int status;

	take_snapshot_directory(o);
	take_lease(s, &reclaimed);
	o->machine.directory = lease_path(s->lease);
	o->machine.seed = o->common.seed;
	where_find(o, lease_path(s->lease));
	prctl(PR_SET_TIMERSLACK, 1UL);
	check_probes(o);
	allow_descriptors(o);
	output_open(&out, &o->common);
	output_begin(&out, &writer, argv);
	s->records = (struct records){&writer, o};
	s->text = out.text;
	s->report = out.text ? report_new(o) : NULL;
	progress_start(&s->progress, stderr, o->common.progress == WHEN_ALWAYS, o->common.progress == WHEN_NEVER);
	records_settings(&s->records);
	records_reclaimed(&s->records, &reclaimed);
	status = measure_all(s);
	give_back();
	if (s->report)
		report_print(s->report, stdout);
	return output_close(&out, writer.error, s->measured > 0 || s->signal, status);
}

int main(int argc, char **argv)
{
	struct options options;
	struct session s = {.options = &options};
	char **words;
	int status, slack = prctl(PR_GET_TIMERSLACK);

	die_init(argv);
	/* Parsing changes their order. */
	words = x_calloc((size_t)argc + 1, sizeof *words);
	memcpy(words, argv, (size_t)argc * sizeof *words);
	options_parse(&options, argc, argv);
	where_read_images(&options); /* while signals still end the program */
	s.stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s.done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s.stop < 0 || s.done < 0)
		die("eventfd:");
	if (signals_hold(&s.signals) < 0)
		die("signalfd:");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	options.machine.timer_slack = slack > 0 ? (unsigned long)slack : 50000;
	status = run(&s, words);
	options_free(&options);
	free(words);
	close(s.signals.fd);
	close(s.stop);
	close(s.done);
	signal(SIGPIPE, SIG_DFL);
	return finish(status);
}
