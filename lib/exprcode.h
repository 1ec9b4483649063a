#ifndef BENCHPIPE_EXPRCODE_H
#define BENCHPIPE_EXPRCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "exprop.h"

/* The code of an expression, for a stack machine: made by appending, operands before their operation.
 * Operations on constants are done at once. Errors are static texts: "nested too deep", "out of memory". */

struct exprcode {
	struct instruction *code;
	size_t n, room;
	size_t floor; /* what a jump leads to is not folded with what stands before it */
	int depth;    /* of the stack, after the code so far */
	bool is_random;
};

const char *exprcode_constant(struct exprcode *c, struct expr_value value);
const char *exprcode_variable(struct exprcode *c, int slot);
const char *exprcode_apply(struct exprcode *c, enum exprop op);

/* Between the operands of `or` (or of `and`), a jump over the right one where the left one decides; then,
 * behind the right one, the landing. */
const char *exprcode_jump(struct exprcode *c, bool is_or, size_t *jump);
const char *exprcode_land(struct exprcode *c, size_t jump);

const char *exprcode_run(const struct exprcode *c, const struct expr_value *variables, struct rng *rng,
			 struct expr_value *result);
bool exprcode_uses(const struct exprcode *c, int slot);
void exprcode_free(struct exprcode *c); /* what it holds */

#endif
