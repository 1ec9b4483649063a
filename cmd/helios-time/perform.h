#ifndef HELIOS_TIME_PERFORM_H
#define HELIOS_TIME_PERFORM_H

#include "rounds.h"

/* One operation of one side: done, timed, and, untimed, looked at whether it did what it says. */

/* In the present round. What failed is told and in the records. */
void perform(struct rounds *r, struct side *side, enum op op, struct turn *turn);

/* Is in the side's last commit, which commit tells of, what m says, which was in the work tree then? If not, it was not
 * ok. Where there is no operation that tells, nothing is done. */
void perform_verification(struct rounds *r, struct side *side, const struct manifest *m, struct turn *commit);

/* Is what was never committed refused? */
void perform_refusal(struct rounds *r, struct side *side);

#endif
