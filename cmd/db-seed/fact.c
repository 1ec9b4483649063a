#include "fact.h"

#include <math.h>
#include <string.h>

#include "subject.h"

enum comparison { IS_EQUAL, IS_UNEQUAL, IS_BELOW, IS_UP_TO, IS_ABOVE, IS_FROM };

/* a < b is b > a */
static enum comparison flipped(enum comparison op)
{
	static const enum comparison other[] = {IS_EQUAL, IS_UNEQUAL, IS_ABOVE, IS_FROM, IS_BELOW, IS_UP_TO};

	return other[op];
}

/* NOT a < b is a >= b; both are NULL together. */
static enum comparison negated(enum comparison op)
{
	static const enum comparison other[] = {IS_UNEQUAL, IS_EQUAL, IS_FROM, IS_ABOVE, IS_UP_TO, IS_BELOW};

	return other[op];
}

static bool read_comparison(enum comparison *op, struct tokens *rest)
{
	static const struct { const char *text; enum comparison op; } ops[] = {
		{"=", IS_EQUAL}, {"==", IS_EQUAL}, {"<>", IS_UNEQUAL}, {"!=", IS_UNEQUAL},
		{"<", IS_BELOW}, {"<=", IS_UP_TO}, {">", IS_ABOVE}, {">=", IS_FROM},
	};

	for (size_t i = 0; i < sizeof ops / sizeof ops[0] && !tokens_empty(*rest); i++) {
		if (token_is(rest->at, ops[i].text)) {
			*op = ops[i].op;
			rest->at++;
			return true;
		}
	}
	return false;
}

static bool take(struct tokens *rest, const char *word)
{
	if (tokens_empty(*rest) || !token_is(rest->at, word))
		return false;
	rest->at++;
	return true;
}

/* The nearest double that is not outside of an integer bound. */
static double inward(int64_t n, bool low)
{
	double d = (double)n;

	if (low && (d >= 0x1p63 || (int64_t)d < n))
		return d >= 0x1p63 ? d : nextafter(d, INFINITY);
	if (!low && (d >= 0x1p63 || (int64_t)d > n))
		return nextafter(d, -INFINITY);
	return d;
}

static bool set_lo(struct fact *fact, enum affinity affinity, const struct literal *n, bool open)
{
	fact->has_lo = true;
	if (affinity != AFFINITY_INTEGER) {
		fact->lo = n->real;
		fact->lo_open = open;
	} else if (n->kind == LITERAL_INTEGER) {
		if (open && n->integer == INT64_MAX)
			return false;
		fact->lo = inward(n->integer + open, true);
	} else {
		fact->lo = open ? floor(n->real) + 1 : ceil(n->real);
	}
	return true;
}

static bool set_hi(struct fact *fact, enum affinity affinity, const struct literal *n, bool open)
{
	fact->has_hi = true;
	if (affinity != AFFINITY_INTEGER) {
		fact->hi = n->real;
		fact->hi_open = open;
	} else if (n->kind == LITERAL_INTEGER) {
		if (open && n->integer == INT64_MIN)
			return false;
		fact->hi = inward(n->integer - open, false);
	} else {
		fact->hi = open ? ceil(n->real) - 1 : floor(n->real);
	}
	return true;
}

static bool is_number(const struct literal *literal)
{
	return literal->kind == LITERAL_INTEGER || literal->kind == LITERAL_REAL;
}

/* A comparison of numbers other than = and <>. */
static bool bounded(struct fact *fact, enum affinity affinity, enum comparison op, const struct literal *n)
{
	if (!is_number(n) || affinity == AFFINITY_TEXT)
		return false;
	fact->kind = FACT_RANGE;
	if (op == IS_ABOVE || op == IS_FROM)
		return set_lo(fact, affinity, n, op == IS_ABOVE);
	return set_hi(fact, affinity, n, op == IS_BELOW);
}

/* The length of an integer as text is its digits: 10^(min-1) <= value <= 10^max - 1. Negative ones are left out. */
static bool digits(struct fact *fact)
{
	if (fact->min_length > 18 || fact->max_length > 18 || fact->max_length == 0)
		return false;
	fact->kind = FACT_RANGE;
	fact->has_lo = true;
	fact->lo = fact->min_length > 1 ? pow(10, (double)fact->min_length - 1) : 0;
	fact->has_hi = fact->max_length > 0;
	fact->hi = fact->has_hi ? inward((int64_t)pow(10, (double)fact->max_length) - 1, false) : 0;
	return true;
}

static bool has_length(struct fact *fact, enum affinity affinity)
{
	fact->kind = FACT_LENGTH;
	if (affinity == AFFINITY_INTEGER)
		return digits(fact);
	return affinity == AFFINITY_TEXT || affinity == AFFINITY_BLOB;
}

static bool compare_length(struct fact *fact, enum affinity affinity, enum comparison op, const struct literal *literal)
{
	int64_t n = literal->integer;

	if (literal->kind != LITERAL_INTEGER || n < 0 || n > INT32_MAX)
		return false;
	fact->max_length = -1;
	switch (op) {
	case IS_EQUAL:
		fact->min_length = fact->max_length = n;
		break;
	case IS_UNEQUAL:
		if (n != 0)
			return false;
		fact->min_length = 1;
		break;
	case IS_BELOW:
		if (n == 0)
			return false;
		fact->max_length = n - 1;
		break;
	case IS_UP_TO:
		fact->max_length = n;
		break;
	case IS_ABOVE:
		fact->min_length = n + 1;
		break;
	case IS_FROM:
		fact->min_length = n;
		break;
	}
	return has_length(fact, affinity);
}

static bool compare_position(struct fact *fact, const struct subject *s, enum comparison op, const struct literal *n)
{
	int64_t from = n->integer + (op == IS_ABOVE || op == IS_UNEQUAL);

	if (n->kind != LITERAL_INTEGER || n->integer < 0 || n->integer > 100 || from < 1)
		return false;
	if (op != IS_ABOVE && op != IS_FROM && !(op == IS_UNEQUAL && from == 1))
		return false;
	fact->kind = FACT_CONTAINS;
	fact->pattern = s->text;
	fact->before = (size_t)from - 1;
	return true;
}

/* '*[^…]*' */
static bool is_alphabet(const struct token *pattern)
{
	const char *p = pattern->text;
	size_t len = pattern->len;

	if (len < 8 || memcmp(p + 1, "*[^", 3) != 0 || memcmp(p + len - 3, "]*", 2) != 0)
		return false;
	for (size_t i = 4; i < len - 3; i++) {
		if (p[i] < ' ' || p[i] > '~' || p[i] == ']' || p[i] == '\'' || p[i] == '[')
			return false;
	}
	return true;
}

/* subject op constant */
static bool compare_literal(struct fact *fact, const struct subject *s, enum affinity affinity, enum comparison op,
			    struct tokens constant, const struct literal *literal)
{
	bool same = op == IS_EQUAL, empty = literal_says(literal, "");

	fact->list = constant;
	switch (s->kind) {
	case SUBJECT_LENGTH:
		return compare_length(fact, affinity, op, literal);
	case SUBJECT_ABS:
		fact->kind = FACT_RANGE;
		if ((op != IS_BELOW && op != IS_UP_TO) || !bounded(fact, affinity, op, literal))
			return false;
		fact->has_lo = true;
		fact->lo = -fact->hi;
		fact->lo_open = fact->hi_open;
		return true;
	case SUBJECT_POSITION:
		return compare_position(fact, s, op, literal);
	case SUBJECT_JSON_VALID:
		fact->kind = FACT_JSON;
		fact->json = JSON_ANY;
		return is_number(literal) && (same ? literal->real == 1 : op == IS_UNEQUAL && literal->real == 0);
	case SUBJECT_JSON_TYPE:
		fact->kind = FACT_JSON;
		fact->json = literal_says(literal, "object") ? JSON_ONLY_OBJECT : JSON_ONLY_ARRAY;
		return same && (fact->json == JSON_ONLY_OBJECT || literal_says(literal, "array"));
	case SUBJECT_TYPE:
		fact->kind = FACT_TYPE;
		return same && literal->kind == LITERAL_TEXT;
	case SUBJECT_MOMENT:
		return false;
	case SUBJECT_COLUMN:
	case SUBJECT_TRIM:
	case SUBJECT_LOWER:
	case SUBJECT_UPPER:
		break;
	}
	if (literal->kind == LITERAL_NULL)
		return false;
	/* lower(x) = 'a' holds where x = 'a'; it never would of an 'A'. */
	fact->kind = same ? FACT_CHOICE : FACT_EXCLUDE;
	if (empty && (op == IS_UNEQUAL || op == IS_ABOVE) && (affinity == AFFINITY_TEXT || affinity == AFFINITY_BLOB)) {
		fact->kind = FACT_NOT_EMPTY;
		return true;
	}
	if (same || (op == IS_UNEQUAL && s->kind == SUBJECT_COLUMN))
		return true;
	return s->kind == SUBJECT_COLUMN && bounded(fact, affinity, op, literal);
}

static bool compare_columns(struct fact *fact, int a, int b, enum comparison op)
{
	if (op == IS_EQUAL || a == b)
		return false;
	if (op == IS_ABOVE || op == IS_FROM) {
		int swap = a;
		a = b;
		b = swap;
		op = flipped(op);
	}
	fact->kind = FACT_ORDER;
	fact->column = a;
	fact->order = (struct order){.below = a, .above = b, .strict = op != IS_UP_TO, .different = op == IS_UNEQUAL};
	return true;
}

/* subject op subject */
static bool compare_subjects(struct fact *fact, const struct subject *a, const struct subject *b, enum comparison op)
{
	const struct subject *same = a->kind == SUBJECT_COLUMN ? b : a;

	if (a->kind == SUBJECT_COLUMN && b->kind == SUBJECT_COLUMN)
		return compare_columns(fact, a->column, b->column, op);
	if (op != IS_EQUAL || a->column != b->column || (a->kind != SUBJECT_COLUMN && b->kind != SUBJECT_COLUMN))
		return false;
	if (same->kind == SUBJECT_LOWER || same->kind == SUBJECT_UPPER) {
		fact->kind = FACT_LETTERS;
		fact->letters = same->kind == SUBJECT_LOWER ? CASE_LOWER : CASE_UPPER;
		return true;
	}
	fact->kind = FACT_MOMENT;
	fact->moment = same->moment;
	if (same->kind == SUBJECT_TRIM)
		fact->kind = FACT_NOTHING; /* no text that is made begins or ends with blanks */
	return same->kind == SUBJECT_TRIM || (same->kind == SUBJECT_MOMENT && same->canonical);
}

static bool compare(struct fact *fact, const struct table *table, const struct subject *s, enum comparison op,
		    struct tokens rest)
{
	struct tokens constant = rest;
	struct subject other;
	struct literal literal;

	if (literal_read(&literal, table, &rest))
		return tokens_empty(rest) &&
		       compare_literal(fact, s, table->column[s->column].affinity, op, constant, &literal);
	return subject_read(&other, table, &rest) && tokens_empty(rest) && compare_subjects(fact, s, &other, op);
}

static bool between(struct fact *fact, enum affinity affinity, const struct table *table, const struct subject *s,
		    struct tokens rest)
{
	struct literal lo, hi;
	bool fine;

	if (!literal_read(&lo, table, &rest) || !take(&rest, "AND") || !literal_read(&hi, table, &rest) ||
	    !tokens_empty(rest))
		return false;
	if (s->kind == SUBJECT_LENGTH) {
		fine = lo.kind == LITERAL_INTEGER && hi.kind == LITERAL_INTEGER && lo.integer >= 0 &&
		       lo.integer <= hi.integer && hi.integer <= INT32_MAX;
		fact->min_length = lo.integer;
		fact->max_length = hi.integer;
		return fine && has_length(fact, affinity);
	}
	if (s->kind == SUBJECT_ABS && lo.real == 0)
		return compare_literal(fact, s, affinity, IS_UP_TO, rest, &hi);
	return s->kind == SUBJECT_COLUMN && bounded(fact, affinity, IS_FROM, &lo) && bounded(fact, affinity, IS_UP_TO, &hi);
}

/* A list of lengths or of kinds of JSON: one of them will do, and the greatest has the most values. */
static bool best_of(struct fact *fact, const struct table *table, const struct subject *s, struct tokens list)
{
	struct fact one, best = *fact;
	struct tokens at = list;
	struct literal literal;
	bool found = false;

	while (!tokens_empty(list) && literal_list_next(&literal, table, &list)) {
		one = *fact;
		if (!compare_literal(&one, s, table->column[s->column].affinity, IS_EQUAL, at, &literal))
			continue;
		if (!found || one.max_length > best.max_length)
			best = one;
		found = true;
	}
	*fact = best;
	return found;
}

static bool in_list(struct fact *fact, const struct table *table, const struct subject *s, struct tokens rest, bool not)
{
	struct tokens list = {rest.at + 1, rest.end - 1};

	if (tokens_empty(rest) || !rest.at->inside || token_next(rest.at) != rest.end || !literal_list_is(table, list))
		return false;
	fact->list = list;
	fact->kind = not ? FACT_EXCLUDE : FACT_CHOICE;
	switch (s->kind) {
	case SUBJECT_COLUMN:
		return true;
	case SUBJECT_TRIM:
	case SUBJECT_LOWER:
	case SUBJECT_UPPER:
		return !not;
	case SUBJECT_TYPE:
		fact->kind = FACT_TYPE;
		return !not;
	case SUBJECT_LENGTH:
	case SUBJECT_JSON_TYPE:
		return !not && best_of(fact, table, s, list);
	default:
		return false;
	}
}

static bool like(struct fact *fact, const struct subject *s, struct tokens rest, bool glob, bool not)
{
	/* No ESCAPE behind it. */
	if (tokens_empty(rest) || rest.at + 1 != rest.end || rest.at->kind != TOKEN_STRING)
		return false;
	fact->kind = not ? FACT_ALPHABET : FACT_LIKE;
	fact->pattern = rest.at;
	fact->glob = glob;
	if (not)
		return glob && s->kind == SUBJECT_COLUMN && is_alphabet(rest.at);
	return s->kind == SUBJECT_COLUMN || (!glob && (s->kind == SUBJECT_LOWER || s->kind == SUBJECT_UPPER));
}

static bool is_null(struct fact *fact, const struct subject *s, bool not)
{
	fact->kind = not ? FACT_NOT_NULL : FACT_NULL;
	if (s->kind == SUBJECT_MOMENT && not) {
		fact->kind = FACT_MOMENT;
		fact->moment = s->moment;
		return true;
	}
	return s->kind == SUBJECT_COLUMN;
}

/* What stands behind a subject; negate: there is a NOT before it. */
static bool predicate(struct fact *fact, const struct table *table, const struct subject *s, struct tokens rest, bool negate)
{
	enum affinity affinity = table->column[s->column].affinity;
	enum comparison op;
	bool not;

	if (tokens_empty(rest)) {
		fact->kind = FACT_JSON;
		fact->json = JSON_ANY;
		return s->kind == SUBJECT_JSON_VALID && !negate;
	}
	if (read_comparison(&op, &rest))
		return compare(fact, table, s, negate ? negated(op) : op, rest);
	if (take(&rest, "ISNULL") || take(&rest, "NOTNULL"))
		return tokens_empty(rest) && is_null(fact, s, token_is(rest.at - 1, "NOTNULL") != negate);
	if (take(&rest, "IS")) {
		struct subject other;
		not = take(&rest, "NOT") != negate;
		if (take(&rest, "NULL"))
			return tokens_empty(rest) && is_null(fact, s, not);
		/* x IS date(x): both are NULL together. */
		return !not && subject_read(&other, table, &rest) && tokens_empty(rest) &&
		       compare_subjects(fact, s, &other, IS_EQUAL);
	}
	not = take(&rest, "NOT");
	if (not && take(&rest, "NULL"))
		return tokens_empty(rest) && is_null(fact, s, !negate);
	not = not != negate;
	if (take(&rest, "IN"))
		return in_list(fact, table, s, rest, not);
	if (take(&rest, "BETWEEN"))
		return !not && between(fact, affinity, table, s, rest);
	if (take(&rest, "LIKE"))
		return like(fact, s, rest, false, not);
	return take(&rest, "GLOB") && like(fact, s, rest, true, not);
}

/* 0 < x */
static bool reversed(struct fact *fact, const struct table *table, struct tokens rest, bool negate)
{
	struct tokens constant = rest;
	struct subject subject;
	struct literal literal;
	enum comparison op;

	if (!literal_read(&literal, table, &rest))
		return false;
	constant.end = rest.at;
	if (!read_comparison(&op, &rest) || !subject_read(&subject, table, &rest) || !tokens_empty(rest))
		return false;
	fact->column = subject.column;
	op = flipped(negate ? negated(op) : op);
	return compare_literal(fact, &subject, table->column[subject.column].affinity, op, constant, &literal);
}

bool fact_read(struct fact *fact, const struct table *table, struct tokens condition)
{
	struct tokens rest = tokens_bare(condition);
	struct subject subject;
	bool negate = false;

	*fact = (struct fact){.max_length = -1};
	/* It binds less tightly than any comparison. */
	while (take(&rest, "NOT")) {
		negate = !negate;
		rest = tokens_bare(rest);
	}
	if (!subject_read(&subject, table, &rest))
		return reversed(fact, table, rest, negate);
	fact->column = subject.column;
	return predicate(fact, table, &subject, rest, negate);
}
