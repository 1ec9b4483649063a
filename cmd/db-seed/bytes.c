#include "bytes.h"

#include <endian.h>
#include <string.h>

#include "bundle.h"
#include "generation.h"

void bytes_fill(struct rng *rng, char *out, size_t size)
{
	uint64_t word;

	for (; size >= sizeof(word); size -= sizeof(word), out += sizeof(word)) {
		word = htole64(rng_next(rng));
		memcpy(out, &word, sizeof(word));
	}
	if (size > 0) {
		word = htole64(rng_next(rng));
		memcpy(out, &word, size);
	}
}

/* 1; 0: NULL; -1 with m->why. */
static int size_of_row(const struct generator *g, uint64_t row, struct generation *m, size_t *size)
{
	int64_t chosen;
	uint64_t index;

	if (g->size && g->cumulative) {
		index = pick_weighted(g->cumulative, g->nsizes, rng_at(g->pick.key, row));
	} else {
		int found = gen_pick(&g->pick, row, m, &index);

		if (found <= 0)
			return found;
	}
	if (g->size && g->nsizes == 0)
		return generation_fails(m, "no sizes to choose from");
	chosen = g->size ? g->size[index % g->nsizes] : (int64_t)((uint64_t)g->start + index);
	if (chosen < 0)
		return generation_fails(m, "a size below 0");
	*size = (size_t)chosen;
	return 1;
}

int gen_bytes(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	size_t size;
	int found = size_of_row(g, row, m, &size);
	struct rng rng;
	char *out;

	value->type = VALUE_NULL;
	if (found <= 0)
		return found;
	if (g->kind == GEN_BUNDLE && size < BUNDLE_MIN)
		return generation_fails(m, "a bundle takes at least 8192 bytes");
	out = arena_get(m->arena, size);
	if (!out)
		return generation_fails(m, NULL);
	if (g->kind == GEN_BUNDLE) {
		bundle_put(rng_at(g->key ^ STREAM_SECOND, row), out, size);
	} else {
		rng_seed_at(&rng, g->key ^ STREAM_SECOND, row);
		bytes_fill(&rng, out, size);
	}
	value->type = VALUE_BLOB;
	value->bytes = out;
	value->len = size;
	return 0;
}
