#ifndef DB_SEED_ESTIMATE_H
#define DB_SEED_ESTIMATE_H

#include "source.h"

/* How large a database will be, from some rows of each table, made in memory. */

struct estimate {
	double *bytes; /* of each of the plan's tables with its indexes */
	double rest;   /* bytes besides */
};

/* 0, or -1 after a complaint. Free in both cases. */
int estimate_make(struct estimate *estimate, const struct source *source, const struct options *options);
void estimate_free(struct estimate *estimate);

#endif
