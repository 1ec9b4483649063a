#include "beside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "signal-name.h"

static _Noreturn void become_shell(pid_t parent, const char *command, const char *const words[2], const sigset_t *mask,
				   int told)
{
	int null = open("/dev/null", O_RDONLY), error;

	if (setsid() < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
		goto fail;
	if (null > STDERR_FILENO)
		close(null);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execl("/bin/sh", "sh", "-c", command, "sh", words[0], words[1], (char *)NULL);
fail:
	error = errno;
	if (write(told, &error, sizeof error) < 0)
		_exit(126);
	_exit(127);
}

int beside_start(struct beside *b, const char *command, pid_t watched, int64_t number, const sigset_t *mask,
		 int64_t *began)
{
	char pid_text[24] = "", number_text[24];
	const char *const words[2] = {pid_text, number_text};
	pid_t parent = getpid();
	int ends[2], error = 0;
	ssize_t n;

	if (watched)
		snprintf(pid_text, sizeof pid_text, "%ld", (long)watched);
	snprintf(number_text, sizeof number_text, "%lld", (long long)number);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*b = (struct beside){.status = -1};
	*began = clock_now();
	b->pid = fork();
	b->session = b->pid;
	if (b->pid == 0) {
		close(ends[0]);
		become_shell(parent, command, words, mask, ends[1]);
	}
	close(ends[1]);
	if (b->pid < 0) {
		error = errno;
		b->pid = 0;
	} else {
		/* The end of file comes with exec. */
		while ((n = read(ends[0], &error, sizeof error)) < 0 && errno == EINTR)
			;
		if (n > 0) {
			waitpid(b->pid, NULL, 0);
			b->pid = 0;
		}
	}
	close(ends[0]);
	errno = error;
	return error ? -1 : 0;
}

void beside_ended(const struct beside *b, pid_t pid)
{
	if (pid == b->pid && !b->ended)
		kill(-pid, SIGKILL);
}

void beside_reaped(struct beside *b, pid_t pid, int status, int64_t now)
{
	if (pid != b->pid || b->ended)
		return;
	b->ended = true;
	b->status = status;
	b->end = now;
}

void beside_kill(struct beside *b, int signal)
{
	if (b->pid && !b->ended)
		kill(-b->pid, signal);
}

const char *beside_words(const struct beside *b, char text[BESIDE_WORDS])
{
	char name[SIGNAL_NAME_MAX];

	if (WIFSIGNALED(b->status))
		snprintf(text, BESIDE_WORDS, "%s", signal_name(WTERMSIG(b->status), name));
	else
		snprintf(text, BESIDE_WORDS, "status %d", WEXITSTATUS(b->status));
	return text;
}
