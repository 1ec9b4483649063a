#ifndef DYING_H
#define DYING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "die.h"

/* For what ends the program where its input is bad. */

/* action() in a process of its own says exactly this on the stream (its descriptor) and exits with `wanted`. */
static inline void assert_ends(void (*action)(void), int stream, int wanted, const char *said)
{
	char got[1024] = "";
	int fd[2], status;
	size_t len = 0;
	ssize_t n;

	fflush(NULL);
	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char name[] = "/usr/bin/tool", *argv[] = {name, NULL};
		dup2(fd[1], stream);
		close(fd[0]);
		close(fd[1]);
		/* A stream of cmocka's may hold text: it must not be written twice. */
		stdout = fdopen(STDOUT_FILENO, "w");
		die_init(argv);
		action();
		_exit(99);
	}
	close(fd[1]);
	while ((n = read(fd[0], got + len, sizeof got - 1 - len)) > 0)
		len += (size_t)n;
	close(fd[0]);
	assert_true(waitpid(pid, &status, 0) == pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != wanted)
		fail_msg("ended with %#x: %s", (unsigned)status, got);
	assert_string_equal(got, said);
}

/* The same on stderr, with 1. */
static inline void assert_dies(void (*action)(void), const char *error)
{
	assert_ends(action, STDERR_FILENO, STATUS_TROUBLE, error);
}

#endif
