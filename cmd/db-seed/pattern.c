#include "pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "make.h"

int pattern_add(struct generator *g, struct part part)
{
	struct part *grown = realloc(g->part, (g->nparts + 1) * sizeof *grown);

	if (!grown) {
		free(part.literal);
		expr_free(part.expr);
		generator_free(part.generator);
		return -1;
	}
	g->part = grown;
	g->part[g->nparts++] = part;
	return 0;
}

int pattern_add_literal(struct generator *g, const char *text, size_t len)
{
	struct part *last = g->nparts ? &g->part[g->nparts - 1] : NULL;
	bool join = last && last->kind == PART_LITERAL;
	size_t before = join ? last->len : 0;
	char *grown = realloc(join ? last->literal : NULL, before + len + 1);

	if (!grown)
		return -1;
	if (len)
		memcpy(grown + before, text, len);
	grown[before + len] = '\0';
	if (!join)
		return pattern_add(g, (struct part){.kind = PART_LITERAL, .literal = grown, .len = len});
	last->literal = grown;
	last->len = before + len;
	return 0;
}

static bool is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(text, word, len) == 0;
}

/* Digits alone, up to most: 0, or -1. */
static int read_number(const char *text, size_t len, uint64_t most, uint64_t *number)
{
	uint64_t n = 0;

	if (len == 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[i] - '0');

		if (text[i] < '0' || text[i] > '9' || n > (most - digit) / 10)
			return -1;
		n = n * 10 + digit;
	}
	*number = n;
	return 0;
}

static int read_width(const char *text, size_t len, uint64_t most, unsigned *width, char why[SCOPE_WHY])
{
	uint64_t n;

	if (read_number(text, len, most, &n) != 0 || n == 0) {
		snprintf(why, SCOPE_WHY, "'%.*s' in a pattern: expected a width from 1 to %u", len > 40 ? 40 : (int)len, text,
			 (unsigned)most);
		return -1;
	}
	*width = (unsigned)n;
	return 0;
}

/* "row", "row+1" or "row-1". 1 where it is one, 0 where not. */
static int read_row(const char *text, size_t len, int64_t *first)
{
	uint64_t n = 0;

	if (len < 3 || memcmp(text, "row", 3) != 0)
		return 0;
	if (len > 3 && ((text[3] != '+' && text[3] != '-') || read_number(text + 4, len - 4, INT64_MAX, &n) != 0))
		return 0;
	*first = len > 3 && text[3] == '-' ? -(int64_t)n : (int64_t)n;
	return 1;
}

static int random_kind(const char *name, size_t len)
{
	static const struct { const char *name; enum part_kind kind; } kinds[] = {
		{"digits", PART_DIGITS}, {"hex", PART_HEX}, {"lower", PART_LOWER}, {"upper", PART_UPPER},
		{"alnum", PART_ALNUM}, {"base64", PART_BASE64}, {"unique", PART_UNIQUE},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (is(name, len, kinds[i].name))
			return (int)kinds[i].kind;
	}
	return -1;
}

/* The width is what follows the last colon, where that is a number: a colon may also begin a variable. */
static int add_expr(struct generator *g, const struct scope *scope, const char *text, size_t len, char why[SCOPE_WHY])
{
	struct part part = {.kind = PART_EXPR};
	const char *colon = memrchr(text, ':', len);
	size_t width = colon ? len - (size_t)(colon + 1 - text) : 0;
	uint64_t n;

	if (colon && read_number(colon + 1, width, UINT64_MAX, &n) == 0) {
		if (read_width(colon + 1, width, PATTERN_WIDTH_MAX, &part.width, why) != 0)
			return -1;
		len = (size_t)(colon - text);
	}
	part.expr = scope_expr(scope, text, len, why);
	if (!part.expr)
		return -1;
	g->variables = scope->variables;
	g->nvariables = scope->nvariables;
	return pattern_add(g, part);
}

static int add_fake(struct generator *g, const char *text, size_t len, char why[SCOPE_WHY])
{
	int kind = fake_parse(text, len);
	struct part part = {.kind = PART_VALUE};

	if (kind < 0) {
		snprintf(why, SCOPE_WHY, "unknown part {%.*s} in a pattern", len > 60 ? 60 : (int)len, text);
		return -1;
	}
	part.generator = make_fake(sub_key(g->key, "part", g->nparts), kind);
	return part.generator ? pattern_add(g, part) : -1;
}

/* What stands between braces: 0, or -1 with why. */
static int add_braced(struct generator *g, const struct scope *scope, const char *text, size_t len, char why[SCOPE_WHY])
{
	const char *colon = len ? memchr(text, ':', len) : NULL;
	size_t name = colon ? (size_t)(colon - text) : len;
	const char *width = colon ? colon + 1 : text + len;
	size_t width_len = (size_t)(text + len - width);
	struct part part = {0};
	int kind;

	if (len && *text == '=')
		return add_expr(g, scope, text + 1, len - 1, why);
	if (read_row(text, name, &part.first)) {
		part.kind = PART_ROW;
		if (colon && read_width(width, width_len, PATTERN_WIDTH_MAX, &part.width, why) != 0)
			return -1;
		return pattern_add(g, part);
	}
	kind = random_kind(text, name);
	if (kind < 0)
		return add_fake(g, text, len, why);
	part.kind = (enum part_kind)kind;
	if (read_width(width, width_len, kind == PART_UNIQUE ? PATTERN_UNIQUE_MAX : PATTERN_WIDTH_MAX, &part.width, why) != 0)
		return -1;
	return pattern_add(g, part);
}

static int add_all(struct generator *g, const struct scope *scope, const char *text, size_t len, char why[SCOPE_WHY])
{
	const char *p = text, *end = text + len;

	while (p < end) {
		const char *brace = memchr(p, '{', (size_t)(end - p));
		const char *close;

		if (!brace)
			return pattern_add_literal(g, p, (size_t)(end - p));
		if (brace > p && pattern_add_literal(g, p, (size_t)(brace - p)) != 0)
			return -1;
		if (brace + 1 < end && brace[1] == '{') {
			if (pattern_add_literal(g, "{", 1) != 0)
				return -1;
			p = brace + 2;
			continue;
		}
		close = memchr(brace, '}', (size_t)(end - brace));
		if (!close) {
			snprintf(why, SCOPE_WHY, "a pattern's '{' without its '}' (write '{{' for a brace)");
			return -1;
		}
		if (add_braced(g, scope, brace + 1, (size_t)(close - brace - 1), why) != 0)
			return -1;
		p = close + 1;
	}
	return 0;
}

struct generator *pattern_parse(const struct scope *scope, uint64_t key, const char *text, size_t len,
				char why[SCOPE_WHY])
{
	struct generator *g = generator_new(GEN_PATTERN, key);

	*why = '\0';
	if (g && add_all(g, scope, text, len, why) != 0) {
		generator_free(g);
		return NULL;
	}
	return g;
}
