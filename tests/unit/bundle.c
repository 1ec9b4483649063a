#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/bundle.h"
#include "rng.h"

/* Bit by bit, as RFC 1952 defines it. */
static uint32_t slow_crc(const unsigned char *data, size_t size)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static uint32_t little_endian(const unsigned char *p, int bytes)
{
	uint32_t n = 0;

	for (int i = bytes - 1; i >= 0; i--)
		n = n << 8 | p[i];
	return n;
}

/* Where the deflate data begins. */
static size_t gzip_header(const unsigned char *file, size_t size)
{
	size_t at = 10;

	assert_memory_equal(file, "\x1f\x8b\x08", 3);
	assert_true(file[3] == 0 || file[3] == 0x10);
	assert_memory_equal(file + 4, "\0\0\0\0", 4);
	if (file[3]) {
		while (at < size && file[at])
			at++;
		at++;
	}
	assert_true(at < size);
	return at;
}

/* Undo the gzip file: the length of what was in it, which goes to out. */
static size_t gunzip(const unsigned char *file, size_t size, unsigned char *out)
{
	size_t at = gzip_header(file, size), len = 0;
	bool last = false;

	while (!last) {
		uint32_t n;

		assert_true(at + 5 <= size - 8);
		assert_true(file[at] <= 1); /* stored */
		last = file[at];
		n = little_endian(file + at + 1, 2);
		assert_int_equal(n ^ 0xffff, little_endian(file + at + 3, 2));
		at += 5;
		assert_true(n <= size - 8 - at);
		memcpy(out + len, file + at, n);
		len += n;
		at += n;
	}
	assert_int_equal(at, size - 8);
	assert_int_equal(little_endian(file + at, 4), slow_crc(out, len));
	assert_int_equal(little_endian(file + at + 4, 4), len);
	return len;
}

static size_t octal(const unsigned char *field, size_t width)
{
	size_t n = 0;

	for (size_t i = 0; i < width && field[i] >= '0' && field[i] <= '7'; i++)
		n = n * 8 + (size_t)(field[i] - '0');
	return n;
}

static void check_header(const unsigned char *h, const char *name)
{
	size_t sum = 0;

	assert_string_equal((const char *)h, name);
	assert_memory_equal(h + 257, "ustar\00000", 8);
	assert_int_equal(h[156], '0');
	for (size_t i = 0; i < 512; i++)
		sum += i >= 148 && i < 156 ? ' ' : h[i];
	assert_int_equal(octal(h + 148, 8), sum);
	assert_int_equal(octal(h + 100, 8), strcmp(name, "host.key") ? 0644 : 0600);
}

/* Lines of 64 characters of base64, but the last, between BEGIN and END. */
static void check_pem(const char *text, size_t len)
{
	const char *end = text + len, *line = memchr(text, '\n', len);

	assert_non_null(line);
	assert_memory_equal(text, "-----BEGIN ", 11);
	assert_true(len > 80 && end[-1] == '\n');
	for (line++; *line != '-';) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		size_t n;

		assert_non_null(next);
		n = (size_t)(next - line);
		assert_true(n == 64 || (n < 64 && n % 4 == 0 && next[1] == '-'));
		n = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
		assert_true(line + n == next || (next[1] == '-' && next - line - (ptrdiff_t)n <= 2 && line[n] == '='));
		line = next + 1;
	}
	assert_memory_equal(line, "-----END ", 9);
	assert_ptr_equal(memchr(line, '\n', (size_t)(end - line)), end - 1);
}

static void check_config(const char *text, size_t len)
{
	static const char *const sections[] = { "pki:\n", "\nstatic_host_map:\n", "\nlighthouse:\n", "\nlisten:\n", "\nfirewall:\n" };

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		assert_non_null(memmem(text, len, sections[i], strlen(sections[i])));
	assert_int_equal(text[len - 1], '\n');
	assert_null(memchr(text, '\t', len));
}

static void check_tar(const unsigned char *tar, size_t size)
{
	static const char *const names[] = { "config.yml", "ca.crt", "host.crt", "host.key", "crl.pem" };
	size_t at = 0;

	assert_int_equal(size % 512, 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *content = (const char *)tar + at + 512;
		size_t len = octal(tar + at + 124, 12);

		check_header(tar + at, names[i]);
		assert_true(len > 0 && len <= size - at - 512);
		if (i == 0)
			check_config(content, len);
		else
			check_pem(content, len);
		at += 512 + len;
		for (; at % 512; at++)
			assert_int_equal(tar[at], 0);
	}
	assert_int_equal(size - at, 1024); /* crl.pem takes all that is left */
	for (; at < size; at++)
		assert_int_equal(tar[at], 0);
}

/* The buffers end where they must: a sanitizer sees one byte more. */
static void check_size(size_t size, uint64_t key)
{
	unsigned char *file = malloc(size), *tar = malloc(size);

	assert_non_null(file);
	assert_non_null(tar);
	memset(file, 0xa5, size);
	bundle_put(key, (char *)file, size);
	check_tar(tar, gunzip(file, size, tar));
	free(file);
	free(tar);
}

static void whole_at_any_size(void **state)
{
	(void)state;
	for (size_t size = BUNDLE_MIN; size < BUNDLE_MIN + 1100; size++)
		check_size(size, size);
	for (size_t size = 65536 - 40; size < 65536 + 600; size += 7)
		check_size(size, 1);
	for (uint64_t i = 0; i < 100; i++)
		check_size(BUNDLE_MIN + rng_reduce(rng_at(5, i), 200000), i);
}

static void whole_when_large(void **state)
{
	static const size_t sizes[] = { 100000, 102400, 1000000, 1048576, 5000000, 10485760 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		check_size(sizes[i], i);
}

static void same_key_same_bytes(void **state)
{
	static char a[20000], b[20000];

	(void)state;
	memset(a, 1, sizeof(a));
	bundle_put(7, a, sizeof(a));
	bundle_put(7, b, sizeof(b));
	assert_memory_equal(a, b, sizeof(a));
	assert_int_equal(slow_crc((unsigned char *)a, sizeof(a)), 0xdaf3ceb1);
	bundle_put(8, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_at_any_size),
		cmocka_unit_test(whole_when_large),
		cmocka_unit_test(same_key_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
