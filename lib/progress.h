#ifndef BENCHPIPE_PROGRESS_H
#define BENCHPIPE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* How far the work is, on stderr: one line that is rewritten on a terminal, plain lines now
 * and then elsewhere, or nothing. */

enum progress_style { PROGRESS_NONE, PROGRESS_LIVE, PROGRESS_LINES };

struct progress {
	FILE *stream;
	enum progress_style style;
	int64_t next;  /* clock_now() from which the next update is shown */
	bool shown;    /* a live line stands on the terminal */
};

/* always: even where stream is no terminal (as lines); never: not at all. Neither: only on a
 * terminal that can rewrite a line. */
void progress_start(struct progress *p, FILE *stream, bool always, bool never);

/* Show this if the last one stood long enough: 0.1 s live, 5 s as lines. */
void progress_update(struct progress *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Take the live line away, so that other text can be written. */
void progress_clear(struct progress *p);

#endif
