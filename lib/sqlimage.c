#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "sqlimage.h"

#define VERSION_AT 96 /* "Database File Format", 1.3.12: 4 bytes, big-endian */
#define HEADER_BYTES 100

char *sql_image(struct sql *db, size_t *len)
{
	static const unsigned char version[4] = {0x00, 0x2e, 0x5b, 0x30}; /* 3.38.0 */
	sqlite3_int64 size = 0;
	unsigned char *image = sqlite3_serialize(sql_handle(db), "main", &size, 0);
	char *bytes = NULL;

	sql_close(db); /* now, as there would be the database three times */
	if (image && size >= HEADER_BYTES) {
		memcpy(image + VERSION_AT, version, sizeof version);
		bytes = malloc((size_t)size);
	}
	if (bytes) {
		memcpy(bytes, image, (size_t)size);
		*len = (size_t)size;
	}
	sqlite3_free(image);
	return bytes;
}
