#ifndef DB_LOAD_CLIENT_H
#define DB_LOAD_CLIENT_H

#include <stdatomic.h>

#include "busy.h"
#include "checkpoint.h"
#include "pace.h"
#include "performer.h"
#include "sqlmeter.h"
#include "work.h"

/* One client: a connection and what it does there, one transaction after the other. */

struct tally { /* of one client and one script; the counts of transactions */
	uint64_t done;
	uint64_t failed;  /* busy among them */
	uint64_t busy;    /* failed because a lock was not to be had, or the snapshot was too old */
	uint64_t late;    /* done, but over the limit */
	uint64_t skipped; /* not started, being over the limit already */
	char error[PERFORMER_ERROR]; /* the first failure's */
};

struct seen { /* what others may look at while the client works; each on its own */
	_Alignas(64) _Atomic uint64_t done, failed, skipped;
	_Atomic double sum, squares; /* of the latencies, ns */
};

struct shared { /* of all clients of a run */
	const struct options *options;
	struct works *works;
	const char *path;             /* of the database under load */
	struct blobs *blobs;
	struct stop stop;
	atomic_bool broken;           /* stopped by a failure that will not go away, or too many */
	atomic_uint_fast64_t failures;
	struct timeline *timeline;
	int64_t begin, deadline;      /* clock_now(); INT64_MAX: none */
	int64_t count;                /* of each client's transactions; INT64_MAX: any number */
};

struct client {
	struct shared *shared;
	unsigned number;
	struct sql *db;
	struct rng rng;
	struct performer *performer;  /* by script */
	struct tally *tally;          /* by script */
	struct recorder recorder;
	struct busy busy;
	struct checkpoints checkpoints;
	struct pace pace;
	int64_t scheduled;            /* the next arrival, with a rate */
	uint64_t unstarted;           /* arrivals that came too late to be served before the end */
	int64_t turns;                /* transactions so far, of whatever outcome */
	bool finished;
	uint64_t not_cold;            /* transactions before which the cache could not be emptied */
	struct sql_cache cache;       /* used since client_begin() */
	struct sql_work *work;        /* the same, by label */
	struct seen seen;
};

void client_init(struct client *c, struct shared *shared, unsigned number); /* or dies */
void client_free(struct client *c);

/* Connect and prepare all statements, after running each script's \before, which may make what they speak of.
 * 0, or -1 after a complaint. */
int client_connect(struct client *c, bool before);
void client_disconnect(struct client *c);

/* Start counting from nothing; shared's times are set. */
void client_begin(struct client *c);
void client_end(struct client *c);

/* Add to cache and work what the connection has counted since it was made; with sign -1 take it away. */
void client_count(struct client *c, int sign);

/* One transaction, or the end. *now is the thread's last look at the clock. */
void client_turn(struct client *c, int64_t *now);

#endif
