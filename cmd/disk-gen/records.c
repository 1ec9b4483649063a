#include "records.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "die.h"
#include "units.h"

struct sample {
	const char *metric;
	enum unit unit;
	enum better better;
	double value; /* negative: not known */
};

static void put_samples(struct writer *w, const char *bench, const char *params, const struct sample *sample, size_t n,
			struct place place)
{
	for (size_t i = 0; i < n; i++) {
		if (sample[i].value >= 0)
			writer_sample(w, bench, params, sample[i].metric, sample[i].unit, sample[i].better, sample[i].value, 1,
				      place, NULL);
	}
}

static void add_param(char **params, const char *key, const char *value)
{
	char *more = measuring_params(*params, key, value);

	free(*params);
	*params = more;
}

static void add_number(char **params, const char *key, int64_t value)
{
	char text[24];

	snprintf(text, sizeof text, "%" PRId64, value);
	add_param(params, key, text);
}

/* What makes one image cost more than another. Numbers of things only where they were asked for: else they belong to
 * the type. */
static char *params_of(const struct options *o, const struct request *r)
{
	char *params = x_strdup(o->common.params);

	add_param(&params, "os", os_name(r->image.os));
	if (*r->image.version)
		add_param(&params, "version", r->image.version);
	add_param(&params, "format", image_format_name(r->format));
	add_param(&params, "gpt", r->image.gpt ? "true" : "false");
	add_param(&params, "digest", r->digest ? "true" : "false");
	add_number(&params, "workers", o->workers);
	if (!type_bytes(r->image.type))
		add_number(&params, "size", r->image.bytes);
	if (r->image.files >= 0)
		add_number(&params, "files", r->image.files);
	if (r->image.packages >= 0)
		add_number(&params, "packages", r->image.packages);
	return params;
}

static char *bench_of(const struct options *o, const struct request *r)
{
	return x_asprintf("%s/%s", o->common.bench, r->image.type);
}

/* The manifest: enough to find the image, to know it again, and to make it once more. */
static void put_event(struct writer *w, const struct options *o, const struct request *r, const struct made *made,
		      const char *bench, const char *params)
{
	char *path = writer_quote(made->path ? made->path : r->path), *version = writer_quote(r->image.version);
	char *hostname = writer_quote(made->hostname), *label = writer_quote(os_label(r->image.os));
	char *digest = *made->sha256 ? x_asprintf("\"sha256\":\"%s\",", made->sha256) : x_strdup("");
	char uuid[UUID_ROOM];

	image_uuid(&r->image, "root", uuid);
	writer_event(w, bench, params, "image", made->began + made->latency,
		     "{\"path\":%s,\"bytes\":%" PRId64 ",\"disk\":%" PRId64 ",\"allocated\":%" PRId64 ",%s\"type\":\"%s\","
		     "\"os\":\"%s\",\"version\":%s,\"hostname\":%s,\"files\":%" PRIu64 ",\"packages\":%" PRIu64 ","
		     "\"format\":\"%s\",\"gpt\":%s,\"uuid\":\"%s\",\"label\":%s,\"seed\":%" PRIu64 "}",
		     path, made->size, made->disk, made->allocated, digest, r->image.type, os_name(r->image.os), version,
		     hostname, made->files, made->packages, image_format_name(r->format), r->image.gpt ? "true" : "false", uuid,
		     label, o->common.seed);
	free(digest);
	free(label);
	free(hostname);
	free(version);
	free(path);
}

void records_image(struct writer *w, const struct options *o, const struct request *r, const struct made *made)
{
	const struct sample samples[] = {
		{"latency", UNIT_NS, BETTER_LOWER, (double)made->latency},
		{"cpu-user", UNIT_NS, BETTER_LOWER, (double)made->user},
		{"cpu-sys", UNIT_NS, BETTER_LOWER, (double)made->system},
		{"size", UNIT_BYTES, BETTER_NONE, (double)made->size},
		{"allocated", UNIT_BYTES, BETTER_LOWER, (double)made->allocated},
		{"files", UNIT_ONE, BETTER_NONE, (double)made->files},
		{"packages", UNIT_ONE, BETTER_NONE, (double)made->packages},
	};
	char *bench = bench_of(o, r), *params = params_of(o, r);

	put_samples(w, bench, params, samples, sizeof samples / sizeof samples[0],
		    (struct place){made->began, made->latency});
	put_event(w, o, r, made, bench, params);
	free(params);
	free(bench);
}

void records_failure(struct writer *w, const struct options *o, const struct request *r, const struct made *made)
{
	char *bench = bench_of(o, r), *params = params_of(o, r), *path = writer_quote(r->path),
	     *why = writer_quote(made->why);

	writer_event(w, bench, params, "failed", made->began + made->latency, "{\"path\":%s,\"reason\":%s}", path, why);
	free(why);
	free(path);
	free(params);
	free(bench);
}

/* What makes one batch cost more than another: what is asked for, and, where the rest varies, what decides how. */
static char *batch_params(const struct options *o)
{
	const char *version = o->version ? o->version : o->varied ? NULL : os_versions(o->os)[0];
	char *params = x_strdup(o->common.params), seed[24];

	add_number(&params, "count", o->count);
	add_number(&params, "workers", o->workers);
	add_param(&params, "varied", o->varied ? "true" : "false");
	if (o->varied) {
		snprintf(seed, sizeof seed, "%" PRIu64, o->common.seed);
		add_param(&params, "seed", seed);
	}
	if (!o->varied || o->type)
		add_param(&params, "type", o->type ? o->type : "small");
	if (o->type && !type_bytes(o->type))
		add_number(&params, "size", o->bytes);
	if (!o->varied || o->has_os)
		add_param(&params, "os", os_name(o->os));
	if (version && *version)
		add_param(&params, "version", version);
	add_param(&params, "format", image_format_name(o->format));
	add_param(&params, "gpt", o->gpt ? "true" : "false");
	add_param(&params, "digest", o->digest ? "true" : "false");
	if (o->files >= 0)
		add_number(&params, "files", o->files);
	if (o->packages >= 0)
		add_number(&params, "packages", o->packages);
	return params;
}

void records_totals(struct writer *w, const struct options *o, const struct totals *t)
{
	const struct sample samples[] = {
		{"throughput", UNIT_PER_SECOND, BETTER_HIGHER,
		 t->elapsed > 0 ? (double)t->images / (double)t->elapsed * 1e9 : -1},
		{"cpu-user", UNIT_NS, BETTER_LOWER, (double)t->user},
		{"cpu-sys", UNIT_NS, BETTER_LOWER, (double)t->system},
		{"max-rss", UNIT_BYTES, BETTER_LOWER, (double)t->max_rss},
	};
	char *params = batch_params(o);

	put_samples(w, o->common.bench, params, samples, sizeof samples / sizeof samples[0],
		    (struct place){t->began, t->elapsed});
	free(params);
}
