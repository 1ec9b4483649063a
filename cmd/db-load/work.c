#include "work.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "embed.h"
#include "params.h"
#include "table.h"

#define PREFIX "workloads/"
#define SUFFIX ".sql"
#define SCRIPT_MAX (64 << 20) /* bytes of a script file */

/* --- built-in workloads --- */

static bool is_workload(const struct embedded *file)
{
	size_t len = strlen(file->name);

	return strncmp(file->name, PREFIX, strlen(PREFIX)) == 0 && len > strlen(PREFIX SUFFIX) &&
	       strcmp(file->name + len - strlen(SUFFIX), SUFFIX) == 0;
}

static char *workload_name(const struct embedded *file)
{
	return x_asprintf("%.*s", (int)(strlen(file->name) - strlen(PREFIX SUFFIX)), file->name + strlen(PREFIX));
}

static const struct embedded *find_workload(const char *name)
{
	char *path = x_asprintf(PREFIX "%s" SUFFIX, name);
	const struct embedded *file = embed_find(embedded_files, path);

	free(path);
	return file;
}

void works_list(FILE *out)
{
	static const char *const header[] = {"workload", "about", NULL};
	struct table *table = x_table_new("ll", header);
	char error[SCRIPT_ERROR];

	for (const struct embedded *file = embedded_files; file->name; file++) {
		struct script *script;
		char *name;

		if (!is_workload(file))
			continue;
		name = workload_name(file);
		script = script_parse(name, file->text, error);
		if (!script)
			die("%s", error);
		table_add(table, name);
		table_add(table, script->about);
		script_free(script);
		free(name);
	}
	x_table_print(table, out, TABLE_TEXT, false);
}

int works_show(FILE *out, const char *name)
{
	const struct embedded *file = find_workload(name);

	if (file)
		fputs(file->text, out);
	return file ? 0 : -1;
}

/* --- loading --- */

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = x_malloc(65536);
	size_t room = 65536, len = 0;

	while (file) {
		len += fread(text + len, 1, room - 1 - len, file);
		if (len < room - 1)
			break;
		if (room >= SCRIPT_MAX)
			die("%s: over %d bytes, which is no script", path, SCRIPT_MAX);
		room *= 2;
		text = x_reallocarray(text, room, 1);
	}
	if (!file || ferror(file))
		die("%s:", path);
	fclose(file);
	text[len] = '\0';
	if (memchr(text, '\0', len))
		die("%s: holds a NUL byte, which no script does", path);
	return text;
}

static struct script *load(const struct source *source)
{
	char error[SCRIPT_ERROR], *text = NULL;
	const struct embedded *file = NULL;
	struct script *script;

	if (source->builtin) {
		file = find_workload(source->name);
		if (!file)
			die("--builtin %s: there is no such workload; --list names them", source->name);
	} else {
		text = read_file(source->name);
	}
	script = script_parse(source->name, file ? file->text : text, error);
	if (!script)
		die("%s", error);
	free(text);
	return script;
}

/* db/NAME, of the file's name without its directory and .sql. */
static char *default_bench(const char *name)
{
	const char *base = strrchr(name, '/');
	size_t len;

	base = base ? base + 1 : name;
	len = strlen(base);
	if (len > strlen(SUFFIX) && strcmp(base + len - strlen(SUFFIX), SUFFIX) == 0)
		len -= strlen(SUFFIX);
	return x_asprintf("db/%.*s", (int)len, base);
}

static void set_param(char **params, const char *key, const char *value)
{
	char *more = measuring_params(*params, key, value);

	free(*params);
	*params = more;
}

void works_param(struct works *w, struct work *work, const char *key, const char *value)
{
	if (work) {
		set_param(&work->params, key, value);
		/* What concerns the whole run is the one script's. */
		if (w->n == 1)
			set_param(&w->params, key, value);
		return;
	}
	set_param(&w->params, key, value);
	for (size_t i = 0; i < w->n; i++)
		set_param(&w->work[i].params, key, value);
}

/* --param has the last word. */
static void add_param(struct works *w, const struct options *o, const char *key, const char *value)
{
	char *said = params_get(o->common.params, key);

	if (!said && errno != ENOENT)
		die("out of memory");
	if (!said)
		works_param(w, NULL, key, value);
	free(said);
}

/* Those of the options that were given, so that runs which differ in them are not taken for the same. */
static void set_params(struct works *w, const struct options *o)
{
	char number[64];

	snprintf(number, sizeof number, "%" PRId64, o->clients);
	add_param(w, o, "clients", number);
	if (o->rate > 0) {
		snprintf(number, sizeof number, "%.10g", o->rate);
		add_param(w, o, "rate", number);
	}
	if (o->cache != CACHE_AS_IT_IS)
		add_param(w, o, "cache", o->cache == CACHE_HOT ? "hot" : "cold");
	if (o->journal)
		add_param(w, o, "journal", o->journal);
	if (o->sync)
		add_param(w, o, "sync", o->sync);
	if (o->max_memory) {
		snprintf(number, sizeof number, "%" PRId64, o->max_memory);
		add_param(w, o, "memory", number);
	}
}

static void number_series(struct works *w)
{
	size_t next = 0;

	for (size_t i = 0; i < w->n; i++) {
		w->work[i].series = next;
		w->work[i].labels = w->labels;
		next += SERIES_LABELS + w->work[i].script->nlabels;
		w->labels += w->work[i].script->nlabels;
	}
	w->checkpoint = next++;
	w->delay = next++;
	w->series = next;
}

static void check_benches(const struct works *w)
{
	for (size_t i = 0; i < w->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (strcmp(w->work[i].bench, w->work[k].bench) == 0)
				die_usage("%s and %s: both are the benchmark %s; \\bench gives a script another name",
					  w->work[k].script->name, w->work[i].script->name, w->work[i].bench);
		}
	}
}

/* -D: the value of a variable in every script that speaks of it. */
static void define(struct works *w, const char *argument)
{
	char *name = x_strdup(argument), *equals = strchr(name, '=');

	*equals = '\0';
	for (size_t i = 0; i < w->n; i++) {
		struct script *s = w->work[i].script;
		int slot = script_variable(s, name, strlen(name), 0);

		values_grow(&w->work[i].values, s->nvariables);
		values_set_argument(&w->work[i].values, slot, equals + 1);
		s->variable[slot].assigned = s->variable[slot].fixed = true;
	}
	free(name);
}

int works_check(const struct works *w, const struct options *o)
{
	for (const char **argument = o->define; argument && *argument; argument++) {
		size_t len = strcspn(*argument, "=");
		bool known = false;

		for (size_t i = 0; i < w->n; i++) {
			const struct script *s = w->work[i].script;

			for (size_t k = 0; k < s->nvariables; k++)
				known |= strlen(s->variable[k].name) == len && s->variable[k].line > 0 &&
					 strncmp(s->variable[k].name, *argument, len) == 0;
		}
		if (known)
			continue;
		warn("--define %s: no script speaks of that variable", *argument);
		return -1;
	}
	return 0;
}

void works_load(struct works *w, const struct options *o)
{
	const char *bench = o->common.bench;

	*w = (struct works){.n = o->nsources};
	w->work = x_calloc(w->n, sizeof *w->work);
	w->params = x_strdup(o->common.params);
	for (size_t i = 0; i < w->n; i++) {
		struct work *work = &w->work[i];

		work->script = load(&o->source[i]);
		work->weight = o->source[i].weight;
		w->weights += work->weight;
		work->params = x_strdup(o->common.params);
		work->bench = bench && w->n == 1    ? x_strdup(bench)
			      : work->script->bench ? x_strdup(work->script->bench)
						    : default_bench(work->script->name);
		work->keys = x_calloc(work->script->nkeys + 1, sizeof *work->keys);
		values_init(&work->values, work->script->nvariables);
	}
	check_benches(w);
	w->bench = x_strdup(bench ? bench : w->n == 1 ? w->work[0].bench : "db/load");
	for (const char **argument = o->define; argument && *argument; argument++)
		define(w, *argument);
	set_params(w, o);
	number_series(w);
}

void works_free(struct works *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct work *work = &w->work[i];

		for (size_t k = 0; k < work->script->nkeys; k++)
			keys_free(&work->keys[k]);
		for (size_t k = 0; work->plan && k < work->script->nlabels; k++)
			free(work->plan[k]);
		free(work->plan);
		free(work->keys);
		values_free(&work->values);
		free(work->bench);
		free(work->params);
		script_free(work->script);
	}
	free(w->work);
	free(w->bench);
	free(w->params);
}
