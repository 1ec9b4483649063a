#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reader.h"

#define SAMPLE "{\"type\":\"sample\",\"run\":\"r\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"value\":1,\"mode\":\"real\"}"

/* Read text, which is one line, in a block of just its size. NULL, or the error; caller frees. */
static char *error_of_bytes(const char *text, size_t len)
{
	char *copy = malloc(len ? len : 1), *error = NULL;
	struct record record;

	memcpy(copy, text, len);
	struct reader *reader = reader_open_memory("f", copy, len);
	assert_non_null(reader);
	int more = reader_next(reader, &record);
	if (more < 0)
		error = strdup(reader_error(reader));
	else
		assert_int_equal(more, 1);
	reader_close(reader);
	free(copy);
	return error;
}

static void check_good(const char *line)
{
	char *error = error_of_bytes(line, strlen(line));

	if (error)
		fail_msg("%s: %s", line, error);
}

static void check_bad(const char *line, const char *wanted)
{
	char *error = error_of_bytes(line, strlen(line));

	if (!error)
		fail_msg("%s was taken", line);
	if (strncmp(error, "f:1: ", 5) != 0 || !strstr(error, wanted))
		fail_msg("%s: \"%s\", wanted \"%s\"", line, error, wanted);
	free(error);
}

static const char *const complete[] = {
	"{\"type\":\"run\",\"run\":\"r\"}",
	"{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"value\":1,\"mode\":\"real\"}",
	"{\"type\":\"hist\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"mode\":\"real\",\"count\":2,\"sum\":9,\"min\":4,\"max\":5,\"buckets\":[[4,1],[5,1]]}",
	"{\"type\":\"skip\",\"bench\":\"b\",\"reason\":\"x\"}",
	"{\"type\":\"event\",\"name\":\"x\"}",
	"{\"type\":\"stat\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"mode\":\"real\",\"n\":1}",
	"{\"type\":\"verdict\",\"status\":\"pass\"}",
	"{\"type\":\"fit\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"mode\":\"real\",\"x\":\"n\"}",
};

/* The length of the member (with its value) that starts at p. */
static size_t member_length(const char *p)
{
	int depth = 0;
	size_t n = 0;

	for (; p[n] && !(depth == 0 && (p[n] == ',' || p[n] == '}')); n++)
		depth += (p[n] == '[') - (p[n] == ']');
	return n;
}

/* Every record above without one of its members in turn, which all are needed. */
static void tells_each_missing_member(void **state)
{
	char line[512], name[32];

	(void)state;
	for (size_t i = 0; i < sizeof complete / sizeof *complete; i++) {
		check_good(complete[i]);
		for (const char *p = complete[i] + 1; *p == '"'; p += member_length(p) + 1) {
			size_t before = (size_t)(p - complete[i]), n = member_length(p);
			bool last = p[n] == '}';
			size_t drop = last ? n : n + 1;
			if (last)
				before -= before > 1;
			snprintf(line, sizeof line, "%.*s%s", (int)before, complete[i],
				 complete[i] + (size_t)(p - complete[i]) + drop);
			snprintf(name, sizeof name, "%.*s", (int)strcspn(p + 1, "\""), p + 1);
			if (strcmp(name, "type") == 0)
				check_bad(line, "a member \"type\"");
			else if (strcmp(name, "min") != 0 && strcmp(name, "max") != 0)
				check_bad(line, name);
			else
				check_bad(line, "min in the first bucket");
			if (last)
				break;
		}
	}
}

static void tells_each_wrong_type(void **state)
{
	static const char *const values[] = {"null", "true", "\"x\"", "-1.5", "[]", "{}", "[1]", "{\"a\":null}", "1e999",
					     "NaN", "\"\""};
	static const struct {
		const char *type, *members, *good; /* values of the list above that are right */
	} cases[] = {
		{"sample", "run", "\"x\" \"\""}, {"sample", "bench", "\"x\""}, {"sample", "metric", "\"x\""},
		{"sample", "params", "{}"}, {"sample", "unit", ""}, {"sample", "mode", ""}, {"sample", "better", ""},
		{"sample", "value", "-1.5"}, {"sample", "n", "-1.5"}, {"sample", "seq", ""}, {"sample", "t", ""},
		{"sample", "dur", ""}, {"sample", "ok", "true"}, {"sample", "warmup", "true"},
		{"hist", "count", ""}, {"hist", "sum", "-1.5"}, {"hist", "min", ""}, {"hist", "max", ""},
		{"hist", "buckets", "[]"}, {"skip", "reason", "\"x\""}, {"event", "name", "\"x\""},
		{"stat", "n", ""}, {"stat", "runs", ""}, {"stat", "mean", "-1.5"}, {"stat", "p999", "-1.5"},
		{"stat", "interval", ""}, {"verdict", "status", "\"x\""}, {"verdict", "p", "-1.5"},
		{"verdict", "n_base", ""}, {"verdict", "reason", "\"x\" \"\""}, {"run", "seed", ""}, {"run", "host", "{} {\"a\":null}"},
		{"run", "vcs", "{} {\"a\":null}"}, {"run", "ci", "{} {\"a\":null}"}, {"run", "run", "\"x\""},
		{"run", "tool", "\"x\" \"\""}, {"fit", "x", "\"x\""}, {"fit", "class", ""}, {"fit", "plausible", "[]"},
		{"fit", "exponent", "-1.5"}, {"fit", "interval", ""}, {"fit", "range", ""}, {"fit", "sizes", ""},
		{"fit", "n", ""}, {"fit", "a", "-1.5"}, {"fit", "reason", "\"x\" \"\""},
	};
	char line[256], quoted[64];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		for (size_t k = 0; k < sizeof values / sizeof *values; k++) {
			snprintf(line, sizeof line, "{\"type\":\"%s\",\"%s\":%s}", cases[i].type, cases[i].members, values[k]);
			snprintf(quoted, sizeof quoted, " %s ", cases[i].good);
			char wanted[64];
			snprintf(wanted, sizeof wanted, " %s ", values[k]);
			char *error = error_of_bytes(line, strlen(line));
			/* A right value leaves other members missing, or nothing to complain of. */
			bool other = !error || strstr(error, "in every record of its type") ||
				     strstr(error, "buckets that add up");
			if (other != (strstr(quoted, wanted) != NULL))
				fail_msg("%s: %s", line, error ? error : "taken");
			if (!other && !strstr(error, cases[i].members))
				fail_msg("%s: %s", line, error);
			free(error);
		}
	}
}

static void refuses_duplicates(void **state)
{
	(void)state;
	check_bad("{\"type\":\"event\",\"name\":\"x\",\"name\":\"x\"}", "name: expected this member only once");
	check_bad("{\"type\":\"event\",\"name\":\"x\",\"n\\u0061me\":\"x\"}", "name: expected this member only once");
	check_bad("{\"type\":\"event\",\"type\":\"event\",\"name\":\"x\"}", "type: expected this member only once");
	check_bad("{\"type\":\"new\",\"type\":\"event\",\"name\":\"x\"}", "type: expected this member only once");
	check_bad("{\"type\":\"run\",\"run\":\"r\",\"host\":{\"os\":\"a\",\"os\":\"b\"}}", "host: expected each");
	check_bad("{\"type\":\"skip\",\"bench\":\"b\",\"reason\":\"x\",\"params\":{\"a\":1,\"a\":1}}", "params: expected each");
	check_good("{\"type\":\"event\",\"name\":\"x\",\"foo\":1,\"foo\":2}"); /* ignored fields are ignored */
}

static void ignores_what_it_does_not_know(void **state)
{
	(void)state;
	check_good("{\"type\":\"event\",\"name\":\"x\",\"value\":[],\"unit\":5,\"deep\":[[[{\"a\":[null]}]]]}");
	check_good("{\"type\":\"brand-new\",\"value\":[],\"unit\":5}");
	check_good("{\"x\":{},\"name\":\"x\",\"type\":\"event\"}");
	check_good("{\"\\u0074ype\":\"eve\\u006et\",\"name\":\"x\"}");
	check_bad("{\"type\":\"brand-new\",\"x\":nope}", "null");
	check_bad("{\"type\":\"event\",\"name\":\"x\",\"deep\":[}", "a value");
}

static void refuses_what_is_no_object(void **state)
{
	(void)state;
	check_bad("[]", "an object");
	check_bad("null", "an object");
	check_bad("x", "an object");
	check_bad("\"type\"", "an object");
	check_bad("{}", "a member \"type\"");
	check_bad("{\"type\":1}", "type: expected a string");
	check_bad(SAMPLE " x", "nothing behind the object");
	check_bad(SAMPLE SAMPLE, "nothing behind the object");
	check_bad("\xef\xbb\xbf" SAMPLE, "an object");
}

static void refuses_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof complete / sizeof *complete; i++) {
		for (size_t len = 1; len < strlen(complete[i]); len++) {
			char *error = error_of_bytes(complete[i], len);
			if (!error)
				fail_msg("%.*s was taken", (int)len, complete[i]);
			free(error);
		}
	}
}

/* Every byte changed to every other one: no crash, and whatever is read is told apart or refused. */
static void survives_every_changed_byte(void **state)
{
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof complete / sizeof *complete; i++) {
		size_t len = strlen(complete[i]);
		for (size_t at = 0; at < len; at++) {
			for (int c = 0; c < 256; c += c < 0x7f ? 1 : 7) {
				memcpy(line, complete[i], len);
				line[at] = (char)c;
				if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
					continue; /* may leave blank lines, which are none */
				free(error_of_bytes(line, len));
			}
		}
	}
}

static struct reader *open_text(const char *text, size_t len)
{
	struct reader *reader = reader_open_memory("f", text, len);

	assert_non_null(reader);
	return reader;
}

static void lines_of_all_kinds(void **state)
{
	static const char text[] = "\n" SAMPLE "\r\n  \t\r\n \t" SAMPLE " \n\n" SAMPLE;
	struct reader *reader = open_text(text, sizeof text - 1);
	struct record record;

	(void)state;
	static const uint64_t numbers[] = {2, 4, 6};
	for (int i = 0; i < 3; i++) {
		assert_int_equal(reader_next(reader, &record), 1);
		assert_true(reader_line(reader) == numbers[i]);
		assert_string_equal(record.bench, "b");
	}
	assert_true(record.line_len == strlen(SAMPLE));
	assert_memory_equal(record.line, SAMPLE, record.line_len);
	assert_int_equal(reader_next(reader, &record), 0);
	assert_int_equal(reader_next(reader, &record), 0);
	reader_close(reader);
	reader_close(NULL);
}

static void nul_bytes(void **state)
{
	(void)state;
	char *error = error_of_bytes("{\"type\":\"event\",\"name\":\"a\0b\"}", 30);
	assert_non_null(strstr(error, "control character"));
	free(error);
	error = error_of_bytes("\0", 1);
	assert_non_null(strstr(error, "an object"));
	free(error);
	error = error_of_bytes(SAMPLE "\0", sizeof SAMPLE);
	assert_non_null(strstr(error, "nothing behind"));
	free(error);
	check_bad("{\"type\":\"event\",\"name\":\"a\\u0000b\"}", "name: expected a string without NUL");
}

static void long_lines(void **state)
{
	size_t size = READER_LINE_MAX + 1;
	char *text = malloc(size + 1);
	struct record record;
	int n = snprintf(text, size, "{\"type\":\"event\",\"name\":\"");

	(void)state;
	memset(text + n, 'x', size - (size_t)n);
	memcpy(text + READER_LINE_MAX - 2, "\"}\n", 3);
	struct reader *reader = open_text(text, size);
	assert_int_equal(reader_next(reader, &record), 1);
	assert_int_equal(strlen(record.name), READER_LINE_MAX - 2 - (size_t)n);
	assert_int_equal(reader_next(reader, &record), 0);
	reader_close(reader);
	memcpy(text + READER_LINE_MAX - 2, "x\"}\n", 4);
	reader = open_text(text, size + 1);
	assert_int_equal(reader_next(reader, &record), -1);
	assert_string_equal(reader_error(reader), "f:1: expected a line of at most 1 MiB");
	reader_close(reader);
	free(text);
}

/* Strings and params of many lengths after each other: the memory for them must follow. */
static void lengths_vary(void **state)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct record record;

	(void)state;
	for (int i = 0; i < 300; i++) {
		fprintf(out, "{\"type\":\"skip\",\"bench\":\"");
		for (int k = 0; k <= i * 37 % 1000; k++)
			fputs(k % 3 ? "\\u20ac" : "y", out);
		fprintf(out, "\",\"reason\":\"z\",\"params\":{\"b\":1e15,\"a\":9e15}}\n");
	}
	fclose(out);
	struct reader *reader = open_text(text, size);
	for (int i = 0; i < 300; i++) {
		assert_int_equal(reader_next(reader, &record), 1);
		assert_int_equal(record.bench[0], 'y');
		assert_string_equal(record.params, "{\"a\":9000000000000000,\"b\":1000000000000000}");
		assert_string_equal(record.reason, "z");
	}
	assert_int_equal(reader_next(reader, &record), 0);
	reader_close(reader);
	free(text);
}

static void lenient(void **state)
{
	static const char text[] = "broken\n" SAMPLE "\n{\"type\":\"sample\"}\n" SAMPLE "\n" SAMPLE "{";
	struct reader *reader = open_text(text, sizeof text - 1);
	struct record record;

	(void)state;
	reader_set_lenient(reader, true);
	assert_int_equal(reader_next(reader, &record), 1);
	assert_true(reader_line(reader) == 2);
	assert_int_equal(reader_next(reader, &record), 1);
	assert_true(reader_line(reader) == 4);
	assert_int_equal(reader_next(reader, &record), 0);
	assert_true(reader_left_out(reader) == 3);
	reader_close(reader);
}

static void normalizes_units(void **state)
{
	static const struct {
		const char *unit, *value;
		enum unit read;
		double scaled;
	} cases[] = {
		{"us", "2", UNIT_NS, 2e3}, {"\xc2\xb5s", "2", UNIT_NS, 2e3}, {"ms", "0.5", UNIT_NS, 5e5},
		{"s", "1", UNIT_NS, 1e9}, {"KiB", "2", UNIT_BYTES, 2048}, {"MB", "2", UNIT_BYTES, 2e6},
		{"%", "50", UNIT_ONE, 0.5}, {"B/op", "3", UNIT_BYTES_PER_OP, 3}, {"1/op", "3", UNIT_PER_OP, 3},
	};
	char line[256];
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		/* The unit may stand before or behind the value. */
		for (int order = 0; order < 2; order++) {
			char unit[32], value[32];
			snprintf(unit, sizeof unit, "\"unit\":\"%s\"", cases[i].unit);
			snprintf(value, sizeof value, "\"value\":%s", cases[i].value);
			snprintf(line, sizeof line,
				 "{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"mode\":\"real\",%s,%s}",
				 order ? unit : value, order ? value : unit);
			struct reader *reader = open_text(line, strlen(line));
			assert_int_equal(reader_next(reader, &record), 1);
			assert_int_equal(record.unit, cases[i].read);
			assert_true(record.value == cases[i].scaled);
			assert_int_equal(record.better, unit_better(cases[i].read));
			reader_close(reader);
		}
	}
	check_bad("{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"s\",\"value\":1e308,\"mode\":\"real\"}",
		  "value: expected a number that a double can hold");
	check_bad("{\"type\":\"stat\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"s\",\"n\":1,\"p50\":1e308,\"mode\":\"real\"}",
		  "double can hold");
	check_bad("{\"type\":\"hist\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"us\",\"mode\":\"real\",\"count\":0,\"sum\":0,"
		  "\"buckets\":[]}", "expected one of the units ns, B");
	check_bad("{\"type\":\"verdict\",\"status\":\"pass\",\"unit\":\"ms\",\"value\":1}", "expected one of the units");
}

#define FIT "{\"type\":\"fit\",\"bench\":\"b\",\"metric\":\"m\",\"mode\":\"real\",\"x\":\"n\",\"unit\":\"ms\""

static void checks_fits(void **state)
{
	static const char good[] = FIT ",\"class\":\"O(n)\",\"a\":2,\"b\":0.5,\"interval\":[null,1.5],\"range\":[1,10]}";
	struct record record;
	struct reader *reader = open_text(good, sizeof good - 1);

	(void)state;
	assert_int_equal(reader_next(reader, &record), 1);
	assert_int_equal(record.unit, UNIT_NS);
	assert_true(record.fit.a == 2e6 && record.fit.b == 5e5);
	assert_int_equal(record.fit.plausible, 1u << GROWTH_N);
	assert_true(record.fit.lo == -INFINITY && record.fit.hi == 1.5);
	reader_close(reader);
	check_good(FIT ",\"class\":\"O(n)\",\"plausible\":[\"O(n\xc2\xb2)\",\"O(n)\"]}");
	check_good(FIT ",\"plausible\":[\"over O(n^3)\"]}");
	check_bad(FIT ",\"class\":\"O(n)\",\"plausible\":[\"O(n^2)\"]}", "plausible: expected classes with the best among them");
	check_bad(FIT ",\"class\":\"n\"}", "class: expected a class such as");
	check_bad(FIT ",\"plausible\":[\"O(n)\",\"x\"]}", "plausible: expected a class such as");
	check_bad(FIT ",\"plausible\":[\"O(n)\"", "plausible: expected");
	check_bad(FIT ",\"range\":[1,null]}", "range: expected an array of two numbers");
	check_bad(FIT ",\"a\":1e308}", "expected numbers that a double can hold");
	check_bad(FIT ",\"reason\":\"x\",\"reason\":\"x\"}", "reason: expected this member only once");
}

static void checks_histograms(void **state)
{
	static const struct {
		const char *rest, *wanted;
	} bad[] = {
		{"\"count\":3,\"min\":4,\"max\":5,\"buckets\":[[4,1],[5,1]]", "add up to count"},
		{"\"count\":1,\"min\":4,\"max\":5,\"buckets\":[[4,1],[5,1]]", "add up to count"},
		{"\"count\":1,\"min\":4,\"max\":5,\"buckets\":[[4,9223372036854775807],[5,9223372036854775807],[6,3]]",
		 "add up to count"},
		{"\"count\":2,\"min\":3,\"max\":5,\"buckets\":[[4,1],[5,1]]", "min in the first bucket"},
		{"\"count\":2,\"min\":4,\"max\":6,\"buckets\":[[4,1],[5,1]]", "min in the first bucket"},
		{"\"count\":2,\"min\":4,\"max\":4,\"buckets\":[[5,1],[4,1]]", "ascending"},
		{"\"count\":2,\"min\":4,\"max\":4,\"buckets\":[[4,1],[4,1]]", "ascending"},
		{"\"count\":1,\"min\":256,\"max\":256,\"buckets\":[[256,1]]", "common scale"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[-1,1]]", "common scale"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[4,0]]", "counts over 0"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[4]]", "pairs"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[4,1,1]]", "pairs"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[4,1]", "pairs"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[4.5,1]]", "pairs"},
		{"\"count\":1,\"min\":4,\"max\":4,\"buckets\":[[4,1],]", "pairs"},
		{"\"count\":-1,\"buckets\":[]", "count: expected an integer of 0 or more"},
	};
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(line, sizeof line, "{\"type\":\"hist\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\","
			 "\"mode\":\"real\",\"sum\":1,%s}", bad[i].rest);
		check_bad(line, bad[i].wanted);
	}
}

static void refuses_empty_names(void **state)
{
	(void)state;
	check_bad("{\"type\":\"event\",\"name\":\"\"}", "name: expected a string that is not empty");
	check_bad("{\"type\":\"skip\",\"bench\":\"\",\"reason\":\"x\"}", "bench: expected a string that is not empty");
	check_bad("{\"type\":\"run\",\"run\":\"\"}", "run: expected a string that is not empty");
	check_bad("{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"\"}", "metric: expected a string that is not empty");
}

static void checks_samples(void **state)
{
	static const char start[] = "{\"type\":\"sample\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"mode\":\"real\",\"value\":1";
	static const struct {
		const char *rest, *wanted;
	} bad[] = {
		{",\"n\":0}", "n: expected a number over 0"}, {",\"n\":-1}", "n: expected a number over 0"},
		{",\"seq\":-1}", "seq: expected an integer of 0 or more"},
		{",\"t\":1.5}", "t: expected an integer"}, {",\"dur\":9223372036854775808}", "dur: expected an integer"},
	};
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		snprintf(line, sizeof line, "%s%s", start, bad[i].rest);
		check_bad(line, bad[i].wanted);
	}
}

static void cuts_long_host_texts(void **state)
{
	char line[1024], cpu[400];
	struct record record;

	(void)state;
	for (size_t i = 0; i < sizeof cpu - 3; i += 3)
		memcpy(cpu + i, "\xe2\x82\xac", 4);
	snprintf(line, sizeof line, "{\"type\":\"run\",\"run\":\"r\",\"host\":{\"cpu\":\"%s\",\"cores\":99999999999,"
		 "\"id\":\"0123456789abcdefXX\"}}", cpu);
	struct reader *reader = open_text(line, strlen(line));
	assert_int_equal(reader_next(reader, &record), 1);
	assert_int_equal(strlen(record.info.host.cpu), 126); /* 42 characters of 3 bytes */
	assert_int_equal(record.info.host.cores, 0);
	assert_string_equal(record.info.host.id, "0123456789abcdef");
	reader_close(reader);
	check_bad("{\"type\":\"run\",\"run\":\"r\",\"host\":{\"memory\":-1}}", "host: expected an integer of 0 or more");
}

/* The order of members is remembered from line to line: it must never matter. */
static void order_does_not_matter(void **state)
{
	static const char *const orders[] = {
		"{\"value\":7,\"unit\":\"ns\",\"mode\":\"mock\",\"metric\":\"m\",\"bench\":\"b\",\"n\":2,\"type\":\"sample\"}",
		"{\"n\":2,\"type\":\"stat\",\"bench\":\"b\",\"metric\":\"m\",\"unit\":\"ns\",\"mode\":\"mock\"}",
		"{\"type\":\"sample\",\"n\":2,\"bench\":\"b\",\"unit\":\"ns\",\"metric\":\"m\",\"value\":7,\"mode\":\"mock\"}",
		"{\"mode\":\"mock\",\"n\":2,\"value\":7,\"status\":\"pass\",\"bench\":\"b\",\"type\":\"verdict\",\"metric\":\"m\"}",
	};
	char text[4096] = "";
	struct record record;

	(void)state;
	for (int i = 0; i < 24; i++) {
		strcat(text, orders[(i * 7 + i / 4) % 4]);
		strcat(text, "\n");
	}
	struct reader *reader = open_text(text, strlen(text));
	for (int i = 0; i < 24; i++) {
		if (reader_next(reader, &record) != 1)
			fail_msg("%s", reader_error(reader));
		assert_string_equal(record.bench, "b");
		assert_string_equal(record.metric, "m");
		assert_int_equal(record.mode, MODE_MOCK);
		if (record.type == RECORD_SAMPLE)
			assert_true(record.value == 7 && record.n == 2);
		else if (record.type == RECORD_STAT)
			assert_true(record.stat.n == 2 && isnan(record.stat.mean));
		else
			assert_true(record.verdict.n == 2 && record.verdict.value == 7);
	}
	reader_close(reader);
}

static void files_that_cannot_be_read(void **state)
{
	struct record record;

	(void)state;
	errno = 0;
	assert_null(reader_open("/nonexistent/x"));
	assert_int_equal(errno, ENOENT);
	assert_null(reader_open("/"));
	assert_int_equal(errno, EISDIR);
	struct reader *reader = reader_open("/proc/self/mem");
	if (!reader)
		skip();
	assert_int_equal(reader_next(reader, &record), -1);
	assert_string_equal(reader_error(reader), "/proc/self/mem: Input/output error");
	reader_close(reader);
	reader = reader_open("/dev/null");
	assert_int_equal(reader_next(reader, &record), 0);
	reader_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_each_missing_member),
		cmocka_unit_test(tells_each_wrong_type),
		cmocka_unit_test(refuses_duplicates),
		cmocka_unit_test(ignores_what_it_does_not_know),
		cmocka_unit_test(refuses_what_is_no_object),
		cmocka_unit_test(refuses_every_truncation),
		cmocka_unit_test(survives_every_changed_byte),
		cmocka_unit_test(lines_of_all_kinds),
		cmocka_unit_test(nul_bytes),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(lengths_vary),
		cmocka_unit_test(lenient),
		cmocka_unit_test(normalizes_units),
		cmocka_unit_test(checks_fits),
		cmocka_unit_test(checks_histograms),
		cmocka_unit_test(refuses_empty_names),
		cmocka_unit_test(checks_samples),
		cmocka_unit_test(cuts_long_host_texts),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(files_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
