#ifndef BENCH_GATE_EXPLAIN_H
#define BENCH_GATE_EXPLAIN_H

#include "judge.h"

/* The words beside the verdicts. */

/* Set v->reason to what there is to say about a verdict that looked at a series. 0, or -1 with ENOMEM. */
int explain_judged(struct gate_verdict *v, const struct record_stat *stat);

/* The same for a verdict on growth. */
int explain_growth(struct gate_verdict *v);

/* The same where nothing was looked at. other_mode: a measurement that matched, but of another mode than
 * the target wants; NULL for none. */
int explain_missing(struct gate_verdict *v, const struct series_set *set, const struct series *other_mode);

/* "targets:3: the value 50ms: expected a rate …"; NULL with ENOMEM. */
char *explain_unit(const char *path, const struct target *target, const struct series *series);

/* A value of what the target's stat is of, as a share where the target is one. v->series is not NULL. */
void explain_quantity(char text[UNIT_TEXT_MAX], const struct gate_verdict *v, double value);

#endif
