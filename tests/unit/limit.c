/* Made-up CHECKs, and rows that lie within what was understood of them: where nothing was left over, SQLite takes every one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/schema.h"
#include "rng.h"
#include "sql.h"

#define TABLES 1000
#define ROWS 20
#define COLUMNS 4

static int between(struct rng *rng, int lo, int hi)
{
	return lo + (int)rng_below(rng, (uint64_t)(hi - lo + 1));
}

static char one_of(struct rng *rng, const char *letters)
{
	return letters[rng_below(rng, strlen(letters))];
}

static const char *word(struct rng *rng, size_t n, const char *const *words)
{
	return words[rng_below(rng, n)];
}

#define WORD(rng, ...) \
	word(rng, sizeof (const char *const[]){__VA_ARGS__} / sizeof (char *), (const char *const[]){__VA_ARGS__})

/* Lists hold integers alone: length(x) of an integer column is understood of those. */
static void put_condition(FILE *out, struct rng *rng)
{
	char x = one_of(rng, "abc"), y = x == 'a' ? 'b' : 'a', any = one_of(rng, "abcd");
	int lo = between(rng, -9, 9);

	switch (rng_below(rng, 9)) {
	case 0:
		fprintf(out, "%c %s %d", x, WORD(rng, "<", "<=", ">", ">=", "=", "<>"), lo);
		break;
	case 1:
		fprintf(out, "%d%s %s %c", lo, WORD(rng, "", ".5"), WORD(rng, "<", "<=", ">", ">=", "!="), x);
		break;
	case 2:
		fprintf(out, "%c BETWEEN %d AND %d", x, lo, lo + between(rng, 0, 9));
		break;
	case 3:
		fprintf(out, "%c%s IN (%d, %d, %d)", x, WORD(rng, "", " NOT"), lo, between(rng, -9, 9), between(rng, -9, 9));
		break;
	case 4:
		fprintf(out, "%c IS%s NULL", any, WORD(rng, "", " NOT"));
		break;
	case 5:
		fprintf(out, "%c %s %c", x, WORD(rng, "<", "<=", ">", ">=", "<>"), y);
		break;
	case 6:
		fputs(WORD(rng, "d IN ('p', 'q', 'r')", "d = 'p'", "d <> 'p'", "d <> ''", "d NOT IN ('q', 'r')"), out);
		break;
	case 7:
		fputs(WORD(rng, "length(d) > 1", "length(d) <= 3", "lower(d) = 'p'", "abs(a) <= 5", "length(b) = 2"), out);
		break;
	default:
		fprintf(out, "((%c IS NULL) %s (%c IS NULL))", any, WORD(rng, "<>", "="), any == 'd' ? 'a' : 'd');
	}
}

static void put_conditions(FILE *out, struct rng *rng, int depth)
{
	bool group = rng_below(rng, 2);

	if (depth == 0 || rng_below(rng, 5) < 2) {
		fputs(WORD(rng, "", "", "", "NOT "), out);
		put_condition(out, rng);
		return;
	}
	fputs(group ? "(" : "", out);
	put_conditions(out, rng, depth - 1);
	fputs(WORD(rng, " AND ", " OR "), out);
	put_conditions(out, rng, depth - 1);
	fputs(group ? ")" : "", out);
}

/* Caller frees. */
static char *make_table(struct rng *rng)
{
	static const char *const columns[COLUMNS] = {"a INT", "b INTEGER", "c REAL", "d TEXT"};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	fputs("CREATE TABLE t(", out);
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s, ", columns[i], WORD(rng, "", "", " NOT NULL"));
	for (int n = between(rng, 1, 3); n > 0; n--) {
		fputs("CHECK (", out);
		put_conditions(out, rng, 2);
		fputs(n > 1 ? "), " : "))", out);
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

static double number(const struct value *v)
{
	return v->type == VALUE_INTEGER ? (double)v->integer : v->real;
}

static bool within(const struct limits *l, double n)
{
	return !(l->has_lo && (n < l->lo || (l->lo_open && n == l->lo))) &&
	       !(l->has_hi && (n > l->hi || (l->hi_open && n == l->hi)));
}

static bool make_text(const struct limits *l, struct rng *rng, struct value *v)
{
	static const char text[] = "zyxwvutszyxwvuts";
	int64_t least = l->min_length > 1 ? l->min_length : 1, most = l->max_length < 0 ? 10 : l->max_length;

	if (most < least)
		return false;
	*v = (struct value){.type = VALUE_TEXT, .bytes = text, .len = (size_t)between(rng, (int)least, (int)most)};
	return true;
}

static bool make_number(const struct limits *l, bool whole, struct rng *rng, struct value *v)
{
	double lo = l->has_lo ? l->lo : (l->has_hi ? l->hi : 0) - 20, hi = l->has_hi ? l->hi : lo + 40;

	if (lo > hi)
		return false;
	*v = (struct value){.type = VALUE_INTEGER, .integer = between(rng, (int)lo, (int)hi)};
	if (!whole)
		*v = (struct value){.type = VALUE_REAL, .real = lo + (double)rng_below(rng, 9) / 8 * (hi - lo)};
	return within(l, number(v));
}

/* A value within the limits. false: none was found this time. */
static bool make_value(const struct column *c, struct rng *rng, struct value *v)
{
	const struct limits *l = &c->limits;

	*v = (struct value){.type = VALUE_NULL};
	if (l->only_null || (!c->not_null && rng_below(rng, 4) == 0))
		return true;
	if (l->choice) {
		*v = l->choice[rng_below(rng, l->nchoices)];
		if (v->type != VALUE_TEXT)
			return within(l, number(v));
		return (int64_t)v->len >= l->min_length && (l->max_length < 0 || (int64_t)v->len <= l->max_length);
	}
	return c->affinity == AFFINITY_TEXT ? make_text(l, rng, v) : make_number(l, c->affinity == AFFINITY_INTEGER, rng, v);
}

static bool in_order(const struct table *t, const struct value *row)
{
	for (size_t i = 0; i < t->norders; i++) {
		const struct order *o = &t->order[i];
		const struct value *a = &row[o->below], *b = &row[o->above];
		if (a->type == VALUE_NULL || b->type == VALUE_NULL)
			continue;
		if (o->different ? number(a) == number(b) : o->strict ? number(a) >= number(b) : number(a) > number(b))
			return false;
	}
	return true;
}

static bool make_row(const struct table *t, struct rng *rng, struct value *row)
{
	for (int attempt = 0; attempt < 200; attempt++) {
		bool fine = true;
		for (size_t i = 0; i < COLUMNS && fine; i++)
			fine = make_value(&t->column[i], rng, &row[i]);
		if (fine && in_order(t, row))
			return true;
	}
	return false;
}

static int insert(struct sql_stmt *stmt, const struct value *row)
{
	for (int i = 0; i < COLUMNS; i++) {
		const struct value *v = &row[i];
		int status = v->type == VALUE_NULL ? sql_bind_null(stmt, i + 1) :
			     v->type == VALUE_INTEGER ? sql_bind_integer(stmt, i + 1, v->integer) :
			     v->type == VALUE_REAL ? sql_bind_real(stmt, i + 1, v->real) :
						     sql_bind_text(stmt, i + 1, v->bytes, v->len);
		assert_int_equal(status, 0);
	}
	return sql_run(stmt);
}

/* How many rows were found and taken. */
static int fill(const char *text, struct sql *db, const struct table *t, struct rng *rng)
{
	struct sql_stmt *stmt = sql_preparef(db, "INSERT INTO t VALUES (?, ?, ?, ?)");
	struct value row[COLUMNS];
	int n = 0;

	assert_non_null(stmt);
	for (; n < ROWS && make_row(t, rng, row); n++) {
		if (insert(stmt, row) != 0)
			fail_msg("%s: row %d: %s", text, n, sql_reason(db));
	}
	sql_finalize(stmt);
	return n;
}

static void rows_within_limits(void **state)
{
	int understood = 0, filled = 0;
	struct schema schema;
	struct sql *db;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 3, 0);
	for (int i = 0; i < TABLES; i++) {
		char *text = make_table(&rng);
		assert_int_equal(sql_open(&db, ":memory:", SQL_CREATE), 0);
		if (sql_exec(db, text) != 0)
			fail_msg("%s: %s", text, sql_reason(db));
		assert_int_equal(schema_read(&schema, db), 0);
		if (schema.table[0].nchecks == 0) {
			understood++;
			filled += fill(text, db, &schema.table[0], &rng) == ROWS;
		}
		schema_free(&schema);
		sql_close(db);
		free(text);
	}
	/* The rest contradict themselves, or say what is not understood. */
	assert_true(understood > TABLES * 6 / 10);
	assert_true(filled > understood * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_within_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
