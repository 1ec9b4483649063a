#include "sampler.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include "clock.h"
#include "records.h"

#define SECOND 1000000000LL
#define PSS_SHARE 100 /* reading it takes at most one part of so many of the time */
#define OWN_MIN 10    /* intervals for which the own cost is told: in less time its start is most of it */

const struct metric_kind metric_kinds[METRICS] = {
	[METRIC_RSS] = {"rss", UNIT_BYTES, BETTER_LOWER},
	[METRIC_PSS] = {"pss", UNIT_BYTES, BETTER_LOWER},
	[METRIC_CPU] = {"cpu", UNIT_ONE, BETTER_LOWER},
	[METRIC_THREADS] = {"threads", UNIT_ONE, BETTER_LOWER},
	[METRIC_FDS] = {"fds", UNIT_ONE, BETTER_LOWER},
	[METRIC_PROCESSES] = {"processes", UNIT_ONE, BETTER_LOWER},
	[METRIC_SWITCHES] = {"switches", UNIT_PER_SECOND, BETTER_LOWER},
	[METRIC_READ] = {"read", UNIT_BYTES_PER_SECOND, BETTER_NONE},
	[METRIC_WRITE] = {"write", UNIT_BYTES_PER_SECOND, BETTER_NONE},
};

static int64_t own_cpu(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return clock_timeval(u.ru_utime) + clock_timeval(u.ru_stime);
}

static double level(int64_t value)
{
	return value < 0 ? NAN : (double)value;
}

/* What came in between, for each second. */
static double rate(int64_t before, int64_t now, int64_t time)
{
	return before < 0 || now < before || time <= 0 ? NAN : (double)(now - before) * 1e9 / (double)time;
}

static void values_of(const struct reading *a, const struct reading *b, double value[METRICS])
{
	int64_t time = b->at - a->at;

	value[METRIC_RSS] = level(b->rss);
	value[METRIC_PSS] = level(b->pss);
	value[METRIC_CPU] = rate(a->cpu, b->cpu, time) / 1e9;
	value[METRIC_THREADS] = level(b->threads);
	value[METRIC_FDS] = level(b->fds);
	value[METRIC_PROCESSES] = level(b->processes);
	value[METRIC_SWITCHES] = rate(a->switches, b->switches, time);
	value[METRIC_READ] = rate(a->read, b->read, time);
	value[METRIC_WRITE] = rate(a->written, b->written, time);
}

static void count(struct running *r, double value)
{
	if (r->n == 0 || value > r->max)
		r->max = value;
	r->n++;
	r->sum += value;
}

static void see_peak(struct sampled *d, const struct reading *r)
{
	if (r->rss > d->max_rss)
		d->max_rss = r->rss;
	if (r->peak > d->max_rss)
		d->max_rss = r->peak;
}

void sampler_see_zombies(struct sampler *s, const struct reading *r)
{
	s->zombies = r->zombies > 0 && r->zombie == s->earlier_zombie ? r->zombies : 0;
	s->earlier_zombie = r->zombies > 0 ? r->zombie : 0;
	if (s->zombies > s->most_zombies) {
		s->most_zombies = s->zombies;
		s->zombie = r->zombie;
	}
}

/* 0, or -1 where nothing can be read any more. */
static int read_tree(struct sampler *s, int64_t now, struct reading *r)
{
	bool pss = s->pss && now >= s->next_pss;

	if (tree_read(s->tree, pss, r) < 0) {
		s->gone = errno == ESRCH;
		return -1;
	}
	if (pss) {
		int64_t cost = (clock_now() - now) * PSS_SHARE;

		s->next_pss = now + (cost > SECOND ? cost : SECOND);
	}
	s->gone = false;
	sampler_see_zombies(s, r);
	see_peak(&s->sampled, r);
	return 0;
}

static void sample(struct sampler *s, int64_t now)
{
	double value[METRICS];
	struct reading r;

	if (read_tree(s, now, &r) < 0)
		return;
	if (s->known) {
		values_of(&s->last, &r, value);
		for (int i = 0; i < METRICS; i++) {
			if (isfinite(value[i]))
				count(&s->sampled.metric[i], value[i]);
		}
		records_reading(s->records, s->sampled.name, value, s->last.at, r.at, (int64_t)s->sampled.ticks);
		s->sampled.ticks++;
	} else {
		s->first = r;
	}
	s->known = true;
	s->last = r;
}

bool sampler_knows_own(const struct sampler *s)
{
	return s->own_wall >= OWN_MIN * s->interval;
}

void sampler_begin(struct sampler *s, const struct records *rec, const char *name)
{
	int64_t now = clock_now();

	s->records = rec;
	s->sampled = (struct sampled){.name = name, .began = now, .cpu = NAN, .max_rss = -1};
	s->known = s->gone = false;
	s->next_pss = now + s->interval / 2; /* with the first sample */
	s->own_before = own_cpu();
	sample(s, now);
	s->next = now + s->interval;
}

void sampler_step(struct sampler *s, int64_t now)
{
	int64_t late;

	if (now < s->next)
		return;
	late = (now - s->next) / s->interval;
	s->sampled.missed += (uint64_t)late;
	s->next += (late + 1) * s->interval;
	sample(s, now);
}

struct sampled *sampler_end(struct sampler *s)
{
	int64_t now = clock_now();

	/* What is left over of an interval is sampled if it is most of one. */
	if (s->known && now - s->last.at > s->interval / 2 && !s->gone)
		sample(s, now);
	s->next = INT64_MAX;
	s->sampled.length = now - s->sampled.began;
	s->own_wall += s->sampled.length;
	s->own_cpu += own_cpu() - s->own_before;
	if (s->known && s->last.at > s->first.at)
		s->sampled.cpu = rate(s->first.cpu, s->last.cpu, s->last.at - s->first.at) / 1e9;
	return &s->sampled;
}
