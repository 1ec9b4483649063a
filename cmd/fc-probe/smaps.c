#include "smaps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proctext.h"

#define LARGEST 24 /* how many mappings are tried in pairs and threes */
#define CHUNK ((size_t)64 << 10)
#define MIB INT64_C(1048576)
#define ALIGNMENT ((uint64_t)(2 * MIB)) /* of guest memory */
#define ARENA_MAX (64 * MIB)            /* of glibc's malloc */

struct mapping {
	uint64_t start, end;
	int64_t rss;
	bool ram;       /* may be guest memory: readable, writable, and not the heap or a stack */
	int64_t guest;  /* bytes of guest memory in it */
	uint64_t at;    /* where they begin */
};

struct mappings {
	struct mapping *at;
	size_t n, room;
	int64_t total; /* of rss: as it is in range, so is any part of it */
};

static int64_t size_of(const struct mapping *m)
{
	return (int64_t)(m->end - m->start);
}

/* All of it is guest memory. */
static void take(struct mapping *m)
{
	m->guest = size_of(m);
	m->at = m->start;
}

/* Hexadecimal digits up to `stop`, which is taken too. */
static bool read_address(const char **at, const char *end, char stop, uint64_t *address)
{
	const char *p = *at;

	if (!proctext_unsigned(&p, end, 16, address) || p == end || *p != stop)
		return false;
	*at = p + 1;
	return true;
}

static bool ends_in(const char *line, const char *end, const char *what)
{
	size_t len = strlen(what);

	return (size_t)(end - line) >= len && memcmp(end - len, what, len) == 0;
}

/* "7f00a000-7f00b000 rw-p 00000000 00:00 0    [heap]". 0, 1: it is no such line, or -1 with errno. */
static int add_mapping(struct mappings *all, const char *line, const char *end)
{
	struct mapping m = {0};
	const char *at = line;

	if (!read_address(&at, end, '-', &m.start) || !read_address(&at, end, ' ', &m.end) || end - at < 4)
		return 1;
	if (m.end <= m.start || m.end - m.start > INT64_MAX)
		return 1;
	m.ram = at[0] == 'r' && at[1] == 'w' && !ends_in(at, end, " [heap]") && !ends_in(at, end, " [stack]");
	if (all->n == all->room) {
		size_t room = all->room ? 2 * all->room : 128;
		struct mapping *bigger = reallocarray(all->at, room, sizeof *bigger);

		if (!bigger)
			return -1;
		all->at = bigger;
		all->room = room;
	}
	all->at[all->n++] = m;
	return 0;
}

/* "Rss:      123 kB", and what of huge pages is not in it. -1: what should be a number is none. */
static int add_resident(struct mappings *all, const char *line, const char *end)
{
	static const char *const names[] = {"Rss", "Shared_Hugetlb", "Private_Hugetlb"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *at;
		int64_t bytes;

		if (!proctext_named(line, end, names[i], &at))
			continue;
		if (!proctext_size(at, end, &bytes) || __builtin_add_overflow(all->total, bytes, &all->total))
			return -1;
		all->at[all->n - 1].rss += bytes;
		break;
	}
	return 0;
}

static int read_mappings(struct mappings *all, const char *text, size_t len)
{
	const char *end = text + len, *line, *line_end;

	while (proctext_line(&text, end, &line, &line_end)) {
		int other = add_mapping(all, line, line_end);

		if (other < 0)
			return -1;
		if (other && (all->n == 0 || add_resident(all, line, line_end) != 0)) {
			errno = EPROTO;
			return -1;
		}
	}
	return 0;
}

/* Mappings that follow each other directly and are as large as the guest's memory: one, or one that the kernel or
 * Firecracker's balloon has divided. The fewest, and of those the most resident. */
static bool take_adjacent(struct mappings *all, int64_t guest_memory)
{
	size_t first = 0, best = 0, best_n = 0;
	int64_t size = 0, rss = 0, best_rss = -1;

	for (size_t i = 0; i < all->n; i++) {
		const struct mapping *m = &all->at[i];

		if (!m->ram || (i > first && m->start != all->at[i - 1].end)) {
			first = m->ram ? i : i + 1;
			size = rss = 0;
		}
		if (!m->ram || size_of(m) > guest_memory) {
			first = i + 1;
			size = rss = 0;
			continue;
		}
		size += size_of(m);
		rss += m->rss;
		for (; size > guest_memory; first++) {
			size -= size_of(&all->at[first]);
			rss -= all->at[first].rss;
		}
		if (size == guest_memory &&
		    (best_n == 0 || i - first + 1 < best_n || (i - first + 1 == best_n && rss > best_rss))) {
			best = first;
			best_n = i - first + 1;
			best_rss = rss;
		}
	}
	for (size_t i = 0; i < best_n; i++)
		take(&all->at[best + i]);
	return best_n > 0;
}

static int by_size(const void *a, const void *b)
{
	int64_t x = size_of(*(struct mapping *const *)a), y = size_of(*(struct mapping *const *)b);

	return x < y ? 1 : x > y ? -1 : 0;
}

/* The largest mappings that may be the guest's. How many. */
static size_t find_largest(struct mappings *all, int64_t guest_memory, struct mapping *largest[LARGEST])
{
	struct mapping **ram = calloc(all->n ? all->n : 1, sizeof *ram);
	size_t n = 0;

	if (!ram)
		return 0;
	for (size_t i = 0; i < all->n; i++) {
		if (all->at[i].ram && size_of(&all->at[i]) < guest_memory)
			ram[n++] = &all->at[i];
	}
	qsort(ram, n, sizeof *ram, by_size);
	if (n > LARGEST)
		n = LARGEST;
	memcpy(largest, ram, n * sizeof *largest);
	free(ram);
	return n;
}

/* Two or three mappings that are as large together, the largest first: memory below and above its gaps. */
static bool take_apart(struct mappings *all, int64_t guest_memory)
{
	struct mapping *m[LARGEST];
	size_t n = find_largest(all, guest_memory, m);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			if (size_of(m[i]) == guest_memory - size_of(m[k])) {
				take(m[i]);
				take(m[k]);
				return true;
			}
		}
	}
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			for (size_t l = k + 1; l < n; l++) {
				if (size_of(m[i]) == guest_memory - size_of(m[k]) - size_of(m[l])) {
					take(m[i]);
					take(m[k]);
					take(m[l]);
					return true;
				}
			}
		}
	}
	return false;
}

/* A part of the guest's memory in a mapping of its size or, as the kernel joins anonymous mappings that are neighbours
 * and alike, in one that is larger by an allocator's arena. The one that is larger by the least. */
static bool take_part(struct mappings *all, int64_t part)
{
	struct mapping *best = NULL;

	for (size_t i = 0; i < all->n; i++) {
		struct mapping *m = &all->at[i];
		int64_t more = size_of(m) - part;

		if (m->ram && !m->guest && more >= 0 && more < ARENA_MAX && more <= part &&
		    (!best || size_of(m) < size_of(best)))
			best = m;
	}
	if (!best)
		return false;
	best->guest = part;
	best->at = (best->start + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (best->at - best->start > (uint64_t)(size_of(best) - part)) /* Firecracker did not always align it */
		best->at = best->start;
	return true;
}

static void take_none(struct mappings *all)
{
	for (size_t i = 0; i < all->n; i++)
		all->at[i].guest = 0;
}

/* Whole, or below and above the gap in the first 4 GiB, which has begun at 3 or 3.25 GiB, and that at 256 GiB. */
static bool take_joined(struct mappings *all, int64_t guest_memory)
{
	static const int64_t low[] = {3072 * MIB, 3328 * MIB};
	const int64_t middle = 252 * 1024 * MIB;

	if (take_part(all, guest_memory))
		return true;
	for (size_t i = 0; i < sizeof low / sizeof *low; i++) {
		int64_t high = guest_memory - low[i];

		if (high > 0 && take_part(all, low[i]) && take_part(all, high))
			return true;
		take_none(all);
	}
	if (guest_memory > low[0] + middle && take_part(all, low[0]) && take_part(all, middle) &&
	    take_part(all, guest_memory - low[0] - middle))
		return true;
	take_none(all);
	return false;
}

/* How many bytes from start to end are resident, by /proc/PID/pagemap; all where that is not known. */
static int64_t resident(int pagemap, uint64_t start, uint64_t end)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t entries[512];
	int64_t bytes = 0;

	while (start < end) {
		size_t want = (size_t)((end - start) / page) * sizeof *entries;
		ssize_t got;

		if (want > sizeof entries)
			want = sizeof entries;
		got = pagemap < 0 || !want ? 0 : pread(pagemap, entries, want, (off_t)(start / page * sizeof *entries));
		if (got < (ssize_t)sizeof *entries)
			return bytes + (int64_t)(end - start);
		for (size_t i = 0; i < (size_t)got / sizeof *entries; i++) {
			if (entries[i] >> 63)
				bytes += (int64_t)page;
			start += page;
		}
	}
	return bytes;
}

static void sum_up(const struct mappings *all, int pagemap, struct smaps *s)
{
	*s = (struct smaps){0};
	for (size_t i = 0; i < all->n; i++) {
		const struct mapping *m = &all->at[i];
		int64_t other = m->rss;

		if (m->guest) {
			other = resident(pagemap, m->start, m->at);
			other += resident(pagemap, m->at + (uint64_t)m->guest, m->end);
			if (other > m->rss)
				other = m->rss;
		}
		s->guest += m->rss - other;
		s->guest_size += m->guest;
		s->overhead += other;
	}
}

static int parse(const char *text, size_t len, int64_t guest_memory, int pagemap, struct smaps *s)
{
	struct mappings all = {0};
	int result = -1;

	if (guest_memory <= 0 || guest_memory > INT64_MAX / 2) {
		errno = EINVAL;
		return -1;
	}
	if (read_mappings(&all, text, len) == 0) {
		if (!take_adjacent(&all, guest_memory) && !take_apart(&all, guest_memory))
			take_joined(&all, guest_memory);
		sum_up(&all, pagemap, s);
		result = 0;
	}
	free(all.at);
	return result;
}

int smaps_parse(const char *text, size_t len, int64_t guest_memory, struct smaps *s)
{
	return parse(text, len, guest_memory, -1, s);
}

/* All of fd; the caller frees *text. */
static int read_all(int fd, char **text, size_t *len)
{
	size_t room = 0;
	ssize_t n;

	*text = NULL;
	*len = 0;
	do {
		if (*len == room) {
			char *bigger = realloc(*text, room ? 2 * room : CHUNK);

			if (!bigger)
				return -1;
			*text = bigger;
			room = room ? 2 * room : CHUNK;
		}
		n = read(fd, *text + *len, room - *len);
		if (n > 0)
			*len += (size_t)n;
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -1 : 0;
}

static int open_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int smaps_read(pid_t pid, int64_t guest_memory, struct smaps *s)
{
	int fd = open_proc(pid, "smaps"), pagemap, result, error;
	char *text;
	size_t len;

	if (fd < 0) {
		if (errno == ENOENT)
			errno = ESRCH;
		return -1;
	}
	pagemap = open_proc(pid, "pagemap");
	result = read_all(fd, &text, &len);
	if (result == 0 && len == 0) { /* it has ended, and is a zombie at most */
		errno = ESRCH;
		result = -1;
	}
	if (result == 0)
		result = parse(text, len, guest_memory, pagemap, s);
	error = errno;
	free(text);
	close(fd);
	if (pagemap >= 0)
		close(pagemap);
	errno = error;
	return result;
}
