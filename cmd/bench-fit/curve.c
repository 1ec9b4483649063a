#include "curve.h"

#include <math.h>

#include "stat.h"

/* The fixed part's share is searched for as u = log(a / (b f_max)), from where it is a thousandth of the least
 * growing part to where it is a thousand times the largest. */
#define MARGIN 7.0
#define STEP 1.0

struct shape {
	const struct curve_points *points;
	const double *log_f, *f; /* f over its largest value, which may be too small for a double */
	double log_max, log_min;
};

static struct shape make_shape(const struct curve_points *points, const double *log_f)
{
	struct shape s = {points, log_f, points->scratch, log_f[0], log_f[0]};

	for (size_t i = 1; i < points->n; i++) {
		s.log_max = fmax(s.log_max, log_f[i]);
		s.log_min = fmin(s.log_min, log_f[i]);
	}
	for (size_t i = 0; i < points->n; i++)
		points->scratch[i] = exp(log_f[i] - s.log_max);
	return s;
}

/* The curve height * (fixed + growing * f), growing 0 or 1, and *log_height where it fits best. */
static double rss_of(const struct shape *s, double fixed, double growing, double *log_height)
{
	const struct curve_points *p = s->points;
	double weights = 0, sum = 0, squares = 0;

	for (size_t i = 0; i < p->n; i++) {
		double shape = fixed > 0 ? log(fixed + growing * s->f[i]) : s->log_f[i] - s->log_max;
		double w = p->weight[i], d = p->log_cost[i] - shape;
		weights += w;
		sum += w * d;
		squares += w * d * d;
	}
	*log_height = sum / weights;
	return fmax(0, squares - sum * sum / weights);
}

static double rss_at(double u, void *shape)
{
	double height;

	return rss_of(shape, exp(u), 1, &height);
}

static struct curve make_curve(const struct shape *s, double fixed, double growing)
{
	double log_height;
	struct curve c = {.rss = rss_of(s, fixed, growing, &log_height)};

	c.a = fixed > 0 ? exp(log_height) * fixed : 0;
	c.b = growing > 0 ? exp(log_height - s->log_max) : 0;
	return c;
}

struct curve curve_fit_constant(const struct curve_points *points)
{
	/* Any shape will do, that is finite: none of it is taken. */
	struct shape s = {points, points->log_cost, points->log_cost, 0, 0};

	return make_curve(&s, 1, 0);
}

struct curve curve_fit_pure(const struct curve_points *points, const double *log_f)
{
	struct shape s = make_shape(points, log_f);

	return make_curve(&s, 0, 1);
}

static struct curve least(struct curve a, struct curve b)
{
	return b.rss < a.rss ? b : a;
}

struct curve curve_fit(const struct curve_points *points, const double *log_f)
{
	struct shape s = make_shape(points, log_f);
	double lo = s.log_min - s.log_max - MARGIN, best = lo, best_rss = INFINITY;
	size_t steps = (size_t)((MARGIN - lo) / STEP);

	for (size_t i = 0; i <= steps; i++) {
		double u = lo + STEP * (double)i, rss = rss_at(u, &s);
		if (rss < best_rss) {
			best_rss = rss;
			best = u;
		}
	}
	best = stat_minimum(rss_at, &s, best - STEP, best + STEP, 1e-4);
	/* Either part may be nothing at all. */
	return least(make_curve(&s, 0, 1), least(make_curve(&s, 1, 0), make_curve(&s, exp(best), 1)));
}

double curve_most_growth(const struct curve_points *points, const double *log_f, const struct curve *best,
			 double limit)
{
	struct shape s = make_shape(points, log_f);
	double lo = s.log_min - s.log_max - MARGIN;
	double inside = best->b > 0 ? log(best->a / best->b) - s.log_max : MARGIN, outside = inside;

	if (make_curve(&s, 0, 1).rss <= limit)
		return exp(s.log_max - s.log_min) - 1;
	while (outside > lo && rss_at(outside, &s) <= limit) {
		inside = outside;
		outside -= STEP / 4;
	}
	for (int i = 0; i < 30; i++) {
		double middle = (inside + outside) / 2;
		if (rss_at(middle, &s) > limit)
			outside = middle;
		else
			inside = middle;
	}
	return (exp(inside) + 1) / (exp(inside) + exp(s.log_min - s.log_max)) - 1;
}
