#include <string.h>

#include "generation.h"

/* Variables are shared by all threads, so each evaluation has its own copy of them, with its row. */

#define SMALL 32 /* variables that fit on the stack */

struct frame {
	struct expr_value small[SMALL];
	const struct expr_value *variables;
	struct rng rng, *random;
};

static int enter(struct frame *f, const struct expr *e, const struct expr_value *variables, size_t nvariables,
		 uint64_t key, uint64_t row, struct generation *m)
{
	struct expr_value *copy = f->small;

	if (nvariables > SMALL) {
		copy = (struct expr_value *)(void *)arena_get(m->arena, nvariables * sizeof(*copy));
		if (!copy)
			return generation_fails(m, NULL);
		arena_trim(m->arena, (char *)copy, 0); /* needed only until the next arena_get() */
	}
	if (nvariables > 1)
		memcpy(copy + 1, variables + 1, (nvariables - 1) * sizeof(*copy));
	copy[0] = (struct expr_value){ .integer = (int64_t)row };
	f->variables = copy;
	f->random = NULL;
	if (expr_is_random(e)) {
		rng_seed_at(&f->rng, key ^ STREAM_EXPR, row);
		f->random = &f->rng;
	}
	return 0;
}

int gen_expr(const struct expr *e, const struct expr_value *variables, size_t nvariables, uint64_t key, uint64_t row,
	      struct generation *m, struct expr_value *result)
{
	struct frame f;

	if (enter(&f, e, variables, nvariables, key, row, m))
		return -1;
	m->why = expr_eval(e, f.variables, f.random, result);
	return m->why ? -1 : 0;
}

int gen_expr_integer(const struct expr *e, const struct expr_value *variables, size_t nvariables, uint64_t key,
		      uint64_t row, struct generation *m, int64_t *result)
{
	struct frame f;

	if (enter(&f, e, variables, nvariables, key, row, m))
		return -1;
	m->why = expr_eval_integer(e, f.variables, f.random, result);
	return m->why ? -1 : 0;
}
