#include "sha256.h"

#include <stdatomic.h>
#include <string.h>

/* SHA256_PLAIN: for a test of what other processors run. */
#if defined(__x86_64__) && !defined(SHA256_PLAIN)
#define INSTRUCTIONS
#include <cpuid.h>
#include <immintrin.h>
#endif

/* The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
static const uint32_t k[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotated(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One round. The state's words are not moved; the next round has them under other names. */
#define ROUND(a, b, c, d, e, f, g, h, kw) \
	do { \
		uint32_t t = (h) + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((g) ^ ((e) & ((f) ^ (g)))) + (kw); \
		(d) += t; \
		(h) = t + (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + (((a) & (b)) | ((c) & ((a) | (b)))); \
	} while (0)

static void take_blocks_plainly(uint32_t state[8], const unsigned char *bytes, size_t blocks)
{
	for (; blocks; blocks--, bytes += 64) {
		uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
		uint32_t e = state[4], f = state[5], g = state[6], h = state[7], w[64];

		for (int i = 0; i < 16; i++)
			w[i] = big_endian(bytes + 4 * i);
		for (int i = 16; i < 64; i++) {
			uint32_t x = w[i - 15], y = w[i - 2];

			w[i] = w[i - 16] + (rotated(x, 7) ^ rotated(x, 18) ^ x >> 3) + w[i - 7] +
			       (rotated(y, 17) ^ rotated(y, 19) ^ y >> 10);
		}
		for (int i = 0; i < 64; i += 8) {
			ROUND(a, b, c, d, e, f, g, h, k[i] + w[i]);
			ROUND(h, a, b, c, d, e, f, g, k[i + 1] + w[i + 1]);
			ROUND(g, h, a, b, c, d, e, f, k[i + 2] + w[i + 2]);
			ROUND(f, g, h, a, b, c, d, e, k[i + 3] + w[i + 3]);
			ROUND(e, f, g, h, a, b, c, d, k[i + 4] + w[i + 4]);
			ROUND(d, e, f, g, h, a, b, c, k[i + 5] + w[i + 5]);
			ROUND(c, d, e, f, g, h, a, b, k[i + 6] + w[i + 6]);
			ROUND(b, c, d, e, f, g, h, a, k[i + 7] + w[i + 7]);
		}
		state[0] += a;
		state[1] += b;
		state[2] += c;
		state[3] += d;
		state[4] += e;
		state[5] += f;
		state[6] += g;
		state[7] += h;
	}
}

#ifdef INSTRUCTIONS

/* Four rounds an instruction pair, where the processor has them: six to ten times as fast. */
__attribute__((target("sha,sse4.1"))) static void take_blocks_by_instruction(uint32_t state[8],
									     const unsigned char *bytes, size_t blocks)
{
	const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
	/* The instructions want the words as a, b, e, f and c, d, g, h, the first one highest. */
	__m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
	__m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
	__m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xf0);

	for (; blocks; blocks--, bytes += 64) {
		__m128i abef_before = abef, cdgh_before = cdgh, w[4];

		for (int i = 0; i < 4; i++)
			w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), swap);
#pragma GCC unroll 16
		for (int i = 0; i < 16; i++) {
			__m128i now = w[i % 4], last = w[(i + 3) % 4];
			__m128i kw = _mm_add_epi32(now, _mm_loadu_si128((const __m128i *)(k + 4 * i)));

			cdgh = _mm_sha256rnds2_epu32(cdgh, abef, kw);
			abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(kw, 0x0e));
			if (i < 12) {
				__m128i next = _mm_sha256msg1_epu32(now, w[(i + 1) % 4]);

				next = _mm_add_epi32(next, _mm_alignr_epi8(last, w[(i + 2) % 4], 4));
				w[i % 4] = _mm_sha256msg2_epu32(next, last);
			}
		}
		abef = _mm_add_epi32(abef, abef_before);
		cdgh = _mm_add_epi32(cdgh, cdgh_before);
	}
	low = _mm_shuffle_epi32(abef, 0x1b);
	high = _mm_shuffle_epi32(cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)state, _mm_blend_epi16(low, high, 0xf0));
	_mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(high, low, 8));
}

static int has_instructions(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_SSE4_1) || !(c & bit_SSSE3))
		return 0;
	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b & 1U << 29;
}

#endif

static void take_blocks(uint32_t state[8], const unsigned char *bytes, size_t blocks)
{
#ifdef INSTRUCTIONS
	/* Asked once: a virtual machine's answer takes a while. 0: not asked yet. */
	static atomic_int answer;
	int has = atomic_load_explicit(&answer, memory_order_relaxed);

	if (!has) {
		has = has_instructions() ? 1 : -1;
		atomic_store_explicit(&answer, has, memory_order_relaxed);
	}
	if (has > 0) {
		take_blocks_by_instruction(state, bytes, blocks);
		return;
	}
#endif
	take_blocks_plainly(state, bytes, blocks);
}

void sha256_start(struct sha256 *s)
{
	/* The fractional parts of the square roots of the first 8 primes. */
	static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	*s = (struct sha256){.len = 0};
	memcpy(s->h, start, sizeof start);
}

void sha256_add(struct sha256 *s, const void *data, size_t len)
{
	const unsigned char *bytes = data;
	size_t filled = s->len % sizeof s->block;

	s->len += len;
	if (filled + len < sizeof s->block) {
		if (len)
			memcpy(s->block + filled, bytes, len);
		return;
	}
	if (filled) {
		memcpy(s->block + filled, bytes, sizeof s->block - filled);
		take_blocks(s->h, s->block, 1);
		bytes += sizeof s->block - filled;
		len -= sizeof s->block - filled;
	}
	if (len >= sizeof s->block)
		take_blocks(s->h, bytes, len / sizeof s->block);
	if (len % sizeof s->block)
		memcpy(s->block, bytes + len / sizeof s->block * sizeof s->block, len % sizeof s->block);
}

void sha256_end(struct sha256 *s, unsigned char digest[SHA256_BYTES])
{
	static const unsigned char padding[64] = {0x80};
	uint64_t bits = s->len * 8;
	unsigned char length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (unsigned char)(bits >> (56 - 8 * i));
	sha256_add(s, padding, 1 + (119 - s->len % 64) % 64);
	sha256_add(s, length, sizeof length);
	for (int i = 0; i < SHA256_BYTES; i++)
		digest[i] = (unsigned char)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_text(const void *bytes, size_t len, char text[SHA256_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char digest[SHA256_BYTES];
	struct sha256 s;

	sha256_start(&s);
	sha256_add(&s, bytes, len);
	sha256_end(&s, digest);
	for (int i = 0; i < SHA256_BYTES; i++) {
		text[2 * i] = digits[digest[i] >> 4];
		text[2 * i + 1] = digits[digest[i] & 15];
	}
	text[2 * SHA256_BYTES] = '\0';
}
