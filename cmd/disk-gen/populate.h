#ifndef DISK_GEN_POPULATE_H
#define DISK_GEN_POPULATE_H

#include "ext4.h"

#define POPULATE_FILES 400 /* that it has open at most */

/* Put the files of tree into a new file system, by debugfs. 0, or -1 as work_failed(). */
int populate(struct work *w, const struct ext4 *fs, const struct tree *tree);

#endif
