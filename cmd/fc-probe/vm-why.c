#include "vm-why.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proc.h"

#define WORDS 256

int vm_why(struct vm *vm, const char *format, ...)
{
	int error = errno;
	va_list args;

	va_start(args, format);
	vsnprintf(vm->why, sizeof vm->why, format, args);
	va_end(args);
	errno = error;
	return -1;
}

int vm_why_waiting(struct vm *vm, const char *format, ...)
{
	int error = errno;
	size_t len;
	va_list args;

	va_start(args, format);
	vsnprintf(vm->why, sizeof vm->why, format, args);
	va_end(args);
	len = strlen(vm->why);
	snprintf(vm->why + len, sizeof vm->why - len, "%s",
		 error == ETIMEDOUT ? " within the time" : error == ECANCELED ? " before all was stopped" : "");
	errno = error;
	return -1;
}

/* What its output says after "Error", or else its last line; an error in the log is better. */
static void last_words(struct vm *vm, char *text, size_t room)
{
	char path[API_PATH + 16], end[512];
	struct stat st;
	char *line;
	ssize_t n;
	int fd;

	text[0] = '\0';
	boot_log_drain(&vm->log);
	if (vm->log.error[0]) {
		snprintf(text, room, ": %.250s", vm->log.error);
		return;
	}
	snprintf(path, sizeof path, "%s/output", vm->directory);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = fstat(fd, &st) == 0 ? pread(fd, end, sizeof end - 1, st.st_size > 511 ? st.st_size - 511 : 0) : -1;
	close(fd);
	while (n > 0 && (end[n - 1] == '\n' || end[n - 1] == ' '))
		n--;
	if (n <= 0)
		return;
	end[n] = '\0';
	line = strstr(end, "Error");
	if (line) {
		line[strcspn(line, "\n")] = '\0';
	} else {
		line = strrchr(end, '\n');
		line = line ? line + 1 : end;
	}
	snprintf(text, room, ": %.250s", line);
}

bool vm_has_ended(struct vm *vm)
{
	struct pollfd ended = {vm->pidfd, POLLIN, 0};
	struct proc_usage usage;
	char words[WORDS], how[64] = "has ended";

	if (vm->pidfd < 0 || poll(&ended, 1, 0) != 1)
		return false;
	if (!vm->attached && vm->pid > 0)
		vm_signal(vm, SIGKILL); /* what it has started may live on */
	if (!vm->attached && vm->pid > 0 && proc_reap(vm->pid, WNOHANG, &usage) == 1) {
		vm->pid = 0;
		if (WIFSIGNALED(usage.status))
			snprintf(how, sizeof how, "was killed by signal %d", WTERMSIG(usage.status));
		else
			snprintf(how, sizeof how, "ended with status %d", WEXITSTATUS(usage.status));
	}
	last_words(vm, words, sizeof words);
	vm_why(vm, "the process %s%s", how, words);
	return true;
}
