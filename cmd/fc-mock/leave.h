#ifndef FC_MOCK_LEAVE_H
#define FC_MOCK_LEAVE_H

#include "fcversion.h"
#include "journal.h"

/* How Firecracker ends: its last words. text and debug are freed; debug is text as Rust prints values for programmers. */

/* Say what is wrong, in the log and on stderr; status. */
int leave(struct journal *j, int status, char *text, char *debug);

/* STATUS_DONE. */
int leave_well(struct journal *j, const struct fcversion *version);

/* By SIGABRT. */
_Noreturn void leave_by_panic(struct journal *j, char *text);

#endif
