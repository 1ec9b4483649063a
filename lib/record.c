#include "record.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "jsonout.h"
#include "origin.h"
#include "redact.h"
#include "uuid.h"

static const char *const mode_names[] = {"", "real", "mock", "mixed"};
static const char *const mode_prefixes[] = {"", "", "mock-", "mixed-"};

const char *mode_name(enum mode mode)
{
	return mode_names[mode];
}

int mode_parse(const char *name, enum mode *mode)
{
	for (int i = MODE_REAL; i <= MODE_MIXED; i++) {
		if (strcmp(mode_names[i], name) == 0) {
			*mode = (enum mode)i;
			return 0;
		}
	}
	return -1;
}

const char *mode_prefix(enum mode mode)
{
	return mode_prefixes[mode];
}

enum mode mode_join(enum mode a, enum mode b)
{
	if (a == MODE_NONE || a == b)
		return b;
	return b == MODE_NONE ? a : MODE_MIXED;
}

static const char *const growth_names[GROWTH_COUNT] = {
	"", "O(1)", "O(log n)", "O(n)", "O(n log n)", "O(n^2)", "O(n^3)", "over O(n^3)",
};

const char *growth_name(enum growth growth)
{
	return growth_names[growth];
}

/* Is text this name, whatever blanks there are in either, and with a digit for its superscript? */
static bool is_growth(const char *text, const char *name)
{
	for (;; text++, name++) {
		text += strspn(text, " \t");
		name += strspn(name, " ");
		if (name[0] == '^' && (strncmp(text, "\xc2\xb2", 2) == 0 || strncmp(text, "\xc2\xb3", 2) == 0)) {
			if (name[1] != (text[1] == '\xb2' ? '2' : '3'))
				return false;
			text++;
			name++;
		} else if (*text != *name) {
			return false;
		}
		if (!*text)
			return true;
	}
}

int growth_parse(const char *name, enum growth *growth)
{
	for (int i = GROWTH_1; i < GROWTH_COUNT; i++) {
		if (is_growth(name, growth_names[i])) {
			*growth = (enum growth)i;
			return 0;
		}
	}
	return -1;
}

void growth_format(char text[GROWTH_TEXT_MAX], unsigned classes)
{
	int first = GROWTH_1, last = GROWTH_OVER;
	unsigned within;

	if (!classes) {
		strcpy(text, "-");
		return;
	}
	while (!(classes >> first & 1))
		first++;
	while (!(classes >> last & 1))
		last--;
	within = classes & ~(1u << first) & ~(1u << last);
	if (first == last)
		strcpy(text, growth_names[first]);
	else
		snprintf(text, GROWTH_TEXT_MAX, "%s %s %s", growth_names[first], within ? "to" : "or", growth_names[last]);
}

const char *record_type_name(enum record_type type)
{
	static const char *const names[] = {"run", "sample", "hist", "skip", "event", "stat", "verdict", "fit"};

	return type < RECORD_OTHER ? names[type] : NULL;
}

struct record record_new(enum record_type type)
{
	struct record r = {.type = type, .run = "", .bench = "", .params = "{}", .metric = "", .unit = UNIT_ONE};

	r.n = 1;
	r.value = NAN;
	r.seq = r.t = r.dur = -1;
	r.ok = true;
	r.name = r.reason = "";
	r.stat = (struct record_stat){.mean = NAN, .mean_lo = NAN, .mean_hi = NAN, .stddev = NAN, .min = NAN,
				      .p50 = NAN, .p90 = NAN, .p95 = NAN, .p99 = NAN, .p999 = NAN, .max = NAN};
	r.verdict = (struct record_verdict){.base = NAN, .value = NAN, .effect = NAN, .lo = NAN, .hi = NAN, .p = NAN,
					    .q = NAN, .threshold = NAN, .n_base = -1, .n = -1, .needed = -1};
	r.fit = (struct record_fit){.exponent = NAN, .lo = NAN, .hi = NAN, .confidence = NAN, .a = NAN, .b = NAN,
				    .residual = NAN, .x_min = NAN, .x_max = NAN};
	r.info.tool = r.info.version = r.info.start = "";
	return r;
}

struct record record_new_run(char uuid[37], char start[32], const char *tool, const char *version, char *const *argv)
{
	struct record r = record_new(RECORD_RUN);

	uuid_v7(uuid);
	clock_format(start, clock_wall());
	r.run = uuid;
	r.info.tool = tool;
	r.info.version = version;
	r.info.start = start;
	r.info.argv = argv;
	host_read(&r.info.host);
	host_vcs(&r.info.vcs);
	host_ci(&r.info.ci);
	return r;
}

static void put_text(FILE *out, const char *key, const char *value)
{
	if (!value || !value[0])
		return;
	fprintf(out, ",\"%s\":", key);
	json_put_string(out, value);
}

static void put_number(FILE *out, const char *key, double value)
{
	if (isnan(value))
		return;
	fprintf(out, ",\"%s\":", key);
	json_put_number(out, value);
}

static void put_integer(FILE *out, const char *key, int64_t value)
{
	if (value >= 0)
		fprintf(out, ",\"%s\":%lld", key, (long long)value);
}

static void put_count(FILE *out, const char *key, uint64_t value)
{
	fprintf(out, ",\"%s\":%llu", key, (unsigned long long)value);
}

/* An end that the data cannot bound is null. */
static void put_interval(FILE *out, const char *key, double lo, double hi)
{
	if (isnan(lo) || isnan(hi))
		return;
	fprintf(out, ",\"%s\":[", key);
	json_put_number(out, lo);
	putc(',', out);
	json_put_number(out, hi);
	putc(']', out);
}

static void put_identity(FILE *out, const struct record *r)
{
	put_text(out, "run", r->run);
	put_text(out, "bench", r->bench);
	if (strcmp(r->params, "{}") != 0)
		fprintf(out, ",\"params\":%s", r->params);
	put_text(out, "metric", r->metric);
}

static void put_unit(FILE *out, const struct record *r)
{
	put_text(out, "unit", unit_name(r->unit));
	if (r->better != BETTER_NONE && r->better != unit_better(r->unit))
		put_text(out, "better", better_name(r->better));
	else if (r->better == BETTER_NONE && unit_better(r->unit) != BETTER_NONE)
		put_text(out, "better", "none");
	put_text(out, "mode", mode_name(r->mode));
}

static void put_place(FILE *out, const struct record *r)
{
	put_integer(out, "seq", r->seq);
	put_integer(out, "t", r->t);
	put_integer(out, "dur", r->dur);
	if (r->warmup)
		fputs(",\"warmup\":true", out);
	if (!r->ok)
		fputs(",\"ok\":false", out);
}

static void free_argv(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

/* A copy of argv without its secrets, NULL with ENOMEM. */
static char **clean_argv(char *const *argv)
{
	size_t n = 0;
	char **clean;

	while (argv[n])
		n++;
	clean = calloc(n + 1, sizeof *clean);
	for (size_t i = 0; clean && i < n; i++) {
		clean[i] = redact_argument(i ? argv[i - 1] : NULL, argv[i]);
		if (!clean[i]) {
			free_argv(clean);
			return NULL;
		}
	}
	return clean;
}

static void put_argv(FILE *out, char *const *argv)
{
	fputs(",\"argv\":[", out);
	for (size_t i = 0; argv[i]; i++) {
		if (i)
			putc(',', out);
		json_put_string(out, argv[i]);
	}
	putc(']', out);
}

static void put_run(FILE *out, const struct record_run *info, char *const *argv)
{
	put_text(out, "tool", info->tool);
	put_text(out, "version", info->version);
	put_text(out, "start", info->start);
	if (argv)
		put_argv(out, argv);
	if (info->has_seed)
		put_count(out, "seed", info->seed);
	if (info->host.id[0]) {
		fputs(",\"host\":", out);
		origin_write_host(out, &info->host);
	}
	if (info->vcs.commit[0]) {
		fputs(",\"vcs\":", out);
		origin_write_vcs(out, &info->vcs);
	}
	if (info->ci.provider[0]) {
		fputs(",\"ci\":", out);
		origin_write_ci(out, &info->ci);
	}
}

static void put_hist(FILE *out, const struct record_hist *hist)
{
	put_count(out, "count", hist->count);
	put_number(out, "sum", hist->sum);
	if (hist->count) {
		fprintf(out, ",\"min\":%lld,\"max\":%lld", (long long)hist->min, (long long)hist->max);
	}
	fputs(",\"buckets\":[", out);
	for (size_t i = 0; i < hist->n; i++)
		fprintf(out, "%s[%lld,%llu]", i ? "," : "", (long long)hist->upper[i],
			(unsigned long long)hist->counts[i]);
	putc(']', out);
}

static void put_stat(FILE *out, const struct record_stat *s)
{
	put_count(out, "n", s->n);
	put_count(out, "runs", s->runs);
	put_number(out, "mean", s->mean);
	if (isfinite(s->mean_lo) && isfinite(s->mean_hi))
		put_interval(out, "interval", s->mean_lo, s->mean_hi);
	put_number(out, "stddev", s->stddev);
	put_number(out, "min", s->min);
	put_number(out, "p50", s->p50);
	put_number(out, "p90", s->p90);
	put_number(out, "p95", s->p95);
	put_number(out, "p99", s->p99);
	put_number(out, "p999", s->p999);
	put_number(out, "max", s->max);
	put_count(out, "errors", s->errors);
}

static void put_verdict(FILE *out, const struct record_verdict *v)
{
	put_text(out, "status", v->status);
	put_text(out, "tier", v->tier);
	put_text(out, "target", v->target);
	put_text(out, "stat", v->stat);
	put_number(out, "base", v->base);
	put_number(out, "value", v->value);
	put_number(out, "effect", v->effect);
	put_interval(out, "interval", v->lo, v->hi);
	put_number(out, "p", v->p);
	put_number(out, "q", v->q);
	put_number(out, "threshold", v->threshold);
	put_text(out, "basis", v->basis);
	put_integer(out, "n_base", v->n_base);
	put_integer(out, "n", v->n);
	put_integer(out, "needed", v->needed);
	put_text(out, "reason", v->reason);
}

static void put_classes(FILE *out, unsigned classes)
{
	const char *between = "";

	if (!classes)
		return;
	fputs(",\"plausible\":[", out);
	for (int i = GROWTH_1; i < GROWTH_COUNT; i++) {
		if (!(classes >> i & 1))
			continue;
		fputs(between, out);
		json_put_string(out, growth_names[i]);
		between = ",";
	}
	putc(']', out);
}

static void put_fit(FILE *out, const struct record_fit *f)
{
	put_text(out, "x", f->x);
	put_text(out, "stat", f->stat);
	put_text(out, "class", growth_name(f->class));
	put_classes(out, f->plausible);
	put_number(out, "exponent", f->exponent);
	put_interval(out, "interval", f->lo, f->hi);
	put_text(out, "basis", f->basis);
	put_number(out, "confidence", f->confidence);
	put_number(out, "a", f->a);
	put_number(out, "b", f->b);
	put_number(out, "residual", f->residual);
	put_interval(out, "range", f->x_min, f->x_max);
	put_count(out, "sizes", f->sizes);
	put_count(out, "n", f->n);
	put_text(out, "reason", f->reason);
}

/* More members, given as an object's text, spliced in. */
static void put_data(FILE *out, const char *data)
{
	size_t len = data ? strlen(data) : 0;

	if (len > 2)
		fprintf(out, ",%.*s", (int)(len - 2), data + 1);
}

static bool any_infinite(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (isinf(values[i]))
			return true;
	}
	return false;
}

#define ANY_INFINITE(...) any_infinite((const double[]){__VA_ARGS__}, sizeof (double[]){__VA_ARGS__} / sizeof(double))

/* Would the reader take it back? */
static bool is_writable(const struct record *r)
{
	const struct record_stat *s = &r->stat;
	const struct record_verdict *v = &r->verdict;
	const struct record_fit *f = &r->fit;
	bool named = r->bench[0] && r->metric[0] && r->mode != MODE_NONE;

	switch (r->type) {
	case RECORD_RUN:
		return r->run[0];
	case RECORD_SAMPLE:
		return named && isfinite(r->value) && isfinite(r->n) && r->n > 0;
	case RECORD_HIST:
		return named && isfinite(r->hist.sum);
	case RECORD_SKIP:
		return r->bench[0] && r->reason[0];
	case RECORD_EVENT:
		return r->name[0];
	case RECORD_STAT:
		return named && !ANY_INFINITE(s->mean, s->stddev, s->min, s->p50, s->p90, s->p95, s->p99, s->p999, s->max);
	case RECORD_VERDICT:
		return v->status && v->status[0] &&
		       !ANY_INFINITE(v->base, v->value, v->effect, v->p, v->q, v->threshold);
	case RECORD_FIT:
		return named && f->x && f->x[0] &&
		       !ANY_INFINITE(f->exponent, f->confidence, f->a, f->b, f->residual, f->x_min, f->x_max);
	default:
		return false;
	}
}

int record_write(FILE *out, const struct record *r)
{
	char **argv = NULL;

	if (!is_writable(r)) {
		errno = EINVAL;
		return -1;
	}
	/* What can fail for want of memory comes before the first byte. */
	if (r->type == RECORD_RUN && r->info.argv) {
		argv = clean_argv(r->info.argv);
		if (!argv)
			return -1;
	}
	fprintf(out, "{\"type\":\"%s\"", record_type_name(r->type));
	if (r->type == RECORD_RUN)
		fputs(",\"schema\":1", out);
	put_identity(out, r);
	switch (r->type) {
	case RECORD_RUN:
		put_run(out, &r->info, argv);
		break;
	case RECORD_SAMPLE:
		put_unit(out, r);
		put_number(out, "value", r->value);
		if (r->n != 1)
			put_number(out, "n", r->n);
		break;
	case RECORD_HIST:
		put_unit(out, r);
		put_hist(out, &r->hist);
		break;
	case RECORD_SKIP:
		put_text(out, "reason", r->reason);
		break;
	case RECORD_EVENT:
		put_text(out, "name", r->name);
		break;
	case RECORD_STAT:
		put_unit(out, r);
		put_stat(out, &r->stat);
		break;
	case RECORD_VERDICT:
		put_unit(out, r);
		put_verdict(out, &r->verdict);
		break;
	case RECORD_FIT:
		put_unit(out, r);
		put_fit(out, &r->fit);
		break;
	default:
		break;
	}
	put_place(out, r);
	if (r->type == RECORD_EVENT && r->data)
		fprintf(out, ",\"data\":%s", r->data);
	else
		put_data(out, r->data);
	fputs("}\n", out);
	free_argv(argv);
	return ferror(out) ? -1 : 0;
}
