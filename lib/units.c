#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named_unit {
	const char *name;
	enum unit unit;
	double scale;
};

static const char *const unit_names[UNIT_COUNT] = {"ns", "B", "1", "1/s", "B/s", "B/op", "1/op"};

static const struct named_unit other_units[] = {
	{"us", UNIT_NS, 1e3},         {"\xc2\xb5s", UNIT_NS, 1e3},     {"ms", UNIT_NS, 1e6},
	{"s", UNIT_NS, 1e9},          {"KiB", UNIT_BYTES, 1024},       {"MiB", UNIT_BYTES, 1048576},
	{"GiB", UNIT_BYTES, 1073741824}, {"kB", UNIT_BYTES, 1e3},      {"MB", UNIT_BYTES, 1e6},
	{"GB", UNIT_BYTES, 1e9},      {"%", UNIT_ONE, 0.01},
};

/* Further spellings that people type in options and targets, but records do not hold. */
static const struct named_unit typed_units[] = {
	{"m", UNIT_NS, 60e9},
	{"min", UNIT_NS, 60e9},
	{"h", UNIT_NS, 3600e9},
	{"KB", UNIT_BYTES, 1e3},
	{"k", UNIT_ONE, 1e3},
	{"K", UNIT_ONE, 1e3},
	{"M", UNIT_ONE, 1e6},
	{"G", UNIT_ONE, 1e9},
	{"/s", UNIT_PER_SECOND, 1},
	{"k/s", UNIT_PER_SECOND, 1e3},
	{"M/s", UNIT_PER_SECOND, 1e6},
	{"KiB/s", UNIT_BYTES_PER_SECOND, 1024},
	{"MiB/s", UNIT_BYTES_PER_SECOND, 1048576},
	{"GiB/s", UNIT_BYTES_PER_SECOND, 1073741824},
	{"kB/s", UNIT_BYTES_PER_SECOND, 1e3},
	{"KB/s", UNIT_BYTES_PER_SECOND, 1e3},
	{"MB/s", UNIT_BYTES_PER_SECOND, 1e6},
	{"GB/s", UNIT_BYTES_PER_SECOND, 1e9},
	{"KiB/op", UNIT_BYTES_PER_OP, 1024},
	{"MiB/op", UNIT_BYTES_PER_OP, 1048576},
	{"kB/op", UNIT_BYTES_PER_OP, 1e3},
	{"KB/op", UNIT_BYTES_PER_OP, 1e3},
	{"MB/op", UNIT_BYTES_PER_OP, 1e6},
	{"/op", UNIT_PER_OP, 1},
	{"k/op", UNIT_PER_OP, 1e3},
};

static int find_unit(const struct named_unit *list, size_t n, const char *name, enum unit *unit, double *scale)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0) {
			*unit = list[i].unit;
			*scale = list[i].scale;
			return 0;
		}
	}
	return -1;
}

int unit_parse(const char *text, enum unit *unit, double *scale)
{
	for (int i = 0; i < UNIT_COUNT; i++) {
		if (strcmp(unit_names[i], text) == 0) {
			*unit = (enum unit)i;
			*scale = 1;
			return 0;
		}
	}
	return find_unit(other_units, sizeof other_units / sizeof *other_units, text, unit, scale);
}

const char *unit_name(enum unit unit)
{
	return unit_names[unit];
}

enum better unit_better(enum unit unit)
{
	switch (unit) {
	case UNIT_NS:
	case UNIT_BYTES:
	case UNIT_BYTES_PER_OP:
	case UNIT_PER_OP:
		return BETTER_LOWER;
	case UNIT_PER_SECOND:
	case UNIT_BYTES_PER_SECOND:
		return BETTER_HIGHER;
	default:
		return BETTER_NONE;
	}
}

static const char *const better_names[] = {"none", "lower", "higher"};

const char *better_name(enum better better)
{
	return better_names[better];
}

int better_parse(const char *text, enum better *better)
{
	for (int i = 0; i < 3; i++) {
		if (strcmp(better_names[i], text) == 0) {
			*better = (enum better)i;
			return 0;
		}
	}
	return -1;
}

/* Four significant figures of value in the largest step not above it, with that step's suffix. */
static void format_steps(char *text, double value, double step, const char *const *suffixes, int n, const char *end)
{
	double shown = value;
	int i = 0;

	/* 999.95 would print as 1000: that is the next step's 1.000. */
	while (i < n - 1 && fabs(shown) >= (step == 1024 ? 1023.5 : 999.95)) {
		shown /= step;
		i++;
	}
	double size = fabs(shown);
	int decimals = size >= 999.95 ? 0 : size >= 99.995 ? 1 : size >= 9.9995 ? 2 : 3;
	if (i == 0 && shown == floor(shown))
		decimals = 0;
	if (i == 0 && size > 0 && size < 0.99995)
		snprintf(text, UNIT_TEXT_MAX, "%.4g%s%s", shown, suffixes[i], end);
	else if (size >= 1e15)
		snprintf(text, UNIT_TEXT_MAX, "%.3e%s%s", shown, suffixes[i], end);
	else
		snprintf(text, UNIT_TEXT_MAX, "%.*f%s%s", decimals, shown, suffixes[i], end);
}

void unit_format(char text[UNIT_TEXT_MAX], enum unit unit, double value)
{
	static const char *const times[] = {" ns", " \xc2\xb5s", " ms", " s"};
	static const char *const bytes[] = {" B", " KiB", " MiB", " GiB", " TiB"};
	static const char *const counts[] = {"", "k", "M", "G", "T"};

	if (value == 0)
		value = 0; /* minus 0 is none for people */
	switch (unit) {
	case UNIT_NS:
		format_steps(text, value, 1000, times, 4, "");
		break;
	case UNIT_BYTES:
		format_steps(text, value, 1024, bytes, 5, "");
		break;
	case UNIT_BYTES_PER_SECOND:
		format_steps(text, value, 1024, bytes, 5, "/s");
		break;
	case UNIT_BYTES_PER_OP:
		format_steps(text, value, 1024, bytes, 5, "/op");
		break;
	case UNIT_PER_SECOND:
		format_steps(text, value, 1000, counts, 5, "/s");
		break;
	case UNIT_PER_OP:
		format_steps(text, value, 1000, counts, 5, "/op");
		break;
	default:
		/* Whole counts are shown whole as far as people read them. */
		if (value == floor(value) && fabs(value) < 1e6)
			snprintf(text, UNIT_TEXT_MAX, "%.0f", value);
		else if (fabs(value) < 0.99995)
			snprintf(text, UNIT_TEXT_MAX, "%.4g", value);
		else
			format_steps(text, value, 1000, counts, 5, "");
	}
}

struct unit_text unit_text(enum unit unit, double value)
{
	struct unit_text text;

	unit_format(text.s, unit, value);
	return text;
}

/* A decimal number at the start of text; strtod's hexadecimal, inf and nan are not numbers here. */
static int leading_number(const char *text, double *value, const char **end)
{
	const char *p = text;
	char *stop;

	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)p[0]) && !(p[0] == '.' && isdigit((unsigned char)p[1])))
		return -1;
	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		return -1;
	*value = strtod(text, &stop);
	if (!isfinite(*value))
		return -1;
	*end = stop;
	return 0;
}

int quantity_parse(const char *text, enum unit *unit, double *value, bool *dimensionless)
{
	const char *suffix;
	double scale = 1;

	if (leading_number(text, value, &suffix) != 0)
		return -1;
	if (dimensionless)
		*dimensionless = *suffix == '\0';
	if (*suffix == '\0') {
		*unit = UNIT_ONE;
		return 0;
	}
	/* "1/s" written behind a number would read "5001/s": the digit is not a suffix. */
	if (isdigit((unsigned char)*suffix))
		return -1;
	if (unit_parse(suffix, unit, &scale) != 0 &&
	    find_unit(typed_units, sizeof typed_units / sizeof *typed_units, suffix, unit, &scale) != 0)
		return -1;
	*value *= scale;
	return isfinite(*value) ? 0 : -1;
}

/* A quantity of this unit, of 0 or more, rounded to an integer. A bare number counts as bare each. */
static int integer_quantity(const char *text, enum unit wanted, double bare, int64_t *result)
{
	enum unit unit;
	double value;
	bool dimensionless;

	if (quantity_parse(text, &unit, &value, &dimensionless) != 0)
		return -1;
	if (dimensionless)
		value *= bare;
	else if (unit != wanted)
		return -1;
	/* 2^63 is the first double that int64_t cannot hold. */
	if (value < 0 || value >= 9223372036854775808.0)
		return -1;
	*result = (int64_t)round(value);
	return 0;
}

int duration_parse(const char *text, int64_t *ns)
{
	return integer_quantity(text, UNIT_NS, 1e9, ns);
}

int size_parse(const char *text, int64_t *bytes)
{
	char with_unit[40];

	if (integer_quantity(text, UNIT_BYTES, 1, bytes) == 0)
		return 0;
	/* 64K, 1M: the suffix without its B. */
	size_t len = strlen(text);
	if (len == 0 || len > sizeof with_unit - 3 || !strchr("kKMG", text[len - 1]))
		return -1;
	snprintf(with_unit, sizeof with_unit, "%siB", text);
	if (with_unit[len - 1] == 'k')
		with_unit[len - 1] = 'K';
	return integer_quantity(with_unit, UNIT_BYTES, 1, bytes);
}

int count_parse(const char *text, int64_t *count)
{
	enum unit unit;
	double value;

	if (strchr(text, '%') || quantity_parse(text, &unit, &value, NULL) != 0)
		return -1;
	/* 2.3k is 2299.9999999999995 in binary, and meant; 2.5 is no count. */
	if (fabs(value - round(value)) > 1e-9 * fabs(value))
		return -1;
	return integer_quantity(text, UNIT_ONE, 1, count);
}

int share_parse(const char *text, double *share)
{
	enum unit unit;
	const char *end;

	if (leading_number(text, share, &end) != 0)
		return -1;
	if (*end == '\0')
		return 0;
	return strcmp(end, "%") == 0 ? quantity_parse(text, &unit, share, NULL) : -1;
}

int number_parse(const char *text, double *value)
{
	const char *end;

	return leading_number(text, value, &end) == 0 && *end == '\0' ? 0 : -1;
}
