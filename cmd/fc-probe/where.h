#ifndef FC_PROBE_WHERE_H
#define FC_PROBE_WHERE_H

#include "options.h"

/* Settle what the options have left open: which program runs the microVMs, what kernel and root file system they have, how
 * they say that they are up and how they are told to do something. A real Firecracker where there is all that it takes;
 * else, where nobody asked for a real one, the stand-in, which is said on stderr. Or dies, naming all that is missing.
 * directory: the lease's, for files that the stand-in needs. */
void where_find(struct options *o, const char *directory);

/* Before that: the images that --rootfs - stands for, from standard input. Or dies. */
void where_read_images(struct options *o);

#endif
