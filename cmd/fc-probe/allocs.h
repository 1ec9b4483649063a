#ifndef FC_PROBE_ALLOCS_H
#define FC_PROBE_ALLOCS_H

#include <stdint.h>

/* What the program and its library have allocated: the linker leads their calls of malloc(3) and its kin through a counter
 * (--wrap). What libc allocates for itself is not among it. */
struct allocs {
	uint64_t n, bytes;
};

/* Of this thread, so far. */
struct allocs allocs_now(void);

#endif
