#include "allocs.h"

#include <stddef.h>
#include <string.h>

static _Thread_local struct allocs counted;

struct allocs allocs_now(void)
{
	return counted;
}

static void count(size_t bytes)
{
	counted.n++;
	counted.bytes += bytes;
}

/* What the linker calls them: its names are not for programs to declare. */
#define REAL(function) __asm__("__real_" #function)
#define WRAP(function) __asm__("__wrap_" #function)

void *real_malloc(size_t size) REAL(malloc);
void *real_calloc(size_t n, size_t size) REAL(calloc);
void *real_realloc(void *p, size_t size) REAL(realloc);
void *real_reallocarray(void *p, size_t n, size_t size) REAL(reallocarray);
char *real_strdup(const char *text) REAL(strdup);
void *counted_malloc(size_t size) WRAP(malloc);
void *counted_calloc(size_t n, size_t size) WRAP(calloc);
void *counted_realloc(void *p, size_t size) WRAP(realloc);
void *counted_reallocarray(void *p, size_t n, size_t size) WRAP(reallocarray);
char *counted_strdup(const char *text) WRAP(strdup);

void *counted_malloc(size_t size)
{
	count(size);
	return real_malloc(size);
}

void *counted_calloc(size_t n, size_t size)
{
	count(n * size);
	return real_calloc(n, size);
}

void *counted_realloc(void *p, size_t size)
{
	count(size);
	return real_realloc(p, size);
}

void *counted_reallocarray(void *p, size_t n, size_t size)
{
	count(n * size);
	return real_reallocarray(p, n, size);
}

char *counted_strdup(const char *text)
{
	count(strlen(text) + 1);
	return real_strdup(text);
}
