#ifndef BENCH_DIFF_RULES_H
#define BENCH_DIFF_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "series.h"

/* Thresholds and floors: "VALUE", "METRIC=VALUE" or "BENCH METRIC=VALUE", with globs for the
 * names; of the rules that match a measurement the last one counts. */

struct rule {
	char *bench, *metric; /* globs; owned */
	double value;
	enum unit unit;
	bool any_unit;        /* the value was written without one: it is in the metric's own */
};

struct rules {
	struct rule *rule;
	size_t n;
};

/* Take an option's argument, or die_usage(). A threshold is a share, a floor a quantity. */
void rules_add_threshold(struct rules *rules, const char *spec);
void rules_add_floor(struct rules *rules, const char *spec);
void rules_free(struct rules *rules);

/* The value for this measurement; otherwise where no rule matches. A rule in another unit does not. */
double rules_value(const struct rules *rules, const struct series *series, double otherwise);

#endif
