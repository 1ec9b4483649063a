#include "fill.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "complain.h"
#include "pipeline.h"
#include "stop.h"

/* Rows of a statement: more than a few dozen bring nothing, and SQLite compiles thousands of parameters slowly. */
#define STATEMENT_ROWS 50
#define STATEMENT_PARAMETERS 1000

struct inserter {
	const struct fill *fill;
	struct batches batches;
	struct sql_stmt *many, *one; /* statements for `rows` rows and for one */
	size_t rows;
	uint64_t done;
	struct hist *times;
};

/* Text that grows; NULL once there was no memory. */
struct text {
	char *s;
	size_t len, room;
};

static void append(struct text *text, const char *more)
{
	size_t len = strlen(more);

	if (text->s && text->len + len >= text->room) {
		char *larger = realloc(text->s, 2 * text->room + len);

		if (!larger)
			free(text->s);
		text->s = larger;
		text->room = 2 * text->room + len;
	}
	if (!text->s)
		return;
	memcpy(text->s + text->len, more, len + 1);
	text->len += len;
}

static void append_name(struct text *text, const char *name)
{
	char *quoted = sql_format("\"%w\"", name);

	if (quoted) {
		append(text, quoted);
	} else {
		free(text->s);
		text->s = NULL;
	}
	free(quoted);
}

/* INSERT of so many rows. OR FAIL keeps the rows before the one that fails, so that sql_changes() tells which it is,
 * and saves SQLite the journal of the statement; a conflict clause of the schema cannot drop rows silently. */
static char *statement_text(const struct batches *b, size_t rows)
{
	const struct table *table = b->table->table;
	struct text text = { .s = malloc(256), .room = 256 };

	append(&text, "INSERT OR FAIL INTO ");
	append_name(&text, table->name);
	if (b->ncolumns == 0) {
		append(&text, " DEFAULT VALUES");
		return text.s;
	}
	for (size_t i = 0; i < b->ncolumns; i++) {
		append(&text, i ? ", " : " (");
		append_name(&text, table->column[b->column[i]].name);
	}
	append(&text, ") VALUES ");
	for (size_t row = 0; row < rows; row++) {
		for (size_t i = 0; i < b->ncolumns; i++)
			append(&text, i ? ",?" : row ? ",(?" : "(?");
		append(&text, ")");
	}
	return text.s;
}

static struct sql_stmt *prepare(const struct inserter *in, size_t rows)
{
	struct sql_stmt *stmt = NULL;
	char *text = statement_text(&in->batches, rows);

	if (!text)
		complain("out of memory");
	else if (sql_prepare(in->fill->db, text, &stmt, NULL) != 0)
		complain("%s: %s", in->fill->name, sql_reason(in->fill->db));
	free(text);
	return stmt;
}

static int prepare_statements(struct inserter *in)
{
	size_t columns = in->batches.ncolumns;

	in->rows = columns ? STATEMENT_PARAMETERS / columns : 1;
	if (in->rows > STATEMENT_ROWS)
		in->rows = STATEMENT_ROWS;
	if (in->rows > in->batches.size)
		in->rows = in->batches.size;
	in->one = prepare(in, 1);
	if (!in->one || in->rows < 2)
		return in->one ? 0 : -1;
	in->many = prepare(in, in->rows);
	return in->many ? 0 : -1;
}

static int bind(struct sql_stmt *stmt, const struct value *value, size_t n)
{
	int error = 0;

	for (int at = 1; n > 0; n--, at++, value++) {
		switch (value->type) {
		case VALUE_NULL:
			error |= sql_bind_null(stmt, at);
			break;
		case VALUE_INTEGER:
			error |= sql_bind_integer(stmt, at, value->integer);
			break;
		case VALUE_REAL:
			error |= sql_bind_real(stmt, at, value->real);
			break;
		case VALUE_TEXT:
			error |= sql_bind_text(stmt, at, value->len ? value->bytes : "", value->len);
			break;
		case VALUE_BLOB:
			error |= sql_bind_blob(stmt, at, value->bytes, value->len);
			break;
		}
	}
	return error;
}

/* first: the row that the statement begins with. */
static int tell(const struct inserter *in, uint64_t first)
{
	const char *table = in->batches.table->table->name;
	struct sql *db = in->fill->db;

	if (sql_failure(db) == SQL_INTERRUPTED)
		return -1;
	if (sql_failure(db) == SQL_CONSTRAINT)
		complain("%s: row %" PRIu64 ": %s", table, first + (uint64_t)sql_changes(db), sql_reason(db));
	else
		complain("%s: %s", in->fill->name, sql_reason(db));
	return -1;
}

static int insert(const struct inserter *in, const struct batch *batch)
{
	const struct value *value = batch->value;

	for (size_t done = 0; done < batch->n; ) {
		bool many = in->many && batch->n - done >= in->rows;
		size_t rows = many ? in->rows : 1;
		struct sql_stmt *stmt = many ? in->many : in->one;

		if (bind(stmt, value, rows * in->batches.ncolumns) != 0 || sql_run(stmt) != 0)
			return tell(in, batch->first + done);
		value += rows * in->batches.ncolumns;
		done += rows;
	}
	return 0;
}

static int take(void *data, struct batch *batch)
{
	struct inserter *in = data;
	int64_t start = clock_now();

	if (stop_signal() || insert(in, batch) != 0)
		return -1;
	if (in->times && hist_record(in->times, clock_now() - start, 1) != 0) {
		complain("out of memory");
		return -1;
	}
	in->done += batch->n;
	if (in->fill->progress)
		in->fill->progress(in->fill->data, in->batches.table, in->done);
	return 0;
}

int fill_table(const struct fill *fill, const struct plan_table *table, struct hist *batches)
{
	struct inserter in = { .fill = fill, .times = batches };
	struct pipeline pipeline = { .batches = &in.batches, .threads = fill->threads, .take = take, .data = &in };
	int result = -1;

	if (table->rows == 0)
		return 0;
	if (batches_init(&in.batches, table) != 0)
		complain("out of memory");
	else if (prepare_statements(&in) == 0)
		result = pipeline_run(&pipeline);
	sql_finalize(in.one);
	sql_finalize(in.many);
	batches_free(&in.batches);
	return result;
}
