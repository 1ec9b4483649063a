#include "targets.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"
#include "params.h"
#include "units.h"
#include "utf8.h"

static const char *const op_names[] = {"<", "<=", ">", ">=", "==", "!="};

/* What is wrong in a line. */
struct fault {
	const char *expected; /* NULL: nothing but want of memory */
	char found[64];       /* the word in its place, cut where long; "": the line's end */
};

const char *target_op_name(enum target_op op)
{
	return op_names[op];
}

bool target_is_count(const struct target *t)
{
	return strcmp(t->stat, "n") == 0 || strcmp(t->stat, "runs") == 0 || strcmp(t->stat, "errors") == 0;
}

struct targets *targets_new(void)
{
	return calloc(1, sizeof(struct targets));
}

static void free_target(struct target *t)
{
	free(t->text);
	free(t->words);
	free(t->param);
}

void targets_free(struct targets *targets)
{
	if (!targets)
		return;
	for (size_t i = 0; i < targets->n; i++)
		free_target(&targets->target[i]);
	for (size_t i = 0; i < targets->ntiers; i++)
		free(targets->tier[i]);
	free(targets->target);
	free(targets->tier);
	free(targets->error);
	free(targets);
}

static int fail(struct targets *targets, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct targets *targets, const char *format, ...)
{
	va_list args;

	free(targets->error);
	va_start(args, format);
	if (vasprintf(&targets->error, format, args) < 0)
		targets->error = NULL;
	va_end(args);
	return -1;
}

const char *targets_error(const struct targets *targets)
{
	return targets->error ? targets->error : "out of memory";
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

static char *skip_blanks(char *p)
{
	while (is_blank(*p))
		p++;
	return p;
}

static int expected(struct fault *fault, const char *what, const char *found)
{
	size_t len = 0;

	while (found && found[len] && !is_blank(found[len]))
		len++;
	if (len >= sizeof fault->found) {
		len = sizeof fault->found - 1;
		/* Whole UTF-8 sequences only. */
		while (len > 0 && ((unsigned char)found[len] & 0xc0) == 0x80)
			len--;
	}
	*fault = (struct fault){.expected = what};
	if (len)
		memcpy(fault->found, found, len);
	return -1;
}

/* Cut the comment, then white space at both ends. */
static char *trim(char *line)
{
	char *p = line;

	for (; *p; p++) {
		if (*p == '#' && (p == line || is_blank(p[-1])))
			break;
	}
	while (p > line && is_blank(p[-1]))
		p--;
	*p = '\0';
	return skip_blanks(line);
}

/* The next blank-separated word, ended in place; *p moves behind it. "" at the line's end. */
static char *next_word(char **p)
{
	char *word = skip_blanks(*p), *end = word;

	while (*end && !is_blank(*end))
		end++;
	*p = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

/* What stands between braces: key=value, separated by commas or blanks. */
static int parse_params(struct target *t, char *inside, struct fault *fault)
{
	static const char wanted[] = "key=value between the braces";
	size_t room = 1;

	for (const char *p = inside; *p; p++)
		room += *p == ',' || is_blank(*p);
	t->param = calloc(room, sizeof *t->param);
	if (!t->param)
		return -1;
	for (char *p = inside, *next; p; p = next) {
		next = strpbrk(p, ", \t\r\v\f");
		if (next)
			*next++ = '\0';
		if (!*p)
			continue;
		char *equals = strchr(p, '=');
		if (!equals || equals == p)
			return expected(fault, wanted, p);
		*equals = '\0';
		t->param[t->nparams++] = (struct target_param){p, equals + 1};
	}
	t->no_params = t->nparams == 0;
	return 0;
}

/* BENCH or BENCH{...}. */
static int parse_bench(struct target *t, char **p, struct fault *fault)
{
	char *brace = *p;

	while (*brace && !is_blank(*brace) && *brace != '{')
		brace++;
	if (*brace != '{') {
		t->bench = next_word(p);
		return 0;
	}
	if (brace == *p)
		return expected(fault, "a benchmark before '{'", *p);
	char *end = strchr(brace, '}');
	if (!end)
		return expected(fault, "'}' behind the params", NULL);
	if (end[1] && !is_blank(end[1]))
		return expected(fault, "white space behind '}'", end + 1);
	t->bench = *p;
	*brace = *end = '\0';
	*p = end[1] ? end + 2 : end + 1;
	return parse_params(t, brace + 1, fault);
}

static const char *find_stat(const char *word)
{
	static const char *const names[] = {"mean", "median", "p50", "p90",    "p95", "p99",  "p99.9",
					    "p999", "min",    "max", "stddev", "n",   "runs", "errors"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(names[i], word) == 0)
			return names[i];
	}
	return NULL;
}

static bool is_op_char(char c)
{
	return c == '<' || c == '>' || c == '=' || c == '!';
}

/* A word that ends at a blank or an operator, "" where it is too long for any; *p moves behind it. */
static void read_word(char word[16], char **p)
{
	char *start = skip_blanks(*p), *end = start;

	while (*end && !is_blank(*end) && !is_op_char(*end))
		end++;
	word[0] = '\0';
	if (end - start < 16) {
		memcpy(word, start, (size_t)(end - start));
		word[end - start] = '\0';
	}
	*p = end;
}

/* STAT, "growth class" or "growth exponent". */
static int parse_stat(struct target *t, char **p, struct fault *fault)
{
	char word[16], *start = skip_blanks(*p);

	read_word(word, p);
	if (strcmp(word, "growth") == 0) {
		start = skip_blanks(*p);
		read_word(word, p);
		bool class = strcmp(word, "class") == 0;
		if (!class && strcmp(word, "exponent") != 0)
			return expected(fault, "class or exponent behind 'growth'", start);
		t->kind = class ? TARGET_CLASS : TARGET_EXPONENT;
		t->stat = class ? "growth class" : "growth exponent";
		return 0;
	}
	t->stat = find_stat(word);
	if (t->stat)
		return 0;
	return expected(fault, "a statistic (mean, median, p50, p90, p95, p99, p99.9, min, max, stddev, n, runs or errors) "
			       "or growth", start);
}

static int parse_op(struct target *t, char **p, struct fault *fault)
{
	char *start = skip_blanks(*p), *end = start;

	while (is_op_char(*end))
		end++;
	size_t op, ops = sizeof op_names / sizeof *op_names, len = (size_t)(end - start);
	for (op = 0; op < ops; op++) {
		if (strlen(op_names[op]) == len && memcmp(op_names[op], start, len) == 0)
			break;
	}
	if (op == ops)
		return expected(fault, "one of < <= > >= == !=", start);
	t->op = (enum target_op)op;
	/* An interval can lie on a side of a number, but not be it. */
	if (t->kind == TARGET_EXPONENT && (t->op == OP_EQUAL || t->op == OP_NOT_EQUAL))
		return expected(fault, "one of < <= > >= for an exponent", start);
	*p = end;
	return 0;
}

/* "O(n log n)", which may hold blanks. */
static int parse_class(struct target *t, char **p, struct fault *fault)
{
	static const char wanted[] = "a class: O(1), O(log n), O(n), O(n log n), O(n^2) or O(n^3)";
	char *start = skip_blanks(*p), *end = strchr(start, ')');
	enum growth class;

	if (!end)
		return expected(fault, wanted, start);
	if (end[1] && !is_blank(end[1]))
		return expected(fault, "white space behind ')'", end + 1);
	*p = end[1] ? end + 2 : end + 1;
	end[1] = '\0';
	if (growth_parse(start, &class) != 0 || class == GROWTH_OVER)
		return expected(fault, wanted, start);
	t->wanted = start;
	t->value = class;
	t->bare = true;
	return 0;
}

static int parse_value(struct target *t, char **p, struct fault *fault)
{
	char *value = next_word(p);

	t->wanted = value;
	if (quantity_parse(value, &t->unit, &t->value, NULL) != 0)
		return expected(fault, "a value such as 50ms, 1000/s, 64KiB, 3 or 99%", value);
	/* k and M count in whatever unit the measurement has; a share is only one of a measurement of shares. */
	t->bare = t->unit == UNIT_ONE && !strchr(value, '%');
	if (target_is_count(t) && !t->bare)
		return expected(fault, "a number without unit, which n, runs and errors are", value);
	if (t->kind == TARGET_EXPONENT && !t->bare)
		return expected(fault, "a number without unit, which an exponent is", value);
	return 0;
}

/* STAT OP VALUE, which need no white space between them. */
static int parse_condition(struct target *t, char **p, struct fault *fault)
{
	if (parse_stat(t, p, fault) != 0 || parse_op(t, p, fault) != 0)
		return -1;
	return t->kind == TARGET_CLASS ? parse_class(t, p, fault) : parse_value(t, p, fault);
}

static int parse_mode(struct target *t, char **p, struct fault *fault)
{
	char *word = next_word(p);

	if (!*word)
		return 0;
	if (strcmp(word, "in") != 0)
		return expected(fault, "'in' or the line's end", word);
	word = next_word(p);
	for (enum mode mode = MODE_REAL; mode <= MODE_MIXED; mode++) {
		if (strcmp(mode_name(mode), word) == 0)
			t->mode = mode;
	}
	if (t->mode == MODE_NONE)
		return expected(fault, "real, mock or mixed", word);
	word = next_word(p);
	return *word ? expected(fault, "the line's end", word) : 0;
}

/* line is trimmed and not empty. -1 with a fault, or without one where memory is short. */
static int parse_target(struct target *t, const char *line, struct fault *fault)
{
	*t = (struct target){.text = strdup(line), .words = strdup(line), .unit = UNIT_ONE};
	if (!t->text || !t->words)
		return -1;
	char *p = t->words;
	if (parse_bench(t, &p, fault) != 0)
		return -1;
	t->metric = next_word(&p);
	if (!*t->metric)
		return expected(fault, "a metric behind the benchmark", NULL);
	return parse_condition(t, &p, fault) != 0 ? -1 : parse_mode(t, &p, fault);
}

static int add_tier(struct targets *targets, char *line, const char **tier, struct fault *fault)
{
	size_t len = strlen(line);

	if (line[len - 1] != ']')
		return expected(fault, "']' behind the tier's name", len > 1 ? line : NULL);
	line[len - 1] = '\0';
	char *name = trim(line + 1);
	if (!*name || strpbrk(name, "[]"))
		return expected(fault, "a tier's name between '[' and ']'", name);
	for (size_t i = 0; i < targets->ntiers; i++) {
		if (strcmp(targets->tier[i], name) == 0) {
			*tier = targets->tier[i];
			return 0;
		}
	}
	char **names = reallocarray(targets->tier, targets->ntiers + 1, sizeof *names);
	if (!names)
		return -1;
	targets->tier = names;
	names[targets->ntiers] = strdup(name);
	if (!names[targets->ntiers])
		return -1;
	*tier = names[targets->ntiers++];
	return 0;
}

static int add_target(struct targets *targets, const char *line, uint64_t number, const char *tier, struct fault *fault)
{
	struct target *target = reallocarray(targets->target, targets->n + 1, sizeof *target);

	if (!target)
		return -1;
	targets->target = target;
	/* Counted before it is known to be good, so that it is freed. */
	target += targets->n++;
	int result = parse_target(target, line, fault);
	target->line = number;
	target->tier = tier;
	return result;
}

static bool is_utf8(const char *text)
{
	const char *p = text, *end = text + strlen(text);

	while (p < end) {
		size_t n = (unsigned char)*p < 0x80 ? 1 : utf8_length(p, end);
		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

static int read_line(struct targets *targets, char *line, uint64_t number, const char **tier, struct fault *fault)
{
	if (!is_utf8(line))
		return expected(fault, "UTF-8 text", NULL);
	line = trim(line);
	if (!*line)
		return 0;
	if (*line == '[')
		return add_tier(targets, line, tier, fault);
	return add_target(targets, line, number, *tier, fault);
}

/* One line in a copy of its own. */
static int take_line(struct targets *targets, const char *text, size_t len, uint64_t number, const char **tier,
		     struct fault *fault)
{
	if (memchr(text, '\0', len))
		return expected(fault, "text, not a NUL byte", NULL);
	char *line = strndup(text, len);
	if (!line)
		return -1;
	int result = read_line(targets, line, number, tier, fault);
	free(line);
	return result;
}

static int line_failed(struct targets *targets, const char *name, uint64_t number, const struct fault *fault)
{
	unsigned long long line = number;

	if (!fault->expected)
		return fail(targets, "out of memory");
	if (fault->found[0])
		return fail(targets, "%s:%llu: expected %s, not '%s'", name, line, fault->expected, fault->found);
	return fail(targets, "%s:%llu: expected %s", name, line, fault->expected);
}

/* Takes lines over. */
static int read_lines(struct targets *targets, struct lines *lines, const char *name)
{
	size_t before = targets->n, len;
	const char *text, *tier = NULL;
	enum lines_result more;
	int result = 0;

	while (result == 0 && (more = lines_next(lines, &text, &len)) != LINES_END) {
		struct fault fault = {0};
		uint64_t number = lines_number(lines);
		if (more == LINES_FAILED)
			result = fail(targets, "%s: %s", name, strerror(errno));
		else if (more == LINES_TOO_LONG)
			result = fail(targets, "%s:%llu: expected a line of at most %d bytes", name,
				      (unsigned long long)number, TARGETS_LINE_MAX);
		else if (take_line(targets, text, len, number, &tier, &fault) != 0)
			result = line_failed(targets, name, number, &fault);
	}
	lines_close(lines);
	if (result == 0 && targets->n == before)
		return fail(targets, "%s: expected at least one target, such as 'http/version latency p95 < 50ms'", name);
	return result;
}

int targets_read(struct targets *targets, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	struct lines *lines = lines_open(path, TARGETS_LINE_MAX);

	return lines ? read_lines(targets, lines, name) : fail(targets, "%s: %s", name, strerror(errno));
}

int targets_read_memory(struct targets *targets, const char *name, const char *text, size_t len)
{
	struct lines *lines = lines_open_memory(text, len, TARGETS_LINE_MAX);

	return lines ? read_lines(targets, lines, name) : fail(targets, "out of memory");
}

/* Equal as text, or as numbers where both are such: 1e3 and 1000. */
static bool value_matches(const char *glob, const char *text)
{
	double a, b;

	if (fnmatch(glob, text, 0) == 0)
		return true;
	return number_parse(glob, &a) == 0 && number_parse(text, &b) == 0 && a == b;
}

int target_matches_bench(const struct target *t, const char *bench, const char *params)
{
	if (fnmatch(t->bench, bench, 0) != 0 || (t->no_params && strcmp(params, "{}") != 0))
		return 0;
	for (size_t i = 0; i < t->nparams; i++) {
		char *value = params_get(params, t->param[i].key);
		if (!value)
			return errno == ENOMEM ? -1 : 0;
		bool equal = value_matches(t->param[i].value, value);
		free(value);
		if (!equal)
			return 0;
	}
	return 1;
}

int target_matches(const struct target *t, const char *bench, const char *params, const char *metric)
{
	return fnmatch(t->metric, metric, 0) == 0 ? target_matches_bench(t, bench, params) : 0;
}
