#include <string.h>

#include "generation.h"

/* UUIDs of RFC 9562. */

#define ROW_OF_PAIRS(h) h "0" h "1" h "2" h "3" h "4" h "5" h "6" h "7" h "8" h "9" h "a" h "b" h "c" h "d" h "e" h "f"

static const char hex_pairs[512] = {
	ROW_OF_PAIRS("0") ROW_OF_PAIRS("1") ROW_OF_PAIRS("2") ROW_OF_PAIRS("3")
	ROW_OF_PAIRS("4") ROW_OF_PAIRS("5") ROW_OF_PAIRS("6") ROW_OF_PAIRS("7")
	ROW_OF_PAIRS("8") ROW_OF_PAIRS("9") ROW_OF_PAIRS("a") ROW_OF_PAIRS("b")
	ROW_OF_PAIRS("c") ROW_OF_PAIRS("d") ROW_OF_PAIRS("e") ROW_OF_PAIRS("f")
};

#define UUID_LENGTH 36
#define UUID_INTERVAL 1000000 /* ns between rows where nothing is said */

/* The low bytes of bits, most significant first. */
static char *put_hex(char *out, uint64_t bits, int bytes)
{
	for (int i = bytes - 1; i >= 0; i--, out += 2)
		memcpy(out, hex_pairs + 2 * (bits >> 8 * i & 0xff), 2);
	return out;
}

static void put_uuid(char *out, uint64_t high, uint64_t low)
{
	out = put_hex(out, high >> 32, 4);
	*out++ = '-';
	out = put_hex(out, high >> 16, 2);
	*out++ = '-';
	out = put_hex(out, high, 2);
	*out++ = '-';
	out = put_hex(out, low >> 48, 2);
	*out++ = '-';
	put_hex(out, low, 6);
}

static void with_version(uint64_t *high, uint64_t *low, unsigned version)
{
	*high = (*high & ~UINT64_C(0xf000)) | version << 12;
	*low = (*low & ~UINT64_C(0) >> 2) | UINT64_C(1) << 63;
}

/* Version 7: 48 bits of milliseconds, then the part of a millisecond (section 6.2, method 3) in 20 bits, which tell
 * all nanoseconds apart: 12 in rand_a and 8 at the head of rand_b, before 54 random bits. Times of rows differ by a
 * nanosecond or more, so the texts ascend strictly with the row however many rows share a millisecond. */
static void halves_of_time(int64_t time, uint64_t *high, uint64_t *low)
{
	uint64_t millis = (uint64_t)time / 1000000;
	uint64_t fraction = ((uint64_t)time % 1000000 << 20) / 1000000;

	*high = millis << 16 | fraction >> 8;
	*low = (*low & ~UINT64_C(0) >> 10) | (fraction & 0xff) << 54;
}

int gen_uuid(const struct generator *g, uint64_t row, struct generation *m, struct value *value)
{
	uint64_t high = rng_at(g->key, row);
	uint64_t low = rng_at(g->key ^ STREAM_SECOND, row);
	char *out;

	if (g->uuid_version == 7) {
		int64_t time;

		if (!time_of_row(g->from, g->interval > 0 ? g->interval : UUID_INTERVAL, row, high, &time))
			return generation_fails(m, "a UUID's time past the year 2262: too many rows for its interval");
		if (time < 0)
			return generation_fails(m, "a UUID of version 7 cannot hold a time before 1970");
		halves_of_time(time, &high, &low);
	}
	with_version(&high, &low, g->uuid_version == 7 ? 7 : 4);

	out = arena_get(m->arena, UUID_LENGTH);
	if (!out)
		return generation_fails(m, NULL);
	put_uuid(out, high, low);
	value->type = VALUE_TEXT;
	value->bytes = out;
	value->len = UUID_LENGTH;
	return 0;
}
