#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sha256.h"

static void assert_digest(const void *bytes, size_t len, const char *digest)
{
	char text[SHA256_TEXT];

	sha256_text(bytes, len, text);
	assert_string_equal(text, digest);
}

/* The examples of FIPS 180-4's validation: no, one and two blocks, and a million of one byte. */
static void gives_the_published_digests(void **state)
{
	const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = malloc(1000000);

	(void)state;
	assert_non_null(million);
	memset(million, 'a', 1000000);
	assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(two, strlen(two), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert_digest(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

/* The lengths around which the padding takes another block. */
static void pads_at_every_length(void **state)
{
	static const struct {
		size_t len;
		const char *digest; /* of that many 'a' */
	} cases[] = {
		{55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
		{56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
		{63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
		{64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
		{65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
	};
	char bytes[65];

	(void)state;
	memset(bytes, 'a', sizeof bytes);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_digest(bytes, cases[i].len, cases[i].digest);
}

static void takes_pieces_of_any_size(void **state)
{
	unsigned char bytes[300], whole[SHA256_BYTES], pieces[SHA256_BYTES];
	struct sha256 s;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (unsigned char)(i * 7);
	sha256_start(&s);
	sha256_add(&s, bytes, sizeof bytes);
	sha256_end(&s, whole);
	for (size_t piece = 1; piece < 130; piece++) {
		sha256_start(&s);
		for (size_t at = 0; at < sizeof bytes; at += piece)
			sha256_add(&s, bytes + at, piece < sizeof bytes - at ? piece : sizeof bytes - at);
		sha256_end(&s, pieces);
		assert_memory_equal(pieces, whole, SHA256_BYTES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_digests),
		cmocka_unit_test(pads_at_every_length),
		cmocka_unit_test(takes_pieces_of_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
