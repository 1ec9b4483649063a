#ifndef DB_SEED_REMEDY_H
#define DB_SEED_REMEDY_H

#include "draft.h"
#include "trial.h"

/* Try a table's rows; where a CHECK refuses them that was not understood, look for values of its columns that it takes:
 * constants of its text, the DEFAULT, NULL or no NULLs, usual forms of text. A partial unique index that nothing else
 * holds is given rows outside its WHERE. 0, or -1 with the plan's error, which names what refuses. */
int remedy_table(struct draft *d, struct trial *trial, int table, double *bytes);

#endif
