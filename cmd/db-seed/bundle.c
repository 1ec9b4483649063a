#include "bundle.h"

#include <stdio.h>
#include <string.h>

#include "config.h"
#include "crc32.h"
#include "pem.h"

#define GZIP_HEADER  10
#define GZIP_TRAILER 8
#define STORED_MAX   65535 /* bytes in a stored block of deflate (RFC 1951, 3.2.4) */
#define STORED_EXTRA 5     /* what comes before them */
#define TAR_BLOCK    512
#define TAR_END      2     /* blocks of zeros */

#define CA_LABEL   "NEBULA CERTIFICATE"
#define KEY_LABEL  "NEBULA X25519 PRIVATE KEY"
#define CRL_LABEL  "X509 CRL"
#define CA_BYTES   154
#define CERT_BYTES 187
#define KEY_BYTES  32

static size_t blocks_of(size_t size, size_t block)
{
	return (size + block - 1) / block;
}

/* Octal with leading zeros and a NUL behind. */
static void put_octal(char *field, size_t width, size_t number)
{
	field[width - 1] = '\0';
	for (size_t i = width - 1; i > 0; i--, number >>= 3)
		field[i - 1] = (char)('0' + (number & 7));
}

/* A header as in POSIX.1-1988: ustar. */
static void put_header(char *h, const char *name, unsigned mode, size_t size)
{
	size_t sum = 0;

	memset(h, 0, TAR_BLOCK);
	memcpy(h, name, strlen(name));
	put_octal(h + 100, 8, mode);
	put_octal(h + 108, 8, 0); /* user, group */
	put_octal(h + 116, 8, 0);
	put_octal(h + 124, 12, size);
	put_octal(h + 136, 12, 0); /* time */
	memset(h + 148, ' ', 8);
	h[156] = '0'; /* a regular file */
	memcpy(h + 257, "ustar\00000", 8);
	memcpy(h + 265, "root", 4);
	memcpy(h + 297, "root", 4);
	for (int i = 0; i < TAR_BLOCK; i++)
		sum += (unsigned char)h[i];
	put_octal(h + 148, 7, sum);
}

/* The file whose contents stand behind the block at header, up to end: fill its last block; the next header's place. */
static char *close_file(char *header, const char *name, unsigned mode, char *end)
{
	size_t size = (size_t)(end - header) - TAR_BLOCK;
	size_t padding = blocks_of(size, TAR_BLOCK) * TAR_BLOCK - size;

	put_header(header, name, mode, size);
	memset(end, 0, padding);
	return end + padding;
}

/* The files that are small. Their PEM texts fill less than a block each. */
static char *put_files(char *at, struct rng *rng)
{
	char *content = at + TAR_BLOCK;

	at = close_file(at, "config.yml", 0644, content + config_put(content, rng));
	at = close_file(at, "ca.crt", 0644, pem_put(at + TAR_BLOCK, CA_LABEL, CA_BYTES, rng));
	at = close_file(at, "host.crt", 0644, pem_put(at + TAR_BLOCK, CA_LABEL, CERT_BYTES, rng));
	return close_file(at, "host.key", 0600, pem_put(at + TAR_BLOCK, KEY_LABEL, KEY_BYTES, rng));
}

static void put_tar(char *tar, size_t size, struct rng *rng)
{
	char *at = put_files(tar, rng);
	size_t room = size - (size_t)(at - tar) - (1 + TAR_END) * TAR_BLOCK;

	at = close_file(at, "crl.pem", 0644, pem_put(at + TAR_BLOCK, CRL_LABEL, pem_fit(CRL_LABEL, room), rng));
	memset(at, 0, TAR_END * TAR_BLOCK);
}

static void put_le(char *out, uint32_t number, int bytes)
{
	for (int i = 0; i < bytes; i++, number >>= 8)
		out[i] = (char)(number & 0xff);
}

/* RFC 1952, with a comment of extra bytes, its NUL among them, where extra is not 0. */
static char *put_gzip_header(char *out, size_t extra)
{
	static const char comment[] = "Configuration bundle; blanks make up the size asked for.";
	const char header[GZIP_HEADER] = { 0x1f, (char)0x8b, 8, extra ? 0x10 : 0, 0, 0, 0, 0, 0, 3 /* Unix */ };

	memcpy(out, header, GZIP_HEADER);
	out += GZIP_HEADER;
	if (extra) {
		size_t len = sizeof(comment) - 1 < extra - 1 ? sizeof(comment) - 1 : extra - 1;

		memset(out, ' ', extra);
		memcpy(out, comment, len);
		out[extra - 1] = '\0';
	}
	return out + extra;
}

/* Turn the size bytes that end where the blocks will end into stored blocks from out on, which move forward to make
 * room for what goes between them. */
static void put_stored(char *out, const char *data, size_t size)
{
	while (size > 0) {
		uint32_t len = size < STORED_MAX ? (uint32_t)size : STORED_MAX;

		out[0] = len == size; /* the last; type 0, stored; the rest of the byte is not used */
		put_le(out + 1, len, 2);
		put_le(out + 3, ~len & 0xffff, 2);
		memmove(out + STORED_EXTRA, data, len);
		out += STORED_EXTRA + len;
		data += len;
		size -= len;
	}
}

void bundle_put(uint64_t key, char *out, size_t size)
{
	size_t room = size - GZIP_HEADER - GZIP_TRAILER;
	size_t tar_size = room / TAR_BLOCK * TAR_BLOCK;
	char *end = out + size - GZIP_TRAILER;
	struct rng rng;
	uint32_t crc;

	while (tar_size + STORED_EXTRA * blocks_of(tar_size, STORED_MAX) > room)
		tar_size -= TAR_BLOCK;
	rng_seed_at(&rng, key, 0);
	put_tar(end - tar_size, tar_size, &rng);
	crc = crc32_of(end - tar_size, tar_size);
	out = put_gzip_header(out, room - tar_size - STORED_EXTRA * blocks_of(tar_size, STORED_MAX));
	put_stored(out, end - tar_size, tar_size);
	put_le(end, crc, 4);
	put_le(end + 4, (uint32_t)tar_size, 4);
}
