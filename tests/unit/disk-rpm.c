#include <unistd.h>

#include "disking.h"

#include "../../cmd/disk-gen/rpmheader.h"
#include "sha256.h"
#include "sql.h"

/* RPM's database, read as RPM reads it. */

#define PATH "/var/lib/rpm/rpmdb.sqlite"

enum { N = 600 };

static uint32_t word(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* The value of a tag, and how many there are; NULL where there is none. What has to hold for any tag is checked. */
static const unsigned char *tag(const unsigned char *blob, size_t len, uint32_t wanted, uint32_t *count)
{
	uint32_t entries = word(blob), bytes = word(blob + 4);
	const unsigned char *data = blob + 8 + 16 * entries, *found = NULL;

	assert_int_equal(8 + 16 * entries + bytes, len);
	for (uint32_t i = 0; i < entries; i++) {
		const unsigned char *entry = blob + 8 + 16 * i;
		uint32_t type = word(entry + 4), offset = word(entry + 8);
		uint32_t align = type == RPM_INT32 ? 4 : type == RPM_INT16 ? 2 : 1;

		assert_true(offset < bytes && offset % align == 0 && word(entry + 12) > 0);
		if (word(entry) != wanted)
			continue;
		assert_null(found);
		found = data + offset;
		*count = word(entry + 12);
	}
	return found;
}

static const char *text_tag(const unsigned char *blob, size_t len, uint32_t wanted)
{
	uint32_t count;
	const unsigned char *found = tag(blob, len, wanted, &count);

	assert_non_null(found);
	return (const char *)found;
}

/* The region: from the index' first entry to the trailer among the data. Its digest is behind it. */
static void check_region(const unsigned char *blob, size_t len)
{
	uint32_t entries = word(blob), at = word(blob + 16), sealed;
	const unsigned char *data = blob + 8 + 16 * entries;
	unsigned char head[16] = {0x8e, 0xad, 0xe8, 0x01}, digest[SHA256_BYTES];
	char text[SHA256_TEXT];
	struct sha256 sum;

	assert_true(word(blob + 8) == 63 && word(blob + 12) == RPM_BIN && word(blob + 20) == 16);
	assert_true(word(data + at) == 63 && word(data + at + 4) == RPM_BIN && word(data + at + 12) == 16);
	sealed = (0u - word(data + at + 8)) / 16;
	assert_true(sealed > 20 && sealed < entries);
	memcpy(head + 8, (unsigned char[]){0, 0, (unsigned char)(sealed >> 8), (unsigned char)sealed}, 4);
	memcpy(head + 12, (unsigned char[]){0, 0, (unsigned char)((at + 16) >> 8), (unsigned char)(at + 16)}, 4);
	sha256_start(&sum);
	sha256_add(&sum, head, 16);
	sha256_add(&sum, blob + 8, 16 * sealed);
	sha256_add(&sum, data, at + 16);
	sha256_end(&sum, digest);
	for (int i = 0; i < SHA256_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(text_tag(blob, len, 273), text);
}

static char directory[] = "/tmp/unit-rpm-XXXXXX";
static char path[64];
static struct tree tree;
static struct sql *db;

static int set_up(void **state)
{
	struct image image = image_of(OS_FEDORA, "40", 1 << 30);
	const struct node *node;
	FILE *out;

	(void)state;
	image.packages = N;
	tree = made(&image);
	node = node_behind(&tree, PATH);
	if (!node || !mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/db", directory);
	out = fopen(path, "wb");
	if (!out || fwrite(node->bytes, 1, node->len, out) != node->len || fclose(out) != 0)
		return -1;
	return sql_open(&db, path, SQL_READ);
}

static int tear_down(void **state)
{
	(void)state;
	sql_close(db);
	unlink(path);
	rmdir(directory);
	content_free(&tree);
	return 0;
}

static int64_t number(const char *query)
{
	int64_t value = -1;

	if (sql_integer(db, &value, "%s", query) != 0)
		fail_msg("%s", sql_error(db));
	return value;
}

static void database_is_sound(void **state)
{
	char *said = NULL;

	(void)state;
	assert_int_equal(sql_textf(db, &said, "PRAGMA integrity_check"), 0);
	assert_string_equal(said, "ok");
	free(said);
	assert_int_equal(number("SELECT count(*) FROM pragma_foreign_key_check"), 0);
	assert_int_equal(number("PRAGMA page_size"), 4096);
	assert_int_equal(
		number("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence'"), 19);
	assert_int_equal(number("SELECT count(*) FROM Packages"), N);
	assert_int_equal(number("SELECT max(hnum) FROM Packages"), N);
	assert_int_equal(number("SELECT seq FROM sqlite_sequence WHERE name = 'Packages'"), N);
	assert_int_equal(number("SELECT count(DISTINCT key) FROM Name"), N);
	assert_int_equal(number("SELECT count(DISTINCT hnum) FROM Name"), N);
	assert_int_equal(number("SELECT count(*) FROM Requirename r WHERE NOT EXISTS (SELECT 1 FROM Providename p "
				"WHERE p.key = r.key)"),
			 0);
	assert_true(number("SELECT count(*) FROM Requirename") > N / 2);
	assert_true(number("SELECT count(*) FROM Basenames WHERE key = 'ls'") == 1);
}

static void headers_are_sound(void **state)
{
	struct sql_stmt *stmt = sql_preparef(db, "SELECT p.blob, n.key FROM Packages p JOIN Name n USING (hnum)");
	int n = 0;

	(void)state;
	assert_non_null(stmt);
	for (; sql_step(stmt) == 1; n++) {
		const unsigned char *blob = sql_get_blob(stmt, 0);
		size_t len = sql_get_bytes(stmt, 0);
		uint32_t names, digests, directories, indices, count;
		const unsigned char *at;

		check_region(blob, len);
		assert_string_equal(text_tag(blob, len, 1000), sql_get_text(stmt, 1));
		assert_non_null(strstr(text_tag(blob, len, 1002), ".fc40"));
		assert_string_equal(text_tag(blob, len, 1021), "linux");
		assert_non_null(tag(blob, len, 1117, &names));
		assert_non_null(tag(blob, len, 1035, &digests));
		assert_non_null(tag(blob, len, 1118, &directories));
		at = tag(blob, len, 1116, &indices);
		assert_true(names == digests && names == indices);
		for (uint32_t i = 0; i < indices; i++)
			assert_true(word(at + 4 * i) < directories);
		at = tag(blob, len, 1008, &count);
		assert_true(count == 1 && word(at) <= TIME && word(at) > TIME - 100 * 86400);
	}
	assert_int_equal(n, N);
	sql_finalize(stmt);
}

static void tags_keep_their_values(void **state)
{
	static const char *const words[] = {"one", "", "three"};
	static const uint32_t ints[] = {1, UINT32_MAX};
	static const uint16_t shorts[] = {0x1234};
	struct rpm_header header;
	unsigned char *blob;
	const unsigned char *at;
	char digest[65];
	uint32_t count;
	size_t len;

	(void)state;
	header_start(&header);
	header_string(&header, 1000, "x");
	header_shorts(&header, 1030, shorts, 1); /* each of them needs bytes before it */
	header_string(&header, 1031, "xy");
	header_ints(&header, 1032, ints, 2);
	header_strings(&header, 1033, words, 3);
	header_i18n(&header, 1034, "");
	header_seal(&header, digest);
	header_int(&header, 1040, 77);
	blob = header_blob(&header, &len);
	header_end(&header);
	assert_string_equal(text_tag(blob, len, 1000), "x");
	assert_memory_equal(tag(blob, len, 1030, &count), "\x12\x34", 2);
	at = tag(blob, len, 1032, &count);
	assert_true(count == 2 && word(at) == 1 && word(at + 4) == UINT32_MAX);
	assert_memory_equal(tag(blob, len, 1033, &count), "one\0\0three", 11);
	assert_int_equal(count, 3);
	assert_int_equal(word(tag(blob, len, 1040, &count)), 77);
	assert_null(tag(blob, len, 1041, &count));
	assert_int_equal(strlen(digest), 64);
	free(blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(database_is_sound),
		cmocka_unit_test(headers_are_sound),
		cmocka_unit_test(tags_keep_their_values),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
