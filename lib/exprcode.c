#include "exprcode.h"

#include <stdlib.h>

enum { STACK_MAX = 128 };

/* What an instruction does beside the operations of exprop.h. */
enum {
	CODE_CONSTANT = OP_COUNT,
	CODE_VARIABLE,
	CODE_AND, /* where the top is false leave 0 and jump, else drop it */
	CODE_OR,  /* where the top is true leave 1 and jump, else drop it */
	CODE_ZIPF,
};

struct instruction {
	int code;
	union {
		struct expr_value constant;
		int slot;
		size_t target;
		struct expr_zipf *zipf; /* owned */
	} of;
};

static const char out_of_memory[] = "out of memory";

static const char *append(struct exprcode *c, struct instruction instruction)
{
	if (c->n == c->room) {
		size_t room = c->room ? 2 * c->room : 8;
		struct instruction *code = reallocarray(c->code, room, sizeof *code);

		if (!code)
			return out_of_memory;
		c->code = code;
		c->room = room;
	}
	c->code[c->n++] = instruction;
	return NULL;
}

static const char *push(struct exprcode *c, struct instruction instruction)
{
	return ++c->depth > STACK_MAX ? "nested too deep" : append(c, instruction);
}

const char *exprcode_constant(struct exprcode *c, struct expr_value value)
{
	return push(c, (struct instruction){ .code = CODE_CONSTANT, .of.constant = value });
}

const char *exprcode_variable(struct exprcode *c, int slot)
{
	return push(c, (struct instruction){ .code = CODE_VARIABLE, .of.slot = slot });
}

/* The last n values, where all are constants. */
static bool constants(const struct exprcode *c, int n, struct expr_value *values)
{
	if (c->n < c->floor + (size_t)n)
		return false;
	for (int i = 0; i < n; i++) {
		const struct instruction *instruction = &c->code[c->n - (size_t)(n - i)];

		if (instruction->code != CODE_CONSTANT)
			return false;
		values[i] = instruction->of.constant;
	}
	return true;
}

/* random_zipfian() of constants, its table made now. */
static const char *zipf_of_constants(struct exprcode *c, const struct expr_value operands[3])
{
	struct expr_zipf *zipf = malloc(sizeof *zipf);
	const char *error;

	if (!zipf)
		return out_of_memory;
	if (exprop_zipf_init(zipf, operands)) {
		free(zipf);
		return append(c, (struct instruction){ .code = OP_ZIPFIAN });
	}
	c->n -= 3;
	error = append(c, (struct instruction){ .code = CODE_ZIPF, .of.zipf = zipf });
	if (error)
		free(zipf);
	return error;
}

/* What is wrong with constants is left for running to report: `and` or `or` may jump over it. */
const char *exprcode_apply(struct exprcode *c, enum exprop op)
{
	struct expr_value operands[3];
	int n = exprop_arity(op);

	c->depth -= n - 1;
	c->is_random |= exprop_draws(op);
	if (!constants(c, n, operands))
		return append(c, (struct instruction){ .code = (int)op });
	if (op == OP_ZIPFIAN)
		return zipf_of_constants(c, operands);
	if (exprop_draws(op) || exprop_apply(op, operands, NULL))
		return append(c, (struct instruction){ .code = (int)op });
	c->n -= (size_t)n;
	return append(c, (struct instruction){ .code = CODE_CONSTANT, .of.constant = operands[0] });
}

const char *exprcode_jump(struct exprcode *c, bool is_or, size_t *jump)
{
	*jump = c->n;
	c->depth--;
	return append(c, (struct instruction){ .code = is_or ? CODE_OR : CODE_AND });
}

const char *exprcode_land(struct exprcode *c, size_t jump)
{
	const char *error = exprcode_apply(c, OP_TRUTH);

	if (!error)
		c->code[jump].of.target = c->floor = c->n;
	return error;
}

const char *exprcode_run(const struct exprcode *c, const struct expr_value *variables, struct rng *rng,
			 struct expr_value *result)
{
	struct expr_value stack[STACK_MAX], *top = stack; /* top: the first free one */

	for (size_t i = 0; i < c->n; i++) {
		const struct instruction *instruction = &c->code[i];
		const char *error;

		switch (instruction->code) {
		case CODE_CONSTANT:
			*top++ = instruction->of.constant;
			break;
		case CODE_VARIABLE:
			*top++ = variables[instruction->of.slot];
			break;
		case CODE_ZIPF:
			*top++ = exprop_zipf(instruction->of.zipf, rng);
			break;
		case CODE_AND:
		case CODE_OR:
			top--;
			if (exprop_truth(top) == (instruction->code == CODE_OR)) {
				*top++ = exprop_integer(instruction->code == CODE_OR);
				i = instruction->of.target - 1;
			}
			break;
		default:
			top -= exprop_arity((enum exprop)instruction->code);
			error = exprop_apply((enum exprop)instruction->code, top, rng);
			if (error)
				return error;
			top++;
		}
	}
	*result = stack[0];
	return NULL;
}

bool exprcode_uses(const struct exprcode *c, int slot)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->code[i].code == CODE_VARIABLE && c->code[i].of.slot == slot)
			return true;
	}
	return false;
}

void exprcode_free(struct exprcode *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->code[i].code == CODE_ZIPF)
			free(c->code[i].of.zipf);
	}
	free(c->code);
}
