#ifndef BENCHPIPE_INPUT_H
#define BENCHPIPE_INPUT_H

#include "series.h"

/* Read a program's operands, a NULL-terminated list of files of which there may be none (then
 * standard input), into one set. Says on stderr what is wrong, and how many broken lines were
 * left out. 0, or -1. */
int input_read(struct series_set *set, char *const *files);

#endif
