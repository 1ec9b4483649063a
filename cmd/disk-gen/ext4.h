#ifndef DISK_GEN_EXT4_H
#define DISK_GEN_EXT4_H

#include <stdint.h>

#include "tree.h"
#include "work.h"

/* An ext4 file system in a file, made by mke2fs and debugfs: the same to the byte for the same arguments, whoever makes
 * it and when. It has no journal (tune2fs -j adds one), and, up to 8 GiB, inode tables that are zero, so that a kernel
 * that mounts it has nothing left to do. Files of all kinds have the owner, mode and time (mtime, ctime, atime, crtime)
 * of their node, but for the root directory's time, which is that of the file system, w->time. */

struct ext4 {
	const char *file;      /* in the stage, already as large as it is to be */
	int64_t offset, bytes; /* where in it */
	unsigned block;        /* bytes of a block */
	const char *uuid, *label;
};

/* 0, or -1 as work_failed(). */
int ext4_make(struct work *w, const struct ext4 *fs, const struct tree *tree);

#endif
