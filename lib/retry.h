#ifndef BENCHPIPE_RETRY_H
#define BENCHPIPE_RETRY_H

#include <stdbool.h>
#include <stdint.h>

/* A policy of trying again: attempts, the delays between them, a bound for each and for what is left after a
 * cancellation. It keeps no clock of its own: callers say what time it is, in clock_now()'s ns. */

enum retry_backoff {
	RETRY_CONSTANT,    /* delay */
	RETRY_EXPONENTIAL, /* delay, 2 delay, 4 delay ... up to delay_max */
	RETRY_JITTER       /* uniform from 0 to what RETRY_EXPONENTIAL would wait ("full jitter") */
};

struct retry {
	unsigned attempts;  /* in all, 1 or more */
	enum retry_backoff backoff;
	int64_t delay, delay_max; /* ns, 0 or more */
	int64_t timeout;    /* ns for each attempt; 0: no bound */
	int64_t grace;      /* ns that are left once the operation was cancelled; 0: none */
};

/* "constant", "exponential", "jitter". 0, or -1. */
int retry_parse_backoff(const char *text, enum retry_backoff *backoff);

/* How long to wait after the failed-th attempt (1 and up) has failed. key: of the operation, for the jitter; the same
 * key and number give the same delay. */
int64_t retry_delay(const struct retry *policy, unsigned failed, uint64_t key);

/* One operation under a policy. */
struct retry_run {
	const struct retry *policy;
	uint64_t key;
	unsigned made;     /* attempts begun so far */
	int64_t end;       /* nothing is begun at or after it, and what is under way ends there; INT64_MAX: no bound */
	bool cancelled;
};

void retry_start(struct retry_run *run, const struct retry *policy, uint64_t key);

/* At `now` the last attempt has failed, or none was made yet: is another to be made? Then *at is when it is to begin
 * (now for the first one) and *until by when it must be over (INT64_MAX: no bound). false: the attempts are used up, or
 * the next one would begin at or after the end. */
bool retry_next(struct retry_run *run, int64_t now, int64_t *at, int64_t *until);

/* Whoever asked for the operation gives it up at now: from now on it has the grace left. Only the first time counts. */
void retry_cancel(struct retry_run *run, int64_t now);

#endif
