#ifndef TESTS_TREEING_H
#define TESTS_TREEING_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/proc-watch/tree.h"

/* Processes that do what a test says, and say what is true. */

#define MS INT64_C(1000000)
#define MIB INT64_C(1048576)

struct actor {
	pid_t pid;
	int say, hear; /* pipes */
};

static inline void say(int fd, int64_t what)
{
	if (write(fd, &what, sizeof what) != sizeof what)
		_exit(1);
}

/* What the other side says; an actor that hears no more ends. */
static inline int64_t hear(int fd)
{
	int64_t what;

	if (read(fd, &what, sizeof what) != sizeof what)
		_exit(1);
	return what;
}

/* A child that plays its part, which ends it or returns, and then stays until it hears something. */
static inline struct actor enter(void (*part)(struct actor *test))
{
	int to[2], from[2];
	struct actor a;

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	a.pid = fork();
	assert_true(a.pid >= 0);
	if (a.pid == 0) {
		struct actor test = {.say = from[1], .hear = to[0]};

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(to[1]);
		close(from[0]);
		part(&test);
		hear(test.hear);
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	a.say = to[1];
	a.hear = from[0];
	return a;
}

static inline void leave(struct actor *a)
{
	kill(a->pid, SIGKILL);
	waitpid(a->pid, NULL, 0);
	close(a->say);
	close(a->hear);
}

/* End and reap all that is left below this process, which is the parent of all whose own parent ended. */
static inline int end_all(void **state)
{
	(void)state;
	for (;;) {
		FILE *children = fopen("/proc/thread-self/children", "re");
		int pid;

		while (children && fscanf(children, "%d", &pid) == 1)
			kill(pid, SIGKILL);
		if (children)
			fclose(children);
		if (waitpid(-1, NULL, 0) < 0)
			return errno == ECHILD ? 0 : -1;
	}
}

static inline int adopt(void **state)
{
	(void)state;
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

static inline void burn(int64_t ns)
{
	struct timespec t;

	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while (t.tv_sec * 1000 * MS + t.tv_nsec < ns);
}

/* What this process and those that it has waited for used. */
static inline int64_t used(void)
{
	struct rusage own, theirs;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &theirs);
	return (own.ru_utime.tv_sec + own.ru_stime.tv_sec + theirs.ru_utime.tv_sec + theirs.ru_stime.tv_sec) * 1000 * MS +
	       (own.ru_utime.tv_usec + own.ru_stime.tv_usec + theirs.ru_utime.tv_usec + theirs.ru_stime.tv_usec) * 1000;
}

/* So much of what was waited for may be rounded away: what is not a whole clock tick of user and of system time. */
static inline int64_t rounding(void)
{
	return 2 * 1000 * MS / sysconf(_SC_CLK_TCK);
}

static inline struct reading read_now(struct tree *t)
{
	struct reading r;

	assert_int_equal(tree_read(t, false, &r), 0);
	return r;
}

/* The same, once all that a process did before it said something is in its figures. */
static inline struct reading read_settled(struct tree *t)
{
	nanosleep(&(struct timespec){.tv_nsec = 25 * MS}, NULL);
	return read_now(t);
}

/* Readings until so many zombies, processes and threads are there: what a process has just done may take a moment. */
static inline struct reading await(struct tree *t, int64_t processes, int64_t zombies, int64_t threads)
{
	struct reading r;

	for (int i = 0; i < 5000; i++) {
		tree_read(t, false, &r);
		if (r.processes == processes && r.zombies == zombies && (threads < 0 || r.threads == threads))
			return r;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	fail_msg("there were %lld processes, %lld zombies and %lld threads", (long long)r.processes, (long long)r.zombies,
	         (long long)r.threads);
	return r;
}

static inline void is_near(int64_t value, int64_t expected, int64_t below, int64_t above)
{
	if (value < expected - below || value > expected + above)
		fail_msg("%lld is not %lld", (long long)value, (long long)expected);
}

static inline pid_t fork_or_end(void)
{
	pid_t pid = fork();

	if (pid < 0)
		_exit(1);
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

static inline void *sleeper(void *unused)
{
	for (;;)
		pause();
	return unused;
}

static inline void nothing(struct actor *test)
{
	(void)test;
}

#endif
