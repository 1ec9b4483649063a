#include "retry.h"

#include <string.h>

#include "rng.h"

static const char *const backoffs[] = {
	[RETRY_CONSTANT] = "constant",
	[RETRY_EXPONENTIAL] = "exponential",
	[RETRY_JITTER] = "jitter",
};

int retry_parse_backoff(const char *text, enum retry_backoff *backoff)
{
	for (size_t i = 0; i < sizeof backoffs / sizeof backoffs[0]; i++)
		if (strcmp(text, backoffs[i]) == 0) {
			*backoff = (enum retry_backoff)i;
			return 0;
		}
	return -1;
}

static int64_t exponential(const struct retry *policy, unsigned failed)
{
	int64_t delay = policy->delay;

	for (unsigned i = 1; i < failed && delay > 0 && delay < policy->delay_max; i++)
		delay = delay > INT64_MAX / 2 ? INT64_MAX : 2 * delay;
	return delay < policy->delay_max ? delay : policy->delay_max;
}

int64_t retry_delay(const struct retry *policy, unsigned failed, uint64_t key)
{
	switch (policy->backoff) {
	case RETRY_CONSTANT:
		break;
	case RETRY_EXPONENTIAL:
		return exponential(policy, failed);
	case RETRY_JITTER:
		return (int64_t)rng_reduce(rng_at(key, failed), (uint64_t)exponential(policy, failed) + 1);
	}
	return policy->delay;
}

void retry_start(struct retry_run *run, const struct retry *policy, uint64_t key)
{
	*run = (struct retry_run){.policy = policy, .key = key, .end = INT64_MAX};
}

static int64_t later(int64_t now, int64_t by)
{
	return by > INT64_MAX - now ? INT64_MAX : now + by;
}

bool retry_next(struct retry_run *run, int64_t now, int64_t *at, int64_t *until)
{
	const struct retry *policy = run->policy;
	int64_t begin;

	if (run->made >= policy->attempts)
		return false;
	begin = run->made ? later(now, retry_delay(policy, run->made, run->key)) : now;
	if (begin >= run->end)
		return false;
	*at = begin;
	*until = policy->timeout ? later(begin, policy->timeout) : INT64_MAX;
	if (*until > run->end)
		*until = run->end;
	run->made++;
	return true;
}

void retry_cancel(struct retry_run *run, int64_t now)
{
	int64_t end = later(now, run->policy->grace);

	if (run->cancelled)
		return;
	run->cancelled = true;
	if (end < run->end)
		run->end = end;
}
