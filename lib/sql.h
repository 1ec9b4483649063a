#ifndef BENCHPIPE_SQL_H
#define BENCHPIPE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* SQLite: the only module that knows it. A connection belongs to one thread at a time. */

struct sql;      /* a connection */
struct sql_stmt; /* a prepared statement of a connection */

/* Existing and not to be written (though a WAL left by a crash is applied, as any reader does), existing, made where
 * absent. */
enum sql_open { SQL_READ, SQL_WRITE, SQL_CREATE };

/* What kind of failure the last one was. */
enum sql_failure {
	SQL_FINE,
	SQL_BUSY,       /* SQLITE_BUSY, SQLITE_LOCKED: somebody holds the lock */
	SQL_FULL,       /* the disk, or a limit on memory or pages */
	SQL_IO,         /* reading or writing failed in another way */
	SQL_CONSTRAINT,
	SQL_BROKEN,     /* SQLITE_CORRUPT, SQLITE_NOTADB */
	SQL_READONLY,
	SQL_INTERRUPTED,
	SQL_NO_MEMORY,
	SQL_OTHER
};

enum sql_type { SQL_NULL, SQL_INTEGER, SQL_REAL, SQL_TEXT, SQL_BLOB };

/* 0, or -1. *db is to be closed in both cases, and tells the error; it is NULL where there was no memory
 * for it. Foreign keys are not enforced unless asked for by pragma; no mmap. */
int sql_open(struct sql **db, const char *path, enum sql_open how);
void sql_close(struct sql *db); /* NULL is fine; statements first */

/* The last failure as "path: why", or "path: name:line: why" from sql_script(); for a NULL db "out of memory".
 * Lives until the next call. */
const char *sql_error(const struct sql *db);
const char *sql_reason(const struct sql *db); /* SQLite's own words alone */
enum sql_failure sql_failure(const struct sql *db);
int sql_errno(const struct sql *db); /* of the system call that failed, 0 where none did */

/* All of these: 0, or -1 with sql_error(). The f's take sqlite3_mprintf()'s %q, %Q, %w besides printf's. */
int sql_exec(struct sql *db, const char *text);
int sql_execf(struct sql *db, const char *format, ...);
int sql_script(struct sql *db, const char *name, const char *text); /* an error names the line in the text */
int sql_integer(struct sql *db, int64_t *value, const char *format, ...); /* the first column of the first row; 0 where none */
int sql_textf(struct sql *db, char **value, const char *format, ...);     /* the same; caller frees; NULL where none or NULL */
char *sql_format(const char *format, ...); /* sqlite3_mprintf into malloc()ed memory; NULL with ENOMEM */

/* Compile the first statement of text; *stmt is NULL where there is none (white space, comments). *tail, where
 * not NULL, gets what follows it. 0, or -1. */
int sql_prepare(struct sql *db, const char *text, struct sql_stmt **stmt, const char **tail);
struct sql_stmt *sql_preparef(struct sql *db, const char *format, ...); /* NULL on failure */
void sql_finalize(struct sql_stmt *stmt); /* NULL is fine */

int sql_step(struct sql_stmt *stmt); /* 1 a row, 0 done, -1 failed */
void sql_reset(struct sql_stmt *stmt); /* keeps what is bound */
int sql_run(struct sql_stmt *stmt); /* step to the end and reset: 0, or -1 */

/* Parameters count from 1. Text and blobs are not copied: they must live until the statement has run. 0, or -1. */
int sql_bind_null(struct sql_stmt *stmt, int at);
int sql_bind_integer(struct sql_stmt *stmt, int at, int64_t value);
int sql_bind_real(struct sql_stmt *stmt, int at, double value);
int sql_bind_text(struct sql_stmt *stmt, int at, const char *text, size_t len);
int sql_bind_blob(struct sql_stmt *stmt, int at, const void *bytes, size_t len);
int sql_parameters(const struct sql_stmt *stmt);
const char *sql_parameter(const struct sql_stmt *stmt, int at); /* its name with the ':', NULL where it has none */

/* Columns count from 0; texts live until the next step or reset. */
int sql_columns(const struct sql_stmt *stmt);
const char *sql_column(const struct sql_stmt *stmt, int at); /* its name */
enum sql_type sql_type(struct sql_stmt *stmt, int at);
int64_t sql_get_integer(struct sql_stmt *stmt, int at);
double sql_get_real(struct sql_stmt *stmt, int at);
const char *sql_get_text(struct sql_stmt *stmt, int at); /* NULL for NULL */
const void *sql_get_blob(struct sql_stmt *stmt, int at);
size_t sql_get_bytes(struct sql_stmt *stmt, int at);      /* after sql_get_text() or sql_get_blob() */

const char *sql_statement(const struct sql_stmt *stmt); /* its text */
bool sql_reads_only(const struct sql_stmt *stmt);
bool sql_in_transaction(struct sql *db);
int64_t sql_changes(struct sql *db); /* rows that the last statement changed */

/* Called while the lock is another's: attempt counts from 0; non-zero: try again. NULL: do not wait. */
void sql_on_busy(struct sql *db, int (*wait)(void *data, int attempt), void *data);

/* Called after each commit in WAL mode with the pages then in the WAL. Switches SQLite's own checkpoints off. */
void sql_on_commit(struct sql *db, void (*committed)(void *data, int wal_pages), void *data);

/* Called every so many virtual machine steps; non-zero interrupts. */
void sql_on_progress(struct sql *db, int steps, int (*check)(void *data), void *data);

enum sql_checkpoint { SQL_PASSIVE, SQL_FULL_CHECKPOINT, SQL_RESTART, SQL_TRUNCATE };

/* 0, or -1. pages in the WAL, and how many of them are now in the database; may be NULL. */
int sql_checkpoint(struct sql *db, enum sql_checkpoint how, int *pages, int *done);

void sql_interrupt(struct sql *db); /* from any thread or signal handler */

/* Copy from's whole content, consistent, to a new file or over to's. 0, or -1 with the error in to. */
int sql_copy(struct sql *from, struct sql *to);

/* For other modules of the library that speak to SQLite: its own handles, and to keep what it says of its last
 * failure (always -1). */
struct sqlite3 *sql_handle(struct sql *db);
struct sqlite3_stmt *sql_stmt_handle(struct sql_stmt *stmt);
int sql_failed(struct sql *db);

void sql_memory_limit(int64_t bytes); /* of all of SQLite's heap; what goes over fails as SQL_NO_MEMORY. 0: none */
const char *sql_version(void);

#endif
