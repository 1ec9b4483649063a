#ifndef PROC_WATCH_LEDGER_H
#define PROC_WATCH_LEDGER_H

#include <stdint.h>

/* The CPU time of a process's ended children, which is told twice: to the nanosecond, as far as each of them was looked
 * at before it ended, and in clock ticks of those that the process has waited for, short-lived ones that nobody saw
 * included. Neither alone is all, and both together would be too much. All times in ns. */

struct ledger {
	int64_t counted; /* what the ended children used */
	int64_t never;   /* of that, what the process never waited for */
};

/* waited: what the process has waited for so far. */
void ledger_begin(struct ledger *l, int64_t waited);

/* Children have ended that were seen to have used `seen` together (0: none have), and after that the process told that
 * it has waited for `waited`. The counted time grows by what was seen at least, and is never under what was waited
 * for. By how much it grew beyond what was seen. */
int64_t ledger_settle(struct ledger *l, int64_t waited, int64_t seen);

/* Children that the process never waits for. */
void ledger_never(struct ledger *l, int64_t seen);

#endif
