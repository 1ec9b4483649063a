#include "httprequest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "memstream.h"
#include "utf8error.h"

/* What became of reading a piece. */
enum progress { GOES_ON, WAITS, CONTINUES, BROKE };

/* A piece of the bytes. */
struct span {
	const char *text;
	size_t len;
};

void request_free(struct request *request)
{
	if (!request)
		return;
	free(request->path);
	free(request->body);
	free(request);
}

void request_begin(struct request_parser *p, size_t body_max, bool knows_delete)
{
	memset(p, 0, sizeof *p);
	p->body_max = body_max;
	p->knows_delete = knows_delete;
}

void request_end(struct request_parser *p)
{
	request_free(p->request);
	free(p->why);
	p->request = NULL;
	p->why = NULL;
}

char *request_room(struct request_parser *p, size_t *room)
{
	*room = sizeof p->bytes - p->held;
	return p->bytes + p->held;
}

void request_feed(struct request_parser *p, size_t len)
{
	p->at = 0;
	p->end = p->held + len;
}

/* Every byte that is no part of a character is a replacement character. */
static void put_lossy(FILE *out, struct span text)
{
	const char *at = text.text, *end = at + text.len;
	bool incomplete;

	while (at < end) {
		const char *bad = utf8_error_find(at, end);

		fwrite(at, 1, (size_t)(bad - at), out);
		at = bad;
		if (at < end) {
			fputs("\xef\xbf\xbd", out);
			at += utf8_error_length(at, end, &incomplete);
		}
	}
}

/* The reason: text with a span for every '%'. Spans are UTF-8, but for that of a line that is too long. */
static enum progress broken(struct request_parser *p, const char *text, const struct span *spans)
{
	FILE *out;
	bool failed;

	free(p->why);
	p->why = NULL;
	out = memstream_open(&p->why, &p->why_len);
	if (!out)
		die("out of memory");
	for (; *text; text++) {
		if (*text == '%')
			put_lossy(out, *spans++);
		else
			fputc(*text, out);
	}
	failed = ferror(out);
	if (fclose(out) == EOF || failed)
		die("out of memory");
	p->at = p->end; /* the rest is thrown away */
	return BROKE;
}

static enum progress broken_header(struct request_parser *p, const char *what, struct span name, struct span value)
{
	const struct span spans[] = {{what, strlen(what)}, name, value};

	return broken(p, value.text ? "Invalid header. Reason: %Key:%; Value:%" : "Invalid header. Reason: %Key: %",
		      spans);
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct span trim(struct span s)
{
	while (s.len && is_space(s.text[0])) {
		s.text++;
		s.len--;
	}
	while (s.len && is_space(s.text[s.len - 1]))
		s.len--;
	return s;
}

static bool is(struct span s, const char *text)
{
	return s.len == strlen(text) && memcmp(s.text, text, s.len) == 0;
}

static bool is_named(struct span s, const char *name)
{
	return s.len == strlen(name) && strncasecmp(s.text, name, s.len) == 0;
}

static bool contains(struct span s, const char *text)
{
	return memmem(s.text, s.len, text, strlen(text)) != NULL;
}

/* What is before the first c, which is taken away with it. false: there is none. */
static bool cut(struct span *s, char c, struct span *before)
{
	const char *found = memchr(s->text, c, s->len);

	if (!found)
		return false;
	*before = (struct span){s->text, (size_t)(found - s->text)};
	s->text = found + 1;
	s->len -= before->len + 1;
	return true;
}

/* The line at p->at without its CR LF, which is passed over. false: it has no end yet. */
static bool take_line(struct request_parser *p, struct span *line)
{
	char *end = memmem(p->bytes + p->at, p->end - p->at, "\r\n", 2);

	if (!end)
		return false;
	*line = (struct span){p->bytes + p->at, (size_t)(end - p->bytes) - p->at};
	p->at += line->len + 2;
	return true;
}

/* Keep the beginning of a line until the next feed. */
static enum progress hold(struct request_parser *p)
{
	p->held = p->end - p->at;
	memmove(p->bytes, p->bytes + p->at, p->held);
	p->at = p->end = p->held;
	return WAITS;
}

static char *absolute_path(struct span uri)
{
	static const char scheme[] = "http://";
	char *path;

	if (uri.len >= sizeof scheme - 1 && memcmp(uri.text, scheme, sizeof scheme - 1) == 0) {
		const char *slash = memchr(uri.text + sizeof scheme - 1, '/', uri.len - (sizeof scheme - 1));

		uri = slash ? (struct span){slash, uri.len - (size_t)(slash - uri.text)} : (struct span){"", 0};
	} else if (uri.text[0] != '/') {
		uri.len = 0;
	}
	path = x_malloc(uri.len + 1);
	for (size_t i = 0; i < uri.len; i++)
		path[i] = uri.text[i] ? uri.text[i] : '\x01';
	path[uri.len] = '\0';
	return path;
}

static const char *known_method(const struct request_parser *p, struct span text)
{
	static const char *const methods[] = {"GET", "PUT", "PATCH", "DELETE"};

	for (size_t i = 0; i < 3 + (size_t)p->knows_delete; i++) {
		if (is(text, methods[i]))
			return methods[i];
	}
	return NULL;
}

/* Method, URI, version. */
static enum progress read_request_line(struct request_parser *p)
{
	struct span method, uri, version;
	const char *name;

	if (!take_line(p, &version))
		return p->at == 0 && p->end == sizeof p->bytes ? broken(p, "Invalid request.", NULL) : hold(p);
	if (!cut(&version, ' ', &method) || !cut(&version, ' ', &uri))
		return broken(p, "Invalid request.", NULL);
	name = known_method(p, method);
	if (!name)
		return broken(p, "Invalid HTTP Method: Unsupported HTTP method.", NULL);
	if (!uri.len)
		return broken(p, "Invalid URI: Empty URI not allowed.", NULL);
	if (utf8_error_find(uri.text, uri.text + uri.len) != uri.text + uri.len)
		return broken(p, "Invalid URI: Cannot parse URI as UTF-8.", NULL);
	if (!is(version, "HTTP/1.0") && !is(version, "HTTP/1.1"))
		return broken(p, "Invalid HTTP Version: Unsupported HTTP version.", NULL);
	p->minor = version.text[version.len - 1] == '1';
	p->expect = false;
	p->length = 0;
	p->room = 0;
	p->request = x_calloc(1, sizeof *p->request);
	p->request->method = name;
	p->request->path = absolute_path(uri);
	p->state = IN_HEADERS;
	return GOES_ON;
}

/* A decimal number of 32 bits, as Rust reads one. */
static bool read_number(struct span text, uint32_t *number)
{
	uint64_t value = 0;

	if (text.len > 1 && text.text[0] == '+')
		text = (struct span){text.text + 1, text.len - 1};
	for (size_t i = 0; i < text.len; i++) {
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
		value = 10 * value + (uint64_t)(text.text[i] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*number = (uint32_t)value;
	return text.len > 0;
}

/* Identity must not be excluded. */
static enum progress read_encodings(struct request_parser *p, struct span value)
{
	static const struct span name = {"Accept-Encoding", 15};
	struct span rest = value, one;

	if (!value.len)
		return broken(p, "Invalid request.", NULL);
	for (bool more = true; more;) {
		more = cut(&rest, ',', &one);
		if (!more)
			one = rest;
		if (is(trim(one), "identity;q=0") || (is(trim(one), "*;q=0") && !contains(value, "identity")))
			return broken_header(p, "Invalid value. ", name, one);
	}
	return GOES_ON;
}

/* "invalid utf-8 sequence of 1 bytes from index 7", with what stands before. */
static enum progress not_utf8(struct request_parser *p, struct span line)
{
	const char *end = line.text + line.len, *bad = utf8_error_find(line.text, end);
	bool incomplete;
	size_t len = utf8_error_length(bad, end, &incomplete);
	char text[128];
	struct span span = {text, 0};

	if (incomplete)
		snprintf(text, sizeof text, "incomplete utf-8 byte sequence from index %zu", (size_t)(bad - line.text));
	else
		snprintf(text, sizeof text, "invalid utf-8 sequence of %zu bytes from index %zu", len,
			 (size_t)(bad - line.text));
	span.len = strlen(text);
	return broken_header(p, "Header contains invalid characters. ", span, (struct span){NULL, 0});
}

static enum progress read_header(struct request_parser *p, struct span line)
{
	struct span name, value = line;

	if (utf8_error_find(line.text, line.text + line.len) != line.text + line.len)
		return not_utf8(p, line);
	if (!cut(&value, ':', &name))
		return broken_header(p, "Header is incorrectly formatted. ", line, (struct span){NULL, 0});
	if (is_named(trim(name), "content-length")) {
		if (!read_number(trim(value), &p->length))
			return broken_header(p, "Invalid value. ", name, value);
	} else if (is_named(trim(name), "expect")) {
		p->expect |= is(trim(value), "100-continue");
	} else if (is_named(trim(name), "accept-encoding")) {
		return read_encodings(p, trim(value));
	}
	return GOES_ON; /* of all others anything is taken */
}

/* The end of the head. */
static enum progress end_headers(struct request_parser *p)
{
	char text[160];

	if (p->length == 0) {
		p->request->body = x_strdup("");
		p->state = IS_WHOLE;
		return GOES_ON;
	}
	if (p->length > p->body_max) {
		snprintf(text, sizeof text,
			 "Request payload with size %lu is larger than the limit of %zu allowed by server.",
			 (unsigned long)p->length, p->body_max);
		return broken(p, text, NULL);
	}
	p->state = IN_BODY;
	return p->expect ? CONTINUES : GOES_ON;
}

static enum progress read_headers(struct request_parser *p)
{
	struct span line;

	if (take_line(p, &line))
		return line.len ? read_header(p, line) : end_headers(p);
	if (p->at == 0 && p->end == sizeof p->bytes) {
		const struct span all = {p->bytes, sizeof p->bytes};

		return broken(p, "Invalid header. Reason: Invalid content length. Header: %", &all);
	}
	return hold(p);
}

static enum progress read_body(struct request_parser *p)
{
	struct request *r = p->request;
	size_t n = p->end - p->at < p->length - r->len ? p->end - p->at : p->length - r->len;

	if (r->len + n + 1 > p->room) {
		p->room = 2 * (r->len + n) + 1;
		if (p->length <= 4096 || p->room > p->length)
			p->room = p->length + (size_t)1;
		r->body = x_reallocarray(r->body, p->room, 1);
	}
	memcpy(r->body + r->len, p->bytes + p->at, n);
	r->len += n;
	r->body[r->len] = '\0';
	p->at += n;
	if (r->len == p->length)
		p->state = IS_WHOLE;
	return GOES_ON;
}

enum request_step request_next(struct request_parser *p)
{
	enum progress progress = GOES_ON;

	while (progress == GOES_ON) {
		if (p->state == IS_WHOLE)
			return REQUEST_READY;
		if (p->at == p->end)
			progress = hold(p);
		else if (p->state == IN_BODY)
			progress = read_body(p);
		else
			progress = p->state == IN_LINE ? read_request_line(p) : read_headers(p);
	}
	return progress == WAITS ? REQUEST_MORE : progress == CONTINUES ? REQUEST_CONTINUE : REQUEST_BROKEN;
}

struct request *request_take(struct request_parser *p)
{
	struct request *request = p->request;

	p->request = NULL;
	p->state = IN_LINE;
	return request;
}
