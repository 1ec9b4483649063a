#include "exec.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "proc.h"
#include "sentinel.h"

#define MS INT64_C(1000000)
#define NS INT64_C(1000000000)
#define CONTROL_MAX 90 /* bytes of the control socket's path, of 107: ssh first binds one that is 17 longer */
#define LOOK_INTERVAL (2 * MS) /* between looks for the control socket */
#define GRACE (1000 * MS)      /* for the master's end */
#define LINGER (100 * MS)      /* for a client's end after its command's */
#define ROOM 8192
#define SAID_MAX (EXEC_WHY - 5) /* behind "ssh: " */

struct said { /* the last line of a stream that is not empty */
	char text[SAID_MAX], line[SAID_MAX];
	size_t len;
};

struct ssh {
	char program[PATH_MAX];
	char *host, *control; /* of the master's socket */
	pid_t master;         /* -1: it has ended and is reaped */
	int err;              /* what the master says, non-blocking */
	struct said said;
};

static void said_take(struct said *said, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n') {
			said->line[said->len] = '\0';
			if (said->len)
				memcpy(said->text, said->line, said->len + 1);
			said->len = 0;
		} else if (c != '\r' && said->len < sizeof said->line - 1) {
			said->line[said->len++] = c < ' ' || c == 0x7f ? '?' : (char)c;
		}
	}
}

/* What there is on fd, without waiting: one read's worth. How much, 0 at its end, -1 with errno. */
static ssize_t said_read(struct said *said, int fd)
{
	char bytes[ROOM];
	ssize_t n;

	do {
		n = read(fd, bytes, sizeof bytes);
	} while (n < 0 && errno == EINTR);
	if (n > 0)
		said_take(said, bytes, (size_t)n);
	return n;
}

static const char *said_last(struct said *said)
{
	said_take(said, "\n", 1);
	return said->text;
}

static int fail(int error, const char *what, char why[EXEC_WHY])
{
	if (error == ECANCELED)
		what = "cancelled";
	snprintf(why, EXEC_WHY, "%s%s", strncmp(what, "ssh: ", 5) == 0 ? "" : "ssh: ", what);
	errno = error;
	return -1;
}

/* A pipe whose reading end does not block. */
static int make_pipe(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC) < 0)
		return -1;
	return fcntl(fd[0], F_SETFL, O_NONBLOCK);
}

static void close_pipe(int fd[2])
{
	for (int i = 0; i < 2; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

/* Without input. The pid, or -1 with errno. */
static pid_t spawn(const struct ssh *ssh, const char *const *argv, int out, int err, int64_t *started)
{
	static const int handled[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGALRM, SIGCHLD, SIGUSR1, SIGUSR2};
	struct proc_spec spec = {.path = ssh->program, .argv = (char *const *)argv, .envp = environ,
				 .own_group = true, .death_signal = SIGTERM};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error;
	sigset_t none, reset;
	pid_t pid;

	if (null < 0)
		return -1;
	sigemptyset(&none);
	sigemptyset(&reset);
	for (size_t i = 0; i < sizeof handled / sizeof *handled; i++)
		sigaddset(&reset, handled[i]);
	spec.mask = &none;
	spec.reset = &reset;
	spec.fd[0] = null;
	spec.fd[1] = out < 0 ? null : out;
	spec.fd[2] = err;
	pid = proc_spawn(&spec, started);
	error = errno;
	close(null);
	errno = error;
	return pid;
}

/* Kill pid and what it has started. */
static void stop(pid_t pid, int64_t grace)
{
	struct proc_usage usage;

	proc_stop(pid, grace, &usage);
}

static int start_master(struct ssh *ssh, const struct until *until)
{
	int64_t left = until->when == INT64_MAX ? 0 : until->when - clock_now();
	char timeout[48]; /* 0: the system's own */
	int err[2] = {-1, -1}, error;
	const char *argv[] = {"ssh", "-M", "-N", "-T", "-S", ssh->control,
			      "-o", "BatchMode=yes", "-o", "ControlPersist=no",
			      "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
			      "-o", "GlobalKnownHostsFile=/dev/null", "-o", "UpdateHostKeys=no",
			      "-o", "ClearAllForwardings=yes", "-o", "PermitLocalCommand=no",
			      "-o", "LogLevel=ERROR", "-o", timeout, ssh->host, NULL};

	left = left < 0 ? 1 : left / NS < 86400 ? (left + NS - 1) / NS : 0;
	snprintf(timeout, sizeof timeout, "ConnectTimeout=%lld", (long long)left);
	if (make_pipe(err) < 0) {
		close_pipe(err);
		return -1;
	}
	ssh->master = spawn(ssh, argv, -1, err[1], NULL);
	error = errno;
	ssh->err = err[0];
	close(err[1]);
	errno = error;
	return ssh->master < 0 ? -1 : 0;
}

/* Until the control socket is there, which ssh makes once it is logged in. */
static int await_master(struct ssh *ssh, const struct until *until, char why[EXEC_WHY])
{
	struct proc_usage usage;
	char what[SAID_MAX];

	while (access(ssh->control, F_OK) < 0) {
		if (proc_reap(ssh->master, WNOHANG, &usage) == 1) {
			ssh->master = -1;
			while (said_read(&ssh->said, ssh->err) > 0)
				;
			snprintf(what, sizeof what, "the connection ended with status %d",
				 proc_exit_status(usage.status));
			return fail(ECONNRESET, *said_last(&ssh->said) ? ssh->said.text : what, why);
		}
		if (until_sleep(until, clock_now() + LOOK_INTERVAL) < 0)
			return fail(errno, "no connection in time", why);
	}
	return 0;
}

struct ssh *ssh_open(const char *host, const char *directory, const struct until *until, char why[EXEC_WHY])
{
	static atomic_uint opened;
	struct ssh *ssh = x_calloc(1, sizeof *ssh);

	ssh->master = -1;
	ssh->err = -1;
	ssh->host = x_strdup(host);
	ssh->control = x_asprintf("%s/ssh%u", directory, atomic_fetch_add(&opened, 1));
	if (strlen(ssh->control) > CONTROL_MAX)
		fail(ENAMETOOLONG, "the directory's path is too long for its control socket", why);
	else if (proc_find("ssh", ssh->program) < 0)
		fail(errno, errno == EACCES ? "cannot be executed" : "not found on PATH (openssh-client)", why);
	else if (start_master(ssh, until) < 0)
		fail(errno, strerror(errno), why);
	else if (await_master(ssh, until, why) == 0)
		return ssh;
	int error = errno;
	ssh_close(ssh);
	errno = error;
	return NULL;
}

void ssh_close(struct ssh *ssh)
{
	if (!ssh)
		return;
	if (ssh->master > 0) {
		stop(ssh->master, GRACE);
		unlink(ssh->control); /* left behind by one that had to be killed */
	}
	if (ssh->err >= 0)
		close(ssh->err);
	free(ssh->host);
	free(ssh->control);
	free(ssh);
}

struct client { /* one ssh that runs a command */
	pid_t pid;
	int out[2], err[2];
	struct said said;
};

/* Take in what comes until the sentinel (1) or the end of the output (0); -1 with errno. */
static int read_client(struct client *client, const struct until *until, struct sentinel *sentinel,
		       struct exec_result *result)
{
	struct pollfd fds[2] = {{.fd = client->out[0], .events = POLLIN}, {.fd = client->err[0], .events = POLLIN}};
	char bytes[ROOM];

	for (;;) {
		int64_t now;
		ssize_t n;

		if (until_poll(until, fds, 2) < 0)
			return -1;
		if (fds[1].revents && said_read(&client->said, fds[1].fd) == 0)
			fds[1].fd = -1;
		if (!fds[0].revents)
			continue;
		n = read(fds[0].fd, bytes, sizeof bytes);
		now = clock_now();
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return -1;
		if (!result->first_byte)
			result->first_byte = now;
		result->done = now;
		if (n == 0 || sentinel_feed(sentinel, bytes, (size_t)n))
			return n != 0;
	}
}

/* The output has ended without the sentinel: the command has ended its shell, or it is ssh's failure. */
static int judge_end(struct ssh *ssh, struct client *client, const struct until *until, struct exec_result *result,
		     char why[EXEC_WHY])
{
	int64_t left = until->when - clock_now();
	struct proc_usage usage;
	char what[SAID_MAX];
	int status;

	if (proc_wait(client->pid, left < 0 ? 0 : left < LINGER ? left : LINGER, &usage) != 1)
		return fail(ECONNRESET, "the output ended, and ssh did not", why);
	client->pid = -1;
	status = proc_exit_status(usage.status);
	if (WIFEXITED(usage.status) && status != 255) {
		result->status = status;
		return 0;
	}
	while (said_read(&client->said, client->err[0]) > 0)
		;
	if (access(ssh->control, F_OK) < 0)
		return fail(ECONNRESET, "the connection that was opened beforehand is gone", why);
	snprintf(what, sizeof what, "ended with status %d before the command's end was told", status);
	return fail(ECONNRESET, *said_last(&client->said) ? client->said.text : what, why);
}

static int run_client(struct ssh *ssh, struct client *client, const char *line, const struct until *until,
		      struct sentinel *sentinel, struct exec_result *result, char why[EXEC_WHY])
{
	/* Without the master ssh would connect anew, and nobody would notice: what it connects through is `false`. */
	const char *argv[] = {"ssh", "-T", "-S", ssh->control, "-o", "ControlMaster=no", "-o", "ProxyCommand=false",
			      "-o", "BatchMode=yes", "-o", "RemoteCommand=none", "-o", "LogLevel=ERROR",
			      ssh->host, line, NULL};
	int came;

	if (make_pipe(client->out) < 0 || make_pipe(client->err) < 0)
		return fail(errno, strerror(errno), why);
	client->pid = spawn(ssh, argv, client->out[1], client->err[1], &result->begin);
	result->connected = clock_now();
	if (client->pid < 0)
		return fail(errno, strerror(errno), why);
	close(client->out[1]);
	close(client->err[1]);
	client->out[1] = client->err[1] = -1;
	came = read_client(client, until, sentinel, result);
	if (came < 0)
		return fail(errno, errno == ETIMEDOUT ? "the command did not end in time" : strerror(errno), why);
	if (came == 0)
		return judge_end(ssh, client, until, result, why);
	if (sentinel->number > 255)
		return fail(EPROTO, "an exit status over 255", why);
	result->status = sentinel->number;
	return 0;
}

int exec_ssh(struct ssh *ssh, const char *command, const struct until *until, struct exec_result *result,
	     char why[EXEC_WHY])
{
	struct client client = {.pid = -1, .out = {-1, -1}, .err = {-1, -1}};
	struct sentinel sentinel;
	struct proc_usage usage;
	char tail[SENTINEL_TAIL], *line;
	int failed, error;

	*result = (struct exec_result){0};
	if (exec_check(command, why) < 0)
		return -1;
	while (said_read(&ssh->said, ssh->err) > 0) /* lest the master waits for a reader */
		;
	sentinel_make(&sentinel, tail);
	line = x_asprintf("%s%.*s", command, (int)strcspn(tail, "\n"), tail);
	failed = run_client(ssh, &client, line, until, &sentinel, result, why);
	error = errno;
	if (client.pid > 0 && (failed || proc_wait(client.pid, LINGER, &usage) != 1))
		stop(client.pid, 0);
	close_pipe(client.out);
	close_pipe(client.err);
	free(line);
	errno = error;
	return failed;
}
