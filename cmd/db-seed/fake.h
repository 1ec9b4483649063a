#ifndef DB_SEED_FAKE_H
#define DB_SEED_FAKE_H

#include <stddef.h>

#include "rng.h"

/* Realistic words, from lists in the program. What could be dialled, written to or looked up is of the kind set aside for
 * examples: domains under .example and example.com, .net, .org (RFC 2606), IPv6 of 2001:db8::/32 (RFC 3849), telephone numbers
 * 555-01xx, MAC addresses with the local bit. Not so FAKE_IPV4, which is any global unicast address. */

enum fake_kind {
	FAKE_FIRST_NAME, FAKE_LAST_NAME, FAKE_NAME, FAKE_USERNAME, FAKE_EMAIL, FAKE_PHONE, FAKE_COMPANY, FAKE_TITLE /* job */,
	FAKE_STREET, FAKE_CITY, FAKE_STATE, FAKE_COUNTRY, FAKE_COUNTRY_CODE, FAKE_POSTCODE, FAKE_CURRENCY, FAKE_LOCALE, FAKE_TIMEZONE,
	FAKE_HOSTNAME, FAKE_DOMAIN, FAKE_URL, FAKE_PATH, FAKE_FILENAME, FAKE_MIME, FAKE_IPV4, FAKE_PRIVATE_IPV4, FAKE_CIDR, FAKE_IPV6, FAKE_MAC,
	FAKE_USER_AGENT, FAKE_SEMVER, FAKE_REGION, FAKE_WORD, FAKE_SLUG, FAKE_SENTENCE, FAKE_PARAGRAPH, FAKE_COLOR, FAKE_PRODUCT,
	FAKE_KINDS
};

#define FAKE_MAX 640 /* bytes, enough for any */

/* "first-name", "ipv4" …; NULL past the end. */
const char *fake_name(int kind);
int fake_parse(const char *name, size_t len); /* the kind, or -1 */

/* Write one into out (FAKE_MAX bytes), not NUL-terminated; its length. */
size_t fake_put(int kind, struct rng *rng, char *out);

/* How many different ones there are, about, not all equally likely; SIZE_MAX for very many. */
size_t fake_variety(int kind);

#endif
