/* Preloaded into a program by cmd-time --allocs: counts what the program and its descendants
 * allocate, and passes every call on to the allocator that the program has anyway. */

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "alloc-map.h"

#define EXPORT __attribute__((visibility("default")))
#define ALIGN 16

/* Allocations before the mapping is there; added to it once it is. */
static struct alloc_map early;
static _Atomic(struct alloc_map *) map = &early;

static void *(*real_malloc)(size_t);
static void *(*real_calloc)(size_t, size_t);
static void *(*real_realloc)(void *, size_t);
static void *(*real_memalign)(size_t, size_t);
static void *(*real_aligned_alloc)(size_t, size_t);
static int (*real_posix_memalign)(void **, size_t, size_t);
static void (*real_free)(void *);

/* Looking up the real functions may allocate; that is served from here, once, before the
 * program has threads, and never given back. */
static _Alignas(ALIGN) char arena[8192];
static size_t arena_used;
static bool looking_up;

static bool in_arena(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)arena && (uintptr_t)p < (uintptr_t)arena + sizeof(arena);
}

static void *arena_take(size_t size)
{
	void *p = arena + arena_used;

	if (size > sizeof(arena) - arena_used - ALIGN) {
		errno = ENOMEM;
		return NULL;
	}
	arena_used += (size + ALIGN - 1) / ALIGN * ALIGN;
	return p;
}

static void look_up(void *function, const char *name)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	memcpy(function, &symbol, sizeof(symbol));
}

/* True where the real functions are known. */
static bool ready(void)
{
	if (real_free)
		return true;
	if (looking_up)
		return false;
	looking_up = true;
	look_up(&real_malloc, "malloc");
	look_up(&real_calloc, "calloc");
	look_up(&real_realloc, "realloc");
	look_up(&real_memalign, "memalign");
	look_up(&real_aligned_alloc, "aligned_alloc");
	look_up(&real_posix_memalign, "posix_memalign");
	look_up(&real_free, "free");
	looking_up = false;
	return real_free != NULL;
}

static void *counted(void *p, size_t size)
{
	struct alloc_map *to = atomic_load_explicit(&map, memory_order_acquire);

	if (p) {
		atomic_fetch_add_explicit(&to->calls, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&to->bytes, size, memory_order_relaxed);
	}
	return p;
}

__attribute__((constructor)) static void attach(void)
{
	const char *path = getenv(ALLOC_MAP_ENV);
	int saved = errno, fd;
	struct alloc_map *shared;

	ready();
	fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	if (fd < 0)
		goto out;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (shared == MAP_FAILED)
		goto out;
	atomic_store_explicit(&map, shared, memory_order_release);
	atomic_fetch_add(&shared->attached, 1);
	atomic_fetch_add(&shared->calls, atomic_load(&early.calls));
	atomic_fetch_add(&shared->bytes, atomic_load(&early.bytes));
out:
	errno = saved;
}

EXPORT void *malloc(size_t size)
{
	return ready() ? counted(real_malloc(size), size) : arena_take(size);
}

EXPORT void *calloc(size_t nmemb, size_t size)
{
	/* A product that overflows is refused by the real one, so it is never counted. */
	return ready() ? counted(real_calloc(nmemb, size), nmemb * size) : arena_take(nmemb * size);
}

EXPORT void *realloc(void *p, size_t size)
{
	void *moved;

	if (!ready())
		return NULL;
	if (!in_arena(p))
		return counted(real_realloc(p, size), size);
	moved = counted(real_malloc(size), size);
	if (moved) {
		size_t room = (size_t)(arena + sizeof(arena) - (char *)p);

		memcpy(moved, p, size < room ? size : room);
	}
	return moved;
}

EXPORT void *reallocarray(void *p, size_t nmemb, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(nmemb, size, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, total);
}

EXPORT void *memalign(size_t alignment, size_t size)
{
	return ready() && real_memalign ? counted(real_memalign(alignment, size), size) : NULL;
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
	return ready() && real_aligned_alloc ? counted(real_aligned_alloc(alignment, size), size) : NULL;
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t size)
{
	int error;

	if (!ready() || !real_posix_memalign)
		return ENOMEM;
	error = real_posix_memalign(out, alignment, size);
	if (error == 0)
		counted(*out, size);
	return error;
}

EXPORT void free(void *p)
{
	if (p && !in_arena(p) && ready())
		real_free(p);
}
