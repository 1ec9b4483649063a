#include "timeline.h"

#include <pthread.h>
#include <stdlib.h>

#include "die.h"

struct timeline {
	pthread_mutex_t lock;
	size_t series;
	size_t room;         /* slots at most */
	int64_t begin, interval;
	uint64_t factor;     /* intervals to a slot */
	size_t slots;        /* that hold anything, or lie before one that does */
	int64_t duration;
	struct hist **hist;  /* by slot, then by series; NULL where there is nothing */
};

static struct hist **cell(const struct timeline *t, size_t slot, size_t series)
{
	return &t->hist[slot * t->series + series];
}

struct timeline *timeline_new(size_t series, int64_t interval, size_t slots)
{
	struct timeline *t = x_calloc(1, sizeof *t);

	pthread_mutex_init(&t->lock, NULL);
	t->series = series;
	t->interval = interval;
	t->room = slots;
	t->factor = 1;
	t->hist = x_calloc(series * slots, sizeof(struct hist *));
	return t;
}

void timeline_free(struct timeline *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->series * t->room; i++)
		hist_free(t->hist[i]);
	free(t->hist);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

void timeline_start(struct timeline *t, int64_t begin)
{
	t->begin = begin;
}

/* Take from's values into *to, and from itself where *to is NULL; *from is then NULL. 0, or -1. */
static int take(struct hist **to, struct hist **from)
{
	int result = 0;

	if (!*from || hist_count(*from) == 0)
		return 0;
	if (*to) {
		result = hist_merge(*to, *from);
	} else {
		*to = *from;
		*from = NULL;
	}
	return result;
}

static int join_slots(struct timeline *t, size_t to, size_t from)
{
	int result = 0;

	if (to == from)
		return 0;
	for (size_t i = 0; i < t->series; i++) {
		if (take(cell(t, to, i), cell(t, from, i)) < 0)
			result = -1;
		hist_free(*cell(t, from, i));
		*cell(t, from, i) = NULL;
	}
	return result;
}

/* Two slots become one, so that there is room again. */
static int halve(struct timeline *t)
{
	int result = 0;

	for (size_t slot = 0; slot < t->slots; slot++) {
		if (join_slots(t, slot / 2, slot) < 0)
			result = -1;
	}
	t->slots = (t->slots + 1) / 2;
	t->factor *= 2;
	return result;
}

static int hand_over(struct recorder *r)
{
	struct timeline *t = r->timeline;
	int result = 0;
	size_t slot;

	while (r->interval / t->factor >= t->room) {
		if (halve(t) < 0)
			result = -1;
	}
	slot = r->interval / t->factor;
	for (size_t i = 0; i < t->series; i++) {
		if (hist_count(r->hist[i]) && slot >= t->slots)
			t->slots = slot + 1;
		if (take(cell(t, slot, i), &r->hist[i]) < 0)
			result = -1;
	}
	return result;
}

void recorder_turn(struct recorder *r, int64_t now)
{
	struct timeline *t = r->timeline;

	pthread_mutex_lock(&t->lock);
	if (hand_over(r) < 0)
		r->failed = true;
	pthread_mutex_unlock(&t->lock);
	for (size_t i = 0; i < t->series; i++) {
		if (r->hist[i] && hist_count(r->hist[i]) == 0)
			continue;
		hist_free(r->hist[i]);
		r->hist[i] = hist_new();
		if (!r->hist[i])
			die("out of memory");
	}
	r->interval = (uint64_t)((now - t->begin) / t->interval);
	r->until = t->begin + ((int64_t)r->interval + 1) * t->interval;
}

void recorder_open(struct recorder *r, struct timeline *t)
{
	*r = (struct recorder){.timeline = t, .until = t->begin + t->interval};
	r->hist = x_calloc(t->series + 1, sizeof(struct hist *));
	for (size_t i = 0; i < t->series; i++) {
		r->hist[i] = hist_new();
		if (!r->hist[i])
			die("out of memory");
	}
}

void recorder_close(struct recorder *r)
{
	if (!r->hist)
		return;
	pthread_mutex_lock(&r->timeline->lock);
	if (hand_over(r) < 0)
		r->failed = true;
	pthread_mutex_unlock(&r->timeline->lock);
	for (size_t i = 0; i < r->timeline->series; i++)
		hist_free(r->hist[i]);
	free(r->hist);
	r->hist = NULL;
}

struct hist *timeline_peek(struct timeline *t, size_t series, int64_t now)
{
	uint64_t interval = now > t->begin ? (uint64_t)((now - t->begin) / t->interval) : 0;
	struct hist *copy = interval ? hist_new() : NULL;
	const struct hist *h = NULL;

	if (!copy)
		return NULL;
	pthread_mutex_lock(&t->lock);
	if ((interval - 1) / t->factor < t->slots)
		h = *cell(t, (interval - 1) / t->factor, series);
	if (!h || hist_merge(copy, h) < 0) {
		hist_free(copy);
		copy = NULL;
	}
	pthread_mutex_unlock(&t->lock);
	return copy;
}

void timeline_end(struct timeline *t, int64_t end)
{
	int64_t slot_length = t->interval * (int64_t)t->factor;
	size_t last;

	t->duration = end > t->begin ? end - t->begin : 1;
	/* The slot that the end is in, and the empty ones up to there. */
	last = (size_t)((t->duration - 1) / slot_length);
	while (last >= t->room) {
		if (halve(t) < 0)
			die("out of memory");
		slot_length = t->interval * (int64_t)t->factor;
		last = (size_t)((t->duration - 1) / slot_length);
	}
	/* What took place at the very end may have gone into a slot of its own. */
	while (t->slots > last + 1) {
		if (join_slots(t, t->slots - 2, t->slots - 1) < 0)
			die("out of memory");
		t->slots--;
	}
	t->slots = last + 1;
	if (t->slots > 1 && t->duration - (int64_t)last * slot_length < slot_length / 2) {
		if (join_slots(t, last - 1, last) < 0)
			die("out of memory");
		t->slots--;
	}
}

size_t timeline_slots(const struct timeline *t)
{
	return t->slots;
}

void timeline_slot(const struct timeline *t, size_t slot, int64_t *from, int64_t *length)
{
	int64_t slot_length = t->interval * (int64_t)t->factor;

	*from = (int64_t)slot * slot_length;
	*length = slot + 1 == t->slots ? t->duration - *from : slot_length;
}

const struct hist *timeline_hist(const struct timeline *t, size_t slot, size_t series)
{
	return *cell(t, slot, series);
}

struct hist *timeline_total(const struct timeline *t, size_t series)
{
	struct hist *total = hist_new();

	for (size_t slot = 0; total && slot < t->slots; slot++) {
		const struct hist *h = timeline_hist(t, slot, series);

		if (h && hist_merge(total, h) < 0) {
			hist_free(total);
			total = NULL;
		}
	}
	if (!total)
		die("out of memory");
	return total;
}
