#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "clock.h"
#include "die.h"
#include "process.h"

#define BUCKETS 1024
#define S INT64_C(1000000000)
#define TURNS 8 /* after which what ends faster than it can be read is left to the next reading */
#define TICKS (INT64_C(20000000)) /* as much as two clock ticks: less than that may be rounded away */

struct tree {
	struct kept kept;
	struct cgroup *cgroup; /* NULL: it is a tree */
	pid_t left_out;        /* a session; 0: none */
	pid_t watchers[2];     /* processes that are left out; 0: none */
	struct process **all;  /* each behind its parent, but for those whose parent went */
	size_t n, room;
	struct process *bucket[BUCKETS];
	uint64_t order, readings;
	int64_t ticks[2];       /* since boot, at the last reading and the one before it */
	struct reading gone;    /* cpu, switches, read, written: of those that are in nobody's figures any more */
	struct reading earlier; /* the same of those that came from elsewhere, until they came */
	struct reading highest; /* the same as they were last told */
	pid_t *pids;
	size_t n_pids, pids_room;
};

/* What one of them used, as a reading has it, cannot be told: neither can what all did. */
static void add(int64_t *sum, int64_t value)
{
	if (value < 0 || *sum < 0)
		*sum = -1;
	else if (__builtin_add_overflow(*sum, value, sum))
		*sum = INT64_MAX;
}

static struct process *find(const struct tree *t, pid_t pid)
{
	struct process *p = t->bucket[(unsigned)pid % BUCKETS];

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

/* pid is one of them, from now on. NULL: it is gone already. */
static struct process *take(struct tree *t, pid_t pid)
{
	struct process *p = process_new(&t->kept, pid);

	if (!p)
		return NULL;
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 16;
		t->all = x_reallocarray(t->all, t->room, sizeof(struct process *));
	}
	t->all[t->n++] = p;
	p->order = t->order++;
	p->next = t->bucket[(unsigned)pid % BUCKETS];
	t->bucket[(unsigned)pid % BUCKETS] = p;
	return p;
}

static struct tree *new_tree(void)
{
	struct tree *t = x_calloc(1, sizeof *t);

	kept_begin(&t->kept);
	return t;
}

struct tree *tree_new(pid_t root)
{
	struct tree *t = new_tree();
	struct process *p = take(t, root);

	if (p)
		p->watcher = root == getpid();
	return t;
}

struct tree *tree_new_cgroup(const char *path, char *why)
{
	struct cgroup *cgroup = cgroup_open(path, why);
	struct tree *t;

	if (!cgroup)
		return NULL;
	t = new_tree();
	t->cgroup = cgroup;
	return t;
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		process_free(&t->kept, t->all[i]);
	free(t->all);
	free(t->pids);
	cgroup_free(t->cgroup);
	kept_end(&t->kept);
	free(t);
}

/* What p used, as far as it is known. */
static void add_io(struct reading *r, const struct process *p)
{
	if (p->read > 0)
		add(&r->read, p->read);
	if (p->written > 0)
		add(&r->written, p->written);
}

static void add_switches(struct reading *r, const struct process *p)
{
	if (p->switches > 0)
		add(&r->switches, p->switches);
}

/* It stays in the sums, though p will not be there any more. */
static void keep_io(struct tree *t, const struct process *p)
{
	add_io(&t->gone, p);
}

static void keep_switches(struct tree *t, const struct process *p)
{
	add_switches(&t->gone, p);
}

static int64_t cpu_of(const struct process *p)
{
	return p->own + p->ended.counted;
}

static void leave_out(struct tree *t, struct process *p)
{
	if (p->out || p->watcher)
		return;
	p->out = true;
	if (!p->looked_at) /* it has not been in any reading */
		return;
	add(&t->gone.cpu, cpu_of(p));
	keep_switches(t, p);
	keep_io(t, p);
}

static void leave_out_if_so(struct tree *t, struct process *p)
{
	if (t->left_out > 0 && p->session == t->left_out)
		leave_out(t, p);
}

static void leave_out_below(struct tree *t, struct process *p)
{
	const struct process *parent = p->orphan ? NULL : find(t, p->parent);

	if ((parent && parent->out) || p->pid == t->watchers[0] || p->pid == t->watchers[1])
		leave_out(t, p);
}

void tree_leave_out_watchers(struct tree *t)
{
	t->watchers[0] = getpid();
	t->watchers[1] = getppid();
}

void tree_leave_out(struct tree *t, pid_t sid)
{
	t->left_out = sid;
	for (size_t i = 0; i < t->n; i++) { /* parents are before their children */
		leave_out_if_so(t, t->all[i]);
		leave_out_below(t, t->all[i]);
	}
}

static void end(struct tree *t, struct process *p)
{
	struct process *parent = p->orphan ? NULL : find(t, p->parent);

	p->gone = true;
	if (parent)
		parent->unsettled = true;
}

static void look(struct tree *t, struct process *p, int64_t now)
{
	int ran = p->watcher ? 1 : process_clock(&t->kept, p);

	if (ran > 0 || (ran == 0 && now - p->looked_at >= S))
		ran = process_look(&t->kept, p, now);
	if (ran < 0)
		end(t, p);
	else
		leave_out_if_so(t, p);
}

/* Those that are in k->pids and are not known yet: what is below something left out is left out too. */
static void take_new(struct tree *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct process *p = find(t, t->kept.pids[i]);

		if (!p) {
			p = take(t, t->kept.pids[i]);
			if (p)
				leave_out_below(t, p);
		}
		if (p)
			p->met = t->readings;
	}
}

/* p, which was found just now, may have been elsewhere: it was moved into the cgroup, or adopted. What it used until
 * then is not theirs. One that started since the reading before the last one may just have been overlooked: the
 * kernel's lists of children are not always whole. */
static void leave_earlier(struct tree *t, const struct process *p)
{
	if (t->readings <= 2 || p->start == 0 || p->start >= t->ticks[1] || p->out || p->watcher)
		return;
	add(&t->earlier.cpu, cpu_of(p));
	add_switches(&t->earlier, p);
	add_io(&t->earlier, p);
}

static void look_at(struct tree *t, struct process *p, int64_t now)
{
	bool is_new = !p->looked_at;

	if (t->cgroup && p->met != t->readings) {
		end(t, p);
		return;
	}
	look(t, p, now);
	if (is_new && !p->gone)
		leave_earlier(t, p);
	if (!t->cgroup && !p->gone && t->kept.lists)
		take_new(t, process_children(&t->kept, p));
}

/* Where the kernel keeps no lists of children: whoever says that one of these is its parent. true: some have come. */
static bool search_children(struct tree *t)
{
	ssize_t n = kept_processes(&t->kept);
	size_t before = t->n;

	for (ssize_t i = 0; i < n; i++) {
		pid_t pid = t->kept.pids[i];
		const struct process *parent;
		struct process *p;

		if (find(t, pid))
			continue;
		parent = find(t, process_parent(&t->kept, pid));
		if (!parent || parent->gone)
			continue;
		p = take(t, pid);
		if (p)
			leave_out_below(t, p);
	}
	return t->n > before;
}

static void look_at_all(struct tree *t, int64_t now)
{
	size_t i = 0;

	if (t->cgroup)
		take_new(t, cgroup_members(t->cgroup, &t->kept));
	do {
		for (; i < t->n; i++) /* and those that are found meanwhile */
			look_at(t, t->all[i], now);
	} while (!t->cgroup && !t->kept.lists && search_children(t));
}

/* p is read anew, then those that it may have waited for: which of them are in p's figures is certain if none of them
 * goes in between. */
static bool settle(struct tree *t, struct process *p)
{
	bool certain = true;

	p->unsettled = false;
	if (process_account(&t->kept, p) != 0) {
		end(t, p);
		return false;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct process *child = t->all[i];

		if (child->gone || child->watcher || (!child->orphan && child->parent != p->pid))
			continue;
		if (process_clock(&t->kept, child) < 0) {
			end(t, child);
			p->unsettled = true;
			certain = false;
		}
	}
	return certain;
}

static bool counts(const struct process *p)
{
	return !p->gone && !p->watcher && !p->out;
}

static void settle_all(struct tree *t)
{
	bool certain = false;

	for (size_t i = 0; i < t->n; i++) {
		struct process *p = t->all[i];

		if (p->waited + p->ended.never > p->ended.counted)
			p->unsettled = true;
	}
	for (int turn = 0; turn < TURNS && !certain; turn++) {
		certain = true;
		for (size_t i = 0; i < t->n; i++) {
			if (t->all[i]->unsettled && counts(t->all[i]) && !settle(t, t->all[i]))
				certain = false;
		}
	}
}

/* Those that went have left what they used to the parent that waited for them, or to nobody. Of one that went together
 * with its parent it is not known who waited for it: if anybody did, that one's figures have grown by more than what
 * was seen to go into them. */
static void account(struct tree *t)
{
	int64_t unclear = 0, beyond = 0;
	bool any = false;

	for (size_t i = 0; i < t->n; i++) {
		struct process *p = t->all[i], *parent = p->orphan ? NULL : find(t, p->parent);

		if (!p->gone || p->out)
			continue;
		keep_switches(t, p);
		if (p->orphan || (parent && parent->gone)) {
			add(&unclear, cpu_of(p));
		} else if (!parent || !counts(parent)) {
			add(&t->gone.cpu, cpu_of(p));
			keep_io(t, p);
		} else {
			add(&parent->seen, cpu_of(p));
			if (parent->ignores_children)
				keep_io(t, p);
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		struct process *p = t->all[i];

		if (!counts(p))
			continue;
		any = true;
		if (p->ignores_children) {
			ledger_never(&p->ended, p->seen);
			p->seen = 0;
		}
		add(&beyond, ledger_settle(&p->ended, p->waited, p->seen));
		p->seen = 0;
	}
	if (unclear <= beyond)
		return;
	add(&t->gone.cpu, unclear - beyond);
	if (any && unclear - beyond < TICKS)
		return;
	for (size_t i = 0; i < t->n; i++) {
		const struct process *p = t->all[i], *parent = p->orphan ? NULL : find(t, p->parent);

		if (p->gone && !p->out && (p->orphan || (parent && parent->gone)))
			keep_io(t, p);
	}
}

static void unlink_from_bucket(struct tree *t, const struct process *p)
{
	struct process **at = &t->bucket[(unsigned)p->pid % BUCKETS];

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
}

static void forget_gone(struct tree *t)
{
	size_t left = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct process *p = t->all[i];

		for (size_t j = 0; p->gone && j < t->n; j++) {
			if (t->all[j]->parent == p->pid)
				t->all[j]->orphan = true;
		}
	}
	for (size_t i = 0; i < t->n; i++) {
		struct process *p = t->all[i];

		if (p->gone) {
			unlink_from_bucket(t, p);
			process_free(&t->kept, p);
		} else {
			t->all[left++] = p;
		}
	}
	t->n = left;
}

static void subtract(int64_t *sum, int64_t value)
{
	if (*sum >= 0)
		*sum = *sum > value ? *sum - value : 0;
}

static void sum(struct tree *t, bool pss, struct reading *r)
{
	r->cpu = t->gone.cpu;
	r->switches = t->gone.switches;
	r->read = t->gone.read;
	r->written = t->gone.written;
	r->pss = pss ? 0 : -1;
	for (size_t i = 0; i < t->n; i++) {
		struct process *p = t->all[i];

		if (!counts(p))
			continue;
		add(&r->cpu, p->dark && p->clockless ? -1 : cpu_of(p));
		add(&r->switches, p->switches);
		add(&r->read, p->read);
		add(&r->written, p->written);
		if (p->zombie) {
			r->zombies++;
			r->zombie = p->pid;
			continue;
		}
		r->processes++;
		if (pss)
			add(&r->pss, process_pss(&t->kept, p)); /* which may set rss right */
		add(&r->rss, p->rss);
		add(&r->threads, p->threads);
		add(&r->fds, p->fds);
		if (p->peak < 0)
			r->peak = -1;
		else if (r->peak >= 0 && p->peak > r->peak)
			r->peak = p->peak;
	}
	subtract(&r->cpu, t->earlier.cpu);
	subtract(&r->switches, t->earlier.switches);
	subtract(&r->read, t->earlier.read);
	subtract(&r->written, t->earlier.written);
}

/* The same clock as that of a process's start. */
static int64_t ticks_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * sysconf(_SC_CLK_TCK) + ts.tv_nsec / (S / sysconf(_SC_CLK_TCK));
}

/* What is read of several processes is not of one moment: for once it may be less than before. */
static void never_fall(int64_t *now, int64_t *highest)
{
	if (*now > *highest)
		*highest = *now;
	else if (*now >= 0)
		*now = *highest;
}

static void list_pids(struct tree *t)
{
	t->n_pids = 0;
	if (t->pids_room < t->n) {
		t->pids_room = 2 * t->n;
		t->pids = x_reallocarray(t->pids, t->pids_room, sizeof *t->pids);
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct process *p = t->all[i];

		if (counts(p) && !p->zombie)
			t->pids[t->n_pids++] = p->pid;
	}
}

static int by_start(const void *a, const void *b)
{
	const struct process *p = *(struct process *const *)a, *q = *(struct process *const *)b;

	if (p->start != q->start)
		return p->start < q->start ? -1 : 1;
	return p->order < q->order ? -1 : 1;
}

int tree_read(struct tree *t, bool pss, struct reading *r)
{
	size_t before = t->n;
	int64_t ticks = ticks_now();

	*r = (struct reading){.at = clock_now()};
	t->readings++;
	look_at_all(t, r->at);
	settle_all(t);
	account(t);
	if (t->n != before && t->n)
		qsort(t->all, t->n, sizeof(struct process *), by_start);
	forget_gone(t);
	sum(t, pss, r);
	never_fall(&r->cpu, &t->highest.cpu);
	never_fall(&r->switches, &t->highest.switches);
	never_fall(&r->read, &t->highest.read);
	never_fall(&r->written, &t->highest.written);
	list_pids(t);
	t->ticks[1] = t->ticks[0];
	t->ticks[0] = ticks;
	if (r->processes)
		return 0;
	errno = ESRCH;
	return -1;
}

size_t tree_pids(const struct tree *t, const pid_t **pids)
{
	*pids = t->pids;
	return t->n_pids;
}
