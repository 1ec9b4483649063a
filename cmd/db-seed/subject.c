#include "subject.h"

static const struct { const char *name; enum subject_kind kind; enum moment moment; bool canonical; } functions[] = {
	{"length", SUBJECT_LENGTH, MOMENT_NONE, false},
	{"trim", SUBJECT_TRIM, MOMENT_NONE, false},
	{"ltrim", SUBJECT_TRIM, MOMENT_NONE, false},
	{"rtrim", SUBJECT_TRIM, MOMENT_NONE, false},
	{"lower", SUBJECT_LOWER, MOMENT_NONE, false},
	{"upper", SUBJECT_UPPER, MOMENT_NONE, false},
	{"abs", SUBJECT_ABS, MOMENT_NONE, false},
	{"typeof", SUBJECT_TYPE, MOMENT_NONE, false},
	{"json_valid", SUBJECT_JSON_VALID, MOMENT_NONE, false},
	{"json_type", SUBJECT_JSON_TYPE, MOMENT_NONE, false},
	{"instr", SUBJECT_POSITION, MOMENT_NONE, false},
	{"date", SUBJECT_MOMENT, MOMENT_DAY, true},
	{"datetime", SUBJECT_MOMENT, MOMENT_SECOND, true},
	{"time", SUBJECT_MOMENT, MOMENT_TIME, true},
	{"julianday", SUBJECT_MOMENT, MOMENT_SECOND, false},
	{"unixepoch", SUBJECT_MOMENT, MOMENT_SECOND, false},
	{"strftime", SUBJECT_MOMENT, MOMENT_SECOND, false},
};

/* column, or table.column */
static bool read_column(struct subject *subject, const struct table *table, struct tokens *range)
{
	const struct token *t = range->at;

	if (range->end - t > 2 && token_is(t + 1, ".") && token_names(t, table->name))
		t += 2;
	if (!token_is_name(t))
		return false;
	for (size_t i = 0; i < table->ncolumns; i++) {
		if (token_names(t, table->column[i].name)) {
			*subject = (struct subject){.kind = SUBJECT_COLUMN, .column = (int)i};
			range->at = t + 1;
			return true;
		}
	}
	return false;
}

/* What is between a function's parentheses: a column, length(trim(column)), instr(column, text), strftime(text, column). */
static bool read_arguments(struct subject *subject, const struct table *table, struct tokens inside)
{
	struct subject inner;

	if (subject->kind == SUBJECT_MOMENT && !tokens_empty(inside) && inside.at->kind == TOKEN_STRING) {
		if (subject->canonical || inside.end - inside.at < 3 || !token_is(inside.at + 1, ","))
			return false;
		inside.at += 2;
	}
	if (!subject_read(&inner, table, &inside))
		return false;
	if (inner.kind != SUBJECT_COLUMN && !(inner.kind == SUBJECT_TRIM && subject->kind == SUBJECT_LENGTH))
		return false;
	subject->column = inner.column;
	if (subject->kind == SUBJECT_POSITION) {
		subject->text = inside.at + 1;
		return inside.end - inside.at == 2 && token_is(inside.at, ",") && subject->text->kind == TOKEN_STRING;
	}
	return tokens_empty(inside);
}

static bool read_call(struct subject *subject, const struct table *table, struct tokens *range)
{
	const struct token *open = range->at + 1;
	struct tokens inside = {open + 1, open + open->inside};

	for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
		if (!token_is(range->at, functions[i].name))
			continue;
		*subject = (struct subject){.kind = functions[i].kind, .moment = functions[i].moment};
		subject->canonical = functions[i].canonical;
		if (!read_arguments(subject, table, inside))
			return false;
		range->at = token_next(open);
		return true;
	}
	return false;
}

bool subject_read(struct subject *subject, const struct table *table, struct tokens *range)
{
	if (tokens_empty(*range))
		return false;
	if (range->at->inside) {
		struct tokens inner = tokens_bare((struct tokens){range->at, token_next(range->at)});
		if (!subject_read(subject, table, &inner) || !tokens_empty(inner))
			return false;
		range->at = token_next(range->at);
		return true;
	}
	if (range->at + 1 < range->end && range->at[1].inside)
		return read_call(subject, table, range);
	return read_column(subject, table, range);
}
