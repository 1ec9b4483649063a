#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../cmd/db-seed/fake.h"
#include "generating.h"
#include "json.h"

static struct part literal(const char *text)
{
	return (struct part){ .kind = PART_LITERAL, .literal = copy(text), .len = strlen(text) };
}

static struct generator *pattern(const struct part *parts, size_t n)
{
	struct generator *g = new(GEN_PATTERN);

	g->part = calloc(n, sizeof(*parts));
	assert_non_null(g->part);
	memcpy(g->part, parts, n * sizeof(*parts));
	g->nparts = n;
	return g;
}

static int lookup(void *data, const char *name, size_t len)
{
	(void)data;
	return len == 3 && memcmp(name, "row", 3) == 0 ? 0 : len == 4 && memcmp(name, "rows", 4) == 0 ? 1 : -1;
}

static struct expr *parse(const char *text)
{
	char error[128] = "";
	struct expr *e = expr_parse(text, strlen(text), lookup, NULL, error, NULL);

	if (!e)
		fail_msg("%s: %s", text, error);
	return e;
}

static const struct expr_value variables[2] = { [1] = { .integer = 500 } };

static struct generator *expression(const char *text)
{
	struct generator *g = new(GEN_EXPR);

	g->expr = parse(text);
	g->variables = variables;
	g->nvariables = 2;
	return g;
}

static void patterns(void **state)
{
	struct part parts[] = { literal("n\xc3\xb6"),
				{ .kind = PART_ROW, .first = 1, .width = 6 },
				{ .kind = PART_EXPR, .expr = parse("rows - row * 100"), .width = 4 },
				literal("-"),
				{ .kind = PART_DIGITS, .width = 15 },
				{ .kind = PART_HEX, .width = 17 },
				{ .kind = PART_LOWER, .width = 10 },
				{ .kind = PART_UPPER, .width = 10 },
				{ .kind = PART_ALNUM, .width = 20 },
				{ .kind = PART_BASE64, .width = 20 },
				literal(".") };
	static const char *const letters[] = { "0123456789", "0123456789abcdef", "abcdefghijklmnopqrstuvwxyz",
					       "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
					       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
					       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" };
	static const size_t widths[] = { 15, 17, 10, 10, 20, 20 };
	struct generator *g = pattern(parts, sizeof(parts) / sizeof(*parts));

	(void)state;
	g->variables = variables;
	g->nvariables = 2;
	assert_memory_equal(text_at(g, 0), "n\xc3\xb6" "0000010500-", 14);
	assert_memory_equal(text_at(g, 9), "n\xc3\xb6" "000010-0400-", 15);
	for (uint64_t row = 0; row < 500; row++) {
		const char *p = strrchr(text_at(g, row), '-') + 1;

		for (size_t i = 0; i < 6; i++) {
			assert_true(strspn(p, letters[i]) >= widths[i]);
			p += widths[i];
		}
		assert_string_equal(p, ".");
	}
	g->max_length = 2; /* within the second letter */
	assert_string_equal(text_at(g, 0), "n");
	g->max_length = 3;
	assert_string_equal(text_at(g, 0), "n\xc3\xb6");
	generator_free(g);
}

static void characters_are_uniform(void **state)
{
	struct part part = { .kind = PART_DIGITS, .width = 40 };
	struct generator *g = pattern(&part, 1);
	unsigned count[10] = { 0 };
	double chi = 0;

	(void)state;
	for (uint64_t row = 0; row < 1000; row++) {
		for (const char *p = text_at(g, row); *p; p++)
			count[*p - '0']++;
	}
	for (int i = 0; i < 10; i++)
		chi += (count[i] - 4000.0) * (count[i] - 4000.0) / 4000;
	assert_true(chi < 27.9); /* 9 degrees of freedom, one in a thousand */
	generator_free(g);
}

static void unique_parts_are_unique(void **state)
{
	struct part part = { .kind = PART_UNIQUE, .width = 3 };
	struct generator *g = pattern(&part, 1);

	(void)state;
	check_distinct(g, (size_t)36 * 36 * 36);
	assert_int_equal(strlen(text_at(g, 5)), 3);
	g->part->width = 12;
	check_distinct(g, 10000);
	g->part->width = 20;
	assert_int_equal(strlen(text_at(g, 5)), 20);
	check_distinct(g, 10000);
	generator_free(g);
}

static void patterns_of_values(void **state)
{
	struct generator *city = new(GEN_FAKE), *number = new(GEN_INTEGER), *null = new(GEN_CONSTANT), *blob = new(GEN_BLOB);
	struct part parts[] = { { .kind = PART_VALUE, .generator = city }, literal("/"),
				{ .kind = PART_VALUE, .generator = number }, literal("/"), { .kind = PART_VALUE, .generator = null } };
	struct generator *g = pattern(parts, 5);
	char wanted[FAKE_MAX];

	(void)state;
	city->fake = FAKE_CITY;
	number->start = -7;
	number->pick.n = 1;
	for (uint64_t row = 0; row < 100; row++) {
		snprintf(wanted, sizeof(wanted), "%s/-7/", text_at(city, row));
		assert_string_equal(text_at(g, row), wanted);
	}
	generator_free(g->part[4].generator);
	g->part[4].generator = blob;
	blob->pick.n = 1;
	check_fails(g, 0, "a blob cannot be part of a text");
	generator_free(g);
}

static void fakes(void **state)
{
	struct generator *g = new(GEN_FAKE);
	int common = 0;

	(void)state;
	g->fake = FAKE_EMAIL;
	assert_string_equal(text_at(g, 3), text_at(g, 3));
	assert_string_not_equal(text_at(g, 3), text_at(g, 4));
	g->pick.kind = PICK_ZIPF; /* few of them, one the commonest */
	g->pick.n = 20;
	rng_zipf_init(&g->pick.zipf, 20, 1);
	for (uint64_t row = 0; row < 1000; row++)
		common += strcmp(text_at(g, row), text_at(g, 0)) == 0;
	assert_true(common > 5);
	generator_free(g);
}

static void references(void **state)
{
	struct generator *parent = new(GEN_UUID), *g = new(GEN_REFERENCE), *other = new(GEN_REFERENCE);
	struct value keys[3] = { { .type = VALUE_INTEGER, .integer = 10 }, { .type = VALUE_NULL }, { .type = VALUE_INTEGER, .integer = 30 } };

	(void)state;
	parent->uuid_version = 4;
	parent->key = 99;
	g->column = other->column = &parent;
	g->pick.n = other->pick.n = 50;
	g->parent_first = other->parent_first = 1000;
	other->key = 77; /* of the same foreign key: the same parent, and NULL together */
	g->null_share = other->null_share = 0.25;
	for (uint64_t row = 0; row < 1000; row++) {
		struct value a = at(g, row), b = at(other, row);
		bool found = a.type == VALUE_NULL;

		assert_int_equal(a.type, b.type);
		for (uint64_t i = 0; !found && i < 50; i++)
			found = memcmp(a.bytes, at(parent, 1000 + i).bytes, 36) == 0;
		assert_true(found);
		assert_true(a.type == VALUE_NULL || memcmp(a.bytes, b.bytes, 36) == 0);
		arena_reset(arena);
	}
	g->null_share = 0;
	g->pick.kind = PICK_IN_ORDER;
	assert_memory_equal(at(g, 7).bytes, at(parent, 1007).bytes, 36);
	g->pick.kind = PICK_BEFORE;
	assert_int_equal(at(g, 1000).type, VALUE_NULL);
	assert_memory_equal(at(g, 1001).bytes, at(parent, 1000).bytes, 36);
	parent->null_share = 1;
	assert_int_equal(at(g, 1001).type, VALUE_NULL);

	g->pick.kind = PICK_IN_ORDER;
	g->parent_key = keys;
	g->pick.n = 3;
	assert_int_equal(integer_at(g, 5), 30);
	assert_int_equal(at(g, 4).type, VALUE_NULL);
	g->pick.n = 0;
	assert_int_equal(at(g, 4).type, VALUE_NULL);
	generator_free(g);
	generator_free(other);
	generator_free(parent);
}

static void circles_end(void **state)
{
	struct generator *a = new(GEN_REFERENCE), *b = new(GEN_REFERENCE), *none = NULL;

	(void)state;
	a->pick.n = b->pick.n = 5;
	a->column = &b;
	b->column = &a;
	check_fails(a, 0, "columns that refer to each other in a circle");
	a->column = &none;
	check_fails(a, 0, "refers to a column without values");
	generator_free(a);
	generator_free(b);
}

static void expressions(void **state)
{
	struct generator *g = expression("row * 2 + rows");

	(void)state;
	assert_int_equal(integer_at(g, 21), 542);
	g->as_text = true;
	assert_string_equal(text_at(g, 21), "542");
	generator_free(g);
	g = expression("row / 4.0");
	assert_true(real_at(g, 3) == 0.75);
	g->as_text = true;
	assert_string_equal(text_at(g, 3), "0.75");
	generator_free(g);
	g = expression("random(1, 6)");
	for (uint64_t row = 0; row < 100; row++) {
		assert_true(integer_at(g, row) >= 1 && integer_at(g, row) <= 6);
		assert_int_equal(integer_at(g, row), integer_at(g, row));
	}
	generator_free(g);
	g = expression("1 / row");
	check_fails(g, 0, "division by zero");
	generator_free(g);
}

static void put(struct member *member, const char *name, struct generator *g)
{
	member->name = name ? copy(name) : NULL;
	member->generator = g;
}

static struct generator *json(size_t members)
{
	struct generator *g = new(GEN_JSON);

	g->member = calloc(members ? members : 1, sizeof(*g->member));
	assert_non_null(g->member);
	g->nmembers = members;
	return g;
}

static struct generator *constant(const char *text)
{
	struct generator *g = new(GEN_CONSTANT);

	g->owned = copy(text);
	g->constant.type = VALUE_TEXT;
	g->constant.bytes = g->owned;
	g->constant.len = strlen(text);
	return g;
}

static void objects(void **state)
{
	struct generator *g = json(7), *inner = json(1), *array = json(1), *real = new(GEN_REAL), *sequence = new(GEN_SEQUENCE);

	(void)state;
	real->lo = real->hi = 2.5;
	sequence->step = -1;
	array->array = true;
	array->array_min = array->array_max = 3;
	put(&g->member[0], "id", sequence);
	put(&g->member[1], "a \"b\"\n", constant("x\\\t\"\x01\xc3\xb6/"));
	put(&g->member[2], "none", new(GEN_CONSTANT));
	put(&g->member[3], "real", real);
	put(&g->member[4], "inner", inner);
	put(&inner->member[0], "deep", constant(""));
	put(&g->member[5], "list", array);
	put(&array->member[0], NULL, new(GEN_SEQUENCE));
	array->member[0].generator->step = 1;
	put(&g->member[6], "yes", new(GEN_INTEGER));
	g->member[6].generator->pick.n = g->member[6].generator->start = 1;
	g->member[6].generator->boolean = true;
	assert_string_equal(text_at(g, 4),
			    "{\"id\":-4,\"a \\\"b\\\"\\n\":\"x\\\\\\t\\\"\\u0001\xc3\xb6/\",\"none\":null,\"real\":2.5,"
			    "\"inner\":{\"deep\":\"\"},\"list\":[12,13,14],\"yes\":true}");
	generator_free(g);
	g = json(0);
	assert_string_equal(text_at(g, 0), "{}");
	generator_free(g);
}

/* Whatever stands in them, they are JSON; and the lengths of arrays spread over all that are allowed. */
static void any_json_parses(void **state)
{
	struct generator *g = json(3), *array = json(1), *fake = new(GEN_FAKE), *real = new(GEN_REAL);
	unsigned lengths[6] = { 0 };

	(void)state;
	real->mean = 0;
	real->deviation = 1e9;
	fake->fake = FAKE_NAME;
	fake->null_share = 0.1;
	array->array = true;
	array->array_min = 1;
	array->array_max = 5;
	put(&array->member[0], NULL, fake);
	put(&g->member[0], "names", array);
	put(&g->member[1], "real", real);
	put(&g->member[2], "date", new(GEN_DATE));
	for (uint64_t row = 0; row < 2000; row++) {
		const char *text = text_at(g, row);
		struct json_span key;
		struct json j;
		unsigned length = 0;

		json_open(&j, text, strlen(text));
		assert_int_equal(json_object(&j), 0);
		assert_int_equal(json_key(&j, &key), 1);
		assert_true(json_is(&key, "names"));
		assert_int_equal(json_array(&j), 0);
		while (json_element(&j) == 1) {
			assert_int_equal(json_skip(&j), 0);
			length++;
		}
		assert_true(length >= 1 && length <= 5);
		lengths[length]++;
		assert_int_equal(json_key(&j, &key), 1);
		assert_int_equal(json_skip(&j), 0);
		assert_int_equal(json_key(&j, &key), 1);
		assert_int_equal(json_skip(&j), 0);
		assert_int_equal(json_key(&j, &key), 0);
		assert_int_equal(json_done(&j), 0);
	}
	for (int i = 1; i <= 5; i++)
		assert_true(lengths[i] > 320 && lengths[i] < 480);
	put(&array->member[0], NULL, new(GEN_BLOB));
	generator_free(fake);
	array->member[0].generator->pick.n = 1;
	check_fails(g, 0, "a blob cannot stand in JSON");
	generator_free(g);
}

static void blobs(void **state)
{
	struct generator *g = new(GEN_BLOB);
	unsigned count[256] = { 0 };
	struct value large;
	double chi = 0;

	(void)state;
	g->start = 10;
	g->pick.n = 21;
	for (uint64_t row = 0; row < 5000; row++) {
		struct value v = at(g, row);

		assert_int_equal(v.type, VALUE_BLOB);
		assert_true(v.len >= 10 && v.len <= 30);
		assert_memory_equal(v.bytes, at(g, row).bytes, v.len);
	}
	g->start = 100000;
	g->pick.n = 1;
	large = at(g, 3);
	assert_int_equal(large.len, 100000);
	for (size_t i = 0; i < large.len; i++)
		count[(unsigned char)large.bytes[i]]++;
	for (int i = 0; i < 256; i++)
		chi += (count[i] - 100000 / 256.0) * (count[i] - 100000 / 256.0) / (100000 / 256.0);
	assert_true(chi < 330.5); /* 255 degrees of freedom, one in a thousand */
	g->start = -1;
	check_fails(g, 0, "a size below 0");
	generator_free(g);
}

static void sizes_from_a_list(void **state)
{
	static const int64_t sizes[] = { 9000, 8200, 0 };
	struct generator *g = new(GEN_BUNDLE);
	size_t large = 0;

	(void)state;
	g->size = malloc(sizeof(sizes));
	g->cumulative = malloc(2 * sizeof(*g->cumulative));
	assert_non_null(g->size);
	assert_non_null(g->cumulative);
	memcpy(g->size, sizes, sizeof(sizes));
	g->cumulative[0] = 0.75;
	g->cumulative[1] = 1;
	g->nsizes = 2;
	for (uint64_t row = 0; row < 400; row++) {
		struct value v = at(g, row);

		assert_true(v.type == VALUE_BLOB && (v.len == 9000 || v.len == 8200));
		assert_memory_equal(v.bytes, "\x1f\x8b", 2);
		large += v.len == 9000;
		arena_reset(arena);
	}
	assert_true(large > 260 && large < 340);
	free(g->cumulative);
	g->cumulative = NULL;
	g->pick.kind = PICK_IN_ORDER;
	g->pick.n = g->nsizes = 3;
	assert_int_equal(at(g, 4).len, 8200);
	check_fails(g, 2, "a bundle takes at least 8192 bytes");
	g->kind = GEN_BLOB;
	assert_int_equal(at(g, 2).len, 0);
	generator_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(patterns, setup, teardown),
		cmocka_unit_test_setup_teardown(characters_are_uniform, setup, teardown),
		cmocka_unit_test_setup_teardown(unique_parts_are_unique, setup, teardown),
		cmocka_unit_test_setup_teardown(patterns_of_values, setup, teardown),
		cmocka_unit_test_setup_teardown(fakes, setup, teardown),
		cmocka_unit_test_setup_teardown(references, setup, teardown),
		cmocka_unit_test_setup_teardown(circles_end, setup, teardown),
		cmocka_unit_test_setup_teardown(expressions, setup, teardown),
		cmocka_unit_test_setup_teardown(objects, setup, teardown),
		cmocka_unit_test_setup_teardown(any_json_parses, setup, teardown),
		cmocka_unit_test_setup_teardown(blobs, setup, teardown),
		cmocka_unit_test_setup_teardown(sizes_from_a_list, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
