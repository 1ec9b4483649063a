#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "redact.h"

static void check(const char *before, const char *argument, const char *wanted)
{
	char *out = redact_argument(before, argument);

	assert_non_null(out);
	assert_string_equal(out, wanted);
	free(out);
}

static void leaves_the_rest_alone(void **state)
{
	static const char *const harmless[] = {
		"", "-", "--", "sort", "-n", "--user-agent=x y", "http://host/path", "https://me@host/", "ssh://git@host:22/x",
		"http://host:8080/a@b:c", "Accept: text/html", "X-Request-Id: 5", "a=b", "PATH=/bin:/usr/bin", "x-y:z",
		"it's", "don't 'quote", "echo 'a  b' \"c\\\"d\" | sort -u > /tmp/x && true; (false) &", "2>&1", "\\", "a\\ b",
		"--header=Accept: x", "-HAccept: x", "12:30", "sh -c 'echo \"a b\"'", "grep -e '=' f", "user:password",
	};

	(void)state;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		check(NULL, harmless[i], harmless[i]);
		check("-x", harmless[i], harmless[i]);
	}
	check("-u", "http://h/a:b", "http://h/a:b");
	check("-u", "name", "name");
	check("--user", "--verbose", "--verbose");
}

static void options(void **state)
{
	(void)state;
	check("-u", "me:pw", "me:***");
	check("-U", "me:pw", "me:***");
	check(NULL, "-ume:pw", "-ume:***");
	check("--user", "me:pw", "***");
	check("--password", "pw", "***");
	check("--pass", "-dash", "***");
	check("--token", "t", "***");
	check("--secret-key", "s", "***");
	check("--api-key", "s", "***");
	check("--oauth2-bearer", "s", "***");
	check("--cookie", "a=b", "***");
	check(NULL, "--user=me:pw", "--user=***");
	check(NULL, "--token-file=t", "--token-file=***");
	check(NULL, "--key-passphrase=x=y", "--key-passphrase=***");
	check(NULL, "--my-token=x", "--my-token=***");
}

static void headers(void **state)
{
	(void)state;
	check("-H", "Authorization: Bearer abc", "Authorization:***");
	check(NULL, "-HAuthorization: Bearer abc", "-HAuthorization:***");
	check(NULL, "--header=cookie: a=b; c=d", "--header=cookie:***");
	check("-H", "X-Auth-Token: x", "X-Auth-Token:***");
	check("-H", "x-api-key:x", "x-api-key:***");
	check("-H", "PROXY-AUTHORIZATION: x", "PROXY-AUTHORIZATION:***");
}

static void assignments(void **state)
{
	(void)state;
	check(NULL, "GITHUB_TOKEN=abc", "GITHUB_TOKEN=***");
	check(NULL, "db_password=a b c", "db_password=***");
	check(NULL, "AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=***");
	check(NULL, "MYSQL_PWD=x", "MYSQL_PWD=***");
	check(NULL, "PWD=/home", "PWD=/home");
	check(NULL, "PGPASSWORD=", "PGPASSWORD=***");
	check(NULL, "--env=API_TOKEN=x", "--env=API_TOKEN=***");
	check(NULL, "https://h/?a=1&access_token=x&b=2", "https://h/?a=1&access_token=***&b=2");
	check(NULL, "https://h/?api_key=x", "https://h/?api_key=***");
}

static void urls(void **state)
{
	(void)state;
	check(NULL, "https://u:p@h/", "https://u:***@h/");
	check(NULL, "https://u:p@h/?x=https://a:b@c", "https://u:***@h/?x=https://a:***@c");
	check(NULL, "postgres://u:p%40x@h:5432/db", "postgres://u:***@h:5432/db");
	check(NULL, "https://:p@h", "https://:***@h");
	check(NULL, "https://u:@h", "https://u:***@h");
	check(NULL, "https://u:a@b@h/", "https://u:***@h/");
	check(NULL, "https://ghp_0123456789abcdefghij@github.com/x", "https://***@github.com/x");
	check(NULL, "https://", "https://");
	check(NULL, "://:@", "://:***@");
}

static void shell_commands(void **state)
{
	(void)state;
	check("-c", "curl -H 'Authorization: Bearer abc' https://u:p@h/",
	      "curl -H 'Authorization:***' https://u:***@h/");
	check("-c", "curl -u me:pw http://h | jq .", "curl -u me:*** http://h | jq .");
	check("-c", "curl -ume:pw http://h", "curl -ume:*** http://h");
	check("-c", "curl -H \"Authorization: Bearer $T\" h;x", "curl -H \"Authorization:***\" h;x");
	check("-c", "curl -H'Cookie: a=b' h", "curl '-HCookie:***' h");
	check("-c", "curl --header \"X-Auth-Token: x\" -s h", "curl --header \"X-Auth-Token:***\" -s h");
	check("-c", "cd x && TOKEN=abc ./run -n 5", "cd x && TOKEN=*** ./run -n 5");
	check("-c", "a;TOKEN='a b' c", "a;'TOKEN=***' c");
	check("-c", "run --password hunter2 -v", "run --password *** -v");
	check("-c", "run --password='hunter 2' -v", "run '--password=***' -v");
	check("-c", "curl 'http://h/?a=1&token=x' -s", "curl 'http://h/?a=1&token=***' -s");
	check("-c", "curl http://h/?a=1&token=x -s", "curl http://h/?a=1&token=*** -s");
	check("-c", "sh -c \"curl -H 'Authorization: Basic x' h\" -s", "sh -c \"curl -H 'Authorization:***' h\" -s");
	check("-c", "ssh h \"sh -c 'curl -u a:b h'\"", "ssh h \"sh -c 'curl -u a:*** h'\"");
	check("-c", "echo 'unclosed -u a:b", "echo 'unclosed -u a:***'");
}

/* Nested quoting of any depth ends, and hides. */
static void deep_quoting(void **state)
{
	char text[4096] = "x ";

	(void)state;
	for (int i = 0; i < 500; i++)
		strcat(text, i % 2 ? "'\" " : "\"' ");
	strcat(text, " https://u:sesame@h ");
	for (int i = 0; i < 500; i++)
		strcat(text, i % 2 ? "\"' " : "'\" ");
	char *out = redact_argument(NULL, text);
	assert_non_null(out);
	assert_null(strstr(out, "sesame"));
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_the_rest_alone),
		cmocka_unit_test(options),
		cmocka_unit_test(headers),
		cmocka_unit_test(assignments),
		cmocka_unit_test(urls),
		cmocka_unit_test(shell_commands),
		cmocka_unit_test(deep_quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
