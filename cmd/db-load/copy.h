#ifndef DB_LOAD_COPY_H
#define DB_LOAD_COPY_H

/* The working copy: a temporary directory with the database in it, which goes when the program does. */

struct copy {
	char *directory; /* NULL: there is no copy */
	char *path;      /* of the database under load */
};

/* Copy the database at from into a new directory in directory, or beside from where that is NULL. 0, or -1
 * after a complaint. */
int copy_make(struct copy *copy, const char *from, const char *directory);
void copy_remove(struct copy *copy); /* also what one that could not be made has left */

#endif
