#ifndef DISK_GEN_TREE_H
#define DISK_GEN_TREE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "image.h"

/* The files of an image, in memory but for the large ones, whose bytes are a function of a key. */

enum node_kind { NODE_DIRECTORY, NODE_FILE, NODE_LINK };

struct node {
	enum node_kind kind;
	char *path;            /* "/etc/os-release"; parents come before what is in them; "/" is not among them */
	mode_t mode;           /* permissions */
	unsigned uid, gid;
	int64_t time;          /* s: mtime, ctime, atime */
	char *bytes;           /* NODE_FILE: its content, or NULL: filler; NODE_LINK: where it leads */
	uint64_t len;          /* of a file; a hole where filler_key is 0 */
	uint64_t filler_key;   /* of filler: see filler() */
};

struct tree {
	struct node *node;
	size_t n, room;
	uint64_t packages;     /* how many its package database has */
};

/* All of an image's files: the same for the same image, on every machine. Where image leaves their numbers open, as
 * many packages and files of data as fit; where it says them, just so many, the files as large as fit. Too small an
 * image for that or for a system, or no such release: -1 with *why, a constant text. Or dies (memory). content_free()
 * in both cases. */
int content_make(struct tree *tree, const struct image *image, const char **why);
void content_free(struct tree *tree);

/* The size of blocks that content_make() reckons with, in a file system of so many bytes. */
unsigned content_block(int64_t bytes);

/* len bytes of filler from offset, text-like or random as its key has it. */
void filler(uint64_t key, uint64_t offset, char *bytes, size_t len);

#endif
