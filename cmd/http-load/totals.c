#include "totals.h"

#include <inttypes.h>
#include <stdlib.h>

#include "die.h"

struct hist *totals_hist(const struct step_result *r, const struct mix *mix, size_t which)
{
	struct hist *all = timeline_total(r->timeline, series_of(0, which));

	for (size_t i = 1; i < mix->n; i++) {
		struct hist *one = timeline_total(r->timeline, series_of(i, which));

		if (hist_merge(all, one) < 0)
			die("out of memory");
		hist_free(one);
	}
	return all;
}

uint64_t totals_failed(const struct tally *t)
{
	uint64_t failed = 0;

	for (size_t i = 0; i < FAILURE_COUNT; i++)
		failed += t->failed[i];
	return failed;
}

double totals_throughput(const struct step_result *r, const struct tally *t)
{
	return (double)(t->done - t->drained + t->carried) * 1e9 / (double)(r->end - r->begin);
}

enum mode totals_mode(const struct tally *t, enum mode asked)
{
	if (asked == MODE_MOCK || (t->mock && !t->real))
		return MODE_MOCK;
	return t->mock ? MODE_MIXED : MODE_REAL;
}

char *totals_classes(const struct tally *t)
{
	bool told[FAILURE_COUNT] = {false};
	char *text = x_strdup("");

	for (;;) {
		size_t most = 0;
		char *more;

		for (size_t i = 1; i < FAILURE_COUNT; i++) {
			if (!told[i] && t->failed[i] && (!most || t->failed[i] > t->failed[most]))
				most = i;
		}
		if (!most)
			return text;
		told[most] = true;
		more = x_asprintf("%s%s%" PRIu64 " %s", text, *text ? ", " : "", t->failed[most],
				  failure_name((enum failure)most));
		free(text);
		text = more;
	}
}
