#include "plan.h"

#include <inttypes.h>
#include <stdlib.h>

#include "clock.h"
#include "die.h"
#include "jsonout.h"
#include "ramp.h"
#include "redact.h"
#include "units.h"

#define REQUESTS_SHOWN 5

struct text { /* of quantities */
	char s[UNIT_TEXT_MAX];
};

static struct text duration(int64_t ns)
{
	struct text text;

	if (ns % 1000000000 == 0)
		snprintf(text.s, sizeof text.s, "%" PRId64 " s", ns / 1000000000);
	else if (ns % 1000000 == 0 && ns < 1000000000)
		snprintf(text.s, sizeof text.s, "%" PRId64 " ms", ns / 1000000);
	else
		unit_format(text.s, UNIT_NS, (double)ns);
	return text;
}

/* As it was asked for, not rounded. */
static struct text rate_text(double rate)
{
	char number[JSON_NUMBER_MAX];
	struct text text;

	json_format_number(number, rate);
	snprintf(text.s, sizeof text.s, "%.24s/s", number);
	return text;
}

static void print_requests(FILE *out, const struct mix *mix)
{
	struct buffer url = {.len = 0};

	for (size_t i = 0; i < mix->n && i < REQUESTS_SHOWN; i++) {
		const struct request *r = &mix->request[i];
		char *clean;

		request_render_url(mix, r, 0, &url);
		clean = redact_argument(NULL, url.bytes);
		if (!clean)
			die("out of memory");
		fprintf(out, "%s: %s %s", program_name(), r->method, clean);
		free(clean);
		if (!template_constant(r->path))
			fputs(" (the first one)", out);
		if (mix->n > 1)
			fprintf(out, ", %.3g %%", 100 * (double)r->weight / (double)mix->weights);
		putc('\n', out);
	}
	if (mix->n > REQUESTS_SHOWN)
		fprintf(out, "%s: and %zu more requests\n", program_name(), mix->n - REQUESTS_SHOWN);
	buffer_free(&url);
}

static void print_ramp(FILE *out, const struct options *o)
{
	size_t n, steps;
	struct step *step = ramp_steps(o, &n);

	steps = n - (o->warmup > 0);
	fprintf(out, "from %s to %s in %zu steps of %s, %s together", rate_text(o->rate.from).s,
		rate_text(o->rate.to).s, steps, duration(o->rate.time).s,
		duration((int64_t)steps * o->rate.time).s);
	free(step);
}

static void print_amount(FILE *out, const struct options *o)
{
	if (o->count && o->duration)
		fprintf(out, "%" PRId64 " requests, or for %s", o->count, duration(o->duration).s);
	else if (o->count)
		fprintf(out, "%" PRId64 " request%s", o->count, o->count == 1 ? "" : "s");
	else
		fprintf(out, "for %s", duration(o->duration).s);
}

static void print_load(FILE *out, const struct options *o)
{
	const char *arrival = o->arrival == PACE_POISSON ? " at random" : "";

	if (o->find_max) {
		fprintf(out, "search for the highest rate at which %s holds, steps of %s", o->slo, duration(o->duration).s);
	} else if (o->rate.time) {
		print_ramp(out, o);
	} else if (o->paced) {
		fprintf(out, "%s%s, ", rate_text(o->rate.from).s, arrival);
		print_amount(out, o);
	} else {
		fputs(o->think ? "one after the other" : "as fast as it goes", out);
		if (o->think)
			fprintf(out, " with pauses of %s", duration(o->think).s);
		fputs(", ", out);
		print_amount(out, o);
	}
}

static void print_route(FILE *out, const struct options *o)
{
	char *proxy = o->proxy ? redact_argument(NULL, o->proxy) : NULL;

	if (o->unix_socket)
		fprintf(out, ", by the socket %s", o->unix_socket);
	if (proxy)
		fprintf(out, ", by the proxy %s", proxy);
	free(proxy);
}

void plan_print(FILE *out, const struct options *o, const struct mix *mix)
{
	char start[CLOCK_TEXT_MAX];

	print_requests(out, mix);
	fprintf(out, "%s: ", program_name());
	print_load(out, o);
	fprintf(out, "; %" PRId64 " connection%s", o->connections, o->connections == 1 ? "" : "s");
	if (mix->norigins > 1)
		fprintf(out, " to each of %zu hosts", mix->norigins);
	if (o->streams > 1)
		fprintf(out, " of %" PRId64 " streams", o->streams);
	fprintf(out, ", %" PRId64 " thread%s", o->threads, o->threads == 1 ? "" : "s");
	print_route(out, o);
	if (o->warmup)
		fprintf(out, "; %s of warm-up%s, not recorded", duration(o->warmup).s, o->find_max ? " each" : "");
	if (o->shards > 1)
		fprintf(out, "; share %u of %u", o->shard + 1, o->shards);
	if (o->start_at) {
		clock_format(start, o->start_at);
		fprintf(out, "; at %s", start);
	}
	putc('\n', out);
	fflush(out);
}
