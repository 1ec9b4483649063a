#include "sql.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sql {
	sqlite3 *handle;
	char *path;
	char *error;           /* of sql_error() */
	char *reason;
	enum sql_failure failure;
	int system;            /* errno of the failure */
	void (*committed)(void *data, int pages);
	void *committed_data;
};

struct sql_stmt {
	struct sql *db;
	sqlite3_stmt *handle;
};

static enum sql_failure failure_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return SQL_FINE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return SQL_BUSY;
	case SQLITE_FULL:
		return SQL_FULL;
	case SQLITE_IOERR:
		return SQL_IO;
	case SQLITE_CONSTRAINT:
		return SQL_CONSTRAINT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return SQL_BROKEN;
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return SQL_READONLY;
	case SQLITE_INTERRUPT:
		return SQL_INTERRUPTED;
	case SQLITE_NOMEM:
		return SQL_NO_MEMORY;
	default:
		return SQL_OTHER;
	}
}

static void set_error(struct sql *db, const char *where, const char *reason, enum sql_failure failure, int number)
{
	char *text = NULL, *copy = strdup(reason);

	if (asprintf(&text, "%s: %s%s%s", db->path, where, *where ? ": " : "", reason) < 0)
		text = NULL;
	free(db->error);
	free(db->reason);
	db->error = text;
	db->reason = copy;
	db->failure = failure;
	db->system = number;
}

/* Keep what SQLite says of its last failure. Always -1. */
static int failed_at(struct sql *db, const char *where)
{
	int code = sqlite3_extended_errcode(db->handle);
	int number = sqlite3_system_errno(db->handle);
	const char *reason = sqlite3_errmsg(db->handle);
	char text[256];

	if ((code & 0xff) == SQLITE_NOMEM)
		reason = "out of memory"; /* also where SQLite tells what it could not do for want of it */
	/* Which call could not be made, and why, says more than "disk I/O error" or "unable to open". */
	if (number && ((code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CANTOPEN)) {
		snprintf(text, sizeof text, "%s: %s", reason, strerror(number));
		reason = text;
	} else {
		number = 0;
	}
	set_error(db, where, reason, number == ENOSPC ? SQL_FULL : failure_of(code), number);
	return -1;
}

static int failed(struct sql *db)
{
	return failed_at(db, "");
}

static int no_memory(struct sql *db)
{
	set_error(db, "", "out of memory", SQL_NO_MEMORY, ENOMEM);
	return -1;
}

/* path as a URI that says that nobody writes the file. NULL for want of memory. */
static char *immutable_uri(const char *path)
{
	char *uri = malloc(3 * strlen(path) + sizeof "file:?immutable=1"), *out = uri;

	if (!uri)
		return NULL;
	out = stpcpy(out, "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			out += sprintf(out, "%%%02X", (unsigned char)*path);
		else
			*out++ = *path;
	}
	strcpy(out, "?immutable=1");
	return uri;
}

/* A database in WAL mode in a directory that is not ours to write cannot be read as it is, since a reader has files
 * to make. Without a WAL it can be read as one that nobody writes. */
static int reopen_immutable(struct sql *db)
{
	char *wal, *uri = NULL;
	int code;

	if (asprintf(&wal, "%s-wal", db->path) < 0)
		return -1;
	if (access(wal, F_OK) != 0)
		uri = immutable_uri(db->path);
	free(wal);
	if (!uri)
		return -1;
	sqlite3_close_v2(db->handle);
	code = sqlite3_open_v2(uri, &db->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	free(uri);
	db->failure = SQL_FINE;
	return code == SQLITE_OK ? 0 : failed(db);
}

int sql_open(struct sql **opened, const char *path, enum sql_open how)
{
	/* A connection that may not write would leave an empty WAL behind when it closes. */
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (how == SQL_CREATE ? SQLITE_OPEN_CREATE : 0);
	struct sql *db = *opened = calloc(1, sizeof *db);

	if (!db)
		return -1;
	db->path = strdup(path);
	if (!db->path) {
		free(db);
		*opened = NULL;
		return -1;
	}
	if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
		return db->handle ? failed(db) : no_memory(db);
	if (how == SQL_READ && sqlite3_db_readonly(db->handle, "main") == 1 &&
	    sql_exec(db, "SELECT 1 FROM sqlite_schema") != 0 && db->failure == SQL_READONLY && reopen_immutable(db) != 0)
		return -1;
	sqlite3_extended_result_codes(db->handle, 1);
	return sql_exec(db, how == SQL_READ ? "PRAGMA mmap_size = 0; PRAGMA query_only = 1" : "PRAGMA mmap_size = 0");
}

struct sqlite3 *sql_handle(struct sql *db)
{
	return db->handle;
}

struct sqlite3_stmt *sql_stmt_handle(struct sql_stmt *stmt)
{
	return stmt->handle;
}

int sql_failed(struct sql *db)
{
	return failed(db);
}

void sql_close(struct sql *db)
{
	if (!db)
		return;
	sqlite3_close_v2(db->handle);
	free(db->path);
	free(db->error);
	free(db->reason);
	free(db);
}

const char *sql_error(const struct sql *db)
{
	return db && db->error ? db->error : "out of memory";
}

const char *sql_reason(const struct sql *db)
{
	return db && db->reason ? db->reason : "out of memory";
}

enum sql_failure sql_failure(const struct sql *db)
{
	return db ? db->failure : SQL_NO_MEMORY;
}

int sql_errno(const struct sql *db)
{
	return db ? db->system : ENOMEM;
}

int sql_exec(struct sql *db, const char *text)
{
	return sqlite3_exec(db->handle, text, NULL, NULL, NULL) == SQLITE_OK ? 0 : failed(db);
}

int sql_execf(struct sql *db, const char *format, ...)
{
	va_list args;
	char *text;
	int result;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	if (!text)
		return no_memory(db);
	result = sql_exec(db, text);
	sqlite3_free(text);
	return result;
}

/* Where the first statement of text begins: past white space and comments. */
static const char *statement_start(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r\n\f;");
		if (strncmp(text, "--", 2) == 0) {
			text += strcspn(text, "\n");
		} else if (strncmp(text, "/*", 2) == 0) {
			const char *end = strstr(text + 2, "*/");
			text = end ? end + 2 : text + strlen(text);
		} else {
			return text;
		}
	}
}

/* Keep the last failure as one at a place in a script. */
static void failed_in_script(struct sql *db, const char *name, const char *script, const char *place)
{
	unsigned long line = 1;
	char *where = NULL;

	if (sqlite3_errcode(db->handle) == SQLITE_OK)
		return; /* what failed was not SQLite, and is told already */
	for (; script < place; script++)
		line += *script == '\n';
	if (asprintf(&where, "%s:%lu", name, line) < 0)
		where = NULL;
	failed_at(db, where ? where : name);
	free(where);
}

int sql_script(struct sql *db, const char *name, const char *text)
{
	for (const char *at = text, *next; *at; at = next) {
		struct sql_stmt *stmt;

		if (sql_prepare(db, at, &stmt, &next) != 0) {
			int offset = sqlite3_error_offset(db->handle);
			failed_in_script(db, name, text, offset < 0 ? statement_start(at) : at + offset);
			return -1;
		}
		if (stmt && sql_run(stmt) != 0) {
			failed_in_script(db, name, text, statement_start(at));
			sql_finalize(stmt);
			return -1;
		}
		sql_finalize(stmt);
	}
	return 0;
}

/* The first row of the statement that format makes: 1, 0 where there is none, -1. */
static int first_row(struct sql *db, struct sql_stmt **stmt, const char *format, va_list args)
{
	char *text = sqlite3_vmprintf(format, args);
	int result;

	*stmt = NULL;
	if (!text)
		return no_memory(db);
	result = sql_prepare(db, text, stmt, NULL);
	sqlite3_free(text);
	if (result != 0)
		return -1;
	return *stmt ? sql_step(*stmt) : 0;
}

int sql_integer(struct sql *db, int64_t *value, const char *format, ...)
{
	struct sql_stmt *stmt;
	va_list args;
	int result;

	va_start(args, format);
	result = first_row(db, &stmt, format, args);
	va_end(args);
	*value = result == 1 ? sql_get_integer(stmt, 0) : 0;
	sql_finalize(stmt);
	return result < 0 ? -1 : 0;
}

int sql_textf(struct sql *db, char **value, const char *format, ...)
{
	struct sql_stmt *stmt;
	va_list args;
	const char *text;
	int result;

	*value = NULL;
	va_start(args, format);
	result = first_row(db, &stmt, format, args);
	va_end(args);
	text = result == 1 ? sql_get_text(stmt, 0) : NULL;
	if (text) {
		*value = strdup(text);
		if (!*value)
			result = no_memory(db);
	}
	sql_finalize(stmt);
	return result < 0 ? -1 : 0;
}

char *sql_format(const char *format, ...)
{
	va_list args;
	char *text, *copy;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	copy = text ? strdup(text) : NULL;
	sqlite3_free(text);
	if (!copy)
		errno = ENOMEM;
	return copy;
}

int sql_prepare(struct sql *db, const char *text, struct sql_stmt **made, const char **tail)
{
	sqlite3_stmt *handle = NULL;

	*made = NULL;
	if (sqlite3_prepare_v3(db->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &handle, tail) != SQLITE_OK) {
		if (tail)
			*tail = text;
		return failed(db);
	}
	if (!handle)
		return 0;
	*made = malloc(sizeof **made);
	if (!*made) {
		sqlite3_finalize(handle);
		return no_memory(db);
	}
	**made = (struct sql_stmt){.db = db, .handle = handle};
	return 0;
}

struct sql_stmt *sql_preparef(struct sql *db, const char *format, ...)
{
	struct sql_stmt *stmt = NULL;
	va_list args;
	char *text;

	va_start(args, format);
	text = sqlite3_vmprintf(format, args);
	va_end(args);
	if (!text)
		no_memory(db);
	else if (sql_prepare(db, text, &stmt, NULL) == 0 && !stmt)
		set_error(db, "", "no statement", SQL_OTHER, 0);
	sqlite3_free(text);
	return stmt;
}

void sql_finalize(struct sql_stmt *stmt)
{
	if (!stmt)
		return;
	sqlite3_finalize(stmt->handle);
	free(stmt);
}

int sql_step(struct sql_stmt *stmt)
{
	int code = sqlite3_step(stmt->handle);

	if (code == SQLITE_ROW)
		return 1;
	return code == SQLITE_DONE ? 0 : failed(stmt->db);
}

void sql_reset(struct sql_stmt *stmt)
{
	sqlite3_reset(stmt->handle);
}

int sql_run(struct sql_stmt *stmt)
{
	int result;

	do {
		result = sql_step(stmt);
	} while (result == 1);
	sqlite3_reset(stmt->handle);
	return result;
}

static int bound(struct sql_stmt *stmt, int code)
{
	return code == SQLITE_OK ? 0 : failed(stmt->db);
}

int sql_bind_null(struct sql_stmt *stmt, int at)
{
	return bound(stmt, sqlite3_bind_null(stmt->handle, at));
}

int sql_bind_integer(struct sql_stmt *stmt, int at, int64_t value)
{
	return bound(stmt, sqlite3_bind_int64(stmt->handle, at, value));
}

int sql_bind_real(struct sql_stmt *stmt, int at, double value)
{
	return bound(stmt, sqlite3_bind_double(stmt->handle, at, value));
}

int sql_bind_text(struct sql_stmt *stmt, int at, const char *text, size_t len)
{
	return bound(stmt, sqlite3_bind_text64(stmt->handle, at, text, len, SQLITE_STATIC, SQLITE_UTF8));
}

int sql_bind_blob(struct sql_stmt *stmt, int at, const void *bytes, size_t len)
{
	return bound(stmt, len ? sqlite3_bind_blob64(stmt->handle, at, bytes, len, SQLITE_STATIC)
			       : sqlite3_bind_zeroblob(stmt->handle, at, 0));
}

int sql_parameters(const struct sql_stmt *stmt)
{
	return sqlite3_bind_parameter_count(stmt->handle);
}

const char *sql_parameter(const struct sql_stmt *stmt, int at)
{
	return sqlite3_bind_parameter_name(stmt->handle, at);
}

int sql_columns(const struct sql_stmt *stmt)
{
	return sqlite3_column_count(stmt->handle);
}

const char *sql_column(const struct sql_stmt *stmt, int at)
{
	const char *name = sqlite3_column_name(stmt->handle, at);

	return name ? name : "";
}

enum sql_type sql_type(struct sql_stmt *stmt, int at)
{
	static const enum sql_type types[] = {
		[SQLITE_INTEGER] = SQL_INTEGER, [SQLITE_FLOAT] = SQL_REAL, [SQLITE_TEXT] = SQL_TEXT,
		[SQLITE_BLOB] = SQL_BLOB,	[SQLITE_NULL] = SQL_NULL,
	};

	return types[sqlite3_column_type(stmt->handle, at)];
}

int64_t sql_get_integer(struct sql_stmt *stmt, int at)
{
	return sqlite3_column_int64(stmt->handle, at);
}

double sql_get_real(struct sql_stmt *stmt, int at)
{
	return sqlite3_column_double(stmt->handle, at);
}

const char *sql_get_text(struct sql_stmt *stmt, int at)
{
	return (const char *)sqlite3_column_text(stmt->handle, at);
}

const void *sql_get_blob(struct sql_stmt *stmt, int at)
{
	return sqlite3_column_blob(stmt->handle, at);
}

size_t sql_get_bytes(struct sql_stmt *stmt, int at)
{
	return (size_t)sqlite3_column_bytes(stmt->handle, at);
}

const char *sql_statement(const struct sql_stmt *stmt)
{
	return sqlite3_sql(stmt->handle);
}

bool sql_reads_only(const struct sql_stmt *stmt)
{
	return sqlite3_stmt_readonly(stmt->handle);
}

bool sql_in_transaction(struct sql *db)
{
	return !sqlite3_get_autocommit(db->handle);
}

int64_t sql_changes(struct sql *db)
{
	return sqlite3_changes64(db->handle);
}

void sql_on_busy(struct sql *db, int (*wait)(void *data, int attempt), void *data)
{
	sqlite3_busy_handler(db->handle, wait, data);
}

static int after_commit(void *data, sqlite3 *handle, const char *name, int pages)
{
	struct sql *db = data;

	(void)handle;
	(void)name;
	db->committed(db->committed_data, pages);
	return SQLITE_OK;
}

void sql_on_commit(struct sql *db, void (*committed)(void *data, int wal_pages), void *data)
{
	db->committed = committed;
	db->committed_data = data;
	sqlite3_wal_hook(db->handle, committed ? after_commit : NULL, db);
}

void sql_on_progress(struct sql *db, int steps, int (*check)(void *data), void *data)
{
	sqlite3_progress_handler(db->handle, steps, check, data);
}

int sql_checkpoint(struct sql *db, enum sql_checkpoint how, int *pages, int *done)
{
	static const int modes[] = {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL, SQLITE_CHECKPOINT_RESTART,
				    SQLITE_CHECKPOINT_TRUNCATE};

	return sqlite3_wal_checkpoint_v2(db->handle, NULL, modes[how], pages, done) == SQLITE_OK ? 0 : failed(db);
}

void sql_interrupt(struct sql *db)
{
	sqlite3_interrupt(db->handle);
}

int sql_copy(struct sql *from, struct sql *to)
{
	sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
	int code;

	if (!backup)
		return failed(to);
	do {
		code = sqlite3_backup_step(backup, 4096);
	} while (code == SQLITE_OK);
	if (sqlite3_backup_finish(backup) == SQLITE_OK)
		return 0;
	return failed(to);
}

void sql_memory_limit(int64_t bytes)
{
	sqlite3_hard_heap_limit64(bytes);
}

const char *sql_version(void)
{
	return sqlite3_libversion();
}
