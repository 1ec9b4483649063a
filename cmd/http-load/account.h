#ifndef HTTP_LOAD_ACCOUNT_H
#define HTTP_LOAD_ACCOUNT_H

#include "worker.h"

/* What a worker's requests came to, step by step. */

void account_begin(struct worker *w);            /* w->step begins */
void account_end(struct worker *w, int64_t end); /* it is over, at clock_now() end; what is in flight is still to be settled */

void account_drained(struct worker *w);          /* what was in flight at the end of the last step is over too */

/* A value of a series of step at clock_now() now, ns; one under 0 counts as 0. */
void account_put(struct worker *w, uint32_t step, size_t series, int64_t now, int64_t value);

/* Take slot's request into account, slot off it, and out of the list it is in. */
void account_settle(struct worker *w, struct slot *slot, const struct outcome *o);

void account_close(struct part *part); /* nothing comes any more */

#endif
