#include "service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "proc.h"
#include "signal-name.h"

extern char **environ;

#define NOTIFY "NOTIFY_SOCKET="

/* The environment with NOTIFY_SOCKET from a probe, and without one that is meant for this process. The caller frees. */
static char **make_environment(const struct options *o)
{
	size_t n = 0, kept = 0;
	char **env;

	while (environ[n])
		n++;
	env = x_calloc(n + o->readies + 1, sizeof *env);
	for (size_t i = 0; i < n; i++) {
		if (strncmp(environ[i], NOTIFY, sizeof NOTIFY - 1) != 0)
			env[kept++] = environ[i];
	}
	for (size_t i = 0; i < o->readies; i++) {
		if (o->ready[i].give_env)
			env[kept++] = (char *)o->ready[i].give_env;
	}
	return env;
}

static void give_descriptor(struct proc_spec *spec, const struct options *o)
{
	for (size_t i = 0; i < o->readies; i++) {
		if (o->ready[i].give_number) {
			spec->also_from = o->ready[i].give_fd;
			spec->also_to = o->ready[i].give_number;
		}
	}
}

static int open_null(int above)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : drain_move(fd, above);
}

static pid_t spawn(struct service *s, struct options *o, struct proc_spec *spec, struct drain *d)
{
	int above, ends[2], error;
	pid_t pid = -1;

	give_descriptor(spec, o);
	/* What it gets as 0 to 2 may not come to lie where it gets the other. */
	above = spec->also_to < 10 ? 10 : spec->also_to + 1;
	spec->fd[0] = open_null(above);
	if (spec->fd[0] < 0)
		return -1;
	if (drain_attach(d, above, ends) == 0) {
		spec->fd[1] = ends[0];
		spec->fd[2] = ends[1];
		pid = proc_spawn(spec, &s->started);
		error = errno;
		close(ends[0]);
		close(ends[1]);
		errno = error;
	}
	error = errno;
	close(spec->fd[0]);
	errno = error;
	return pid;
}

int service_start(struct service *s, struct options *o, struct drain *d, const sigset_t *mask)
{
	struct proc_spec spec = {
		.path = s->path, .argv = o->command, .own_group = true, .death_signal = SIGKILL, .mask = mask};
	char **env = make_environment(o);
	sigset_t reset;
	pid_t pid;
	int error;

	sigemptyset(&reset);
	sigaddset(&reset, SIGPIPE);
	sigaddset(&reset, SIGXFSZ);
	spec.reset = &reset;
	spec.envp = env;
	pid = spawn(s, o, &spec, d);
	error = errno;
	free(env);
	errno = error;
	if (pid < 0)
		return -1;
	for (size_t i = 0; i < o->readies; i++)
		probe_given(&o->ready[i]);
	s->ours = true;
	s->command = pid;
	s->command_ended = false;
	return service_become(s, pid, NULL);
}

int service_become(struct service *s, pid_t pid, bool (*is)(pid_t pid))
{
	int fd = proc_pidfd(pid);

	/* Linux before 5.3, or valgrind: of a child the end is told when it is reaped. */
	if (fd < 0 && !(errno == ENOSYS && s->ours))
		return -1;
	if (is && !is(pid)) {
		if (fd >= 0)
			close(fd);
		errno = ESRCH;
		return -1;
	}
	service_close(s);
	s->pid = pid;
	s->fd = fd;
	s->ended = s->stopping = false;
	s->status = -1;
	return 0;
}

void service_seen_end(struct service *s, int64_t now)
{
	s->ended = true;
	s->end = now;
	service_close(s);
	if (s->pid == s->command && s->command_ended)
		s->status = s->command_status;
}

void service_reaped(struct service *s, pid_t pid, int status, const struct rusage *used)
{
	if (pid == s->command && !s->command_ended) {
		s->command_ended = true;
		s->command_status = status;
		s->command_cpu = clock_timeval(used->ru_utime) + clock_timeval(used->ru_stime);
	}
	if (pid != s->pid)
		return;
	s->status = status;
	if (s->fd < 0 && !s->ended)
		service_seen_end(s, clock_now());
}

int service_signal(const struct service *s, int signal)
{
	if (s->ended || !s->pid) {
		errno = ESRCH;
		return -1;
	}
	if (s->fd < 0)
		return kill(s->pid, signal);
	return (int)syscall(SYS_pidfd_send_signal, s->fd, signal, NULL, 0);
}

const char *service_words(const struct service *s, char text[SERVICE_WORDS])
{
	char name[SIGNAL_NAME_MAX];

	if (s->status < 0)
		snprintf(text, SERVICE_WORDS, "ended");
	else if (WIFSIGNALED(s->status))
		snprintf(text, SERVICE_WORDS, "was killed by SIG%s", signal_name(WTERMSIG(s->status), name));
	else
		snprintf(text, SERVICE_WORDS, "ended with status %d", WEXITSTATUS(s->status));
	return text;
}

void service_close(struct service *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
