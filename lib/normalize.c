#include "normalize.h"

#include <math.h>

#include "hist.h"

static const char unscaled[] = "one of the units ns, B, 1, 1/s, B/s, B/op and 1/op in this type of record";

static const char *check_hist(const struct record_hist *hist, double scale)
{
	uint64_t total = 0;

	if (scale != 1)
		return unscaled;
	for (size_t i = 0; i < hist->n; i++) {
		if (hist->counts[i] > hist->count - total)
			return "buckets that add up to count";
		total += hist->counts[i];
	}
	if (total != hist->count)
		return "buckets that add up to count";
	if (hist->n && (hist->min < 0 || hist->max < hist->min || hist_upper(hist->min) != hist->upper[0] ||
			hist_upper(hist->max) != hist->upper[hist->n - 1]))
		return "min in the first bucket and max in the last";
	return NULL;
}

/* False where a value becomes too large for a double. An end of the interval may be unbounded. */
static bool scale_stat(struct record_stat *s, double scale)
{
	double *const values[] = {&s->mean, &s->stddev, &s->min,  &s->p50, &s->p90,
				  &s->p95,  &s->p99,    &s->p999, &s->max};
	bool fits = true;

	s->mean_lo *= scale;
	s->mean_hi *= scale;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		*values[i] *= scale;
		fits &= !isinf(*values[i]);
	}
	return fits;
}

static const char *check_fit(struct record_fit *f, double scale, const char **member)
{
	f->a *= scale;
	f->b *= scale;
	if (isinf(f->a) || isinf(f->b))
		return "numbers that a double can hold";
	*member = "range";
	if (isinf(f->x_min) || isinf(f->x_max))
		return "an array of two numbers";
	*member = "plausible";
	if (!f->plausible && f->class != GROWTH_NONE)
		f->plausible = 1u << f->class;
	return f->class == GROWTH_NONE || f->plausible >> f->class & 1 ? NULL : "classes with the best among them";
}

const char *normalize(struct record *r, double scale, const char **member)
{
	*member = "";
	switch (r->type) {
	case RECORD_SAMPLE:
		r->value *= scale;
		*member = "value";
		if (!isfinite(r->value))
			return "a number that a double can hold";
		*member = "n";
		return r->n > 0 ? NULL : "a number over 0";
	case RECORD_HIST:
		return check_hist(&r->hist, scale);
	case RECORD_STAT:
		return scale_stat(&r->stat, scale) ? NULL : "numbers that a double can hold";
	case RECORD_FIT:
		return check_fit(&r->fit, scale, member);
	case RECORD_VERDICT:
		return scale == 1 ? NULL : unscaled;
	default:
		return NULL;
	}
}
