#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/http-load/percent.h"
#include "../../cmd/http-load/url.h"

static struct url parse(const char *text)
{
	struct url url;
	const char *why = NULL;

	if (url_parse(&url, text, &why) != 0)
		fail_msg("%s: %s", text, why);
	return url;
}

static void reads_what_a_client_needs(void **state)
{
	static const struct {
		const char *text;
		bool tls;
		const char *host;
		unsigned port;
		const char *user, *path;
	} good[] = {
		{"http://localhost", false, "localhost", 80, NULL, "/"},
		{"https://localhost", true, "localhost", 443, NULL, "/"},
		{"HTTP://LocalHost/", false, "localhost", 80, NULL, "/"},
		{"HtTpS://Example.ORG/A", true, "example.org", 443, NULL, "/A"},
		{"localhost", false, "localhost", 80, NULL, "/"},
		{"localhost:8080", false, "localhost", 8080, NULL, "/"},
		{"localhost:8080/x", false, "localhost", 8080, NULL, "/x"},
		{"127.0.0.1:1/x?y=z", false, "127.0.0.1", 1, NULL, "/x?y=z"},
		{"http/x", false, "http", 80, NULL, "/x"},
		{"localhost/u=http://other/", false, "localhost", 80, NULL, "/u=http://other/"},
		{"http://h:65535/", false, "h", 65535, NULL, "/"},
		{"http://h:080/", false, "h", 80, NULL, "/"},
		{"http://h:/x", false, "h", 80, NULL, "/x"},
		{"https://h:/x", true, "h", 443, NULL, "/x"},
		{"http://h?q", false, "h", 80, NULL, "/?q"},
		{"http://h#f", false, "h", 80, NULL, "/"},
		{"http://h:81#f", false, "h", 81, NULL, "/"},
		{"http://h/a#f?g", false, "h", 80, NULL, "/a"},
		{"http://h/a?b=c/d?e#f", false, "h", 80, NULL, "/a?b=c/d?e"},
		{"http://h//a/../b/./c", false, "h", 80, NULL, "//a/../b/./c"},
		{"http://h/a@b:c", false, "h", 80, NULL, "/a@b:c"},
		{"http://h/?a@b", false, "h", 80, NULL, "/?a@b"},
		{"http://my_host-1.example~/", false, "my_host-1.example~", 80, NULL, "/"},
		{"http://[::1]/", false, "::1", 80, NULL, "/"},
		{"http://[::1]:8080/", false, "::1", 8080, NULL, "/"},
		{"http://[::1]:/", false, "::1", 80, NULL, "/"},
		{"[2001:DB8::1]:9", false, "2001:db8::1", 9, NULL, "/"},
		{"http://[::ffff:1.2.3.4]/", false, "::ffff:1.2.3.4", 80, NULL, "/"},
		{"http://[fe80::1%25eth0]/", false, "fe80::1%eth0", 80, NULL, "/"},
		{"http://[FE80::1%Eth0]/", false, "fe80::1%Eth0", 80, NULL, "/"},
		{"http://me:secret@h/", false, "h", 80, "me:secret", "/"},
		{"http://me@h/", false, "h", 80, "me:", "/"},
		{"http://@h/", false, "h", 80, NULL, "/"},
		{"http://:p@h/", false, "h", 80, ":p", "/"},
		{"http://a%40b:c%3A%2f@h:7/", false, "h", 7, "a@b:c:/", "/"},
		{"http://a@b@h/", false, "h", 80, "a@b:", "/"},
		{"me:secret@h:7/x", false, "h", 7, "me:secret", "/x"},
		{"http://u:p@[::1]:7/x", false, "::1", 7, "u:p", "/x"},
		{"http://h/a b", false, "h", 80, NULL, "/a%20b"},
		{"http://h/\t\r\n\x7f", false, "h", 80, NULL, "/%09%0D%0A%7F"},
		{"http://h/\"<>\\^`{|}[]", false, "h", 80, NULL, "/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D"},
		{"http://h/caf\xc3\xa9", false, "h", 80, NULL, "/caf%C3%A9"},
		{"http://h/%41%zz%4%", false, "h", 80, NULL, "/%41%25zz%254%25"},
		{"http://h/%2f%2F", false, "h", 80, NULL, "/%2f%2F"},
		{"http://h/-._~!$&'()*+,;=:@/?", false, "h", 80, NULL, "/-._~!$&'()*+,;=:@/?"},
		{"http://h/{{seq}}", false, "h", 80, NULL, "/{{seq}}"},
		{"http://h/a b/{{field a b#?/}}#x", false, "h", 80, NULL, "/a%20b/{{field a b#?/}}"},
		{"http://h/{{{{x}}", false, "h", 80, NULL, "/%7B%7Bx%7D%7D"},
		{"http://h/{{{{", false, "h", 80, NULL, "/%7B%7B"},
		{"http://h?{{seq}}", false, "h", 80, NULL, "/?{{seq}}"},
		/* left to who looks for placeholders, which complains */
		{"http://h/{{seq", false, "h", 80, NULL, "/{{seq"},
		{"http://h/{{}}", false, "h", 80, NULL, "/{{}}"},
		{"http://h/{{{seq}}", false, "h", 80, NULL, "/{{{seq}}"},
		{"http://h/{seq}", false, "h", 80, NULL, "/%7Bseq%7D"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct url url = parse(good[i].text);

		if (url.tls != good[i].tls || strcmp(url.host, good[i].host) != 0 || url.port != good[i].port ||
		    strcmp(url.path, good[i].path) != 0)
			fail_msg("%s: %d %s %u %s", good[i].text, url.tls, url.host, url.port, url.path);
		if (good[i].user) {
			assert_non_null(url.user);
			assert_string_equal(url.user, good[i].user);
		} else {
			assert_null(url.user);
		}
		url_free(&url);
	}
}

static void refuses_the_rest(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{"", "a host"},
		{"http://", "a host"},
		{"http:///x", "a host"},
		{"http://?x", "a host"},
		{"http://:80/", "a host"},
		{"http://me@/", "a host"},
		{"/x", "a host"},
		{"ftp://h/", "a URL that begins with http:// or https://"},
		{"httpx://h/", "a URL that begins with http:// or https://"},
		{"ws+unix://h/", "a URL that begins with http:// or https://"},
		{"http:/h", "'//' behind the scheme"},
		{"https:h", "'//' behind the scheme"},
		{"http:8080", "'//' behind the scheme"},
		{"http://h:0/", "a port of 1 to 65535 behind the host"},
		{"http://h:65536/", "a port of 1 to 65535 behind the host"},
		{"http://h:99999999999999999999/", "a port of 1 to 65535 behind the host"},
		{"http://h:-1/", "a port of 1 to 65535 behind the host"},
		{"http://h:8o/", "a port of 1 to 65535 behind the host"},
		{"http://h:+8/", "a port of 1 to 65535 behind the host"},
		{"http://h: 8/", "a port of 1 to 65535 behind the host"},
		{"mailto:me", "a port of 1 to 65535 behind the host"},
		{"http://h:1:2/", "a port of 1 to 65535 behind the host"},
		{"http://::1/", "a host"},
		{"http://fe80::1/", "a port of 1 to 65535 behind the host"},
		{"http://{{seq}}/", "placeholders in path and query alone"},
		{"http://h{{rand 1 2}}:80/", "placeholders in path and query alone"},
		{"http://[::1/", "']' behind an IPv6 address"},
		{"http://[]/", "an IPv6 address between the brackets"},
		{"http://[1.2.3.4]/", "an IPv6 address between the brackets"},
		{"http://[::g]/", "an IPv6 address between the brackets"},
		{"http://[v1.x]/", "an IPv6 address between the brackets"},
		{"http://[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]/", "an IPv6 address between the brackets"},
		{"http://[%25eth0]/", "an IPv6 address between the brackets"},
		{"http://[fe80::1%25]/", "a network interface behind '%'"},
		{"http://[fe80::1%]/", "a network interface behind '%'"},
		{"http://[fe80::1%25a b]/", "a network interface behind '%'"},
		{"http://[::1]x/", "a port, path or query behind the host"},
		{"http://[::1]80/", "a port, path or query behind the host"},
		{"http://u%00:p@h/", "name and password before '@' without control bytes, a '%' in them written %25"},
		{"http://u%0d%0aX@h/", "name and password before '@' without control bytes, a '%' in them written %25"},
		{"http://u\n@h/", "name and password before '@' without control bytes, a '%' in them written %25"},
		{"http://100%@h/", "name and password before '@' without control bytes, a '%' in them written %25"},
		{"http://%4@h/", "name and password before '@' without control bytes, a '%' in them written %25"},
	};
	static const char *const hosts[] = {
		"http://a b/", "http://a\tb/", "http://h\r\n/", "http://h\nHost: x/", "http://\x01/", "http://h\x7f/",
		"http://caf\xc3\xa9/", "http://a%20b/", "http://a\\b/", "http://a!b/", "http://(h)/", "http://a,b/",
		" http://h/", "http ://h/", "http://]/", "http://a[b]/", "http://h\"/", "http://<h>/", "http://a|b/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct url url;
		const char *why = NULL;

		if (url_parse(&url, bad[i].text, &why) == 0)
			fail_msg("%s is taken", bad[i].text);
		if (strcmp(why, bad[i].why) != 0)
			fail_msg("%s: %s", bad[i].text, why);
		assert_null(url.host);
		assert_null(url.user);
		assert_null(url.path);
	}
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct url url;
		const char *why = NULL;

		if (url_parse(&url, hosts[i], &why) == 0)
			fail_msg("%s is taken", hosts[i]);
		assert_string_equal(why, "a host of letters, digits, '.', '-' and '_' (other scripts as xn--..., IPv6 "
					 "addresses in brackets)");
	}
}

/* No byte of a path or query can end the request line, whatever is given. */
static void no_byte_of_a_path_ends_the_line(void **state)
{
	char text[] = "http://h/a?b";

	(void)state;
	for (int at = 9; at <= 11; at++) {
		for (int c = 1; c < 256; c++) {
			char old = text[at];
			text[at] = (char)c;
			struct url url = parse(text);
			text[at] = old;
			for (const char *p = url.path; *p; p++)
				assert_true(*p > ' ' && *p < 0x7f && !strchr("\"#<>\\^`{|}[]", *p));
			url_free(&url);
		}
	}
}

static void authority_and_base_say_where(void **state)
{
	static const struct {
		const char *text, *authority, *base;
	} cases[] = {
		{"http://h/", "h", "http://h:80"},
		{"http://h:80/", "h", "http://h:80"},
		{"http://h:443/", "h:443", "http://h:443"},
		{"https://h/", "h", "https://h:443"},
		{"https://h:443/", "h", "https://h:443"},
		{"https://h:80/", "h:80", "https://h:80"},
		{"http://u:p@H:8080/x", "h:8080", "http://h:8080"},
		{"http://[::1]/", "[::1]", "http://[::1]:80"},
		{"https://[::1]:8443/", "[::1]:8443", "https://[::1]:8443"},
		{"http://[fe80::1%25eth0]:8080/", "[fe80::1]:8080", "http://[fe80::1%25eth0]:8080"},
		{"http://[fe80::1%25eth0]/", "[fe80::1]", "http://[fe80::1%25eth0]:80"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct url url = parse(cases[i].text);
		char *authority = url_authority(&url), *base = url_base(&url);

		assert_string_equal(authority, cases[i].authority);
		assert_string_equal(base, cases[i].base);
		free(authority);
		free(base);
		url_free(&url);
	}
}

static void references_are_seen_from_a_base(void **state)
{
	static const struct {
		const char *base, *text, *path;
	} cases[] = {
		{"http://h:8/a/b?q", "/x", "/x"},
		{"http://h:8/a/b?q", "/x y#f", "/x%20y"},
		{"http://h:8/a/b?q", "x", "/a/x"},
		{"http://h:8/a/b?q/r", "x", "/a/x"},
		{"http://h:8/a/b/", "x/y?z=/", "/a/b/x/y?z=/"},
		{"http://h:8/", "x", "/x"},
		{"http://h:8", "x", "/x"},
		{"http://h:8/a/b", "?x=1", "/a/b?x=1"},
		{"http://h:8/a/b?q", "?x=1", "/a/b?x=1"},
		{"http://h:8/a/b/c", "./x", "/a/b/x"},
		{"http://h:8/a/b/c", "../x", "/a/x"},
		{"http://h:8/a/b/c", "../../x", "/x"},
		{"http://h:8/a/b/c", "../../../../x", "/x"},
		{"http://h:8/a/b/c", "../", "/a/"},
		{"http://h:8/a/b/c", "./../.././x", "/x"},
		{"http://h:8/a/b", "localhost:9/x", "/a/localhost:9/x"},
		{"http://h:8/{{field a?b}}/c", "?x", "/{{field a?b}}/c?x"},
		{"http://h:8/a/", "{{seq}}", "/a/{{seq}}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct url base = parse(cases[i].base), url;
		const char *why = NULL;

		if (url_resolve(&url, &base, cases[i].text, &why) != 0)
			fail_msg("%s: %s", cases[i].text, why);
		assert_string_equal(url.host, "h");
		assert_int_equal(url.port, 8);
		assert_false(url.tls);
		assert_string_equal(url.path, cases[i].path);
		url_free(&url);
		url_free(&base);
	}
}

static void an_absolute_reference_forgets_the_base(void **state)
{
	struct url base = parse("https://me:secret@h:8/a"), url;
	const char *why = NULL;

	(void)state;
	assert_int_equal(url_resolve(&url, &base, "http://other/x", &why), 0);
	assert_false(url.tls);
	assert_string_equal(url.host, "other");
	assert_int_equal(url.port, 80);
	assert_null(url.user);
	url_free(&url);
	assert_int_equal(url_resolve(&url, &base, "/x", &why), 0);
	assert_true(url.tls);
	assert_string_equal(url.user, "me:secret");
	url_free(&url);
	static const char *const bad[] = {"", "#f", "//other/x", "ftp://h/", "http://"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(url_resolve(&url, &base, bad[i], &why), -1);
		assert_null(url.host);
	}
	url_free(&base);
	assert_int_equal(url_resolve(&url, NULL, "http://h/x", &why), 0);
	url_free(&url);
	assert_int_equal(url_resolve(&url, NULL, "localhost/x", &why), -1);
	assert_int_equal(url_resolve(&url, NULL, "/x", &why), -1);
}

static void decoding_undoes_encoding(void **state)
{
	char encoded[12], decoded[5];

	(void)state;
	for (int c = 0x20; c < 256; c++) {
		char text[4] = {'a', (char)c, 'b', '\0'};
		size_t n = percent_encode(encoded, text, 3);

		if (c == 0x7f)
			continue;
		assert_int_equal(percent_decode(decoded, encoded, n), 3);
		assert_string_equal(decoded, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_a_client_needs),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(no_byte_of_a_path_ends_the_line),
		cmocka_unit_test(authority_and_base_say_where),
		cmocka_unit_test(references_are_seen_from_a_base),
		cmocka_unit_test(an_absolute_reference_forgets_the_base),
		cmocka_unit_test(decoding_undoes_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
