#ifndef PROC_WATCH_FOLLOW_H
#define PROC_WATCH_FOLLOW_H

#include "watch.h"

/* Find what runs already, where no COMMAND is started: the service, and what is read of it. Or dies. */
void follow_begin(struct watch *w);

/* The service has ended at a change. Where others start it again, and a file or a port tells who that is, wait for it
 * until then, clock_now(). STATUS_DONE, or the status to end with, having told why. */
int follow_restart(struct watch *w, int64_t until);

#endif
