#ifndef DB_LOAD_PERFORMER_H
#define DB_LOAD_PERFORMER_H

#include <stdbool.h>

#include "blob.h"
#include "keys.h"
#include "script.h"
#include "sql.h"
#include "stop.h"
#include "timeline.h"
#include "values.h"

/* A script on one connection: its statements prepared, its variables, and how it is carried out. */

#define PERFORMER_ERROR 512

struct parameter {
	int at, slot;
	uint32_t version; /* of the value that is bound */
};

struct statement {
	struct sql_stmt *stmt; /* NULL: not prepared yet */
	struct parameter *parameter;
	size_t nparameters;
	int *column;           /* of a \gset: the slots of the columns; NULL for others */
	size_t ncolumns;
	bool reads_only;
};

struct performer {
	struct script *script;
	struct sql *db;
	struct rng *rng;
	const struct keys *keys;   /* of the script */
	struct blobs *blobs;
	struct stop *stop;
	struct values values;
	struct statement *statement;
	int64_t *left;             /* passes, of each open repeat */

	struct recorder *recorder; /* NULL: statements are not timed */
	size_t series;             /* of the script's first label */
	int64_t now;               /* the last look at the clock */
	bool stale;                /* and something was done since */

	enum sql_failure failure;  /* of what performer_run() could not do */
	char error[PERFORMER_ERROR];
};

void performer_init(struct performer *p, struct script *script, struct rng *rng, const struct keys *keys,
		    struct blobs *blobs, struct stop *stop);
void performer_free(struct performer *p);

/* Have statements compiled on db that are not yet; NULL takes them all away again. 0, or -1 with error. */
void performer_connect(struct performer *p, struct sql *db);
int performer_prepare(struct performer *p, const struct block *block);

/* Carry out a block. What is not prepared is, first. 0, or -1 with failure and error ("name:line: why"), any
 * transaction rolled back. Afterwards now is the end's time, if recorder is set. */
int performer_run(struct performer *p, const struct block *block);

/* As if the main part's first command had failed. Always -1. */
int performer_fail(struct performer *p, enum sql_failure failure, const char *why);

/* The leading \set commands of the main part whose variables have values: what other blocks find. 0, or -1. */
int performer_defaults(struct performer *p);

/* Prepare one statement of the script, not part of any block; the caller frees by performer_done(). */
int performer_query(struct performer *p, const struct query *query, struct statement *s);
void performer_done(struct statement *s);

/* Does everything that the script reads get a value from somewhere? 0, or -1. */
int performer_check(struct performer *p);

#endif
