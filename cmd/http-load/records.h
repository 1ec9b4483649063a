#ifndef HTTP_LOAD_RECORDS_H
#define HTTP_LOAD_RECORDS_H

#include "find-max.h"
#include "load.h"
#include "saturation.h"
#include "slo.h"
#include "writer.h"

/* What is written of a load. */

struct records {
	struct writer *writer;
	const struct options *options;
	const struct mix *mix;
	bool interrupted; /* a signal ended it */
};

/* What all requests together are called: the only one's name, or the mix's. */
const char *records_bench(const struct mix *mix);

/* Before the load begins. */
void records_settings(const struct records *rec, const struct load *load);

/* All of one step; nothing of a warm-up, or of one that was not reached. */
void records_step(const struct records *rec, const struct step_result *r);

void records_verdict(const struct records *rec, const struct step_result *r, const struct slo_term *term,
		     const struct slo_verdict *v);

/* Of the search for the highest rate: one rate that was tried, and what came out. */
void records_tried(const struct records *rec, const struct step_result *r, enum find_max_phase phase,
		   enum find_max_answer answer, const char *broken);
void records_max_rate(const struct records *rec, const struct find_max *f, enum find_max_end end, enum mode mode);

/* Of the process, at the end. rate: of all there was; 0 where there were several, or none. */
void records_process(const struct records *rec, double rate, enum mode mode);

void records_interrupted(const struct records *rec, int signal);

#endif
