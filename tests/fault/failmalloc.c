/* A library to preload, which makes one call fail: with FAILMALLOC=n the n-th malloc, calloc, realloc or
 * aligned_alloc gets no memory (and so does none of its kind that glibc makes for the program, as in strdup and
 * open_memstream); with FAILREAD=n the n-th read(2) fails with EIO. Only the program named FAILONLY is concerned, not
 * what it starts. When the failure was given, the file FAILMARK is made: a run that leaves none has got beyond the last
 * call. Counts are each process's own; threads are not thought of. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static struct {
	const char *mark;
	long fail_malloc, fail_read; /* counted down to 0; under 0: never */
} state = {NULL, -1, -1};

static void mark(void)
{
	int fd = state.mark ? open(state.mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;

	if (fd >= 0)
		close(fd);
}

static int due(long *count, int error)
{
	if (*count <= 0 || --*count > 0)
		return 0;
	mark();
	errno = error;
	return 1;
}

__attribute__((constructor)) static void start(void)
{
	const char *only = getenv("FAILONLY"), *n;

	if (only && strcmp(only, program_invocation_short_name) != 0)
		return;
	state.mark = getenv("FAILMARK");
	if ((n = getenv("FAILREAD")))
		state.fail_read = atol(n);
	if ((n = getenv("FAILMALLOC")))
		state.fail_malloc = atol(n);
}

void *malloc(size_t size)
{
	return due(&state.fail_malloc, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return due(&state.fail_malloc, ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return due(&state.fail_malloc, ENOMEM) ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t all;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, all);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return due(&state.fail_malloc, ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **p, size_t alignment, size_t size)
{
	void *block = aligned_alloc(alignment, size);

	if (!block)
		return ENOMEM;
	*p = block;
	return 0;
}

ssize_t read(int fd, void *buffer, size_t size)
{
	return due(&state.fail_read, EIO) ? -1 : syscall(SYS_read, fd, buffer, size);
}
