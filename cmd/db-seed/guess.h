#ifndef DB_SEED_GUESS_H
#define DB_SEED_GUESS_H

#include "draft.h"
#include "ideas.h"

/* Generators from names and declared types, within what CHECKs allow. */

#define GUESS_NULLS 0.05 /* share of NULLs where a column allows them and nothing else says how many */

/* For a column that nothing else decides. 0, or -1. */
int guess_column(struct draft *d, int table, int column);

/* A number or date for it, or its text. NULL: for want of memory, or with the plan's error where CHECKs allow nothing. */
struct generator *guess_number(struct draft *d, int table, int column, enum type_class type, const struct idea *idea);
struct generator *guess_text(struct draft *d, int table, int column, enum type_class type, const struct idea *idea);

struct generator *guess_moment(uint64_t key, const struct idea *idea, enum date_format format);

/* Text that is distinct for distinct rows. NULL as above, or where there is none: *capacity is then how many there are, else
 * UINT64_MAX. */
struct generator *guess_unique_text(struct draft *d, int table, int column, uint64_t *capacity);

/* g's text with a suffix that makes it distinct, in at most `room` characters; width digits. Takes g. NULL with ENOMEM. */
struct generator *guess_suffixed(struct generator *g, unsigned width, size_t room);
unsigned guess_suffix_width(const struct table_draft *t);

/* The most characters that a text may have: what CHECKs say, else the declared length; SIZE_MAX: any. */
size_t guess_room(const struct column *c);

/* Is the column part of a key, a foreign key aside? */
bool guess_is_key(const struct table *table, int column);

#endif
