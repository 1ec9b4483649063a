#ifndef DB_SEED_REPORT_H
#define DB_SEED_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "record.h"
#include "results.h"

struct report {
	const char *database;
	bool checked;
	unsigned threads;
	uint64_t seed;
	enum mode mode;
	const struct results *results;
};

/* The closing statistics for people. 0, or -1 after a complaint. */
int report_print(FILE *out, const struct report *report);

#endif
