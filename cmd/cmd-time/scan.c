#include "scan.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "units.h"

#define VALUES_MAX 100000

static void add_value(struct scan *scan, char *value)
{
	/* Grown by doubling: at powers of two. */
	if ((scan->n & (scan->n - 1)) == 0)
		scan->value = x_reallocarray(scan->value, scan->n ? 2 * scan->n : 1, sizeof(*scan->value));
	scan->value[scan->n++] = value;
}

static void parse_list(struct scan *scan, const char *text, const char *whole)
{
	for (;;) {
		size_t len = strcspn(text, ",");

		if (!len)
			die_usage("--scan '%s': an empty value", whole);
		add_value(scan, x_asprintf("%.*s", (int)len, text));
		if (!text[len])
			return;
		text += len + 1;
	}
}

static double parse_number(const char *text, size_t len, const char *whole)
{
	char *copy = x_asprintf("%.*s", (int)len, text);
	double value;

	if (number_parse(copy, &value) != 0)
		die_usage("--scan '%s': '%s' is not a number", whole, copy);
	free(copy);
	return value;
}

/* A..B, A..B/STEP or A..B*FACTOR; dots points at "..". */
static void parse_range(struct scan *scan, const char *text, const char *dots, const char *whole)
{
	size_t len = strcspn(dots + 2, "/*");
	double from = parse_number(text, (size_t)(dots - text), whole);
	double to = parse_number(dots + 2, len, whole);
	const char *by = dots + 2 + len;
	bool multiply = *by == '*';
	double step = from <= to ? 1 : -1;

	if (*by)
		step = parse_number(by + 1, strlen(by + 1), whole);
	if (multiply ? step <= 0 || from == 0 || (from != to && (step > 1) != (fabs(to) > fabs(from))) || step == 1
		     : step == 0 || (from != to && (step > 0) != (to > from)))
		die_usage("--scan '%s': does not lead from %g to %g", whole, from, to);
	for (size_t i = 0;; i++) {
		double value = multiply ? from * pow(step, (double)i) : from + step * (double)i;
		/* Room for what decimals lose in binary. */
		double slack = 1e-9 * (multiply ? fabs(value) : fabs(step));

		if (from <= to ? value > to + slack : value < to - slack)
			return;
		if (i == VALUES_MAX)
			die_usage("--scan '%s': over %d values", whole, VALUES_MAX);
		add_value(scan, x_asprintf("%.15g", value));
	}
}

/* "../file" is a value and no range. */
static bool starts_number(const char *text)
{
	return isdigit((unsigned char)text[*text == '-' || *text == '.']);
}

struct scan scan_parse(const char *text)
{
	const char *equals = strchr(text, '='), *dots;
	struct scan scan = { 0 };

	if (!equals || equals == text)
		die_usage("--scan '%s': expected NAME=1,2,4 or NAME=A..B/STEP or NAME=A..B*FACTOR", text);
	for (const char *at = text; at < equals; at++) {
		if (!isalnum((unsigned char)*at) && !strchr("_-.", *at))
			die_usage("--scan '%s': a name is of letters, digits, '_', '-' and '.'", text);
	}
	scan.name = x_asprintf("%.*s", (int)(equals - text), text);
	dots = strstr(equals + 1, "..");
	if (dots && !strchr(equals, ',') && starts_number(equals + 1))
		parse_range(&scan, equals + 1, dots, text);
	else
		parse_list(&scan, equals + 1, text);
	return scan;
}

void scan_free(struct scan *scan)
{
	for (size_t i = 0; i < scan->n; i++)
		free(scan->value[i]);
	free(scan->value);
	free(scan->name);
}

size_t scan_combinations(const struct scan *scans, size_t n)
{
	size_t combinations = 1;

	for (size_t i = 0; i < n; i++) {
		if (__builtin_mul_overflow(combinations, scans[i].n, &combinations))
			die_usage("--scan: too many combinations");
	}
	return combinations;
}

const char *scan_value(const struct scan *scans, size_t n, size_t i, size_t combination)
{
	for (size_t k = n; k-- > i + 1;)
		combination /= scans[k].n;
	return scans[i].value[combination % scans[i].n];
}

/* The scan whose {NAME} stands at text; NULL where none does. */
static const struct scan *placeholder(const char *text, const struct scan *scans, size_t n)
{
	for (size_t i = 0; *text == '{' && i < n; i++) {
		size_t len = strlen(scans[i].name);

		if (strncmp(text + 1, scans[i].name, len) == 0 && text[1 + len] == '}')
			return &scans[i];
	}
	return NULL;
}

/* Write text with its placeholders replaced to out, NULL for none; the size with the final NUL. */
static size_t replace(char *out, const char *text, const struct scan *scans, size_t n, size_t combination)
{
	size_t size = 0;

	while (*text) {
		const struct scan *scan = placeholder(text, scans, n);
		const char *from = scan ? scan_value(scans, n, (size_t)(scan - scans), combination) : text;
		size_t len = scan ? strlen(from) : 1;

		if (out)
			memcpy(out + size, from, len);
		size += len;
		text += scan ? strlen(scan->name) + 2 : 1;
	}
	if (out)
		out[size] = '\0';
	return size + 1;
}

char *scan_replace(const char *text, const struct scan *scans, size_t n, size_t combination)
{
	char *out;

	if (!text)
		return NULL;
	out = x_malloc(replace(NULL, text, scans, n, combination));
	replace(out, text, scans, n, combination);
	return out;
}

bool scan_mentioned(const char *text, const char *name)
{
	struct scan scan = { .name = (char *)name };

	for (; text && *text; text++) {
		if (placeholder(text, &scan, 1))
			return true;
	}
	return false;
}
