#include "pace.h"

/* The arrival that p->turn tells, or a gap after the last one. */
static void schedule(struct pace *p)
{
	if (p->kind == PACE_CONSTANT)
		p->next = (double)p->turn * 1e9 / p->rate; /* from the number, so that no error adds up */
	else
		p->next += rng_exponential(&p->rng) * 1e9 * p->shares / p->rate;
}

void pace_init(struct pace *p, enum pace_kind kind, double rate, int64_t start, uint64_t seed, unsigned share,
	       unsigned shares)
{
	*p = (struct pace){ .kind = kind, .rate = rate, .start = start, .turn = share, .shares = shares };
	rng_seed(&p->rng, seed, share);
	schedule(p);
}

static int64_t after(int64_t start, double offset)
{
	int64_t time;

	if (!(offset < 0x1p63) || __builtin_add_overflow(start, (int64_t)offset, &time))
		return INT64_MAX;
	return time;
}

int64_t pace_next(struct pace *p)
{
	int64_t time = after(p->start, p->next);

	p->turn += p->shares;
	schedule(p);
	return time;
}
