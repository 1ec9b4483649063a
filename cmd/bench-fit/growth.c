#include "growth.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "curve.h"
#include "stat.h"

/* A fit rests on these. Least squares on the logarithm of cost (curve.h), since noise is a share of the cost.
 * What the noise is comes from the repeats of each size where there are any, else from the residuals. A class
 * is contradicted where its residuals exceed those of the best class by more than the noise explains (F test
 * of one degree of freedom). */

/* Nothing is taken to be known better than within 1 %: where code and data happen to lie moves a cost by as
 * much (Mytkowicz et al., "Producing wrong data without doing anything obviously wrong", 2009). */
#define FLOOR 0.01

/* Nor to be off by more than 25 %, unless the sizes scatter more. */
#define CEILING 0.25

/* Growth of less than 10 % between the smallest and the largest size is none. */
#define NO_GROWTH 0.1

/* Where the best exponent leaves more than this, sizes do not scatter around any curve. */
#define IRREGULAR 0.5

#define EXPONENT_MIN 0.02 /* looked for; beyond the largest, the interval is unbounded */
#define EXPONENT_MAX 16.0

struct work {
	const struct growth_data *data;
	struct curve_points points;
	double *log_cost, *weight, *log_size, *log_f, *scratch;
	struct curve curve[GROWTH_COUNT]; /* the best of each class */
	double confidence;
	double mean_weight;
};

struct noise {
	double scale;    /* weighted squares are this times chi-squared */
	double critical; /* more squares than this over the least cannot be noise */
};

struct power_law { /* the exponent on its own, of any size */
	double slope, slope_error; /* of log cost against log size, without a fixed part */
	double line_rss;
	double exponent;           /* of the growing part, and what it leaves with the best fixed part */
	struct curve curve;
	double lo, hi;             /* interval of the exponent, whatever the fixed part */
	bool fixed;                /* the data shows a fixed part */
	bool irregular;            /* no exponent fits; lo and hi are the least and the most from size to size */
};

double growth_log_shape(enum growth class, double size)
{
	double log_n = log(size), log_log = log(log1p(size) / M_LN2);

	switch (class) {
	case GROWTH_LOG_N:
		return log_log;
	case GROWTH_N:
		return log_n;
	case GROWTH_N_LOG_N:
		return log_n + log_log;
	case GROWTH_N2:
		return 2 * log_n;
	case GROWTH_N3:
		return 3 * log_n;
	default:
		return 0;
	}
}

static void set_shape(struct work *w, enum growth class)
{
	for (size_t i = 0; i < w->data->n; i++)
		w->log_f[i] = growth_log_shape(class, w->data->size[i]);
}

static void fit_classes(struct work *w)
{
	w->curve[GROWTH_1] = curve_fit_constant(&w->points);
	for (int class = GROWTH_LOG_N; class <= GROWTH_N3; class++) {
		set_shape(w, (enum growth)class);
		w->curve[class] = curve_fit(&w->points, w->log_f);
	}
}

static double parameters(const struct curve *c)
{
	return 1.0 + (c->a > 0 && c->b > 0);
}

#define PRICE 2.0 /* of a parameter in squares (Akaike) */

/* The least squares, with a price for each parameter. */
static enum growth best_class(const struct work *w, double scale)
{
	enum growth best = GROWTH_1;
	double least = INFINITY;

	for (int class = GROWTH_1; class <= GROWTH_N3; class++) {
		double price = w->curve[class].rss / scale + PRICE * parameters(&w->curve[class]);
		if (price < least) {
			least = price;
			best = (enum growth)class;
		}
	}
	return best;
}

static const struct curve *closest_curve(const struct work *w)
{
	const struct curve *closest = &w->curve[GROWTH_1];

	for (int class = GROWTH_LOG_N; class <= GROWTH_N3; class++) {
		if (w->curve[class].rss < closest->rss)
			closest = &w->curve[class];
	}
	return closest;
}

static double square(double x)
{
	return x * x;
}

/* What the noise is, by the repeats, but never less than what the curve leaves. Where that is significantly more
 * than the repeats explain, or where there are none, what it leaves is all that is known; but few sizes leave next
 * to nothing to know it by, and then the ceiling holds. */
static struct noise find_noise(const struct work *w, const struct curve *c)
{
	double freedom = (double)w->data->n - 2 - (c->a > 0 && c->b > 0), dof = fmax(1, freedom), left = c->rss / dof;
	double repeats = w->data->dof, p = (1 + w->confidence) / 2, z2 = square(stat_normal_quantile(p));
	double most = fmax(left, square(CEILING) * w->mean_weight) * z2;

	if (repeats <= 0 && freedom < 1)
		return (struct noise){square(CEILING), most};
	if (repeats <= 0)
		return (struct noise){fmax(left, square(FLOOR)), fmin(most, fmax(left * square(stat_t_quantile(p, dof)),
										 square(FLOOR) * z2))};
	if (stat_f_tail(left, dof, repeats) > 0.05)
		dof += repeats;
	left = fmax(1, left);
	return (struct noise){left, fmin(most, left * square(stat_t_quantile(p, dof)))};
}

/* --- The exponent --- */

static double weighted_mean(const struct work *w, const double *x)
{
	double sum = 0, weights = 0;

	for (size_t i = 0; i < w->data->n; i++) {
		sum += w->weight[i] * x[i];
		weights += w->weight[i];
	}
	return sum / weights;
}

/* slope_error is that for squares of scale 1. */
static void fit_line(const struct work *w, struct power_law *law)
{
	double x_mean = weighted_mean(w, w->log_size), y_mean = weighted_mean(w, w->log_cost), xx = 0, xy = 0;

	for (size_t i = 0; i < w->data->n; i++) {
		double x = w->log_size[i] - x_mean;
		xx += w->weight[i] * x * x;
		xy += w->weight[i] * x * (w->log_cost[i] - y_mean);
	}
	law->slope = xy / xx;
	law->slope_error = 1 / sqrt(xx);
	law->line_rss = 0;
	for (size_t i = 0; i < w->data->n; i++) {
		double left = w->log_cost[i] - y_mean - law->slope * (w->log_size[i] - x_mean);
		law->line_rss += w->weight[i] * left * left;
	}
}

static struct curve curve_at(struct work *w, double exponent)
{
	for (size_t i = 0; i < w->data->n; i++)
		w->log_f[i] = exponent * w->log_size[i];
	return curve_fit(&w->points, w->log_f);
}

static double rss_at(double exponent, void *work)
{
	return curve_at(work, exponent).rss;
}

/* Exponents are tried from EXPONENT_MIN on, each this much larger than the one before. */
#define EXPONENT_STEP 1.15

static void fit_exponent(struct work *w, struct power_law *law)
{
	double best = EXPONENT_MIN, least = INFINITY, p = EXPONENT_MIN;

	while (p < EXPONENT_MAX) {
		double rss = rss_at(p, w);
		if (rss < least) {
			least = rss;
			best = p;
		}
		p *= EXPONENT_STEP;
	}
	law->exponent = stat_minimum(rss_at, w, best / EXPONENT_STEP, fmin(EXPONENT_MAX, best * EXPONENT_STEP), 1e-4);
	law->curve = curve_at(w, law->exponent);
}

/* From the best exponent on by this factor until the squares exceed limit; then where exactly. end: what to
 * say where they never do. */
static double find_end(struct work *w, double from, double factor, double limit, double end)
{
	double inside = from, outside = from * factor;

	while (rss_at(outside, w) <= limit) {
		inside = outside;
		outside *= factor;
		if (outside < EXPONENT_MIN || outside > EXPONENT_MAX)
			return end;
	}
	for (int i = 0; i < 20; i++) {
		double middle = (inside + outside) / 2;
		if (rss_at(middle, w) <= limit)
			inside = middle;
		else
			outside = middle;
	}
	return inside;
}

static bool is_irregular(const struct work *w, const struct power_law *law)
{
	return law->curve.rss > square(IRREGULAR) * w->mean_weight * (double)w->data->n;
}

static void bound_by_steps(const struct work *w, struct power_law *law)
{
	law->lo = INFINITY;
	law->hi = -INFINITY;
	for (size_t i = 1; i < w->data->n; i++) {
		double step = (w->log_cost[i] - w->log_cost[i - 1]) / (w->log_size[i] - w->log_size[i - 1]);
		law->lo = fmin(law->lo, step);
		law->hi = fmax(law->hi, step);
	}
}

static void fit_power_law(struct work *w, struct power_law *law)
{
	fit_line(w, law);
	fit_exponent(w, law);
	if (law->slope <= 0 || law->line_rss <= law->curve.rss) {
		/* Falling, or as good without a fixed part. */
		law->exponent = law->slope;
		law->curve = (struct curve){.rss = fmin(law->line_rss, law->curve.rss)};
	}
	/* A straight line has two parameters as a class has, whatever it leaves. */
	law->slope_error *= sqrt(find_noise(w, &(struct curve){.rss = law->line_rss}).critical);
	struct noise noise = find_noise(w, &law->curve);
	law->fixed = law->slope > 0 && law->line_rss - law->curve.rss > noise.critical;
	law->lo = law->slope - law->slope_error;
	law->hi = law->slope + law->slope_error;
	law->irregular = is_irregular(w, law);
	if (law->irregular)
		bound_by_steps(w, law);
	if (law->irregular || law->slope <= 0)
		return;
	double limit = law->curve.rss + noise.critical;
	law->lo = find_end(w, law->exponent, 1 / EXPONENT_STEP, limit, law->lo);
	law->hi = find_end(w, law->exponent, EXPONENT_STEP, limit, INFINITY);
}

/* --- The classes --- */

static unsigned bit(enum growth class)
{
	return 1u << class;
}

/* Those that the data does not contradict. A class that could add next to nothing is no other than O(1). */
static unsigned find_plausible(struct work *w, const struct noise *noise, double *most)
{
	double limit = closest_curve(w)->rss + noise->critical;
	unsigned plausible = w->curve[GROWTH_1].rss <= limit ? bit(GROWTH_1) : 0;
	bool hidden = false;

	*most = 0;
	for (int class = GROWTH_LOG_N; class <= GROWTH_N3; class++) {
		if (w->curve[class].rss > limit)
			continue;
		set_shape(w, (enum growth)class);
		double growth = curve_most_growth(&w->points, w->log_f, &w->curve[class], limit);
		*most = fmax(*most, growth);
		hidden = hidden || growth < NO_GROWTH;
		if (growth >= NO_GROWTH)
			plausible |= bit((enum growth)class);
	}
	return hidden && !plausible ? bit(GROWTH_1) : plausible;
}

/* The exponent that a class has over these sizes. */
static double local_exponent(struct work *w, enum growth class)
{
	double first = w->data->size[0], last = w->data->size[w->data->n - 1];

	return (growth_log_shape(class, last) - growth_log_shape(class, first)) / (log(last) - log(first));
}

/* The classes that bound an exponent within lo and hi, and are the least to do so. */
static unsigned bounding_classes(struct work *w, double lo, double hi)
{
	unsigned classes = 0;
	double below = -INFINITY;

	for (int class = GROWTH_1; class <= GROWTH_OVER; class++) {
		double own = class == GROWTH_OVER ? INFINITY : local_exponent(w, (enum growth)class);
		if (hi > below && lo <= own)
			classes |= bit((enum growth)class);
		below = own;
	}
	return classes;
}

static bool is_single(unsigned classes)
{
	return classes && (classes & (classes - 1)) == 0;
}

/* Does an exponent fit, where no class does? */
static bool no_class_fits(struct work *w, const struct power_law *law)
{
	struct noise noise = find_noise(w, &law->curve);

	return w->data->n > GROWTH_SIZES_MIN && law->slope > 0 && closest_curve(w)->rss - law->curve.rss > noise.critical;
}

static double residual_of(const struct work *w, enum growth class, const struct curve *c)
{
	double sum = 0;

	for (size_t i = 0; i < w->data->n; i++) {
		double cost = c->a + c->b * exp(growth_log_shape(class, w->data->size[i]));
		double left = w->data->cost[i] / cost - 1;
		sum += left * left;
	}
	return sqrt(sum / (double)w->data->n);
}

/* The best class, and its curve without a fixed part where that does about as well. */
static void describe_best(struct work *w, const struct noise *noise, struct growth_result *result)
{
	struct curve c = w->curve[result->class];

	if (result->class != GROWTH_1) {
		set_shape(w, result->class);
		struct curve pure = curve_fit_pure(&w->points, w->log_f);
		result->of_growing_part = pure.rss - c.rss > noise->critical;
		if ((pure.rss - c.rss) / noise->scale <= PRICE)
			c = pure;
	}
	result->a = c.a;
	result->b = c.b;
	result->residual = residual_of(w, result->class, &c);
}

static void judge_classes(struct work *w, const struct power_law *law, struct growth_result *result)
{
	struct noise noise = find_noise(w, closest_curve(w));

	result->plausible = find_plausible(w, &noise, &result->most_growth);
	result->note = is_single(result->plausible) ? GROWTH_CLEAR : GROWTH_SEVERAL;
	if (result->note == GROWTH_SEVERAL && (result->plausible & bit(GROWTH_1)))
		result->note = GROWTH_UNSEEN;
	if (law->hi < 0) {
		result->note = GROWTH_FALLING;
		result->plausible = bit(GROWTH_1);
	} else if (law->irregular || no_class_fits(w, law)) {
		result->note = law->irregular ? GROWTH_IRREGULAR : GROWTH_BETWEEN;
		result->plausible = bounding_classes(w, law->lo, law->hi);
	}
	result->class = best_class(w, noise.scale);
	/* What was set aside for another reason than its squares is not the best either. */
	while (!(result->plausible & bit(result->class)))
		result->class += result->plausible < bit(result->class) ? -1 : 1;
	/* A class that is only a bound has no curve to tell of. */
	if (result->note != GROWTH_BETWEEN && result->note != GROWTH_IRREGULAR && result->note != GROWTH_FALLING)
		describe_best(w, &noise, result);
}

static void judge_exponent(const struct power_law *law, struct growth_result *result)
{
	bool flat = result->plausible & bit(GROWTH_1) && result->note != GROWTH_BETWEEN && !law->irregular;

	/* The best class may show a fixed part where a free exponent leaves it open, and the other way round. */
	result->of_growing_part = !flat && !law->irregular && law->curve.a > 0 &&
				  (law->fixed || result->of_growing_part);
	result->exponent = result->of_growing_part ? law->exponent : law->slope;
	result->lo = flat ? law->slope - law->slope_error : law->lo;
	result->hi = flat ? law->slope + law->slope_error : law->hi;
	/* The growing part that does not show may have any exponent. */
	if (result->note == GROWTH_UNSEEN)
		result->hi = INFINITY;
}

static void prepare(struct work *w)
{
	const struct growth_data *d = w->data;

	for (size_t i = 0; i < d->n; i++) {
		w->log_size[i] = log(d->size[i]);
		w->log_cost[i] = log(d->cost[i]);
		w->weight[i] = d->dof > 0 ? 1 / (d->variance[i] + FLOOR * FLOOR) : 1;
		w->mean_weight += w->weight[i] / (double)d->n;
	}
	w->points = (struct curve_points){d->n, w->log_cost, w->weight, w->scratch};
}

int growth_fit(const struct growth_data *data, double confidence, struct growth_result *result)
{
	size_t n = data->n;
	struct work w = {.data = data, .confidence = confidence};
	struct power_law law;

	*result = (struct growth_result){.note = GROWTH_TOO_FEW, .exponent = NAN, .lo = NAN, .hi = NAN, .a = NAN,
					 .b = NAN, .residual = NAN, .most_growth = NAN};
	if (n < GROWTH_SIZES_MIN)
		return 0;
	double *room = calloc(n, 5 * sizeof *room);
	if (!room)
		return -1;
	w.log_size = room;
	w.log_cost = room + n;
	w.weight = room + 2 * n;
	w.log_f = room + 3 * n;
	w.scratch = room + 4 * n;
	prepare(&w);
	fit_classes(&w);
	fit_power_law(&w, &law);
	judge_classes(&w, &law, result);
	judge_exponent(&law, result);
	free(room);
	return 0;
}
