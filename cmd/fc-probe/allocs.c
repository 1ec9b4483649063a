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

/* The names are the linker's. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
	count(size);
	return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	count(n * size);
	return __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	count(size);
	return __real_realloc(p, size);
}

void *__wrap_reallocarray(void *p, size_t n, size_t size)
{
	count(n * size);
	return __real_reallocarray(p, n, size);
}

char *__wrap_strdup(const char *text)
{
	count(strlen(text) + 1);
	return __real_strdup(text);
}
