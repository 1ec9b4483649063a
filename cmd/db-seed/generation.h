#ifndef DB_SEED_GENERATION_H
#define DB_SEED_GENERATION_H

#include "generator.h"

/* What the kinds of generators share with generate() alone. */

struct generation {
	struct arena *arena;
	const char *why; /* as of generate() */
	unsigned depth;  /* generators within generators */
};

static inline int generation_fails(struct generation *m, const char *why)
{
	m->why = why;
	return -1;
}

/* Keys of one generator's further streams: its own with one of these exclusive-ored in. Fractional digits of pi. */
#define STREAM_NULL   UINT64_C(0xa4093822299f31d0) /* is the row NULL? */
#define STREAM_SECOND UINT64_C(0x082efa98ec4e6c89) /* the other half of wide values */
#define STREAM_EXPR   UINT64_C(0x452821e638d01377) /* random() in expressions */
#define STREAM_PARTS  UINT64_C(0xbe5466cf34e90c6c) /* characters of patterns */
#define STREAM_UNIQUE UINT64_C(0xc0ac29b7c97c50dd)
#define STREAM_LENGTH UINT64_C(0x3f84d5b5b5470917) /* of arrays */

/* Each: 0 with *value, or -1 with m->why. */
typedef int gen_kind(const struct generator *g, uint64_t row, struct generation *m, struct value *value);

gen_kind gen_value; /* any, as generate() */
gen_kind gen_date, gen_uuid, gen_pattern, gen_json, gen_bytes; /* gen_bytes: GEN_BLOB and GEN_BUNDLE */

/* from + row * interval + a share of interval from random bits: strictly ascending with the row. interval > 0.
 * false where int64 cannot hold it. */
bool time_of_row(int64_t from, int64_t interval, uint64_t row, uint64_t bits, int64_t *time);

/* An expression with slot 0 put to the row. random() draws from the key's numbers for the row. */
int gen_expr(const struct expr *e, const struct expr_value *variables, size_t nvariables, uint64_t key, uint64_t row,
	      struct generation *m, struct expr_value *result);
int gen_expr_integer(const struct expr *e, const struct expr_value *variables, size_t nvariables, uint64_t key,
		      uint64_t row, struct generation *m, int64_t *result);

/* The index of the first of cumulative weights over what the bits say. */
size_t pick_weighted(const double *cumulative, size_t n, uint64_t bits);

/* As pick_index(). */
int gen_pick(const struct pick *p, uint64_t row, struct generation *m, uint64_t *index);

/* 53 of 64 bits as a double in [0, 1). */
static inline double unit_of(uint64_t bits)
{
	return (double)(bits >> 11) * 0x1p-53;
}

#endif
