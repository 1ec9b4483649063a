#ifndef API_MOCK_STORE_H
#define API_MOCK_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "sql.h"

/* A thread's connection to the database, with all that is asked and told in the API prepared. */

enum query {
	NODE_BY_TOKEN,
	CLUSTER_BY_TOKEN,
	CLUSTER_COUNT,
	NODE_COUNT,
	NODE_PAGE,
	NODE_SUMMARY,
	NODE_INSERT,
	NODE_MTU,
	NODE_TOKEN,
	NODE_DELETE,
	NODE_ROUTES,
	ROUTES_SET,
	CLUSTER_ROUTES,
	TOPOLOGY,
	LIGHTHOUSE_SET,
	LIGHTHOUSE_UNSET,
	RELAY_SET,
	RELAY_UNSET,
	VERSION,
	VERSION_BUMP,
	VERSION_SET,
	BUNDLE_NEWEST,
	BUNDLE_INSERT,
	CLUSTER_TOKEN,
	PING,
	BEGIN,
	COMMIT,
	ROLLBACK,
	QUERIES
};

struct store {
	struct sql *db;
	struct sql_stmt *query[QUERIES];
	int64_t since;      /* when the wait for the lock began */
};

/* In place what is committed survives a power cut. 0, or -1 with sql_error(store->db). To be closed in both cases. */
int store_open(struct store *store, const char *path, bool in_place);
void store_close(struct store *store);

/* The query with the texts bound to its first parameters, ready to step; NULL for the end of the list. It is to be
 * reset, by sql_run() or sql_reset(). */
struct sql_stmt *store_query(struct store *store, enum query query, ...) __attribute__((sentinel));

/* Run what has no rows. How many rows it changed, or -1. */
int64_t store_change(struct store *store, struct sql_stmt *stmt);

int store_begin(struct store *store);
int store_commit(struct store *store);   /* 0, or -1: rolled back */
void store_rollback(struct store *store);

#endif
