#include "exprop.h"

#include <math.h>
#include <stddef.h>

static const char division_by_zero[] = "division by zero";
static const char integer_overflow[] = "integer overflow";
static const char out_of_range[] = "number out of range";
static const char empty_range[] = "the lower end of a random range is above its upper end";

int exprop_arity(enum exprop op)
{
	return op >= OP_GAUSSIAN ? 3 : op >= OP_ADD ? 2 : 1;
}

bool exprop_draws(enum exprop op)
{
	return op >= OP_RANDOM;
}

struct expr_value exprop_integer(int64_t integer)
{
	return (struct expr_value){ .integer = integer };
}

static double as_real(const struct expr_value *v)
{
	return v->is_real ? v->real : (double)v->integer;
}

bool exprop_truth(const struct expr_value *v)
{
	return v->is_real ? v->real != 0 : v->integer != 0;
}

static const char *set_real(struct expr_value *v, double real)
{
	*v = (struct expr_value){ .is_real = true, .real = real };
	return isfinite(real) ? NULL : out_of_range;
}

/* Doubles are rounded to the nearest integer, as pgbench does. */
static const char *as_integer(const struct expr_value *v, int64_t *integer)
{
	double rounded;

	if (!v->is_real) {
		*integer = v->integer;
		return NULL;
	}
	rounded = rint(v->real);
	if (!(rounded >= -0x1p63 && rounded < 0x1p63))
		return integer_overflow;
	*integer = (int64_t)rounded;
	return NULL;
}

static const char *apply_one(enum exprop op, struct expr_value *v)
{
	double real = as_real(v);

	switch (op) {
	case OP_TRUTH:
		*v = exprop_integer(exprop_truth(v));
		return NULL;
	case OP_NOT:
		*v = exprop_integer(!exprop_truth(v));
		return NULL;
	case OP_ABS:
		if (v->is_real ? v->real >= 0 : v->integer >= 0)
			return NULL;
		/* fallthrough */
	case OP_NEGATE:
		if (v->is_real)
			v->real = -v->real;
		else if (__builtin_sub_overflow(0, v->integer, &v->integer))
			return integer_overflow;
		return NULL;
	case OP_INT: {
		int64_t integer;
		const char *error = as_integer(v, &integer);

		if (!error)
			*v = exprop_integer(integer);
		return error;
	}
	case OP_DOUBLE:
		return set_real(v, real);
	case OP_SQRT:
		return real < 0 ? "square root of a negative number" : set_real(v, sqrt(real));
	case OP_LN:
		return real <= 0 ? "logarithm of a number that is not over 0" : set_real(v, log(real));
	default:
		return set_real(v, exp(real));
	}
}

static const char *arithmetic_of_reals(enum exprop op, struct expr_value *v, double a, double b)
{
	switch (op) {
	case OP_ADD:
		return set_real(v, a + b);
	case OP_SUBTRACT:
		return set_real(v, a - b);
	case OP_MULTIPLY:
		return set_real(v, a * b);
	case OP_DIVIDE:
		return b == 0 ? division_by_zero : set_real(v, a / b);
	case OP_MODULO:
		return b == 0 ? division_by_zero : set_real(v, fmod(a, b));
	default:
		return set_real(v, pow(a, b));
	}
}

static const char *arithmetic(enum exprop op, struct expr_value *v)
{
	int64_t a = v[0].integer, b = v[1].integer;
	bool overflow = false;

	if (op == OP_POW || v[0].is_real || v[1].is_real)
		return arithmetic_of_reals(op, v, as_real(&v[0]), as_real(&v[1]));
	if ((op == OP_DIVIDE || op == OP_MODULO) && b == 0)
		return division_by_zero;
	if (op == OP_ADD)
		overflow = __builtin_add_overflow(a, b, &v->integer);
	else if (op == OP_SUBTRACT)
		overflow = __builtin_sub_overflow(a, b, &v->integer);
	else if (op == OP_MULTIPLY)
		overflow = __builtin_mul_overflow(a, b, &v->integer);
	else if (op == OP_MODULO)
		v->integer = b == -1 ? 0 : a % b; /* INT64_MIN % -1 traps */
	else if (b == -1)
		overflow = __builtin_sub_overflow(0, a, &v->integer);
	else
		v->integer = a / b;
	return overflow ? integer_overflow : NULL;
}

/* -1, 0 or 1; as doubles unless both are integers. */
static int compare(const struct expr_value *a, const struct expr_value *b)
{
	if (a->is_real || b->is_real)
		return (as_real(a) > as_real(b)) - (as_real(a) < as_real(b));
	return (a->integer > b->integer) - (a->integer < b->integer);
}

static const char *comparison(enum exprop op, struct expr_value *v)
{
	int order = compare(&v[0], &v[1]);
	bool holds = op == OP_EQUAL         ? order == 0
		     : op == OP_UNEQUAL     ? order != 0
		     : op == OP_LESS        ? order < 0
		     : op == OP_LESS_EQUAL  ? order <= 0
		     : op == OP_GREATER     ? order > 0
					    : order >= 0;

	*v = exprop_integer(holds);
	return NULL;
}

static const char *extreme(enum exprop op, struct expr_value *v)
{
	int order = compare(&v[0], &v[1]);
	const struct expr_value *one = (op == OP_LEAST ? order <= 0 : order >= 0) ? &v[0] : &v[1];

	if (v[0].is_real || v[1].is_real)
		return set_real(v, as_real(one));
	*v = *one;
	return NULL;
}

static const char *hash(struct expr_value *v)
{
	int64_t value, seed;
	const char *error = as_integer(&v[0], &value);

	if (!error)
		error = as_integer(&v[1], &seed);
	if (!error)
		*v = exprop_integer((int64_t)(rng_at((uint64_t)seed, (uint64_t)value) >> 1));
	return error;
}

/* The ends of a range; *span is one less than how many integers are in it. */
static const char *range(const struct expr_value *v, int64_t *low, uint64_t *span)
{
	int64_t high;
	const char *error = as_integer(&v[0], low);

	if (!error)
		error = as_integer(&v[1], &high);
	if (error)
		return error;
	*span = (uint64_t)high - (uint64_t)*low;
	return *low > high ? empty_range : NULL;
}

static struct expr_value offset_from(int64_t low, uint64_t offset)
{
	return exprop_integer((int64_t)((uint64_t)low + offset));
}

/* What lies at share, in [0, 1), of the range. */
static struct expr_value at_share(int64_t low, uint64_t span, double share)
{
	double offset = ((double)span + 1) * share;

	return offset_from(low, offset >= (double)span ? span : (uint64_t)offset);
}

static const char *uniform(struct expr_value *v, struct rng *rng)
{
	int64_t low;
	uint64_t span;
	const char *error = range(v, &low, &span);

	if (!error)
		*v = offset_from(low, span == UINT64_MAX ? rng_next(rng) : rng_below(rng, span + 1));
	return error;
}

static const char *gaussian(struct expr_value *v, struct rng *rng)
{
	double parameter = as_real(&v[2]), z;
	int64_t low;
	uint64_t span;
	const char *error = range(v, &low, &span);

	if (error)
		return error;
	if (parameter < 2)
		return "the parameter of random_gaussian() is below 2";
	do
		z = rng_normal(rng);
	while (z < -parameter || z >= parameter);
	*v = at_share(low, span, (1 + z / parameter) / 2);
	return NULL;
}

/* The inverse of the truncated distribution function (1 - e^-px) / (1 - e^-p), exact for small p too. */
static const char *exponential(struct expr_value *v, struct rng *rng)
{
	double parameter = as_real(&v[2]);
	int64_t low;
	uint64_t span;
	const char *error = range(v, &low, &span);

	if (error)
		return error;
	if (parameter <= 0)
		return "the parameter of random_exponential() is not over 0";
	*v = at_share(low, span, -log1p(expm1(-parameter) * rng_uniform(rng)) / parameter);
	return NULL;
}

const char *exprop_zipf_init(struct expr_zipf *table, const struct expr_value v[3])
{
	uint64_t span;
	const char *error = range(v, &table->low, &span);

	if (error)
		return error;
	if (as_real(&v[2]) <= 0)
		return "the parameter of random_zipfian() is not over 0";
	rng_zipf_init(&table->zipf, span == UINT64_MAX ? span : span + 1, as_real(&v[2]));
	return NULL;
}

struct expr_value exprop_zipf(const struct expr_zipf *table, struct rng *rng)
{
	return offset_from(table->low, rng_zipf(&table->zipf, rng) - 1);
}

const char *exprop_apply(enum exprop op, struct expr_value *v, struct rng *rng)
{
	struct expr_zipf table;
	const char *error;

	switch (op) {
	case OP_ADD:
	case OP_SUBTRACT:
	case OP_MULTIPLY:
	case OP_DIVIDE:
	case OP_MODULO:
	case OP_POW:
		return arithmetic(op, v);
	case OP_EQUAL:
	case OP_UNEQUAL:
	case OP_LESS:
	case OP_LESS_EQUAL:
	case OP_GREATER:
	case OP_GREATER_EQUAL:
		return comparison(op, v);
	case OP_LEAST:
	case OP_GREATEST:
		return extreme(op, v);
	case OP_HASH:
		return hash(v);
	case OP_RANDOM:
		return uniform(v, rng);
	case OP_GAUSSIAN:
		return gaussian(v, rng);
	case OP_EXPONENTIAL:
		return exponential(v, rng);
	case OP_ZIPFIAN:
		error = exprop_zipf_init(&table, v);
		if (!error)
			*v = exprop_zipf(&table, rng);
		return error;
	default:
		return apply_one(op, v);
	}
}
