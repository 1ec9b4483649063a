#include "diffs.h"

#include <stdbool.h>
#include <stdlib.h>

#include "stat.h"

/* The differences are a matrix that rises along its rows (j) and falls down its
 * columns (i), so how many lie below a value is counted by one walk along the border
 * (Johnson and Mizoguchi, SIAM J. Comput. 7, 1978). Counting at two values that
 * bracket the rank wanted leaves the differences between them as candidates. The two
 * are read off a systematic sample of the candidates left (the idea of Floyd and
 * Rivest's SELECT, Comm. ACM 18, 1975); once there are few enough candidates they are
 * laid out and sorted. Where a sample serves badly the interval is halved instead,
 * counted in representable doubles, so that no data takes more than some hundred walks. */

#define SAMPLE_MIN 1024
#define SAMPLE_MAX 65536
#define VALUES_A_ROW 8   /* how the sample divides into rows and values in them */
#define MARGIN 24        /* places in the sample to either side of the rank's own */
#define CANDIDATES_MIN 4096

struct fence { /* a value, and how many differences are below it, and not above it */
	double at;
	uint64_t below, through;
};

struct bracket { /* the candidates lie strictly between */
	struct fence lo, hi;
};

struct row {
	size_t i, from, to; /* the candidates in it */
};

struct diffs {
	const double *x, *y;
	size_t nx, ny;
	struct bracket all;
	struct fence tie;       /* the last rank found on a fence */
	double *value;          /* a sample, or all candidates of a bracket, sorted */
	size_t room;
	uint64_t first, count;  /* the ranks laid out in value, none while it holds a sample */
	struct row *row;        /* sampled */
	size_t nrows, nsample;
};

/* Where a walk stands: the rows before i are done, and of row i the j first are counted. */
struct walk {
	size_t i, j;
	uint64_t count;
};

static void walk_below(const struct diffs *d, struct walk *w, double t)
{
	while (w->i < d->nx && w->j < d->ny) {
		size_t below = d->y[w->j] - d->x[w->i] < t;

		w->count += w->j & (below - 1);
		w->j += below;
		w->i += 1 - below;
	}
	w->count += (uint64_t)(d->nx - w->i) * w->j;
}

static void walk_through(const struct diffs *d, struct walk *w, double t)
{
	while (w->i < d->nx && w->j < d->ny) {
		size_t through = d->y[w->j] - d->x[w->i] <= t;

		w->count += w->j & (through - 1);
		w->j += through;
		w->i += 1 - through;
	}
	w->count += (uint64_t)(d->nx - w->i) * w->j;
}

/* Both walks go side by side as far as they can: each step waits for the one before,
 * and the other walk's steps fill the time. */
static struct fence fence_at(const struct diffs *d, double t)
{
	const double *x = d->x, *y = d->y;
	struct walk b = { 0, 0, 0 }, e = { 0, 0, 0 };

	while (b.i < d->nx && b.j < d->ny && e.i < d->nx && e.j < d->ny) {
		size_t below = y[b.j] - x[b.i] < t, through = y[e.j] - x[e.i] <= t;

		b.count += b.j & (below - 1);
		b.j += below;
		b.i += 1 - below;
		e.count += e.j & (through - 1);
		e.j += through;
		e.i += 1 - through;
	}
	walk_below(d, &b, t);
	walk_through(d, &e, t);
	return (struct fence){ t, b.count, e.count };
}

static uint64_t candidates(const struct bracket *b)
{
	return b->hi.below - b->lo.through;
}

/* The first j from `from` on whose difference to x is above t (or not below it). */
static size_t row_search(const struct diffs *d, double x, size_t from, double t, bool above)
{
	size_t to = d->ny;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		double v = d->y[middle] - x;

		if (above ? v <= t : v < t)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* Fill value with a sorted sample of the bracket's candidates and return its size:
 * evenly spaced rows, and in them evenly spaced values from varying starts. */
static size_t take_sample(struct diffs *d, const struct bracket *b)
{
	size_t from = 0, to = 0, n = 0;
	double width = 0, step;

	d->count = 0;
	for (size_t s = 0; s < d->nrows; s++) {
		size_t i = (size_t)(((double)s + 0.5) * (double)d->nx / (double)d->nrows);

		from = row_search(d, d->x[i], from, b->lo.at, true);
		to = row_search(d, d->x[i], to > from ? to : from, b->hi.at, false);
		d->row[s] = (struct row){ i, from, to };
		width += (double)(to - from);
	}
	step = width > (double)d->nsample ? width / (double)d->nsample : 1;
	for (size_t s = 0; s < d->nrows; s++) {
		const struct row *row = &d->row[s];
		double golden = (double)s * 0.6180339887498949;
		double at = (golden - (double)(size_t)golden) * step;

		for (; at < (double)(row->to - row->from) && n < d->room; at += step)
			d->value[n++] = d->y[row->from + (size_t)at] - d->x[row->i];
	}
	stat_sort(d->value, n);
	return n;
}

/* Lay out and sort the bracket's candidates, which value has room for. */
static void lay_out(struct diffs *d, const struct bracket *b)
{
	size_t from = 0, n = 0;

	for (size_t i = 0; i < d->nx; i++) {
		while (from < d->ny && d->y[from] - d->x[i] <= b->lo.at)
			from++;
		for (size_t j = from; j < d->ny && d->y[j] - d->x[i] < b->hi.at; j++)
			d->value[n++] = d->y[j] - d->x[i];
	}
	stat_sort(d->value, n);
	d->first = b->lo.through;
	d->count = n;
}

/* Count at t and draw the bracket around rank closer. True if rank lies on t itself,
 * which is then the tie. */
static bool draw_closer(struct diffs *d, struct bracket *b, double t, uint64_t rank)
{
	struct fence f;

	if (!(t > b->lo.at && t < b->hi.at))
		return false;
	f = fence_at(d, t);
	if (f.below > rank)
		b->hi = f;
	else if (f.through <= rank)
		b->lo = f;
	else
		d->tie = f;
	return f.below <= rank && f.through > rank;
}

/* Lay out a few candidates around rank, or find that it lies on the tie. */
static void find(struct diffs *d, uint64_t rank)
{
	struct bracket b = d->all;

	for (;;) {
		uint64_t left = candidates(&b);
		double lo = b.lo.at, hi = b.hi.at, place;
		size_t n;

		if (left <= d->room) {
			lay_out(d, &b);
			return;
		}
		n = take_sample(d, &b);
		place = (double)(rank - b.lo.through) / (double)left * (double)n;
		if (place >= MARGIN)
			lo = d->value[(size_t)place - MARGIN];
		if (place + MARGIN < (double)n)
			hi = d->value[(size_t)place + MARGIN];
		if (draw_closer(d, &b, lo, rank) || draw_closer(d, &b, hi, rank))
			return;
		if (candidates(&b) > left / 4) {
			uint64_t l = stat_key(b.lo.at), h = stat_key(b.hi.at);

			if (draw_closer(d, &b, stat_from_key(l + (h - l) / 2), rank))
				return;
		}
	}
}

static bool within(uint64_t rank, uint64_t from, uint64_t to)
{
	return rank >= from && rank < to;
}

static double select_rank(struct diffs *d, uint64_t rank)
{
	if (rank < d->all.lo.through)
		return d->all.lo.at;
	if (rank >= d->all.hi.below)
		return d->all.hi.at;
	if (!within(rank, d->first, d->first + d->count) && !within(rank, d->tie.below, d->tie.through))
		find(d, rank);
	if (within(rank, d->tie.below, d->tie.through))
		return d->tie.at;
	return d->value[rank - d->first];
}

static size_t clamp(size_t n, size_t min, size_t max)
{
	return n < min ? min : n > max ? max : n;
}

int diffs_select(const double *x, size_t nx, const double *y, size_t ny, const uint64_t *rank, size_t nranks,
		 double *value)
{
	struct diffs d = { .x = x, .y = y, .nx = nx, .ny = ny };
	int result = -1;

	if (nx == 0 || ny == 0 || nranks == 0)
		return 0;
	d.all.lo = fence_at(&d, y[0] - x[nx - 1]);
	d.all.hi = fence_at(&d, y[ny - 1] - x[0]);
	d.nsample = clamp((nx + ny) / 8, SAMPLE_MIN, SAMPLE_MAX);
	d.nrows = clamp(nx, 1, d.nsample / VALUES_A_ROW);
	d.room = clamp((nx + ny) / 4, CANDIDATES_MIN, SIZE_MAX);
	if (d.room < d.nsample + d.nrows)
		d.room = d.nsample + d.nrows;
	if (nx <= d.room / ny) /* the whole table is small */
		d.room = nx * ny;
	d.value = malloc(d.room * sizeof(*d.value));
	d.row = malloc(d.nrows * sizeof(*d.row));
	if (!d.value || !d.row)
		goto out;
	for (size_t r = 0; r < nranks; r++)
		value[r] = select_rank(&d, rank[r]);
	result = 0;
out:
	free(d.row);
	free(d.value);
	return result;
}
