#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <cmocka.h>

#include "lines.h"

#include "../../cmd/http-load/requests-file.h"

static const char *directory = "";

static int try(struct wanted_list *list, const char *text, const char *base, char **why)
{
	struct lines *lines = lines_open_memory(text, strlen(text), REQUESTS_LINE_MAX);
	struct url url = {0};
	const char *expected;
	int result;

	*why = NULL;
	*list = (struct wanted_list){0};
	if (base)
		assert_int_equal(url_parse(&url, base, &expected), 0);
	result = requests_read(list, lines, "f", directory, base ? &url : NULL, why);
	lines_close(lines);
	url_free(&url);
	return result;
}

static struct wanted_list list_of(const char *text, const char *base)
{
	struct wanted_list list;
	char *why;

	if (try(&list, text, base, &why) != 0)
		fail_msg("%s", why);
	return list;
}

static void reads_every_member(void **state)
{
	struct wanted_list list = list_of("{\"name\":\"n\",\"weight\":7,\"method\":\"PUT\",\"url\":\"../x?y\","
					  "\"headers\":{\"A\":\"1\",\"Accept\":null,\"B\":\"\"},\"body\":\"t\\u00e9xt\",\"expect\":\"2xx\"}\n"
					  "\n"
					  "{ \"url\" : \"https://[::1]:8/\", \"headers\": [\"A: 1\", \"a:2\", \"Accept:\", \"B;\"], "
					  "\"body\" : { \"a\" : [ 1 ] } , \"expect\" : [ 200 , \"size=0\" ] } \r\n"
					  "{}\n{\"body\":5}\n{\"body\":null,\"expect\":[]}", "http://u:p@h/a/b/c");

	(void)state;
	assert_int_equal(list.n, 5);
	struct wanted *w = list.wanted;
	assert_int_equal(w->line, 1);
	assert_string_equal(w->name, "n");
	assert_int_equal(w->weight, 7);
	assert_string_equal(w->method, "PUT");
	assert_string_equal(w->url.host, "h");
	assert_string_equal(w->url.path, "/a/x?y");
	assert_string_equal(w->url.user, "u:p");
	assert_int_equal(w->fields.n, 3);
	assert_string_equal(w->fields.field[0].name, "A");
	assert_string_equal(w->fields.field[0].value, "1");
	assert_null(w->fields.field[1].value);
	assert_string_equal(w->fields.field[2].value, "");
	assert_int_equal(w->body_len, 5);
	assert_memory_equal(w->body, "t\xc3\xa9xt", 5);
	assert_false(w->json);
	assert_non_null(w->expect);

	w++;
	assert_int_equal(w->line, 3);
	assert_null(w->name);
	assert_int_equal(w->weight, 1);
	assert_null(w->method);
	assert_true(w->url.tls);
	assert_null(w->url.user);
	assert_int_equal(w->fields.n, 4);
	assert_string_equal(w->fields.field[1].name, "a");
	assert_string_equal(w->fields.field[1].value, "2");
	assert_null(w->fields.field[2].value);
	assert_string_equal(w->fields.field[3].value, "");
	assert_true(w->json);
	assert_int_equal(w->body_len, strlen("{ \"a\" : [ 1 ] }"));
	assert_memory_equal(w->body, "{ \"a\" : [ 1 ] }", w->body_len);
	char why[FAILURE_TEXT];
	assert_int_equal(expectation_check(w->expect, 200, NULL, 0, 0, why), FAILURE_NONE);
	assert_int_equal(expectation_check(w->expect, 200, NULL, 0, 1, why), FAILURE_ASSERTION);
	assert_int_equal(expectation_check(w->expect, 204, NULL, 0, 0, why), FAILURE_ASSERTION);

	w++;
	assert_string_equal(w->url.path, "/a/b/c");
	assert_string_equal(w->url.user, "u:p");
	assert_null(w->body);
	w++;
	assert_true(w->json && w->body_len == 1 && w->body[0] == '5');
	w++;
	assert_null(w->body);
	assert_null(w->expect);
	wanted_list_free(&list);
}

static void errors_name_line_and_member(void **state)
{
#define HEADER_NAME "a header's name (letters, digits and -) before ':'"
#define VALUE "no line breaks or other control bytes in a header's value"
	static const struct {
		const char *text, *why;
	} cases[] = {
		{"x", "f:1: expected an object"},
		{"{}\n\n[]", "f:3: expected an object"},
		{"{", "f:1: expected ',' or '}'"},
		{"{} {}", "f:1: expected nothing behind the object"},
		{"{\"uri\":\"/\"}", "f:1: expected no members but name, weight, method, url, headers, body, body_file and expect"},
		{"{\"URL\":\"/\"}", "f:1: expected no members but name, weight, method, url, headers, body, body_file and expect"},
		{"{\"url\":\"/\",\"url\":\"/\"}", "f:1: url: expected the member once"},
		{"{\"name\":5}", "f:1: name: expected a string"},
		{"{\"name\":\"\"}", "f:1: name: expected a name of 1 to 200 bytes without blanks, control bytes and braces"},
		{"{\"name\":\"a b\"}", "f:1: name: expected a name of 1 to 200 bytes without blanks, control bytes and braces"},
		{"{\"name\":\"a{\"}", "f:1: name: expected a name of 1 to 200 bytes without blanks, control bytes and braces"},
		{"{\"name\":\"a\\n\"}", "f:1: name: expected a name of 1 to 200 bytes without blanks, control bytes and braces"},
		{"{\"name\":\"\\u0000\"}", "f:1: name: expected no \\u0000 in a string"},
		{"{\"weight\":-1}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"weight\":1.5}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"weight\":\"1\"}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"weight\":1000000001}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"weight\":1e400}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"weight\":null}", "f:1: weight: expected an integer from 0 to 1000000000"},
		{"{\"method\":\"\"}", "f:1: method: expected a method such as GET or POST"},
		{"{\"method\":\"GET /x HTTP/1.1\\r\\n\"}", "f:1: method: expected a method such as GET or POST"},
		{"{\"method\":null}", "f:1: method: expected a string"},
		{"{\"url\":5}", "f:1: url: expected a string"},
		{"{\"url\":\"\"}", "f:1: url: expected an absolute URL, a path or a query"},
		{"{\"url\":\"http://h:0/\"}", "f:1: url: expected a port of 1 to 65535 behind the host"},
		{"{\"url\":\"http://h\\r\\nX: y/\"}", "f:1: url: expected a host of letters, digits, '.', '-' and '_' (other scripts "
						      "as xn--..., IPv6 addresses in brackets)"},
		{"{\"headers\":5}", "f:1: headers: expected an object {\"Name\": \"value\"} or an array [\"Name: value\"]"},
		{"{\"headers\":{\"A\":5}}", "f:1: headers: expected a string, or null for none, behind each header's name"},
		{"{\"headers\":{\"A\":\"x\\u0000\"}}", "f:1: headers: expected no \\u0000 in a string"},
		{"{\"headers\":{\"A\\u0000\":\"x\"}}", "f:1: headers: expected a header's name (letters, digits and -)"},
		{"{\"headers\":{\"\":\"x\"}}", "f:1: headers: expected " HEADER_NAME},
		{"{\"headers\":{\"A B\":\"x\"}}", "f:1: headers: expected " HEADER_NAME},
		{"{\"headers\":{\"A:\":\"x\"}}", "f:1: headers: expected " HEADER_NAME},
		{"{\"headers\":{\"A\\r\\nB\":\"x\"}}", "f:1: headers: expected " HEADER_NAME},
		{"{\"headers\":{\"A\":\"x\\r\\nB: y\"}}", "f:1: headers: expected " VALUE},
		{"{\"headers\":{\"A\":\"x\\ny\"}}", "f:1: headers: expected " VALUE},
		{"{\"headers\":{\"A\":\"x\\ry\"}}", "f:1: headers: expected " VALUE},
		{"{\"headers\":{\"A\":\"\\u007f\"}}", "f:1: headers: expected " VALUE},
		{"{\"headers\":{\"Host\":\"a b\"}}", "f:1: headers: expected no blanks and no placeholders in Host"},
		{"{\"headers\":{\"Host\":\"{{seq}}\"}}", "f:1: headers: expected no blanks and no placeholders in Host"},
		{"{\"headers\":{\"Transfer-Encoding\":\"chunked\"}}",
		 "f:1: headers: expected no Content-Length or Transfer-Encoding, which follow from the body"},
		{"{\"headers\":{\"content-length\":null}}",
		 "f:1: headers: expected no Content-Length or Transfer-Encoding, which follow from the body"},
		{"{\"headers\":[\"A\"]}", "f:1: headers: expected a header such as 'Name: value'"},
		{"{\"headers\":[\"A: b\\nC: d\"]}", "f:1: headers: expected " VALUE},
		{"{\"headers\":[\": d\"]}", "f:1: headers: expected " HEADER_NAME},
		{"{\"headers\":[5]}", "f:1: headers: expected a string"},
		{"{\"body\":tru}", "f:1: body: expected true or false"},
		{"{\"body\":\"a\",\"body_file\":\"b\"}", "f:1: body_file: expected either body or body_file"},
		{"{\"body_file\":\"/nonexistent/b\"}",
		 "f:1: body_file: expected a file that can be read: /nonexistent/b: No such file or directory"},
		{"{\"body_file\":\"/\"}", "f:1: body_file: expected a file that can be read: /: Is a directory"},
		{"{\"body_file\":null}", "f:1: body_file: expected a string"},
		{"{\"expect\":true}",
		 "f:1: expect: expected a string such as \"200\" or \"body~=REGEX\", a status, or an array of these"},
		{"{\"expect\":[[200]]}",
		 "f:1: expect: expected a string such as \"200\" or \"body~=REGEX\", a status, or an array of these"},
		{"{\"expect\":[200,204]}", "f:1: expect: expected a status that '200' allows too (of several one is enough where they "
					   "are written 200,204)"},
		{"{\"expect\":20}", "f:1: expect: expected statuses (200, 2xx, 200,304), body=TEXT, body~=REGEX, body!~REGEX, or "
				    "size and = != < <= > >= and bytes"},
		{"{\"expect\":2.5}", "f:1: expect: expected an integer"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct wanted_list list;
		char *why;

		if (try(&list, cases[i].text, "http://h/", &why) == 0)
			fail_msg("%s is taken", cases[i].text);
		if (strcmp(why, cases[i].why) != 0)
			fail_msg("%s: %s", cases[i].text, why);
		free(why);
		wanted_list_free(&list);
	}
	struct wanted_list list;
	char *why;
	assert_int_equal(try(&list, "{\"name\":\"n\"}", NULL, &why), -1);
	assert_string_equal(why, "f:1: expected a member url, as the command line has none");
	free(why);
	wanted_list_free(&list);
	assert_int_equal(try(&list, "{\"url\":\"/n\"}", NULL, &why), -1);
	assert_string_equal(why, "f:1: url: expected a URL that begins with http:// or https://, as the command line has none that "
				 "it could be relative to");
	free(why);
	wanted_list_free(&list);
}

static void has_its_limits(void **state)
{
	char *text = malloc(REQUESTS_LINE_MAX + 2), *why;
	struct wanted_list list;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < MIX_MAX; i++)
		memcpy(text + (size_t)3 * (size_t)i, "{}\n", 4);
	assert_int_equal(try(&list, text, "h", &why), 0);
	assert_int_equal(list.n, MIX_MAX);
	wanted_list_free(&list);
	strcat(text, "{}");
	assert_int_equal(try(&list, text, "h", &why), -1);
	assert_string_equal(why, "f:1001: expected at most 1000 requests");
	free(why);
	wanted_list_free(&list);
	memset(text, ' ', REQUESTS_LINE_MAX + 1);
	text[REQUESTS_LINE_MAX + 1] = '\0';
	assert_int_equal(try(&list, text, "h", &why), -1);
	assert_string_equal(why, "f:1: expected a line of at most 16 MiB");
	free(why);
	wanted_list_free(&list);
	free(text);
}

static void bodies_are_found_beside_the_file(void **state)
{
	char name[] = "/tmp/requests-XXXXXX", text[128];
	static char bytes[200000];
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (char)(i * 7);
	assert_int_equal(write(fd, bytes, sizeof bytes), (ssize_t)sizeof bytes);
	close(fd);
	snprintf(text, sizeof text, "{\"body_file\":\"%s\"}\n{\"body_file\":\"%s\"}", name + 5, name);
	directory = "/tmp/";
	struct wanted_list list = list_of(text, "h");
	directory = "";
	for (int i = 0; i < 2; i++) {
		assert_int_equal(list.wanted[i].body_len, sizeof bytes);
		assert_memory_equal(list.wanted[i].body, bytes, sizeof bytes);
		assert_false(list.wanted[i].json);
	}
	wanted_list_free(&list);
	unlink(name);
}

static void lines_give_way_to_their_own(void **state)
{
	struct wanted_list list = list_of("{\"headers\":{\"x-a\":\"own\",\"Accept\":\"text/*\"},\"body\":{}}", "http://h/");
	struct given given = {.keepalive = true, .user = "a:b"};
	struct request r;
	const char *expected;
	char *why;

	(void)state;
	assert_int_equal(fields_add(&given.fields, "X-A: given", &expected), 0);
	assert_int_equal(fields_add(&given.fields, "X-B: given", &expected), 0);
	assert_int_equal(fields_add(&given.fields, "Accept:", &expected), 0);
	assert_int_equal(fields_add(&given.fields, "content-type: text/json", &expected), 0);
	assert_int_equal(request_make(&r, list.wanted, &given, &why), 0);
	buffer_add(&r.wire, "", 1);
	assert_string_equal(r.wire.bytes, "POST / HTTP/1.1\r\nHost: h\r\nUser-Agent: benchpipe/" BENCHPIPE_VERSION
					  "\r\nAuthorization: Basic YTpi\r\nX-B: given\r\ncontent-type: text/json\r\nx-a: own\r\n"
					  "Accept: text/*\r\nContent-Length: 2\r\n\r\n{}");
	request_free(&r);
	fields_free(&given.fields);
	wanted_list_free(&list);
}

/* However hostile the bytes, a message has the lines that it is to have, and no more. */
static void no_byte_adds_a_line(void **state)
{
	struct given given = {.keepalive = true};

	(void)state;
	for (int c = 1; c < 256; c++) {
		char header[] = "X-A: a?b", name[] = "X?A: b", url[] = "http://h/a?b?c";
		const char *expected;
		struct wanted w = {.weight = 1};
		struct request r;
		char *why;

		header[6] = (char)c;
		name[1] = (char)c;
		url[10] = (char)c;
		assert_int_equal(url_parse(&w.url, url, &expected), 0);
		int lines = 4 + (fields_add(&w.fields, header, &expected) == 0) +
			    (fields_add(&w.fields, name, &expected) == 0);
		bool control = (c < 0x20 && c != '\t') || c == 0x7f;
		assert_int_equal(lines >= 5, !control);
		/* a name that the byte ends: "X:A: b" */
		bool token = is_token((char[]){(char)c, '\0'}, 1);
		assert_int_equal(lines - 4, !control + (token || c == ':'));
		assert_int_equal(request_make(&r, &w, &given, &why), 0);
		buffer_add(&r.wire, "", 1);
		const char *p = r.wire.bytes;
		for (; lines > 0; lines--) {
			const char *end = strstr(p, "\r\n");
			assert_non_null(end);
			for (; p < end; p++)
				assert_true(*p != '\r' && *p != '\n');
			p += 2;
		}
		assert_string_equal(p, "\r\n");
		request_free(&r);
		wanted_free(&w);
	}
}

/* Nor do the values of rows. */
static void no_row_adds_a_line(void **state)
{
	(void)state;
	for (int c = 1; c < 0x100; c++) {
		char row[64], *why = NULL;
		sprintf(row, "{\"v\":\"a\\u%04xb\"}", c);
		struct lines *lines = lines_open_memory(row, strlen(row), FEED_LINE_MAX);
		struct feed *feed = feed_read_lines(lines, "f", &why);
		struct given given = {.keepalive = true, .feed = feed};
		struct mix mix = {.feed = feed};
		struct wanted w = {.weight = 1};
		struct request r;
		struct buffer out = {0}, scratch = {0};
		const char *expected;
		bool control = (c < 0x20 && c != '\t') || c == 0x7f;

		lines_close(lines);
		assert_non_null(feed);
		assert_int_equal(url_parse(&w.url, "http://h/{{field v}}?{{field v}}", &expected), 0);
		assert_int_equal(request_make(&r, &w, &given, &why), 0);
		request_render(&mix, &r, 0, &out, &scratch);
		buffer_add(&out, "", 1);
		assert_ptr_equal(strpbrk(out.bytes + 4, " \r\n"), strstr(out.bytes, " HTTP/1.1\r\nHost: h\r\n"));
		for (const char *p = out.bytes; *p != '\r'; p++)
			assert_true(*p >= ' ' && *p < 0x7f);
		request_free(&r);
		fields_put(&w.fields, "X", "{{field v}}");
		assert_int_equal(request_make(&r, &w, &given, &why), control ? -1 : 0);
		if (control)
			free(why);
		else
			request_free(&r);
		wanted_free(&w);
		buffer_free(&out);
		buffer_free(&scratch);
		feed_free(feed);
	}
}

static void names_are_made_of_paths(void **state)
{
	static const struct {
		const char *method, *path, *name;
	} cases[] = {
		{NULL, "/", "root"}, {NULL, "/?x", "root"}, {"GET", "/a", "a"}, {"POST", "/", "post/root"}, {"POST", "/a/b?c", "post/a/b"},
		{"M-SEARCH", "/a", "m-search/a"}, {"X#Y", "/a", "x_y/a"}, {NULL, "//a//b//", "a//b"}, {NULL, "/a\"b", "a_b"},
		{NULL, "/{{seq}}", ":seq"}, {NULL, "/{{  field  a b  }}x", ":a_b__x"}, {NULL, "/{{rand 1 2}}?x", ":rand"},
	};
	char path[400], *name;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		name = request_name(cases[i].method, cases[i].path);
		assert_string_equal(name, cases[i].name);
		assert_true(request_name_good(name));
		free(name);
	}
	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	name = request_name("POST", path);
	assert_int_equal(strlen(name), 120);
	assert_true(request_name_good(name));
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_member),
		cmocka_unit_test(errors_name_line_and_member),
		cmocka_unit_test(has_its_limits),
		cmocka_unit_test(bodies_are_found_beside_the_file),
		cmocka_unit_test(lines_give_way_to_their_own),
		cmocka_unit_test(no_byte_adds_a_line),
		cmocka_unit_test(no_row_adds_a_line),
		cmocka_unit_test(names_are_made_of_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
