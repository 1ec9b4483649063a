#ifndef HELIOS_TIME_COPY_H
#define HELIOS_TIME_COPY_H

#include <stdint.h>

#include "content.h"

/* Copy c->spec.from into the directory open at c->fd, as content_make() says; the manifest gets what was written, in no
 * order. 0, or -1 with errno and why. */
int copy_tree(struct content *c, uint64_t *left_out, char why[CONTENT_WHY]);

#endif
