#ifndef DISK_GEN_RPMHEADER_H
#define DISK_GEN_RPMHEADER_H

#include <stddef.h>
#include <stdint.h>

/* RPM's header of a package, as its database keeps it: an index of tags, then their data, big-endian. Tags up to
 * header_seal() are the package's own and covered by its digest; what comes after it was added at installation. Add
 * each tag once, in ascending order. All of it dies where there is no memory. */

enum rpm_type {
	RPM_CHAR = 1,
	RPM_INT16 = 3,
	RPM_INT32 = 4,
	RPM_STRING = 6,
	RPM_BIN = 7,
	RPM_STRINGS = 8,
	RPM_I18N = 9
};

struct rpm_header {
	unsigned char *index, *data;
	size_t entries, entries_room; /* of 16 bytes */
	size_t len, room;             /* of data */
};

void header_start(struct rpm_header *header);
void header_end(struct rpm_header *header); /* frees */

void header_string(struct rpm_header *header, unsigned tag, const char *text);
void header_i18n(struct rpm_header *header, unsigned tag, const char *text);
void header_strings(struct rpm_header *header, unsigned tag, const char *const *text, size_t n);
void header_ints(struct rpm_header *header, unsigned tag, const uint32_t *value, size_t n);
void header_int(struct rpm_header *header, unsigned tag, uint32_t value);
void header_shorts(struct rpm_header *header, unsigned tag, const uint16_t *value, size_t n);
/* type: RPM_BIN or RPM_CHAR. */
void header_bin(struct rpm_header *header, unsigned tag, enum rpm_type type, const void *bytes, size_t n);

/* Closes the region; sha256 gets its digest in hexadecimal (65 bytes). */
void header_seal(struct rpm_header *header, char *sha256);

/* The whole as the database's blob, for the caller to free. */
unsigned char *header_blob(const struct rpm_header *header, size_t *len);

#endif
