/* What bench-fit makes of data whose growth is known: how often the true class is lost, and how often it is the
 * only one left. TAP; the seed is fixed, so that the figures are the same at each run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/bench-fit/groups.h"
#include "die.h"
#include "rng.h"

#define SEED 20261120
#define TRIES 200
#define NOISE 0.05

static const double sizes[] = {100, 500, 1000, 5000, 10000};
#define SIZES (sizeof sizes / sizeof *sizes)

struct experiment {
	enum growth class;  /* the true one; GROWTH_NONE: a power of n */
	double power;
	bool fixed;         /* a fixed part of 10 times the least growing one */
	size_t samples;     /* of each size */
	double shift;       /* what the samples of a size have in common, as a standard deviation */
};

struct result {
	size_t lost;        /* the true class is not among the plausible ones */
	size_t claimed;     /* it is the only one */
	size_t plausible[GROWTH_COUNT];
	size_t kept;        /* classes, in all */
	size_t covered;     /* the interval holds the true exponent */
};

static double growing_part(const struct experiment *x, double n)
{
	switch (x->class) {
	case GROWTH_1:
		return 1;
	case GROWTH_LOG_N:
		return log2(n);
	case GROWTH_N_LOG_N:
		return n * log2(n);
	default:
		return pow(n, x->power);
	}
}

static void add_try(struct series_set *set, const struct experiment *x, struct rng *rng, size_t try)
{
	char bench[32], params[32];

	snprintf(bench, sizeof bench, "try/%03zu", try);
	for (size_t i = 0; i < SIZES; i++) {
		double cost = growing_part(x, sizes[i]) + (x->fixed ? 10 * growing_part(x, sizes[0]) : 0);
		cost *= exp(x->shift * rng_normal(rng));
		snprintf(params, sizeof params, "{\"n\":%.0f}", sizes[i]);
		for (size_t k = 0; k < x->samples; k++) {
			struct record r = record_new(RECORD_SAMPLE);
			r.run = "r";
			r.bench = bench;
			r.params = params;
			r.metric = "latency";
			r.unit = UNIT_NS;
			r.better = BETTER_LOWER;
			r.mode = MODE_REAL;
			r.value = 1e4 * cost * exp(NOISE * rng_normal(rng));
			if (series_add(set, &r) != 0)
				die("%s", series_error(set));
		}
	}
}

static void count(const struct experiment *x, const struct growth_result *found, struct result *result)
{
	enum growth truth = x->class;

	result->lost += !(found->plausible >> truth & 1);
	result->claimed += found->plausible == 1u << truth;
	result->covered += found->lo <= x->power && x->power <= found->hi;
	for (int class = GROWTH_1; class < GROWTH_COUNT; class++) {
		result->plausible[class] += found->plausible >> class & 1;
		result->kept += found->plausible >> class & 1;
	}
}

static struct result run(const struct experiment *x, uint64_t number)
{
	const struct series_options options = {0};
	struct group_options o = {.x = "n", .confidence = 0.99};
	struct series_set *set = series_new(&options);
	struct groups groups;
	struct result result = {0};
	struct rng rng;

	statistic_parse("median", &o.statistic);
	rng_seed(&rng, SEED, number);
	if (!set)
		die("out of memory");
	for (size_t i = 0; i < TRIES; i++)
		add_try(set, x, &rng, i);
	if (groups_fit(&groups, set, &o) != 0 || groups.n != TRIES)
		die("out of memory");
	for (size_t i = 0; i < groups.n; i++)
		count(x, &groups.group[i].result, &result);
	groups_free(&groups);
	series_free(set);
	return result;
}

static double percent(size_t part)
{
	return 100.0 * (double)part / TRIES;
}

static unsigned points;
static bool failed;

static void tap(bool passed, const char *what, double figure, const char *wanted)
{
	printf("%sok %u - %s: %.1f %% (%s)\n", passed ? "" : "not ", ++points, what, figure, wanted);
	failed = failed || !passed;
}

static const double powers[GROWTH_COUNT] = {
	[GROWTH_1] = 0, [GROWTH_LOG_N] = NAN, [GROWTH_N] = 1, [GROWTH_N_LOG_N] = NAN, [GROWTH_N2] = 2, [GROWTH_N3] = 3,
};
static const size_t samples[] = {1, 5, 10};

/* The results of all classes: [class][with a fixed part][samples]. */
static struct result all[GROWTH_OVER][2][3];

static void show_classes(void)
{
	char what[80];

	for (int i = 0; i < 3; i++) {
		for (int class = GROWTH_1; class < GROWTH_OVER; class++) {
			for (int fixed = 0; fixed < (class == GROWTH_1 ? 1 : 2); fixed++) {
				struct experiment x = {.class = (enum growth)class, .power = powers[class],
						       .fixed = fixed, .samples = samples[i]};
				struct result *r = &all[class][fixed][i];
				*r = run(&x, (uint64_t)(i << 8 | class << 1 | fixed));
				snprintf(what, sizeof what, "%s%s, %zu sample%s a size: the class is lost",
					 growth_name(x.class), fixed ? " + fixed" : "", x.samples,
					 x.samples == 1 ? "" : "s");
				tap(percent(r->lost) < 2, what, percent(r->lost), "under 2");
				printf("#   the only one left in %.1f %%, of %.2f on average\n", percent(r->claimed),
				       (double)r->kept / TRIES);
			}
		}
	}
}

/* An answer that names every class is never wrong: what must be told apart is. */
static void show_power(void)
{
	static const struct {
		enum growth class;
		int fixed, samples;
		double floor; /* percent */
	} floors[] = {
		{GROWTH_1, 0, 2, 50},	{GROWTH_LOG_N, 0, 1, 90}, {GROWTH_LOG_N, 0, 2, 95},    {GROWTH_N, 0, 1, 90},
		{GROWTH_N, 0, 2, 95},	{GROWTH_N, 1, 2, 75},	  {GROWTH_N_LOG_N, 0, 1, 95},  {GROWTH_N_LOG_N, 1, 1, 75},
		{GROWTH_N_LOG_N, 1, 2, 90}, {GROWTH_N2, 0, 0, 97}, {GROWTH_N2, 1, 0, 97},      {GROWTH_N3, 0, 0, 97},
		{GROWTH_N3, 1, 0, 97},
	};
	char what[80], wanted[32];

	for (size_t i = 0; i < sizeof floors / sizeof *floors; i++) {
		const struct result *r = &all[floors[i].class][floors[i].fixed][floors[i].samples];
		snprintf(what, sizeof what, "%s%s, %zu a size: the only one left", growth_name(floors[i].class),
			 floors[i].fixed ? " + fixed" : "", samples[floors[i].samples]);
		snprintf(wanted, sizeof wanted, "at least %.0f", floors[i].floor);
		tap(percent(r->claimed) >= floors[i].floor, what, percent(r->claimed), wanted);
	}
	size_t confused = 0;
	for (int i = 0; i < 3; i++)
		confused += all[GROWTH_N][0][i].plausible[GROWTH_N2] + all[GROWTH_N2][0][i].plausible[GROWTH_N];
	tap(confused == 0, "O(n) and O(n^2) are taken for each other", percent(confused) / 6, "never");
}

static void show_coverage(void)
{
	size_t covered = 0, tries = 0;

	for (int class = GROWTH_1; class < GROWTH_OVER; class++) {
		if (isnan(powers[class]))
			continue;
		for (int fixed = 0; fixed < (class == GROWTH_1 ? 1 : 2); fixed++) {
			for (int i = 0; i < 3; i++) {
				covered += all[class][fixed][i].covered;
				tries += TRIES;
			}
		}
	}
	double share = 100.0 * (double)covered / (double)tries;
	tap(share >= 98.5, "99 % interval of the exponent holds the true one", share, "at least 98.5");
}

/* A power that is none of the classes is bounded by the next one, and never by a lesser. */
static void show_powers_between(void)
{
	static const struct {
		double power;
		enum growth bound;
	} between[] = {{0.5, GROWTH_N}, {1.5, GROWTH_N2}, {2.5, GROWTH_N3}, {4, GROWTH_OVER}};
	char what[80];

	for (unsigned i = 0; i < 4; i++) {
		struct experiment x = {.class = between[i].bound, .power = between[i].power, .samples = 10};
		struct result r = run(&x, 1000 + i);
		snprintf(what, sizeof what, "n^%g, 10 a size: %s is the only one left", x.power, growth_name(x.class));
		tap(percent(r.claimed) >= 98, what, percent(r.claimed), "at least 98");
	}
}

/* Why runs are better than samples of one: what all samples of a size share is no noise that they show. */
static void show_shift(void)
{
	for (int class = GROWTH_1; class < GROWTH_OVER; class++) {
		struct experiment x = {.class = (enum growth)class, .power = powers[class], .fixed = class != GROWTH_1,
				       .samples = 10, .shift = 0.03};
		struct result r = run(&x, 2000 + (uint64_t)class);
		printf("# %s%s, 10 a size, sizes off by 3 %% more: lost in %.1f %%, the only one left in %.1f %%\n",
		       growth_name(x.class), x.fixed ? " + fixed" : "", percent(r.lost), percent(r.claimed));
	}
}

int main(int argc, char **argv)
{
	(void)argc;
	die_init(argv);
	show_classes();
	show_power();
	show_coverage();
	show_powers_between();
	show_shift();
	printf("1..%u\n", points);
	return finish(failed ? STATUS_TROUBLE : STATUS_DONE);
}
