#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "rng.h"
#include "words.h"

/* How much of what an image gets. */

#define MIB (INT64_C(1) << 20)
#define PACKAGE_LEAST 150 /* bytes: no database makes do with less */

static const enum family families[OS_COUNT] = {FAMILY_DEB, FAMILY_DEB, FAMILY_APK, FAMILY_RPM, FAMILY_PACMAN};

/* By how large an image is: below 4 MiB, 40 MiB, 400 MiB, and above. */
static const struct {
	unsigned packages[FAMILY_COUNT]; /* about; of the base at least */
	unsigned files, lines;
	int64_t data; /* bytes at most */
} amounts[4] = {
	{{24, 24, 16, 24}, 8, 40, 64 << 10},
	{{80, 80, 45, 70}, 40, 1000, 2 * MIB},
	{{420, 420, 160, 220}, 100, 6000, 6 * MIB},
	{{600, 1000, 800, 400}, 120, 8000, 8 * MIB},
};

static size_t size_class(int64_t bytes)
{
	return bytes < 4 * MIB ? 0 : bytes < 40 * MIB ? 1 : bytes < 400 * MIB ? 2 : 3;
}

int64_t build_time(const struct build *b, const char *what, uint64_t index, int64_t span)
{
	uint64_t key = rng_key(rng_key(b->image->key, "time"), what);
	int64_t time = b->image->time - (int64_t)rng_reduce(rng_at(key, index), (uint64_t)span + 1);

	return time < 0 && b->image->time >= 0 ? 0 : time;
}

unsigned content_block(int64_t bytes)
{
	return bytes < 32 * MIB ? 1024 : 4096;
}

/* What a file system of that size has for files, their inodes and directories; what it keeps for itself is a guess on
 * the safe side. */
static uint64_t room(const struct image *image)
{
	int64_t own = image->bytes / 12 + 40 * 1024;

	return image->bytes > own ? (uint64_t)(image->bytes - own) : 0;
}

static void start(struct build *b, struct tree *tree, const struct image *image)
{
	static const char *const roles[] = {"web", "db", "app", "cache", "mail", "build", "proxy", "worker"};
	uint64_t key = rng_key(image->key, "host");

	*b = (struct build){.tree = tree,
			    .image = image,
			    .release = release_find(image->os, image->version),
			    .family = families[image->os],
			    .lists = true,
			    .block = content_block(image->bytes)};
	if (*image->hostname)
		memcpy(b->hostname, image->hostname, sizeof b->hostname);
	else
		snprintf(b->hostname, sizeof b->hostname, "%s-%s-%02u", roles[rng_reduce(rng_at(key, 0), 8)],
			 words[rng_reduce(rng_at(key, 1), WORDS)], 1 + (unsigned)rng_reduce(rng_at(key, 2), 40));
	image_uuid(image, "root", b->root_uuid);
	b->installed = image->time;
	b->installed = build_time(b, "installed", 0, 60 * 86400) - 86400;
	if (b->installed < 0)
		b->installed = image->time < 0 ? image->time : 0;
}

/* Where they do not fit: fewer, or, where just so many were asked for, without the lists of their files. 0, or -1. */
static int packages(struct build *b, uint64_t left, const char **why)
{
	uint64_t least = packages_least(b->family), n = (uint64_t)b->image->packages, about,
		 size = size_class(b->image->bytes);
	size_t first = b->tree->n;
	bool asked = b->image->packages >= 0;

	if (!asked) {
		about = amounts[size].packages[b->family];
		n = about - about / 8 + rng_reduce(rng_at(rng_key(b->image->key, "packages"), 0), about / 4 + 1);
		if (n < least)
			n = least;
	}
	if (n < least) {
		*why = "so few packages make no system";
		return -1;
	}
	if (asked && n > left / PACKAGE_LEAST) {
		*why = "too small for so many packages";
		return -1;
	}
	for (;;) {
		make_packages(b, n);
		if (tree_cost(b->tree, first, b->block) <= left)
			return 0;
		if (asked ? !b->lists : n == least) {
			*why = asked ? "too small for so many packages" : "too small for a system";
			return -1;
		}
		tree_cut(b->tree, first);
		if (asked)
			b->lists = false;
		else
			n = n * 3 / 4 > least ? n * 3 / 4 : least;
	}
}

/* 0, or -1. */
static int data(struct build *b, uint64_t left, const char **why)
{
	size_t size = size_class(b->image->bytes), first = b->tree->n;
	bool asked = b->image->files >= 0;
	uint64_t n = asked ? (uint64_t)b->image->files : amounts[size].files, bytes = left * 3 / 5;
	uint64_t least = b->block + 256 + 96; /* a file with its inode and its name */

	if (bytes > (uint64_t)amounts[size].data)
		bytes = (uint64_t)amounts[size].data;
	if (n > left / least) {
		if (asked) {
			*why = "too small for so many files";
			return -1;
		}
		n = left / least;
	}
	if (bytes < n * b->block)
		bytes = n * b->block;
	make_data(b, n, bytes);
	if (tree_cost(b->tree, first, b->block) > left) {
		tree_cut(b->tree, first);
		make_data(b, n, 0);
	}
	if (tree_cost(b->tree, first, b->block) <= left)
		return 0;
	*why = "too small for so many files";
	return -1;
}

int content_make(struct tree *tree, const struct image *image, const char **why)
{
	uint64_t has = room(image), used;
	size_t first;
	struct build b;

	*tree = (struct tree){0};
	start(&b, tree, image);
	if (!b.release) {
		*why = "no such release";
		return -1;
	}
	make_system(&b);
	make_accounts(&b);
	tree_finish(tree, b.installed);
	used = tree_cost(tree, 0, b.block);
	*why = "too small for a system";
	if (used >= has)
		return -1;
	/* The logs get a tenth of what is left. */
	b.log_lines = amounts[size_class(image->bytes)].lines;
	if (b.log_lines > (has - used) / 10 / 128)
		b.log_lines = (has - used) / 10 / 128;
	first = tree->n;
	if (packages(&b, has - used, why) != 0)
		return -1;
	make_logs(&b);
	used += tree_cost(tree, first, b.block);
	*why = "too small for a system";
	if (used > has || data(&b, has - used, why) != 0)
		return -1;
	tree_finish(tree, b.installed);
	return 0;
}
