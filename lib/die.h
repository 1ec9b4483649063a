#ifndef BENCHPIPE_DIE_H
#define BENCHPIPE_DIE_H

#include <stddef.h>

/* The program's name, its one error voice ("tool: what: why" on stderr), its
 * exit status and its standard streams. Only cmd/ and this module exit. */

enum exit_status {
	STATUS_DONE = 0,         /* done, nothing bad */
	STATUS_TROUBLE = 1,      /* usage, broken input, I/O, system under test not reached */
	STATUS_BAD = 2,          /* the verdict is bad: regression, target missed */
	STATUS_UNSURE = 3,       /* inconclusive or missing, where the user asked for that to count */
	STATUS_CANNOT_RUN = 126, /* a command wrapper: found but cannot be executed */
	STATUS_NOT_FOUND = 127,  /* a command wrapper: not found */
	STATUS_SIGNAL = 128      /* plus the signal's number */
};

/* To be called first in main. Takes the name from argv[0] (and leaves just that
 * name there, which getopt prints), restores SIGPIPE's
 * default (a closed pipe ends the program quietly), and opens /dev/null in the
 * place of any closed standard stream in a way that makes writing to it fail,
 * so that no file opened later can land on descriptor 0, 1 or 2. */
void die_init(char **argv);

const char *program_name(void);

/* Print "tool: " and the message on stderr. A format that ends in ':' gets
 * " " and strerror(errno) appended. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* die() with "try 'tool --help'" added. */
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same where what was wrong has been told. */
_Noreturn void die_told(void);

/* Have hook called by die() and its kin before they end the program: for what must not be left behind. */
void die_hook(void (*hook)(void));

/* Flush and close stdout; a stream that could not be written whole is trouble.
 * Returns status, for `return finish(status);` at the end of main. */
int finish(int status);

/* Allocate or die with "out of memory". The caller frees. x_reallocarray checks
 * nmemb * size for overflow. */
void *x_malloc(size_t size);
void *x_calloc(size_t nmemb, size_t size);
void *x_reallocarray(void *p, size_t nmemb, size_t size);
char *x_strdup(const char *s);
char *x_asprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
