#ifndef DB_SEED_DIGITS_H
#define DB_SEED_DIGITS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Numbers as text, without the cost of printf. Nothing is NUL-terminated; each returns a length. */

extern const char digit_pairs[200]; /* "00", "01", … "99" */

static inline void put_pair(char *out, unsigned n) /* n < 100 */
{
	memcpy(out, digit_pairs + 2 * n, 2);
}

#define DIGITS_MAX 20 /* of any 64-bit integer with its sign */

size_t digits_put(char out[DIGITS_MAX], uint64_t n);
size_t digits_put_signed(char out[DIGITS_MAX], int64_t n);

/* At least width digits, zeros before them, a minus sign before those. Room: the larger of width and 20, and 1. */
size_t digits_put_padded(char *out, int64_t n, unsigned width);

#define DIGITS_REAL_MAX 352 /* any double with as many decimals as digits_put_fixed() takes */

/* The shortest decimal that reads back as value, which is finite: as json_format_number() writes it. */
size_t digits_put_real(char out[DIGITS_REAL_MAX], double value);

/* With so many decimals, 0 to 15. */
size_t digits_put_fixed(char out[DIGITS_REAL_MAX], double value, int decimals);

/* 10 to a power of 0 to 15. */
double digits_power(int decimals);

#endif
