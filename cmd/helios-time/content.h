#ifndef HELIOS_TIME_CONTENT_H
#define HELIOS_TIME_CONTENT_H

#include <stddef.h>
#include <stdint.h>

#include "manifest.h"
#include "signals.h"

/* The work tree: files whose content is a function of seed, file and version, or the copy of a directory; and what
 * changes in it before each commit. */

#define CONTENT_WHY 1024

struct content_spec {
	uint64_t seed;
	const char *from;        /* --work: a directory to copy; NULL: files are made */
	uint64_t files;
	int64_t size_min, size_max; /* bytes of a file; where they differ, log-uniform by seed */
	double change;           /* share of the files that get new content each time, at least one */
	struct signals *signals; /* one that comes ends the making and the changing with ECANCELED; NULL: none does */
};

struct content {
	struct content_spec spec;
	const char *directory;   /* the work tree */
	int fd;                  /* of it */
	uint64_t version;        /* how often it was changed */
	uint64_t next;           /* which file is changed next: all have had their turn before one has it again */
	struct manifest manifest; /* of what is in it now */
	uint64_t key;            /* what content comes from */
	uint64_t *tiny;          /* of each file, if any has under 8 bytes: 1 + its first size in the top byte, and
				  * its first content; 0: another file */
};

struct changed { uint64_t files; int64_t bytes; };

/* Make directory, which is not there yet, and fill it: 100 files to a subdirectory (d000/f000000) but the last, which
 * is in the directory itself, as every project has one there (and Helios takes a tree without one for an empty one).
 * They are lines of letters that compress to about two thirds. A copy has the regular files of `from`, which is never
 * written to, with their permission bits as far as the umask goes and readable and writable for the user, and its
 * directories; holes are filled, and a file with several names becomes several; symbolic links, devices and what is
 * named .git or .helios are left out and counted in *left_out; what vanishes meanwhile is just not there, and what grows
 * is copied as far as it went when it was opened. directory and spec->from must outlive c. 0, or -1 with errno, why, and
 * what is made still to be disposed of. */
int content_make(struct content *c, const char *directory, const struct content_spec *spec, uint64_t *left_out,
		 char why[CONTENT_WHY]);

/* Give the next share of the files new content of the same size, as a function of seed, file and version; the manifest
 * follows. The tree never is again what it was once: a file of so few bytes that it has had all contents of its size
 * (one of 0 bytes at once) grows by a byte. 0, or -1 with errno and why: the tree is of no use any more. */
int content_change(struct content *c, struct changed *changed, char why[CONTENT_WHY]);

void content_dispose(struct content *c); /* what is in memory; the directory is the caller's */

/* Have all files below directory written and taken out of the page cache (lib/pagecache.h); what the kernel knows of
 * names and inodes stays. 0, or -1 with errno and why. */
int content_cool(const char *directory, char why[CONTENT_WHY]);

/* What is allocated for all that is below directory and itself, in bytes (du's figure: a file with several names counts
 * once). -1 with errno. */
int64_t content_allocated(const char *directory);

#endif
