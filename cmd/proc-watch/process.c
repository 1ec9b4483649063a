#include "process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "die.h"
#include "procfs.h"

#define NS INT64_C(1000000000)
#define OLD NS /* after which a peak is read anew */

struct thread {
	pid_t tid;
	int64_t times;           /* that it was put onto a CPU, or its context switches */
	int children, schedule;  /* files that are kept open */
	bool alive;
};

static int64_t from_ticks(int64_t ticks)
{
	static int64_t tick;

	if (!tick)
		tick = NS / sysconf(_SC_CLK_TCK);
	return ticks < INT64_MAX / tick / 4 ? ticks * tick : INT64_MAX / 4;
}

static void forget_threads(struct kept *k, struct process *p)
{
	for (size_t i = 0; i < p->n_threads; i++) {
		kept_close(k, &p->thread[i].children);
		kept_close(k, &p->thread[i].schedule);
	}
	p->n_threads = 0;
}

void process_free(struct kept *k, struct process *p)
{
	forget_threads(k, p);
	kept_close(k, &p->stat);
	kept_close(k, &p->statm);
	kept_close(k, &p->status);
	kept_close(k, &p->io);
	kept_close(k, &p->descriptors);
	free(p->thread);
	free(p);
}

/* A process's clock is its threads', those that ended too; a zombie has one until it is waited for. */
static bool read_clock(const struct process *p, int64_t *ns)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(p->pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
		return false;
	*ns = (int64_t)t.tv_sec * NS + t.tv_nsec;
	return true;
}

/* Files that were opened by a thread that stood for the first one. */
static void close_faced(struct kept *k, struct process *p)
{
	kept_close(k, &p->statm);
	kept_close(k, &p->status);
	kept_close(k, &p->descriptors);
	p->face = 0;
}

enum found { FOUND, UNREADABLE, GONE };

static enum found read_stat(struct kept *k, struct process *p)
{
	bool kept = p->stat >= 0;
	struct procfs_stat s;
	int64_t ns;

	if (kept_read(k, &p->stat, p->pid, 0, "stat") != 0) /* an open file stays that of the same process */
		return errno != ESRCH || (!kept && read_clock(p, &ns)) ? UNREADABLE : GONE;
	if (procfs_stat(k->text, k->len, &s) != 0)
		return UNREADABLE;
	if (s.state == 'X' || s.state == 'x' || (p->start && s.start != p->start))
		return GONE;
	if (p->parent != s.parent)
		p->orphan = false;
	p->parent = s.parent;
	p->session = s.session;
	p->start = s.start;
	p->zombie = s.state == 'Z' && s.threads <= 1;
	p->threads = s.threads;
	p->faults = s.faults;
	p->waited = from_ticks(s.waited);
	if (p->clockless && from_ticks(s.own) > p->own)
		p->own = from_ticks(s.own);
	if (s.state == 'Z' && !p->zombie && !p->face)
		p->face = -1; /* one is to be chosen */
	else if ((s.state != 'Z' || p->zombie) && p->face)
		close_faced(k, p);
	return FOUND;
}

static void darken(struct process *p)
{
	p->dark = true;
	p->rss = p->peak = p->threads = p->fds = p->switches = p->read = p->written = -1;
}

struct process *process_new(struct kept *k, pid_t pid)
{
	struct process *p = x_calloc(1, sizeof *p);
	int64_t ns;

	*p = (struct process){.pid = pid, .looked_own = -1};
	p->stat = p->statm = p->status = p->io = p->descriptors = -1;
	p->clockless = !read_clock(p, &ns);
	switch (read_stat(k, p)) {
	case GONE:
		process_free(k, p);
		return NULL;
	case UNREADABLE:
		darken(p);
		break;
	case FOUND:
		break;
	}
	ledger_begin(&p->ended, p->waited);
	return p;
}

int process_clock(struct kept *k, struct process *p)
{
	int64_t ns;

	if (!p->clockless && !read_clock(p, &ns))
		return -1;
	if (!p->clockless && ns == p->own)
		return p->own == 0 || p->own != p->looked_own;
	if (p->clockless || ns < p->own) /* a clock that goes back may be another process's */
		return read_stat(k, p) == GONE ? -1 : 1;
	p->own = ns;
	return 1;
}

static void read_io(struct kept *k, struct process *p)
{
	struct procfs_io io;

	if (kept_read(k, &p->io, p->pid, 0, "io") != 0 || procfs_io(k->text, k->len, &io) != 0) {
		p->read = p->written = -1;
		return;
	}
	p->read = io.read;
	p->written = io.written;
}

int process_account(struct kept *k, struct process *p)
{
	switch (read_stat(k, p)) {
	case GONE:
		return -1;
	case UNREADABLE:
		darken(p);
		return 0;
	case FOUND:
		break;
	}
	p->dark = false;
	read_io(k, p);
	return 0;
}

/* In bytes. 0, or -1 with errno. */
static int read_resident(struct kept *k, struct process *p, int64_t *resident)
{
	static int64_t page;
	int64_t pages;

	if (!page)
		page = sysconf(_SC_PAGESIZE);
	if (kept_read(k, &p->statm, p->pid, p->face, "statm") != 0 || procfs_statm(k->text, k->len, &pages) != 0)
		return -1;
	if (!__builtin_mul_overflow(pages, page, resident))
		return 0;
	errno = EOVERFLOW;
	return -1;
}

/* What is resident grows by page faults, hardly without (the kernel joins pages, another process fills them in): the
 * peak, which takes the kernel longer than all else, is read where there were any, and now and then. 0, or -1 with
 * errno. */
static int read_memory(struct kept *k, struct process *p, int64_t now)
{
	struct procfs_status s;

	p->rss = -1;
	if (read_resident(k, p, &p->resident) != 0)
		return -1;
	p->rss = p->resident > -p->beyond ? p->resident + p->beyond : 0;
	if (p->peak >= p->rss && p->faults == p->peak_faults && now - p->peak_at < OLD)
		return 0;
	p->peak_faults = p->faults;
	p->peak_at = now;
	p->peak = -1;
	if (kept_read(k, &p->status, p->pid, p->face, "status") != 0 || procfs_status(k->text, k->len, &s) != 0)
		return -1;
	p->peak = s.peak;
	p->ignores_children = s.ignores_children;
	return 0;
}

/* How often a thread was switched to: as often as it was switched from, by and by. -1: the thread is gone, or it cannot
 * be told. */
static int64_t read_times(struct kept *k, const struct process *p, struct thread *t)
{
	struct procfs_status s;
	int64_t times;

	if (kept_read(k, &t->schedule, p->pid, t->tid, k->schedules ? "schedstat" : "status") != 0)
		return -1;
	if (k->schedules)
		return procfs_schedstat(k->text, k->len, &times) == 0 ? times : -1;
	return procfs_status(k->text, k->len, &s) == 0 ? s.switches : -1;
}

/* Did each of them tell? */
static bool read_switches(struct kept *k, struct process *p)
{
	bool all = true;

	if (p->switches < 0)
		p->switches = 0;
	for (size_t i = 0; i < p->n_threads; i++) {
		struct thread *t = &p->thread[i];
		int64_t times = read_times(k, p, t);

		if (times < 0) {
			all = false;
		} else if (times > t->times) {
			p->switches += times - t->times;
			t->times = times;
		}
	}
	return all;
}

static void list_threads(struct kept *k, struct process *p)
{
	ssize_t n = kept_threads(k, p->pid);
	size_t left = 0, at = 0;

	if (n < 0)
		return;
	for (size_t i = 0; i < p->n_threads; i++)
		p->thread[i].alive = false;
	for (ssize_t i = 0; i < n; i++) {
		size_t known = p->n_threads;

		/* Both are in the order in which the threads began, so the next one is tried first. */
		for (size_t tried = 0; tried < p->n_threads && known == p->n_threads; tried++) {
			at = at < p->n_threads ? at : 0;
			if (p->thread[at].tid == k->pids[i])
				known = at;
			at++;
		}
		if (known == p->n_threads) {
			if (p->n_threads == p->thread_room) {
				p->thread_room = p->thread_room ? 2 * p->thread_room : 2;
				p->thread = x_reallocarray(p->thread, p->thread_room, sizeof *p->thread);
			}
			p->thread[p->n_threads++] = (struct thread){.tid = k->pids[i], .children = -1, .schedule = -1};
		}
		p->thread[known].alive = true;
	}
	for (size_t i = 0; i < p->n_threads; i++) {
		struct thread *t = &p->thread[i];

		if (t->alive) {
			p->thread[left++] = *t;
		} else {
			kept_close(k, &t->children);
			kept_close(k, &t->schedule);
		}
	}
	p->n_threads = left;
}

static void read_threads(struct kept *k, struct process *p)
{
	if (p->threads == (int64_t)p->n_threads && read_switches(k, p))
		return;
	list_threads(k, p);
	if (!read_switches(k, p) && p->n_threads == 1 && !p->zombie)
		p->switches = -1;
}

/* The first thread has ended, and what it says of memory and descriptors is that it has none: another one is asked. */
static void choose_face(struct kept *k, struct process *p)
{
	kept_close(k, &p->statm);
	kept_close(k, &p->status);
	kept_close(k, &p->descriptors);
	p->face = 0;
	list_threads(k, p);
	for (size_t i = 0; i < p->n_threads && !p->face; i++) {
		if (p->thread[i].tid != p->pid)
			p->face = p->thread[i].tid;
	}
}

static bool face_lives(const struct process *p)
{
	for (size_t i = 0; i < p->n_threads; i++) {
		if (p->thread[i].tid == p->face)
			return true;
	}
	return false;
}

/* What its own clock said last, where what has its pid by now is another process. */
static void take_back(struct process *p, int64_t looked_own)
{
	int64_t ns;

	if (!p->clockless && read_clock(p, &ns))
		p->own = looked_own > 0 ? looked_own : 0;
}

int process_look(struct kept *k, struct process *p, int64_t now)
{
	int64_t looked_own = p->looked_own;

	p->looked_at = now;
	p->looked_own = p->own;
	if (p->watcher) {
		list_threads(k, p);
		return 0;
	}
	if (process_account(k, p) != 0) {
		take_back(p, looked_own);
		return -1;
	}
	if (p->dark)
		return 0;
	read_threads(k, p);
	if (p->face && !face_lives(p))
		choose_face(k, p);
	/* It may go at any moment; a thread that stands for the first one may go alone. */
	if (read_memory(k, p, now) != 0 && errno == ESRCH && !p->face)
		return -1;
	if (kept_descriptors(k, &p->descriptors, p->pid, p->face, &p->fds) != 0) {
		if (errno == ESRCH && !p->face && !p->zombie)
			return -1;
		p->fds = p->zombie ? 0 : -1;
	}
	return 0;
}

int64_t process_pss(struct kept *k, struct process *p)
{
	struct procfs_rollup r;
	int64_t resident;
	int fd = -1, result, error;

	if (p->zombie)
		return 0;
	if (p->dark)
		return -1;
	result = kept_read(k, &fd, p->pid, p->face, "smaps_rollup");
	error = errno;
	kept_close(k, &fd); /* kept open, it would go on telling of the memory before an exec */
	if (result != 0)
		return error == ESRCH ? 0 : -1;
	if (k->len == 0)
		return 0;
	if (procfs_rollup(k->text, k->len, &r) != 0)
		return -1;
	if (p->rss >= 0 && read_resident(k, p, &resident) == 0 && resident == p->resident) { /* it has not changed */
		p->beyond = r.rss - resident;
		p->rss = r.rss;
	}
	return r.pss;
}

pid_t process_parent(struct kept *k, pid_t pid)
{
	struct procfs_stat s;
	int fd = -1, result = kept_read(k, &fd, pid, 0, "stat");

	kept_close(k, &fd);
	return result == 0 && procfs_stat(k->text, k->len, &s) == 0 ? s.parent : 0;
}

size_t process_children(struct kept *k, struct process *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_threads; i++) {
		const char *at, *end;
		pid_t child;

		if (kept_read(k, &p->thread[i].children, p->pid, p->thread[i].tid, "children") != 0)
			continue;
		at = k->text;
		end = at + k->len;
		while (procfs_pid(&at, end, &child) == 1) {
			if (child > 0)
				kept_add(k, n++, child);
		}
	}
	return n;
}
