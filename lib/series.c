#include "series.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "params.h"
#include "reader.h"

/* An open-addressing table from a hash to positions in an array of the set. */
struct index {
	struct slot {
		uint64_t hash;
		uint32_t position; /* plus 1; 0: free */
	} *slot;
	size_t size, used;
};

struct series_index {
	struct index series, runs;
	uint32_t *next;        /* for each series: the one that followed it last time */
	uint32_t last, run;    /* the last hits */
	size_t series_size, runs_size, skips_size;
};

static uint64_t hash_text(uint64_t hash, const char *text)
{
	/* FNV-1a */
	for (const unsigned char *p = (const unsigned char *)text;; p++) {
		hash = (hash ^ *p) * UINT64_C(1099511628211);
		if (!*p)
			return hash;
	}
}

static int index_grow(struct index *index)
{
	size_t size = index->size ? 2 * index->size : 64;
	struct slot *slot = calloc(size, sizeof *slot);

	if (!slot)
		return -1;
	for (size_t i = 0; i < index->size; i++) {
		if (!index->slot[i].position)
			continue;
		size_t k = index->slot[i].hash & (size - 1);
		while (slot[k].position)
			k = (k + 1) & (size - 1);
		slot[k] = index->slot[i];
	}
	free(index->slot);
	index->slot = slot;
	index->size = size;
	return 0;
}

static int index_add(struct index *index, uint64_t hash, size_t position)
{
	if (2 * index->used >= index->size && index_grow(index) != 0)
		return -1;
	size_t k = hash & (index->size - 1);
	while (index->slot[k].position)
		k = (k + 1) & (index->size - 1);
	index->slot[k] = (struct slot){hash, (uint32_t)position + 1};
	index->used++;
	return 0;
}

/* Walk the positions stored under hash: start with *k = SIZE_MAX. -1 at the end. */
static int64_t index_next(const struct index *index, uint64_t hash, size_t *k)
{
	if (!index->size)
		return -1;
	*k = *k == SIZE_MAX ? hash & (index->size - 1) : (*k + 1) & (index->size - 1);
	for (; index->slot[*k].position; *k = (*k + 1) & (index->size - 1)) {
		if (index->slot[*k].hash == hash)
			return index->slot[*k].position - 1;
	}
	return -1;
}

/* The array with room for one more than count elements, NULL with no memory (it stays as it was). */
static void *grown(void *array, size_t *size, size_t count, size_t element)
{
	if (count < *size)
		return array;
	size_t bigger = *size ? 2 * *size : 8;
	void *p = reallocarray(array, bigger, element);
	if (p)
		*size = bigger;
	return p;
}

static int fail(struct series_set *set, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct series_set *set, const char *format, ...)
{
	va_list args;

	free(set->error);
	va_start(args, format);
	if (vasprintf(&set->error, format, args) < 0)
		set->error = NULL;
	va_end(args);
	return -1;
}

static int no_memory(struct series_set *set)
{
	return fail(set, "out of memory");
}

const char *series_error(const struct series_set *set)
{
	return set->error ? set->error : "out of memory";
}

struct series_set *series_new(const struct series_options *options)
{
	struct series_set *set = calloc(1, sizeof *set);

	if (!set)
		return NULL;
	set->options = options;
	set->index = calloc(1, sizeof *set->index);
	if (!set->index) {
		free(set);
		return NULL;
	}
	return set;
}

static void free_series(struct series *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->nruns; i++)
		hist_free(s->run[i].hist);
	for (size_t q = 0; q < 4; q++)
		free(s->interval[q]);
	free(s->run);
	free(s->value);
	free(s->part);
	free(s->seq);
	free(s->stat);
	free(s->bench);
	free(s->params);
	free(s->metric);
	free(s);
}

void series_free(struct series_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->nseries; i++)
		free_series(set->series[i]);
	for (size_t i = 0; i < set->nruns; i++)
		free(set->run[i].id);
	for (size_t i = 0; i < set->nskips; i++) {
		free(set->skip[i].bench);
		free(set->skip[i].params);
		free(set->skip[i].metric);
		free(set->skip[i].reason);
	}
	free(set->series);
	free(set->run);
	free(set->skip);
	free(set->index->series.slot);
	free(set->index->runs.slot);
	free(set->index->next);
	free(set->index);
	free(set->error);
	free(set);
}

static bool same_identity(const struct series *s, const char *bench, const char *params, const char *metric)
{
	return strcmp(s->metric, metric) == 0 && strcmp(s->bench, bench) == 0 && strcmp(s->params, params) == 0;
}

static uint64_t hash_identity(const char *bench, const char *params, const char *metric)
{
	return hash_text(hash_text(hash_text(UINT64_C(14695981039346656037), bench), params), metric);
}

static int64_t lookup(const struct series_set *set, uint64_t hash, const char *bench, const char *params,
		      const char *metric)
{
	size_t k = SIZE_MAX;
	int64_t i;

	while ((i = index_next(&set->index->series, hash, &k)) >= 0) {
		if (same_identity(set->series[i], bench, params, metric))
			break;
	}
	return i;
}

struct series *series_find(const struct series_set *set, const char *bench, const char *params, const char *metric)
{
	int64_t i = lookup(set, hash_identity(bench, params, metric), bench, params, metric);

	return i < 0 ? NULL : set->series[i];
}

static struct series *new_series(const struct record *r)
{
	struct series *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->bench = strdup(r->bench);
	s->params = strdup(r->params);
	s->metric = strdup(r->metric);
	s->unit = r->unit;
	s->better = r->better;
	s->is_hist = r->type == RECORD_HIST;
	if (s->bench && s->params && s->metric)
		return s;
	free_series(s);
	return NULL;
}

static int64_t add_series(struct series_set *set, uint64_t hash, const struct record *r)
{
	struct series_index *index = set->index;
	size_t size = index->series_size;

	uint32_t *next = grown(index->next, &size, set->nseries, sizeof *next);
	if (!next)
		return -1;
	index->next = next;
	struct series **all = grown(set->series, &index->series_size, set->nseries, sizeof *all);
	if (!all)
		return -1;
	set->series = all;
	struct series *s = new_series(r);
	if (!s)
		return -1;
	if (index_add(&index->series, hash, set->nseries) != 0) {
		free_series(s);
		return -1;
	}
	index->next[set->nseries] = 0;
	set->series[set->nseries] = s;
	return (int64_t)set->nseries++;
}

/* The record's series, made where there is none yet; NULL with no memory. Records of one
 * identity tend to follow those of the same other one, so that guess is tried first. */
static struct series *series_of(struct series_set *set, const struct record *r)
{
	struct series_index *index = set->index;

	if (set->nseries) {
		uint32_t guess = index->next[index->last];
		if (same_identity(set->series[guess], r->bench, r->params, r->metric)) {
			index->last = guess;
			return set->series[guess];
		}
	}
	uint64_t hash = hash_identity(r->bench, r->params, r->metric);
	int64_t i = lookup(set, hash, r->bench, r->params, r->metric);
	if (i < 0) {
		i = add_series(set, hash, r);
		if (i < 0)
			return NULL;
	}
	index->next[index->last] = (uint32_t)i;
	index->last = (uint32_t)i;
	return set->series[i];
}

/* The run's number, added where it is new; -1 with no memory. */
static int64_t run_of(struct series_set *set, const char *id)
{
	struct series_index *index = set->index;
	size_t k = SIZE_MAX;
	int64_t i;

	if (set->nruns && strcmp(set->run[index->run].id, id) == 0)
		return index->run;
	uint64_t hash = hash_text(UINT64_C(14695981039346656037), id);
	while ((i = index_next(&index->runs, hash, &k)) >= 0) {
		if (strcmp(set->run[i].id, id) == 0)
			break;
	}
	if (i < 0) {
		struct series_info *all = grown(set->run, &index->runs_size, set->nruns, sizeof *all);
		if (!all)
			return -1;
		set->run = all;
		char *copy = strdup(id);
		if (!copy || index_add(&index->runs, hash, set->nruns) != 0) {
			free(copy);
			return -1;
		}
		set->run[set->nruns] = (struct series_info){.id = copy};
		i = (int64_t)set->nruns++;
	}
	index->run = (uint32_t)i;
	return i;
}

/* This run's part of the series, added where it is new; NULL with no memory. */
static struct series_run *part_of(struct series *s, uint32_t run)
{
	for (size_t i = s->nruns; i-- > 0;) {
		if (s->run[i].run == run)
			return &s->run[i];
	}
	/* Sizes double: there is room unless the count is a power of two. */
	if ((s->nruns & (s->nruns - 1)) == 0) {
		void *p = reallocarray(s->run, s->nruns ? 2 * s->nruns : 1, sizeof *s->run);
		if (!p)
			return NULL;
		s->run = p;
	}
	s->run[s->nruns] = (struct series_run){.run = run};
	return &s->run[s->nruns++];
}

static int resize(struct series *s, bool keep_seq, size_t size)
{
	double *value = reallocarray(s->value, size, sizeof *value);
	if (value)
		s->value = value;
	uint32_t *part = reallocarray(s->part, size, sizeof *part);
	if (part)
		s->part = part;
	int64_t *seq = keep_seq ? reallocarray(s->seq, size, sizeof *seq) : NULL;
	if (seq)
		s->seq = seq;
	return value && part && (seq || !keep_seq) ? 0 : -1;
}

static int add_sample(struct series_set *set, struct series *s, struct series_run *part, const struct record *r)
{
	bool keep_seq = set->options->keep_seq;

	if (!r->ok) {
		s->errors++;
		return 0;
	}
	if ((s->n & (s->n - 1)) == 0 && (s->n == 0 || s->n >= 8) && resize(s, keep_seq, s->n ? 2 * s->n : 8) != 0)
		return -1;
	s->value[s->n] = r->value;
	s->part[s->n] = (uint32_t)(part - s->run);
	if (keep_seq)
		s->seq[s->n] = r->seq;
	s->n++;
	part->n++;
	return 0;
}

static int add_intervals(struct series_set *set, struct series *s, const struct hist *h)
{
	for (size_t q = 0; q < set->options->nquantiles; q++) {
		if ((s->nintervals & (s->nintervals - 1)) == 0) {
			double *p = reallocarray(s->interval[q], s->nintervals ? 2 * s->nintervals : 1, sizeof *p);
			if (!p)
				return -1;
			s->interval[q] = p;
		}
		s->interval[q][s->nintervals] = hist_quantile(h, set->options->quantile[q]);
	}
	s->nintervals++;
	return 0;
}

static int add_hist(struct series_set *set, struct series *s, struct series_run *part, const struct record *r)
{
	const struct record_hist *from = &r->hist;
	struct hist *h;
	int result = -1;

	if (from->n == 0)
		return 0;
	h = hist_new();
	if (!h || hist_add(h, from->upper, from->counts, from->n, from->min, from->max, from->sum) != 0)
		goto end;
	if (!part->hist && !(part->hist = hist_new()))
		goto end;
	if (hist_merge(part->hist, h) != 0 || add_intervals(set, s, h) != 0)
		goto end;
	part->n = hist_count(part->hist);
	result = 0;
end:
	hist_free(h);
	return result;
}

static int add_stat(struct series_set *set, struct series *s, const struct record *r)
{
	if (s->stat)
		return fail(set, "a second summary (\"stat\") of %s %s", s->bench, s->metric);
	s->stat = malloc(sizeof *s->stat);
	if (!s->stat)
		return no_memory(set);
	*s->stat = r->stat;
	return 0;
}

bool series_matches(const char *const *globs, const char *text)
{
	if (!globs)
		return true;
	for (; *globs; globs++) {
		if (fnmatch(*globs, text, 0) == 0)
			return true;
	}
	return false;
}

static int add_data(struct series_set *set, const struct record *r)
{
	const struct series_options *o = set->options;

	if (!series_matches(o->filter, r->bench) || !series_matches(o->metric, r->metric) || (r->warmup && !o->warmup))
		return 0;
	int64_t run = run_of(set, r->run);
	struct series *s = run < 0 ? NULL : series_of(set, r);
	if (!s)
		return no_memory(set);
	if (s->unit != r->unit)
		return fail(set, "%s %s: unit %s, where it was %s before", r->bench, r->metric, unit_name(r->unit),
			    unit_name(s->unit));
	s->mode = mode_join(s->mode, r->mode);
	if (r->type == RECORD_STAT)
		return add_stat(set, s, r);
	bool empty = s->n == 0 && s->nruns == 0;
	if (!empty && s->is_hist != (r->type == RECORD_HIST))
		return fail(set, "%s %s: a %s, where there were %s before", r->bench, r->metric,
			    s->is_hist ? "sample" : "histogram", s->is_hist ? "histograms" : "samples");
	s->is_hist = r->type == RECORD_HIST;
	struct series_run *part = part_of(s, (uint32_t)run);
	if (!part || (s->is_hist ? add_hist(set, s, part, r) : add_sample(set, s, part, r)) != 0)
		return errno == ENOMEM ? no_memory(set)
				       : fail(set, "%s %s: %s", r->bench, r->metric,
					      errno == ERANGE ? "counts over 64 bits" : "a broken histogram");
	return 0;
}

static int add_run(struct series_set *set, const struct record *r)
{
	int64_t i = run_of(set, r->run);

	if (i < 0)
		return no_memory(set);
	struct series_info *run = &set->run[i];
	memcpy(run->host, r->info.host.id, sizeof run->host);
	memcpy(run->cpu, r->info.host.cpu, sizeof run->cpu);
	memcpy(run->os, r->info.host.os, sizeof run->os);
	memcpy(run->commit, r->info.vcs.commit, sizeof run->commit);
	run->dirty = r->info.vcs.dirty;
	return 0;
}

static int add_skip(struct series_set *set, const struct record *r)
{
	if (!series_matches(set->options->filter, r->bench) ||
	    (*r->metric && !series_matches(set->options->metric, r->metric)))
		return 0;
	struct series_skip *all = grown(set->skip, &set->index->skips_size, set->nskips, sizeof *all);
	if (!all)
		return no_memory(set);
	set->skip = all;
	struct series_skip *skip = &set->skip[set->nskips++];
	skip->bench = strdup(r->bench);
	skip->params = strdup(r->params);
	skip->metric = strdup(r->metric);
	skip->reason = strdup(r->reason);
	return skip->bench && skip->params && skip->metric && skip->reason ? 0 : no_memory(set);
}

int series_add(struct series_set *set, const struct record *r)
{
	int result = 0;

	set->records++;
	switch (r->type) {
	case RECORD_SAMPLE:
	case RECORD_HIST:
	case RECORD_STAT:
		return add_data(set, r);
	case RECORD_RUN:
		result = add_run(set, r);
		break;
	case RECORD_SKIP:
		result = add_skip(set, r);
		break;
	default:
		if (set->options->keep && set->options->keep(set->options->keep_data, r) != 0)
			return no_memory(set);
	}
	if (result == 0 && set->options->pass && r->line) {
		fwrite(r->line, 1, r->line_len, set->options->pass);
		putc('\n', set->options->pass);
	}
	return result;
}

int series_read(struct series_set *set, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct reader *reader = reader_open(path);
	uint64_t before = set->records;
	struct record r;
	int more;

	if (!reader)
		return fail(set, "%s: %s", name, strerror(errno));
	reader_set_lenient(reader, set->options->lenient);
	while ((more = reader_next(reader, &r)) == 1) {
		errno = 0;
		if (series_add(set, &r) == 0)
			continue;
		char *what = set->error;
		set->error = NULL;
		fail(set, "%s:%llu: %s", name, (unsigned long long)reader_line(reader), what ? what : "out of memory");
		free(what);
		break;
	}
	set->left_out += reader_left_out(reader);
	if (more < 0)
		fail(set, "%s", reader_error(reader));
	else if (more == 0 && set->records == before)
		more = fail(set, "%s: no records in it", name);
	reader_close(reader);
	return more == 0 ? 0 : -1;
}

char *series_label(const struct series *s)
{
	char *params = params_text(s->params), *label = NULL;
	const char *prefix = mode_prefix(s->mode);

	if (!params)
		return NULL;
	int n = params[0] ? asprintf(&label, "%s%s{%s} %s", prefix, s->bench, params, s->metric)
			  : asprintf(&label, "%s%s %s", prefix, s->bench, s->metric);
	free(params);
	return n < 0 ? NULL : label;
}

void series_by_run(const struct series *s, double *out, size_t *start)
{
	size_t at = 0;

	for (size_t i = 0; i < s->nruns; i++) {
		start[i] = at;
		at += s->run[i].n;
	}
	for (size_t k = 0; k < s->n; k++)
		out[start[s->part[k]]++] = s->value[k];
	for (size_t i = 0; i < s->nruns; i++)
		start[i] -= s->run[i].n;
}

struct hist *series_merged(const struct series *s)
{
	struct hist *all = hist_new();

	for (size_t i = 0; all && i < s->nruns; i++) {
		if (s->run[i].hist && hist_merge(all, s->run[i].hist) != 0) {
			hist_free(all);
			return NULL;
		}
	}
	return all;
}
