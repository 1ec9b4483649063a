#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

#define DEPTH_MAX 64

static int fail(struct json *j, const char *expected)
{
	j->expected = expected;
	return -1;
}

static void skip_space(struct json *j)
{
	while (j->at < j->end && (*j->at == ' ' || *j->at == '\t' || *j->at == '\r' || *j->at == '\n'))
		j->at++;
}

void json_open(struct json *j, const char *text, size_t len)
{
	j->at = len ? text : "";
	j->end = j->at + len;
	j->expected = NULL;
	j->first = false;
}

enum json_type json_peek(struct json *j)
{
	skip_space(j);
	if (j->at == j->end)
		return JSON_END;
	switch (*j->at) {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	case '-':
	case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return JSON_NUMBER;
	default:
		return JSON_END;
	}
}

static int open_container(struct json *j, char opening, const char *expected)
{
	skip_space(j);
	if (j->at == j->end || *j->at != opening)
		return fail(j, expected);
	j->at++;
	j->first = true;
	return 0;
}

/* 1 before the next member, 0 at the end. */
static int next_member(struct json *j, char closing, const char *expected)
{
	bool first = j->first;

	j->first = false;
	skip_space(j);
	if (j->at == j->end)
		return fail(j, expected);
	if (*j->at == closing) {
		j->at++;
		return 0;
	}
	if (first)
		return 1;
	if (*j->at != ',')
		return fail(j, expected);
	j->at++;
	return 1;
}

int json_object(struct json *j)
{
	return open_container(j, '{', "an object");
}

int json_array(struct json *j)
{
	return open_container(j, '[', "an array");
}

int json_element(struct json *j)
{
	return next_member(j, ']', "',' or ']'");
}

int json_key(struct json *j, struct json_span *key)
{
	int more = next_member(j, '}', "',' or '}'");

	if (more <= 0)
		return more;
	skip_space(j);
	if (j->at == j->end || *j->at != '"')
		return fail(j, "a key in double quotes");
	if (json_string(j, key) != 0)
		return -1;
	skip_space(j);
	if (j->at == j->end || *j->at != ':')
		return fail(j, "':' behind the key");
	j->at++;
	return 1;
}

static int hex4(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10
							   : c >= 'A' && c <= 'F' ? c - 'A' + 10
										  : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The length of the escape at p (which is a backslash), 0 where it is not one. */
static size_t escape_length(const char *p, const char *end)
{
	if (end - p < 2)
		return 0;
	if (p[1] != 'u')
		return strchr("\"\\/bfnrt", p[1]) && p[1] ? 2 : 0;
	int high = hex4(p + 2, end);
	if (high < 0 || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	if (high < 0xd800 || high > 0xdbff)
		return 6;
	if (end - p < 12 || p[6] != '\\' || p[7] != 'u')
		return 0;
	int second = hex4(p + 8, end);
	return second >= 0xdc00 && second <= 0xdfff ? 12 : 0;
}

int json_string(struct json *j, struct json_span *span)
{
	skip_space(j);
	if (j->at == j->end || *j->at != '"')
		return fail(j, "a string");
	const char *p = j->at + 1, *start = p;
	bool escaped = false;
	for (;;) {
		p = utf8_plain_run(p, j->end);
		if (p == j->end)
			return fail(j, "a closing '\"'");
		if (*p == '"')
			break;
		size_t n;
		if (*p == '\\') {
			n = escape_length(p, j->end);
			escaped = true;
		} else {
			n = utf8_length(p, j->end);
		}
		if (n == 0) {
			j->at = p;
			return fail(j, *p == '\\' ? "a valid escape"
				       : (unsigned char)*p < 0x20 ? "no control character in a string"
								  : "valid UTF-8");
		}
		p += n;
	}
	span->text = start;
	span->len = (size_t)(p - start);
	span->escaped = escaped;
	j->at = p + 1;
	return 0;
}

static bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

/* Exact for digits up to 2^53 and powers of ten up to 22, since both factors are exact doubles
 * (Clinger, "How to read floating point numbers accurately", 1990). strtod does the rest. */
static double decimal(const char *start, size_t len, uint64_t digits, int ndigits, int exponent, bool negative)
{
	static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
					1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
	char copy[64], *text = copy;
	double value;

	if (ndigits <= 19 && digits <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
		value = exponent < 0 ? (double)digits / powers[-exponent] : (double)digits * powers[exponent];
		return negative ? -value : value;
	}
	if (len >= sizeof copy) {
		text = malloc(len + 1);
		if (!text)
			return NAN;
	}
	memcpy(text, start, len);
	text[len] = '\0';
	value = strtod(text, NULL);
	if (text != copy)
		free(text);
	return value;
}

int json_number(struct json *j, double *value)
{
	skip_space(j);
	const char *p = j->at, *start = p;
	uint64_t digits = 0;
	int ndigits = 0, exponent = 0;
	bool negative = p < j->end && *p == '-';

	p += negative;
	if (!is_digit(p, j->end))
		return fail(j, "a number");
	if (*p == '0') {
		p++;
		if (is_digit(p, j->end))
			return fail(j, "a number without leading zeros");
	}
	for (; is_digit(p, j->end); p++) {
		if (ndigits < 19)
			digits = digits * 10 + (uint64_t)(*p - '0');
		ndigits++;
	}
	if (p < j->end && *p == '.') {
		p++;
		if (!is_digit(p, j->end))
			return fail(j, "a digit behind the decimal point");
		for (; is_digit(p, j->end); p++) {
			if (ndigits < 19)
				digits = digits * 10 + (uint64_t)(*p - '0');
			ndigits++;
			exponent--;
		}
	}
	if (p < j->end && (*p == 'e' || *p == 'E')) {
		int written = 0;
		p++;
		bool down = p < j->end && *p == '-';
		p += p < j->end && (*p == '-' || *p == '+');
		if (!is_digit(p, j->end))
			return fail(j, "a digit in the exponent");
		for (; is_digit(p, j->end); p++) {
			if (written < 100000)
				written = written * 10 + (*p - '0');
		}
		exponent += down ? -written : written;
	}
	*value = decimal(start, (size_t)(p - start), digits, ndigits, exponent, negative);
	if (!isfinite(*value))
		return fail(j, isnan(*value) ? NULL : "a number that a double can hold");
	j->at = p;
	return 0;
}

/* An integer up to limit (2^63 where negative), its plain form exact over all 64 bits. */
static int whole_number(struct json *j, uint64_t limit, bool negative, uint64_t *magnitude)
{
	const char *before = j->at, *start = before + negative, *p = start;
	uint64_t n = 0;
	double number;

	for (; is_digit(p, j->end); p++) {
		uint64_t digit = (uint64_t)(*p - '0');
		if (n > (limit - digit) / 10)
			return fail(j, "an integer of at most 64 bits");
		n = n * 10 + digit;
	}
	bool plain = p > start && (*start != '0' || p == start + 1) &&
		     (p == j->end || (*p != '.' && *p != 'e' && *p != 'E'));
	if (plain) {
		*magnitude = n;
		j->at = p;
		return 0;
	}
	if (json_number(j, &number) != 0)
		return -1;
	if (number != floor(number) || fabs(number) > 9007199254740992.0) {
		j->at = before;
		return fail(j, "an integer");
	}
	*magnitude = (uint64_t)fabs(number);
	return 0;
}

int json_integer(struct json *j, int64_t *value)
{
	uint64_t magnitude;

	skip_space(j);
	bool negative = j->at < j->end && *j->at == '-';
	if (whole_number(j, (uint64_t)INT64_MAX + negative, negative, &magnitude) != 0)
		return -1;
	*value = negative && magnitude ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
	return 0;
}

int json_count(struct json *j, uint64_t *value)
{
	if (json_peek(j) == JSON_NUMBER && *j->at == '-')
		return fail(j, "an integer of 0 or more");
	return whole_number(j, UINT64_MAX, false, value);
}

static int literal(struct json *j, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(j->end - j->at) < n || memcmp(j->at, word, n) != 0)
		return -1;
	j->at += n;
	return 0;
}

int json_bool(struct json *j, bool *value)
{
	skip_space(j);
	*value = j->at < j->end && *j->at == 't';
	if (literal(j, *value ? "true" : "false") != 0)
		return fail(j, "true or false");
	return 0;
}

static int skip_value(struct json *j, int depth)
{
	struct json_span span;
	double number;
	bool flag;
	int more;

	enum json_type type = json_peek(j);
	if (depth == DEPTH_MAX && (type == JSON_OBJECT || type == JSON_ARRAY))
		return fail(j, "nesting of at most 64 levels");
	switch (type) {
	case JSON_OBJECT:
		json_object(j);
		while ((more = json_key(j, &span)) == 1) {
			if (skip_value(j, depth + 1) != 0)
				return -1;
		}
		return more;
	case JSON_ARRAY:
		json_array(j);
		while ((more = json_element(j)) == 1) {
			if (skip_value(j, depth + 1) != 0)
				return -1;
		}
		return more;
	case JSON_STRING:
		return json_string(j, &span);
	case JSON_NUMBER:
		return json_number(j, &number);
	case JSON_BOOL:
		return json_bool(j, &flag);
	case JSON_NULL:
		return literal(j, "null") == 0 ? 0 : fail(j, "null");
	default:
		return fail(j, "a value");
	}
}

int json_skip(struct json *j)
{
	int result = skip_value(j, 0);

	j->first = false;
	return result;
}

int json_done(struct json *j)
{
	skip_space(j);
	return j->at == j->end ? 0 : fail(j, "nothing behind the object");
}

/* Decode the escape at *p, which is a valid one; the length of what it stands for. */
static size_t decode_escape(const char **p, const char *end, char out[4])
{
	static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	char kind = (*p)[1];

	if (kind != 'u') {
		const char *letter = strchr(letters, kind);
		out[0] = letter ? meanings[letter - letters] : kind;
		*p += 2;
		return 1;
	}
	unsigned code = (unsigned)hex4(*p + 2, end);
	*p += 6;
	if (code >= 0xd800 && code <= 0xdbff) {
		code = 0x10000 + ((code - 0xd800) << 10) + ((unsigned)hex4(*p + 2, end) - 0xdc00);
		*p += 6;
	}
	return utf8_put(out, code);
}

int64_t json_unescape(const struct json_span *span, char *out)
{
	const char *p = span->text, *end = p + span->len;
	char *o = out;

	if (!span->escaped) {
		memcpy(out, p, span->len);
		out[span->len] = '\0';
		return (int64_t)span->len;
	}
	while (p < end) {
		if (*p != '\\') {
			*o++ = *p++;
			continue;
		}
		char *start = o;
		o += decode_escape(&p, end, o);
		if (*start == '\0')
			return -1;
	}
	*o = '\0';
	return o - out;
}

int json_copy(const struct json_span *span, char *out, size_t size)
{
	const char *p = span->text, *end = p + span->len;
	size_t len = 0;

	while (p < end) {
		char decoded[4] = {*p};
		size_t n = *p == '\\' ? decode_escape(&p, end, decoded) : (p++, 1);
		if (decoded[0] == '\0')
			return -1;
		if (len + n >= size) {
			/* The rest of a character that was begun does not fit either. */
			while (len > 0 && ((unsigned char)decoded[0] & 0xc0) == 0x80)
				decoded[0] = out[--len];
			break;
		}
		memcpy(out + len, decoded, n);
		len += n;
	}
	out[len] = '\0';
	return 0;
}

bool json_is(const struct json_span *span, const char *text)
{
	size_t left = strlen(text);

	if (!span->escaped)
		return left == span->len && memcmp(span->text, text, left) == 0;
	const char *p = span->text, *end = p + span->len;
	while (p < end) {
		char decoded[4] = {*p};
		size_t n = *p == '\\' ? decode_escape(&p, end, decoded) : (p++, 1);
		if (n > left || memcmp(decoded, text, n) != 0)
			return false;
		text += n;
		left -= n;
	}
	return left == 0;
}
