/* What bench-diff's judgement makes of data whose truth is known: false alarms, changes found, and how often the
 * interval holds the true ratio. TAP; the seed is fixed, so that the figures are the same at each run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/bench-diff/judge.h"
#include "../../cmd/bench-diff/pairing.h"
#include "die.h"
#include "rng.h"

#define SEED 20261120
#define BENCHES 20

struct experiment {
	const char *what;
	size_t files, runs, samples; /* samples in each run */
	double cv;                   /* of the noise of samples, lognormal */
	double run_cv;               /* and of what all samples of a run share */
	double ratio;                /* the true one, current to baseline */
	size_t changed;              /* how many benchmarks have it, the first ones; the others 1 */
};

struct result {
	size_t files, false_alarms, found; /* files with a regression where there is none, and where there is */
	size_t intervals, covered;
	size_t count[VERDICT_COUNT];       /* of benchmarks without a change */
	size_t unaltered;
};

static void add_run(struct series_set *set, const struct experiment *x, struct rng *rng, size_t run, double ratio)
{
	/* A lognormal's coefficient of variation is sqrt(exp(sigma^2) - 1). */
	double sigma = sqrt(log1p(x->cv * x->cv)), run_sigma = sqrt(log1p(x->run_cv * x->run_cv));
	char id[32], bench[32];

	snprintf(id, sizeof id, "%zu", run);
	for (size_t b = 0; b < BENCHES; b++) {
		double common = x->run_cv > 0 ? run_sigma * rng_normal(rng) : 0;
		snprintf(bench, sizeof bench, "cmd/%02zu", b);
		for (size_t i = 0; i < x->samples; i++) {
			struct record r = record_new(RECORD_SAMPLE);
			r.run = id;
			r.bench = bench;
			r.metric = "latency";
			r.unit = UNIT_NS;
			r.better = BETTER_LOWER;
			r.mode = MODE_REAL;
			r.value = 1e7 * (double)(b + 1) * exp(sigma * rng_normal(rng) + common) *
				  (b < x->changed ? ratio : 1);
			if (series_add(set, &r) != 0)
				die("%s", series_error(set));
		}
	}
}

static struct series_set *make_side(const struct experiment *x, const struct series_options *options,
				    uint64_t stream, double ratio)
{
	struct series_set *set = series_new(options);
	struct rng rng;

	if (!set)
		die("out of memory");
	rng_seed(&rng, SEED, stream);
	for (size_t run = 0; run < x->runs; run++)
		add_run(set, x, &rng, run, ratio);
	return set;
}

static void count(const struct experiment *x, const struct comparisons *all, struct result *result)
{
	bool alarm = false, found = false;

	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->list[i];
		bool changed = strtoul(strchr(c->base->bench, '/') + 1, NULL, 10) < x->changed;
		double truth = changed ? x->ratio - 1 : 0;
		bool regression = c->verdict == VERDICT_REGRESSION;
		result->intervals++;
		result->covered += c->lo <= truth && truth <= c->hi;
		alarm = alarm || (regression && !changed);
		found = found || (regression && changed);
		result->unaltered += !changed;
		result->count[c->verdict] += !changed;
	}
	result->files++;
	result->false_alarms += alarm;
	result->found += found;
}

static struct result run(const struct experiment *x, uint64_t number)
{
	static const struct series_options options = {0};
	const struct judge_options judgement = {.alpha = 0.05};
	struct result result = {0};

	for (size_t file = 0; file < x->files; file++) {
		uint64_t stream = number << 32 | file << 1;
		struct series_set *base = make_side(x, &options, stream, 1);
		struct series_set *current = make_side(x, &options, stream + 1, x->ratio);
		struct comparisons all = {0};
		pair_sets(&all, base, current);
		judge(&all, &judgement);
		count(x, &all, &result);
		comparisons_free(&all);
		series_free(base);
		series_free(current);
	}
	return result;
}

static double percent(size_t part, size_t of)
{
	return of ? 100.0 * (double)part / (double)of : NAN;
}

static bool failed;

static void tap(unsigned number, bool passed, const char *what, double figure, const char *wanted)
{
	printf("%sok %u - %s: %.2f %% (%s)\n", passed ? "" : "not ", number, what, figure, wanted);
	failed = failed || !passed;
}

static void tell(const char *what, const struct result *r)
{
	printf("# %s: false regression in %.2f %% of %zu files; of unchanged benchmarks %.1f %% called so, "
	       "%.1f %% inconclusive; interval covers %.2f %%\n",
	       what, percent(r->false_alarms, r->files), r->files, percent(r->count[VERDICT_UNCHANGED], r->unaltered),
	       percent(r->count[VERDICT_INCONCLUSIVE], r->unaltered), percent(r->covered, r->intervals));
	fflush(stdout);
}

static void show_false_alarms(void)
{
	struct experiment x = {.files = 1000, .runs = 10, .samples = 1, .cv = 0.05, .ratio = 1};
	struct result r = run(&x, 1);

	tap(1, percent(r.false_alarms, r.files) <= 5, "A/A, n = 10 a side: files of 20 with a false regression",
	    percent(r.false_alarms, r.files), "at most 5");
	tell("A/A, n = 10, CV 5 %", &r);
	x.runs = 20;
	r = run(&x, 2);
	tell("A/A, n = 20, CV 5 %", &r);
	x.cv = 0.2;
	r = run(&x, 3);
	tell("A/A, n = 20, CV 20 %", &r);
}

static void show_power(void)
{
	struct experiment x = {
		.files = 1000, .runs = 20, .samples = 1, .cv = 0.05, .ratio = 1.1, .changed = 1};
	struct result r = run(&x, 4);

	tap(2, percent(r.found, r.files) >= 95, "+10 % in one of 20, n = 20 a side: found", percent(r.found, r.files),
	    "at least 95");
	tell("+10 %, n = 20, CV 5 %", &r);
	x.runs = 10;
	r = run(&x, 5);
	printf("# +10 %%, n = 10, CV 5 %%: found in %.2f %% of %zu files\n", percent(r.found, r.files), r.files);
}

static void show_coverage(void)
{
	static const size_t runs[] = {10, 20, 50};

	for (unsigned i = 0; i < 3; i++) {
		struct experiment x = {.files = 500, .runs = runs[i], .samples = 1, .cv = 0.05, .ratio = 1.1,
				       .changed = BENCHES};
		struct result r = run(&x, 6 + i);
		char what[80];
		snprintf(what, sizeof what, "95 %% interval of the ratio 1.1, n = %zu, covers it", runs[i]);
		tap(3 + i, percent(r.covered, r.intervals) >= 93 && percent(r.covered, r.intervals) <= 97, what,
		    percent(r.covered, r.intervals), "93 to 97");
	}
}

/* Why runs are the unit: the same noise, 30 values a side, but in 3 runs that differ by 3 %. */
static void show_correlation(void)
{
	struct experiment x = {
		.files = 300, .runs = 3, .samples = 10, .cv = 0.04, .run_cv = 0.03, .ratio = 1};
	struct result r = run(&x, 9);

	tell("A/A, 3 runs of 10 samples, runs differ by 3 %, judged by samples", &r);
	x.runs = 10;
	r = run(&x, 10);
	tell("A/A, 10 runs of 10 samples, runs differ by 3 %, judged by runs", &r);
}

int main(int argc, char **argv)
{
	(void)argc;
	die_init(argv);
	puts("1..5");
	show_false_alarms();
	show_power();
	show_coverage();
	show_correlation();
	return finish(failed ? STATUS_TROUBLE : STATUS_DONE);
}
