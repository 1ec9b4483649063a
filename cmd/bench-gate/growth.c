#include "growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void free_fit(struct gate_fit *fit)
{
	free(fit->identity.bench);
	free(fit->identity.params);
	free(fit->identity.metric);
	free(fit->reason);
}

void gate_fits_free(struct gate_fits *fits)
{
	for (size_t i = 0; i < fits->n; i++)
		free_fit(&fits->fit[i]);
	free(fits->fit);
}

static int copy(struct gate_fit *fit, const struct record *r)
{
	const struct record_fit *from = &r->fit;

	*fit = (struct gate_fit){.class = from->class, .plausible = from->plausible, .exponent = from->exponent,
				 .lo = isnan(from->lo) ? -INFINITY : from->lo,
				 .hi = isnan(from->hi) ? INFINITY : from->hi, .n = from->n};
	fit->identity = (struct series){.bench = strdup(r->bench), .params = strdup(r->params),
					.metric = strdup(r->metric), .unit = UNIT_ONE, .mode = r->mode};
	fit->reason = from->reason && *from->reason ? strdup(from->reason) : NULL;
	return fit->identity.bench && fit->identity.params && fit->identity.metric &&
			       (fit->reason || !from->reason || !*from->reason)
		       ? 0
		       : -1;
}

int gate_fits_keep(void *data, const struct record *r)
{
	struct gate_fits *fits = data;

	if (r->type != RECORD_FIT)
		return 0;
	/* Sizes double: there is room unless the count is a power of two. */
	if ((fits->n & (fits->n - 1)) == 0) {
		void *p = reallocarray(fits->fit, fits->n ? 2 * fits->n : 1, sizeof *fits->fit);
		if (!p)
			return -1;
		fits->fit = p;
	}
	return copy(&fits->fit[fits->n++], r);
}
