#include "crc32.h"

#include <endian.h>
#include <string.h>

/* Slicing by 8: M. Kounavis, F. Berry, "Novel Table Lookup-Based Algorithms for High-Performance CRC Generation",
 * IEEE Transactions on Computers 57 (2008). Table k tells what a byte with k bytes behind it comes to. The
 * remainder is linear over GF(2), so the remainders of a byte's eight bits make up the table of its 256 values. */

#define BIT(i, b, remainder) ((i) >> (b) & 1 ? UINT32_C(remainder) : 0)
#define ENTRY(k, i) (REMAINDERS_##k(i))
#define REMAINDERS_0(i) \
	(BIT(i, 0, 0x77073096) ^ BIT(i, 1, 0xee0e612c) ^ BIT(i, 2, 0x076dc419) ^ BIT(i, 3, 0x0edb8832) ^ \
	 BIT(i, 4, 0x1db71064) ^ BIT(i, 5, 0x3b6e20c8) ^ BIT(i, 6, 0x76dc4190) ^ BIT(i, 7, 0xedb88320))
#define REMAINDERS_1(i) \
	(BIT(i, 0, 0x191b3141) ^ BIT(i, 1, 0x32366282) ^ BIT(i, 2, 0x646cc504) ^ BIT(i, 3, 0xc8d98a08) ^ \
	 BIT(i, 4, 0x4ac21251) ^ BIT(i, 5, 0x958424a2) ^ BIT(i, 6, 0xf0794f05) ^ BIT(i, 7, 0x3b83984b))
#define REMAINDERS_2(i) \
	(BIT(i, 0, 0x01c26a37) ^ BIT(i, 1, 0x0384d46e) ^ BIT(i, 2, 0x0709a8dc) ^ BIT(i, 3, 0x0e1351b8) ^ \
	 BIT(i, 4, 0x1c26a370) ^ BIT(i, 5, 0x384d46e0) ^ BIT(i, 6, 0x709a8dc0) ^ BIT(i, 7, 0xe1351b80))
#define REMAINDERS_3(i) \
	(BIT(i, 0, 0xb8bc6765) ^ BIT(i, 1, 0xaa09c88b) ^ BIT(i, 2, 0x8f629757) ^ BIT(i, 3, 0xc5b428ef) ^ \
	 BIT(i, 4, 0x5019579f) ^ BIT(i, 5, 0xa032af3e) ^ BIT(i, 6, 0x9b14583d) ^ BIT(i, 7, 0xed59b63b))
#define REMAINDERS_4(i) \
	(BIT(i, 0, 0x3d6029b0) ^ BIT(i, 1, 0x7ac05360) ^ BIT(i, 2, 0xf580a6c0) ^ BIT(i, 3, 0x30704bc1) ^ \
	 BIT(i, 4, 0x60e09782) ^ BIT(i, 5, 0xc1c12f04) ^ BIT(i, 6, 0x58f35849) ^ BIT(i, 7, 0xb1e6b092))
#define REMAINDERS_5(i) \
	(BIT(i, 0, 0xcb5cd3a5) ^ BIT(i, 1, 0x4dc8a10b) ^ BIT(i, 2, 0x9b914216) ^ BIT(i, 3, 0xec53826d) ^ \
	 BIT(i, 4, 0x03d6029b) ^ BIT(i, 5, 0x07ac0536) ^ BIT(i, 6, 0x0f580a6c) ^ BIT(i, 7, 0x1eb014d8))
#define REMAINDERS_6(i) \
	(BIT(i, 0, 0xa6770bb4) ^ BIT(i, 1, 0x979f1129) ^ BIT(i, 2, 0xf44f2413) ^ BIT(i, 3, 0x33ef4e67) ^ \
	 BIT(i, 4, 0x67de9cce) ^ BIT(i, 5, 0xcfbd399c) ^ BIT(i, 6, 0x440b7579) ^ BIT(i, 7, 0x8816eaf2))
#define REMAINDERS_7(i) \
	(BIT(i, 0, 0xccaa009e) ^ BIT(i, 1, 0x4225077d) ^ BIT(i, 2, 0x844a0efa) ^ BIT(i, 3, 0xd3e51bb5) ^ \
	 BIT(i, 4, 0x7cbb312b) ^ BIT(i, 5, 0xf9766256) ^ BIT(i, 6, 0x299dc2ed) ^ BIT(i, 7, 0x533b85da))

#define FOUR(k, i)    ENTRY(k, i), ENTRY(k, (i) + 1), ENTRY(k, (i) + 2), ENTRY(k, (i) + 3)
#define SIXTEEN(k, i) FOUR(k, i), FOUR(k, (i) + 4), FOUR(k, (i) + 8), FOUR(k, (i) + 12)
#define QUARTER(k, i) SIXTEEN(k, i), SIXTEEN(k, (i) + 16), SIXTEEN(k, (i) + 32), SIXTEEN(k, (i) + 48)
#define TABLE(k)      { QUARTER(k, 0), QUARTER(k, 64), QUARTER(k, 128), QUARTER(k, 192) }

static const uint32_t table[8][256] = { TABLE(0), TABLE(1), TABLE(2), TABLE(3), TABLE(4), TABLE(5), TABLE(6), TABLE(7) };

uint32_t crc32_of(const void *data, size_t size)
{
	const unsigned char *p = data;
	uint32_t crc = ~UINT32_C(0);

	for (; size >= 8; size -= 8, p += 8) {
		uint64_t word;

		memcpy(&word, p, sizeof(word));
		word = le64toh(word) ^ crc;
		crc = table[7][word & 0xff] ^ table[6][word >> 8 & 0xff] ^ table[5][word >> 16 & 0xff] ^
		      table[4][word >> 24 & 0xff] ^ table[3][word >> 32 & 0xff] ^ table[2][word >> 40 & 0xff] ^
		      table[1][word >> 48 & 0xff] ^ table[0][word >> 56];
	}
	for (; size > 0; size--, p++)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	return ~crc;
}
