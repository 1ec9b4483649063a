#ifndef DB_SEED_FAKES_H
#define DB_SEED_FAKES_H

#include <stddef.h>
#include <string.h>

#include "digits.h"
#include "rng.h"
#include "words.h"

/* The kinds of fake words that are more than one word of a list. Each writes one and returns its end. */

typedef char *fake_writer(char *out, struct rng *rng);

fake_writer fake_person, fake_username, fake_email, fake_phone, fake_company, fake_title; /* fake-people.c */
fake_writer fake_street, fake_postcode, fake_product;
fake_writer fake_hostname, fake_domain, fake_url, fake_path, fake_filename, fake_user_agent, fake_semver; /* fake-net.c */
fake_writer fake_ipv4, fake_private_ipv4, fake_cidr, fake_ipv6, fake_mac; /* fake-address.c */
fake_writer fake_slug, fake_sentence, fake_paragraph; /* fake.c */

static inline unsigned below(struct rng *rng, size_t n)
{
	return (unsigned)rng_reduce(rng_next(rng), n);
}

static inline const char *any_of(const struct words *list, struct rng *rng)
{
	return list->word[below(rng, list->n)];
}

static inline char *put_text(char *out, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len);
	return out + len;
}

static inline char *put_any(char *out, const struct words *list, struct rng *rng)
{
	return put_text(out, any_of(list, rng));
}

/* In lower case: of a word that is ASCII. */
static inline char *put_lower(char *out, const char *text)
{
	for (; *text; text++)
		*out++ = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
	return out;
}

static inline char *put_number(char *out, unsigned number)
{
	return out + digits_put(out, number);
}

#endif
