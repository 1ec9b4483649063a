#ifndef FC_PROBE_SMAPS_H
#define FC_PROBE_SMAPS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Memory of a Firecracker process beside its guest's, from /proc/PID/smaps. */
struct smaps {
	int64_t overhead;   /* bytes resident (Rss) in all but the guest's memory */
	int64_t guest;      /* bytes resident in the guest's memory */
	int64_t guest_size; /* guest_memory, or 0: it could not be told apart, and overhead is all there is */
};

/* guest_memory, bytes: the mapping or mappings (memory is split around the gap below 4 GiB) that make it up; anonymous,
 * memfd, hugetlb or of a memory file. The kernel may have joined it with an arena of malloc next to it: then
 * /proc/PID/pagemap tells them apart, and where it cannot be read, all of the arena counts as resident. 0, or -1 with
 * errno (ESRCH: no such process, or it has ended). */
int smaps_read(pid_t pid, int64_t guest_memory, struct smaps *s);

/* The same of a text, without a pagemap, for tests. */
int smaps_parse(const char *text, size_t len, int64_t guest_memory, struct smaps *s);

#endif
