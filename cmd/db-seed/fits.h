#ifndef DB_SEED_FITS_H
#define DB_SEED_FITS_H

#include "draft.h"

/* Does a value keep to what CHECKs say of the column on its own, as far as that was understood? NULL does. */
bool fits(const struct column *column, const struct value *value);

/* The same for a generator's values in a sample of the table's rows. It holds no reference that is not filled in.
 * Want of memory is no fit, and noted in the draft. */
bool fits_all(struct draft *d, int table, int column, const struct generator *g);

/* Limits of an integer column, as far as there are any; false where they leave none. */
bool fits_integers(const struct column *column, int64_t *lo, int64_t *hi);

#endif
