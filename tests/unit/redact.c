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
		"git@host:path", "git@github.com:me/long-project.git", "me@host:/a:b", "me@host", "me@host:22",
		"200ms@2s", "@file", "@-", "100..2000/100@10s", "100/s..2000/s/100/s@10s", "p99<200ms,errors<1%",
		"--requests-per-conn", "--requests-per-conn=5", "-ux", "-aux", "-linux:x", "-gnu:x", "--aux:x",
		"--unix-socket=/a:b", "--key", "--use", "--useful=a:b", "--resolve=h:80:127.0.0.1", "h:80:h2:81",
		"127.0.0.1:8080/x@y:z", "[::1]:80/", "2026-11-21T14:00:00Z", "pkg@1.2.3",
		"typescript-parser-of-mine@v1", "first.last.2000@long.example.org", "reg:5000/image:1@sha256:00",
		"image:1@sha256:00", "monkey:latest", "reg/monkey:latest", "select token::text from t", "token::text",
		"Enter token: ", "token:", "select key, value from t where a = 'b:c' and d = 'me@host'",
		"insert into t values ('12:30', 'me@host')",
		"update t set at = '12:30', mail = 'me@host' where id = :id",
		"create table keys (key text primary key, n int)", "{\"a\":\"b\"}", "{\"tokens\":5,\"me@h\":\"a:b\"}",
		"--body={\"at\": \"a:b@c\", \"x\": [\"y\"]}", "[{\"a\": 1}, {\"b\": \"it's\"}]",
		"[ \"$x\" = y ] && { echo a:b; }", "-b{\"id\": {{seq}}}", "Keyboard: x", "Accept-Language:en",
		"-kHAccept: x", "--he=Accept: x", "jq '{a: .b}'", "awk -F: '{print $1}'",
	};

	(void)state;
	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
		check(NULL, harmless[i], harmless[i]);
		check("-x", harmless[i], harmless[i]);
	}
	check("-u", "http://h/a:b", "http://h/a:b");
	check("-u", "name", "name");
	check("--user", "--verbose", "--verbose");
	check("--requests-per-conn", "5", "5");
	check("--use", "feature", "feature");
	check("--useful", "a:b", "a:b");
	check("-b", "@file", "@file");
	check("-ku", "name", "name");
	check("-xu", "a:b", "a:b");
	check("--key", "key.pem", "key.pem");
	check("-H", "X-Request-Id: a:b", "X-Request-Id: a:b");
	check("-H", "Keep-Alive: timeout=5", "Keep-Alive: timeout=5");
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
	check("-u", "token:", "***");
	check(NULL, "-utoken:", "-u***");
	check("-u", "ghp_0123456789abcdefghij:x-oauth-basic", "***");
	check("-u", "me:p://w", "me:***");
}

/* What getopt_long() takes for an option. */
static void abbreviations(void **state)
{
	(void)state;
	check(NULL, "-kume:pw", "-kume:***");
	check(NULL, "-kLume:pw", "-kLume:***");
	check("-ku", "me:pw", "me:***");
	check("-sSfku", "me:pw", "me:***");
	check("-kU", "token:", "***");
	check("--us", "me:pw", "me:***");
	check("--use", "me:pw", "me:***");
	check(NULL, "--us=me:pw", "--us=me:***");
	check(NULL, "--use=token:", "--use=***");
	check("--proxy-us", "me:pw", "me:***");
	check(NULL, "--he=X-Secret: x", "--he=X-Secret:***");
	check(NULL, "--head=Authorization: x", "--head=Authorization:***");
	check("--head", "monkey:x", "monkey:***");
	check(NULL, "-kHCookie:x", "-kHCookie:***");
	check(NULL, "-LkHApiKey:x", "-LkHApiKey:***");
	check("-kH", "apikey:x", "apikey:***");
	check("--key-", "pw", "***");
	check("--key-p", "pw", "***");
	check("--key-pas", "pw", "***");
	check(NULL, "--key-p=pw", "--key-p=***");
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
	check("-H", "PRIVATE-TOKEN: x", "PRIVATE-TOKEN:***");
	check("-H", "Api-Key: x", "Api-Key:***");
	check("-H", "X-Secret: x", "X-Secret:***");
	check("-H", "X-Password: x", "X-Password:***");
	check("-H", "X-Auth: x", "X-Auth:***");
	check("-H", " Authorization : x", " Authorization :***");
	check("-H", "token:: x", "token:***");
	check(NULL, "--header=Api-Key:x", "--header=Api-Key:***");
	check(NULL, "--proxy-header=X-Password:x", "--proxy-header=X-Password:***");
	check(NULL, "Api-Key:x", "Api-Key:***");
	check(NULL, "apikey: x", "apikey:***");
	check("-passin", "pass:x", "pass:***");
	check("-H", "Referer: https://u:p@h/", "Referer: https://u:***@h/");
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
	check(NULL, "https://u:@h", "https://***@h");
	check(NULL, "https://u:a@b@h/", "https://u:***@h/");
	check(NULL, "https://ghp_0123456789abcdefghij@github.com/x", "https://***@github.com/x");
	check(NULL, "https://", "https://");
	check(NULL, "://:@", "://***@");
}

static void urls_without_scheme(void **state)
{
	(void)state;
	check(NULL, "joe:pw@127.0.0.1:18080/x", "joe:***@127.0.0.1:18080/x");
	check(NULL, "joe:pw@h", "joe:***@h");
	check(NULL, "joe:pw@[::1]:80/?a=b:c@d", "joe:***@[::1]:80/?a=b:c@d");
	check(NULL, "joe:pw@{{field host}}/", "joe:***@{{field host}}/");
	check(NULL, ":pw@h", ":***@h");
	check(NULL, "ghs_12:@h/", "***@h/");
	check(NULL, "me@work:pw@h/", "me@work:***@h/");
	check(NULL, "joe:p@w@h/", "joe:***@h/");
	check(NULL, "joe:p&w;'\"(@h/?a=1&token=x", "joe:***@h/?a=1&token=***");
	check(NULL, "https://joe:p&w;'\"(@h/?a=1&token=x&b", "https://joe:***@h/?a=1&token=***&b");
	check(NULL, "ghp_0123456789abcdefghij@h/x", "***@h/x");
	check("--proxy", "u:pw@h:3128", "u:***@h:3128");
	check(NULL, "--proxy=u:pw@h:3128", "--proxy=u:***@h:3128");
	check(NULL, "--proxy=http://u:p'w@h:3128", "--proxy=http://u:***@h:3128");
	check(NULL, "-xu:pw@h:3128", "-xu:***@h:3128");
	check(NULL, "http_proxy=u:pw@h:3128", "http_proxy=u:***@h:3128");
	check(NULL, "--env=http_proxy=u:pw@h:3128", "--env=http_proxy=u:***@h:3128");
	check(NULL, "--env=TOKEN=u:pw@h", "--env=TOKEN=***");
	check("-c", "http_proxy=u:pw@h curl joe:pw@h/x | wc", "http_proxy=u:***@h curl joe:***@h/x | wc");
}

static void json(void **state)
{
	(void)state;
	check("-b", "{\"password\":\"x\"}", "{\"password\":\"***\"}");
	check("-b", " { \"a\" : 1, \"api_key\" : \"x \\\" y, z\" , \"b\": 2 }",
	      " { \"a\" : 1, \"api_key\" : \"***\" , \"b\": 2 }");
	check("-b", "{\"token\":5}", "{\"token\":\"***\"}");
	check("-b", "{\"token\":{\"a\":[\"}\",2]},\"b\":1}", "{\"token\":\"***\",\"b\":1}");
	check("-b", "[{\"user\":{\"accessToken\":\"x\"}}]", "[{\"user\":{\"accessToken\":\"***\"}}]");
	check("-b", "{\"a\":\"https://u:p@h/?token=x\"}", "{\"a\":\"https://u:***@h/?token=***\"}");
	check("-b", "{\"token\":\"x", "{\"token\":\"***\"");
	check("-b", "{\"token\":", "{\"token\":\"***\"");
	check(NULL, "-b{\"secret\":\"x\"}", "-b{\"secret\":\"***\"}");
	check(NULL, "--body={\"secret\":\"x\"}", "--body={\"secret\":\"***\"}");
	check("-c", "curl -d '{\"a\":\"b\",\"secret\": \"x y\"}' h", "curl -d '{\"a\":\"b\",\"secret\": \"***\"}' h");
	check("-c", "[ \"$a\" = b ] && curl -u a:b h", "[ \"$a\" = b ] && curl -u a:*** h");
	check("-c", "{ \"$a\" x; curl -u a:b h; }", "{ \"$a\" x; curl -u a:*** h; }");
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
		cmocka_unit_test(abbreviations),
		cmocka_unit_test(headers),
		cmocka_unit_test(assignments),
		cmocka_unit_test(urls),
		cmocka_unit_test(urls_without_scheme),
		cmocka_unit_test(json),
		cmocka_unit_test(shell_commands),
		cmocka_unit_test(deep_quoting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
