#include "warden.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descendants.h"
#include "die.h"
#include "removal.h"
#include "writeall.h"

#define PATHS_MAX 8 /* which fit into a pipe of the usual size, whatever their length */

static int registry = -1; /* the worker's end */
static unsigned kept;

int warden_keep(const char *path)
{
	if (registry < 0)
		return 0;
	if (*path != '/' || strlen(path) >= PATH_MAX || kept == PATHS_MAX) {
		errno = *path != '/' ? EINVAL : ENOSPC;
		return -1;
	}
	kept++;
	return write_all(registry, path, strlen(path) + 1);
}

static void remove_kept(int from)
{
	static char paths[PATHS_MAX * PATH_MAX];
	size_t len = 0;
	ssize_t n;

	/* The worker has gone, and what it wrote is there. */
	while (len < sizeof paths && (n = read(from, paths + len, sizeof paths - len)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	for (char *path = paths, *end; (end = memchr(path, '\0', (size_t)(paths + len - path))); path = end + 1) {
		bool was_there;
		int error = removal_path(path, &was_there);

		if (error)
			warn("%s: %s", path, strerror(error));
	}
}

/* End as the worker did. */
static _Noreturn void end_as(int status)
{
	const struct rlimit none = {0, 0};
	sigset_t set;

	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	setrlimit(RLIMIT_CORE, &none);
	signal(WTERMSIG(status), SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, WTERMSIG(status));
	raise(WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	_exit(128 + WTERMSIG(status));
}

/* Wait for the worker, reap what else ends, and hand signals on. */
static int attend(pid_t worker, const sigset_t *set)
{
	for (;;) {
		int status, sig;
		pid_t got;

		while ((got = waitpid(-1, &status, WNOHANG)) > 0) {
			if (got == worker)
				return status;
		}
		sig = sigwaitinfo(set, NULL);
		if (sig <= 0 || sig == SIGCHLD)
			continue;
		kill(worker, sig);
		if (sig == SIGTSTP)
			raise(SIGSTOP); /* and once this goes on, so does the worker */
		kill(worker, SIGCONT); /* one that was stopped takes it only once it goes on */
	}
}

static _Noreturn void front(pid_t worker, int from, const sigset_t *set)
{
	int status = attend(worker, set);

	/* It leaves none, unless it could not clean up. */
	if (descendants_end(0) < 0)
		warn("what was started could not be ended:");
	remove_kept(from);
	end_as(status);
}

/* What a shell has started before it became this program by exec: these are to live on. */
static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* fork(2); the child gets SIGTERM when this process ends, and leads a group of its own: who kills this one's, as
 * timeout(1) does, leaves it to clean up. */
static pid_t fork_bound(void)
{
	pid_t parent = getpid(), child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(STATUS_TROUBLE);
		setpgid(0, 0);
	}
	return child;
}

int warden_begin(void)
{
	pid_t child = 0;
	sigset_t set, before;
	int ends[2], error;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &before);
	signal(SIGCHLD, SIG_DFL);
	if (has_children() && (child = fork_bound()) > 0) {
		close(ends[0]);
		close(ends[1]);
		end_as(attend(child, &set));
	}
	if (child == 0)
		child = descendants_adopt() < 0 ? -1 : fork_bound();
	if (child < 0) {
		error = errno;
		sigprocmask(SIG_SETMASK, &before, NULL);
		close(ends[0]);
		close(ends[1]);
		errno = error;
		return -1;
	}
	if (child > 0) {
		close(ends[1]);
		front(child, ends[0], &set);
	}
	close(ends[0]);
	registry = ends[1];
	descendants_adopt();
	/* In the background it may still write to a terminal. */
	sigaddset(&before, SIGTTOU);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return 0;
}
