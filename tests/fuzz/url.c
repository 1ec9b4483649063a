/* The parser of URLs, and what is made of them. */
#include "harness.h"

#include "../../cmd/http-load/template.h"
#include "../../cmd/http-load/url.h"

/* Nothing but placeholders holds a byte that may not stand in a request line. */
static void check_path(const char *path)
{
	MUST(*path == '/');
	while (*path) {
		size_t n = template_braces(path, strlen(path));

		if (n == 0 && strncmp(path, "{{", 2) == 0)
			return; /* not closed: no template */
		if (n > 4) {
			path += n;
			continue;
		}
		MUST(*path > ' ' && *path < 0x7f && !strchr("\"#<>\\^`{|}[]", *path));
		path++;
	}
}

static void check_url(const struct url *url)
{
	char *authority = url_authority(url), *base = url_base(url), *whole;
	struct url again;
	const char *why = NULL;

	MUST(*url->host && url->port >= 1 && url->port <= 65535);
	for (const char *p = url->host; *p; p++)
		MUST(*p > ' ' && *p < 0x7f && !strchr("/?#@[]{}\\\"<>", *p));
	for (const char *p = authority; *p; p++)
		MUST(*p > ' ' && *p < 0x7f);
	if (url->user)
		MUST(strchr(url->user, ':') && !strpbrk(url->user, "\r\n"));
	check_path(url->path);

	MUST(asprintf(&whole, "%s%s", base, url->path) > 0);
	MUST(url_parse(&again, whole, &why) == 0);
	MUST(again.tls == url->tls && again.port == url->port && !again.user);
	MUST(strcmp(again.host, url->host) == 0 && strcmp(again.path, url->path) == 0);
	url_free(&again);
	free(whole);
	free(base);
	free(authority);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct url base, url;
	const char *why = NULL;

	if (url_parse(&url, text, &why) == 0)
		check_url(&url);
	else
		MUST(why && *why && !url.host && !url.user && !url.path);
	url_free(&url);

	MUST(url_parse(&base, "https://u:p@h:1/a/{{field a?b}}/b?c", &why) == 0);
	if (url_resolve(&url, &base, text, &why) == 0)
		check_url(&url);
	url_free(&url);
	url_free(&base);
	free(text);
	return 0;
}
