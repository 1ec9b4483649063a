#include "slo.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static const char *const ops[] = {"<", "<=", ">", ">="};

struct word { /* a piece of a term */
	char text[32];
};

const char *slo_op_name(enum slo_op op)
{
	return ops[op];
}

const char *slo_metric(const struct slo_term *term)
{
	static const char *const series[] = {"latency", "service", "first-byte"};

	switch (term->kind) {
	case SLO_ERRORS:
		return "errors";
	case SLO_RATE:
		return "rate";
	case SLO_THROUGHPUT:
		return "throughput";
	default:
		return series[term->series];
	}
}

/* --- parsing --- */

/* The piece of text between from and to, without blanks around it; false where it is too long for any. */
static bool cut(struct word *word, const char *from, const char *to)
{
	*word = (struct word){""};
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	if ((size_t)(to - from) >= sizeof word->text)
		return false;
	memcpy(word->text, from, (size_t)(to - from));
	word->text[to - from] = '\0';
	return true;
}

/* "p99", "p99.9", "mean", "max" */
static bool parse_stat(struct slo_term *term, const char *text)
{
	double percent;

	if (strlen(text) >= sizeof term->stat)
		return false;
	strcpy(term->stat, text);
	term->quantile = strcmp(text, "max") == 0 ? 1 : NAN;
	if (strcmp(text, "max") == 0 || strcmp(text, "mean") == 0)
		return true;
	if (text[0] != 'p' || !isdigit((unsigned char)text[1]) || number_parse(text + 1, &percent) < 0 || percent >= 100)
		return false;
	term->quantile = percent / 100;
	return true;
}

/* What stands left of the operator. */
static bool parse_subject(struct slo_term *term, const char *text)
{
	static const struct {
		const char *name;
		enum slo_kind kind;
	} kinds[] = {{"errors", SLO_ERRORS}, {"rate", SLO_RATE}, {"throughput", SLO_THROUGHPUT}};
	static const char *const prefixes[] = {"latency.", "service.", "first-byte."};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(text, kinds[i].name) == 0) {
			term->kind = kinds[i].kind;
			return true;
		}
	}
	term->kind = SLO_TIME;
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		if (strncmp(text, prefixes[i], strlen(prefixes[i])) == 0) {
			term->series = (enum slo_series)i;
			return parse_stat(term, text + strlen(prefixes[i]));
		}
	}
	return parse_stat(term, text);
}

static const char *wanted_value(enum slo_kind kind)
{
	static const char *const wanted[] = {"a duration with its unit such as 50ms", "a share such as 0.1% or a whole number",
					     "a share such as 99% or a rate such as 500/s", "a rate such as 1000/s"};

	return wanted[kind];
}

static bool parse_value(struct slo_term *term, const char *text)
{
	size_t len = strlen(text);
	bool bare, percent = len > 0 && text[len - 1] == '%';
	enum unit unit;

	if (quantity_parse(text, &unit, &term->value, &bare) < 0 || term->value < 0)
		return false;
	term->share = percent;
	if (term->kind != SLO_TIME)
		strcpy(term->stat, percent ? "share" : "value");
	switch (term->kind) {
	case SLO_TIME:
		return !bare && unit == UNIT_NS;
	case SLO_ERRORS:
		/* 0.001 is no count, and more likely a share than none at all. */
		return unit == UNIT_ONE && (percent || term->value == floor(term->value));
	case SLO_RATE:
		return percent || unit == UNIT_PER_SECOND;
	default:
		return unit == UNIT_PER_SECOND;
	}
}

static char *expected(const char *text, size_t len, const char *what)
{
	return x_asprintf("'%.*s': expected %s", (int)len, text, what);
}

/* One term, which ends at end. */
static int parse_term(struct slo_term *term, const char *text, const char *end, char **why)
{
	const char *op = text, *value;
	struct word subject, quantity;

	while (text < end && isspace((unsigned char)*text))
		op = ++text;
	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	while (op < end && *op != '<' && *op != '>')
		op++;
	if (!cut(&subject, text, op) || !parse_subject(term, subject.text)) {
		*why = expected(text, (size_t)(end - text),
				"p99, mean or max (also service.p99, first-byte.p99), errors, rate or throughput in front");
		return -1;
	}
	if (op == end) {
		*why = expected(text, (size_t)(end - text), "<, <=, > or >= and a value");
		return -1;
	}
	value = op + 1 + (op + 1 < end && op[1] == '=');
	term->op = *op == '<' ? (value == op + 2 ? SLO_AT_MOST : SLO_LESS) : (value == op + 2 ? SLO_AT_LEAST : SLO_MORE);
	if (!cut(&quantity, value, end) || !parse_value(term, quantity.text)) {
		char *what = x_asprintf("%s behind %s", wanted_value(term->kind), slo_op_name(term->op));

		*why = expected(text, (size_t)(end - text), what);
		free(what);
		return -1;
	}
	term->text = x_asprintf("%.*s", (int)(end - text), text);
	return 0;
}

int slo_parse(struct slo *slo, const char *text, char **why)
{
	*slo = (struct slo){.n = 0};
	for (const char *end; text; text = *end ? end + 1 : NULL) {
		struct slo_term term = {.kind = SLO_TIME};

		end = text + strcspn(text, ",");
		if (parse_term(&term, text, end, why) < 0) {
			slo_free(slo);
			return -1;
		}
		slo->term = x_reallocarray(slo->term, slo->n + 1, sizeof *slo->term);
		slo->term[slo->n++] = term;
	}
	return 0;
}

void slo_free(struct slo *slo)
{
	for (size_t i = 0; i < slo->n; i++)
		free(slo->term[i].text);
	free(slo->term);
	*slo = (struct slo){.n = 0};
}

bool slo_has(const struct slo *slo, enum slo_kind kind)
{
	for (size_t i = 0; i < slo->n; i++) {
		if (slo->term[i].kind == kind)
			return true;
	}
	return false;
}

bool slo_wants_rate(const struct slo *slo)
{
	for (size_t i = 0; i < slo->n; i++) {
		if (slo->term[i].kind == SLO_RATE && slo->term[i].share)
			return true;
	}
	return false;
}

/* --- judging --- */

static bool compare(const struct slo_term *term, double value)
{
	switch (term->op) {
	case SLO_LESS:
		return value < term->value;
	case SLO_AT_MOST:
		return value <= term->value;
	case SLO_MORE:
		return value > term->value;
	default:
		return value >= term->value;
	}
}

static struct slo_verdict unmeasured(enum unit unit, const char *reason)
{
	struct slo_verdict v = {.value = NAN, .unit = unit};

	snprintf(v.reason, sizeof v.reason, "%s", reason);
	return v;
}

/* How many have a time that is not known, but longer than most. */
static uint64_t unanswered(const struct slo_term *term, const struct slo_measures *m)
{
	return m->timed_out + m->unfinished + (term->series == SLO_LATENCY ? m->not_started : 0);
}

static struct slo_verdict judge_time(const struct slo_term *term, const struct slo_measures *m)
{
	const struct hist *h = m->series[term->series];
	uint64_t n = h ? hist_count(h) : 0, open = unanswered(term, m);
	struct slo_verdict v = {.unit = UNIT_NS, .value = NAN};
	double rank;

	if (!n)
		return unmeasured(UNIT_NS, "nothing succeeded that would have been measured");
	/* The rank of the quantile among all of them; the unanswered ones come last. */
	rank = isnan(term->quantile) ? (double)(n + open) : term->quantile * (double)(n + open - 1);
	if (open && rank > (double)(n - 1)) {
		snprintf(v.reason, sizeof v.reason, "%" PRIu64 " of %" PRIu64 " %s", open, n + open,
			 !m->timed_out		? "were not answered at the end"
			 : m->timed_out == open ? "timed out"
						: "timed out or were not answered at the end");
		return v;
	}
	v.value = isnan(term->quantile) ? hist_mean(h)
		  : term->quantile >= 1 ? (double)hist_max(h)
					: hist_quantile(h, n > 1 ? rank / (double)(n - 1) : 0);
	v.holds = compare(term, v.value);
	return v;
}

static struct slo_verdict judge_errors(const struct slo_term *term, const struct slo_measures *m)
{
	struct slo_verdict v = {.unit = UNIT_ONE, .value = (double)m->failed};

	if (!m->done && !m->failed)
		return unmeasured(UNIT_ONE, "no request came to an end");
	if (term->share)
		v.value /= (double)(m->done + m->failed);
	v.holds = compare(term, v.value);
	return v;
}

/* Arrivals that succeeded, of all that were due, also those answered a little after the end: a response that is on its
 * way then is no sign of falling behind, an arrival that still waits is. */
static struct slo_verdict judge_rate(const struct slo_term *term, const struct slo_measures *m)
{
	uint64_t due = m->done + m->failed + m->unfinished + m->not_started;
	struct slo_verdict v = {.unit = term->share ? UNIT_ONE : UNIT_PER_SECOND};

	if (!due)
		return unmeasured(v.unit, "nothing was due");
	if (m->asked > 0)
		v.value = (double)m->done / (double)due * (term->share ? 1 : m->asked);
	else if (!term->share)
		v.value = m->throughput;
	else
		return unmeasured(v.unit, "no rate was asked for");
	v.holds = compare(term, v.value);
	return v;
}

struct slo_verdict slo_judge(const struct slo_term *term, const struct slo_measures *m)
{
	struct slo_verdict v = {.unit = UNIT_PER_SECOND, .value = m->throughput};

	switch (term->kind) {
	case SLO_TIME:
		return judge_time(term, m);
	case SLO_ERRORS:
		return judge_errors(term, m);
	case SLO_RATE:
		return judge_rate(term, m);
	default:
		v.holds = compare(term, v.value);
		return v;
	}
}
