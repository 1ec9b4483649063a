#include "members.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "hist.h"
#include "json.h"
#include "normalize.h"
#include "origin.h"
#include "params.h"

#define HINTS 64

struct seen { uint64_t bits[2]; }; /* a bit for each rule */

struct members {
	char *arena; /* the current line's strings */
	size_t size, used;
	int64_t *upper; /* the current line's buckets */
	uint64_t *counts;
	size_t buckets_size;
	unsigned char hint[HINTS]; /* the rule that the n-th member of the last line followed */
	double scale;              /* of the current record's unit */
	enum record_type type;     /* of the last record */
	struct record blank;       /* record_new(), made once */
	struct seen required[RECORD_OTHER + 1]; /* what a record of each type must show */
};

enum kind {
	TYPE, TEXT, NUMBER, INTEGER, COUNT, BOOL, PARAMS, UNIT, MODE, BETTER, BUCKETS, INTERVAL, SEED, HOST, VCS, CI,
	GROWTH, CLASSES
};

struct rule {
	const char *name;
	size_t len;        /* of the name */
	unsigned types;    /* that have this member */
	unsigned required; /* by these types */
	enum kind kind;
	size_t at; /* offset in struct record */
};

#define BIT(type) (1u << (type))
#define RUN BIT(RECORD_RUN)
#define SAMPLE BIT(RECORD_SAMPLE)
#define HIST BIT(RECORD_HIST)
#define SKIP BIT(RECORD_SKIP)
#define EVENT BIT(RECORD_EVENT)
#define STAT BIT(RECORD_STAT)
#define VERDICT BIT(RECORD_VERDICT)
#define FIT BIT(RECORD_FIT)
#define DATA (SAMPLE | HIST | STAT)
#define MEASURED (DATA | FIT)
#define NAMED (MEASURED | SKIP | EVENT | VERDICT)
#define ALL (~0u)
#define AT(field) offsetof(struct record, field)

#define NAME(text) text, sizeof(text) - 1

static const struct rule rules[] = {
	{NAME("type"), ALL, ALL, TYPE, 0},
	{NAME("run"), RUN | NAMED, RUN, TEXT, AT(run)},
	{NAME("bench"), NAMED, MEASURED | SKIP, TEXT, AT(bench)},
	{NAME("params"), NAMED, 0, PARAMS, AT(params)},
	{NAME("metric"), NAMED, MEASURED, TEXT, AT(metric)},
	{NAME("unit"), MEASURED | VERDICT, MEASURED, UNIT, AT(unit)},
	{NAME("value"), SAMPLE, SAMPLE, NUMBER, AT(value)},
	{NAME("mode"), NAMED, MEASURED, MODE, AT(mode)},
	{NAME("better"), MEASURED | VERDICT, 0, BETTER, AT(better)},
	{NAME("seq"), NAMED, 0, INTEGER, AT(seq)},
	{NAME("t"), NAMED, 0, INTEGER, AT(t)},
	{NAME("dur"), NAMED, 0, INTEGER, AT(dur)},
	{NAME("warmup"), DATA, 0, BOOL, AT(warmup)},
	{NAME("ok"), DATA, 0, BOOL, AT(ok)},
	{NAME("n"), SAMPLE, 0, NUMBER, AT(n)},
	{NAME("count"), HIST, HIST, COUNT, AT(hist.count)},
	{NAME("sum"), HIST, HIST, NUMBER, AT(hist.sum)},
	{NAME("min"), HIST, 0, INTEGER, AT(hist.min)},
	{NAME("max"), HIST, 0, INTEGER, AT(hist.max)},
	{NAME("buckets"), HIST, HIST, BUCKETS, 0},
	{NAME("reason"), SKIP, SKIP, TEXT, AT(reason)},
	{NAME("name"), EVENT, EVENT, TEXT, AT(name)},
	{NAME("n"), STAT, STAT, COUNT, AT(stat.n)},
	{NAME("runs"), STAT, 0, COUNT, AT(stat.runs)},
	{NAME("errors"), STAT, 0, COUNT, AT(stat.errors)},
	{NAME("mean"), STAT, 0, NUMBER, AT(stat.mean)},
	{NAME("interval"), STAT, 0, INTERVAL, AT(stat.mean_lo)},
	{NAME("stddev"), STAT, 0, NUMBER, AT(stat.stddev)},
	{NAME("min"), STAT, 0, NUMBER, AT(stat.min)},
	{NAME("p50"), STAT, 0, NUMBER, AT(stat.p50)},
	{NAME("p90"), STAT, 0, NUMBER, AT(stat.p90)},
	{NAME("p95"), STAT, 0, NUMBER, AT(stat.p95)},
	{NAME("p99"), STAT, 0, NUMBER, AT(stat.p99)},
	{NAME("p999"), STAT, 0, NUMBER, AT(stat.p999)},
	{NAME("max"), STAT, 0, NUMBER, AT(stat.max)},
	{NAME("status"), VERDICT, VERDICT, TEXT, AT(verdict.status)},
	{NAME("tier"), VERDICT, 0, TEXT, AT(verdict.tier)},
	{NAME("target"), VERDICT, 0, TEXT, AT(verdict.target)},
	{NAME("stat"), VERDICT, 0, TEXT, AT(verdict.stat)},
	{NAME("base"), VERDICT, 0, NUMBER, AT(verdict.base)},
	{NAME("value"), VERDICT, 0, NUMBER, AT(verdict.value)},
	{NAME("effect"), VERDICT, 0, NUMBER, AT(verdict.effect)},
	{NAME("interval"), VERDICT, 0, INTERVAL, AT(verdict.lo)},
	{NAME("p"), VERDICT, 0, NUMBER, AT(verdict.p)},
	{NAME("q"), VERDICT, 0, NUMBER, AT(verdict.q)},
	{NAME("threshold"), VERDICT, 0, NUMBER, AT(verdict.threshold)},
	{NAME("basis"), VERDICT, 0, TEXT, AT(verdict.basis)},
	{NAME("n_base"), VERDICT, 0, INTEGER, AT(verdict.n_base)},
	{NAME("n"), VERDICT, 0, INTEGER, AT(verdict.n)},
	{NAME("needed"), VERDICT, 0, INTEGER, AT(verdict.needed)},
	{NAME("reason"), VERDICT, 0, TEXT, AT(verdict.reason)},
	{NAME("x"), FIT, FIT, TEXT, AT(fit.x)},
	{NAME("stat"), FIT, 0, TEXT, AT(fit.stat)},
	{NAME("class"), FIT, 0, GROWTH, AT(fit.class)},
	{NAME("plausible"), FIT, 0, CLASSES, AT(fit.plausible)},
	{NAME("exponent"), FIT, 0, NUMBER, AT(fit.exponent)},
	{NAME("interval"), FIT, 0, INTERVAL, AT(fit.lo)},
	{NAME("basis"), FIT, 0, TEXT, AT(fit.basis)},
	{NAME("confidence"), FIT, 0, NUMBER, AT(fit.confidence)},
	{NAME("a"), FIT, 0, NUMBER, AT(fit.a)},
	{NAME("b"), FIT, 0, NUMBER, AT(fit.b)},
	{NAME("residual"), FIT, 0, NUMBER, AT(fit.residual)},
	{NAME("range"), FIT, 0, INTERVAL, AT(fit.x_min)},
	{NAME("sizes"), FIT, 0, COUNT, AT(fit.sizes)},
	{NAME("n"), FIT, 0, COUNT, AT(fit.n)},
	{NAME("reason"), FIT, 0, TEXT, AT(fit.reason)},
	{NAME("tool"), RUN, 0, TEXT, AT(info.tool)},
	{NAME("version"), RUN, 0, TEXT, AT(info.version)},
	{NAME("start"), RUN, 0, TEXT, AT(info.start)},
	{NAME("seed"), RUN, 0, SEED, AT(info.seed)},
	{NAME("host"), RUN, 0, HOST, AT(info.host)},
	{NAME("vcs"), RUN, 0, VCS, AT(info.vcs)},
	{NAME("ci"), RUN, 0, CI, AT(info.ci)},
};

#define COUNT_OF(list) (sizeof(list) / sizeof *(list))
#define RULES COUNT_OF(rules)
_Static_assert(RULES <= 128, "the members seen are a mask of 128 bits");

static uint64_t rule_bit(size_t i)
{
	return UINT64_C(1) << (i & 63);
}

struct members *members_new(void)
{
	struct members *m = calloc(1, sizeof *m);

	if (!m)
		return NULL;
	m->blank = record_new(RECORD_OTHER);
	for (size_t i = 0; i < RULES; i++) {
		for (int type = 0; type <= RECORD_OTHER; type++)
			m->required[type].bits[i >> 6] |= rules[i].required >> type & 1 ? rule_bit(i) : 0;
	}
	return m;
}

void members_free(struct members *m)
{
	if (!m)
		return;
	free(m->arena);
	free(m->upper);
	free(m->counts);
	free(m);
}

/* Strings decoded take at most their raw length, params at most six times theirs. */
static int reserve(struct members *m, size_t line_len)
{
	size_t wanted = 8 * line_len + 512;

	m->used = 0;
	if (m->size >= wanted)
		return 0;
	free(m->arena);
	m->arena = malloc(wanted);
	m->size = m->arena ? wanted : 0;
	return m->arena ? 0 : -1;
}

static int read_text(struct members *m, struct json *j, const char **text)
{
	struct json_span span;

	if (json_string(j, &span) != 0)
		return -1;
	char *copy = m->arena + m->used;
	int64_t len = json_unescape(&span, copy);
	if (len < 0) {
		j->expected = "a string without NUL";
		return -1;
	}
	m->used += (size_t)len + 1;
	*text = copy;
	return 0;
}

static int read_params(struct members *m, struct json *j, const char **params)
{
	char *out = m->arena + m->used;
	long len = params_read(j, out, m->size - m->used);

	if (len < 0)
		return -1;
	m->used += (size_t)len + 1;
	*params = out;
	return 0;
}

/* Integers in records are counts, places and times, none of which lies under 0. */
static int read_integer(struct json *j, int64_t *value)
{
	if (json_integer(j, value) != 0)
		return -1;
	if (*value >= 0)
		return 0;
	j->expected = "an integer of 0 or more";
	return -1;
}

static int read_unit(struct members *m, struct json *j, enum unit *unit)
{
	const char *name;

	if (read_text(m, j, &name) != 0)
		return -1;
	if (unit_parse(name, unit, &m->scale) == 0)
		return 0;
	j->expected = "a unit such as ns, us, ms, s, B, KiB, MB, 1, %, 1/s, B/s, B/op or 1/op";
	return -1;
}

static int read_mode(struct members *m, struct json *j, enum mode *mode)
{
	const char *name;

	if (read_text(m, j, &name) != 0)
		return -1;
	if (mode_parse(name, mode) == 0)
		return 0;
	j->expected = "real, mock or mixed";
	return -1;
}

static int read_better(struct members *m, struct json *j, enum better *better)
{
	const char *name;

	if (read_text(m, j, &name) != 0)
		return -1;
	if (better_parse(name, better) == 0)
		return 0;
	j->expected = "lower, higher or none";
	return -1;
}

/* [lo, hi]; null is an end that the data could not bound. */
static int read_interval(struct json *j, double *ends)
{
	if (json_array(j) != 0)
		return -1;
	for (int i = 0; i < 2; i++) {
		if (json_element(j) != 1) {
			j->expected = "an array of two numbers";
			return -1;
		}
		ends[i] = i == 0 ? -INFINITY : INFINITY;
		if (json_peek(j) == JSON_NULL ? json_skip(j) != 0 : json_number(j, &ends[i]) != 0)
			return -1;
	}
	if (json_element(j) == 0)
		return 0;
	j->expected = "an array of two numbers";
	return -1;
}

static int read_growth(struct members *m, struct json *j, enum growth *growth)
{
	const char *name;

	if (read_text(m, j, &name) != 0)
		return -1;
	if (growth_parse(name, growth) == 0)
		return 0;
	j->expected = "a class such as O(1), O(log n), O(n), O(n log n), O(n^2) or O(n^3)";
	return -1;
}

static int read_classes(struct members *m, struct json *j, unsigned *classes)
{
	enum growth growth;
	int more;

	if (json_array(j) != 0)
		return -1;
	while ((more = json_element(j)) == 1) {
		if (read_growth(m, j, &growth) != 0)
			return -1;
		*classes |= 1u << growth;
	}
	return more;
}

static int grow_buckets(struct members *m)
{
	size_t size = m->buckets_size ? 2 * m->buckets_size : 256;
	int64_t *upper = realloc(m->upper, size * sizeof *upper);

	if (upper)
		m->upper = upper;
	uint64_t *counts = upper ? realloc(m->counts, size * sizeof *counts) : NULL;
	if (!counts)
		return -1;
	m->counts = counts;
	m->buckets_size = size;
	return 0;
}

static int read_buckets(struct members *m, struct json *j, struct record_hist *hist)
{
	static const char wanted[] = "pairs [upper bound, count], bounds ascending and on the common scale, counts over 0";
	size_t n = 0;
	int more;

	if (json_array(j) != 0)
		return -1;
	while ((more = json_element(j)) == 1) {
		int64_t upper;
		uint64_t count;
		if (json_array(j) != 0 || json_element(j) != 1 || json_integer(j, &upper) != 0 ||
		    json_element(j) != 1 || json_count(j, &count) != 0 || json_element(j) != 0 || upper < 0 ||
		    hist_upper(upper) != upper || count == 0 || (n > 0 && upper <= m->upper[n - 1])) {
			j->expected = wanted;
			return -1;
		}
		if (n == m->buckets_size && grow_buckets(m) != 0) {
			j->expected = NULL;
			return -1;
		}
		m->upper[n] = upper;
		m->counts[n++] = count;
	}
	hist->n = n;
	hist->upper = m->upper;
	hist->counts = m->counts;
	return more;
}

/* The type of the last record is tried first. */
static int read_type(struct members *m, struct json *j)
{
	struct json_span span;

	if (json_string(j, &span) != 0)
		return -1;
	if (m->type < RECORD_OTHER && json_is(&span, record_type_name(m->type)))
		return 0;
	int type = 0;
	while (type < RECORD_OTHER && !json_is(&span, record_type_name((enum record_type)type)))
		type++;
	m->type = (enum record_type)type;
	return 0;
}

static int read_member(struct members *m, struct json *j, const struct rule *rule, struct record *r)
{
	void *field = (char *)r + rule->at;

	switch (rule->kind) {
	case TYPE:
		return read_type(m, j);
	case TEXT:
		return read_text(m, j, field);
	case NUMBER:
		return json_number(j, field);
	case INTEGER:
		return read_integer(j, field);
	case COUNT:
		return json_count(j, field);
	case BOOL:
		return json_bool(j, field);
	case PARAMS:
		return read_params(m, j, field);
	case UNIT:
		return read_unit(m, j, field);
	case MODE:
		return read_mode(m, j, field);
	case BETTER:
		return read_better(m, j, field);
	case BUCKETS:
		return read_buckets(m, j, &r->hist);
	case INTERVAL:
		return read_interval(j, field);
	case SEED:
		r->info.has_seed = true;
		return json_count(j, field);
	case HOST:
		return origin_read_host(j, field);
	case VCS:
		return origin_read_vcs(j, field);
	case CI:
		return origin_read_ci(j, field);
	case GROWTH:
		return read_growth(m, j, field);
	case CLASSES:
		return read_classes(m, j, field);
	}
	return -1;
}

static bool is_named(const struct rule *rule, const struct json_span *key)
{
	if (key->escaped)
		return json_is(key, rule->name);
	return key->len == rule->len && memcmp(key->text, rule->name, key->len) == 0;
}

/* The rule for this member of this type, or NULL. The writer's order rarely changes from line to
 * line, so the rule that stood here last time is tried first. */
static const struct rule *find_rule(struct members *m, size_t position, const struct json_span *key, unsigned type)
{
	if (position < HINTS) {
		const struct rule *rule = &rules[m->hint[position]];
		if (is_named(rule, key) && (rule->types & type))
			return rule;
	}
	for (size_t i = 0; i < RULES; i++) {
		if (is_named(&rules[i], key) && (rules[i].types & type)) {
			if (position < HINTS)
				m->hint[position] = (unsigned char)i;
			return &rules[i];
		}
	}
	return NULL;
}

/* Learn the record's type, wherever in the object it stands. */
static int find_type(struct members *m, const char *line, size_t len, struct json *j, const char **member)
{
	struct json_span key;
	int more;

	json_open(j, line, len);
	if (json_object(j) != 0)
		return -1;
	while ((more = json_key(j, &key)) == 1) {
		if (json_is(&key, "type")) {
			*member = "type";
			return read_type(m, j);
		}
		if (json_skip(j) != 0)
			return -1;
	}
	if (more == 0)
		j->expected = "a member \"type\"";
	return -1;
}

/* NULL where all are there. */
static const char *missing_member(const struct members *m, const struct seen *seen)
{
	const struct seen *required = &m->required[m->type];

	if (!((required->bits[0] & ~seen->bits[0]) | (required->bits[1] & ~seen->bits[1])))
		return NULL;
	size_t i = 0;
	while (!(required->bits[i >> 6] & ~seen->bits[i >> 6] & rule_bit(i)))
		i++;
	return rules[i].name;
}

int members_read(struct members *m, const char *line, size_t len, struct record *r, const char **member,
		 const char **expected)
{
	struct json_span key;
	struct json j;
	struct seen seen = {{0}};
	bool has_better = false;
	size_t position = 0;
	int more;

	*member = "";
	*expected = NULL;
	if (reserve(m, len) != 0)
		return -1;
	if (find_type(m, line, len, &j, member) != 0)
		goto broken;
	*member = "";
	unsigned type = BIT(m->type);
	*r = m->blank;
	r->type = m->type;
	m->scale = 1;
	json_open(&j, line, len);
	json_object(&j);
	while ((more = json_key(&j, &key)) == 1) {
		const struct rule *rule = find_rule(m, position++, &key, type);
		if (!rule) {
			if (json_skip(&j) != 0)
				goto broken;
			continue;
		}
		size_t i = (size_t)(rule - rules);
		*member = rule->name;
		if (seen.bits[i >> 6] & rule_bit(i)) {
			*expected = "this member only once";
			return -1;
		}
		seen.bits[i >> 6] |= rule_bit(i);
		if (read_member(m, &j, rule, r) != 0)
			goto broken;
		if (rule->kind == TEXT && (rule->required & type) && !**(const char **)((char *)r + rule->at)) {
			*expected = "a string that is not empty";
			return -1;
		}
		has_better |= rule->kind == BETTER;
		*member = "";
	}
	if (more < 0 || json_done(&j) != 0)
		goto broken;
	*member = missing_member(m, &seen);
	if (*member) {
		*expected = "this member in every record of its type";
		return -1;
	}
	if (!has_better)
		r->better = unit_better(r->unit);
	*expected = normalize(r, m->scale, member);
	return *expected ? -1 : 0;
broken:
	*expected = j.expected;
	return -1;
}
