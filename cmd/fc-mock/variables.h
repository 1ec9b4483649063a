#ifndef FC_MOCK_VARIABLES_H
#define FC_MOCK_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"

/* The shell's variables, and what words become with them. */

#define VARIABLES_MAX 65536 /* bytes of all of them */
#define WORDS_MAX 131072    /* bytes of a command's words */

struct variables {
	struct text all; /* "NAME=value", each with a NUL */
	int status;      /* $? */
};

/* 0, or -1: that would be more than VARIABLES_MAX. */
int variables_set(struct variables *v, const char *name, size_t name_len, const char *value, size_t len);

/* Append to words what a word becomes that is written so: quotes are removed, $NAME replaced and, where split is true
 * and it stands outside of quotes, divided at blanks; each word that comes of it has a NUL behind it. 0, or -1: words
 * would be more than WORDS_MAX. */
int variables_expand(const struct variables *v, const char *word, size_t len, bool split, struct text *words);

#endif
