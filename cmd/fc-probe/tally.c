#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "load.h"

static struct hist *new_hist(void)
{
	struct hist *h = hist_new();

	if (!h)
		die("out of memory");
	return h;
}

struct tally *tally_new(uint64_t count)
{
	struct tally *t = x_calloc(1, sizeof *t);

	for (size_t i = 0; i < VALUES; i++)
		t->hist[i] = new_hist();
	t->given_up = new_hist();
	if (count <= TALLY_SAMPLES)
		t->sample = x_calloc(count ? count : 1, sizeof *t->sample);
	return t;
}

void tally_free(struct tally *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < VALUES; i++)
		hist_free(t->hist[i]);
	hist_free(t->given_up);
	free(t->sample);
	free(t);
}

void tally_add(struct tally *t, const struct op *op)
{
	bool ok = !op->why[0];

	if (!t->done || op->begin < t->begin)
		t->begin = op->begin;
	if (!t->done || op->end > t->end)
		t->end = op->end;
	t->done++;
	t->calls += op->calls;
	t->allocs += op->allocs;
	t->alloc_bytes += op->alloc_bytes;
	t->cancelled += op->cancelled;
	if (!ok) {
		if (!t->failed++)
			snprintf(t->why, sizeof t->why, "%s", op->why);
		t->cancelled_failed += op->cancelled;
		if (op->given_up >= 0 && hist_record(t->given_up, op->given_up, 1) < 0)
			die("out of memory");
	}
	if (op->leaked) {
		t->leaked++;
		t->left = t->left ? t->left : op->leaked;
	}
	if (t->sample) {
		struct tally_sample *s = &t->sample[t->samples++];

		s->begin = op->begin;
		s->ok = ok;
		memcpy(s->value, op->value, sizeof s->value);
	}
	for (unsigned i = 0; ok && i < op->nseries; i++)
		if (hist_record(t->hist[0], op->series[i], 1) < 0)
			die("out of memory");
	for (size_t i = 0; ok && i < VALUES; i++)
		if (op->value[i] >= 0 && hist_record(t->hist[i], op->value[i], 1) < 0)
			die("out of memory");
}

void tally_wave(struct tally *t, int64_t took, bool whole)
{
	t->busy += took;
	t->waves += whole;
	t->waves_busy += whole ? took : 0;
}
