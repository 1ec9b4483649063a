#include "ramp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "die.h"

#define WHOLE 1e-9 /* so near a whole number of steps is one */

/* Steps of STEP between FROM and TO, both of which count. */
static size_t rates_of(const struct ramp *ramp)
{
	return ramp->time ? (size_t)ceil(fabs(ramp->to - ramp->from) / ramp->step - WHOLE) + 1 : 1;
}

/* 0.1 + 2 * 0.1 is meant to be 0.3, and is to be written so. */
static double exact(double rate)
{
	char text[32];

	snprintf(text, sizeof text, "%.12g", rate);
	return strtod(text, NULL);
}

static double rate_at(const struct ramp *ramp, size_t i, size_t rates)
{
	if (i + 1 == rates)
		return ramp->to;
	return exact(ramp->from + (ramp->to < ramp->from ? -1 : 1) * (double)i * ramp->step);
}

struct step *ramp_steps(const struct options *o, size_t *n)
{
	size_t rates = o->paced ? rates_of(&o->rate) : 1;
	struct step *step = x_calloc(rates + 1, sizeof *step);

	*n = 0;
	if (o->warmup)
		step[(*n)++] = (struct step){.rate = o->paced ? o->rate.from : 0, .duration = o->warmup, .warmup = true};
	for (size_t i = 0; i < rates; i++) {
		step[(*n)++] = (struct step){.rate = o->paced ? rate_at(&o->rate, i, rates) : 0,
					     .duration = o->rate.time ? o->rate.time : o->duration,
					     .count = (uint64_t)o->count};
	}
	return step;
}
