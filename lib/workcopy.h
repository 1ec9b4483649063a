#ifndef BENCHPIPE_WORKCOPY_H
#define BENCHPIPE_WORKCOPY_H

/* The working copy: a temporary directory with a copy of a database in it, so that what is done to it leaves the
 * database alone. */

struct workcopy { /* all NULL: there is none */
	char *directory; /* NULL: what is at path is no copy, and stays */
	char *path;      /* of the copied database; both are freed by workcopy_remove() */
};

/* Copy the SQLite database at from into a new directory in directory, or beside from where that is NULL, and have it
 * on the disk. Others may read and write from meanwhile. option: the one that chooses the directory ("--work-dir"), for
 * the complaint; NULL: none. 0, or -1 after a complaint; workcopy_remove() is due in both cases; or dies (memory). */
int workcopy_make(struct workcopy *copy, const char *from, const char *directory, const char *option);

/* Take the directory away with all that SQLite leaves in it. Once more is harmless. */
void workcopy_remove(struct workcopy *copy);

#endif
