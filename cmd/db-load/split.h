#ifndef DB_LOAD_SPLIT_H
#define DB_LOAD_SPLIT_H

#include <stddef.h>

/* Where the parts of a script end; what is quoted or a comment of SQL does not count. */

enum split_end {
	SPLIT_SEMICOLON, /* ends a statement */
	SPLIT_BACKSLASH, /* a command ends it */
	SPLIT_OPEN       /* the text ends within it */
};

/* The length of the SQL statement that text begins with, without what ends it. A trigger goes on to its END. */
size_t split_statement(const char *text, enum split_end *end);

/* Past white space and comments. */
const char *split_skip(const char *text);

/* The length of the rest of a command's line, without a comment ("-- " after a blank) and trailing white space. */
size_t split_line(const char *text);

#endif
