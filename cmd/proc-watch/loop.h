#ifndef PROC_WATCH_LOOP_H
#define PROC_WATCH_LOOP_H

#include "watch.h"

/* Poll once, and do all that has come up: signals, ends, output, probes, readings. Until something has, or at most to
 * until, clock_now(). Or dies. */
void loop_turn(struct watch *w, int64_t until);

/* Turn until then, or until a signal ends it all, or the service has ended. */
void loop_until(struct watch *w, int64_t until);

/* Has what is watched ended? */
bool loop_gone(const struct watch *w);

/* Reap what has ended of the children of this process. false: there are none left. */
bool loop_reap(struct watch *w);

/* Wait for this probe too from now on; it is armed. */
void loop_add(struct watch *w, struct probe *p);

/* Wait for none any more; they are disarmed, which may take a while, but for those that hear of a service as long as it
 * lives. */
void loop_drop(struct watch *w);

/* The same without exception. */
void loop_drop_all(struct watch *w);

#endif
