#ifndef FC_MOCK_SHELL_JOB_H
#define FC_MOCK_SHELL_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"
#include "world.h"

/* A command that is being carried out, in steps that are short and write little: at most a few KiB and the longest of
 * its words. */

struct job {
	const struct world *world;
	int argc;
	char **argv;           /* with a NULL behind it */
	bool quiet[3];         /* by descriptor: leads to /dev/null; otherwise to the stream */
	struct text *out;
	int64_t now;           /* clock_now() */
	int64_t wake;          /* JOB_SLEEPS: until then */
	bool exits;            /* so does the shell, then */
	int last;              /* $? */
	/* for itself, all zero at its first step */
	int arg;
	bool begun, failed;
	int64_t at, left, step;
	struct text held;
};

enum { JOB_GOES_ON = -1, JOB_SLEEPS = -2 };

/* A step: the exit status, or one of these. */
typedef int job_step(struct job *job);

/* The builtin of that name; NULL: there is none. */
job_step *job_find(const char *name);

/* To its standard output. */
void job_out(struct job *job, const char *bytes, size_t len);
void job_print(struct job *job, const char *format, ...) __attribute__((format(printf, 2, 3))); /* 255 bytes at most */

/* "NAME: ..." as a line to its standard error. */
void job_complain(struct job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Append what an escape means whose '\\' is before text; how much of text belongs to it. An unknown one stays. Octal
 * numbers have at most so many digits. */
size_t job_escape(const char *text, struct text *to, int digits);

/* A whole decimal number and nothing else, as strtoll() reads it. */
bool job_number(const char *text, int64_t *value);

job_step job_cat, job_head, job_ls, job_printf, job_test;

#endif
