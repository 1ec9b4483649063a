#ifndef DISK_GEN_VARY_H
#define DISK_GEN_VARY_H

#include "make.h"
#include "options.h"

/* The image with this index of those that the options ask for: a function of them and the seed. request->path is the
 * caller's to free. */
void vary(const struct options *o, uint64_t index, struct request *request);

#endif
