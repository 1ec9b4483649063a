#ifndef PROC_WATCH_PHASES_H
#define PROC_WATCH_PHASES_H

#include "watch.h"

/* What is done one after the other. Each returns STATUS_DONE, or the status to end with, having told why. A signal ends
 * a phase early and without a word: then watch.signal is set. */

/* Start COMMAND and wait until it is ready; the seq-th start. */
int phase_start(struct watch *w, int64_t seq);

/* Arm the --ready methods and add them to what is waited for. */
int phase_arm(struct watch *w);

/* Wait until all of the --ready methods have seen it, from `since`, clock_now(), on; they are armed and added. */
int phase_ready(struct watch *w, int64_t since);

/* When the last of the --ready methods saw it, which was not before `since`, clock_now(); all have. *bound: by how much
 * earlier it may have been, at most. */
int64_t phase_ready_at(const struct watch *w, int64_t since, int64_t *bound);

int phase_idle(struct watch *w);
int phase_busy(struct watch *w);

/* Nothing else was asked for: sample until the end. */
int phase_run(struct watch *w);

int phase_changes(struct watch *w);
int phase_restarts(struct watch *w);

/* End the service, and whatever it leaves. told: write what it took, the seq-th time. */
int phase_stop(struct watch *w, bool told, int64_t seq);

/* Tell that it has ended by itself, where that was not expected: "during the idle time". */
int phase_lost(struct watch *w, const char *when);

#endif
