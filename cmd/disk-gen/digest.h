#ifndef DISK_GEN_DIGEST_H
#define DISK_GEN_DIGEST_H

#include <stdint.h>

#include "sha256.h"
#include "work.h"

/* Give back what fd has allocated of its holes, as far as the file system can: unwritten blocks read as zeros too. */
void digest_punch(int fd, int64_t bytes);

/* SHA-256 of all bytes of fd, as sha256sum(1) has it. Holes are not read, but zeros they are. 0, or -1 as
 * work_failed(). */
int digest_file(struct work *w, int fd, int64_t bytes, char text[SHA256_TEXT]);

#endif
