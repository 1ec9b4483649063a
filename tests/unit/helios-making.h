#ifndef HELIOS_MAKING_H
#define HELIOS_MAKING_H

#include <errno.h>

#include "helios-trees.h"

#include "../../cmd/helios-time/content.h"

/* Work trees for the tests of helios-time. */

static char why[CONTENT_WHY];
static uint64_t left_out;

static struct content_spec some(uint64_t files, int64_t least, int64_t most, double change)
{
	return (struct content_spec){.seed = 7, .files = files, .size_min = least, .size_max = most, .change = change};
}

static void made(struct content *c, const char *directory, const struct content_spec *spec)
{
	*why = '\0';
	if (content_make(c, directory, spec, &left_out, why) != 0)
		fail_msg("%s", why);
}

static void refused(const char *directory, const struct content_spec *spec, int error, const char *words)
{
	struct content c;

	*why = '\0';
	assert_int_equal(content_make(&c, directory, spec, &left_out, why), -1);
	assert_int_equal(errno, error);
	assert_string_equal(why, words);
	content_dispose(&c);
}

static void change(struct content *c, struct changed *changed)
{
	*why = '\0';
	if (content_change(c, changed, why) != 0)
		fail_msg("%s", why);
}

/* What the manifest says is what is there. */
static void as_it_says(const struct content *c)
{
	int64_t bytes = 0;

	if (manifest_verify(&c->manifest, c->directory, NULL, why) != 0)
		fail_msg("%s", why);
	for (size_t i = 0; i < c->manifest.n; i++) {
		assert_true(i == 0 || strcmp(c->manifest.file[i - 1].path, c->manifest.file[i].path) < 0);
		bytes += c->manifest.file[i].size;
	}
	assert_int_equal(bytes, c->manifest.bytes);
}

static bool same_digests(const struct content *a, const struct content *b)
{
	for (size_t i = 0; i < a->manifest.n; i++) {
		if (memcmp(a->manifest.file[i].digest, b->manifest.file[i].digest, SHA256_BYTES) != 0)
			return false;
	}
	return a->manifest.n == b->manifest.n;
}

/* The tree is never again what it was: all contents of one byte, then all of two, and so on. */
static void never_the_same(const struct content_spec *spec, int64_t size, unsigned rounds)
{
	unsigned char (*seen)[SHA256_BYTES] = calloc(rounds + 1, SHA256_BYTES);
	struct changed changed;
	struct content c;

	assert_non_null(seen);
	made(&c, "w", spec);
	assert_int_equal(c.manifest.file[0].size, size);
	memcpy(seen[0], c.manifest.file[0].digest, SHA256_BYTES);
	for (unsigned i = 1; i <= rounds; i++) {
		change(&c, &changed);
		assert_int_equal(changed.files, 1);
		assert_int_equal(changed.bytes, c.manifest.file[0].size);
		assert_int_equal(c.manifest.file[0].size, size == 0 ? 1 + (i > 256) : size + (i >= 256));
		memcpy(seen[i], c.manifest.file[0].digest, SHA256_BYTES);
		for (unsigned k = 0; k < i; k++)
			assert_int_not_equal(memcmp(seen[k], seen[i], SHA256_BYTES), 0);
		as_it_says(&c);
	}
	content_dispose(&c);
	free(seen);
}

#endif
