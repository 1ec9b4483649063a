#include "request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "utf8.h"

enum { SALT_PATH, SALT_HEADERS, SALT_BODY };

void wanted_free(struct wanted *w)
{
	free(w->name);
	free(w->method);
	url_free(&w->url);
	fields_free(&w->fields);
	free(w->body);
	expectation_free(w->expect);
	*w = (struct wanted){0};
}

void request_free(struct request *r)
{
	free(r->name);
	free(r->bench);
	free((void *)r->method);
	template_free(r->path);
	template_free(r->headers);
	template_free(r->body);
	free(r->start);
	free(r->host);
	buffer_free(&r->wire);
	*r = (struct request){0};
}

static bool is_one_of(const char *method, const char *const *list)
{
	for (; *list; list++) {
		if (strcmp(method, *list) == 0)
			return true;
	}
	return false;
}

static bool is_idempotent(const char *method)
{
	static const char *const list[] = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", NULL};

	return is_one_of(method, list);
}

/* Whether a request of that method says that it has no body (RFC 9110, section 8.6). */
static bool says_length(const char *method)
{
	static const char *const list[] = {"POST", "PUT", "PATCH", NULL};

	return is_one_of(method, list);
}

/* --- header fields --- */

static void add_text(struct buffer *b, const char *text)
{
	buffer_add(b, text, strlen(text));
}

/* A default, where neither the request nor the command line has a field of that name. */
static void put_default(struct fields *all, const struct wanted *w, const struct given *given, const char *name,
			const char *value)
{
	if (!fields_find(&w->fields, name) && !fields_find(&given->fields, name))
		fields_put(all, name, value);
}

/* What is sent: defaults, then those of all requests, then its own, each unless a later one is of the same name. */
static struct fields collect(const struct wanted *w, const struct given *given)
{
	const char *user = given->user ? given->user : w->url.user;
	struct fields all = {0};

	put_default(&all, w, given, "User-Agent", "benchpipe/" BENCHPIPE_VERSION);
	put_default(&all, w, given, "Accept", "*/*");
	if (user) {
		char *credentials = basic_credentials(user);
		put_default(&all, w, given, "Authorization", credentials);
		free(credentials);
	}
	if (w->json)
		put_default(&all, w, given, "Content-Type", "application/json");
	if (!given->keepalive)
		put_default(&all, w, given, "Connection", "close");
	for (size_t i = 0; i < given->fields.n; i++) {
		const struct field *f = &given->fields.field[i];
		if (!fields_find(&w->fields, f->name))
			fields_put(&all, f->name, f->value);
	}
	for (size_t i = 0; i < w->fields.n; i++)
		fields_put(&all, w->fields.field[i].name, w->fields.field[i].value);
	return all;
}

/* The lines of an HTTP/1.1 message, but Host. */
static void add_lines(struct buffer *out, const struct fields *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct field *f = &all->field[i];

		if (!f->value || strcasecmp(f->name, "Host") == 0)
			continue;
		add_text(out, f->name);
		add_text(out, *f->value ? ": " : ":");
		add_text(out, f->value);
		add_text(out, "\r\n");
	}
}

/* --- making --- */

static bool is_text(const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		size_t n = (unsigned char)*p < 0x80 ? *p != '\0' : utf8_length(p, end);

		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

static int make_body(struct request *r, const struct wanted *w, const struct given *given, char **why)
{
	if (!w->body)
		return 0;
	/* Two braces in what is no text mean nothing. */
	if (is_text(w->body, w->body_len))
		r->body = template_compile_for(w->json ? PLACE_JSON : PLACE_BODY, w->body, w->body_len, given->feed,
					       SALT_BODY, why);
	else
		r->body = template_literal(w->body, w->body_len);
	return r->body ? 0 : -1;
}

static int make_headers(struct request *r, const struct wanted *w, const struct given *given, char **why)
{
	struct fields all = collect(w, given);
	const struct field *host = fields_find(&all, "Host");
	struct buffer lines = {0};

	if (host && !host->value) {
		r->host = x_strdup(" HTTP/1.1\r\n");
	} else {
		char *authority = host ? x_strdup(host->value) : url_authority(&w->url);
		r->host = x_asprintf(" HTTP/1.1\r\nHost: %s\r\n", authority);
		free(authority);
	}
	add_lines(&lines, &all);
	r->headers = template_compile_for(PLACE_HEADER, lines.bytes, lines.len, given->feed, SALT_HEADERS, why);
	buffer_free(&lines);
	fields_free(&all);
	return r->headers ? 0 : -1;
}

static int make_parts(struct request *r, const struct wanted *w, const struct given *given, char **why)
{
	r->path = template_compile_for(PLACE_PATH, w->url.path, strlen(w->url.path), given->feed, SALT_PATH, why);
	if (!r->path)
		return -1;
	return make_headers(r, w, given, why) != 0 || make_body(r, w, given, why) != 0 ? -1 : 0;
}

static void render(const struct request *r, const struct moment *m, struct buffer *out, struct buffer *scratch);

int request_make(struct request *r, const struct wanted *w, const struct given *given, char **why)
{
	const char *method = w->method ? w->method : w->body ? "POST" : "GET";

	*r = (struct request){0};
	if (!is_token(method, strlen(method)) || strcmp(method, "CONNECT") == 0) {
		*why = x_strdup("expected a method such as GET or POST, and not CONNECT");
		return -1;
	}
	if (make_parts(r, w, given, why) != 0) {
		request_free(r);
		return -1;
	}
	r->method = x_strdup(method);
	r->head = strcmp(method, "HEAD") == 0;
	r->idempotent = is_idempotent(method);
	r->has_length = r->body || says_length(method);
	r->start = x_asprintf("%s ", method);
	if (template_constant(r->path) && template_constant(r->headers) && (!r->body || template_constant(r->body))) {
		struct buffer scratch = {0};
		render(r, NULL, &r->wire, &scratch);
		buffer_free(&scratch);
	}
	return 0;
}

bool request_has_fields(const struct request *r)
{
	return template_has_fields(r->path) || template_has_fields(r->headers) ||
	       (r->body && template_has_fields(r->body));
}

/* --- rendering --- */

static void render(const struct request *r, const struct moment *m, struct buffer *out, struct buffer *scratch)
{
	static const char length[] = "Content-Length: ";

	out->len = 0;
	add_text(out, r->start);
	template_render(r->path, m, out);
	add_text(out, r->host);
	template_render(r->headers, m, out);
	if (!r->has_length) {
		buffer_add(out, "\r\n", 2);
		return;
	}
	scratch->len = 0;
	if (r->body)
		template_render(r->body, m, scratch);
	buffer_add(out, length, sizeof length - 1);
	buffer_add_number(out, scratch->len);
	buffer_add(out, "\r\n\r\n", 4);
	buffer_add(out, scratch->bytes, scratch->len);
}

static struct moment moment_of(const struct mix *mix, uint64_t seq)
{
	return (struct moment){.seed = mix->seed, .seq = seq, .feed = mix->feed};
}

void request_render(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out,
		    struct buffer *scratch)
{
	struct moment m = moment_of(mix, seq);

	render(r, &m, out, scratch);
}

static void end_text(struct buffer *out)
{
	buffer_add(out, "", 1);
	out->len--;
}

void request_render_url(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out)
{
	struct moment m = moment_of(mix, seq);

	out->len = 0;
	add_text(out, mix->origin[r->origin].base);
	template_render(r->path, &m, out);
	end_text(out);
}

void request_render_headers(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out)
{
	struct moment m = moment_of(mix, seq);

	out->len = 0;
	template_render(r->headers, &m, out);
	end_text(out);
}

void request_render_body(const struct mix *mix, const struct request *r, uint64_t seq, struct buffer *out)
{
	struct moment m = moment_of(mix, seq);

	out->len = 0;
	if (r->body)
		template_render(r->body, &m, out);
	end_text(out);
}
