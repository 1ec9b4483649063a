#include "url.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "percent.h"
#include "template.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static char *copy(const char *text, size_t len)
{
	char *s = x_malloc(len + 1);

	if (len)
		memcpy(s, text, len);
	s[len] = '\0';
	return s;
}

static int fail(const char **why, const char *expected)
{
	*why = expected;
	return -1;
}

/* The length of "name" in "name://...", 0 where there is no scheme. */
static size_t scheme_length(const char *text)
{
	size_t n = strspn(text, LETTERS DIGITS "+-.");

	return strncmp(text + n, "://", 3) == 0 ? n : 0;
}

static int parse_scheme(struct url *url, const char **text, const char **why)
{
	size_t n = strspn(*text, LETTERS DIGITS "+-.");
	bool http = n == 4 && strncasecmp(*text, "http", n) == 0;
	bool https = n == 5 && strncasecmp(*text, "https", n) == 0;

	url->tls = https;
	if (strncmp(*text + n, "://", 3) == 0) {
		if (!http && !https)
			return fail(why, "a URL that begins with http:// or https://");
		*text += n + 3;
	} else if ((http || https) && (*text)[n] == ':') {
		return fail(why, "'//' behind the scheme");
	} else {
		url->tls = false;
	}
	return 0;
}

static int parse_port(struct url *url, const char *text, const char *end, const char **why)
{
	unsigned port = 0;

	if (text == end)
		return 0;
	for (; text < end && *text >= '0' && *text <= '9' && port <= 65535; text++)
		port = port * 10 + (unsigned)(*text - '0');
	if (text < end || port < 1 || port > 65535)
		return fail(why, "a port of 1 to 65535 behind the host");
	url->port = port;
	return 0;
}

static int parse_user(struct url *url, const char *text, size_t len, const char **why)
{
	const char *colon = memchr(text, ':', len);

	if (len == 0)
		return 0;
	url->user = x_malloc(len + 2);
	long n = percent_decode(url->user, text, len);
	if (n < 0)
		return fail(why, "name and password before '@' without control bytes, a '%' in them written %25");
	if (!colon)
		memcpy(url->user + n, ":", 2);
	return 0;
}

/* What stands between brackets; a zone behind "%25" (RFC 6874) or a bare '%'. */
static int parse_ipv6(struct url *url, const char *text, size_t len, const char **why)
{
	static const char wanted[] = "an IPv6 address between the brackets";
	char address[INET6_ADDRSTRLEN];
	struct in6_addr binary;
	const char *zone = memchr(text, '%', len);
	size_t n = zone ? (size_t)(zone - text) : len;

	if (n >= sizeof address)
		return fail(why, wanted);
	memcpy(address, text, n);
	address[n] = '\0';
	if (inet_pton(AF_INET6, address, &binary) != 1)
		return fail(why, wanted);
	if (!zone) {
		url->host = copy(address, n);
		return 0;
	}
	zone += strncmp(zone, "%25", 3) == 0 ? 3 : 1;
	size_t left = (size_t)(text + len - zone);
	if (left == 0 || strspn(zone, LETTERS DIGITS ".-_~") < left)
		return fail(why, "a network interface behind '%'");
	url->host = x_asprintf("%s%%%.*s", address, (int)left, zone);
	return 0;
}

static int parse_name(struct url *url, const char *text, size_t len, const char **why)
{
	if (len == 0)
		return fail(why, "a host");
	if (strspn(text, LETTERS DIGITS ".-_~") < len)
		return fail(why, memchr(text, '{', len) ? "placeholders in path and query alone"
							: "a host of letters, digits, '.', '-' and '_' (other scripts "
							  "as xn--..., IPv6 addresses in brackets)");
	url->host = copy(text, len);
	return 0;
}

static int parse_authority(struct url *url, const char *text, const char *end, const char **why)
{
	const char *at = memrchr(text, '@', (size_t)(end - text));
	const char *host_end;

	if (at && parse_user(url, text, (size_t)(at - text), why) != 0)
		return -1;
	if (at)
		text = at + 1;
	if (text < end && *text == '[') {
		host_end = memchr(text, ']', (size_t)(end - text));
		if (!host_end)
			return fail(why, "']' behind an IPv6 address");
		if (parse_ipv6(url, text + 1, (size_t)(host_end - text - 1), why) != 0)
			return -1;
		host_end++;
	} else {
		host_end = memchr(text, ':', (size_t)(end - text));
		if (!host_end)
			host_end = end;
		if (parse_name(url, text, (size_t)(host_end - text), why) != 0)
			return -1;
	}
	/* Upper and lower case are one (section 6.2.2.1), but for a zone. */
	for (char *p = url->host; *p && *p != '%'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	}
	if (host_end < end && *host_end != ':')
		return fail(why, "a port, path or query behind the host");
	return parse_port(url, host_end < end ? host_end + 1 : end, end, why);
}

/* Path and query up to the fragment, encoded but for placeholders. */
static char *path_of(const char *text)
{
	size_t len = strlen(text);
	char *path = x_malloc(3 * len + 2), *out = path;

	if (*text != '/')
		*out++ = '/';
	while (len > 0 && *text != '#') {
		size_t n = template_braces(text, len);
		bool broken = n == 0 && strncmp(text, "{{", 2) == 0;

		if (n > 4 || broken) { /* who looks for placeholders tells what is wrong */
			n = broken ? len : n;
			memcpy(out, text, n);
			out += n;
		} else if (n == 4) { /* braces that stand for themselves */
			memcpy(out, "%7B%7B", 6);
			out += 6;
		} else {
			n = *text == '%' && len >= 3 ? 3 : 1;
			if (n == 3 && percent_encode(out, text, 3) != 3)
				n = 1;
			out += percent_encode(out, text, n);
		}
		text += n;
		len -= n;
	}
	*out = '\0';
	return path;
}

int url_parse(struct url *url, const char *text, const char **why)
{
	*url = (struct url){0};
	if (parse_scheme(url, &text, why) != 0)
		return -1;
	url->port = url->tls ? 443 : 80;
	size_t authority = strcspn(text, "/?#");
	if (parse_authority(url, text, text + authority, why) != 0) {
		url_free(url);
		return -1;
	}
	url->path = path_of(text + authority);
	return 0;
}

/* Where the last directory of a path ends: behind its last slash before the query. */
static size_t directory(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] != '/')
		len--;
	return len;
}

/* The bytes of path before its query; a '?' in a placeholder is none. */
static size_t before_query(const char *path)
{
	size_t i = 0;

	while (path[i] && path[i] != '?') {
		size_t n = template_braces(path + i, strlen(path + i));
		i += n ? n : 1;
	}
	return i;
}

static char *merged(const char *base, const char *text)
{
	size_t len = before_query(base);

	if (*text != '?') {
		len = directory(base, len);
		for (;;) {
			if (strncmp(text, "./", 2) == 0) {
				text += 2;
			} else if (strncmp(text, "../", 3) == 0) {
				text += 3;
				len = len > 1 ? directory(base, len - 1) : len;
			} else {
				break;
			}
		}
	}
	char *tail = path_of(text); /* with a slash before it where there was none */
	char *path = x_asprintf("%.*s%s", (int)len, base, *text == '/' ? tail : tail + 1);

	free(tail);
	return path;
}

int url_resolve(struct url *url, const struct url *base, const char *text, const char **why)
{
	*url = (struct url){0};
	if (scheme_length(text) > 0)
		return url_parse(url, text, why);
	if (!base)
		return fail(why, "a URL that begins with http:// or https://, as the command line has none that it "
				 "could be relative to");
	if (!*text || *text == '#' || strncmp(text, "//", 2) == 0)
		return fail(why, "an absolute URL, a path or a query");
	url->tls = base->tls;
	url->port = base->port;
	url->host = x_strdup(base->host);
	url->user = base->user ? x_strdup(base->user) : NULL;
	url->path = *text == '/' ? path_of(text) : merged(base->path, text);
	return 0;
}

void url_free(struct url *url)
{
	free(url->host);
	free(url->user);
	free(url->path);
	*url = (struct url){0};
}

char *url_authority(const struct url *url)
{
	bool ipv6 = strchr(url->host, ':') != NULL;
	int len = (int)strcspn(url->host, "%"); /* a zone means nothing to the server */

	if (url->port == (url->tls ? 443 : 80))
		return x_asprintf(ipv6 ? "[%.*s]" : "%.*s", len, url->host);
	return x_asprintf(ipv6 ? "[%.*s]:%u" : "%.*s:%u", len, url->host, url->port);
}

char *url_base(const struct url *url)
{
	const char *scheme = url->tls ? "https" : "http", *zone = strchr(url->host, '%');

	if (!strchr(url->host, ':'))
		return x_asprintf("%s://%s:%u", scheme, url->host, url->port);
	return x_asprintf("%s://[%.*s%s%s]:%u", scheme, (int)strcspn(url->host, "%"), url->host, zone ? "%25" : "",
			  zone ? zone + 1 : "", url->port);
}
