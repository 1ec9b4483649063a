#include "literal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As SQLite reads it: an integer where it fits 64 bits signed, else a real; hexadecimal is a bit pattern. */
static bool read_number(struct literal *literal, const struct token *token, bool negative)
{
	char text[64], *end;
	size_t len = 0;
	uint64_t n = 0;
	bool fits = true;

	for (size_t i = 0; i < token->len; i++) {
		if (len + 1 == sizeof text)
			return false;
		if (token->text[i] != '_')
			text[len++] = token->text[i];
	}
	text[len] = '\0';
	literal->kind = LITERAL_INTEGER;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		if (len > 18)
			return false;
		n = strtoull(text + 2, NULL, 16);
		if (negative)
			n = 0 - n;
		literal->integer = n > INT64_MAX ? -(int64_t)(UINT64_MAX - n) - 1 : (int64_t)n;
		literal->real = (double)literal->integer;
		return true;
	}
	literal->real = strtod(text, &end);
	if (*end || !isfinite(literal->real))
		return false;
	if (negative)
		literal->real = -literal->real;
	for (size_t i = 0; i < len && fits; i++) {
		unsigned digit = (unsigned)text[i] - '0';
		fits = digit <= 9 && n <= (UINT64_MAX - digit) / 10;
		n = n * 10 + digit;
	}
	if (!fits || n > (uint64_t)INT64_MAX + negative)
		literal->kind = LITERAL_REAL;
	else if (negative)
		literal->integer = n ? -(int64_t)(n - 1) - 1 : 0;
	else
		literal->integer = (int64_t)n;
	return true;
}

static bool is_column(const struct table *table, const struct token *token)
{
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (token_names(token, table->column[i].name))
			return true;
	}
	return false;
}

static bool read_word(struct literal *literal, const struct table *table, const struct token *token)
{
	bool yes = token_is(token, "TRUE");

	if (is_column(table, token))
		return false;
	if (token->kind == TOKEN_QUOTED) {
		literal->kind = LITERAL_TEXT;
		literal->token = token;
		return true;
	}
	if (token_is(token, "NULL")) {
		literal->kind = LITERAL_NULL;
		return true;
	}
	literal->kind = LITERAL_INTEGER;
	literal->integer = yes;
	literal->real = yes;
	return yes || token_is(token, "FALSE");
}

/* 24 * 60 */
static bool multiply(struct literal *literal, const struct token **at, const struct token *end)
{
	struct literal factor;

	while (end - *at > 1 && token_is(*at, "*") && (*at)[1].kind == TOKEN_NUMBER) {
		if (!read_number(&factor, *at + 1, false) || literal->kind != LITERAL_INTEGER ||
		    factor.kind != LITERAL_INTEGER ||
		    __builtin_mul_overflow(literal->integer, factor.integer, &literal->integer))
			return false;
		literal->real = (double)literal->integer;
		*at += 2;
	}
	return true;
}

bool literal_read(struct literal *literal, const struct table *table, struct tokens *range)
{
	const struct token *t = range->at;
	bool negative = false;

	*literal = (struct literal){0};
	if (tokens_empty(*range))
		return false;
	if (t->inside) {
		struct tokens inner = tokens_bare((struct tokens){t, token_next(t)});
		if (!literal_read(literal, table, &inner) || !tokens_empty(inner))
			return false;
		range->at = token_next(t);
		return true;
	}
	for (; t < range->end && (token_is(t, "-") || token_is(t, "+")); t++)
		negative ^= token_is(t, "-");
	if (t == range->end)
		return false;
	if (t->kind == TOKEN_NUMBER) {
		const struct token *behind = t + 1;
		if (!read_number(literal, t, negative) || !multiply(literal, &behind, range->end))
			return false;
		range->at = behind;
		return true;
	}
	if (t == range->at && t->kind == TOKEN_STRING) {
		literal->kind = LITERAL_TEXT;
		literal->token = t;
	} else if (t != range->at || !read_word(literal, table, t)) {
		return false;
	}
	range->at = t + 1;
	return true;
}

bool literal_list_next(struct literal *literal, const struct table *table, struct tokens *list)
{
	if (!literal_read(literal, table, list))
		return false;
	if (tokens_empty(*list))
		return true;
	if (!token_is(list->at, ","))
		return false;
	list->at++;
	return true;
}

bool literal_list_is(const struct table *table, struct tokens list)
{
	struct literal literal;

	if (tokens_empty(list) || token_is(list.end - 1, ","))
		return false;
	while (literal_list_next(&literal, table, &list)) {
		if (tokens_empty(list))
			return true;
	}
	return false;
}

bool literal_says(const struct literal *literal, const char *text)
{
	size_t len = strlen(text);

	return literal->kind == LITERAL_TEXT && literal->token->len == len + 2 &&
	       memcmp(literal->token->text + 1, text, len) == 0;
}

/* Might a column of numeric affinity take this text for a number? */
static bool looks_numeric(const char *text)
{
	char *end;

	text += strspn(text, " \t\n\v\f\r");
	strtod(text, &end);
	return end != text && strspn(end, " \t\n\v\f\r") == strlen(end);
}

static int text_value(const struct literal *literal, enum affinity affinity, struct value *value)
{
	char *text = token_text(literal->token);

	if (!text)
		return -1;
	if (affinity != AFFINITY_TEXT && affinity != AFFINITY_BLOB && looks_numeric(text)) {
		free(text);
		return 0;
	}
	*value = (struct value){.type = VALUE_TEXT, .bytes = text, .len = strlen(text)};
	return 1;
}

int literal_value(const struct literal *literal, enum affinity affinity, struct value *value)
{
	bool whole = literal->kind == LITERAL_REAL && floor(literal->real) == literal->real && fabs(literal->real) < 0x1p53;
	char *text;
	int len;

	if (literal->kind == LITERAL_TEXT)
		return text_value(literal, affinity, value);
	if (literal->kind == LITERAL_NULL) {
		*value = (struct value){.type = VALUE_NULL};
	} else if (affinity == AFFINITY_TEXT) {
		/* How SQLite prints a real is its own affair. */
		if (literal->kind == LITERAL_REAL)
			return 0;
		len = asprintf(&text, "%lld", (long long)literal->integer);
		if (len < 0)
			return -1;
		*value = (struct value){.type = VALUE_TEXT, .bytes = text, .len = (size_t)len};
	} else if (affinity == AFFINITY_REAL || (literal->kind == LITERAL_REAL && (affinity == AFFINITY_BLOB || !whole))) {
		*value = (struct value){.type = VALUE_REAL, .real = literal->real};
	} else {
		*value = (struct value){.type = VALUE_INTEGER};
		value->integer = whole ? (int64_t)literal->real : literal->integer;
	}
	return 1;
}
