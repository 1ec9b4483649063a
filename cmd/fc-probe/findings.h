#ifndef FC_PROBE_FINDINGS_H
#define FC_PROBE_FINDINGS_H

#include "load.h"

/* Warning signs in what the operations of a load came to. */

#define FINDINGS_MAX 6
#define FINDING_TEXT 200

struct finding {
	const char *name;        /* "retry-storm" ... */
	double value, limit;     /* what was found, and what would have been all right */
	char text[FINDING_TEXT]; /* for people */
};

struct level_rate { /* of the lowest level of concurrency, which others are held against */
	unsigned level;          /* 0: there is none yet */
	double rate;             /* operations a second */
};

/* How many there are. lowest is filled in where this is the first level. */
size_t findings_of(const struct load *load, struct level_rate *lowest, struct finding finding[FINDINGS_MAX]);

#endif
