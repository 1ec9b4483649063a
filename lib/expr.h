#ifndef BENCHPIPE_EXPR_H
#define BENCHPIPE_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exprop.h"
#include "rng.h"

/* Arithmetic on integers and doubles, as in pgbench's \set: numbers, variables (`name` or `:name`), + - * / %,
 * comparisons (= <> != < <= > >=, giving 0 or 1), and or not, parentheses, and functions:
 *   abs(a) int(a) double(a) sqrt(a) ln(a) exp(a) pow(a, b) mod(a, b) least(a, ...) greatest(a, ...)
 *   hash(a[, seed])                  a well-mixed integer of 0 or more
 *   random(lo, hi)                   uniform integer, both ends included
 *   random_gaussian(lo, hi, p)       truncated normal around the middle; p is how many standard deviations
 *                                    lie between the middle and an end (2 or more), as in pgbench
 *   random_exponential(lo, hi, p)    truncated exponential, p > 0, as in pgbench
 *   random_zipfian(lo, hi, s)        s > 0; lo the most frequent
 * Between integers / truncates toward zero and overflow is an error, as is a division by zero; with a double
 * in it, an operation is one of doubles (% is fmod), and a result that is not finite an error. Where an
 * integer is needed a double is rounded, as int(a) does. `and` and `or` evaluate their right side only
 * where it matters. Comparisons do not chain. The names of functions and and, or, not are in any case. */

struct expr; /* and struct expr_value in exprop.h */

/* The slot of the variable called name, or -1 where there is none. */
typedef int expr_lookup(void *data, const char *name, size_t len);

/* Compile. NULL on an error, which error then tells ("expected ')'", "unknown variable 'x'", "unknown
 * function 'f'", "random() takes 2 arguments"), and *at, where not NULL, the offset in text; "out of memory" too.
 * Thread-safe to evaluate: evaluation does not change it. Caller frees with expr_free(). */
struct expr *expr_parse(const char *text, size_t len, expr_lookup *lookup, void *data, char error[128], size_t *at);
void expr_free(struct expr *e); /* NULL is fine */

/* Evaluate with variables by slot, and random numbers from rng (NULL only where expr_is_random() is
 * false). NULL and *result, or a static text that tells what was wrong ("division by zero"). */
const char *expr_eval(const struct expr *e, const struct expr_value *variables, struct rng *rng,
		      struct expr_value *result);

/* As expr_eval(), and the result must be an integer or a double without fraction within int64. */
const char *expr_eval_integer(const struct expr *e, const struct expr_value *variables, struct rng *rng,
			      int64_t *result);

bool expr_is_random(const struct expr *e);
bool expr_uses(const struct expr *e, int slot);

#endif
