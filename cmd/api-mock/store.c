#include "store.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "clock.h"

#define MS 1000000LL
#define BUSY_TIMEOUT (5000 * MS)

/* What the server asks its database, in its words; what goes beyond a key is its own too: the scan of the clusters for a
 * token, the sort of all nodes for a page, and that of the bundles with what is in them. */
static const char *const texts[QUERIES] = {
	[NODE_BY_TOKEN] = "SELECT id, tenant_id, cluster_id, is_admin FROM nodes WHERE token_hash = ? LIMIT 1",
	[CLUSTER_BY_TOKEN] = "SELECT id, tenant_id FROM clusters WHERE cluster_token_hash = ? LIMIT 1",
	[CLUSTER_COUNT] = "SELECT count(*) FROM clusters WHERE id = ? AND tenant_id = ?",
	[NODE_COUNT] = "SELECT count(*) FROM nodes WHERE tenant_id = ? AND cluster_id = ?",
	[NODE_PAGE] = "SELECT id, name, is_admin, mtu, is_lighthouse, is_relay, routes, created_at FROM nodes"
		      " WHERE tenant_id = ? AND cluster_id = ? ORDER BY created_at ASC LIMIT ? OFFSET ?",
	[NODE_SUMMARY] = "SELECT id, name, is_admin, mtu, is_lighthouse, is_relay, routes, created_at FROM nodes"
			 " WHERE tenant_id = ? AND cluster_id = ? AND id = ? LIMIT 1",
	[NODE_INSERT] = "INSERT INTO nodes (id, tenant_id, cluster_id, name, token_hash, is_admin, mtu)"
			" VALUES (?, ?, ?, ?, ?, ?, ?)",
	[NODE_MTU] = "UPDATE nodes SET mtu = ?4 WHERE tenant_id = ?1 AND cluster_id = ?2 AND id = ?3",
	[NODE_TOKEN] = "UPDATE nodes SET token_hash = ?4 WHERE tenant_id = ?1 AND cluster_id = ?2 AND id = ?3",
	[NODE_DELETE] = "DELETE FROM nodes WHERE tenant_id = ? AND cluster_id = ? AND id = ?",
	[NODE_ROUTES] = "SELECT routes FROM nodes WHERE id = ?",
	[ROUTES_SET] = "UPDATE nodes SET routes = ?2, routes_updated_at = ?3 WHERE id = ?1",
	[CLUSTER_ROUTES] = "SELECT id, routes FROM nodes WHERE cluster_id = ? AND routes IS NOT NULL AND routes != ''",
	[TOPOLOGY] = "SELECT id, name, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay, routes FROM nodes"
		     " WHERE cluster_id = ?",
	[LIGHTHOUSE_SET] = "UPDATE nodes SET is_lighthouse = 1, lighthouse_public_ip = ?3, lighthouse_port = ?4,"
			   " lighthouse_relay_updated_at = ?5 WHERE id = ?2 AND cluster_id = ?1",
	[LIGHTHOUSE_UNSET] = "UPDATE nodes SET is_lighthouse = 0, lighthouse_public_ip = NULL, lighthouse_port = NULL,"
			     " lighthouse_relay_updated_at = ?3 WHERE id = ?2 AND cluster_id = ?1",
	[RELAY_SET] = "UPDATE nodes SET is_relay = 1, lighthouse_relay_updated_at = ?3 WHERE id = ?2 AND cluster_id = ?1",
	[RELAY_UNSET] = "UPDATE nodes SET is_relay = 0, lighthouse_relay_updated_at = ?3 WHERE id = ?2 AND cluster_id = ?1",
	[VERSION] = "SELECT config_version FROM clusters WHERE id = ?",
	[VERSION_BUMP] = "UPDATE clusters SET config_version = config_version + 1 WHERE id = ?",
	[VERSION_SET] = "UPDATE clusters SET config_version = ?2 WHERE id = ?1",
	[BUNDLE_NEWEST] = "SELECT version, data FROM config_bundles WHERE cluster_id = ? ORDER BY version DESC LIMIT 1",
	[BUNDLE_INSERT] = "INSERT INTO config_bundles (tenant_id, cluster_id, created_by, version, data)"
			  " VALUES (?, ?, ?, ?, ?)",
	[CLUSTER_TOKEN] = "UPDATE clusters SET cluster_token_hash = ?2 WHERE id = ?1",
	[PING] = "SELECT 1",
	[BEGIN] = "BEGIN",
	[COMMIT] = "COMMIT",
	[ROLLBACK] = "ROLLBACK",
};

/* As SQLite's own busy timeout, but that it looks more often. */
static int wait_for_lock(void *data, int attempt)
{
	static const int64_t steps[] = {20000, 50000, 100000, 100000, 200000, 200000, 500000, 1 * MS};
	const int n = (int)(sizeof steps / sizeof *steps);
	struct store *store = data;
	int64_t now = clock_now();

	if (attempt == 0)
		store->since = now;
	if (now - store->since >= BUSY_TIMEOUT)
		return 0;
	clock_sleep_until(now + steps[attempt < n ? attempt : n - 1]);
	return 1;
}

int store_open(struct store *store, const char *path, bool in_place)
{
	memset(store, 0, sizeof *store);
	if (sql_open(&store->db, path, SQL_WRITE) < 0)
		return -1;
	sql_on_busy(store->db, wait_for_lock, store);
	if (sql_execf(store->db, "PRAGMA synchronous = %s", in_place ? "full" : "normal") < 0 ||
	    sql_exec(store->db, "PRAGMA foreign_keys = on") < 0)
		return -1;
	for (int i = 0; i < QUERIES; i++) {
		if (sql_prepare(store->db, texts[i], &store->query[i], NULL) < 0)
			return -1;
	}
	return 0;
}

void store_close(struct store *store)
{
	for (int i = 0; i < QUERIES; i++)
		sql_finalize(store->query[i]);
	sql_close(store->db);
}

struct sql_stmt *store_query(struct store *store, enum query query, ...)
{
	struct sql_stmt *stmt = store->query[query];
	const char *text;
	va_list args;
	int at = 1;

	va_start(args, query);
	while ((text = va_arg(args, const char *)))
		sql_bind_text(stmt, at++, text, strlen(text));
	va_end(args);
	return stmt;
}

int64_t store_change(struct store *store, struct sql_stmt *stmt)
{
	if (sql_run(stmt) < 0)
		return -1;
	return sql_changes(store->db);
}

int store_begin(struct store *store)
{
	return sql_run(store->query[BEGIN]);
}

int store_commit(struct store *store)
{
	if (sql_run(store->query[COMMIT]) == 0)
		return 0;
	store_rollback(store);
	return -1;
}

void store_rollback(struct store *store)
{
	if (sql_in_transaction(store->db))
		sql_run(store->query[ROLLBACK]);
}
