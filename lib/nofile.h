#ifndef BENCHPIPE_NOFILE_H
#define BENCHPIPE_NOFILE_H

#include <stdint.h>

/* Have as many file descriptors allowed as are wanted, as far as the hard limit goes (UINT64_MAX: as far as that goes).
 * How many are allowed now, at most UINT64_MAX. */
uint64_t nofile_raise(uint64_t wanted);

#endif
