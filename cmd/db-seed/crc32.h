#ifndef DB_SEED_CRC32_H
#define DB_SEED_CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC-32 of gzip (RFC 1952, section 8). */
uint32_t crc32_of(const void *data, size_t size);

#endif
