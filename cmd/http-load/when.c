#include "when.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define SECOND 1000000000LL
#define SECONDS_MAX 9000000000LL /* in the year 2255: what int64_t holds in ns */

/* So many digits of *text as a number in lo..hi, behind which *text then stands. */
static bool take_digits(const char **text, int digits, int lo, int hi, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)**text))
			return false;
		*value = *value * 10 + (*(*text)++ - '0');
	}
	return *value >= lo && *value <= hi;
}

static bool take_char(const char **text, const char *any)
{
	if (!**text || !strchr(any, **text))
		return false;
	(*text)++;
	return true;
}

/* ".25", if there is one; what is finer than ns is cut off. */
static bool take_fraction(const char **text, int64_t *ns)
{
	int64_t unit = SECOND / 10;

	*ns = 0;
	if (!take_char(text, "."))
		return true;
	if (!isdigit((unsigned char)**text))
		return false;
	for (; isdigit((unsigned char)**text); (*text)++, unit /= 10)
		*ns += (**text - '0') * unit;
	return true;
}

/* "Z" or "+01:00", in seconds. */
static bool take_offset(const char **text, int64_t *offset)
{
	bool west = **text == '-';
	int hours, minutes;

	*offset = 0;
	if (take_char(text, "Zz"))
		return true;
	if (!take_char(text, "+-") || !take_digits(text, 2, 0, 23, &hours) || !take_char(text, ":") ||
	    !take_digits(text, 2, 0, 59, &minutes))
		return false;
	*offset = (west ? -60 : 60) * (60 * hours + minutes);
	return true;
}

static int parse_seconds(const char *text, int64_t *wall)
{
	int64_t seconds = 0, fraction;

	if (!isdigit((unsigned char)*text))
		return -1;
	for (; isdigit((unsigned char)*text); text++) {
		seconds = seconds * 10 + (*text - '0');
		if (seconds > SECONDS_MAX)
			return -1;
	}
	if (!take_fraction(&text, &fraction) || *text)
		return -1;
	*wall = seconds * SECOND + fraction;
	return 0;
}

int when_parse(const char *text, int64_t *wall)
{
	struct tm tm = {.tm_isdst = 0}, given;
	int64_t fraction, offset, seconds;

	if (*text == '@')
		return parse_seconds(text + 1, wall);
	if (!take_digits(&text, 4, 1970, 2250, &tm.tm_year) || !take_char(&text, "-") ||
	    !take_digits(&text, 2, 1, 12, &tm.tm_mon) || !take_char(&text, "-") ||
	    !take_digits(&text, 2, 1, 31, &tm.tm_mday) || !take_char(&text, "Tt ") ||
	    !take_digits(&text, 2, 0, 23, &tm.tm_hour) || !take_char(&text, ":") ||
	    !take_digits(&text, 2, 0, 59, &tm.tm_min) || !take_char(&text, ":") ||
	    !take_digits(&text, 2, 0, 59, &tm.tm_sec) || !take_fraction(&text, &fraction) ||
	    !take_offset(&text, &offset) || *text)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	given = tm;
	seconds = timegm(&tm);
	/* 31 April was made into 1 May. */
	if (tm.tm_mday != given.tm_mday)
		return -1;
	*wall = (seconds - offset) * SECOND + fraction;
	return 0;
}
