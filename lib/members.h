#ifndef BENCHPIPE_MEMBERS_H
#define BENCHPIPE_MEMBERS_H

#include <stddef.h>

#include "record.h"

/* The members of one record's JSON object, checked and brought into a struct record: which
 * there are, of what kind, and which ones each type must have. Used by reader.h alone. */

struct members;

struct members *members_new(void); /* NULL with ENOMEM */
void members_free(struct members *m);

/* Read one line. 0, or -1 with *expected (NULL: out of memory) and *member, the name of the
 * member concerned or "". The record's strings belong to m and live until the next call. */
int members_read(struct members *m, const char *line, size_t len, struct record *record, const char **member,
		 const char **expected);

#endif
