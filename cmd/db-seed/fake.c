#include "fake.h"

#include <stdint.h>

#include "fakes.h"

#define SENTENCE_WORDS 12 /* at most; of 10 letters at most, with their blanks and commas */
#define SENTENCES      4

char *fake_slug(char *out, struct rng *rng)
{
	unsigned n = 2 + below(rng, 3);

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			*out++ = '-';
		out = put_any(out, &words_english, rng);
	}
	return out;
}

char *fake_sentence(char *out, struct rng *rng)
{
	unsigned n = 4 + below(rng, SENTENCE_WORDS - 3);
	unsigned comma = n > 7 ? 2 + below(rng, n - 5) : 0; /* behind this word */
	char *start = out;

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			*out++ = ' ';
		out = put_any(out, &words_english, rng);
		if (i == comma && comma)
			*out++ = ',';
	}
	*start = (char)(*start - 'a' + 'A');
	*out++ = '.';
	return out;
}

char *fake_paragraph(char *out, struct rng *rng)
{
	unsigned n = 2 + below(rng, SENTENCES - 1);

	for (unsigned i = 0; i < n; i++) {
		if (i > 0)
			*out++ = ' ';
		out = fake_sentence(out, rng);
	}
	return out;
}

/* A word of a list, or what the writer makes. */
struct kind {
	const char *name;
	const struct words *words;
	fake_writer *writer;
};

static const struct kind kinds[FAKE_KINDS] = {
	[FAKE_FIRST_NAME] = { "first-name", &words_first_names, NULL },
	[FAKE_LAST_NAME] = { "last-name", &words_last_names, NULL },
	[FAKE_NAME] = { "name", NULL, fake_person },
	[FAKE_USERNAME] = { "username", NULL, fake_username },
	[FAKE_EMAIL] = { "email", NULL, fake_email },
	[FAKE_PHONE] = { "phone", NULL, fake_phone },
	[FAKE_COMPANY] = { "company", NULL, fake_company },
	[FAKE_TITLE] = { "title", NULL, fake_title },
	[FAKE_STREET] = { "street", NULL, fake_street },
	[FAKE_CITY] = { "city", &words_cities, NULL },
	[FAKE_STATE] = { "state", &words_states, NULL },
	[FAKE_COUNTRY] = { "country", &words_countries, NULL },
	[FAKE_COUNTRY_CODE] = { "country-code", &words_country_codes, NULL },
	[FAKE_POSTCODE] = { "postcode", NULL, fake_postcode },
	[FAKE_CURRENCY] = { "currency", &words_currencies, NULL },
	[FAKE_LOCALE] = { "locale", &words_locales, NULL },
	[FAKE_TIMEZONE] = { "timezone", &words_timezones, NULL },
	[FAKE_HOSTNAME] = { "hostname", NULL, fake_hostname },
	[FAKE_DOMAIN] = { "domain", NULL, fake_domain },
	[FAKE_URL] = { "url", NULL, fake_url },
	[FAKE_PATH] = { "path", NULL, fake_path },
	[FAKE_FILENAME] = { "filename", NULL, fake_filename },
	[FAKE_MIME] = { "mime", &words_mime_types, NULL },
	[FAKE_IPV4] = { "ipv4", NULL, fake_ipv4 },
	[FAKE_PRIVATE_IPV4] = { "private-ipv4", NULL, fake_private_ipv4 },
	[FAKE_CIDR] = { "cidr", NULL, fake_cidr },
	[FAKE_IPV6] = { "ipv6", NULL, fake_ipv6 },
	[FAKE_MAC] = { "mac", NULL, fake_mac },
	[FAKE_USER_AGENT] = { "user-agent", NULL, fake_user_agent },
	[FAKE_SEMVER] = { "semver", NULL, fake_semver },
	[FAKE_REGION] = { "region", &words_regions, NULL },
	[FAKE_WORD] = { "word", &words_english, NULL },
	[FAKE_SLUG] = { "slug", NULL, fake_slug },
	[FAKE_SENTENCE] = { "sentence", NULL, fake_sentence },
	[FAKE_PARAGRAPH] = { "paragraph", NULL, fake_paragraph },
	[FAKE_COLOR] = { "color", &words_colors, NULL },
	[FAKE_PRODUCT] = { "product", NULL, fake_product },
};

static const struct kind *find_kind(int kind)
{
	return kind >= 0 && kind < FAKE_KINDS ? &kinds[kind] : NULL;
}

const char *fake_name(int kind)
{
	const struct kind *k = find_kind(kind);

	return k ? k->name : NULL;
}

int fake_parse(const char *name, size_t len)
{
	for (int i = 0; i < FAKE_KINDS; i++) {
		if (strlen(kinds[i].name) == len && memcmp(kinds[i].name, name, len) == 0)
			return i;
	}
	return -1;
}

size_t fake_put(int kind, struct rng *rng, char *out)
{
	const struct kind *k = find_kind(kind);
	const char *word;
	size_t len;

	if (!k)
		return 0;
	if (k->writer)
		return (size_t)(k->writer(out, rng) - out);
	word = any_of(k->words, rng);
	len = strlen(word);
	memcpy(out, word, len);
	return len;
}

static size_t times(size_t a, size_t b)
{
	size_t product;

	return __builtin_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

/* The forms of fake_domain(). */
static size_t domains(void)
{
	return words_company_names.n * (1 + 3 + words_businesses.n);
}

size_t fake_variety(int kind)
{
	const struct kind *k = find_kind(kind);
	size_t people = words_first_names.n * words_last_names.n, english = words_english.n;
	size_t files = words_extensions.n * english * (1 + english);

	if (k && k->words)
		return k->words->n;
	switch (kind) {
	case FAKE_NAME:         return people;
	case FAKE_USERNAME:     return people + 20 * words_last_names.n * 99; /* about 20 initials */
	case FAKE_EMAIL:        return times(people * 100, domains());
	case FAKE_PHONE:        return (size_t)8 * 89 * 100;
	case FAKE_COMPANY:
		return words_last_names.n * words_last_names.n + words_company_names.n * words_businesses.n * (1 + words_company_kinds.n);
	case FAKE_TITLE:        return words_roles.n * (1 + words_levels.n);
	case FAKE_STREET:       return words_streets.n * words_street_kinds.n * 999;
	case FAKE_POSTCODE:     return 99000;
	case FAKE_HOSTNAME:     return words_host_kinds.n * 99 * words_sites.n * 3;
	case FAKE_DOMAIN:       return domains();
	case FAKE_URL:          return times(times(domains() * 2, english), english * english);
	case FAKE_PATH:         return times(times(words_directories.n * english, 1 + english), files);
	case FAKE_FILENAME:     return files;
	case FAKE_IPV4:         return (size_t)3600 * 1000 * 1000;
	case FAKE_PRIVATE_IPV4: return (size_t)(65536 + 4096 + 256) * 254;
	case FAKE_CIDR:         return (size_t)(65536 + 4096 + 256) * (16 + 4 + 1); /* of /28, /26 and /24 */
	case FAKE_USER_AGENT:   return 3 * 36 * 2 + 4 * 36 + 4 * 7 + 12 * 2;
	case FAKE_SEMVER:       return 13 * 41 * 21;
	case FAKE_SLUG:         return times(english * english, english * english);
	case FAKE_PRODUCT:      return words_adjectives.n * words_materials.n * words_things.n;
	case FAKE_IPV6:
	case FAKE_MAC:
	case FAKE_SENTENCE:
	case FAKE_PARAGRAPH:    return SIZE_MAX;
	default:                return 0;
	}
}
