#ifndef DB_LOAD_RECORDS_H
#define DB_LOAD_RECORDS_H

#include "memory.h"
#include "results.h"
#include "writer.h"

/* What was measured, as bench-record(5). */

/* The settings that the measurement was made with, as an event. 0, or -1 after a complaint. */
int records_settings(struct writer *w, const struct shared *shared, const struct memory *memory);

/* Everything measured, with what else is to be known about it. */
void records_results(struct writer *w, const struct run *run, const struct results *r);

/* Nothing was measured, of any script. */
void records_skip(struct writer *w, const struct works *works, const char *reason);

#endif
