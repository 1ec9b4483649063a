#ifndef BENCHPIPE_MEMSTREAM_H
#define BENCHPIPE_MEMSTREAM_H

#include <stddef.h>
#include <stdio.h>

/* open_memstream(3) whose stream has its error set (ferror(), fclose()) where there is no memory; glibc's own loses what
 * did not fit without a word. */

/* A stream that is only written to, from its beginning. *bytes and *len are right after fflush() and fclose(): all that
 * was written, with a NUL behind it. The caller frees *bytes, which is never NULL, after fclose(). NULL with ENOMEM: then
 * there is nothing to free. */
FILE *memstream_open(char **bytes, size_t *len);

#endif
