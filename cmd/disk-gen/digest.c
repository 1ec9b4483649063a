#include "digest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "die.h"

#define CHUNK (256 << 10)

/* Where the data that begins at or after at begins and ends; both bytes where there is none. A file system without
 * holes has all as data. */
static void next_data(int fd, int64_t at, int64_t bytes, int64_t *begin, int64_t *end)
{
	off_t data = lseek(fd, at, SEEK_DATA), hole;

	*begin = *end = bytes;
	if (data < 0 && errno == ENXIO)
		return;
	*begin = data < 0 ? at : data < bytes ? data : bytes;
	hole = data < 0 ? -1 : lseek(fd, *begin, SEEK_HOLE);
	*end = hole < 0 || hole > bytes ? bytes : hole;
}

void digest_punch(int fd, int64_t bytes)
{
	int64_t at = 0, begin, end;

	while (at < bytes) {
		next_data(fd, at, bytes, &begin, &end);
		if (begin > at && fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, begin - at) < 0)
			return;
		at = end;
	}
}

/* Add from at to end: zeros, or what fd has. */
static int add(struct work *w, struct sha256 *s, int fd, char *chunk, int64_t at, int64_t end)
{
	static const char zeros[CHUNK];

	while (at < end) {
		size_t want = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
		ssize_t n = chunk ? pread(fd, chunk, want, at) : (ssize_t)want;

		if (n < 0 && errno == EINTR)
			continue;
		if (work_stopped(w))
			errno = EINTR;
		else if (n == 0)
			errno = EIO;
		if (work_stopped(w) || n <= 0)
			return work_failed(w, "reading it back:");
		sha256_add(s, chunk ? chunk : zeros, (size_t)n);
		at += n;
	}
	return 0;
}

int digest_file(struct work *w, int fd, int64_t bytes, char text[SHA256_TEXT])
{
	unsigned char digest[SHA256_BYTES];
	char *chunk = x_malloc(CHUNK);
	int64_t at = 0, begin, end;
	struct sha256 s;
	int result = 0;

	sha256_start(&s);
	while (result == 0 && at < bytes) {
		next_data(fd, at, bytes, &begin, &end);
		result = add(w, &s, fd, NULL, at, begin);
		if (result == 0)
			result = add(w, &s, fd, chunk, begin, end);
		at = end;
	}
	sha256_end(&s, digest);
	for (int i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	free(chunk);
	return result;
}
