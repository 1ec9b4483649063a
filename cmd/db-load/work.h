#ifndef DB_LOAD_WORK_H
#define DB_LOAD_WORK_H

#include "keys.h"
#include "options.h"
#include "script.h"
#include "values.h"

/* The scripts of a run and what belongs to each, the same for all clients. */

enum { SERIES_LATENCY, SERIES_SERVICE, SERIES_LAG, SERIES_LABELS }; /* of a script, then one of each label */

struct work {
	struct script *script;
	int64_t weight;
	char *bench;
	char *params;         /* canonical, for its records */
	struct keys *keys;    /* by the script's \keys */
	struct values values; /* what its variables are at first */
	size_t series;        /* the first of its series */
	size_t labels;        /* the first of its labels among all scripts' */
	char **plan;          /* by label, with --explain: lines of text; else NULL */
};

struct works {
	struct work *work;
	size_t n;
	int64_t weights;  /* sum */
	char *bench;      /* of what concerns the whole run */
	char *params;     /* of the same */
	size_t series;    /* of all scripts, then: */
	size_t checkpoint;
	size_t delay;     /* of starts, behind both the schedule and the client's being free: the generator's own */
	size_t labels;
};

/* Read and parse all scripts, or die. */
void works_load(struct works *works, const struct options *o);
void works_free(struct works *works);

/* Once the scripts are set up: is every -D of use? 0, or -1 after a complaint. */
int works_check(const struct works *works, const struct options *o);

/* One more param of a script's records, or of all where work is NULL; or die. */
void works_param(struct works *works, struct work *work, const char *key, const char *value);

void works_list(FILE *out);                   /* the built-in workloads */
int works_show(FILE *out, const char *name);  /* the script of one: 0, or -1 where there is none */

#endif
