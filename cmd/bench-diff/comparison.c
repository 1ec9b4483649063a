#include "comparison.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {"regression", "missing",     "incomparable", "inconclusive",
					    "changed",    "improvement", "new",          "unchanged"};

	return names[verdict];
}

const char *basis_unit(enum basis basis, bool one)
{
	static const char *const names[][2] = {
		{"", ""}, {"pairs", "pair"}, {"runs", "run"}, {"samples", "sample"}, {"intervals", "interval"}};

	return names[basis][one];
}

const char *basis_name(const struct comparison *c)
{
	return c->by_threshold ? "threshold" : basis_unit(c->basis, false);
}

void comparison_say(struct comparison *c, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	int n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		die("out of memory");
	if (!c->reason) {
		c->reason = text;
		return;
	}
	char *both = x_asprintf("%s; %s", c->reason, text);
	free(c->reason);
	free(text);
	c->reason = both;
}

/* How far it went the bad way, or for a metric of no direction any way. */
static double badness(const struct comparison *c)
{
	if (isnan(c->effect))
		return isnan(c->change) ? -INFINITY : INFINITY;
	switch (c->any->better) {
	case BETTER_LOWER:
		return c->effect;
	case BETTER_HIGHER:
		return -c->effect;
	default:
		return fabs(c->effect);
	}
}

static int compare(const void *a, const void *b)
{
	const struct comparison *x = a, *y = b;

	if (x->verdict != y->verdict)
		return x->verdict < y->verdict ? -1 : 1;
	double bad_x = badness(x), bad_y = badness(y);
	if (bad_x != bad_y)
		return bad_x > bad_y ? -1 : 1;
	int order = strcmp(x->label, y->label);
	return order ? order : (x->quantile > y->quantile) - (x->quantile < y->quantile);
}

void comparisons_finish(struct comparisons *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct comparison *c = &all->list[i];
		all->count[c->verdict]++;
		all->by_threshold += c->by_threshold;
		all->within_runs += !isnan(c->p) && (c->basis == BASIS_SAMPLES || c->basis == BASIS_INTERVALS);
	}
	if (all->n)
		qsort(all->list, all->n, sizeof *all->list, compare);
}

void comparisons_free(struct comparisons *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->list[i].owned_params);
		free(all->list[i].label);
		free(all->list[i].reason);
	}
	free(all->list);
	*all = (struct comparisons){0};
}
