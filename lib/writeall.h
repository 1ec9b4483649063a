#ifndef BENCHPIPE_WRITEALL_H
#define BENCHPIPE_WRITEALL_H

#include <stddef.h>

/* write(2) until all of it is written or something fails. 0, or -1 with errno: then some of it may have been written. */
int write_all(int fd, const void *bytes, size_t len);

#endif
