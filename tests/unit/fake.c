#include <arpa/inet.h>
#include <ctype.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/db-seed/fake.h"
#include "../../cmd/db-seed/words.h"
#include "utf8.h"

#define ROUNDS 3000

/* The row's word of a kind, NUL-terminated; nothing was written behind what it may take. */
static const char *word(int kind, uint64_t row, char out[FAKE_MAX + 1])
{
	struct rng rng;
	size_t len;

	rng_seed_at(&rng, 42, row);
	memset(out, 0, FAKE_MAX);
	out[FAKE_MAX] = '#';
	len = fake_put(kind, &rng, out);
	assert_true(len > 0 && len <= FAKE_MAX);
	assert_int_equal(out[FAKE_MAX], '#');
	out[len] = '\0';
	assert_int_equal(strlen(out), len);
	return out;
}

static void names_lead_to_kinds(void **state)
{
	(void)state;
	for (int kind = 0; kind < FAKE_KINDS; kind++)
		assert_int_equal(fake_parse(fake_name(kind), strlen(fake_name(kind))), kind);
	assert_null(fake_name(FAKE_KINDS));
	assert_null(fake_name(-1));
	assert_int_equal(fake_parse("city of", 7), -1);
	assert_int_equal(fake_parse("city of", 4), FAKE_CITY);
	assert_int_equal(fake_parse("", 0), -1);
}

static void are_text(void **state)
{
	(void)state;
	for (int kind = 0; kind < FAKE_KINDS; kind++) {
		for (uint64_t row = 0; row < ROUNDS; row++) {
			char text[FAKE_MAX + 1];
			const char *p = word(kind, row, text), *end = p + strlen(p);

			while (p < end) {
				size_t n = utf8_length(p, end);

				assert_true(n || ((unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f));
				p += n ? n : 1;
			}
		}
	}
}

static const struct { int kind; const char *pattern; } forms[] = {
	{ FAKE_USERNAME, "^[a-z-]+(\\.[a-z-]+|[1-9][0-9]?)$" },
	{ FAKE_EMAIL, "^[a-z-]+\\.[a-z-]+([1-9][0-9]?)?@[a-z]+(-[a-z]+\\.example|\\.example(\\.(com|net|org))?)$" },
	{ FAKE_PHONE, "^\\+1-[2-9][0-8][0-9]-555-01[0-9][0-9]$" },
	{ FAKE_STREET, "^[1-9][0-9]{0,2} [A-Z][a-z]+ [A-Z][a-z]+$" },
	{ FAKE_COUNTRY_CODE, "^[A-Z][A-Z]$" },
	{ FAKE_POSTCODE, "^[0-9]{5}$" },
	{ FAKE_CURRENCY, "^[A-Z]{3}$" },
	{ FAKE_LOCALE, "^[a-z]{2}-[A-Z]{2}$" },
	{ FAKE_TIMEZONE, "^(UTC|[A-Z][a-z]+(/[A-Za-z_]+){1,2})$" },
	{ FAKE_HOSTNAME, "^[a-z]+-[0-9][0-9]\\.[a-z]{3}[0-9]\\.example\\.(com|net|org)$" },
	{ FAKE_DOMAIN, "^[a-z]+(-[a-z]+\\.example|\\.example(\\.(com|net|org))?)$" },
	{ FAKE_URL, "^https://(www\\.)?[a-z.-]+\\.(example|com|net|org)(/[a-z]+){1,3}$" },
	{ FAKE_PATH, "^(/[a-z]+)+/[a-z]+(-[a-z]+)?\\.[a-z0-9]+$" },
	{ FAKE_FILENAME, "^[a-z]+(-[a-z]+)?\\.[a-z0-9]+$" },
	{ FAKE_MIME, "^[a-z]+/[a-z0-9.+-]+$" },
	{ FAKE_MAC, "^[0-9a-f][26ae](:[0-9a-f]{2}){5}$" },
	{ FAKE_SEMVER, "^[0-9]+\\.[0-9]+\\.[0-9]+$" },
	{ FAKE_REGION, "^[a-z]{2}-[a-z]+-[0-9]$" },
	{ FAKE_WORD, "^[a-z]+$" },
	{ FAKE_SLUG, "^[a-z]+(-[a-z]+){1,3}$" },
	{ FAKE_SENTENCE, "^[A-Z][a-z]*( [a-z]+,?){3,11}\\.$" },
	{ FAKE_PARAGRAPH, "^[A-Z][^.]*\\.( [A-Z][^.]*\\.){1,3}$" },
	{ FAKE_COLOR, "^[a-z]+$" },
	{ FAKE_PRODUCT, "^[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+$" },
	{ FAKE_USER_AGENT, "^(Mozilla/5\\.0 \\(.*\\) .*|curl/8\\.[0-9]+\\.[0-9])$" },
};

static void have_their_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		regex_t regex;

		assert_int_equal(regcomp(&regex, forms[i].pattern, REG_EXTENDED | REG_NOSUB), 0);
		for (uint64_t row = 0; row < ROUNDS; row++) {
			char text[FAKE_MAX + 1];

			if (regexec(&regex, word(forms[i].kind, row, text), 0, NULL, 0) != 0)
				fail_msg("%s: '%s'", fake_name(forms[i].kind), text);
		}
		regfree(&regex);
	}
}

/* Read and written again by libc they are the same. */
static void check_address(int family, const char *text, unsigned char bytes[16])
{
	char again[INET6_ADDRSTRLEN];

	if (inet_pton(family, text, bytes) != 1 || !inet_ntop(family, bytes, again, sizeof(again)))
		fail_msg("not an address: %s", text);
	assert_string_equal(text, again);
}

static bool is_private(const unsigned char a[4])
{
	return a[0] == 10 || (a[0] == 172 && a[1] >> 4 == 1) || (a[0] == 192 && a[1] == 168);
}

static void addresses_are_canonical(void **state)
{
	char text[FAKE_MAX + 1];
	unsigned char bytes[16];
	unsigned shortened = 0;

	(void)state;
	for (uint64_t row = 0; row < 20000; row++) {
		check_address(AF_INET, word(FAKE_IPV4, row, text), bytes);
		assert_true(!is_private(bytes) && bytes[0] > 0 && bytes[0] < 224 && bytes[0] != 127 && bytes[3] > 0 && bytes[3] < 255);
		check_address(AF_INET, word(FAKE_PRIVATE_IPV4, row, text), bytes);
		assert_true(is_private(bytes) && bytes[3] > 0 && bytes[3] < 255);
		check_address(AF_INET6, word(FAKE_IPV6, row, text), bytes);
		assert_memory_equal(bytes, "\x20\x01\x0d\xb8", 4);
		shortened += strstr(text, "::") != NULL;
	}
	assert_true(shortened > 4000 && shortened < 6000); /* a quarter of them */
}

static void networks_have_no_host_bits(void **state)
{
	char text[FAKE_MAX + 1];
	unsigned char bytes[16];

	(void)state;
	for (uint64_t row = 0; row < ROUNDS; row++) {
		char *slash = strchr(word(FAKE_CIDR, row, text), '/');
		uint32_t address;
		long prefix;

		assert_non_null(slash);
		*slash = '\0';
		prefix = strtol(slash + 1, NULL, 10);
		check_address(AF_INET, text, bytes);
		memcpy(&address, bytes, 4);
		assert_true(is_private(bytes) && prefix >= 16 && prefix <= 28);
		assert_int_equal(ntohl(address) & (UINT32_C(0xffffffff) >> prefix), 0);
	}
}

static void email_is_its_owner(void **state)
{
	(void)state;
	/* the same numbers draw the same first and last name for both */
	for (uint64_t row = 0; row < ROUNDS; row++) {
		char name[FAKE_MAX + 1], email[FAKE_MAX + 1];
		const char *n = word(FAKE_NAME, row, name), *e = word(FAKE_EMAIL, row, email);

		if (utf8_plain_run(n, n + strlen(n)) != n + strlen(n) || strpbrk(n, "'") || strchr(strchr(n, ' ') + 1, ' '))
			continue;
		for (; *n; n++, e++)
			assert_int_equal(*n == ' ' ? '.' : tolower((unsigned char)*n), *e);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Of a list all come, and no word twice in it; of others more rows than there are do not make more. */
static void variety_is_honest(void **state)
{
	enum { ROWS = 20000 };
	static char text[ROWS][FAKE_MAX + 1];
	static const char *sorted[ROWS];

	(void)state;
	for (int kind = 0; kind < FAKE_KINDS; kind++) {
		size_t variety = fake_variety(kind), distinct = 1;

		for (uint64_t row = 0; row < ROWS; row++)
			sorted[row] = word(kind, row, text[row]);
		qsort(sorted, ROWS, sizeof(*sorted), by_text);
		for (int i = 1; i < ROWS; i++)
			distinct += strcmp(sorted[i - 1], sorted[i]) != 0;
		if (distinct > variety || (variety < 800 && distinct < variety * 85 / 100) ||
		    (variety > 5000000 && distinct < ROWS * 9 / 10))
			fail_msg("%s: %zu of %d are distinct, variety %zu", fake_name(kind), distinct, ROWS, variety);
	}
	assert_int_equal(fake_variety(FAKE_STATE), 50);
	assert_int_equal(fake_variety(-1), 0);
}

static void bytes_are_as_ever(void **state)
{
	static const struct { int kind; const char *text; } golden[] = {
		{ FAKE_FIRST_NAME, "Zainab" },
		{ FAKE_LAST_NAME, "Yılmaz" },
		{ FAKE_NAME, "Zainab Haddad" },
		{ FAKE_USERNAME, "georgia.cardoso" },
		{ FAKE_EMAIL, "zainab.haddad@juniper-foods.example" },
		{ FAKE_PHONE, "+1-930-555-0112" },
		{ FAKE_COMPANY, "Golden Chemicals" },
		{ FAKE_TITLE, "Junior Backend Developer" },
		{ FAKE_STREET, "985 Garden Avenue" },
		{ FAKE_CITY, "Yokohama" },
		{ FAKE_STATE, "Wyoming" },
		{ FAKE_COUNTRY, "Zambia" },
		{ FAKE_COUNTRY_CODE, "ZM" },
		{ FAKE_POSTCODE, "98592" },
		{ FAKE_CURRENCY, "ZAR" },
		{ FAKE_LOCALE, "zh-TW" },
		{ FAKE_TIMEZONE, "Pacific/Honolulu" },
		{ FAKE_HOSTNAME, "worker-33.bom1.example.net" },
		{ FAKE_DOMAIN, "golden-chemicals.example" },
		{ FAKE_URL, "https://marble.example.net/float/meat/course" },
		{ FAKE_PATH, "/mnt/data/brick/mix/hover.parquet" },
		{ FAKE_FILENAME, "wonder.db" },
		{ FAKE_MIME, "video/webm" },
		{ FAKE_IPV4, "14.178.72.85" },
		{ FAKE_PRIVATE_IPV4, "192.168.72.31" },
		{ FAKE_CIDR, "172.19.216.208/28" },
		{ FAKE_IPV6, "2001:db8:4898:eb2::849" },
		{ FAKE_MAC, "9a:48:b2:0e:12:6a" },
		{ FAKE_USER_AGENT, "curl/8.3.1" },
		{ FAKE_SEMVER, "12.13.2" },
		{ FAKE_REGION, "us-west-2" },
		{ FAKE_WORD, "wonder" },
		{ FAKE_SLUG, "fine-brick-mix-hover" },
		{ FAKE_SENTENCE, "Brick mix hover float meat, course guest wall quick distance simple forest." },
		{ FAKE_COLOR, "yellow" },
		{ FAKE_PRODUCT, "Wireless Felt Box" },
	};
	char text[FAKE_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(golden) / sizeof(*golden); i++)
		assert_string_equal(word(golden[i].kind, 7, text), golden[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_lead_to_kinds),
		cmocka_unit_test(are_text),
		cmocka_unit_test(have_their_form),
		cmocka_unit_test(addresses_are_canonical),
		cmocka_unit_test(networks_have_no_host_bits),
		cmocka_unit_test(email_is_its_owner),
		cmocka_unit_test(variety_is_honest),
		cmocka_unit_test(bytes_are_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
