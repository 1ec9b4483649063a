#include <math.h>

#include "generation.h"

__extension__ typedef unsigned __int128 uint128;

#define NORMAL_TRIES 100 /* draws until one lies inside; then it is put at the nearer end */
#define PERMUTE_MAX  (((uint64_t)1 << 63) - 1)

static uint64_t pick_normal(const struct pick *p, uint64_t row)
{
	double n = p->n ? (double)p->n : 0x1p64;
	double share = 0;
	struct rng rng;
	uint64_t index;

	rng_seed_at(&rng, p->key, row);
	for (int i = 0; i < NORMAL_TRIES; i++) {
		share = p->mean + p->deviation * rng_normal(&rng);
		if (share >= 0 && share < 1)
			break;
	}
	if (!(share >= 0))
		return 0;
	index = share < 1 ? (uint64_t)(share * n) : p->n - 1;
	return index <= p->n - 1 ? index : p->n - 1;
}

static uint64_t pick_zipf(const struct pick *p, uint64_t row)
{
	struct rng rng;
	uint64_t index;

	rng_seed_at(&rng, p->key, row);
	index = rng_zipf(&p->zipf, &rng) - 1;
	return index <= p->n - 1 ? index : p->n - 1;
}

static uint64_t pick_permuted(const struct pick *p, uint64_t row)
{
	if (p->n == 0)
		return rng_at(p->key, row); /* a permutation of all 64 bits */
	if (p->n > PERMUTE_MAX)
		return rng_permute(p->key, row % PERMUTE_MAX, PERMUTE_MAX);
	return rng_permute(p->key, row % p->n, p->n);
}

static uint64_t modulo(int64_t a, uint64_t n)
{
	if (n == 0)
		return (uint64_t)a;
	if (a >= 0)
		return (uint64_t)a % n;
	return n - 1 - (uint64_t)-(a + 1) % n;
}

/* floor(row * domain / rows) */
static uint64_t tuple_start(uint64_t row, uint64_t domain, uint64_t rows)
{
	uint64_t product;

	if (!__builtin_mul_overflow(row, domain, &product))
		return product / rows;
	return (uint64_t)((uint128)row * domain / rows);
}

static uint64_t pick_part(const struct pick *p, uint64_t row)
{
	uint64_t start = tuple_start(row, p->domain, p->rows);
	uint64_t distance = tuple_start(row + 1, p->domain, p->rows) - start;
	uint64_t tuple = start + rng_reduce(rng_at(p->key, row), distance);

	return p->n ? tuple / p->divisor % p->n : tuple / p->divisor;
}

int gen_pick(const struct pick *p, uint64_t row, struct generation *m, uint64_t *index)
{
	uint64_t bits;
	int64_t number;

	switch (p->kind) {
	case PICK_UNIFORM:
		bits = rng_at(p->key, row);
		*index = p->n ? rng_reduce(bits, p->n) : bits;
		return 1;
	case PICK_ZIPF:
		*index = pick_zipf(p, row);
		return 1;
	case PICK_NORMAL:
		*index = pick_normal(p, row);
		return 1;
	case PICK_EXPR:
		if (gen_expr_integer(p->expr, p->variables, p->nvariables, p->key, row, m, &number))
			return -1;
		*index = modulo(number, p->n);
		return 1;
	case PICK_PERMUTED:
		*index = pick_permuted(p, row);
		return 1;
	case PICK_IN_ORDER:
		*index = p->n ? row % p->n : row;
		return 1;
	case PICK_BEFORE:
		if (row == 0)
			return 0;
		*index = rng_reduce(rng_at(p->key, row), p->n && p->n < row ? p->n : row);
		return 1;
	case PICK_PART:
		if (p->rows == 0 || p->divisor == 0)
			return generation_fails(m, "a tuple of no rows");
		*index = pick_part(p, row);
		return 1;
	}
	return generation_fails(m, "an unknown way to choose");
}

int pick_index(const struct pick *p, uint64_t row, struct arena *arena, uint64_t *index, const char **why)
{
	struct generation m = { .arena = arena };
	int found = gen_pick(p, row, &m, index);

	if (found < 0)
		*why = m.why;
	return found;
}

size_t pick_weighted(const double *cumulative, size_t n, uint64_t bits)
{
	double u = unit_of(bits);
	size_t lo = 0, hi = n - 1; /* the last takes what rounding leaves */

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (u < cumulative[middle])
			hi = middle;
		else
			lo = middle + 1;
	}
	return lo;
}
