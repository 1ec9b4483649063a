#include "pem.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define LINE_BYTES 48 /* make 64 characters */
#define LINE       64

static size_t armour_length(const char *label)
{
	return 2 * strlen(label) + sizeof("-----BEGIN -----\n-----END -----\n") - 1;
}

static size_t body_length(size_t bytes)
{
	size_t characters = (bytes + 2) / 3 * 4;

	return characters + (characters + LINE - 1) / LINE;
}

size_t pem_length(const char *label, size_t bytes)
{
	return armour_length(label) + body_length(bytes);
}

size_t pem_fit(const char *label, size_t length)
{
	size_t body = length - armour_length(label);
	size_t rest = body % (LINE + 1);

	return body / (LINE + 1) * LINE_BYTES + (rest > 1 ? (rest - 1) / 4 * 3 : 0);
}

/* Eight random characters of base64: the six bits v in each byte become 'A' + v, and what has to be added to that
 * from v = 26, 52, 62 and 63 on. No byte carries into the next. */
static void put_eight(char *out, struct rng *rng)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v = rng_next(rng) & 0x3f * ones;
	uint64_t from_26 = (v + (128 - 26) * ones) >> 7 & ones;
	uint64_t from_52 = (v + (128 - 52) * ones) >> 7 & ones;
	uint64_t from_62 = (v + (128 - 62) * ones) >> 7 & ones;
	uint64_t from_63 = (v + (128 - 63) * ones) >> 7 & ones;

	v += 'A' * ones + ('a' - 26 - 'A') * from_26 - ('a' - 26 - '0' + 52) * from_52;
	v += ('/' - 63 - ('+' - 62)) * from_63 - ('0' - 52 - ('+' - 62)) * from_62;
	v = htole64(v);
	memcpy(out, &v, sizeof(v));
}

static char *put_line(char *out, struct rng *rng)
{
	for (int i = 0; i < LINE; i += 8)
		put_eight(out + i, rng);
	out[LINE] = '\n';
	return out + LINE + 1;
}

/* Bytes that fill no line; what is left over beyond three is marked by '=', as base64 does. */
static char *put_rest(char *out, size_t bytes, struct rng *rng)
{
	size_t n = (bytes + 2) / 3 * 4, padding = (3 - bytes % 3) % 3;
	char line[LINE + 1];

	put_line(line, rng);
	if (padding) /* its low bits, which stand for no byte, are 0 */
		line[n - 1 - padding] = "AQgw"[(unsigned char)line[n - 1 - padding] & 3];
	memset(line + n - padding, '=', padding);
	memcpy(out, line, n);
	out[n] = '\n';
	return out + n + 1;
}

static char *put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static char *put_armour(char *out, const char *word, const char *label)
{
	out = put_text(out, "-----");
	out = put_text(out, word);
	out = put_text(out, label);
	return put_text(out, "-----\n");
}

char *pem_put(char *out, const char *label, size_t bytes, struct rng *rng)
{
	out = put_armour(out, "BEGIN ", label);
	for (; bytes >= LINE_BYTES; bytes -= LINE_BYTES)
		out = put_line(out, rng);
	if (bytes)
		out = put_rest(out, bytes, rng);
	return put_armour(out, "END ", label);
}
