#include "die.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *name = "benchpipe";

void die_init(char **argv)
{
	if (argv && argv[0] && argv[0][0]) {
		char *slash = strrchr(argv[0], '/');
		if (slash && slash[1])
			argv[0] = slash + 1;
		name = argv[0];
	}
	signal(SIGPIPE, SIG_DFL);
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		/* Opened for the wrong direction, so that using it fails. */
		if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
			_exit(STATUS_TROUBLE);
	}
}

const char *program_name(void)
{
	return name;
}

static void say(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static void say(const char *format, va_list args)
{
	int error = errno;
	size_t len = strlen(format);

	fprintf(stderr, "%s: ", name);
	vfprintf(stderr, format, args);
	if (len && format[len - 1] == ':')
		fprintf(stderr, " %s", strerror(error));
	fputc('\n', stderr);
}

void warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

static void (*before_the_end)(void);

void die_hook(void (*hook)(void))
{
	before_the_end = hook;
}

/* As exit(), but what is still held after an error is no leak for a sanitizer to tell. */
static _Noreturn void leave(void)
{
	void (*hook)(void) = before_the_end;

	before_the_end = NULL;
	if (hook)
		hook();
	fflush(NULL);
	_exit(STATUS_TROUBLE);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	leave();
}

void die_told(void)
{
	leave();
}

void die_usage(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	fprintf(stderr, "%s: try '%s --help'\n", name, name);
	leave();
}

int finish(int status)
{
	int failed = ferror(stdout);

	errno = 0;
	if (fclose(stdout) == 0 && !failed)
		return status;
	if (errno == EPIPE)
		raise(SIGPIPE);
	if (errno)
		warn("standard output:");
	else /* the write that failed earlier did not leave its reason */
		warn("standard output: not all of it could be written");
	return STATUS_TROUBLE;
}

static _Noreturn void out_of_memory(void)
{
	die("out of memory");
}

void *x_malloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *x_calloc(size_t nmemb, size_t size)
{
	void *p = calloc(nmemb ? nmemb : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *x_reallocarray(void *p, size_t nmemb, size_t size)
{
	p = reallocarray(p, nmemb ? nmemb : 1, size ? size : 1);
	if (!p)
		out_of_memory();
	return p;
}

char *x_strdup(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		out_of_memory();
	return copy;
}

char *x_asprintf(const char *format, ...)
{
	va_list args;
	char *s;

	va_start(args, format);
	if (vasprintf(&s, format, args) < 0)
		s = NULL;
	va_end(args);
	if (!s)
		out_of_memory();
	return s;
}
