#include "digits.h"

#include <math.h>
#include <stdio.h>

#include "jsonout.h"

#define TEN(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9"

const char digit_pairs[200] = { TEN("0") TEN("1") TEN("2") TEN("3") TEN("4") TEN("5") TEN("6") TEN("7") TEN("8") TEN("9") };

#define EXACT 1e15 /* integers below it, divided by a power of ten, read back from their decimal digits */

size_t digits_put(char out[DIGITS_MAX], uint64_t n)
{
	char text[DIGITS_MAX];
	char *p = text + DIGITS_MAX;

	while (n >= 100) {
		put_pair(p -= 2, (unsigned)(n % 100));
		n /= 100;
	}
	if (n >= 10)
		put_pair(p -= 2, (unsigned)n);
	else
		*--p = (char)('0' + n);

	size_t len = (size_t)(text + DIGITS_MAX - p);
	memcpy(out, p, len);
	return len;
}

static uint64_t magnitude(int64_t n)
{
	return n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
}

size_t digits_put_signed(char out[DIGITS_MAX], int64_t n)
{
	char text[DIGITS_MAX];
	size_t len;

	if (n >= 0)
		return digits_put(out, (uint64_t)n);
	len = digits_put(text, magnitude(n)); /* 19 at most */
	out[0] = '-';
	memcpy(out + 1, text, len);
	return 1 + len;
}

size_t digits_put_padded(char *out, int64_t n, unsigned width)
{
	char text[DIGITS_MAX];
	size_t len = digits_put(text, magnitude(n));
	size_t zeros = len < width ? width - len : 0;
	size_t sign = n < 0;

	if (sign)
		*out++ = '-';
	memset(out, '0', zeros);
	memcpy(out + zeros, text, len);
	return sign + zeros + len;
}

double digits_power(int decimals)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };

	return power[decimals];
}

/* scaled / 10^decimals, where scaled is an integer below EXACT. */
static size_t put_scaled(char *out, double scaled, int decimals)
{
	char text[DIGITS_MAX];
	size_t len = digits_put_padded(text, (int64_t)fabs(scaled), (unsigned)decimals + 1);
	size_t whole = len - (size_t)decimals;
	char *p = out;

	if (scaled < 0)
		*p++ = '-';
	memcpy(p, text, whole);
	p += whole;
	if (decimals > 0) {
		*p++ = '.';
		memcpy(p, text + whole, (size_t)decimals);
		p += decimals;
	}
	return (size_t)(p - out);
}

size_t digits_put_real(char out[DIGITS_REAL_MAX], double value)
{
	char text[JSON_NUMBER_MAX];
	size_t len;

	for (int decimals = 0; decimals <= 6; decimals++) {
		double scaled = rint(value * digits_power(decimals));

		if (fabs(scaled) >= EXACT)
			break;
		if (scaled / digits_power(decimals) == value)
			return put_scaled(out, scaled, decimals);
	}
	len = json_format_number(text, value);
	memcpy(out, text, len);
	return len;
}

size_t digits_put_fixed(char out[DIGITS_REAL_MAX], double value, int decimals)
{
	double scaled = rint(value * digits_power(decimals));
	int len;

	if (fabs(scaled) < EXACT)
		return put_scaled(out, scaled, decimals);
	len = snprintf(out, DIGITS_REAL_MAX, "%.*f", decimals, value);
	return len > 0 ? (size_t)len : 0;
}
