#ifndef DB_LOAD_OPTIONS_H
#define DB_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "busy.h"
#include "measuring.h"
#include "pace.h"

struct source { /* where a script comes from */
	bool builtin;
	char *name;     /* a path, or a built-in's name */
	int64_t weight; /* its share of the transactions */
};

enum cache_state { CACHE_AS_IT_IS, CACHE_HOT, CACHE_COLD };

/* The command line. Times in ns. */
struct options {
	struct measuring common;
	const char *database;
	struct source *source;
	size_t nsources;
	bool list;
	const char *show;

	int64_t clients, threads;
	int64_t time;          /* 0: no end by time */
	int64_t transactions;  /* of each client; 0: no end by count */
	double rate;           /* of all together, a second; 0: as fast as it goes */
	enum pace_kind schedule;
	int64_t limit;         /* 0: none */
	int64_t warmup_time, warmup_count; /* 0: none */
	int64_t max_errors;    /* -1: any number */

	const char **define;   /* "NAME=VALUE", NULL-terminated or NULL */
	enum cache_state cache;
	const char *journal, *sync; /* NULL: not said */
	enum busy_kind busy;
	int64_t busy_timeout;
	int64_t checkpoint_pages;
	int64_t max_memory;    /* bytes; 0: no limit */
	bool explain, in_place;
	const char *work_dir;  /* NULL: the database's */

	int64_t interval;      /* of the histograms */
	int64_t report_every;  /* -P; 0: no such lines */
};

/* Never fails: prints help or a complaint and exits. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
