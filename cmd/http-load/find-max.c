#include "find-max.h"

#include <math.h>

struct search {
	struct find_max *f;
	find_max_try *try_rate;
	void *data;
	double lo, hi;      /* the highest rate that held, the lowest that did not; 0: none yet */
	bool hi_invalid;    /* that was not the server's fault */
	bool stopped;
	bool spent;         /* no more tries */
};

const char *find_max_phase_name(enum find_max_phase phase)
{
	static const char *const names[] = {"bracket", "bisect", "confirm"};

	return names[phase];
}

/* Rates that people can read: as many digits as the precision asks for. */
static double tidy(const struct search *s, double rate)
{
	double digits = s->f->precision < 0.01 ? 4 : 3;
	double unit = pow(10, floor(log10(rate)) + 1 - digits);

	rate = round(rate / unit) * unit;
	return rate < s->f->lowest ? s->f->lowest : rate > s->f->highest ? s->f->highest : rate;
}

/* Try it, and move the end that this concerns. True where it held. */
static bool holds(struct search *s, double rate, enum find_max_phase phase)
{
	enum find_max_answer answer;

	if (s->stopped || s->spent)
		return false;
	if (s->f->steps == FIND_MAX_STEPS) {
		s->spent = true;
		return false;
	}
	s->f->steps++;
	answer = s->try_rate(s->data, rate, phase);
	if (answer == FIND_STOP) {
		s->stopped = true;
		return false;
	}
	if (answer == FIND_HOLDS) {
		s->lo = rate;
		return true;
	}
	s->hi = rate;
	s->hi_invalid = answer == FIND_INVALID;
	return false;
}

static bool over(const struct search *s)
{
	return s->stopped || s->spent;
}

/* Until lo holds and hi does not, or one of them is at the end of what may be tried. */
static void bracket(struct search *s)
{
	double rate = tidy(s, s->f->from);

	if (holds(s, rate, FIND_BRACKET)) {
		while (!over(s) && rate < s->f->highest && holds(s, rate = tidy(s, 2 * rate), FIND_BRACKET))
			;
	} else {
		while (!over(s) && rate > s->f->lowest && !holds(s, rate = tidy(s, rate / 2), FIND_BRACKET))
			;
	}
}

static void bisect(struct search *s)
{
	while (!over(s) && s->hi > s->lo * (1 + s->f->precision)) {
		double middle = tidy(s, sqrt(s->lo * s->hi));

		if (middle <= s->lo || middle >= s->hi)
			return;
		holds(s, middle, FIND_BISECT);
	}
}

/* What broke by chance below the truth broke off the search there: try it again, and go on from it if it holds. True
 * where it is done with. */
static bool confirm_above(struct search *s)
{
	double step = s->f->precision;

	if (!s->hi || !holds(s, s->hi, FIND_CONFIRM))
		return true;
	s->hi = 0;
	for (double rate = s->lo; !over(s) && rate < s->f->highest; step *= 2) {
		rate = tidy(s, rate * (1 + step));
		if (!holds(s, rate, FIND_BRACKET))
			break;
	}
	if (s->hi)
		bisect(s);
	return over(s);
}

/* The rate found has to hold again; where it does not, one lower has to, twice. False: none does. */
static bool confirm(struct search *s)
{
	double step = s->f->precision;

	while (!over(s)) {
		double rate = s->lo;

		if (holds(s, rate, FIND_CONFIRM)) {
			s->f->rate = rate;
			return true;
		}
		do {
			if (over(s) || rate <= s->f->lowest)
				return false;
			rate = tidy(s, rate / (1 + step));
			step *= 2;
			if (rate <= s->f->rate) /* which held twice before */
				return false;
		} while (!holds(s, rate, FIND_CONFIRM));
	}
	return false;
}

static enum find_max_end conclude(const struct search *s)
{
	if (s->stopped)
		return FIND_STOPPED;
	if (s->spent)
		return FIND_UNSTABLE;
	if (!s->f->rate)
		return s->hi_invalid ? FIND_NEVER_VALID : FIND_NEVER;
	if (!s->hi)
		return FIND_ALWAYS;
	return s->hi_invalid ? FIND_LIMITED : FIND_FOUND;
}

enum find_max_end find_max(struct find_max *f, find_max_try *try_rate, void *data)
{
	struct search s = {.f = f, .try_rate = try_rate, .data = data};

	f->rate = f->above = 0;
	f->steps = 0;
	bracket(&s);
	if (s.lo) {
		if (s.hi)
			bisect(&s);
		/* What is confirmed is not taken back by what is tried above it. */
		while (confirm(&s) && !confirm_above(&s))
			;
	}
	f->above = s.hi;
	return conclude(&s);
}
