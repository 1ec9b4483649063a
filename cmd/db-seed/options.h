#ifndef DB_SEED_OPTIONS_H
#define DB_SEED_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit.h"
#include "measuring.h"
#include "plan.h"

enum task {
	TASK_BUILD,
	TASK_APPEND,
	TASK_DRY_RUN,
	TASK_PRINT,
	TASK_LIST,
	TASK_SHOW_SCHEMA,
	TASK_SHOW_SPEC
};

struct options {
	struct measuring common;    /* bench is set */
	enum task task;
	const char *database;       /* NULL where none is needed */
	const char *profile, *schema, *spec; /* NULL where not given */
	const char *print;          /* the table of TASK_PRINT */
	struct plan_count *count;   /* --rows */
	size_t ncounts;
	double scale;
	unsigned threads;
	bool append, force;
	enum audit check;
	int64_t page_size;          /* 0: the schema's own */
	bool wal;                   /* the finished file's journal mode, else delete */
};

/* Parse, or exit after a complaint. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
