#ifndef HELIOS_TIME_FILLING_H
#define HELIOS_TIME_FILLING_H

#include <stddef.h>
#include <stdint.h>

#include "content.h"

/* What is in a made file. */

#define FILLING_PIECE ((size_t)256 << 10) /* bytes that are made and written at once */
#define TINY 8                            /* bytes: with fewer, contents are counted so that none comes twice */

/* Give file i, which is the manifest's, its content of the given turn (0: the first; then as of content_change()) and
 * its size, and the manifest its digest. buffer has FILLING_PIECE bytes. 0, or -1 with errno. */
int filling_put(struct content *c, size_t i, uint64_t turn, char *buffer);

/* Before turn 1 of any: know the first content of the files that have under TINY bytes. 0, or -1 with errno and *i, the
 * file that could not be read. */
int filling_learn(struct content *c, size_t *i);

#endif
