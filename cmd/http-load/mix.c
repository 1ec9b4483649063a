#include "mix.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "feed.h"
#include "lines.h"
#include "redact.h"
#include "request.h"
#include "requests-file.h"
#include "rng.h"

/* --- what is asked for --- */

/* A URL as it was given, without its secrets. Caller frees. */
static char *shown(const char *url)
{
	char *text = redact_argument(NULL, url);

	return text ? text : x_strdup("URL");
}

static void parse_url(struct url *url, const char *text)
{
	const char *expected;

	if (url_parse(url, text, &expected) != 0)
		die_usage("%s: expected %s", shown(text), expected);
}

static void wanted_from_urls(struct wanted_list *list, const struct options *o)
{
	size_t n = 0;

	while (o->url[n])
		n++;
	if (n > MIX_MAX)
		die_usage("%zu URLs: expected %d at most", n, MIX_MAX);
	list->wanted = x_calloc(n, sizeof *list->wanted);
	list->n = n;
	for (size_t i = 0; i < n; i++) {
		struct wanted *w = &list->wanted[i];

		w->weight = 1;
		parse_url(&w->url, o->url[i]);
		w->method = o->method ? x_strdup(o->method) : NULL;
		if (o->body) {
			w->body = x_malloc(o->body_len);
			memcpy(w->body, o->body, o->body_len);
			w->body_len = o->body_len;
		}
	}
}

static const char *requests_name(const struct options *o)
{
	return !o->requests || strcmp(o->requests, "-") == 0 ? "standard input" : o->requests;
}

static void wanted_from_file(struct wanted_list *list, const struct options *o)
{
	const char *name = requests_name(o), *slash = strrchr(o->requests, '/');
	struct url base = {0};
	struct lines *lines;
	char *directory, *why;

	if (o->url && o->url[0])
		parse_url(&base, o->url[0]);
	if (strcmp(o->requests, "-") == 0 && isatty(STDIN_FILENO))
		die("--requests -: standard input is a terminal: pipe requests into it");
	lines = lines_open(o->requests, REQUESTS_LINE_MAX);
	if (!lines)
		die("%s:", name);
	directory = x_asprintf("%.*s", slash ? (int)(slash + 1 - o->requests) : 0, o->requests);
	if (requests_read(list, lines, name, directory, base.host ? &base : NULL, &why) != 0)
		die("%s", why);
	lines_close(lines);
	free(directory);
	url_free(&base);
	if (list->n == 0)
		die("%s: expected at least one request, such as {\"url\":\"/version\"}", name);
}

/* Die, telling which request it is about. */
static _Noreturn void die_about(const struct options *o, const struct wanted *w, const char *why)
{
	if (w->line)
		die("%s:%llu: %s", requests_name(o), (unsigned long long)w->line, why);
	die_usage("%s", why);
}

static struct given read_given(const struct options *o, const struct feed *feed)
{
	struct given given = {.user = o->user, .keepalive = o->keepalive, .feed = feed};
	const char *expected;

	for (size_t i = 0; o->header && o->header[i]; i++) {
		const char *text = o->header[i];
		int name = (int)strcspn(text, ":;");
		if (fields_add(&given.fields, text, &expected) != 0)
			die_usage("--header '%.*s': expected %s", name < 60 ? name : 60, text, expected);
	}
	return given;
}

static struct expectation *read_expectation(const struct options *o)
{
	struct expectation *e = NULL;
	char *expected;

	for (size_t i = 0; o->expect && o->expect[i]; i++) {
		if (expectation_add(&e, o->expect[i], &expected) != 0)
			die_usage("--expect '%s': expected %s", o->expect[i], expected);
	}
	return e;
}

/* --- origins --- */

static size_t origin_of(struct mix *mix, const struct url *url)
{
	for (size_t i = 0; i < mix->norigins; i++) {
		const struct origin *o = &mix->origin[i];
		if (o->tls == url->tls && o->port == url->port && strcmp(o->host, url->host) == 0)
			return i;
	}
	mix->origin = x_reallocarray(mix->origin, mix->norigins + 1, sizeof *mix->origin);
	mix->origin[mix->norigins] = (struct origin){url->tls, x_strdup(url->host), url->port, url_base(url)};
	return mix->norigins++;
}

/* --- names --- */

static bool is_taken(const struct mix *mix, size_t but, const char *name)
{
	for (size_t i = 0; i < mix->n; i++) {
		if (i != but && mix->request[i].name && strcmp(mix->request[i].name, name) == 0)
			return true;
	}
	return false;
}

/* For what would be called as others are: with its server's name where there are several, and a number. */
static char *distinct_name(const struct mix *mix, size_t i, const struct url *url, const char *made, size_t before)
{
	char *authority = mix->norigins > 1 ? url_authority(url) : NULL;
	char *stem = authority ? x_asprintf("%s/%s", authority, made) : x_strdup(made), *name = x_strdup(stem);

	for (size_t number = before ? before + 1 : 2; is_taken(mix, i, name); number++) {
		free(name);
		name = x_asprintf("%s-%zu", stem, number);
	}
	free(authority);
	free(stem);
	return name;
}

/* Names of the lines are theirs; what has none is called by its path. */
static void make_names(struct mix *mix, const struct wanted *const *wanted, const struct options *o)
{
	char **made = x_calloc(mix->n, sizeof *made);

	for (size_t i = 0; i < mix->n; i++) {
		if (!wanted[i]->name)
			made[i] = request_name(mix->n > 1 ? mix->request[i].method : NULL, wanted[i]->url.path);
		else if (is_taken(mix, i, wanted[i]->name))
			die_about(o, wanted[i], "name: expected one that no other request has");
		else
			mix->request[i].name = x_strdup(wanted[i]->name);
	}
	for (size_t i = 0; i < mix->n; i++) {
		size_t same = 0, before = 0;

		for (size_t j = 0; j < mix->n && made[i]; j++) {
			if (j != i && made[j] && strcmp(made[i], made[j]) == 0) {
				same++;
				before += j < i;
			}
		}
		if (!made[i])
			continue;
		if (same > 0 || is_taken(mix, i, made[i]))
			mix->request[i].name = distinct_name(mix, i, &wanted[i]->url, made[i], before);
		else
			mix->request[i].name = x_strdup(made[i]);
	}
	for (size_t i = 0; i < mix->n; i++)
		free(made[i]);
	free(made);
}

static void make_benches(struct mix *mix, const struct options *o)
{
	const char *bench = o->common.bench;

	if (mix->n == 1) {
		struct request *r = &mix->request[0];
		r->bench = bench ? x_strdup(bench) : x_asprintf("http/%s", r->name);
		mix->bench = x_strdup(r->bench);
		return;
	}
	mix->bench = x_strdup(bench ? bench : "http");
	for (size_t i = 0; i < mix->n; i++)
		mix->request[i].bench = x_asprintf("%s/%s", mix->bench, mix->request[i].name);
}

/* --- shares --- */

/* Vose's construction in whole numbers: weights times n, in columns that hold their sum each. */
static void make_choices(struct mix *mix)
{
	size_t n = mix->n, nsmall = 0, nlarge = 0;
	uint64_t *left = x_calloc(n, sizeof *left);
	uint32_t *small = x_calloc(n, sizeof *small), *large = x_calloc(n, sizeof *large);

	mix->choice = x_calloc(n, sizeof *mix->choice);
	for (size_t i = 0; i < n; i++) {
		left[i] = mix->request[i].weight * n;
		if (left[i] < mix->weights)
			small[nsmall++] = (uint32_t)i;
		else
			large[nlarge++] = (uint32_t)i;
	}
	while (nsmall > 0) {
		/* what a column lacks there is too much of in another, since the sums are equal */
		uint32_t less = small[--nsmall], more = large[nlarge - 1];

		mix->choice[less] = (struct choice){left[less], more};
		left[more] -= mix->weights - left[less];
		if (left[more] < mix->weights) {
			nlarge--;
			small[nsmall++] = more;
		}
	}
	while (nlarge > 0) {
		uint32_t full = large[--nlarge];
		mix->choice[full] = (struct choice){mix->weights, full};
	}
	free(left);
	free(small);
	free(large);
}

const struct request *mix_at(const struct mix *mix, uint64_t seq)
{
	size_t column;

	if (mix->n == 1)
		return mix->request;
	column = (size_t)rng_reduce(rng_at(mix->key, 2 * seq), mix->n);
	if (rng_reduce(rng_at(mix->key, 2 * seq + 1), mix->weights) >= mix->choice[column].share)
		column = mix->choice[column].other;
	return &mix->request[column];
}

/* --- all of it --- */

/* Those of a weight are made, the others only looked at. which: what each was made from. */
static void make_requests(struct mix *mix, const struct wanted_list *list, const struct given *given,
			  const struct wanted **which, const struct options *o)
{
	mix->request = x_calloc(list->n, sizeof *mix->request);
	for (size_t i = 0; i < list->n; i++) {
		struct wanted *w = &list->wanted[i];
		struct request *r = &mix->request[mix->n];
		char *why;

		if (request_make(r, w, given, &why) != 0)
			die_about(o, w, why);
		free(w->body); /* it may be large */
		w->body = NULL;
		if (w->weight == 0) {
			request_free(r);
			continue;
		}
		r->weight = w->weight;
		r->origin = origin_of(mix, &w->url);
		r->expect = w->expect ? w->expect : mix->expect;
		w->expect = NULL;
		mix->weights += w->weight;
		which[mix->n++] = w;
	}
	if (mix->n == 0)
		die("%s: expected a request with a weight over 0", requests_name(o));
}

static void take_name(struct wanted_list *list, const struct options *o)
{
	if (!o->name)
		return;
	if (list->n > 1)
		die_usage("--name: expected one request; those of --requests have names of their own");
	if (!request_name_good(o->name))
		die_usage("--name '%s': expected " REQUEST_NAME_EXPECTED, o->name);
	free(list->wanted[0].name);
	list->wanted[0].name = x_strdup(o->name);
}

static bool any_fields(const struct mix *mix)
{
	for (size_t i = 0; i < mix->n; i++) {
		if (request_has_fields(&mix->request[i]))
			return true;
	}
	return false;
}

void mix_load(struct mix *mix, const struct options *o)
{
	struct wanted_list list = {0};
	const struct wanted **which;
	struct given given;

	*mix = (struct mix){.seed = o->common.seed, .key = rng_key(o->common.seed, "mix")};
	if (o->requests)
		wanted_from_file(&list, o);
	else
		wanted_from_urls(&list, o);
	take_name(&list, o);
	mix->feed = o->data ? feed_read(o->data) : NULL;
	mix->expect = read_expectation(o);
	given = read_given(o, mix->feed);
	which = x_calloc(list.n, sizeof *which);
	make_requests(mix, &list, &given, which, o);
	make_names(mix, which, o);
	make_benches(mix, o);
	make_choices(mix);
	if (mix->feed && !any_fields(mix))
		warn("--data %s: no request takes a {{field NAME}} from it", o->data);
	free(which);
	fields_free(&given.fields);
	wanted_list_free(&list);
}

void mix_free(struct mix *mix)
{
	for (size_t i = 0; i < mix->n; i++) {
		struct request *r = &mix->request[i];
		if (r->expect != mix->expect)
			expectation_free((struct expectation *)r->expect);
		request_free(r);
	}
	for (size_t i = 0; i < mix->norigins; i++) {
		free(mix->origin[i].host);
		free(mix->origin[i].base);
	}
	expectation_free(mix->expect);
	feed_free(mix->feed);
	free(mix->request);
	free(mix->origin);
	free(mix->choice);
	free(mix->bench);
	*mix = (struct mix){0};
}
