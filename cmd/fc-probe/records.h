#ifndef FC_PROBE_RECORDS_H
#define FC_PROBE_RECORDS_H

#include "findings.h"
#include "load.h"
#include "writer.h"

/* What is written of a load. */

struct records {
	struct writer *writer;
	const struct options *options;
};

/* "vm/boot", or below what --bench says; caller frees; or dies. */
char *records_bench(const struct options *o, const struct probe *probe);

/* {"concurrency":10,"mem":128,"vcpus":1} and what else the figures depend on; caller frees; or dies. */
char *records_params(const struct options *o, const struct probe *probe, unsigned level);

/* What was found, or less where the options say so. */
enum mode records_mode(const struct options *o, enum mode found);

/* All of one load, whose microVMs could be prepared. */
void records_load(const struct records *rec, const struct load *load, const struct finding *finding, size_t findings);

void records_skip(const struct records *rec, const struct probe *probe, unsigned level, const char *reason);

/* What the operations' bounds and ways are, once. */
void records_settings(const struct records *rec);

/* What was removed that dead runs had left. */
void records_reclaimed(const struct records *rec, const struct lease_reclaimed *reclaimed);

/* Of this process. */
void records_process(const struct records *rec, enum mode mode);

void records_interrupted(const struct records *rec, int signal);

#endif
