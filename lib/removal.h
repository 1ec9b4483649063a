#ifndef BENCHPIPE_REMOVAL_H
#define BENCHPIPE_REMOVAL_H

#include <stdbool.h>

/* Removing files and directories with all that is in them. Symbolic links are removed and not followed, file systems
 * mounted below are not entered. What cannot be removed does not keep the rest from being removed. */

/* 0, or an errno: of the first that stayed (EBUSY: a mount point). One that is not there is fine; *was_there tells. The
 * last component of path must be a name: EINVAL. */
int removal_path(const char *path, bool *was_there);

/* What is in the directory open at fd, but for the entry called spared (NULL: none). fd is closed. 0, or an errno. */
int removal_below(int fd, const char *spared);

#endif
