#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "curl-engine.h"
#include "die.h"
#include "expectation.h"

/* Requests as libcurl wants them: a URL, a list of header lines, a body. */

/* Lines that libcurl would add of itself, unless they are there, or it is told not to. */
static char unasked[][sizeof "Content-Type:"] = {"Accept:", "Content-Type:", "Expect:"};

#define UNASKED (sizeof unasked / sizeof *unasked)

void curl_must(CURLcode code)
{
	if (code)
		die("libcurl: %s", curl_easy_strerror(code));
}

/* --- header lines --- */

static void add_line(struct parts *p, size_t at, char *line)
{
	if (at == p->room) {
		p->room = p->room ? p->room * 2 : 16;
		p->line = x_reallocarray(p->line, p->room, sizeof *p->line);
	}
	p->line[at].data = line;
}

/* libcurl takes "Name:" as a wish to leave it out, and "Name;" as an empty field. */
static void mark_empty(char *line)
{
	char *colon = strchr(line, ':');

	if (colon && !colon[1 + strspn(colon + 1, " \t")]) {
		colon[0] = ';';
		colon[1] = '\0';
	}
}

/* Make a list of the lines in p->headers. */
static void split_headers(const struct kind *k, struct parts *p)
{
	bool asked[UNASKED] = {false};
	size_t n = 0;
	char *next;

	add_line(p, n++, k->host);
	for (char *line = p->headers.bytes; *line; line = next) {
		next = strstr(line, "\r\n");
		*next = '\0';
		next += 2;
		for (size_t i = 0; i < UNASKED; i++)
			asked[i] |= strncasecmp(line, unasked[i], strlen(unasked[i])) == 0;
		mark_empty(line);
		add_line(p, n++, line);
	}
	for (size_t i = 0; i < UNASKED; i++) {
		if (!asked[i])
			add_line(p, n++, unasked[i]);
	}
	for (size_t i = 0; i < n; i++)
		p->line[i].next = i + 1 < n ? &p->line[i + 1] : NULL;
}

/* --- parts --- */

static void fill_url(const struct kind *k, const struct mix *mix, uint64_t seq, struct buffer *out)
{
	const char *base = mix->origin[k->request->origin].base;
	size_t before = strlen(base), instead = strlen(k->base), rest;

	request_render_url(mix, k->request, seq, out);
	if (strcmp(base, k->base) == 0)
		return;
	rest = out->len - before;
	buffer_add(out, k->base, instead); /* room for it */
	memmove(out->bytes + instead, out->bytes + before, rest);
	memcpy(out->bytes, k->base, instead);
	out->len = instead + rest;
	out->bytes[out->len] = '\0';
}

static void fill_headers(const struct kind *k, const struct mix *mix, uint64_t seq, struct parts *p)
{
	request_render_headers(mix, k->request, seq, &p->headers);
	split_headers(k, p);
}

static void set_body(CURL *easy, const struct buffer *body)
{
	curl_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->len));
	curl_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body->bytes));
}

void parts_free(struct parts *p)
{
	buffer_free(&p->url);
	buffer_free(&p->headers);
	buffer_free(&p->body);
	free(p->line);
}

void kind_fill(const struct kind *k, const struct mix *mix, uint64_t seq, struct parts *p, CURL *easy)
{
	if (!k->url) {
		fill_url(k, mix, seq, &p->url);
		curl_must(curl_easy_setopt(easy, CURLOPT_URL, p->url.bytes));
	}
	if (!k->headers) {
		fill_headers(k, mix, seq, p);
		curl_must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, p->line));
	}
	if (!k->body) {
		request_render_body(mix, k->request, seq, &p->body);
		set_body(easy, &p->body);
	}
}

/* --- kinds --- */

/* The Host field of the request, from the fixed part of its message, which may go without. */
static char *host_line(const struct request *r)
{
	const char *host = strstr(r->host, "\r\n") + 2;
	char *line = *host ? x_asprintf("%.*s", (int)strcspn(host, "\r\n"), host) : x_strdup("Host:");

	if (*host)
		mark_empty(line);
	return line;
}

static struct curl_slist *rules(const char **rule)
{
	struct curl_slist *list = NULL, *longer;

	for (; rule && *rule; rule++, list = longer)
		if (!(longer = curl_slist_append(list, *rule)))
			die("out of memory");
	return list;
}

void kind_init(struct kind *k, const struct mix *mix, const struct request *r, const struct options *o)
{
	k->request = r;
	k->url = template_constant(r->path);
	k->headers = template_constant(r->headers);
	k->body = !r->body || r->head || template_constant(r->body);
	k->wanted = r->expect ? expectation_body(r->expect) : 0;
	k->base = handle_base(o, &mix->origin[r->origin], &k->to);
	if (!k->base)
		die("out of memory");
	if (!k->to)
		k->to = rules(o->connect_to);
	k->host = host_line(r);
	if (k->url)
		fill_url(k, mix, 0, &k->parts.url);
	if (k->headers)
		fill_headers(k, mix, 0, &k->parts);
	if (k->body && r->body)
		request_render_body(mix, r, 0, &k->parts.body);
}

void kind_free(struct kind *k)
{
	parts_free(&k->parts);
	curl_slist_free_all(k->to);
	free(k->base);
	free(k->host);
}

static void set_method(const struct kind *k, CURL *easy)
{
	const struct request *r = k->request;
	const char *usual = r->head ? "HEAD" : r->has_length ? "POST" : "GET";

	curl_must(curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L)); /* undoes what was set before */
	curl_must(curl_easy_setopt(easy, CURLOPT_NOBODY, (long)r->head));
	curl_must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, strcmp(r->method, usual) ? r->method : NULL));
	if (r->head || !r->has_length)
		return;
	curl_must(curl_easy_setopt(easy, CURLOPT_POST, 1L));
	curl_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)0));
	curl_must(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, ""));
}

static long http_version(enum http_version version, bool tls)
{
	switch (version) {
	case HTTP_2:
		return tls ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
	case HTTP_3:
#if LIBCURL_VERSION_NUM >= 0x075800
		return CURL_HTTP_VERSION_3ONLY;
#else
		return CURL_HTTP_VERSION_3;
#endif
	case HTTP_ANY:
	case HTTP_1_1:
		break;
	}
	return CURL_HTTP_VERSION_1_1;
}

void kind_set(const struct kind *k, CURL *easy, const struct options *o, bool tls)
{
	set_method(k, easy);
	curl_must(curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version(o->version, tls)));
	if (o->server_name)
		curl_must(curl_easy_setopt(easy, CURLOPT_CONNECT_TO, k->to));
	if (k->url)
		curl_must(curl_easy_setopt(easy, CURLOPT_URL, k->parts.url.bytes));
	if (k->headers)
		curl_must(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, k->parts.line));
	if (k->body && k->request->body && !k->request->head)
		set_body(easy, &k->parts.body);
}
