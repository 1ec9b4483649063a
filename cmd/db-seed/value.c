#include "value.h"

#include <stdlib.h>

/* Blocks in a chain, filled one after the other. Blocks double in size from the first to BLOCK_MAX; what asks for
 * more gets a block of its own. */

#define BLOCK_MIN  ((size_t)64 << 10)
#define BLOCK_MAX  ((size_t)1 << 20)
#define KEEP       ((size_t)8 << 20) /* bytes that arena_reset() holds on to */
#define ALIGN      ((size_t)8)

struct block {
	struct block *next;
	size_t size; /* of bytes[] */
	_Alignas(ALIGN) char bytes[];
};

struct arena {
	struct block *first, *current; /* those behind current are empty */
	char *at, *end;                /* what is free of current */
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

static void free_chain(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	free_chain(arena->first);
	free(arena);
}

static void enter(struct arena *arena, struct block *block)
{
	arena->current = block;
	arena->at = block->bytes;
	arena->end = block->bytes + block->size;
}

/* Go on to a block that has room: the next one, where it is large enough, or a new one before it. */
static char *get_from_next(struct arena *arena, size_t size)
{
	struct block *next = arena->current ? arena->current->next : arena->first;
	size_t want = arena->current ? 2 * arena->current->size : BLOCK_MIN;

	if (!next || next->size < size) {
		struct block *fresh;

		if (want > BLOCK_MAX)
			want = BLOCK_MAX;
		if (want < size)
			want = size;
		if (want > PTRDIFF_MAX - sizeof(*fresh)) /* no object is larger */
			return NULL;
		fresh = malloc(sizeof(*fresh) + want);
		if (!fresh)
			return NULL;
		fresh->size = want;
		fresh->next = next;
		if (arena->current)
			arena->current->next = fresh;
		else
			arena->first = fresh;
		next = fresh;
	}
	enter(arena, next);
	arena->at += size;
	return next->bytes;
}

char *arena_get(struct arena *arena, size_t size)
{
	char *got = arena->at;

	if (size > SIZE_MAX - ALIGN)
		return NULL;
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (!got || size > (size_t)(arena->end - got))
		return get_from_next(arena, size);
	arena->at = got + size;
	return got;
}

void arena_trim(struct arena *arena, const char *last, size_t used)
{
	size_t offset = (size_t)(last - arena->current->bytes) + used;

	arena->at = arena->current->bytes + ((offset + ALIGN - 1) & ~(ALIGN - 1));
}

void arena_reset(struct arena *arena)
{
	struct block **link = &arena->first;
	size_t kept = 0;

	while (*link && (*link)->size <= KEEP - kept) {
		kept += (*link)->size;
		link = &(*link)->next;
	}
	free_chain(*link);
	*link = NULL;
	arena->current = NULL;
	arena->at = arena->end = NULL;
	if (arena->first)
		enter(arena, arena->first);
}
