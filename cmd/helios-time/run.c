#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "descendants.h"
#include "proc.h"
#include "said.h"
#include "units.h"
#include "until.h"

#define LOOK_INTERVAL INT64_C(2000000) /* ns between looks where the kernel cannot tell of an end */
#define SECOND INT64_C(1000000000)

enum { OUT, ERR, END, FDS };

struct child {
	pid_t pid;
	int64_t started, deadline, ended;
	struct pollfd fd[FDS]; /* -1: closed; END: there is no such descriptor before Linux 5.3 */
	size_t bytes;          /* of both streams */
	struct said said[2];
	struct run_output *output;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A pipe whose reading end does not block. */
static int make_pipe(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC) < 0)
		return -1;
	return fcntl(fd[0], F_SETFL, O_NONBLOCK);
}

static int spawn(struct child *c, const char *path, const char *const *argv, char *const *envp, int directory)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1}, null = open("/dev/null", O_RDONLY | O_CLOEXEC), error;
	struct proc_spec spec = {.path = path,
				 .argv = (char *const *)argv,
				 .envp = envp,
				 .own_group = true,
				 .death_signal = SIGKILL,
				 .directory = directory};
	sigset_t none, reset;

	sigemptyset(&none);
	sigemptyset(&reset);
	sigaddset(&reset, SIGPIPE);
	sigaddset(&reset, SIGXFSZ);
	spec.mask = &none;
	spec.reset = &reset;
	c->pid = -1;
	if (null >= 0 && make_pipe(out) == 0 && make_pipe(err) == 0) {
		spec.fd[0] = null;
		spec.fd[1] = out[1];
		spec.fd[2] = err[1];
		c->pid = proc_spawn(&spec, &c->started);
	}
	error = errno;
	c->fd[OUT] = (struct pollfd){.fd = out[0], .events = POLLIN};
	c->fd[ERR] = (struct pollfd){.fd = err[0], .events = POLLIN};
	c->fd[END] = (struct pollfd){.fd = c->pid > 0 ? proc_pidfd(c->pid) : -1, .events = POLLIN};
	close_fd(&out[1]);
	close_fd(&err[1]);
	close_fd(&null);
	errno = error;
	return c->pid > 0 ? 0 : -1;
}

static void keep(struct run_output *output, const char *bytes, size_t n)
{
	size_t room = RUN_OUTPUT - output->len;

	memcpy(output->out + output->len, bytes, n < room ? n : room);
	output->len += n < room ? n : room;
	output->out[output->len] = '\0';
	for (const char *end = bytes + n; (bytes = memchr(bytes, '\n', (size_t)(end - bytes))); bytes++)
		output->lines++;
}

/* One read's worth of a stream. Is there more? */
static bool take(struct child *c, int which)
{
	char bytes[RUN_OUTPUT];
	ssize_t n;

	if (c->fd[which].fd < 0)
		return false;
	do {
		n = read(c->fd[which].fd, bytes, sizeof bytes);
	} while (n < 0 && errno == EINTR);
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close_fd(&c->fd[which].fd);
		return false;
	}
	c->bytes += (size_t)n;
	said_take(&c->said[which], bytes, (size_t)n);
	if (which == OUT)
		keep(c->output, bytes, (size_t)n);
	return true;
}

/* Does not reap it. */
static bool has_ended(const struct child *c, bool polled)
{
	siginfo_t info = {.si_pid = 0};

	if (c->fd[END].fd >= 0)
		return polled && c->fd[END].revents;
	return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT | WNOHANG) < 0 || info.si_pid != 0;
}

/* Until it has ended, or is to be ended. */
static enum run_failure follow(struct child *c, const struct runner *runner)
{
	struct until until = {.when = c->deadline, .stop = runner->signals ? runner->signals->fd : -1};

	for (;;) {
		int64_t now;
		int ready;

		if (c->fd[END].fd < 0) {
			until.when = clock_now() + LOOK_INTERVAL;
			if (until.when > c->deadline)
				until.when = c->deadline;
		}
		ready = until_poll(&until, c->fd, FDS);
		now = clock_now();
		if (ready < 0 && errno == ECANCELED)
			return RUN_CANCELLED;
		if (ready < 0 && errno != ETIMEDOUT)
			return RUN_FAILED;
		if (has_ended(c, ready > 0)) {
			c->ended = now;
			return RUN_FINE;
		}
		if (now >= c->deadline)
			return RUN_HANGS;
		for (int i = OUT; ready > 0 && i <= ERR; i++) {
			if (c->fd[i].revents)
				take(c, i);
		}
		if (c->bytes > RUN_FLOOD)
			return RUN_FLOODS;
	}
}

/* It, and all that it has left, in its group, which keeps its number until it is reaped, or out of it. 0, or -1 with
 * errno: something stays. */
static int end(struct child *c, struct proc_usage *usage)
{
	kill(-c->pid, SIGKILL);
	kill(c->pid, SIGKILL); /* it may have gone to another group */
	while (proc_reap(c->pid, 0, usage) < 0 && errno == EINTR)
		;
	if (!c->ended)
		c->ended = clock_now();
	return descendants_end(0) < 0 ? -1 : 0;
}

/* A program begins with the peak of the process that starts it: only what is above that is its own. */
static int64_t inherited_rss(void)
{
	struct rusage self;

	return getrusage(RUSAGE_SELF, &self) == 0 ? (int64_t)self.ru_maxrss * 1024 : 0;
}

static void add_cost(struct cost *cost, const struct child *c, const struct proc_usage *usage)
{
	if (cost->runs++ == 0)
		cost->began = c->started;
	cost->latency += c->ended - c->started;
	cost->user += usage->user;
	cost->system += usage->system;
	if (usage->max_rss > cost->max_rss && usage->max_rss > inherited_rss())
		cost->max_rss = usage->max_rss;
}

static enum run_failure judge(int status, const char *words, char why[RUN_WHY])
{
	const char *colon = *words ? ": " : "";

	if (WIFSIGNALED(status))
		snprintf(why, RUN_WHY, "ended by signal %d (%s)%s%s", WTERMSIG(status), strsignal(WTERMSIG(status)),
			 colon, words);
	else if (WEXITSTATUS(status) != 0 && said_locked(words))
		snprintf(why, RUN_WHY, "the store is locked: %s", words);
	else if (WEXITSTATUS(status) != 0)
		snprintf(why, RUN_WHY, "exit status %d%s%s", WEXITSTATUS(status), colon, words);
	else
		return RUN_FINE;
	return RUN_FAILED;
}

static void say_timeout(int64_t timeout, char why[RUN_WHY])
{
	if (timeout % SECOND == 0)
		snprintf(why, RUN_WHY, "no end within %lld s", (long long)(timeout / SECOND));
	else
		snprintf(why, RUN_WHY, "no end within %s", unit_text(UNIT_NS, (double)timeout).s);
}

static enum run_failure finish_run(struct child *c, const struct runner *runner, enum run_failure failure,
				   struct proc_usage *usage, char why[RUN_WHY])
{
	int error = errno, stays;
	const char *words;

	stays = end(c, usage) < 0 ? errno : 0;
	c->output->status = usage->status;
	/* What was still in the pipes; what is outside of the group may go on filling them. */
	for (int i = OUT; i <= ERR; i++) {
		while (failure == RUN_FINE && c->bytes <= RUN_FLOOD && take(c, i))
			;
	}
	if (c->bytes > RUN_FLOOD)
		failure = RUN_FLOODS;
	words = said_words(&c->said[ERR]);
	memcpy(c->output->words, words, strlen(words) + 1);
	switch (failure) {
	case RUN_FINE:
		/* git says on standard output that there is nothing to commit. */
		failure = judge(usage->status, *words ? words : said_words(&c->said[OUT]), why);
		break;
	case RUN_HANGS:
		say_timeout(runner->timeout, why);
		break;
	case RUN_FLOODS:
		snprintf(why, RUN_WHY, "more than %d MiB of output", RUN_FLOOD >> 20);
		break;
	case RUN_CANCELLED:
		snprintf(why, RUN_WHY, "cancelled");
		break;
	default:
		snprintf(why, RUN_WHY, "poll: %s", strerror(error));
		break;
	}
	if (stays && failure == RUN_FINE) {
		snprintf(why, RUN_WHY, "what it left running cannot be ended: %s", strerror(stays));
		failure = RUN_FAILED;
	}
	return failure;
}

enum run_failure run(const struct runner *runner, const char *path, const char *const *argv, char *const *envp,
		     int directory, struct cost *cost, struct run_output *output, char why[RUN_WHY])
{
	struct child c = {.output = output};
	struct proc_usage usage = {.status = 0};
	enum run_failure failure;

	output->len = output->lines = 0;
	output->out[0] = output->words[0] = '\0';
	output->status = 0;
	if (runner->signals && signals_caught(runner->signals)) {
		snprintf(why, RUN_WHY, "cancelled");
		return RUN_CANCELLED;
	}
	if (spawn(&c, path, argv, envp, directory) < 0) {
		snprintf(why, RUN_WHY, "%.400s: %s", path, strerror(errno));
		failure = RUN_FAILED;
	} else {
		c.deadline = runner->timeout < INT64_MAX - c.started ? c.started + runner->timeout : INT64_MAX;
		failure = finish_run(&c, runner, follow(&c, runner), &usage, why);
		add_cost(cost, &c, &usage);
	}
	for (int i = 0; i < FDS; i++)
		close_fd(&c.fd[i].fd);
	return failure;
}
