#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"
#include "profile.h"

#define MEMORY ":memory:"
#define TEXT_MAX ((size_t)256 << 20) /* bytes of a schema or spec */

static const char magic[] = "SQLite format 3"; /* with its NUL the first 16 bytes of a database */

/* The whole of an open file, NUL-terminated, which the caller frees; NULL with errno. */
static char *read_all(int fd, size_t *len)
{
	size_t room = 1 << 16;
	char *text = malloc(room), *larger;

	for (*len = 0; text; ) {
		ssize_t n = read(fd, text + *len, room - 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			text[*len] = '\0';
			if (n == 0)
				return text;
			break;
		}
		*len += (size_t)n;
		if (*len < room - 1)
			continue;
		if (room > TEXT_MAX) {
			errno = EFBIG;
			break;
		}
		room *= 2;
		larger = realloc(text, room);
		if (!larger)
			break;
		text = larger;
	}
	free(text);
	return NULL;
}

/* NULL after a complaint. */
static char *read_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : read_all(fd, len);

	if (!text)
		warn("%s:", path);
	if (fd >= 0)
		close(fd);
	return text;
}

/* Whether the file begins as a database does; -1 after a complaint. An empty file is a text. */
static int is_database(const char *path)
{
	char head[sizeof(magic)];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = -1;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0) {
		warn("%s:", path);
	} else if (!S_ISREG(st.st_mode)) {
		result = 0;
	} else {
		n = pread(fd, head, sizeof(head), 0);
		if (n < 0)
			warn("%s:", path);
		else
			result = n == (ssize_t)sizeof(head) && memcmp(head, magic, sizeof(head)) == 0;
	}
	if (fd >= 0)
		close(fd);
	return result;
}

/* A schema's text run on an empty database in memory, of which then only the schema is used. */
static int open_text(struct sql **db, const char *name, const char *text)
{
	if (sql_open(db, MEMORY, SQL_CREATE) != 0) {
		warn("%s", sql_error(*db));
		return -1;
	}
	if (sql_script(*db, name, text) != 0) {
		const char *error = sql_error(*db), *prefix = MEMORY ": ";

		warn("%s", strncmp(error, prefix, strlen(prefix)) == 0 ? error + strlen(prefix) : error);
		return -1;
	}
	return 0;
}

static int open_database(struct sql **db, const char *path)
{
	int64_t tables;

	if (sql_open(db, path, SQL_READ) == 0 && sql_integer(*db, &tables, "SELECT count(*) FROM sqlite_schema") == 0)
		return 0;
	warn("%s", sql_error(*db));
	return -1;
}

static int open_file(struct sql **db, const char *path, bool *text_only)
{
	int database = is_database(path);
	size_t len;
	char *text;
	int result;

	if (database < 0)
		return -1;
	if (database)
		return open_database(db, path);
	*text_only = true;
	text = read_file(path, &len);
	if (!text)
		return -1;
	if (strlen(text) == len) {
		result = open_text(db, path, text);
	} else {
		warn("%s: neither SQL text nor an SQLite database", path);
		result = -1;
	}
	free(text);
	return result;
}

/* *text_only: the schema is a text and not a database. */
static int open_schema(struct sql **db, const struct options *o, bool *text_only)
{
	*text_only = false;
	if (o->profile) {
		const struct embedded *file = profile_schema(o->profile);

		return open_text(db, file->name, file->text);
	}
	if (o->schema)
		return open_file(db, o->schema, text_only);
	return open_database(db, o->database);
}

static int read_settings(struct settings *s, struct sql *db)
{
	if (sql_integer(db, &s->page_size, "PRAGMA page_size") == 0 &&
	    sql_integer(db, &s->auto_vacuum, "PRAGMA auto_vacuum") == 0 &&
	    sql_integer(db, &s->user_version, "PRAGMA user_version") == 0 &&
	    sql_integer(db, &s->application_id, "PRAGMA application_id") == 0 &&
	    sql_textf(db, &s->encoding, "PRAGMA encoding") == 0)
		return 0;
	warn("%s", sql_error(db));
	return -1;
}

static int read_schema(struct source *source, struct sql *db)
{
	if (read_settings(&source->settings, db) != 0)
		return -1;
	if (schema_read(&source->schema, db) != 0) {
		warn("%s", source->schema.error ? source->schema.error : "out of memory");
		return -1;
	}
	if (source->schema.ntables == 0) {
		warn("the schema has no table");
		return -1;
	}
	return 0;
}

/* A schema's text may insert rows of its own, which are not taken over. */
static int warn_of_rows(const struct source *source, struct sql *db)
{
	for (size_t i = 0; i < source->schema.ntables; i++) {
		const char *name = source->schema.table[i].name;
		int64_t any;

		if (sql_integer(db, &any, "SELECT EXISTS (SELECT 1 FROM \"%w\")", name) != 0) {
			warn("%s", sql_error(db));
			return -1;
		}
		if (any)
			warn("%s: the rows that the schema's text inserts are left out", name);
	}
	return 0;
}

static int make_plan(struct source *source, const struct options *o, struct sql *live)
{
	struct plan_request request = {
		.seed = o->common.seed, .count = o->count, .ncounts = o->ncounts, .scale = o->scale, .append = live
	};
	size_t len = 0;

	if (o->spec) {
		source->spec = read_file(o->spec, &len);
		if (!source->spec)
			return -1;
	}
	if (o->profile) {
		const struct embedded *file = profile_spec(o->profile);

		request.spec_name = file->name;
		request.spec = file->text;
		request.spec_len = file->len;
		request.more_name = o->spec;
		request.more = source->spec;
		request.more_len = len;
	} else {
		request.spec_name = o->spec;
		request.spec = source->spec;
		request.spec_len = len;
	}
	if (plan_make(&source->plan, &source->schema, &request) == 0)
		return 0;
	warn("%s", source->plan.error ? source->plan.error : "out of memory");
	return -1;
}

int source_open(struct source *source, const struct options *options, struct sql *live)
{
	struct sql *db = NULL;
	bool text_only = false;
	int result;

	*source = (struct source){ 0 };
	result = live ? 0 : open_schema(&db, options, &text_only);
	if (result == 0)
		result = read_schema(source, live ? live : db);
	if (result == 0 && text_only)
		result = warn_of_rows(source, db);
	sql_close(db);
	return result == 0 ? make_plan(source, options, live) : -1;
}

void source_close(struct source *source)
{
	plan_free(&source->plan);
	schema_free(&source->schema);
	free(source->settings.encoding);
	free(source->spec);
}

const struct plan_table *source_table(const struct source *source, const char *name)
{
	const struct plan_table *table = plan_find(&source->plan, name);

	if (!table)
		warn("%s: no such table", name);
	return table;
}
