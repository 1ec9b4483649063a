#include "limit.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "values.h"

void limits_free(struct limits *limits)
{
	struct values choice = {limits->choice, limits->nchoices};

	values_free(&choice);
	free(limits->like);
	free(limits->alphabet);
	*limits = (struct limits){.max_length = -1};
}

static bool in_range(const struct limits *l, double n)
{
	return !(l->has_lo && (n < l->lo || (l->lo_open && n == l->lo))) &&
	       !(l->has_hi && (n > l->hi || (l->hi_open && n == l->hi)));
}

static bool is_empty(const struct limits *l)
{
	return l->has_lo && l->has_hi && (l->lo > l->hi || (l->lo == l->hi && (l->lo_open || l->hi_open)));
}

/* May the column hold this choice, by its other limits? */
static bool permitted(const struct limits *l, const struct value *value)
{
	int64_t len = 0;

	if (value_is_number(value))
		return in_range(l, value_number(value));
	for (size_t i = 0; i < value->len; i++)
		len += ((unsigned char)value->bytes[i] & 0xc0) != 0x80;
	return !(l->not_empty && len == 0) && len >= l->min_length && (l->max_length < 0 || len <= l->max_length);
}

static enum limits_result read_values(struct values *values, const struct table *table, enum affinity affinity, struct tokens list)
{
	int status = values_append(values, table, affinity, list);

	return status < 0 ? LIMITS_NO_MEMORY : status ? LIMITS_ADDED : LIMITS_REFUSED;
}

/* Keep of the choices those that are in (or not in) values. Refused, with nothing done, where none would be left. */
static enum limits_result keep(struct limits *limits, const struct values *values, bool in)
{
	size_t kept = 0;

	for (size_t i = 0; i < limits->nchoices; i++)
		kept += values_contain(values, &limits->choice[i]) == in;
	if (!kept)
		return LIMITS_REFUSED;
	kept = 0;
	for (size_t i = 0; i < limits->nchoices; i++) {
		if (values_contain(values, &limits->choice[i]) == in)
			limits->choice[kept++] = limits->choice[i];
		else
			value_free(&limits->choice[i]);
	}
	limits->nchoices = kept;
	return LIMITS_ADDED;
}

enum limits_result limits_choose(struct table *table, int column, const struct tokens *list, size_t n)
{
	struct limits *limits = &table->column[column].limits;
	enum limits_result result = LIMITS_ADDED;
	struct values values = {0};

	for (size_t i = 0; i < n && result == LIMITS_ADDED; i++)
		result = read_values(&values, table, table->column[column].affinity, list[i]);
	if (result == LIMITS_ADDED && values.n) {
		if (limits->choice) {
			result = keep(limits, &values, true);
		} else {
			limits->choice = values.value;
			limits->nchoices = values.n;
			values = (struct values){0};
		}
	}
	values_free(&values);
	return result;
}

void limits_trim(struct column *column)
{
	struct limits *l = &column->limits;
	size_t kept = 0;

	for (size_t i = 0; i < l->nchoices; i++)
		kept += permitted(l, &l->choice[i]);
	if (!kept || kept == l->nchoices)
		return;
	kept = 0;
	for (size_t i = 0; i < l->nchoices; i++) {
		if (permitted(l, &l->choice[i]))
			l->choice[kept++] = l->choice[i];
		else
			value_free(&l->choice[i]);
	}
	l->nchoices = kept;
}

/* limits with the fact's range put in. */
static struct limits ranged(const struct limits *limits, const struct fact *fact)
{
	struct limits l = *limits;

	if (fact->has_lo && (!l.has_lo || fact->lo > l.lo || (fact->lo == l.lo && fact->lo_open))) {
		l.has_lo = true;
		l.lo = fact->lo;
		l.lo_open = fact->lo_open;
	}
	if (fact->has_hi && (!l.has_hi || fact->hi < l.hi || (fact->hi == l.hi && fact->hi_open))) {
		l.has_hi = true;
		l.hi = fact->hi;
		l.hi_open = fact->hi_open;
	}
	return l;
}

static bool range_fits(const struct limits *limits, const struct fact *fact)
{
	struct limits l = ranged(limits, fact);

	if (is_empty(&l))
		return false;
	for (size_t i = 0; i < l.nchoices; i++) {
		if (permitted(&l, &l.choice[i]))
			return true;
	}
	return l.nchoices == 0;
}

/* Keep to one side of the excluded numbers. */
static enum limits_result avoid(struct column *column, const struct values *values)
{
	double step = column->affinity == AFFINITY_INTEGER;
	struct fact above = {.has_lo = true, .lo_open = !step}, below = {.has_hi = true, .hi_open = !step};
	const struct fact *side;
	size_t met = 0;

	for (size_t i = 0; i < values->n; i++) {
		const struct value *v = &values->value[i];
		if (!value_is_number(v) || !in_range(&column->limits, value_number(v)))
			continue;
		if (!met || value_number(v) + step > above.lo)
			above.lo = value_number(v) + step;
		if (!met || value_number(v) - step < below.hi)
			below.hi = value_number(v) - step;
		met++;
	}
	if (!met)
		return LIMITS_ADDED;
	side = range_fits(&column->limits, &above) ? &above : &below;
	if (!range_fits(&column->limits, side))
		return LIMITS_REFUSED;
	column->limits = ranged(&column->limits, side);
	return LIMITS_NARROWED;
}

static enum limits_result exclude(struct table *table, struct column *column, struct tokens list)
{
	struct values values = {0};
	enum limits_result result = read_values(&values, table, column->affinity, list);

	if (result == LIMITS_ADDED && column->limits.choice)
		result = keep(&column->limits, &values, false);
	else if (result == LIMITS_ADDED && column->affinity != AFFINITY_TEXT && column->affinity != AFFINITY_BLOB)
		result = avoid(column, &values);
	/* Made-up text is not a certain word. */
	values_free(&values);
	return result;
}

/* Put an own copy of text where none is yet. */
static enum limits_result put(char **place, char *text)
{
	if (!text)
		return LIMITS_NO_MEMORY;
	if (*place) {
		bool same = strcmp(*place, text) == 0;
		free(text);
		return same ? LIMITS_ADDED : LIMITS_REFUSED;
	}
	*place = text;
	return LIMITS_ADDED;
}

static enum limits_result add_like(struct limits *limits, const struct fact *fact)
{
	if (limits->like && limits->glob != fact->glob)
		return LIMITS_REFUSED;
	limits->glob = fact->glob;
	return put(&limits->like, token_text(fact->pattern));
}

/* instr(x, '@') > 1 is x LIKE '_%@%' */
static enum limits_result add_contained(struct limits *limits, const struct fact *fact)
{
	char *text, *pattern;
	enum limits_result result = LIMITS_REFUSED;

	if (limits->like && limits->glob)
		return LIMITS_REFUSED;
	text = token_text(fact->pattern);
	if (!text)
		return LIMITS_NO_MEMORY;
	if (*text && !strpbrk(text, "%_")) {
		pattern = malloc(fact->before + strlen(text) + 3);
		if (pattern) {
			memset(pattern, '_', fact->before);
			pattern[fact->before] = '%';
			strcpy(pattern + fact->before + 1, text);
			strcat(pattern + fact->before, "%");
		}
		result = put(&limits->like, pattern);
	}
	free(text);
	return result;
}

/* 'A-F0-9' of '*[^A-F0-9]*', written out. */
static enum limits_result add_alphabet(struct limits *limits, const struct token *pattern)
{
	const char *p = pattern->text + 4, *end = pattern->text + pattern->len - 3;
	bool in[128] = {false};
	char *text = malloc(128), *out = text; /* each ASCII character once, and the end */

	if (!text)
		return LIMITS_NO_MEMORY;
	while (p < end) {
		int from = (unsigned char)*p++, to = from;
		if (end - p > 1 && *p == '-') {
			to = (unsigned char)p[1];
			p += 2;
		}
		for (int c = from; c <= to && c < 128; c++)
			in[c] = true;
	}
	for (int c = 1; c < 128; c++) {
		if (in[c] && (!limits->alphabet || strchr(limits->alphabet, c)))
			*out++ = (char)c;
	}
	*out = '\0';
	if (!*text) {
		free(text);
		return LIMITS_REFUSED;
	}
	free(limits->alphabet);
	limits->alphabet = text;
	return LIMITS_ADDED;
}

static enum limits_result add_length(struct limits *limits, const struct fact *fact)
{
	if (fact->min_length > limits->min_length)
		limits->min_length = fact->min_length;
	if (fact->max_length >= 0 && (limits->max_length < 0 || fact->max_length < limits->max_length))
		limits->max_length = fact->max_length;
	return LIMITS_ADDED;
}

/* The affinity that values of a type have, for a column of that one: -1 where they cannot be. */
static int affinity_of(const struct column *column, const struct literal *type)
{
	bool untyped = column->affinity == AFFINITY_BLOB;
	bool blob = strcasestr(column->type, "BLOB");

	if (literal_says(type, "integer"))
		return column->affinity == AFFINITY_INTEGER || column->affinity == AFFINITY_NUMERIC || (untyped && !blob) ?
		       AFFINITY_INTEGER : -1;
	if (literal_says(type, "real"))
		return column->affinity == AFFINITY_REAL || (untyped && !blob) ? AFFINITY_REAL : -1;
	if (literal_says(type, "text"))
		return column->affinity == AFFINITY_TEXT || (untyped && !blob) ? AFFINITY_TEXT : -1;
	return literal_says(type, "blob") && blob ? AFFINITY_BLOB : -1;
}

static int type_asked(const struct table *table, const struct fact *fact)
{
	const struct column *column = &table->column[fact->column];
	struct tokens list = fact->list;
	struct literal literal;
	int affinity = -1;

	while (affinity < 0 && !tokens_empty(list) && literal_list_next(&literal, table, &list))
		affinity = affinity_of(column, &literal);
	return affinity;
}

static enum limits_result add_order(struct table *table, const struct order *order)
{
	struct order *more = reallocarray(table->order, table->norders + 1, sizeof *more);

	if (!more)
		return LIMITS_NO_MEMORY;
	table->order = more;
	more[table->norders++] = *order;
	return LIMITS_ADDED;
}

static enum limits_result add_json(struct limits *limits, enum json_kind kind)
{
	if (kind != JSON_ANY && limits->json && limits->json_kind != JSON_ANY && limits->json_kind != kind)
		return LIMITS_REFUSED;
	limits->json = true;
	if (limits->json_kind == JSON_NONE || kind != JSON_ANY)
		limits->json_kind = kind;
	return LIMITS_ADDED;
}

enum limits_result limits_add(struct table *table, const struct fact *fact)
{
	struct column *column = &table->column[fact->column];
	struct limits *limits = &column->limits;
	int affinity;

	switch (fact->kind) {
	case FACT_NOTHING:
		break;
	case FACT_RANGE:
		*limits = ranged(limits, fact);
		break;
	case FACT_LENGTH:
		return add_length(limits, fact);
	case FACT_CHOICE:
		return limits_choose(table, fact->column, &fact->list, 1);
	case FACT_EXCLUDE:
		return exclude(table, column, fact->list);
	case FACT_NULL:
		if (column->not_null)
			return LIMITS_REFUSED;
		limits->only_null = true;
		break;
	case FACT_NOT_NULL:
		if (limits->only_null)
			return LIMITS_REFUSED;
		column->not_null = true;
		break;
	case FACT_NOT_EMPTY:
		limits->not_empty = true;
		break;
	case FACT_JSON:
		return add_json(limits, fact->json);
	case FACT_LIKE:
		return add_like(limits, fact);
	case FACT_CONTAINS:
		return add_contained(limits, fact);
	case FACT_ALPHABET:
		return add_alphabet(limits, fact->pattern);
	case FACT_LETTERS:
		if (limits->letters != CASE_ANY && limits->letters != fact->letters)
			return LIMITS_REFUSED;
		limits->letters = fact->letters;
		break;
	case FACT_MOMENT:
		if (limits->moment == MOMENT_NONE || limits->moment == MOMENT_SECOND)
			limits->moment = fact->moment;
		break;
	case FACT_TYPE:
		affinity = type_asked(table, fact);
		if (affinity < 0)
			return LIMITS_REFUSED;
		column->affinity = (enum affinity)affinity;
		break;
	case FACT_ORDER:
		return add_order(table, &fact->order);
	}
	return LIMITS_ADDED;
}

/* Is one of the list's constants still to be had? */
static enum limits_result choice_fits(const struct table *table, const struct fact *fact)
{
	const struct column *column = &table->column[fact->column];
	const struct values chosen = {column->limits.choice, column->limits.nchoices};
	struct values values = {0};
	enum limits_result result = read_values(&values, table, column->affinity, fact->list);
	bool fits = false;

	for (size_t i = 0; i < values.n && !fits; i++)
		fits = permitted(&column->limits, &values.value[i]) &&
		       (!chosen.value || values_contain(&chosen, &values.value[i]));
	values_free(&values);
	return result == LIMITS_ADDED && !fits ? LIMITS_REFUSED : result;
}

/* Of a list of choices alone: nothing would remember to keep other text from being one of these words. */
static enum limits_result exclusion_fits(const struct table *table, const struct fact *fact)
{
	const struct column *column = &table->column[fact->column];
	struct values values = {0};
	enum limits_result result = read_values(&values, table, column->affinity, fact->list);
	bool fits = false;

	for (size_t i = 0; i < column->limits.nchoices && !fits; i++)
		fits = !values_contain(&values, &column->limits.choice[i]);
	values_free(&values);
	return result == LIMITS_ADDED && !fits ? LIMITS_REFUSED : result;
}

enum limits_result limits_allow(const struct table *table, const struct fact *fact)
{
	const struct column *column = &table->column[fact->column];
	const struct limits *l = &column->limits;
	bool fits = true;

	switch (fact->kind) {
	case FACT_CHOICE:
		return choice_fits(table, fact);
	case FACT_EXCLUDE:
		return exclusion_fits(table, fact);
	case FACT_RANGE:
		fits = range_fits(l, fact);
		break;
	case FACT_NULL:
		fits = !column->not_null;
		break;
	case FACT_NOT_NULL:
		fits = !l->only_null;
		break;
	case FACT_LIKE:
	case FACT_CONTAINS:
		fits = !l->like && !l->choice;
		break;
	case FACT_TYPE:
		fits = type_asked(table, fact) >= 0;
		break;
	case FACT_LETTERS:
		fits = l->letters == CASE_ANY || l->letters == fact->letters;
		break;
	case FACT_JSON:
		fits = fact->json == JSON_ANY || l->json_kind <= JSON_ANY || l->json_kind == fact->json;
		break;
	case FACT_NOTHING:
	case FACT_LENGTH:
	case FACT_NOT_EMPTY:
	case FACT_ALPHABET:
	case FACT_MOMENT:
	case FACT_ORDER:
		break;
	}
	return fits ? LIMITS_ADDED : LIMITS_REFUSED;
}
