#ifndef BENCHPIPE_UNITS_H
#define BENCHPIPE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The units of bench-record(5), and reading and printing of quantities as
 * people write them: 250ms, 64KiB, 500/s, 10k, 5%. */

enum unit {
	UNIT_NS,               /* "ns" */
	UNIT_BYTES,            /* "B" */
	UNIT_ONE,              /* "1" */
	UNIT_PER_SECOND,       /* "1/s" */
	UNIT_BYTES_PER_SECOND, /* "B/s" */
	UNIT_BYTES_PER_OP,     /* "B/op" */
	UNIT_PER_OP,           /* "1/op" */
	UNIT_COUNT             /* how many units there are */
};

enum better { BETTER_NONE, BETTER_LOWER, BETTER_HIGHER };

#define UNIT_TEXT_MAX 32 /* enough for what unit_format() writes */

/* The unit called name: one of the seven above, or us, ms, s, KiB, MiB, GiB, kB,
 * MB, GB or %. A value in it times *scale is a value in *unit. 0, or -1 if unknown. */
int unit_parse(const char *name, enum unit *unit, double *scale);

const char *unit_name(enum unit unit);

/* The direction a unit implies: ns, B, B/op, 1/op lower; 1/s, B/s higher; 1 none. */
enum better unit_better(enum unit unit);

const char *better_name(enum better better);
int better_parse(const char *name, enum better *better);

/* Write value for people, about four significant figures: "118.2 ms",
 * "1.500 MiB", "12.3k/s", "42". text holds UNIT_TEXT_MAX bytes. */
void unit_format(char text[UNIT_TEXT_MAX], enum unit unit, double value);

/* The same as a value: unit_text(UNIT_NS, 1e6).s among the arguments of printf. */
struct unit_text {
	char s[UNIT_TEXT_MAX];
};
struct unit_text unit_text(enum unit unit, double value);

/* Read a number with an optional unit directly behind it: "50ms", "1KB",
 * "1000/s", "3", "10k", "2M", "99%", "1KB/op". k and M without a unit are 10^3
 * and 10^6. *dimensionless is set where no unit was written, so that the
 * caller may take the number in a unit it knows; it may be NULL.
 * 0, or -1 if it is not such a quantity or not finite. */
int quantity_parse(const char *text, enum unit *unit, double *value, bool *dimensionless);

/* "250ms", "10s", "2m", "1h", "1.5s"; a bare number is seconds. Nanoseconds, 0
 * or more. 0, or -1 if not a duration or out of range (about 292 years). */
int duration_parse(const char *text, int64_t *ns);

/* "64KiB", "1MB", "10". Bytes, 0 or more. 0, or -1. */
int size_parse(const char *text, int64_t *bytes);

/* "10", "10k", "1M". 0 or more. 0, or -1. */
int count_parse(const char *text, int64_t *count);

/* "5%" or "0.05": a share as a factor (0.05). Finite, any sign. 0, or -1. */
int share_parse(const char *text, double *share);

/* A finite decimal number and nothing else. 0, or -1. */
int number_parse(const char *text, double *value);

#endif
