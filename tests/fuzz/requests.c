/* Files of requests, and the messages made of them; rows for their templates. */
#undef regcomp
#include "harness.h"

#include <regex.h>
#include <strings.h>
#include <sys/resource.h>

#include "lines.h"

#include "../../cmd/http-load/requests-file.h"

int fuzz_regcomp(regex_t *regex, const char *text, int flags);

/* Repetitions of repetitions fill all memory, which is libc's affair. */
int fuzz_regcomp(regex_t *regex, const char *text, int flags)
{
	return strpbrk(text, "{+?\\") || strlen(text) > 64 ? REG_BADRPT : regcomp(regex, text, flags);
}

/* No body_file is to be opened, whatever its name. */
static void allow_files(bool allowed)
{
	static rlim_t usual;
	struct rlimit limit;

	MUST(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (!usual)
		usual = limit.rlim_cur;
	limit.rlim_cur = allowed ? usual : 0;
	MUST(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* The line at *p, ended by CRLF, has no other control byte but tabs; *p moves behind it. Its length. */
static size_t check_line(const char **p, const char *end)
{
	const char *line = *p, *crlf = memmem(line, (size_t)(end - line), "\r\n", 2);

	MUST(crlf);
	for (const char *c = line; c < crlf; c++)
		MUST((unsigned char)*c >= 0x20 || *c == '\t');
	*p = crlf + 2;
	return (size_t)(crlf - line);
}

static void check_message(const struct request *r, const struct wanted *w, const struct buffer *message)
{
	const char *p = message->bytes, *end = p + message->len, *line;
	size_t lines = 0, len, hosts = 0, lengths = 0, body = 0;

	len = check_line(&p, end);
	MUST(len > 11 && strncmp(message->bytes, r->method, strlen(r->method)) == 0);
	MUST(memcmp(message->bytes + len - 9, " HTTP/1.1", 9) == 0);
	MUST(memchr(message->bytes + strlen(r->method) + 1, ' ', len - strlen(r->method) - 1) ==
	     message->bytes + len - 9);
	while (line = p, (len = check_line(&p, end)) > 0) {
		MUST(memchr(line, ':', len));
		lines++;
		hosts += strncasecmp(line, "host:", 5) == 0;
		if (strncasecmp(line, "content-length:", 15) == 0) {
			lengths++;
			body = strtoul(line + 15, NULL, 10);
		}
	}
	/* Host, five defaults, one given, Content-Length */
	MUST(lines <= w->fields.n + 8 && hosts <= 1 && lengths <= 1);
	MUST((size_t)(end - p) == body);
	MUST(lengths == 1 || !w->body);
}

static void check_request(const struct wanted *w, const struct feed *feed)
{
	const char *expected;
	struct given given = {.user = "u:p", .feed = feed};
	struct mix mix = {.feed = feed ? (struct feed *)feed : NULL, .seed = 3};
	struct buffer out = {0}, scratch = {0};
	struct request r;
	char *why = NULL;

	MUST(fields_add(&given.fields, "X-Given: {{seq}}", &expected) == 0);
	if (request_make(&r, w, &given, &why) != 0) {
		MUST(strstr(why, "expected "));
		free(why);
	} else {
		for (uint64_t seq = 0; seq < 3; seq++) {
			request_render(&mix, &r, seq, &out, &scratch);
			check_message(&r, w, &out);
		}
		char *name = request_name(r.method, w->url.path);
		MUST(request_name_good(name));
		free(name);
		request_free(&r);
	}
	fields_free(&given.fields);
	buffer_free(&out);
	buffer_free(&scratch);
}

static struct feed *check_feed(const char *text, size_t len)
{
	struct lines *lines = lines_open_memory(text, len, FEED_LINE_MAX);
	char *why = NULL;
	struct feed *feed = feed_read_lines(lines, "input", &why);

	if (!feed) {
		MUST(strncmp(why, "input:", 6) == 0);
		free(why);
	} else {
		MUST(feed_rows(feed) > 0);
		for (size_t column = 0; column < feed_columns(feed); column++) {
			MUST(feed_column(feed, feed_column_name(feed, column)) == (long)column);
			for (uint64_t row = 0; row < feed_rows(feed); row++) {
				size_t n;
				const char *value = feed_value(feed, row, (long)column, &n);
				MUST(n <= len && (n == 0 || !memchr(value, '\0', n)));
			}
		}
	}
	lines_close(lines);
	return feed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* requests, and behind an empty line rows */
	const char *text = (const char *)data, *gap = memmem(data, size, "\n\n", 2), *why_not;
	size_t len = gap ? (size_t)(gap - text) : size;
	struct feed *feed = check_feed(gap ? gap + 2 : text, gap ? size - len - 2 : size);
	struct lines *lines = lines_open_memory(text, len, REQUESTS_LINE_MAX);
	struct wanted_list list = {0};
	struct url base;
	char *why = NULL;

	MUST(lines && url_parse(&base, "http://h/a/b?c", &why_not) == 0);
	allow_files(false);
	int result = requests_read(&list, lines, "input", "", &base, &why);
	allow_files(true);
	if (result != 0) {
		MUST(strncmp(why, "input:", 6) == 0);
		free(why);
	} else {
		for (size_t i = 0; i < list.n; i++)
			check_request(&list.wanted[i], feed);
	}
	wanted_list_free(&list);
	lines_close(lines);
	url_free(&base);
	feed_free(feed);
	return 0;
}
