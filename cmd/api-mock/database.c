#include "database.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rng.h"
#include "sha256.h"
#include "sql.h"
#include "sqlfunction.h"
#include "token.h"

/* The names of what is asked for first tell whether it is such a database at all. */
static const char set_tokens[] =
	"UPDATE nodes SET token_hash = sha256('" TOKEN_NODE_PREFIX "' || id);"
	"UPDATE clusters SET cluster_token_hash = sha256('" TOKEN_CLUSTER_PREFIX "' || id);";

static void sha256(const void *bytes, size_t len, char *out)
{
	sha256_text(bytes, len, out);
}

static int open_database(struct sql **db, const char *path)
{
	if (sql_open(db, path, SQL_WRITE) == 0)
		return 0;
	warn("%s", sql_error(*db));
	sql_close(*db);
	return -1;
}

/* Close it, after a complaint where it failed. */
static int close_database(struct sql *db, int result)
{
	if (result < 0)
		warn("%s", sql_error(db));
	sql_close(db);
	return result;
}

/* An index that each row leaves its place in costs less made again than changed. */
static int rebuild_tokens(struct sql *db, char *index)
{
	int result;

	if (!index)
		return sql_exec(db, set_tokens);
	result = sql_exec(db, "DROP INDEX idx_nodes_token");
	if (result == 0)
		result = sql_exec(db, set_tokens);
	if (result == 0)
		result = sql_exec(db, index);
	return result;
}

int database_set_tokens(const char *path)
{
	struct sql *db;
	char *index = NULL;
	int result;

	if (open_database(&db, path) < 0)
		return -1;
	result = sql_function_text(db, "sha256", SHA256_TEXT, sha256);
	if (result == 0)
		result = sql_exec(db, "PRAGMA synchronous = off; BEGIN IMMEDIATE");
	if (result == 0)
		result = sql_textf(db, &index, "SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = 'idx_nodes_token'");
	if (result == 0)
		result = rebuild_tokens(db, index);
	if (result == 0)
		result = sql_exec(db, "COMMIT");
	free(index);
	return close_database(db, result);
}

static int insert_bundles(struct sql *db, const void *data, size_t size)
{
	struct sql_stmt *stmt;
	int result;

	if (sql_prepare(db,
			"INSERT INTO config_bundles (version, tenant_id, cluster_id, data)"
			" SELECT config_version, tenant_id, id, ? FROM clusters",
			&stmt, NULL) < 0)
		return -1;
	sql_bind_blob(stmt, 1, data, size);
	result = sql_run(stmt);
	sql_finalize(stmt);
	return result;
}

/* The bytes of one that has this size; NULL where there is none, or no memory. */
static void *existing_bundle(struct sql *db, int64_t size)
{
	struct sql_stmt *stmt;
	const void *data;
	void *copy = NULL;

	if (sql_prepare(db, "SELECT data FROM config_bundles WHERE length(data) = ? LIMIT 1", &stmt, NULL) < 0)
		return NULL;
	sql_bind_integer(stmt, 1, size);
	if (sql_step(stmt) == 1 && (data = sql_get_blob(stmt, 0)) && (copy = malloc((size_t)size)))
		memcpy(copy, data, (size_t)size);
	sql_finalize(stmt);
	return copy;
}

/* What begins like gzip, as what is uploaded has to. */
static void *random_bundle(int64_t size, uint64_t seed)
{
	unsigned char *bytes = x_malloc((size_t)size);
	struct rng rng;

	rng_seed(&rng, seed, 0);
	for (int64_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)rng_next(&rng);
	for (int64_t i = 0; i < 3 && i < size; i++)
		bytes[i] = (unsigned char)"\x1f\x8b\x08"[i];
	return bytes;
}

int database_set_bundles(const char *path, int64_t size, uint64_t seed)
{
	struct sql *db;
	void *data;
	int result;

	if (open_database(&db, path) < 0)
		return -1;
	data = existing_bundle(db, size);
	if (!data)
		data = random_bundle(size, seed);
	result = sql_exec(db, "PRAGMA synchronous = off; BEGIN IMMEDIATE; DELETE FROM config_bundles");
	if (result == 0)
		result = insert_bundles(db, data, (size_t)size);
	if (result == 0)
		result = sql_exec(db, "COMMIT");
	free(data);
	return close_database(db, result);
}

int database_set_wal(const char *path)
{
	struct sql *db;
	char *mode = NULL;
	int result;

	if (open_database(&db, path) < 0)
		return -1;
	result = sql_textf(db, &mode, "PRAGMA journal_mode = wal");
	if (result == 0 && (!mode || strcmp(mode, "wal") != 0))
		warn("%s: no WAL can be had, it stays %s", path, mode ? mode : "as it is");
	free(mode);
	return close_database(db, result);
}
