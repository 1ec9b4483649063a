#ifndef HELIOS_TIME_RECORDS_H
#define HELIOS_TIME_RECORDS_H

#include "place.h"
#include "side.h"
#include "writer.h"

/* What is written of a run. */

struct records {
	struct writer *writer;
	const struct options *options;
	int64_t round;  /* the present one, which is the samples' seq */
	bool warmup;    /* it does not count */
};

/* Where the work tree and the stores are, and what is in the work tree. */
void records_place(const struct records *rec, const struct place_found *place);
void records_content(const struct records *rec, const struct content *content, uint64_t left_out);

/* Who is measured. */
void records_backend(const struct records *rec, const struct side *side);

/* All operations that were asked for. */
void records_skips(const struct records *rec, const struct side *side, const char *reason);

/* Those operations of a side that was measured which were not. */
void records_missing(const struct records *rec, const struct side *side);

/* The first commit of all. */
void records_initial(const struct records *rec, const struct side *side, const struct cost *cost);

/* What went well in the round. */
void records_round(const struct records *rec, const struct side *side);

/* cost: of what failed; runs 0: nothing was timed, and there is no sample. */
void records_failure(const struct records *rec, const struct side *side, enum op op, const struct cost *cost,
		     const char *why);

/* Throughput and errors. */
void records_totals(const struct records *rec, const struct side *side);

void records_event(const struct records *rec, const char *name, const char *key, const char *text);
void records_interrupted(const struct records *rec, int signal);

#endif
