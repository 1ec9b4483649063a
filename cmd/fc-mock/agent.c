#include "agent.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "shell.h"

#define TURNS 16 /* of a shell, after which others get theirs */

struct session {
	struct agent *agent;
	struct session *next, *previous;
	struct shell *shell;
	int fd;
	struct watch *watch; /* NULL: the client has gone, and nobody reads what the shell writes */
	uint32_t events;
	struct moment *moment;
	bool waits;          /* for the moment at which the line starts, or for ever */
	enum outcome outcome;
};

struct agent {
	struct vm *vm;
	const struct world *world;
	void (*ended)(void *data);
	void *data;
	struct session *sessions;
	bool paused;
};

static void end_session(struct session *s)
{
	struct agent *agent = s->agent;

	loop_unwatch(s->watch);
	loop_forget(s->moment);
	close(s->fd);
	shell_free(s->shell);
	if (s->previous)
		s->previous->next = s->next;
	else
		agent->sessions = s->next;
	if (s->next)
		s->next->previous = s->previous;
	free(s);
	agent->ended(agent->data);
}

/* Wait for the client: for these events, and for its end in any case. */
static void await(struct session *s, uint32_t events)
{
	if (s->watch && s->events != (events | EPOLLRDHUP))
		loop_rewatch(s->watch, events | EPOLLRDHUP);
	s->events = events | EPOLLRDHUP;
}

static void go_on(struct session *s);

static void moment_came(void *data)
{
	struct session *s = data;

	s->moment = NULL;
	if (!s->agent->paused)
		go_on(s);
}

static void await_moment(struct session *s, int64_t when)
{
	await(s, 0);
	s->moment = loop_at(s->agent->vm->loop, when, moment_came, s);
}

/* False: nothing can be read now, or the session has ended. */
static bool read_some(struct session *s)
{
	char bytes[4096];
	ssize_t n = recv(s->fd, bytes, sizeof bytes, MSG_DONTWAIT);

	if (n > 0) {
		shell_feed(s->shell, bytes, (size_t)n);
		return true;
	}
	if (n < 0 && errno == EAGAIN && s->watch)
		await(s, EPOLLIN);
	else
		end_session(s); /* nobody is there to see what a line without its newline would do */
	return false;
}

/* False: nothing can be written now, or the session has ended. */
static bool write_some(struct session *s)
{
	const char *bytes;
	size_t len;
	ssize_t n;

	bytes = shell_output(s->shell, &len);
	n = s->watch ? send(s->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT) : (ssize_t)len;
	if (n < 0 && errno == EAGAIN) {
		await(s, EPOLLOUT);
		return false;
	}
	if (n < 0) {
		end_session(s);
		return false;
	}
	shell_wrote(s->shell, (size_t)n);
	return true;
}

/* A line is there. False: it has to wait, or the session has ended. */
static bool start(struct session *s)
{
	int64_t latency = 0;
	enum outcome outcome = s->outcome;

	if (!s->waits) {
		outcome = s->outcome = faults_next(s->agent->vm->faults, OP_EXEC, &latency);
		s->waits = latency > 0 || outcome == HANGS;
		if (outcome == HANGS && !s->watch)
			end_session(s);
		else if (outcome == HANGS)
			await(s, 0);
		else if (latency > 0)
			await_moment(s, clock_now() + latency);
		if (latency > 0 || outcome == HANGS)
			return false;
	}
	s->waits = false;
	if (outcome == DIES)
		kill(getpid(), SIGKILL);
	if (outcome == DROPS) {
		end_session(s);
		return false;
	}
	shell_start(s->shell, outcome == FAILS);
	return true;
}

static void go_on(struct session *s)
{
	for (int turn = 0; turn < TURNS; turn++) {
		switch (shell_run(s->shell, clock_now())) {
		case SHELL_READS:
			if (!read_some(s))
				return;
			break;
		case SHELL_STARTS:
			if (!start(s))
				return;
			break;
		case SHELL_WRITES:
			if (!write_some(s))
				return;
			break;
		case SHELL_SLEEPS:
			if (s->watch)
				await_moment(s, shell_wakes(s->shell));
			else
				end_session(s);
			return;
		case SHELL_BUSY:
			break;
		case SHELL_ENDED:
			end_session(s);
			return;
		}
	}
	if (s->watch)
		await_moment(s, clock_now());
	else
		end_session(s);
}

/* Firecracker closes a connection as soon as the client closes it for writing: what the guest writes then is lost, what
 * it was told before it still reads, and does where that takes no time. */
static void client_came(void *data, uint32_t events)
{
	struct session *s = data;

	if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
		loop_unwatch(s->watch);
		s->watch = NULL;
	}
	if (s->waits) {
		if (!s->watch && s->outcome == HANGS)
			end_session(s);
		return;
	}
	if (!s->watch) {
		loop_forget(s->moment);
		s->moment = NULL;
	}
	if (!s->agent->paused && !s->moment)
		go_on(s);
}

struct agent *agent_new(struct vm *vm, const struct world *world, void (*ended)(void *data), void *data)
{
	struct agent *agent = x_calloc(1, sizeof *agent);

	agent->vm = vm;
	agent->world = world;
	agent->ended = ended;
	agent->data = data;
	return agent;
}

void agent_free(struct agent *agent)
{
	if (!agent)
		return;
	for (struct session *s = agent->sessions, *next; s; s = next) {
		next = s->next;
		end_session(s);
	}
	free(agent);
}

void agent_serve(struct agent *agent, int fd)
{
	struct session *s = x_calloc(1, sizeof *s);

	s->agent = agent;
	s->shell = shell_new(agent->world);
	s->fd = fd;
	s->next = agent->sessions;
	if (s->next)
		s->next->previous = s;
	agent->sessions = s;
	s->events = EPOLLIN | EPOLLRDHUP;
	s->watch = loop_watch(agent->vm->loop, fd, s->events, client_came, s);
}

void agent_pause(struct agent *agent, bool paused)
{
	struct session *next;

	agent->paused = paused;
	for (struct session *s = agent->sessions; s; s = next) {
		next = s->next;
		if (paused)
			await(s, 0);
		else if (!s->moment && !(s->waits && s->outcome == HANGS))
			go_on(s);
	}
}
