#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

/* What cost is b times, in the words of the classes. */
static const char *const shapes[] = {
	[GROWTH_LOG_N] = "log n", [GROWTH_N] = "n",	[GROWTH_N_LOG_N] = "n log n",
	[GROWTH_N2] = "n^2",	  [GROWTH_N3] = "n^3",
};

char *wording_name(const struct group *g)
{
	char *label = series_label(&g->identity);

	if (!label)
		die("out of memory");
	return label;
}

/* Append; takes text over. */
static char *append(char *text, const char *between, const char *more)
{
	char *all = x_asprintf("%s%s%s", text, between, more);

	free(text);
	return all;
}

/* "cannot tell O(n) from O(n log n), O(n^2)" */
static char *cannot_tell(unsigned classes)
{
	const char *between = "";
	char *text = x_strdup("cannot tell ");

	for (int class = GROWTH_1; class < GROWTH_COUNT; class++) {
		if (!(classes >> class & 1))
			continue;
		text = append(text, between, growth_name((enum growth)class));
		between = *between ? ", " : " from ";
	}
	return text;
}

static char *unseen(const struct group *g)
{
	char *text = cannot_tell(g->result.plausible), *more;
	double most = g->result.most_growth;

	more = most < 9 ? x_asprintf(": from %g to %g it may cost nothing more, or %.0f %% more", g->smallest, g->largest,
				     100 * most)
			: x_asprintf(": from %g to %g it may cost nothing more, or %.3g times as much", g->smallest,
				     g->largest, 1 + most);
	text = append(text, "", more);
	free(more);
	return text;
}

static char *too_few(const struct group *g)
{
	if (g->without)
		return x_asprintf("%zu size%s with a value, of %zu: it takes %d", g->sizes, g->sizes == 1 ? "" : "s",
				  g->sizes + g->without, GROWTH_SIZES_MIN);
	return x_asprintf("%zu size%s: it takes %d", g->sizes, g->sizes == 1 ? "" : "s", GROWTH_SIZES_MIN);
}

static char *between(const struct group *g, const char *x)
{
	const struct growth_result *r = &g->result;
	char classes[GROWTH_TEXT_MAX];

	if (r->class == GROWTH_OVER)
		return x_asprintf("no class fits: it grows faster than %s^3", x);
	growth_format(classes, r->plausible);
	return x_asprintf("no class fits: it grows as %s^%.2f, which %s bounds", x, r->exponent, classes);
}

char *wording_reason(const struct group *g, const char *x)
{
	if (g->free_of_cost)
		return x_strdup("the cost is 0 at every size");
	if (g->not_positive)
		return x_asprintf("the cost is 0 or less at %zu of %zu sizes: no growth to fit", g->not_positive, g->sizes);
	switch (g->result.note) {
	case GROWTH_TOO_FEW:
		return too_few(g);
	case GROWTH_SEVERAL:
		return cannot_tell(g->result.plausible);
	case GROWTH_UNSEEN:
		return unseen(g);
	case GROWTH_FALLING:
		return x_asprintf("the cost falls as %s grows", x);
	case GROWTH_BETWEEN:
		return between(g, x);
	case GROWTH_IRREGULAR:
		return x_asprintf("nothing fits: from size to size it grows with exponents from %.2f to %.2f", g->result.lo,
				  g->result.hi);
	default:
		return NULL;
	}
}

char *wording_equation(const struct group *g)
{
	const struct growth_result *r = &g->result;
	char fixed[UNIT_TEXT_MAX], slope[UNIT_TEXT_MAX];

	if (isnan(r->a))
		return x_strdup("-");
	unit_format(fixed, g->identity.unit, r->a);
	if (r->class == GROWTH_1)
		return x_strdup(fixed);
	unit_format(slope, g->identity.unit, r->b);
	return r->a > 0 ? x_asprintf("%s + %s \xc3\x97 %s", fixed, slope, shapes[r->class])
			: x_asprintf("%s \xc3\x97 %s", slope, shapes[r->class]);
}

/* Rounded, and never -0. */
static double hundredths(double x)
{
	return round(100 * x) / 100 + 0.0;
}

char *wording_exponent(const struct group *g)
{
	return isnan(g->result.exponent) ? x_strdup("-") : x_asprintf("%.2f", hundredths(g->result.exponent));
}

char *wording_interval(const struct group *g)
{
	const struct growth_result *r = &g->result;

	if (isnan(r->lo))
		return x_strdup("-");
	if (isinf(r->hi))
		return x_asprintf("%.2f or more", hundredths(r->lo));
	return x_asprintf("%.2f to %.2f", hundredths(r->lo), hundredths(r->hi));
}

char *wording_left_out(const struct left_out *l, const char *x)
{
	char *label = series_label(l->series), *text;

	if (!label)
		die("out of memory");
	if (l->twice)
		text = x_asprintf("%s: left out: its '%s' equals another's", label, x);
	else if (l->value)
		text = x_asprintf("%s: left out: its '%s' is no number over 0", label, x);
	else
		text = x_asprintf("%s: left out: it has no param '%s'", label, x);
	free(label);
	return text;
}
