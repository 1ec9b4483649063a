#ifndef DB_SEED_TUPLES_H
#define DB_SEED_TUPLES_H

#include "draft.h"

/* Keys: PRIMARY KEY, UNIQUE and unique indexes of one column or several. A key holds where a member is distinct by
 * itself, or where members with finitely many values are the digits of a number that grows with the row. */

/* Let all keys of a table hold. 0, or -1; the draft's again is set where fewer rows are needed. */
int tuples_make(struct draft *d, int table);

#endif
