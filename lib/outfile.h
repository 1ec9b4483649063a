#ifndef BENCHPIPE_OUTFILE_H
#define BENCHPIPE_OUTFILE_H

#include <stdio.h>

/* A file that appears whole or not at all: written beside its place, fsynced and
 * renamed, so that a crash at any moment leaves the old one or the new one. A path
 * that exists and is not a regular file (/dev/full, a FIFO) is written directly. */

struct outfile;

/* NULL with errno. path is copied. A link is followed: its target is replaced. */
struct outfile *outfile_open(const char *path);

/* Where to write; owned by the outfile. It has no fileno(). */
FILE *outfile_stream(struct outfile *out);

/* Put it in place and free out. 0, or -1 with errno: the old file is untouched. */
int outfile_commit(struct outfile *out);

/* Where path leads: a rename would replace a link, but its target is meant, also one that is not there yet.
 * NULL with errno; the caller frees. */
char *outfile_resolve(const char *path);

/* Have path's directory on the disk: a rename survives a power cut only then. What fails is not told. */
void outfile_sync_directory(const char *path);

/* Throw it away, leave the old file, free out. NULL is fine. */
void outfile_abort(struct outfile *out);

#endif
