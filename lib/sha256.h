#ifndef BENCHPIPE_SHA256_H
#define BENCHPIPE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/* SHA-256 as in FIPS 180-4. Allocates nothing and cannot fail. */

#define SHA256_BYTES 32
#define SHA256_TEXT 65 /* in hexadecimal, with the NUL */

struct sha256 {
	uint32_t h[8];
	uint64_t len;            /* bytes so far */
	unsigned char block[64]; /* the last len % 64 of them */
};

/* Piece by piece: start, add any number of times, end; then start again for another digest. */
void sha256_start(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t len);
void sha256_end(struct sha256 *s, unsigned char digest[SHA256_BYTES]);

/* Of one piece, as lower-case hexadecimal. */
void sha256_text(const void *bytes, size_t len, char text[SHA256_TEXT]);

#endif
