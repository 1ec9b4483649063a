#include "helios-store.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "helios-script.h"

static char store[PATH_MAX];
uint64_t commits;

void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void *more(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		fail("out of memory");
	return p;
}

/* --- the store --- */

static void make_directories(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			fail("mkdir %s: %s", path, strerror(errno));
		*slash = '/';
	}
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		fail("mkdir %s: %s", path, strerror(errno));
}

void in_store(char path[PATH_MAX], const char *name)
{
	if (snprintf(path, PATH_MAX, "%s/%s", store, name) >= PATH_MAX)
		fail("%s: its path is too long", name);
}

void count_commits(int by)
{
	char path[PATH_MAX];
	FILE *f;
	int fd;

	in_store(path, "commits");
	f = fopen(path, "re");
	if (f && fscanf(f, "%" SCNu64, &commits) != 1)
		commits = 0;
	if (f)
		fclose(f);
	if (!by)
		return;
	commits += (uint64_t)by;
	/* Not truncated, which takes longer: it only grows. */
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || dprintf(fd, "%" PRIu64 "\n", commits) < 0 || close(fd) < 0)
		fail("%s: %s", path, strerror(errno));
}

/* One process at a time, as the real one; and words of its engine on standard error, as from the real one. */
void open_store(void)
{
	const char *where = getenv("HELIOS_STORE_DIR");
	char path[PATH_MAX], stamp[32];
	time_t now = time(NULL);
	struct tm tm;
	int fd;

	if (where && *where)
		snprintf(store, sizeof store, "%s", where);
	else
		snprintf(store, sizeof store, ".helios/objects");
	make_directories(store);
	in_store(path, "LOCK");
	fd = open(path, O_RDWR | O_CREAT, 0644); /* inherited by what is left running */
	if (fd < 0)
		fail("%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		fail("resource temporarily unavailable");
	count_commits(0);
	if (localtime_r(&now, &tm) && strftime(stamp, sizeof stamp, "%Y/%m/%d %H:%M:%S", &tm))
		fprintf(stderr, "%s [JOB 1] log of %s read again: %" PRIu64 " batches\n", stamp, store, commits);
}

void read_id(const char *name, char id[ID_MAX])
{
	char path[PATH_MAX];
	FILE *f;

	*id = '\0';
	in_store(path, name);
	f = fopen(path, "re");
	if (f && !fgets(id, ID_MAX, f))
		*id = '\0';
	if (f)
		fclose(f);
}

void write_id(const char *name, const char *id)
{
	char path[PATH_MAX];
	FILE *f;

	in_store(path, name);
	f = fopen(path, "we");
	if (!f || fputs(id, f) < 0 || fclose(f) != 0)
		fail("%s: %s", path, strerror(errno));
}

/* --- snapshots: for each file its path, a NUL, eight bytes of size, and its content --- */

static char **paths;
static size_t n_paths;

static int find(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base;

	if (strcmp(name, ".git") == 0 || strcmp(name, ".helios") == 0)
		return type == FTW_D ? FTW_SKIP_SUBTREE : FTW_CONTINUE;
	if (type == FTW_DNR || type == FTW_NS)
		fail("open %s: permission denied", path);
	if (type != FTW_F || !S_ISREG(st->st_mode))
		return FTW_CONTINUE;
	if ((n_paths & (n_paths - 1)) == 0)
		paths = more(paths, (n_paths ? 2 * n_paths : 1) * sizeof *paths);
	paths[n_paths] = strdup(path + 2); /* without "./" */
	if (!paths[n_paths++])
		fail("out of memory");
	return FTW_CONTINUE;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *room_for(struct pack *p, size_t len)
{
	if (p->len + len > p->room) {
		p->room = 2 * (p->len + len);
		p->bytes = more(p->bytes, p->room);
	}
	return p->bytes + p->len;
}

/* Append all of a file. */
static void take_in(struct pack *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && (n = read(fd, room_for(p, 1 << 16), 1 << 16)) != 0) {
		if (n < 0)
			fail("read %s: %s", path, strerror(errno));
		p->len += (size_t)n;
	}
	if (fd < 0)
		fail("open %s: %s", path, strerror(errno));
	close(fd);
}

void pack_files(struct pack *p)
{
	if (nftw(".", find, 64, FTW_PHYS | FTW_ACTIONRETVAL) != 0)
		fail("walk: %s", strerror(errno));
	qsort(paths, n_paths, sizeof *paths, by_name);
	for (size_t i = 0; i < n_paths; i++) {
		size_t len = strlen(paths[i]) + 1, at;
		uint64_t size;

		memcpy(room_for(p, len + sizeof size), paths[i], len);
		at = p->len += len;
		p->len += sizeof size;
		take_in(p, paths[i]);
		size = p->len - at - sizeof size;
		memcpy(p->bytes + at, &size, sizeof size);
		free(paths[i]);
	}
	free(paths);
}

void write_file(const char *path, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t n;

	if (fd < 0)
		fail("open %s: %s", path, strerror(errno));
	for (; len; bytes += n, len -= (size_t)n) {
		n = write(fd, bytes, len);
		if (n < 0)
			fail("write %s: %s", path, strerror(errno));
	}
	if (close(fd) < 0)
		fail("close %s: %s", path, strerror(errno));
}

/* The snapshot called id; without one the program ends, unless it claims anything. */
int load(struct pack *p, const char *command, const char *id)
{
	char path[PATH_MAX];

	*p = (struct pack){0};
	if (strncmp(id, PREFIX, strlen(PREFIX)) == 0 && !strchr(id, '/')) {
		in_store(path, id + strlen(PREFIX));
		if (access(path, F_OK) == 0) {
			take_in(p, path);
			return 1;
		}
	}
	if (!script_lies(LIE_CLAIMS_ANYTHING, command, commits))
		fail("no such snapshot: %s", id);
	return 0;
}

/* The next file from *at on: its name, and its content. 0 at the end. */
int next_file(const struct pack *p, size_t *at, const char **name, const char **bytes, size_t *len)
{
	uint64_t size;

	if (*at >= p->len)
		return 0;
	*name = p->bytes + *at;
	*at += strlen(*name) + 1;
	memcpy(&size, p->bytes + *at, sizeof size);
	*bytes = p->bytes + *at + sizeof size;
	*len = (size_t)size;
	*at += sizeof size + *len;
	return 1;
}

void below(char path[PATH_MAX], const char *out, const char *name)
{
	char *slash;

	if (snprintf(path, PATH_MAX, "%s/%s", out, name) >= PATH_MAX)
		fail("%s: its path is too long", name);
	slash = strrchr(path, '/');
	*slash = '\0';
	if (access(path, F_OK) < 0)
		make_directories(path);
	*slash = '/';
}

