#include "pagecache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define TMPFS 0x01021994 /* f_type, of statfs(2) */
#define RAMFS 0x858458f6
#define RESIDENT_MAX 0.01 /* share of the pages that may stay */
#define TRIES 3
#define WINDOW ((size_t)1 << 30) /* bytes that are looked at at once */

/* Say why; errno stays. Always -1. */
static int tell(char reason[PAGECACHE_REASON], const char *why, const char *more)
{
	int error = errno;

	if (reason)
		snprintf(reason, PAGECACHE_REASON, "%s%s", why, more);
	errno = error;
	return -1;
}

/* Pages of one window that are in memory. -1 with errno. */
static long resident_in(int fd, off_t offset, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), n = (size + page - 1) / page;
	unsigned char *map = malloc(n);
	void *at = map ? mmap(NULL, size, PROT_READ, MAP_SHARED, fd, offset) : MAP_FAILED;
	long count = at == MAP_FAILED || mincore(at, size, map) < 0 ? -1 : 0;

	for (size_t i = 0; count >= 0 && i < n; i++)
		count += map[i] & 1;
	if (at != MAP_FAILED)
		munmap(at, size);
	free(map);
	return count;
}

/* The same of the whole file, and how many pages it has. */
static int resident_of(int fd, long *resident, long *pages)
{
	long page = sysconf(_SC_PAGESIZE);
	struct stat st;

	*resident = *pages = 0;
	if (fstat(fd, &st) < 0)
		return -1;
	for (off_t at = 0; at < st.st_size; at += (off_t)WINDOW) {
		size_t size = st.st_size - at < (off_t)WINDOW ? (size_t)(st.st_size - at) : WINDOW;
		long count = resident_in(fd, at, size);

		if (count < 0)
			return -1;
		*resident += count;
		*pages += (long)((size + (size_t)page - 1) / (size_t)page);
	}
	return 0;
}

static int forget(int fd, int try)
{
	if (try > 0 && fsync(fd) < 0) /* dirty pages stay */
		return -1;
	errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return errno ? -1 : 0;
}

int pagecache_empty_open(int fd, char reason[PAGECACHE_REASON])
{
	long resident = 0, pages = 0;
	struct statfs fs;
	char what[96];

	if (fstatfs(fd, &fs) == 0 && (fs.f_type == TMPFS || (unsigned)fs.f_type == RAMFS)) {
		errno = ENOTSUP;
		return tell(reason, "its file system lies in memory", "");
	}
	for (int i = 0; i < TRIES; i++) {
		if (forget(fd, i) < 0)
			return tell(reason, "its pages cannot be dropped from memory: ", strerror(errno));
		if (resident_of(fd, &resident, &pages) < 0)
			return tell(reason, "what is in memory cannot be told: ", strerror(errno));
		if ((double)resident <= RESIDENT_MAX * (double)pages)
			return 0;
	}
	snprintf(what, sizeof what, "%ld of %ld", resident, pages);
	errno = EBUSY;
	return tell(reason, what, " pages stay in memory when they are dropped");
}

int pagecache_empty(const char *path, char reason[PAGECACHE_REASON])
{
	static const char *const suffixes[] = {"", "-wal"};
	char name[4096];

	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		int fd, result, error;

		snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
		fd = open(name, O_RDWR | O_CLOEXEC);
		if (fd < 0 && i > 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			return tell(reason, "cannot be opened: ", strerror(errno));
		result = fsync(fd) < 0 ? tell(reason, "cannot be written: ", strerror(errno)) :
					 pagecache_empty_open(fd, reason);
		error = errno;
		close(fd);
		errno = error;
		if (result < 0)
			return -1;
	}
	return 0;
}

int pagecache_fill(const char *path)
{
	enum { PIECE = 1 << 20 };
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;
	char *piece = malloc(PIECE);
	ssize_t n = fd < 0 || !piece ? -1 : 1;

	while (n > 0)
		n = read(fd, piece, PIECE);
	error = errno;
	free(piece);
	if (fd >= 0)
		close(fd);
	errno = error;
	return n < 0 ? -1 : 0;
}
