/* The partition tables of disk-gen: fields where the UEFI specification has them, and checksums that fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cmd/disk-gen/gpt.h"

#define MIB (1LL << 20)

static const struct gpt example = {
	.bytes = 12 * MIB,
	.disk = "00112233-4455-6677-8899-aabbccddeeff",
	.partition = "A0B1C2D3-E4F5-4607-9819-2a3b4c5d6e7f",
	.name = "root",
};

static unsigned char start[GPT_PART], end[GPT_PART];

static uint64_t number(const unsigned char *at, int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* CRC-32, by a table, which the code itself goes without. */
static uint32_t checksum(const unsigned char *bytes, size_t len)
{
	uint32_t table[256], crc = 0xffffffff;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int k = 0; k < 8; k++)
			table[i] = table[i] & 1 ? 0xedb88320 ^ table[i] >> 1 : table[i] >> 1;
	}
	for (size_t i = 0; i < len; i++)
		crc = table[(crc ^ bytes[i]) & 255] ^ crc >> 8;
	return ~crc;
}

static int make(void **state)
{
	(void)state;
	gpt_make(&example, start, end);
	return 0;
}

static void has_a_protective_mbr(void **state)
{
	(void)state;
	assert_int_equal(start[446 + 4], 0xee);
	assert_int_equal(number(start + 446 + 8, 4), 1);
	assert_int_equal(number(start + 446 + 12, 4), 12 * MIB / 512 - 1);
	assert_int_equal(number(start + 510, 2), 0xaa55);
	for (int i = 446 + 16; i < 510; i++)
		assert_int_equal(start[i], 0);
}

static void the_mbr_of_a_huge_disk_is_full(void **state)
{
	static unsigned char first[GPT_PART], last[GPT_PART];
	struct gpt huge = example;

	(void)state;
	huge.bytes = 4LL << 40;
	gpt_make(&huge, first, last);
	assert_int_equal(number(first + 446 + 12, 4), 0xffffffff);
	assert_int_equal(number(first + 512 + 32, 8), (4LL << 40) / 512 - 1);
}

static void check_header(const unsigned char *header, uint64_t self, uint64_t other, uint64_t table)
{
	unsigned char copy[92];

	assert_memory_equal(header, "EFI PART\0\0\1\0\x5c\0\0\0", 16);
	assert_int_equal(number(header + 24, 8), self);
	assert_int_equal(number(header + 32, 8), other);
	assert_int_equal(number(header + 40, 8), 34);
	assert_int_equal(number(header + 48, 8), 12 * MIB / 512 - 34);
	assert_int_equal(number(header + 72, 8), table);
	assert_int_equal(number(header + 80, 4), 128);
	assert_int_equal(number(header + 84, 4), 128);
	assert_int_equal(number(header + 88, 4), checksum(start + 1024, 16384));
	memcpy(copy, header, sizeof copy);
	memset(copy + 16, 0, 4);
	assert_int_equal(number(header + 16, 4), checksum(copy, sizeof copy));
}

static void has_both_headers(void **state)
{
	uint64_t last = 12 * MIB / 512 - 1;

	(void)state;
	check_header(start + 512, 1, last, 2);
	check_header(end + GPT_PART - 512, last, 1, last - 32);
}

static void has_the_table_twice(void **state)
{
	(void)state;
	assert_memory_equal(start + 1024, end + 512, 16384);
}

static void has_one_partition(void **state)
{
	static const unsigned char type[16] = {0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
					       0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4};
	static const unsigned char unique[16] = {0xd3, 0xc2, 0xb1, 0xa0, 0xf5, 0xe4, 0x07, 0x46,
						 0x98, 0x19, 0x2a, 0x3b, 0x4c, 0x5d, 0x6e, 0x7f};
	const unsigned char *entry = start + 1024;

	(void)state;
	assert_memory_equal(entry, type, 16);
	assert_memory_equal(entry + 16, unique, 16);
	assert_int_equal(number(entry + 32, 8), 2048);
	assert_int_equal(number(entry + 40, 8), 11 * MIB / 512 - 1);
	assert_memory_equal(entry + 56, "r\0o\0o\0t\0\0\0", 10);
	for (int i = 128; i < 16384; i++)
		assert_int_equal(entry[i], 0);
}

static void has_the_disks_uuid(void **state)
{
	static const unsigned char disk[16] = {0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66,
					       0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

	(void)state;
	assert_memory_equal(start + 512 + 56, disk, 16);
}

static void cuts_a_long_name(void **state)
{
	static unsigned char first[GPT_PART], last[GPT_PART];
	struct gpt named = example;

	(void)state;
	named.name = "0123456789012345678901234567890123456789";
	gpt_make(&named, first, last);
	assert_int_equal(first[1024 + 56 + 2 * 35], '5');
	assert_int_equal(number(first + 1024 + 128, 8), 0);
}

static void writes_both_ends(void **state)
{
	char path[] = "/tmp/gpt-test.XXXXXX";
	static unsigned char found[GPT_PART];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(ftruncate(fd, example.bytes), 0);
	assert_int_equal(gpt_write(&example, fd), 0);
	assert_int_equal(pread(fd, found, GPT_PART, 0), GPT_PART);
	assert_memory_equal(found, start, GPT_PART);
	assert_int_equal(pread(fd, found, GPT_PART, example.bytes - GPT_PART), GPT_PART);
	assert_memory_equal(found, end, GPT_PART);
	assert_int_equal(lseek(fd, 0, SEEK_END), example.bytes);
	close(fd);
	assert_int_equal(gpt_write(&example, fd), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_a_protective_mbr),
		cmocka_unit_test(the_mbr_of_a_huge_disk_is_full),
		cmocka_unit_test(has_both_headers),
		cmocka_unit_test(has_the_table_twice),
		cmocka_unit_test(has_one_partition),
		cmocka_unit_test(has_the_disks_uuid),
		cmocka_unit_test(cuts_a_long_name),
		cmocka_unit_test(writes_both_ends),
	};

	return cmocka_run_group_tests(tests, make, NULL);
}
