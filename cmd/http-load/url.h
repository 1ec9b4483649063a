#ifndef HTTP_LOAD_URL_H
#define HTTP_LOAD_URL_H

#include <stdbool.h>
#include <stddef.h>

/* http and https URLs (RFC 3986), as far as a client needs them. */

struct url { /* texts are owned by it */
	bool tls;
	char *host;   /* in lower case, without the brackets of an IPv6 address (which may have a zone: fe80::1%eth0) */
	unsigned port;
	char *user;   /* "name:password", decoded; NULL: none */
	char *path;   /* with the query, "/" where it is empty; encoded what must not stand there; no fragment */
};

/* A URL without a scheme is taken as http. Placeholders (template.h) may stand in path and query alone, and are left as
 * they are. 0, or -1 with *why, a constant text: what was expected; url then holds nothing. */
int url_parse(struct url *url, const char *text, const char **why);

/* text seen from base: with its scheme it is absolute; "/path" and "?query" are base's server's; anything else is found
 * beside base's path ("../" goes up). base NULL: only an absolute one will do. Else as url_parse(). */
int url_resolve(struct url *url, const struct url *base, const char *text, const char **why);

void url_free(struct url *url);

/* What the Host field says: "host", "host:8080", "[::1]:8080". Caller frees; dies where there is no memory. */
char *url_authority(const struct url *url);

/* "https://host:port", with the port always: what libcurl is told. Caller frees; dies where there is no memory. */
char *url_base(const struct url *url);

#endif
