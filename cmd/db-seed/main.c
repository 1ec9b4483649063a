/* db-seed: SQLite databases full of rows that look like production's, the same for the same seed. */
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "append.h"
#include "build.h"
#include "complain.h"
#include "options.h"
#include "preview.h"
#include "print.h"
#include "profile.h"
#include "report.h"
#include "session.h"
#include "source.h"
#include "stop.h"

/* What SQLite sorts goes where the database goes, and not to a /tmp that may be small or in memory. */
static void set_temporary(const char *database)
{
	char *copy = x_strdup(database);

	if (setenv("SQLITE_TMPDIR", dirname(copy), 0) != 0)
		die("SQLITE_TMPDIR:");
	free(copy);
}

/* What is read as a database must be a file: a FIFO would be waited for. */
static void check_database(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		die("%s:", path);
	if (S_ISDIR(st.st_mode))
		die("%s: Is a directory", path);
	if (!S_ISREG(st.st_mode))
		die("%s: not a regular file", path);
}

/* The database's own schema, or what it holds, is looked at. */
static bool reads_database(const struct options *o)
{
	return o->append || (!o->profile && !o->schema);
}

/* Tasks that read the source and leave the database alone. */
static int look(const struct options *o)
{
	struct append append = { 0 };
	struct source source = { 0 };
	const struct plan_table *table;
	int result = o->append ? append_open(&append, o->database, true) : 0;

	if (result == 0)
		result = source_open(&source, o, append.db);
	append_close(&append);
	if (result == 0 && o->task == TASK_PRINT) {
		table = source_table(&source, o->print);
		result = table ? print_rows(table, o->threads) : -1;
	} else if (result == 0) {
		result = preview(stdout, &source, o);
	}
	source_close(&source);
	return result;
}

static int tell_results(struct session *s)
{
	const struct options *o = s->options;
	struct report report = {
		.database = o->database, .checked = o->check != AUDIT_NONE, .threads = o->threads,
		.seed = o->common.seed, .mode = s->writer.mode, .results = &s->results
	};

	progress_clear(&s->progress);
	return s->output.text ? report_print(stdout, &report) : 0;
}

static int fill_source(const struct options *o, char *const *argv, struct append *append, const struct source *source)
{
	struct session session;
	int result;

	session_open(&session, o, argv, source->plan.ntables);
	complain_start(&session.progress);
	result = o->append ? append_rows(append, &session, source) : build(&session, source);
	progress_clear(&session.progress);
	append_close(append);
	if (result != 0 && stop_signal())
		session_interrupted(&session, stop_signal());
	if (result == 0)
		result = tell_results(&session);
	return session_close(&session, result == 0 ? STATUS_DONE : STATUS_TROUBLE);
}

static int fill(const struct options *o, char *const *argv)
{
	struct append append = { 0 };
	struct source source = { 0 };
	int status = STATUS_TROUBLE;

	if ((!o->append || append_open(&append, o->database, false) == 0) && source_open(&source, o, append.db) == 0)
		status = fill_source(o, argv, &append, &source);
	else
		append_close(&append);
	source_close(&source);
	return status;
}

static void show(const struct embedded *file)
{
	fwrite(file->text, 1, file->len, stdout);
}

static int run(const struct options *o, char *const *argv)
{
	switch (o->task) {
	case TASK_LIST:
		profile_list();
		return STATUS_DONE;
	case TASK_SHOW_SCHEMA:
		show(profile_schema(o->profile));
		return STATUS_DONE;
	case TASK_SHOW_SPEC:
		show(profile_spec(o->profile));
		return STATUS_DONE;
	case TASK_DRY_RUN:
	case TASK_PRINT:
		return look(o) == 0 ? STATUS_DONE : STATUS_TROUBLE;
	default:
		return fill(o, argv);
	}
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	die_init(argv);
	options_parse(&options, argc, argv);
	if (options.database && reads_database(&options))
		check_database(options.database);
	if (options.database)
		set_temporary(options.database);
	stop_install();
	status = run(&options, argv);
	/* What is done although a signal came stays done. */
	if (status != STATUS_DONE && stop_signal())
		status = STATUS_SIGNAL + stop_signal();
	options_free(&options);
	return finish(status);
}
