#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/spec.h"

static const char schema_text[] =
	"CREATE TABLE tenants (id TEXT PRIMARY KEY, name TEXT);\n"
	"CREATE TABLE clusters (id INTEGER PRIMARY KEY, tenant TEXT REFERENCES tenants, twice AS (id * 2), data BLOB);\n"
	"CREATE TABLE \"a.b\" (x INTEGER PRIMARY KEY);\n"
	"CREATE TABLE keyless (x);\n";

struct fixture {
	struct sql *db;
	struct schema schema;
	struct expr_value variables[16];
	struct scope scope;
};

static int open_schema(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	assert_int_equal(sql_open(&f->db, ":memory:", SQL_CREATE), 0);
	assert_int_equal(sql_script(f->db, "test", schema_text), 0);
	assert_int_equal(schema_read(&f->schema, f->db), 0);
	f->scope = (struct scope){&f->schema, NULL, f->variables, scope_slots(&f->schema)};
	*state = f;
	return 0;
}

static int close_schema(void **state)
{
	struct fixture *f = *state;

	schema_free(&f->schema);
	sql_close(f->db);
	free(f);
	return 0;
}

static int read_text(struct fixture *f, struct spec *spec, const char *text)
{
	return spec_read(spec, &f->scope, 1, "s.json", text, strlen(text));
}

/* The generator that a spec gives column `name` of clusters. */
static void with_generator(struct fixture *f, const char *column, const char *json,
			   void (*check)(const struct spec_column *c, const struct generator *g))
{
	struct spec spec = {0};
	char text[1024];

	snprintf(text, sizeof text, "{\"tables\": {\"clusters\": {\"columns\": {\"%s\": %s}}}}", column, json);
	if (read_text(f, &spec, text) != 0)
		fail_msg("%s: %s", json, spec.error);
	assert_int_equal(spec.ntables, 1);
	assert_int_equal(spec.table[0].ncolumns, 1);
	check(&spec.table[0].column[0], spec.table[0].column[0].generator);
	spec_free(&spec);
}

static void assert_error(struct fixture *f, const char *text, const char *error)
{
	struct spec spec = {0};

	assert_int_equal(read_text(f, &spec, text), -1);
	assert_non_null(spec.error);
	assert_string_equal(spec.error, error);
	spec_free(&spec);
}

/* An error in the generator of clusters.data, on line 1. */
static void assert_bad(struct fixture *f, const char *json, const char *error)
{
	char text[1024], message[512];

	snprintf(text, sizeof text, "{\"tables\": {\"clusters\": {\"columns\": {\"data\": %s}}}}", json);
	snprintf(message, sizeof message, "s.json:1: clusters.data: %s", error);
	assert_error(f, text, message);
}

static void is_four(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->kind, GEN_CONSTANT);
	assert_int_equal(g->constant.type, VALUE_INTEGER);
	assert_true(g->constant.integer == 4);
}

static void is_text(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->constant.type, VALUE_TEXT);
	assert_int_equal(g->constant.len, 3);
	assert_memory_equal(g->constant.bytes, "a\xc3\xa9", 3);
}

static void is_null(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->constant.type, VALUE_NULL);
}

static void is_sequence(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->kind, GEN_SEQUENCE);
	assert_true(g->start == 5 && g->step == 10);
}

static void is_normal(const struct spec_column *c, const struct generator *g)
{
	assert_true(c->unique);
	assert_int_equal(g->pick.kind, PICK_NORMAL);
	assert_true(g->start == 100 && g->pick.n == 100 && g->null_share == 0.25);
	assert_true(g->pick.mean == 0.5 && g->pick.deviation == 0.1);
}

static void is_weighed(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->nchoices, 3);
	assert_true(g->cumulative[0] == 0.5 && g->cumulative[1] == 0.75 && g->cumulative[2] == 1);
	assert_int_equal(g->choice[2].type, VALUE_NULL);
}

static void is_reference(const struct spec_column *c, const struct generator *g)
{
	assert_int_equal(g->kind, GEN_REFERENCE);
	assert_int_equal(c->nreferences, 1);
	assert_ptr_equal(c->reference[0].generator, g);
	assert_int_equal(c->reference[0].parent, 0);
	assert_int_equal(c->reference[0].to, 0);
	assert_true(c->reference[0].picked);
	assert_string_equal(c->reference[0].at, "row / 3");
}

static void is_dotted(const struct spec_column *c, const struct generator *g)
{
	(void)g;
	assert_int_equal(c->reference[0].parent, 2);
	assert_false(c->reference[0].picked);
}

static void is_date(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->format, DATE_DAY);
	assert_true(g->from == INT64_C(1704067200000000000));
	assert_true(g->to == INT64_C(1767225600000000000));
	assert_true(g->interval == INT64_C(60000000000));
}

static void is_json(const struct spec_column *c, const struct generator *g)
{
	assert_int_equal(g->nmembers, 2);
	assert_string_equal(g->member[0].name, "a\"b");
	assert_int_equal(g->member[1].generator->kind, GEN_JSON);
	assert_true(g->member[1].generator->array);
	assert_int_equal(g->member[1].generator->array_max, 5);
	assert_int_equal(c->nreferences, 1);
}

static void is_sizes(const struct spec_column *c, const struct generator *g)
{
	(void)c;
	assert_int_equal(g->kind, GEN_BUNDLE);
	assert_int_equal(g->nsizes, 2);
	assert_true(g->size[1] == 1000000);
	assert_true(g->cumulative[0] == 0.75);
}

static void reads_every_kind(void **state)
{
	struct fixture *f = *state;

	with_generator(f, "data", "4", is_four);
	with_generator(f, "data", "{\"const\": 4}", is_four);
	with_generator(f, "data", "\"a\\u00e9\"", is_text);
	with_generator(f, "data", "null", is_null);
	with_generator(f, "data", "{\"sequence\": [5, 10]}", is_sequence);
	with_generator(f, "data", "{\"unique\": true, \"normal\": [150, 10], \"int\": [100, 199], \"null\": 0.25}",
		       is_normal);
	with_generator(f, "data", "{\"choice\": [\"a\", 1, null], \"weights\": [2, 1, 1]}", is_weighed);
	with_generator(f, "tenant", "{\"ref\": \"tenants\", \"at\": \"row / 3\"}", is_reference);
	with_generator(f, "tenant", "{\"ref\": \"tenants.id\", \"at\": \"row / 3\"}", is_reference);
	with_generator(f, "tenant", "{\"ref\": \"a.b.x\"}", is_dotted);
	with_generator(f, "tenant", "{\"ref\": \"a.b\"}", is_dotted);
	with_generator(f, "data", "{\"date\": [\"2024-01-01\", 1767225600], \"format\": \"day\", \"every\": \"1m\"}",
		       is_date);
	with_generator(f, "data",
		       "{\"json\": {\"a\\\"b\": {\"ref\": \"tenants\"}, \"c\": {\"json-array\": 1, \"length\": [0, 5]}}}",
		       is_json);
	with_generator(f, "data", "{\"bundle\": {\"sizes\": [100000, 1000000], \"weights\": [3, 1]}}", is_sizes);
}

static void errors_name_the_line(void **state)
{
	struct fixture *f = *state;

	assert_error(f, "", "s.json:1: expected an object with \"tables\"");
	assert_error(f, "{}\n\nx", "s.json:3: expected nothing behind the object");
	assert_error(f, "{\n\"table\": {}}", "s.json:2: unknown key 'table' (expected tables or require)");
	assert_error(f, "{\"tables\":\n{\"none\": {}}}", "s.json:2: there is no table 'none'");
	assert_error(f, "{\"tables\": {\"tenants\": {\n\n\"columns\": {\"x\": 1}}}}",
		     "s.json:3: tenants: there is no column 'x'");
	assert_error(f, "{\"tables\": {\"tenants\": {\"row\": 1}}}",
		     "s.json:1: tenants: unknown key 'row' (expected rows or columns)");
	assert_error(f, "{\"tables\": {\"tenants\": {\"rows\": -1}}}",
		     "s.json:1: tenants: expected a whole number of rows");
	assert_error(f, "{\"tables\": {\"tenants\": {\"rows\":\n[]}}}",
		     "s.json:2: tenants: expected a number of rows, or an expression in quotes");
	assert_error(f, "{\"tables\": {\"clusters\": {\"columns\": {\"twice\": 1}}}}",
		     "s.json:1: clusters.twice: a generated column cannot be given values");
	assert_error(f, "{\"require\": [[\"1\"]]}", "s.json:1: expected a message behind the expression");
	assert_error(f, "{\"tables\": {}", "s.json:1: expected ',' or '}'");
}

static void bad_generators_say_what_was_expected(void **state)
{
	struct fixture *f = *state;

	assert_bad(f, "{}",
		   "expected one of const, sequence, int, float, bool, choice, uuid, date, pattern, fake, ref, expr, json, "
		   "json-array, blob and bundle");
	assert_bad(f, "[1]", "expected a constant or an object that tells how to make values");
	assert_bad(f, "{\"integer\": [1, 2]}", "unknown key 'integer'");
	assert_bad(f, "{\"int\": [1, 2], \"bool\": 1}", "'bool' beside 'int': expected one of them");
	assert_bad(f, "{\"int\": [1, 2], \"every\": \"1s\"}", "'every' does not go with 'int'");
	assert_bad(f, "{\"int\": [2, 1]}", "expected [LO, HI], the lower one first");
	assert_bad(f, "{\"int\": [1.5, 2]}", "expected [LO, HI] of whole numbers");
	assert_bad(f, "{\"int\": [1, 2], \"zipf\": 0}", "expected an exponent over 0 for zipf");
	assert_bad(f, "{\"int\": [1, 2], \"zipf\": 1, \"at\": 1}", "expected one of zipf, normal, order and at");
	assert_bad(f, "{\"int\": [1, 2], \"null\": 2}", "expected a share from 0 to 1 for null");
	assert_bad(f, "{\"choice\": []}", "expected at least one value to choose from");
	assert_bad(f, "{\"choice\": [1, 2], \"weights\": [1]}", "expected 2 weights of 0 or more, not all of them 0");
	assert_bad(f, "{\"uuid\": 5}", "expected version 4 or 7");
	assert_bad(f, "{\"date\": [\"2024-02-30\", \"2025-01-01\"]}",
		   "expected a date such as \"2024-01-31\" or \"2024-01-31T18:00:00Z\"");
	assert_bad(f, "{\"date\": [\"2025-01-01\", \"2024-01-01\"]}", "expected [FROM, TO], the earlier one first");
	assert_bad(f, "{\"fake\": \"mail\"}", "unknown kind of word 'mail'");
	assert_bad(f, "{\"ref\": \"nodes\"}", "there is no table 'nodes'");
	assert_bad(f, "{\"ref\": \"tenants.x\"}", "table 'tenants' has no column 'x'");
	assert_bad(f, "{\"ref\": \"keyless\"}", "table 'keyless' has no primary key: name a column");
	assert_bad(f, "{\"ref\": \"clusters.twice\"}", "a generated column cannot be referred to");
	assert_bad(f, "{\"ref\": \"tenants\", \"order\": \"random\"}", "expected \"row\", \"before\" or \"permuted\"");
	assert_bad(f, "{\"json\": {\"a\": {\"int\": [1, 2], \"unique\": true}}}", "only a whole column can be unique");
	assert_bad(f, "{\"blob\": -1}", "expected a size from 0 to 1000000000 bytes");
	assert_bad(f, "{\"bundle\": 10}", "expected a size from 8192 to 1000000000 bytes");
}

static void later_words_replace_earlier_ones(void **state)
{
	struct fixture *f = *state;
	struct spec spec = {0};

	assert_int_equal(read_text(f, &spec,
				   "{\"tables\": {\"tenants\": {\"rows\": 5, \"columns\": {\"name\": {\"ref\": \"clusters\"},"
					     " \"id\": 7}}}}"), 0);
	assert_int_equal(read_text(f, &spec,
				   "{\"require\": [[\"1\", \"m\"]], \"tables\": {\"TENANTS\": {\"rows\": \"3 * scale\","
					     " \"columns\": {\"NAME\": 1}}}}"), 0);
	const struct spec_table *t = spec_find(&spec, 0);
	assert_non_null(t);
	assert_int_equal(spec.ntables, 1);
	assert_string_equal(t->rows, "3 * scale");
	assert_int_equal(t->ncolumns, 2);
	assert_int_equal(t->column[0].generator->kind, GEN_CONSTANT);
	assert_int_equal(t->column[0].nreferences, 0);
	assert_int_equal(spec.ndemands, 1);
	assert_null(spec_find(&spec, 1));
	spec_free(&spec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_every_kind, open_schema, close_schema),
		cmocka_unit_test_setup_teardown(errors_name_the_line, open_schema, close_schema),
		cmocka_unit_test_setup_teardown(bad_generators_say_what_was_expected, open_schema, close_schema),
		cmocka_unit_test_setup_teardown(later_words_replace_earlier_ones, open_schema, close_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
