/* A recursive-descent parser that emits code for the stack machine of exprcode.h. */
#include "expr.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exprcode.h"

enum { NESTING_MAX = 100, NUMBER_MAX = 64, ERROR_MAX = 128, QUOTE_MAX = 48 };

struct expr {
	struct exprcode code;
};

struct parser {
	const char *text;
	size_t len, pos;
	expr_lookup *lookup;
	void *data;
	struct exprcode *code;
	int nesting;
	char *error;
	size_t error_at;
};

struct function {
	const char *name;
	enum exprop op;
	int least, most; /* arguments */
};

enum { ANY_NUMBER = -1 }; /* folded from the left */

static const struct function functions[] = {
	{ "abs", OP_ABS, 1, 1 },
	{ "int", OP_INT, 1, 1 },
	{ "double", OP_DOUBLE, 1, 1 },
	{ "sqrt", OP_SQRT, 1, 1 },
	{ "ln", OP_LN, 1, 1 },
	{ "exp", OP_EXP, 1, 1 },
	{ "pow", OP_POW, 2, 2 },
	{ "mod", OP_MODULO, 2, 2 },
	{ "least", OP_LEAST, 1, ANY_NUMBER },
	{ "greatest", OP_GREATEST, 1, ANY_NUMBER },
	{ "hash", OP_HASH, 1, 2 },
	{ "random", OP_RANDOM, 2, 2 },
	{ "random_gaussian", OP_GAUSSIAN, 3, 3 },
	{ "random_exponential", OP_EXPONENTIAL, 3, 3 },
	{ "random_zipfian", OP_ZIPFIAN, 3, 3 },
};

/* Errors: each returns false, for the caller to return. */

__attribute__((format(printf, 3, 4))) static bool fail(struct parser *p, size_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error, ERROR_MAX, format, args);
	va_end(args);
	p->error_at = at;
	return false;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t name_length(const struct parser *p, size_t at)
{
	size_t len = 0;

	while (at + len < p->len && is_name(p->text[at + len]))
		len++;
	return len;
}

static int shown(size_t len)
{
	return (int)(len < QUOTE_MAX ? len : QUOTE_MAX);
}

/* "expected what", and what stands at the position instead. */
static bool expected(struct parser *p, const char *what)
{
	const char *at = p->text + p->pos;
	size_t len;

	if (p->pos == p->len)
		return fail(p, p->pos, "expected %s at the end", what);
	if (!isgraph((unsigned char)*at))
		return fail(p, p->pos, "expected %s, not byte 0x%02x", what, (unsigned)(unsigned char)*at);
	len = name_length(p, p->pos);
	return fail(p, p->pos, "expected %s, not '%.*s'", what, shown(len ? len : 1), at);
}

static bool too_deep(struct parser *p)
{
	return fail(p, p->pos, "nested too deep");
}

/* Whether code was emitted: error is what exprcode.h gave. */
static bool done(struct parser *p, const char *error)
{
	return !error || fail(p, p->pos, "%s", error);
}

/* Tokens. */

static void skip_space(struct parser *p)
{
	while (p->pos < p->len && isspace((unsigned char)p->text[p->pos]))
		p->pos++;
}

static bool accept(struct parser *p, const char *symbol)
{
	size_t len = strlen(symbol);

	skip_space(p);
	if (p->len - p->pos < len || memcmp(p->text + p->pos, symbol, len) != 0)
		return false;
	p->pos += len;
	return true;
}

static bool same_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && strncasecmp(word, text, len) == 0;
}

static bool accept_word(struct parser *p, const char *word)
{
	size_t len;

	skip_space(p);
	len = name_length(p, p->pos);
	if (!same_word(word, p->text + p->pos, len))
		return false;
	p->pos += len;
	return true;
}

static bool at_number(const struct parser *p, size_t at)
{
	if (at < p->len && p->text[at] == '.')
		at++;
	return at < p->len && isdigit((unsigned char)p->text[at]);
}

static size_t skip_digits(const struct parser *p, size_t at)
{
	while (at < p->len && isdigit((unsigned char)p->text[at]))
		at++;
	return at;
}

/* The end of the number at the position: digits, a fraction, an exponent. */
static size_t number_end(const struct parser *p, bool *is_real)
{
	size_t end = skip_digits(p, p->pos), exponent;

	*is_real = end < p->len && p->text[end] == '.';
	if (*is_real)
		end = skip_digits(p, end + 1);
	if (end < p->len && (p->text[end] | 0x20) == 'e') {
		exponent = end + 1;
		if (exponent < p->len && (p->text[exponent] == '+' || p->text[exponent] == '-'))
			exponent++;
		if (exponent < p->len && isdigit((unsigned char)p->text[exponent])) {
			*is_real = true;
			return skip_digits(p, exponent);
		}
	}
	return end;
}

/* The sign is read with the number: the least integer has no positive counterpart. */
static bool parse_number(struct parser *p, bool negative)
{
	char digits[NUMBER_MAX + 2];
	struct expr_value value = { 0 };
	size_t start = p->pos, end = number_end(p, &value.is_real), len = end - start;

	if (len > NUMBER_MAX)
		return fail(p, start, "a number of more than %d characters", NUMBER_MAX);
	if (end < p->len && is_name(p->text[end])) {
		p->pos = end;
		return expected(p, "an operator");
	}
	digits[0] = negative ? '-' : '+';
	memcpy(digits + 1, p->text + start, len);
	digits[len + 1] = '\0';
	errno = 0;
	if (value.is_real)
		value.real = strtod(digits, NULL);
	else
		value.integer = strtoll(digits, NULL, 10);
	if (value.is_real ? !isfinite(value.real) : errno == ERANGE)
		return fail(p, start, "number out of range");
	p->pos = end;
	return done(p, exprcode_constant(p->code, value));
}

static bool parse_variable(struct parser *p, size_t at, size_t len)
{
	int slot = p->lookup ? p->lookup(p->data, p->text + at, len) : -1;

	if (slot < 0)
		return fail(p, at, "unknown variable '%.*s'", shown(len), p->text + at);
	p->pos = at + len;
	return done(p, exprcode_variable(p->code, slot));
}

/* Grammar, from the tightest binding to the loosest. */

static bool parse_or(struct parser *p);

static bool wrong_count(struct parser *p, size_t at, const struct function *f)
{
	if (f->most == ANY_NUMBER)
		return fail(p, at, "%s() takes %d or more arguments", f->name, f->least);
	if (f->most != f->least)
		return fail(p, at, "%s() takes %d or %d arguments", f->name, f->least, f->most);
	return fail(p, at, "%s() takes %d argument%s", f->name, f->least, f->least == 1 ? "" : "s");
}

static bool parse_arguments(struct parser *p, size_t at, const struct function *f)
{
	int n = 0;

	if (accept(p, ")"))
		return wrong_count(p, at, f);
	do {
		if (n == f->most)
			return wrong_count(p, at, f);
		if (!parse_or(p))
			return false;
		n++;
		if (f->most == ANY_NUMBER && n > 1 && !done(p, exprcode_apply(p->code, f->op)))
			return false;
	} while (accept(p, ","));
	if (!accept(p, ")"))
		return expected(p, "',' or ')'");
	if (n < f->least)
		return wrong_count(p, at, f);
	if (f->most == ANY_NUMBER)
		return true;
	if (n < f->most && !done(p, exprcode_constant(p->code, exprop_integer(0)))) /* the seed of hash() */
		return false;
	return done(p, exprcode_apply(p->code, f->op));
}

static bool parse_function(struct parser *p, size_t at, size_t len)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		if (same_word(functions[i].name, p->text + at, len))
			return parse_arguments(p, at, &functions[i]);
	}
	return fail(p, at, "unknown function '%.*s'", shown(len), p->text + at);
}

static bool is_word(const char *text, size_t len)
{
	return same_word("and", text, len) || same_word("or", text, len) || same_word("not", text, len);
}

static bool parse_primary(struct parser *p)
{
	size_t at, len;

	skip_space(p);
	if (at_number(p, p->pos))
		return parse_number(p, false);
	if (accept(p, "(")) {
		if (!parse_or(p))
			return false;
		return accept(p, ")") || expected(p, "')'");
	}
	at = p->pos;
	if (accept(p, ":")) {
		len = name_length(p, p->pos);
		return len ? parse_variable(p, p->pos, len) : expected(p, "a name after ':'");
	}
	len = name_length(p, at);
	if (len == 0 || is_word(p->text + at, len))
		return expected(p, "a value");
	p->pos = at + len;
	if (accept(p, "("))
		return parse_function(p, at, len);
	return parse_variable(p, at, len);
}

static bool parse_sign(struct parser *p)
{
	bool negative = accept(p, "-"), ok;

	if (!negative && !accept(p, "+"))
		return parse_primary(p);
	skip_space(p);
	if (at_number(p, p->pos))
		return parse_number(p, negative);
	if (++p->nesting > NESTING_MAX)
		return too_deep(p);
	ok = parse_sign(p) && (!negative || done(p, exprcode_apply(p->code, OP_NEGATE)));
	p->nesting--;
	return ok;
}

static bool parse_product(struct parser *p)
{
	if (!parse_sign(p))
		return false;
	for (;;) {
		enum exprop op;

		if (accept(p, "*"))
			op = OP_MULTIPLY;
		else if (accept(p, "/"))
			op = OP_DIVIDE;
		else if (accept(p, "%"))
			op = OP_MODULO;
		else
			return true;
		if (!parse_sign(p) || !done(p, exprcode_apply(p->code, op)))
			return false;
	}
}

static bool parse_sum(struct parser *p)
{
	if (!parse_product(p))
		return false;
	for (;;) {
		enum exprop op;

		if (accept(p, "+"))
			op = OP_ADD;
		else if (accept(p, "-"))
			op = OP_SUBTRACT;
		else
			return true;
		if (!parse_product(p) || !done(p, exprcode_apply(p->code, op)))
			return false;
	}
}

static bool accept_comparison(struct parser *p, enum exprop *op)
{
	static const struct {
		const char *symbol; /* the longer before their beginnings */
		enum exprop op;
	} comparisons[] = {
		{ "<=", OP_LESS_EQUAL }, { ">=", OP_GREATER_EQUAL }, { "<>", OP_UNEQUAL }, { "!=", OP_UNEQUAL },
		{ "=", OP_EQUAL },       { "<", OP_LESS },           { ">", OP_GREATER },
	};

	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		if (accept(p, comparisons[i].symbol)) {
			*op = comparisons[i].op;
			return true;
		}
	}
	return false;
}

static bool parse_comparison(struct parser *p)
{
	enum exprop op, again;
	size_t at;

	if (!parse_sum(p))
		return false;
	if (!accept_comparison(p, &op))
		return true;
	if (!parse_sum(p) || !done(p, exprcode_apply(p->code, op)))
		return false;
	skip_space(p);
	at = p->pos;
	return !accept_comparison(p, &again) || fail(p, at, "comparisons do not chain: use parentheses or 'and'");
}

static bool parse_not(struct parser *p)
{
	bool ok;

	if (!accept_word(p, "not"))
		return parse_comparison(p);
	if (++p->nesting > NESTING_MAX)
		return too_deep(p);
	ok = parse_not(p) && done(p, exprcode_apply(p->code, OP_NOT));
	p->nesting--;
	return ok;
}

/* The right operand of `and` or `or`. */
static bool parse_right(struct parser *p, bool is_or, bool parse(struct parser *))
{
	size_t jump;

	return done(p, exprcode_jump(p->code, is_or, &jump)) && parse(p) && done(p, exprcode_land(p->code, jump));
}

static bool parse_and(struct parser *p)
{
	bool ok = parse_not(p);

	while (ok && accept_word(p, "and"))
		ok = parse_right(p, false, parse_not);
	return ok;
}

static bool parse_or(struct parser *p)
{
	bool ok;

	if (++p->nesting > NESTING_MAX)
		return too_deep(p);
	ok = parse_and(p);
	while (ok && accept_word(p, "or"))
		ok = parse_right(p, true, parse_and);
	p->nesting--;
	return ok;
}

struct expr *expr_parse(const char *text, size_t len, expr_lookup *lookup, void *data, char error[128], size_t *at)
{
	struct parser p = { .text = text, .len = len, .lookup = lookup, .data = data, .error = error };
	struct expr *e = calloc(1, sizeof *e);

	if (!e) {
		fail(&p, 0, "out of memory");
	} else {
		p.code = &e->code;
		if (parse_or(&p)) {
			skip_space(&p);
			if (p.pos == len)
				return e;
			expected(&p, "an operator");
		}
	}
	if (at)
		*at = p.error_at;
	expr_free(e);
	return NULL;
}

void expr_free(struct expr *e)
{
	if (!e)
		return;
	exprcode_free(&e->code);
	free(e);
}

const char *expr_eval(const struct expr *e, const struct expr_value *variables, struct rng *rng,
		      struct expr_value *result)
{
	return exprcode_run(&e->code, variables, rng, result);
}

const char *expr_eval_integer(const struct expr *e, const struct expr_value *variables, struct rng *rng,
			      int64_t *result)
{
	struct expr_value value;
	const char *error = expr_eval(e, variables, rng, &value);

	if (error)
		return error;
	if (value.is_real) {
		if (value.real != floor(value.real))
			return "not an integer";
		error = exprop_apply(OP_INT, &value, NULL);
	}
	if (!error)
		*result = value.integer;
	return error;
}

bool expr_is_random(const struct expr *e)
{
	return e->code.is_random;
}

bool expr_uses(const struct expr *e, int slot)
{
	return exprcode_uses(&e->code, slot);
}
