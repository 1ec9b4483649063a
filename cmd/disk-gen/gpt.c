#include "gpt.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES 128
#define ENTRY_BYTES 128
#define TABLE_SECTORS (ENTRIES * ENTRY_BYTES / GPT_SECTOR)
#define HEADER_BYTES 92
#define FIRST_USABLE (2 + TABLE_SECTORS)
#define NAME_MAX_CHARS 36

static const char linux_data[] = "0fc63daf-8483-4772-8e79-3d69d8477de4";

static void put(unsigned char *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * i);
}

static unsigned digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 32) - 'a' + 10);
}

/* The first three fields are little-endian. */
static void put_guid(unsigned char at[16], const char *text)
{
	static const unsigned char order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	for (int i = 0; i < 16; i++) {
		if (*text == '-')
			text++;
		at[order[i]] = (unsigned char)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
}

static uint32_t crc32(const unsigned char *bytes, size_t len)
{
	uint32_t crc = 0xffffffff;

	while (len--) {
		crc ^= *bytes++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void put_mbr(unsigned char mbr[GPT_SECTOR], uint64_t sectors)
{
	static const unsigned char chs[] = {0x00, 0x02, 0x00}, chs_end[] = {0xff, 0xff, 0xff};
	unsigned char *entry = mbr + 446;

	memcpy(entry + 1, chs, 3);
	entry[4] = 0xee;
	memcpy(entry + 5, chs_end, 3);
	put(entry + 8, 1, 4);
	put(entry + 12, sectors - 1 > UINT32_MAX ? UINT32_MAX : sectors - 1, 4);
	mbr[510] = 0x55;
	mbr[511] = 0xaa;
}

static void put_table(unsigned char *table, const struct gpt *gpt, uint64_t sectors)
{
	put_guid(table, linux_data);
	put_guid(table + 16, gpt->partition);
	put(table + 32, GPT_HEAD / GPT_SECTOR, 8);
	put(table + 40, sectors - GPT_TAIL / GPT_SECTOR - 1, 8);
	for (size_t i = 0; i < NAME_MAX_CHARS && gpt->name[i]; i++)
		table[56 + 2 * i] = (unsigned char)gpt->name[i];
}

/* self, other: sectors of this header and of its copy; table: of its table. */
static void put_header(unsigned char *header, const struct gpt *gpt, uint64_t self, uint64_t other, uint64_t table,
		       uint64_t sectors, uint32_t table_crc)
{
	memcpy(header, "EFI PART", 8);
	put(header + 8, 0x00010000, 4);
	put(header + 12, HEADER_BYTES, 4);
	put(header + 24, self, 8);
	put(header + 32, other, 8);
	put(header + 40, FIRST_USABLE, 8);
	put(header + 48, sectors - FIRST_USABLE, 8);
	put_guid(header + 56, gpt->disk);
	put(header + 72, table, 8);
	put(header + 80, ENTRIES, 4);
	put(header + 84, ENTRY_BYTES, 4);
	put(header + 88, table_crc, 4);
	put(header + 16, crc32(header, HEADER_BYTES), 4);
}

void gpt_make(const struct gpt *gpt, unsigned char start[GPT_PART], unsigned char end[GPT_PART])
{
	uint64_t sectors = (uint64_t)gpt->bytes / GPT_SECTOR, last = sectors - 1;
	unsigned char *table = start + 2 * GPT_SECTOR;
	uint32_t crc;

	memset(start, 0, GPT_PART);
	memset(end, 0, GPT_PART);
	put_mbr(start, sectors);
	put_table(table, gpt, sectors);
	crc = crc32(table, ENTRIES * ENTRY_BYTES);
	put_header(start + GPT_SECTOR, gpt, 1, last, 2, sectors, crc);
	/* At the end there is no MBR, and the header comes last. */
	memcpy(end + GPT_SECTOR, table, ENTRIES * ENTRY_BYTES);
	put_header(end + GPT_PART - GPT_SECTOR, gpt, last, 1, last - TABLE_SECTORS, sectors, crc);
}

static int write_at(int fd, const unsigned char *bytes, size_t len, int64_t at)
{
	ssize_t n;

	do
		n = pwrite(fd, bytes, len, at);
	while (n < 0 && errno == EINTR);
	if (n >= 0 && (size_t)n < len)
		errno = ENOSPC;
	return n == (ssize_t)len ? 0 : -1;
}

int gpt_write(const struct gpt *gpt, int fd)
{
	unsigned char start[GPT_PART], end[GPT_PART];

	gpt_make(gpt, start, end);
	if (write_at(fd, start, sizeof start, 0) < 0)
		return -1;
	return write_at(fd, end + GPT_SECTOR, sizeof end - GPT_SECTOR, gpt->bytes - GPT_PART + GPT_SECTOR);
}
