#include "vary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "die.h"
#include "rng.h"

#define DAY 86400
#define TIME_FIRST 1757894400 /* 2025-09-15: after the releases of all versions, and past for every clock that is right */
#define TIME_DAYS 45

static uint64_t choose(uint64_t key, const char *what, uint64_t n)
{
	return rng_reduce(rng_at(rng_key(key, what), 0), n);
}

/* Each system comes as often as the others, in an order of the seed's. */
static enum os choose_os(const struct options *o, uint64_t index)
{
	uint64_t round = rng_at(rng_key(o->common.seed, "systems"), index / OS_COUNT);

	return (enum os)rng_permute(round, index % OS_COUNT, OS_COUNT);
}

static const char *choose_version(enum os os, uint64_t key)
{
	const char *const *versions = os_versions(os);
	size_t n = 0;

	while (versions[n])
		n++;
	return n ? versions[choose(key, "version", n)] : "";
}

/* Large ones, which take as long as all others together, only where they are asked for. */
static const char *choose_type(uint64_t key)
{
	static const char *const usual[] = {"minimal", "small", "small", "small", "medium"};

	return usual[choose(key, "type", sizeof usual / sizeof usual[0])];
}

static const char *newest(enum os os)
{
	const char *const *versions = os_versions(os);

	return versions[0] ? versions[0] : "";
}

static void set_type(struct image *image, const char *type, int64_t bytes)
{
	image->type = type;
	image->bytes = bytes ? bytes : type_bytes(type);
}

static char *path_for(const struct options *o, const struct image *image, uint64_t index)
{
	size_t len;

	if (!o->directory)
		return x_strdup(o->file);
	len = strlen(o->directory);
	return x_asprintf("%s%s%04" PRIu64 "-%s%s%s-%s.%s", o->directory, o->directory[len - 1] == '/' ? "" : "/", index + 1,
			  os_name(image->os), *image->version ? "-" : "", image->version, image->type,
			  o->format == IMAGE_QCOW2 ? "qcow2" : "img");
}

void vary(const struct options *o, uint64_t index, struct request *request)
{
	struct image *image = &request->image;

	*request = (struct request){.format = o->format, .force = o->force, .digest = o->digest};
	image->key = rng_at(rng_key(o->common.seed, "image"), index);
	image->files = o->files;
	image->packages = o->packages;
	image->gpt = o->gpt;
	image->time = TIME_FIRST + (int64_t)choose(image->key, "time", TIME_DAYS * DAY);
	image->os = o->has_os || !o->varied ? o->os : choose_os(o, index);
	image->version = o->version ? o->version : o->varied ? choose_version(image->os, image->key) : newest(image->os);
	if (o->type)
		set_type(image, o->type, o->bytes);
	else
		set_type(image, o->varied ? choose_type(image->key) : "small", 0);
	if (o->hostname && o->directory)
		snprintf(image->hostname, sizeof image->hostname, "%s-%04" PRIu64, o->hostname, index + 1);
	else if (o->hostname)
		snprintf(image->hostname, sizeof image->hostname, "%s", o->hostname);
	request->path = path_for(o, image, index);
}
