#ifndef BENCHPIPE_ALLOC_MAP_H
#define BENCHPIPE_ALLOC_MAP_H

#include <stdint.h>

/* What the preloaded counter and cmd-time share: a mapping of this struct, whose path the
 * environment variable ALLOC_MAP_ENV names. */

#define ALLOC_MAP_ENV "BENCHPIPE_ALLOC_MAP"

struct alloc_map {
	_Atomic uint64_t attached; /* programs that have loaded the counter */
	_Atomic uint64_t calls;    /* allocations that succeeded */
	_Atomic uint64_t bytes;    /* asked for by them */
};

#endif
