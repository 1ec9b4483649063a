/* SHA-256 as processors run it that have no instructions for it, beside what this one runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define SHA256_PLAIN
#define sha256_start plain_start
#define sha256_add plain_add
#define sha256_end plain_end
#define sha256_text plain_text
#include "../../lib/sha256.c"
#undef sha256_text

void sha256_text(const void *bytes, size_t len, char text[SHA256_TEXT]);

static void gives_a_published_digest(void **state)
{
	char text[SHA256_TEXT];

	(void)state;
	plain_text("abc", 3, text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void gives_the_same_digest_at_every_length(void **state)
{
	enum { LONGEST = 1000 };
	unsigned char *bytes = malloc(LONGEST);
	char plain[SHA256_TEXT], text[SHA256_TEXT];

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < LONGEST; i++)
		bytes[i] = (unsigned char)(i * 2654435761U >> 13);
	for (size_t len = 0; len <= LONGEST; len++) {
		plain_text(bytes, len, plain);
		sha256_text(bytes, len, text);
		assert_string_equal(plain, text);
	}
	free(bytes);
}

static void gives_the_same_digest_in_pieces(void **state)
{
	static const unsigned char bytes[300] = {1, 2, 3};
	unsigned char digest[SHA256_BYTES], other[SHA256_BYTES];
	struct sha256 s;

	(void)state;
	plain_start(&s);
	plain_add(&s, bytes, sizeof bytes);
	plain_end(&s, digest);
	for (size_t piece = 1; piece < sizeof bytes; piece++) {
		plain_start(&s);
		for (size_t at = 0; at < sizeof bytes; at += piece)
			plain_add(&s, bytes + at, at + piece < sizeof bytes ? piece : sizeof bytes - at);
		plain_end(&s, other);
		assert_memory_equal(digest, other, sizeof digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_a_published_digest),
		cmocka_unit_test(gives_the_same_digest_at_every_length),
		cmocka_unit_test(gives_the_same_digest_in_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
