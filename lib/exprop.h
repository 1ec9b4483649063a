#ifndef BENCHPIPE_EXPROP_H
#define BENCHPIPE_EXPROP_H

#include <stdbool.h>
#include <stdint.h>

#include "rng.h"

/* The operations of expr.h on values. Errors are static texts ("division by zero"). */

struct expr_value {
	bool is_real;
	int64_t integer;
	double real; /* finite */
};

/* By the number of their operands, and last those that draw random numbers. */
enum exprop {
	OP_TRUTH, /* 0 or 1 */
	OP_NOT,
	OP_NEGATE,
	OP_ABS,
	OP_INT,
	OP_DOUBLE,
	OP_SQRT,
	OP_LN,
	OP_EXP,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_EQUAL,
	OP_UNEQUAL,
	OP_LESS,
	OP_LESS_EQUAL,
	OP_GREATER,
	OP_GREATER_EQUAL,
	OP_POW,
	OP_LEAST,
	OP_GREATEST,
	OP_HASH,
	OP_RANDOM,
	OP_GAUSSIAN,
	OP_EXPONENTIAL,
	OP_ZIPFIAN,
	OP_COUNT
};

int exprop_arity(enum exprop op);
bool exprop_draws(enum exprop op);

struct expr_value exprop_integer(int64_t integer);
bool exprop_truth(const struct expr_value *v);

/* In place: the operands are v[0] to v[arity - 1], the result becomes v[0]. rng is for those that draw. */
const char *exprop_apply(enum exprop op, struct expr_value *v, struct rng *rng);

/* OP_ZIPFIAN in two steps, for operands that stay. */
struct expr_zipf {
	int64_t low;
	struct rng_zipf zipf;
};

const char *exprop_zipf_init(struct expr_zipf *table, const struct expr_value v[3]);
struct expr_value exprop_zipf(const struct expr_zipf *table, struct rng *rng);

#endif
