/* What is understood of a table's text, whatever it is. The input is the columns' types (one character each, up to eight:
 * i, t, b, r, n) with a newline behind, and the text of a CREATE TABLE. */
#include "harness.h"

#include "../../cmd/db-seed/check.h"
#include "../../cmd/db-seed/limit.h"

#define MOST 8

static const char *const names[MOST] = {"a", "b", "c", "end", "o\"p", "x y", "length", "\xc3\xa9"};

static size_t make_columns(struct column *column, char **text)
{
	static const char types[] = "itbrn";
	static const char *const declared[] = {"INTEGER", "TEXT", "", "REAL", "NUMERIC"};
	static const enum affinity affinities[] = {AFFINITY_INTEGER, AFFINITY_TEXT, AFFINITY_BLOB, AFFINITY_REAL,
						   AFFINITY_NUMERIC};
	size_t n = 0;

	for (; n < MOST && **text && **text != '\n'; n++, ++*text) {
		const char *type = strchr(types, **text);
		size_t at = type && *type ? (size_t)(type - types) : 0;
		column[n] = (struct column){.name = (char *)(uintptr_t)names[n], .type = (char *)(uintptr_t)declared[at]};
		column[n].affinity = affinities[at];
		column[n].limits.max_length = -1;
	}
	*text += **text == '\n';
	return n;
}

static void must_be_sound(const struct table *t)
{
	for (size_t i = 0; i < t->ncolumns; i++) {
		const struct limits *l = &t->column[i].limits;
		MUST(!l->choice == !l->nchoices);
		MUST(l->min_length >= 0 && l->max_length >= -1);
		MUST(l->json == (l->json_kind != JSON_NONE));
		MUST(!l->only_null || !t->column[i].not_null);
		MUST(!l->has_lo || l->lo == l->lo);
		MUST(!l->has_hi || l->hi == l->hi);
		MUST(t->column[i].affinity != AFFINITY_INTEGER || !(l->lo_open || l->hi_open));
		for (size_t j = 0; j < l->nchoices; j++) {
			MUST(l->choice[j].type != VALUE_NULL && l->choice[j].type != VALUE_BLOB);
			MUST(l->choice[j].type != VALUE_TEXT || strlen(l->choice[j].bytes) == l->choice[j].len);
		}
	}
	for (size_t i = 0; i < t->norders; i++) {
		MUST(t->order[i].below >= 0 && (size_t)t->order[i].below < t->ncolumns);
		MUST(t->order[i].above >= 0 && (size_t)t->order[i].above < t->ncolumns);
		MUST(t->order[i].below != t->order[i].above);
	}
	for (size_t i = 0; i < t->nchecks; i++) {
		MUST(*t->check[i].text && strstr(t->sql, t->check[i].text));
		for (size_t j = 0; j < t->check[i].ncolumns; j++)
			MUST((size_t)t->check[i].column[j] < t->ncolumns);
	}
	for (size_t i = 0; i < t->nnarrowed; i++)
		MUST(strstr(t->sql, t->narrowed[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct column column[MOST];
	struct table t = {.name = (char *)(uintptr_t)"t", .column = column};
	char *text = fuzz_text(data, size), *p = text;

	t.ncolumns = make_columns(column, &p);
	/* In a place of its own, so that reading past its end shows. */
	t.sql = strdup(p);
	MUST(t.sql && check_read(&t) == 0);
	must_be_sound(&t);
	for (size_t i = 0; i < t.nchecks; i++) {
		free(t.check[i].text);
		free(t.check[i].column);
	}
	for (size_t i = 0; i < t.nnarrowed; i++)
		free(t.narrowed[i]);
	for (size_t i = 0; i < t.ncolumns; i++)
		limits_free(&t.column[i].limits);
	free(t.order);
	free(t.check);
	free(t.narrowed);
	free(t.sql);
	free(text);
	return 0;
}
