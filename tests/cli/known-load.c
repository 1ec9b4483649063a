/* A program whose use is known: known-load [OPTION]... It uses what its options say until SIGTERM or SIGINT, or for as
 * long as --after says, and ends with 0 or what --die says. With --truth it then tells what it really used.
 *
 *   --rss SIZE       so much is resident, by its own smaps_rollup, to the page
 *   --cpu SHARE      of one core, divided among its threads, by their own CPU clocks over each 20 ms
 *   --threads N      in all
 *   --fds N          descriptors open in all
 *   --children N     children with the same use
 *   --zombies N      children that have ended and are not waited for
 *   --reaped N       children of --reaped-cpu TIME each that it waits for, one after the other, before all else
 *   --fork-away      what does all this is a child in a session of its own; the program itself ends at once with 0
 *   --ignore-term    SIGTERM changes nothing
 *   --flood          it writes lines to stdout as fast as it can
 *   --read RATE, --write RATE   bytes a second, past the page cache where the file system can, in $TMPDIR or /tmp
 *   --after TIME     how long it goes on
 *   --die STATUS     how it ends; without --after at once
 *   --truth FILE     at its end a line of JSON is appended here, and one for each of its children */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <dirent.h>
#include <time.h>
#include <unistd.h>

#include "units.h"

#define NS INT64_C(1000000000)
#define PERIOD (INT64_C(20000000))
#define LIFE 900 /* s after which it ends in any case */
#define BLOCK 4096
#define CHUNK ((size_t)256 << 10)
#define FILE_SIZE ((int64_t)16 << 20)

static struct {
	int64_t rss, threads, fds, children, zombies, reaped, reaped_cpu, read, write, after, die;
	double cpu;
	bool fork_away, ignore_term, flood, is_child;
	const char *truth;
} o = {.threads = 1, .after = -1, .die = -1};

static sigset_t ends; /* the signals that end it: blocked, and waited for */
static atomic_bool ended, looked; /* looked: what is true has been read, and threads may go */
static atomic_int running;
static pid_t *children;
static int64_t did_read, did_write;
static bool direct;

static int64_t clock_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS + t.tv_nsec;
}

static void trouble(const char *what)
{
	fprintf(stderr, "known-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void wrong(const char *what, const char *why)
{
	fprintf(stderr, "known-load: %s: %s\n", what, why);
	exit(1);
}

static void *must(void *p)
{
	if (!p)
		trouble("memory");
	return p;
}

/* --- what is true --- */

static int64_t field(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoll(at + strlen(name), NULL, 10) : -1;
}

static void read_rollup(int64_t *rss, int64_t *pss)
{
	static char text[BLOCK];
	int fd = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (n < 0)
		trouble("/proc/self/smaps_rollup");
	close(fd);
	text[n] = '\0';
	*rss = field(text, "\nRss:") * 1024;
	*pss = field(text, "\nPss:") * 1024;
}

/* Entries of a directory, without that which is open to read it. */
static int64_t entries(const char *path, int mine)
{
	DIR *directory = opendir(path);
	int64_t n = 0;

	if (!directory)
		trouble(path);
	for (const struct dirent *entry; (entry = readdir(directory));)
		n += entry->d_name[0] != '.';
	closedir(directory);
	return n - mine;
}

static int64_t ns_of(const struct rusage *u)
{
	return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * NS + (u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1000;
}

struct truth {
	int64_t rss, pss, fds, threads;
};

static void look(struct truth *t)
{
	read_rollup(&t->rss, &t->pss);
	t->fds = entries("/proc/self/fd", 1);
	t->threads = entries("/proc/self/task", 0);
}

static void tell(const struct truth *t, int64_t start)
{
	struct rusage own, theirs;
	char line[1024];
	int fd, len;

	if (!o.truth)
		return;
	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &theirs);
	len = snprintf(line, sizeof line,
	               "{\"pid\":%d,\"child\":%s,\"rss\":%lld,\"pss\":%lld,\"max-rss\":%lld,\"cpu\":%lld,\"cpu-own\":%lld,"
	               "\"fds\":%lld,\"threads\":%lld,\"switches\":%ld,\"switches-own\":%ld,\"read\":%lld,\"written\":%lld,"
	               "\"direct\":%s,\"elapsed\":%lld}\n",
	               (int)getpid(), o.is_child ? "true" : "false", (long long)t->rss, (long long)t->pss,
	               (long long)own.ru_maxrss * 1024, (long long)(ns_of(&own) + ns_of(&theirs)),
	               (long long)ns_of(&own), (long long)t->fds, (long long)t->threads,
	               own.ru_nvcsw + own.ru_nivcsw + theirs.ru_nvcsw + theirs.ru_nivcsw, own.ru_nvcsw + own.ru_nivcsw,
	               (long long)did_read, (long long)did_write, direct ? "true" : "false",
	               (long long)(clock_of(CLOCK_MONOTONIC) - start));
	fd = open(o.truth, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0 || write(fd, line, (size_t)len) != len)
		trouble(o.truth);
	close(fd);
}

/* --- its use --- */

static void use_descriptors(void)
{
	int64_t n = entries("/proc/self/fd", 1);

	if (n > o.fds)
		wrong("--fds", "more than that are open already");
	for (; n < o.fds; n++) {
		if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0)
			trouble("--fds");
	}
}

/* Pages that are touched one by one until what is resident is as asked, page tables and all aside. */
static void use_memory(void)
{
	const int64_t page = sysconf(_SC_PAGESIZE);
	int64_t rss, pss, used = 0, want;
	char *at = mmap(NULL, (size_t)o.rss, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		trouble("--rss");
	madvise(at, (size_t)o.rss, MADV_NOHUGEPAGE);
	for (int turn = 0; turn < 8; turn++) {
		read_rollup(&rss, &pss);
		want = used + (o.rss - rss) / page * page;
		if (want < 0)
			wrong("--rss", "more than that is resident already");
		for (; used < want; used += page)
			at[used] = 1;
		if (used > want) {
			madvise(at + want, (size_t)(used - want), MADV_DONTNEED);
			used = want;
		}
	}
}

static int scratch = -1;
static char *buffer;

static void open_scratch(void)
{
	const char *where = getenv("TMPDIR");
	char path[4096];

	snprintf(path, sizeof path, "%s/known-load.XXXXXX", where && *where ? where : "/tmp");
	scratch = mkostemp(path, O_CLOEXEC);
	if (scratch < 0)
		trouble(path);
	unlink(path);
	direct = fcntl(scratch, F_SETFL, O_DIRECT) == 0;
	if (posix_memalign((void **)&buffer, BLOCK, CHUNK) != 0)
		wrong("memory", "not enough");
	memset(buffer, 'x', CHUNK);
	for (int64_t at = 0; o.read && at < FILE_SIZE; at += (int64_t)CHUNK) {
		if (pwrite(scratch, buffer, CHUNK, at) != (ssize_t)CHUNK)
			trouble("a scratch file");
		did_write += (int64_t)CHUNK;
	}
}

/* As many blocks as are due by now. */
static void move(bool out, int64_t rate, int64_t elapsed, int64_t *done)
{
	int64_t due = (int64_t)((double)rate * (double)elapsed / (double)NS);

	while (due - *done >= BLOCK) {
		int64_t at = *done % FILE_SIZE, len = (due - *done) / BLOCK * BLOCK;

		if (len > (int64_t)CHUNK)
			len = (int64_t)CHUNK;
		if (len > FILE_SIZE - at)
			len = FILE_SIZE - at;
		if ((out ? pwrite(scratch, buffer, (size_t)len, at) : pread(scratch, buffer, (size_t)len, at)) != len)
			trouble("a scratch file");
		*done += len;
	}
}

static void use_storage(int64_t elapsed)
{
	static int64_t read_now, written_now;
	int64_t before_read = read_now, before_written = written_now;

	move(false, o.read, elapsed, &read_now);
	move(true, o.write, elapsed, &written_now);
	did_read += read_now - before_read;
	did_write += written_now - before_written;
}

static void end_at_signal(int64_t when)
{
	int64_t left = when - clock_of(CLOCK_MONOTONIC);
	struct timespec t = {.tv_sec = left > 0 ? left / NS : 0, .tv_nsec = left > 0 ? left % NS : 0};

	if (sigtimedwait(&ends, NULL, &t) > 0) /* also where it is behind, and there is no time to wait */
		ended = true;
}

static void sleep_until(int64_t when)
{
	struct timespec t = {.tv_sec = when / NS, .tv_nsec = when % NS};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/* Nothing at all until it is to end. */
static void idle(bool first, int64_t start)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static pthread_cond_t over = PTHREAD_COND_INITIALIZER;

	if (first)
		end_at_signal(start + (o.after >= 0 ? o.after : LIFE * NS));
	pthread_mutex_lock(&lock);
	if (first) {
		ended = true;
		pthread_cond_broadcast(&over);
	}
	while (!ended)
		pthread_cond_wait(&over, &lock);
	pthread_mutex_unlock(&lock);
}

/* Its share in each period, until it is to end. The first thread looks after signals, time and storage. */
static void run(bool first)
{
	const int64_t start = clock_of(CLOCK_MONOTONIC), used = clock_of(CLOCK_THREAD_CPUTIME_ID);
	const double share = o.cpu / (double)o.threads;

	running++;
	if (share <= 0 && !(first && (o.read || o.write))) {
		idle(first, start);
		return;
	}
	for (int64_t period = 1; !ended; period++) {
		int64_t end = start + period * PERIOD, target = used + (int64_t)(share * (double)(period * PERIOD));

		if (first && (o.read || o.write))
			use_storage(clock_of(CLOCK_MONOTONIC) - start);
		while (!ended && clock_of(CLOCK_THREAD_CPUTIME_ID) < target)
			;
		if (first)
			end_at_signal(end);
		else
			sleep_until(end);
		if (first && o.after >= 0 && clock_of(CLOCK_MONOTONIC) - start >= o.after)
			ended = true;
	}
}

static void *thread(void *nothing)
{
	run(false);
	while (!looked)
		sleep_until(clock_of(CLOCK_MONOTONIC) + PERIOD / 20);
	return nothing;
}

/* Whole lines, until nobody reads them. */
static void *flood(void *nothing)
{
	static char lines[1 << 16];
	size_t at = 0;

	for (size_t i = 0; i < sizeof lines; i++)
		lines[i] = i % 64 == 63 ? '\n' : 'x';
	while (!ended) {
		ssize_t n = write(STDOUT_FILENO, lines + at, sizeof lines - at);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		if (n > 0)
			at = (at + (size_t)n) % sizeof lines;
	}
	return nothing;
}

/* --- its children --- */

static pid_t start_child(void)
{
	pid_t parent = getpid(), pid = fork();

	if (pid < 0)
		trouble("fork");
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return pid;
}

static void start_reaped(void)
{
	for (int64_t i = 0; i < o.reaped; i++) {
		pid_t pid = start_child();

		if (pid == 0) {
			while (clock_of(CLOCK_PROCESS_CPUTIME_ID) < o.reaped_cpu)
				;
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
}

static void start_children(void)
{
	siginfo_t info;

	children = must(calloc((size_t)o.children + 1, sizeof *children));
	for (int64_t i = 0; i < o.children; i++) {
		children[i] = start_child();
		if (children[i] == 0) {
			o.is_child = true;
			o.children = o.zombies = 0;
			return;
		}
	}
	for (int64_t i = 0; i < o.zombies; i++) {
		pid_t pid = start_child();

		if (pid == 0)
			_exit(0);
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	}
}

static void end_children(void)
{
	for (int64_t i = 0; i < o.children; i++)
		kill(children[i], o.ignore_term ? SIGKILL : SIGTERM);
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static void go_away(void)
{
	pid_t pid = fork();

	if (pid < 0)
		trouble("fork");
	if (pid > 0)
		_exit(0);
	setsid();
}

static pthread_t start(void *(*what)(void *))
{
	pthread_attr_t attributes;
	pthread_t started;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 256 << 10);
	errno = pthread_create(&started, &attributes, what, NULL);
	if (errno)
		trouble("--threads");
	pthread_attr_destroy(&attributes);
	return started;
}

static void check(int result, const char *option, const char *text)
{
	if (result == 0)
		return;
	fprintf(stderr, "known-load: --%s: not such a quantity: %s\n", option, text);
	exit(1);
}

static void read_options(int argc, char **argv)
{
	enum { RSS = 1, CPU, THREADS, FDS, CHILDREN, ZOMBIES, REAPED, REAPED_CPU, READ, WRITE, AFTER, DIE, TRUTH };
	enum { FORK_AWAY = 32, IGNORE_TERM, FLOOD };
	static const struct option options[] = {
		{"rss", 1, NULL, RSS}, {"cpu", 1, NULL, CPU}, {"threads", 1, NULL, THREADS}, {"fds", 1, NULL, FDS},
		{"children", 1, NULL, CHILDREN}, {"zombies", 1, NULL, ZOMBIES}, {"reaped", 1, NULL, REAPED},
		{"reaped-cpu", 1, NULL, REAPED_CPU}, {"read", 1, NULL, READ}, {"write", 1, NULL, WRITE},
		{"after", 1, NULL, AFTER}, {"die", 1, NULL, DIE}, {"truth", 1, NULL, TRUTH},
		{"fork-away", 0, NULL, FORK_AWAY}, {"ignore-term", 0, NULL, IGNORE_TERM}, {"flood", 0, NULL, FLOOD},
		{NULL, 0, NULL, 0},
	};
	int c, at;

	while ((c = getopt_long(argc, argv, "", options, &at)) != -1) {
		const char *name = c == '?' ? "" : options[at].name;
		int64_t n = 0;
		double share = 0;

		if (c == CPU)
			check(share_parse(optarg, &share), name, optarg);
		else if (c == RSS || c == READ || c == WRITE)
			check(size_parse(optarg, &n), name, optarg);
		else if (c == AFTER || c == REAPED_CPU)
			check(duration_parse(optarg, &n), name, optarg);
		else if (c < TRUTH)
			check(count_parse(optarg, &n), name, optarg);
		switch (c) {
		case RSS: o.rss = n; break;
		case CPU: o.cpu = share; break;
		case THREADS: o.threads = n; break;
		case FDS: o.fds = n; break;
		case CHILDREN: o.children = n; break;
		case ZOMBIES: o.zombies = n; break;
		case REAPED: o.reaped = n; break;
		case REAPED_CPU: o.reaped_cpu = n; break;
		case READ: o.read = n; break;
		case WRITE: o.write = n; break;
		case AFTER: o.after = n; break;
		case DIE: o.die = n; break;
		case TRUTH: o.truth = optarg; break;
		case FORK_AWAY: o.fork_away = true; break;
		case IGNORE_TERM: o.ignore_term = true; break;
		case FLOOD: o.flood = true; break;
		default: exit(1);
		}
	}
	if (optind < argc)
		wrong(argv[optind], "no argument is expected");
	if (o.threads < 1 || o.die > 255 || o.cpu < 0)
		wrong("--threads, --die or --cpu", "out of range");
	if (o.die >= 0 && o.after < 0)
		o.after = 0;
}

int main(int argc, char **argv)
{
	struct truth truth;
	pthread_t *threads;
	int64_t began;

	read_options(argc, argv);
	if (o.fork_away)
		go_away();
	began = clock_of(CLOCK_MONOTONIC);
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	if (o.ignore_term)
		signal(SIGTERM, SIG_IGN);
	else
		sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	start_reaped();
	start_children();
	alarm(LIFE);
	if (o.read || o.write)
		open_scratch();
	threads = must(calloc((size_t)o.threads, sizeof *threads));
	for (int64_t i = 1; i < o.threads; i++)
		threads[i] = start(o.flood && i == 1 ? flood : thread);
	while (running < o.threads - 1 - (o.flood && o.threads > 1)) /* so that their stacks are there */
		sleep_until(clock_of(CLOCK_MONOTONIC) + PERIOD / 20);
	if (o.fds)
		use_descriptors();
	if (o.rss)
		use_memory();
	if (o.flood && o.threads == 1)
		threads[0] = start(flood);
	run(true);
	look(&truth);
	looked = true;
	end_children();
	for (int64_t i = 1; i < o.threads && !o.flood; i++)
		pthread_join(threads[i], NULL);
	tell(&truth, began);
	_exit(o.die >= 0 ? (int)o.die : 0);
}
