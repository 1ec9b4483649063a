#ifndef HTTP_LOAD_FIND_MAX_H
#define HTTP_LOAD_FIND_MAX_H

#include <stdbool.h>

/* The search for the highest rate that holds: it doubles until a rate breaks, halves what lies between on a logarithmic
 * scale, and then confirms: the rate found has to hold a second time, the one above it has to break a second time. */

enum find_max_phase { FIND_BRACKET, FIND_BISECT, FIND_CONFIRM };

enum find_max_answer {
	FIND_HOLDS,
	FIND_BREAKS,
	FIND_INVALID, /* it broke, but not by the server's fault: there is no going higher */
	FIND_STOP     /* give up */
};

/* Try one rate. */
typedef enum find_max_answer find_max_try(void *data, double rate, enum find_max_phase phase);

enum find_max_end {
	FIND_FOUND,       /* rate holds, above breaks */
	FIND_LIMITED,     /* rate holds, and above it could not be tried */
	FIND_NEVER,       /* not even the lowest rate holds */
	FIND_NEVER_VALID, /* the same, but not by the server's fault */
	FIND_ALWAYS,      /* the highest rate holds */
	FIND_UNSTABLE,    /* what held once broke again, until there were no more steps to try; rate is 0 or held twice */
	FIND_STOPPED
};

#define FIND_MAX_STEPS 60 /* tries at most */

struct find_max {
	double from, lowest, highest; /* where to begin, and between which rates to stay */
	double precision;             /* how near to a rate that breaks, as a share: 0.02 */
	/* what was found */
	double rate;                  /* 0: none */
	double above;                 /* the lowest rate that broke; 0: none */
	unsigned steps;               /* tries */
};

enum find_max_end find_max(struct find_max *f, find_max_try *try_rate, void *data);

const char *find_max_phase_name(enum find_max_phase phase); /* "bracket", "bisect", "confirm" */

#endif
