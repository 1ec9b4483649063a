#include "runner.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "spawner.h"

/* Those of the signals that end us which are not ignored (nohup ignores SIGHUP). */
static void stop_signals(sigset_t *set)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		struct sigaction action;

		if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(set, signals[i]);
	}
}

void runner_start(struct runner *r, bool show_output)
{
	sigset_t before, set;
	pid_t parent = getpid();
	int pair[2];

	memset(r, 0, sizeof(*r));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		die("socketpair:");
	stop_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	r->pid = fork();
	if (r->pid < 0)
		die("fork:");
	if (r->pid == 0) {
		close(pair[0]);
		spawner_main(pair[1], parent, show_output, &before);
	}
	close(pair[1]);
	r->fd = pair[0];
	r->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signal_fd < 0)
		die("signalfd:");
}

static _Noreturn void lost(void)
{
	die("the process that starts the commands is gone: was it killed?");
}

static void receive_reply(struct runner *r)
{
	struct reply *reply = &r->reply;

	if (receive_all(r->fd, reply, REPLY_HEAD) < 0 || reply->count > BATCH_MAX ||
	    receive_all(r->fd, reply->result, (uint32_t)(reply->count * sizeof(reply->result[0]))) < 0)
		lost();
}

static void send_request(struct runner *r, const struct request *request, const void *bytes)
{
	if (send_all(r->fd, request, sizeof(*request)) < 0 ||
	    (request->size && send_all(r->fd, bytes, request->size) < 0))
		lost();
}

int runner_load(struct runner *r, enum slot slot, const char *path, char *const *argv)
{
	struct request request;
	size_t size = strlen(path) + 1;
	char *bytes, *at;

	for (int i = 0; argv[i]; i++)
		size += strlen(argv[i]) + 1;
	if (size > UINT32_MAX)
		return E2BIG;
	bytes = x_malloc(size);
	at = stpcpy(bytes, path) + 1;
	for (int i = 0; argv[i]; i++)
		at = stpcpy(at, argv[i]) + 1;
	memset(&request, 0, sizeof(request));
	request.kind = REQUEST_LOAD;
	request.slot = slot;
	request.size = (uint32_t)size;
	send_request(r, &request, bytes);
	free(bytes);
	receive_reply(r);
	return r->reply.error;
}

int runner_ask(struct runner *r, enum request_kind kind, const char *text)
{
	struct request request;

	memset(&request, 0, sizeof(request));
	request.kind = kind;
	request.size = text ? (uint32_t)strlen(text) + 1 : 0;
	send_request(r, &request, text);
	receive_reply(r);
	return r->reply.error;
}

bool runner_interrupted(struct runner *r)
{
	struct signalfd_siginfo info;

	while (read(r->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (!r->interrupted)
			r->interrupted = (int)info.ssi_signo;
	}
	return r->interrupted != 0;
}

void runner_run(struct runner *r, struct request request)
{
	struct pollfd fds[] = { { .fd = r->fd, .events = POLLIN }, { .fd = r->signal_fd, .events = POLLIN } };

	request.kind = REQUEST_RUN;
	request.size = 0;
	request.stop = ++r->stop;
	send_request(r, &request, NULL);
	while (!fds[0].revents) {
		union sigval value = { .sival_int = r->stop };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			die("poll:");
		if (fds[1].revents && runner_interrupted(r))
			sigqueue(r->pid, SIGTERM, value);
		fds[1].revents = 0;
	}
	receive_reply(r);
}

void runner_end(struct runner *r)
{
	close(r->fd);
	close(r->signal_fd);
	while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
