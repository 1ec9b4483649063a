#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

#define CHILD_STACK 16384 /* for the few system calls before exec */
#define NS 1000000000
#define LOOK_INTERVAL 2000000 /* ns between looks where the kernel cannot tell of an end */

struct child {
	const struct proc_spec *spec;
	const sigset_t *mask;
	pid_t parent;
	int error;
};

static int usable(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -1;
	if (!S_ISREG(st.st_mode) || access(path, X_OK) < 0) {
		errno = EACCES;
		return -1;
	}
	return 0;
}

int proc_find(const char *name, char path[PATH_MAX])
{
	const char *at = getenv("PATH");
	int error = ENOENT;

	if (!*name || strlen(name) >= PATH_MAX) {
		errno = *name ? ENAMETOOLONG : ENOENT;
		return -1;
	}
	if (strchr(name, '/')) {
		memcpy(path, name, strlen(name) + 1);
		return usable(path);
	}
	if (!at)
		at = "/bin:/usr/bin";
	for (bool more = true; more;) {
		size_t len = strcspn(at, ":");
		/* An empty entry is the current directory. */
		int n = snprintf(path, PATH_MAX, "%.*s%s%s", (int)len, at, len ? "/" : "./", name);

		more = at[len] == ':';
		at += len + more;
		if (n < 0 || n >= PATH_MAX)
			continue;
		if (usable(path) == 0)
			return 0;
		if (errno == EACCES)
			error = EACCES;
	}
	errno = error;
	return -1;
}

/* Runs in the parent's memory while the parent is suspended: system calls only. */
static int child_main(void *arg)
{
	struct child *child = arg;
	const struct proc_spec *spec = child->spec;

	if (spec->own_group && setpgid(0, 0) < 0)
		goto fail;
	if (spec->death_signal) {
		if (prctl(PR_SET_PDEATHSIG, spec->death_signal) < 0)
			goto fail;
		/* Of a caller that is dead by now nothing will be told any more. */
		if (getppid() != child->parent)
			_exit(127);
	}
	if (spec->directory && fchdir(spec->directory) < 0)
		goto fail;
	for (int i = 0; i < 3; i++) {
		if (spec->fd[i] < 0)
			continue;
		if (spec->fd[i] == i ? fcntl(i, F_SETFD, 0) < 0 : dup2(spec->fd[i], i) < 0)
			goto fail;
	}
	/* Only now: it may take the number that one of the three came from. */
	if (spec->also_to && (spec->also_from == spec->also_to ? fcntl(spec->also_to, F_SETFD, 0)
							       : dup2(spec->also_from, spec->also_to)) < 0)
		goto fail;
	for (int sig = 1; spec->reset && sig < NSIG; sig++) {
		if (sigismember(spec->reset, sig) == 1)
			signal(sig, SIG_DFL);
	}
	sigprocmask(SIG_SETMASK, child->mask, NULL);
	execve(spec->path, spec->argv, spec->envp);
fail:
	child->error = errno;
	_exit(127);
}

pid_t proc_spawn(const struct proc_spec *spec, int64_t *started)
{
	_Alignas(16) char stack[CHILD_STACK];
	struct child child = { .spec = spec, .parent = getpid() };
	sigset_t all, before;
	int64_t now;
	pid_t pid;
	int error;

	/* No handler of ours may run in the child, which shares our memory. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	child.mask = spec->mask ? spec->mask : &before;
	now = clock_now();
	pid = clone(child_main, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
	error = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (started)
		*started = now;
	if (pid > 0 && child.error) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		error = child.error;
		pid = -1;
	}
	errno = error;
	return pid;
}

int proc_reap(pid_t pid, int options, struct proc_usage *usage)
{
	struct rusage ru;
	int status;
	pid_t got = wait4(pid, &status, options, &ru);

	if (got <= 0)
		return got;
	*usage = (struct proc_usage){
		.status = status,
		.user = clock_timeval(ru.ru_utime),
		.system = clock_timeval(ru.ru_stime),
		.max_rss = (int64_t)ru.ru_maxrss * 1024,
		.minor = ru.ru_minflt,
		.major = ru.ru_majflt,
		.voluntary = ru.ru_nvcsw,
		.involuntary = ru.ru_nivcsw,
	};
	return 1;
}

/* Has our child pid ended? Does not reap it. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | WNOHANG) < 0 || info.si_pid != 0;
}

int proc_pidfd(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/* Wait until our child pid has ended, without reaping it. 1, 0 where the time is over, or -1 with errno. */
static int wait_ended(pid_t pid, int64_t timeout)
{
	struct timespec left = { .tv_sec = (time_t)(timeout / NS), .tv_nsec = (long)(timeout % NS) };
	struct pollfd poll_fd = { .events = POLLIN, .fd = proc_pidfd(pid) };
	int64_t deadline = clock_now() + timeout;
	int ready;

	if (poll_fd.fd >= 0) {
		ready = ppoll(&poll_fd, 1, &left, NULL);
		close(poll_fd.fd);
		return ready;
	}
	/* Linux before 5.3, or valgrind. */
	while (!has_ended(pid)) {
		if (clock_now() >= deadline)
			return 0;
		if (clock_sleep_until(clock_now() + LOOK_INTERVAL) < 0)
			return -1;
	}
	return 1;
}

int proc_wait(pid_t pid, int64_t timeout, struct proc_usage *usage)
{
	int ended = timeout < 0 ? 1 : wait_ended(pid, timeout);

	return ended > 0 ? proc_reap(pid, 0, usage) : ended;
}

int proc_stop(pid_t pid, int64_t grace, struct proc_usage *usage)
{
	int64_t deadline = clock_now() + grace;
	int got;

	kill(-pid, SIGTERM);
	for (int64_t left = grace; left > 0; left = deadline - clock_now()) {
		if (wait_ended(pid, left) != -1 || errno != EINTR)
			break;
	}
	/* Not reaped yet, so the group's number is still ours: take what is left of it too. */
	kill(-pid, SIGKILL);
	while ((got = proc_reap(pid, 0, usage)) < 0 && errno == EINTR)
		;
	return got < 0 ? -1 : 0;
}

int proc_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int proc_memory(pid_t pid, struct proc_memory *memory)
{
	char path[64], line[256];
	long long kib;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/status", (long)pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	*memory = (struct proc_memory){ 0 };
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "VmHWM: %lld", &kib) == 1)
			memory->peak = kib * 1024;
		else if (sscanf(line, "VmRSS: %lld", &kib) == 1)
			memory->rss = kib * 1024;
	}
	if (fclose(f) != 0)
		return -1;
	/* A zombie and a kernel thread have no memory to tell of. */
	errno = ESRCH;
	return memory->peak ? 0 : -1;
}
