#include "requests-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "json.h"
#include "lines.h"

#define WEIGHT_MAX 1000000000

struct reading { /* of one line */
	struct json j;
	struct wanted *w;
	const char *directory;
	const struct url *base;
	char *why;   /* what was expected; NULL: j.expected says it */
	bool has_body;
};

/* What was expected is a text of its own. */
static int fail(struct reading *r, const char *expected)
{
	free(r->why);
	r->why = x_strdup(expected);
	return -1;
}

/* A string, decoded; NULL after a failure. Caller frees. */
static char *read_text(struct reading *r, size_t *len)
{
	struct json_span span;
	int64_t n;
	char *text;

	if (json_string(&r->j, &span) != 0)
		return NULL;
	text = x_malloc(span.len + 1);
	n = json_unescape(&span, text);
	if (n < 0) {
		free(text);
		fail(r, "no \\u0000 in a string");
		return NULL;
	}
	if (len)
		*len = (size_t)n;
	return text;
}

static int read_name(struct reading *r)
{
	r->w->name = read_text(r, NULL);
	if (!r->w->name)
		return -1;
	return request_name_good(r->w->name) ? 0 : fail(r, REQUEST_NAME_EXPECTED);
}

static int read_weight(struct reading *r)
{
	if (json_count(&r->j, &r->w->weight) != 0 || r->w->weight > WEIGHT_MAX)
		return fail(r, "an integer from 0 to 1000000000");
	return 0;
}

static int read_method(struct reading *r)
{
	r->w->method = read_text(r, NULL);
	if (!r->w->method)
		return -1;
	return is_token(r->w->method, strlen(r->w->method)) ? 0 : fail(r, "a method such as GET or POST");
}

static int read_url(struct reading *r)
{
	char *text = read_text(r, NULL);
	const char *expected;
	int result;

	if (!text)
		return -1;
	result = url_resolve(&r->w->url, r->base, text, &expected);
	free(text);
	return result == 0 ? 0 : fail(r, expected);
}

static int read_field(struct reading *r, const struct json_span *key)
{
	const char *expected;
	char *name = x_malloc(key->len + 1), *value = NULL;
	int result = -1;

	if (json_unescape(key, name) < 0) {
		fail(r, "a header's name (letters, digits and -)");
	} else if (json_peek(&r->j) == JSON_NULL ? json_skip(&r->j) != 0 : !(value = read_text(r, NULL))) {
		if (!r->why)
			fail(r, "a string, or null for none, behind each header's name");
	} else {
		result = fields_set(&r->w->fields, name, value, &expected);
		if (result != 0)
			fail(r, expected);
	}
	free(name);
	free(value);
	return result;
}

static int read_header_list(struct reading *r)
{
	const char *expected;
	int more;

	if (json_array(&r->j) != 0)
		return -1;
	while ((more = json_element(&r->j)) == 1) {
		char *text = read_text(r, NULL);
		if (!text)
			return -1;
		int result = fields_add(&r->w->fields, text, &expected);
		free(text);
		if (result != 0)
			return fail(r, expected);
	}
	return more;
}

static int read_headers(struct reading *r)
{
	struct json_span key;
	int more;

	switch (json_peek(&r->j)) {
	case JSON_ARRAY:
		return read_header_list(r);
	case JSON_OBJECT:
		break;
	default:
		return fail(r, "an object {\"Name\": \"value\"} or an array [\"Name: value\"]");
	}
	if (json_object(&r->j) != 0)
		return -1;
	while ((more = json_key(&r->j, &key)) == 1) {
		if (read_field(r, &key) != 0)
			return -1;
	}
	return more;
}

static int only_body(struct reading *r)
{
	if (r->has_body)
		return fail(r, "either body or body_file");
	r->has_body = true;
	return 0;
}

static int read_body(struct reading *r)
{
	enum json_type type = json_peek(&r->j);
	const char *start = r->j.at;

	if (type == JSON_NULL)
		return json_skip(&r->j);
	if (only_body(r) != 0)
		return -1;
	if (type == JSON_STRING) {
		r->w->body = read_text(r, &r->w->body_len);
		return r->w->body ? 0 : -1;
	}
	if (json_skip(&r->j) != 0)
		return -1;
	r->w->json = true;
	r->w->body_len = (size_t)(r->j.at - start);
	r->w->body = x_malloc(r->w->body_len);
	memcpy(r->w->body, start, r->w->body_len);
	return 0;
}

/* The whole file into *bytes (caller frees). 0, or -1 with errno: EFBIG for one of more than REQUESTS_BODY_MAX. */
static int body_file_read(const char *path, char **bytes, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 0;
	ssize_t n = -1;

	*bytes = NULL;
	*len = 0;
	if (fd < 0)
		return -1;
	do {
		if (*len == room) {
			room = room ? 2 * room : 65536;
			*bytes = x_reallocarray(*bytes, room, 1);
		}
		n = read(fd, *bytes + *len, room - *len);
		if (n > 0)
			*len += (size_t)n;
	} while ((n > 0 && *len <= REQUESTS_BODY_MAX) || (n < 0 && errno == EINTR));
	int error = n < 0 ? errno : *len > REQUESTS_BODY_MAX ? EFBIG : 0;
	close(fd);
	if (!error)
		return 0;
	free(*bytes);
	*bytes = NULL;
	errno = error;
	return -1;
}

static int read_body_file(struct reading *r)
{
	char *name = read_text(r, NULL), *path;
	int result = -1;

	if (!name)
		return -1;
	path = x_asprintf("%s%s", *name == '/' ? "" : r->directory, name);
	if (only_body(r) == 0) {
		result = body_file_read(path, &r->w->body, &r->w->body_len);
		if (result != 0) {
			free(r->why);
			r->why = x_asprintf("a file that can be read: %s: %s", path, strerror(errno));
		}
	}
	free(name);
	free(path);
	return result;
}

static int read_expected(struct reading *r)
{
	char *text, *expected = NULL;
	uint64_t status;
	int result;

	switch (json_peek(&r->j)) {
	case JSON_NUMBER:
		if (json_count(&r->j, &status) != 0)
			return -1;
		text = x_asprintf("%llu", (unsigned long long)status);
		break;
	case JSON_STRING:
		text = read_text(r, NULL);
		break;
	default:
		return fail(r, "a string such as \"200\" or \"body~=REGEX\", a status, or an array of these");
	}
	if (!text)
		return -1;
	result = expectation_add(&r->w->expect, text, &expected);
	free(text);
	if (result != 0) {
		fail(r, expected);
		free(expected);
	}
	return result;
}

static int read_expect(struct reading *r)
{
	int more;

	if (json_peek(&r->j) != JSON_ARRAY)
		return read_expected(r);
	if (json_array(&r->j) != 0)
		return -1;
	while ((more = json_element(&r->j)) == 1) {
		if (read_expected(r) != 0)
			return -1;
	}
	return more;
}

static const struct {
	const char *name;
	int (*read)(struct reading *r);
} members[] = {
	{"name", read_name}, {"weight", read_weight}, {"method", read_method}, {"url", read_url},
	{"headers", read_headers}, {"body", read_body}, {"body_file", read_body_file}, {"expect", read_expect},
};
enum { MEMBERS = sizeof members / sizeof *members };

/* The members of one line. 0, or -1 with *member the one concerned, "" for none. */
static int read_request(struct reading *r, const char **member)
{
	struct json_span key;
	unsigned seen = 0;
	int more;

	*member = "";
	if (json_object(&r->j) != 0)
		return -1;
	while ((more = json_key(&r->j, &key)) == 1) {
		unsigned i = 0;

		while (i < MEMBERS && !json_is(&key, members[i].name))
			i++;
		if (i == MEMBERS)
			return fail(r, "no members but name, weight, method, url, headers, body, body_file and expect");
		*member = members[i].name;
		if (seen & 1u << i)
			return fail(r, "the member once");
		seen |= 1u << i;
		if (members[i].read(r) != 0)
			return -1;
		*member = "";
	}
	if (more < 0 || json_done(&r->j) != 0)
		return -1;
	if (!r->w->url.host && !r->base)
		return fail(r, "a member url, as the command line has none");
	if (!r->w->url.host) {
		const struct url *base = r->base;
		r->w->url = (struct url){base->tls, x_strdup(base->host), base->port,
					 base->user ? x_strdup(base->user) : NULL, x_strdup(base->path)};
	}
	return 0;
}

static bool is_blank(const char *line, size_t len)
{
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t' || line[len - 1] == '\r'))
		len--;
	return len == 0;
}

static char *complaint(const char *name, uint64_t line, const char *member, const char *expected)
{
	return x_asprintf("%s:%llu: %s%sexpected %s", name, (unsigned long long)line, member, *member ? ": " : "",
			  expected);
}

int requests_read(struct wanted_list *list, struct lines *lines, const char *name, const char *directory,
		  const struct url *base, char **why)
{
	enum lines_result result;
	const char *line, *member;
	size_t len;

	while ((result = lines_next(lines, &line, &len)) != LINES_END) {
		struct reading r = {.directory = directory, .base = base};

		if (result == LINES_FAILED) {
			*why = x_asprintf("%s: %s", name, strerror(errno));
			return -1;
		}
		if (result == LINES_TOO_LONG) {
			*why = complaint(name, lines_number(lines), "", "a line of at most 16 MiB");
			return -1;
		}
		if (is_blank(line, len))
			continue;
		if (list->n == MIX_MAX) {
			*why = complaint(name, lines_number(lines), "", "at most 1000 requests");
			return -1;
		}
		list->wanted = x_reallocarray(list->wanted, list->n + 1, sizeof *list->wanted);
		r.w = &list->wanted[list->n++];
		*r.w = (struct wanted){.line = lines_number(lines), .weight = 1};
		json_open(&r.j, line, len);
		if (read_request(&r, &member) != 0) {
			const char *expected = r.why ? r.why : r.j.expected ? r.j.expected : "more memory";
			*why = complaint(name, r.w->line, member, expected);
			free(r.why);
			return -1;
		}
	}
	return 0;
}

void wanted_list_free(struct wanted_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		wanted_free(&list->wanted[i]);
	free(list->wanted);
	*list = (struct wanted_list){0};
}
