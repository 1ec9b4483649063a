#ifndef BENCH_DIFF_WORDING_H
#define BENCH_DIFF_WORDING_H

#include "output.h"

/* The words and figures that all forms for people share. The caller frees each text;
 * they die without memory. */

/* "1 regression in 20 comparisons: cmd/sort latency +12.3 %". */
char *wording_headline(const struct comparisons *all);

/* "+12.3 %", "+4 (from 0)", "-" where nothing can be said. */
char *wording_change(const struct comparison *c);

/* "+8.1 .. +16.0 %"; "-". */
char *wording_interval(const struct comparison *c);

/* "12", "10 / 12"; "-". */
char *wording_n(const struct comparison *c);

/* What the values are, or "-". */
char *wording_value(const struct comparison *c, double value);

/* "latency +12.3 % (118.2 ms -> 132.7 ms), 95 % interval …, q = 0.003: reason": one line for a message. */
char *wording_sentence(const struct comparison *c, double alpha);

/* "unchanged", "unchanged*" for one by threshold alone. */
char *wording_verdict(const struct comparison *c);

/* Undecided in the sense of --strict. */
bool wording_is_unsure(const struct comparison *c);

/* Write a line for each metric: "geometric mean of 18 latency: -0.4 %". bullet goes before each. */
void wording_geomeans(FILE *out, const struct comparisons *all, const char *bullet);

/* The notes that hold for the whole, one a line. A bullet makes it Markdown. */
void wording_notes(FILE *out, const struct output *o, const char *bullet);

#endif
