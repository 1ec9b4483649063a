#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rpmheader.h"
#include "sha256.h"

#define ENTRY 16
#define TAG_IMMUTABLE 63

static void put(unsigned char *at, uint32_t value)
{
	at[0] = (unsigned char)(value >> 24);
	at[1] = (unsigned char)(value >> 16);
	at[2] = (unsigned char)(value >> 8);
	at[3] = (unsigned char)value;
}

static void entry(unsigned char *at, uint32_t tag, uint32_t type, uint32_t offset, uint32_t count)
{
	put(at, tag);
	put(at + 4, type);
	put(at + 8, offset);
	put(at + 12, count);
}

static unsigned char *grow(struct rpm_header *h, size_t more)
{
	unsigned char *at;

	if (h->room - h->len < more) {
		h->room = 2 * h->room + more + 1024;
		h->data = x_reallocarray(h->data, h->room, 1);
	}
	at = h->data + h->len;
	memset(at, 0, more);
	h->len += more;
	return at;
}

static unsigned char *add(struct rpm_header *h, unsigned tag, enum rpm_type type, size_t count, size_t bytes)
{
	size_t align = type == RPM_INT32 ? 4 : type == RPM_INT16 ? 2 : 1;

	grow(h, (align - h->len % align) % align);
	if (h->entries == h->entries_room) {
		h->entries_room = 2 * h->entries_room + 64;
		h->index = x_reallocarray(h->index, h->entries_room, ENTRY);
	}
	entry(h->index + h->entries++ * ENTRY, tag, type, (uint32_t)h->len, (uint32_t)count);
	return grow(h, bytes);
}

void header_start(struct rpm_header *h)
{
	*h = (struct rpm_header){.room = 2048, .data = x_malloc(2048)};
	add(h, TAG_IMMUTABLE, RPM_BIN, ENTRY, 0); /* where it is follows in header_seal() */
}

void header_end(struct rpm_header *h)
{
	free(h->index);
	free(h->data);
}

void header_string(struct rpm_header *h, unsigned tag, const char *text)
{
	size_t bytes = strlen(text) + 1;

	memcpy(add(h, tag, RPM_STRING, 1, bytes), text, bytes);
}

static void strings(struct rpm_header *h, unsigned tag, enum rpm_type type, const char *const *text, size_t n)
{
	unsigned char *at;
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += strlen(text[i]) + 1;
	at = add(h, tag, type, n, bytes);
	for (size_t i = 0; i < n; i++) {
		memcpy(at, text[i], strlen(text[i]));
		at += strlen(text[i]) + 1;
	}
}

void header_i18n(struct rpm_header *h, unsigned tag, const char *text)
{
	strings(h, tag, RPM_I18N, &text, 1);
}

void header_strings(struct rpm_header *h, unsigned tag, const char *const *text, size_t n)
{
	strings(h, tag, RPM_STRINGS, text, n);
}

void header_ints(struct rpm_header *h, unsigned tag, const uint32_t *value, size_t n)
{
	unsigned char *at = add(h, tag, RPM_INT32, n, 4 * n);

	for (size_t i = 0; i < n; i++)
		put(at + 4 * i, value[i]);
}

void header_int(struct rpm_header *h, unsigned tag, uint32_t value)
{
	header_ints(h, tag, &value, 1);
}

void header_shorts(struct rpm_header *h, unsigned tag, const uint16_t *value, size_t n)
{
	unsigned char *at = add(h, tag, RPM_INT16, n, 2 * n);

	for (size_t i = 0; i < n; i++) {
		at[2 * i] = (unsigned char)(value[i] >> 8);
		at[2 * i + 1] = (unsigned char)value[i];
	}
}

void header_bin(struct rpm_header *h, unsigned tag, enum rpm_type type, const void *bytes, size_t n)
{
	memcpy(add(h, tag, type, n, n), bytes, n);
}

/* The region ends with a trailer among the data that points back over the index. */
void header_seal(struct rpm_header *h, char *sha256)
{
	static const unsigned char magic[8] = {0x8e, 0xad, 0xe8, 0x01};
	unsigned char sizes[8], digest[SHA256_BYTES], *trailer;
	size_t at = h->len;
	struct sha256 sum;

	trailer = grow(h, ENTRY);
	entry(trailer, TAG_IMMUTABLE, RPM_BIN, (uint32_t) - (int32_t)(h->entries * ENTRY), ENTRY);
	entry(h->index, TAG_IMMUTABLE, RPM_BIN, (uint32_t)at, ENTRY);

	put(sizes, (uint32_t)h->entries);
	put(sizes + 4, (uint32_t)h->len);
	sha256_start(&sum);
	sha256_add(&sum, magic, sizeof magic);
	sha256_add(&sum, sizes, sizeof sizes);
	sha256_add(&sum, h->index, h->entries * ENTRY);
	sha256_add(&sum, h->data, h->len);
	sha256_end(&sum, digest);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		snprintf(sha256 + 2 * i, 3, "%02x", digest[i]);
}

unsigned char *header_blob(const struct rpm_header *h, size_t *len)
{
	unsigned char *blob;

	*len = 8 + h->entries * ENTRY + h->len;
	blob = x_malloc(*len);
	put(blob, (uint32_t)h->entries);
	put(blob + 4, (uint32_t)h->len);
	memcpy(blob + 8, h->index, h->entries * ENTRY);
	memcpy(blob + 8 + h->entries * ENTRY, h->data, h->len);
	return blob;
}
