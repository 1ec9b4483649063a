#ifndef PROC_WATCH_HTTP_URL_H
#define PROC_WATCH_HTTP_URL_H

/* Taking http:// URLs apart (RFC 3986), as far as asking for one needs it. */

struct http_url { /* texts are owned by it */
	char *host;      /* without the brackets of an IPv6 address */
	char *authority; /* what the Host field says: "host", "host:8080", "[::1]:8080" */
	unsigned port;
	char *path;      /* with the query, "/" where it is empty; no fragment */
};

/* 0, or -1 with *why, a constant text: what was expected; url then holds nothing. Dies where there is no memory. */
int http_url_parse(struct http_url *url, const char *text, const char **why);
void http_url_free(struct http_url *url);

#endif
