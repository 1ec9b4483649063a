#include "fits.h"

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SAMPLE 48     /* rows */
#define TEXT_MAX 8192 /* bytes; of longer texts only the length is looked at, and none are guessed */

/* SQLite's LIKE: % any run of characters, _ one; ASCII letters without case. */
static bool like(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '%') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '_' || (*pattern && strncasecmp(pattern, text, 1) == 0)) {
			pattern++;
			for (text++; ((unsigned char)*text & 0xc0) == 0x80 && pattern[-1] == '_'; text++)
				;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '%')
		pattern++;
	return !*pattern;
}

static bool text_fits(const struct limits *l, const char *text, size_t len)
{
	int64_t characters = 0;
	bool blank = true;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		characters += (c & 0xc0) != 0x80;
		blank = blank && c == ' ';
		if (l->alphabet && !strchr(l->alphabet, c))
			return false;
		if ((l->letters == CASE_LOWER && c >= 'A' && c <= 'Z') ||
		    (l->letters == CASE_UPPER && c >= 'a' && c <= 'z'))
			return false;
	}
	if (characters < l->min_length || (l->max_length >= 0 && characters > l->max_length) || (l->not_empty && blank))
		return false;
	return !l->like || (l->glob ? fnmatch(l->like, text, FNM_NOESCAPE) == 0 : like(l->like, text));
}

static bool is_chosen(const struct limits *l, const struct value *v)
{
	for (size_t i = 0; i < l->nchoices; i++) {
		const struct value *c = &l->choice[i];
		double number = c->type == VALUE_INTEGER ? (double)c->integer : c->real;
		if (v->type == VALUE_INTEGER && c->type != VALUE_TEXT && c->type != VALUE_BLOB &&
		    number == (double)v->integer)
			return true;
		if (v->type == VALUE_REAL && c->type != VALUE_TEXT && c->type != VALUE_BLOB && number == v->real)
			return true;
		if (v->type == VALUE_TEXT && c->type == VALUE_TEXT && c->len == v->len &&
		    memcmp(c->bytes, v->bytes, v->len) == 0)
			return true;
	}
	return false;
}

static bool number_fits(const struct limits *l, double v)
{
	if (l->has_lo && (l->lo_open ? v <= l->lo : v < l->lo))
		return false;
	return !(l->has_hi && (l->hi_open ? v >= l->hi : v > l->hi));
}

bool fits(const struct column *column, const struct value *v)
{
	const struct limits *l = &column->limits;
	char text[TEXT_MAX];

	if (v->type == VALUE_NULL)
		return true;
	if (l->only_null || (l->choice && !is_chosen(l, v)))
		return false;
	switch (v->type) {
	case VALUE_INTEGER:
		return number_fits(l, (double)v->integer);
	case VALUE_REAL:
		return number_fits(l, v->real);
	case VALUE_TEXT:
		if (v->len >= sizeof text)
			return !l->like && (l->max_length < 0 || (int64_t)v->len <= l->max_length);
		memcpy(text, v->bytes, v->len);
		text[v->len] = '\0';
		return text_fits(l, text, v->len);
	default:
		return (int64_t)v->len >= l->min_length && (l->max_length < 0 || (int64_t)v->len <= l->max_length);
	}
}

bool fits_all(struct draft *d, int table, int column, const struct generator *g)
{
	const struct table_draft *t = &d->table[table];
	struct arena *arena = arena_new();
	bool good = arena != NULL;

	d->starved = d->starved || !arena;
	for (uint64_t i = 0; good && i < SAMPLE && i < t->rows; i++) {
		uint64_t row = t->first + (t->rows <= SAMPLE ? i : i < SAMPLE / 2 ? i : t->rows / SAMPLE * i);
		struct value v;
		const char *why = "";
		good = generate(g, row, arena, &v, &why) == 0 && fits(&d->schema->table[table].column[column], &v);
		d->starved = d->starved || !why;
	}
	arena_free(arena);
	return good;
}

bool fits_integers(const struct column *column, int64_t *lo, int64_t *hi)
{
	const struct limits *l = &column->limits;
	double low = l->has_lo ? ceil(l->lo) : -9e18, high = l->has_hi ? floor(l->hi) : 9e18;

	if (l->has_lo && l->lo_open && low == l->lo)
		low += 1;
	if (l->has_hi && l->hi_open && high == l->hi)
		high -= 1;
	*lo = low < -9e18 ? (int64_t)-9e18 : low > 9e18 ? (int64_t)9e18 : (int64_t)low;
	*hi = high < -9e18 ? (int64_t)-9e18 : high > 9e18 ? (int64_t)9e18 : (int64_t)high;
	return low <= high;
}
