#include "date.h"

#include "digits.h"
#include "generation.h"

#define DAY_NS ((int64_t)86400 * 1000000000)

struct civil { uint32_t year, month, day; };

/* The Gregorian date of a day counted from 1970-01-01: C. Neri, L. Schneider, "Euclidean affine functions and their
 * application to calendar algorithms", Software: Practice and Experience 53 (2023), with years beginning in March
 * and shifted by a whole number of 400-year cycles, so that all is unsigned. */
static struct civil civil_from_days(int32_t days)
{
	const uint32_t cycles = 5; /* back to before the year 0 */
	uint32_t n = (uint32_t)days + 719468 + 146097 * cycles;
	uint32_t n1 = 4 * n + 3;
	uint32_t century = n1 / 146097;
	uint32_t n2 = 4 * (n1 % 146097 / 4) + 3;
	uint64_t p2 = (uint64_t)2939745 * n2;
	uint32_t day_of_year = (uint32_t)p2 / 2939745 / 4;
	uint32_t n3 = 2141 * day_of_year + 197913;
	uint32_t january = day_of_year >= 306; /* or February: of the next civil year */

	return (struct civil){ .year = 100 * century + (uint32_t)(p2 >> 32) - 400 * cycles + january,
			       .month = january ? (n3 >> 16) - 12 : n3 >> 16,
			       .day = (n3 & 0xffff) / 2141 + 1 };
}

static int64_t floor_divide(int64_t a, int64_t b) /* b > 0 */
{
	return a / b - (a % b < 0);
}

static void put_day(char *out, int32_t days)
{
	struct civil date = civil_from_days(days);

	put_pair(out, date.year / 100);
	put_pair(out + 2, date.year % 100);
	out[4] = '-';
	put_pair(out + 5, date.month);
	out[7] = '-';
	put_pair(out + 8, date.day);
}

static void put_time(char *out, uint32_t seconds) /* of the day */
{
	put_pair(out, seconds / 3600);
	out[2] = ':';
	put_pair(out + 3, seconds / 60 % 60);
	out[5] = ':';
	put_pair(out + 6, seconds % 60);
}

size_t date_put(char out[DATE_MAX], int64_t time, enum date_format format)
{
	int32_t days = (int32_t)floor_divide(time, DAY_NS);
	uint64_t ns = (uint64_t)time - (uint64_t)days * (uint64_t)DAY_NS; /* of the day, though the day may begin before int64 does */
	uint32_t millis = (uint32_t)(ns / 1000000);

	if (format == DATE_TIME) {
		put_time(out, millis / 1000);
		return 8;
	}
	put_day(out, days);
	if (format == DATE_DAY)
		return 10;
	out[10] = format == DATE_SQL ? ' ' : 'T';
	put_time(out + 11, millis / 1000);
	if (format == DATE_SQL)
		return 19;
	out[19] = '.';
	out[20] = (char)('0' + millis % 1000 / 100);
	put_pair(out + 21, millis % 100);
	out[23] = 'Z';
	return 24;
}

int date_year(int64_t time)
{
	return (int)civil_from_days((int32_t)floor_divide(time, DAY_NS)).year;
}

bool time_of_row(int64_t from, int64_t interval, uint64_t row, uint64_t bits, int64_t *time)
{
	int64_t passed;

	return !__builtin_mul_overflow(row, interval, &passed) && !__builtin_add_overflow(from, passed, &passed) &&
	       !__builtin_add_overflow(passed, rng_reduce(bits, (uint64_t)interval), time);
}

static void put_number(struct value *value, int64_t time, enum date_format format)
{
	if (format == DATE_REAL) {
		value->type = VALUE_REAL;
		value->real = (double)time / 1e9;
		return;
	}
	value->type = VALUE_INTEGER;
	value->integer = format == DATE_SECONDS ? floor_divide(time, 1000000000)
		       : format == DATE_MILLIS	? floor_divide(time, 1000000)
		       : format == DATE_MICROS	? floor_divide(time, 1000)
		       : format == DATE_YEAR	? date_year(time)
						: time;
}

int gen_date(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t bits = rng_at(g->key, row);
	int64_t time;
	char *out;

	if (g->interval <= 0)
		time = (int64_t)((uint64_t)g->from + rng_reduce(bits, (uint64_t)g->to - (uint64_t)g->from));
	else if (!time_of_row(g->from, g->interval, row, bits, &time))
		return generation_fails(m, "a date past the year 2262: too many rows for its interval");

	if (g->format >= DATE_SECONDS) {
		put_number(value, time, g->format);
		return 0;
	}
	out = arena_get(m->arena, DATE_MAX);
	if (!out)
		return generation_fails(m, NULL);
	value->type = VALUE_TEXT;
	value->bytes = out;
	value->len = date_put(out, time, g->format);
	return 0;
}
