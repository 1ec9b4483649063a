#include "http-url.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "address.h"
#include "die.h"

static int fail(const char **why, const char *expected)
{
	*why = expected;
	return -1;
}

static char *copy(const char *from, const char *to)
{
	return x_asprintf("%.*s", (int)(to - from), from);
}

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Whether text up to end is a name, or an IPv6 address, behind which a zone may stand ("fe80::1%eth0"). */
static bool is_host(const char *text, const char *end, bool ipv6)
{
	size_t n = strspn(text, ipv6 ? DIGITS "abcdefABCDEF:." : DIGITS LETTERS "-._~"), len = (size_t)(end - text);

	if (ipv6 && n > 0 && n < len && text[n] == '%')
		n += 1 + strspn(text + n + 1, DIGITS LETTERS "-._~");
	return n > 0 && n >= len;
}

static int parse_authority(struct http_url *url, const char *text, const char *end, const char **why)
{
	const char *host = text, *host_end, *port_text;

	if (memchr(text, '@', (size_t)(end - text)))
		return fail(why, "a URL without a name and a password");
	if (text < end && *text == '[') {
		host++;
		host_end = memchr(text, ']', (size_t)(end - text));
		if (!host_end)
			return fail(why, "']' behind an IPv6 address");
		port_text = host_end + 1;
	} else {
		host_end = memchr(text, ':', (size_t)(end - text));
		host_end = host_end ? host_end : end;
		port_text = host_end;
	}
	if (host == host_end)
		return fail(why, "a host");
	if (!is_host(host, host_end, host > text))
		return fail(why, host > text ? "an IPv6 address between the brackets"
					     : "a host of letters, digits, '.', '-' and '_'");
	if (port_text < end && *port_text != ':')
		return fail(why, "a port or a path behind the host");
	url->host = copy(host, host_end);
	url->port = 80;
	if (port_text + 1 < end) {
		char *digits = copy(port_text + 1, end);
		int bad = address_port(digits, &url->port);

		free(digits);
		if (bad)
			return fail(why, "a port of 1 to 65535 behind the host");
	}
	int len = (int)strcspn(url->host, "%"); /* a zone means nothing to the server */
	const char *open = *text == '[' ? "[" : "", *close = *text == '[' ? "]" : "";
	url->authority = url->port == 80 ? x_asprintf("%s%.*s%s", open, len, url->host, close)
					 : x_asprintf("%s%.*s%s:%u", open, len, url->host, close, url->port);
	return 0;
}

int http_url_parse(struct http_url *url, const char *text, const char **why)
{
	*url = (struct http_url){0};
	if (strncasecmp(text, "https:", 6) == 0)
		return fail(why, "http:// or tcp:HOST:PORT; https is not spoken here");
	if (strncasecmp(text, "http://", 7) == 0)
		text += 7;
	else if (strncmp(text, "//", 2) == 0)
		text += 2;
	else if (strncmp(text + strcspn(text, ":/?#"), "://", 3) == 0)
		return fail(why, "a URL that begins with http://");
	for (const char *c = text; *c; c++) {
		if (*c <= ' ' || *c == 0x7f)
			return fail(why, "a URL of ASCII characters without spaces, others written as %20");
	}
	const char *path = text + strcspn(text, "/?#"), *fragment = path + strcspn(path, "#");
	if (parse_authority(url, text, path, why) != 0) {
		http_url_free(url);
		return -1;
	}
	url->path = x_asprintf("%s%.*s", *path == '/' ? "" : "/", (int)(fragment - path), path);
	return 0;
}

void http_url_free(struct http_url *url)
{
	free(url->host);
	free(url->authority);
	free(url->path);
	*url = (struct http_url){0};
}
