#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "die.h"
#include "handle.h"

static struct {
	bool ready;
	struct curl_slist *resolve, *connect_to;
	char *ciphers, *ciphers13; /* of --ciphers those up to TLS 1.2, and those of 1.3 */
	const char *cainfo;        /* where libcurl has the authorities that count by default; NULL: not in a file */
} shared;

static struct curl_slist *list_of(const char **text)
{
	struct curl_slist *list = NULL;

	for (; text && *text; text++) {
		struct curl_slist *longer = curl_slist_append(list, *text);

		if (!longer)
			die("out of memory");
		list = longer;
	}
	return list;
}

/* The suites of TLS 1.3 have names that no other has, and an option of their own. */
static void split_ciphers(const char *list)
{
	char *copy = x_strdup(list), *rest = copy, *name;

	shared.ciphers = x_calloc(1, strlen(list) + 1);
	shared.ciphers13 = x_calloc(1, strlen(list) + 1);
	while ((name = strsep(&rest, ":, "))) {
		char *to = !strncmp(name, "TLS_", 4) && !strstr(name, "_WITH_") ? shared.ciphers13 : shared.ciphers;

		if (*name && *to)
			strcat(to, ":");
		strcat(to, name);
	}
	free(copy);
}

static void readable(const char *option, const char *path)
{
	if (path && access(path, R_OK))
		die("%s: %s:", option, path);
}

struct setting {
	const char *option; /* of the command line */
	CURLoption name;
	const char *text;   /* NULL: number is it */
	long number;
};

static long tls_version(const char *least)
{
	return !strcmp(least, "1.3") ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2;
}

static long milliseconds(int64_t ns)
{
	int64_t ms = ns / 1000000 + (ns % 1000000 > 0);

	return ms > INT_MAX ? INT_MAX : (long)ms;
}

/* What o asks of a handle. The first that cannot be had, NULL: all is set. */
static const char *apply(CURL *easy, const struct options *o, CURLcode *code)
{
	bool authority = o->cacert || o->capath;
	const struct setting setting[] = {
		{ "http", CURLOPT_NOSIGNAL, NULL, 1 },
		{ "http", CURLOPT_NOPROGRESS, NULL, 1 },
		{ "http", CURLOPT_DNS_CACHE_TIMEOUT, NULL, -1 },
		{ "http", CURLOPT_MAXAGE_CONN, NULL, INT_MAX },
		{ "--connect-timeout", CURLOPT_CONNECTTIMEOUT_MS, NULL,
		  o->connect_timeout ? milliseconds(o->connect_timeout) : INT_MAX },
		{ "--proxy", CURLOPT_PROXY, o->proxy ? o->proxy : "", 0 },
		{ "--proxy", CURLOPT_NOPROXY, "", 0 },
		{ "--unix-socket", CURLOPT_UNIX_SOCKET_PATH, o->unix_socket, 0 },
		{ "TLS", CURLOPT_SSL_SESSIONID_CACHE, NULL, 0 },
		{ "--insecure", CURLOPT_SSL_VERIFYPEER, NULL, !o->insecure },
		{ "--insecure", CURLOPT_SSL_VERIFYHOST, NULL, o->insecure ? 0 : 2 },
		{ "--cert", CURLOPT_SSLCERT, o->cert, 0 },
		{ "--key", CURLOPT_SSLKEY, o->key, 0 },
		/* Without one an encrypted key is an error, and nothing to ask a terminal about. */
		{ "--key-password", CURLOPT_KEYPASSWD, o->key_password ? o->key_password : o->key || o->cert ? "" : NULL, 0 },
		{ "--ciphers", CURLOPT_SSL_CIPHER_LIST, shared.ciphers && *shared.ciphers ? shared.ciphers : NULL, 0 },
		{ "--ciphers", CURLOPT_TLS13_CIPHERS, shared.ciphers13 && *shared.ciphers13 ? shared.ciphers13 : NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(setting) / sizeof(*setting); i++) {
		const struct setting *s = &setting[i];

		if (s->text)
			*code = curl_easy_setopt(easy, s->name, s->text);
		else if (s->name < CURLOPTTYPE_OBJECTPOINT)
			*code = curl_easy_setopt(easy, s->name, s->number);
		else
			continue;
		if (*code)
			return s->option;
	}
	/* A file of authorities without a directory is one that libcurl reads once for all connections. */
	if ((authority || shared.cainfo) && (*code = curl_easy_setopt(easy, CURLOPT_CAPATH, o->capath)))
		return "--capath";
	if (authority && (*code = curl_easy_setopt(easy, CURLOPT_CAINFO, o->cacert)))
		return "--cacert";
	if (o->tls_min && (*code = curl_easy_setopt(easy, CURLOPT_SSLVERSION, tls_version(o->tls_min))))
		return "--tls-min";
	if (shared.resolve && (*code = curl_easy_setopt(easy, CURLOPT_RESOLVE, shared.resolve)))
		return "--resolve";
	if (shared.connect_to && (*code = curl_easy_setopt(easy, CURLOPT_CONNECT_TO, shared.connect_to)))
		return "--connect-to";
	return NULL;
}

void handle_setup(const struct options *o)
{
	const curl_version_info_data *info;
	CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
	const char *option;
	CURL *easy;

	if (code)
		die("libcurl: %s", curl_easy_strerror(code));
	shared.ready = true;
	info = curl_version_info(CURLVERSION_NOW);
	shared.cainfo = info->age >= CURLVERSION_SEVENTH ? info->cainfo : NULL;
	readable("--cacert", o->cacert);
	readable("--capath", o->capath);
	readable("--cert", o->cert);
	readable("--key", o->key);
	shared.resolve = list_of(o->resolve);
	shared.connect_to = list_of(o->connect_to);
	if (o->ciphers)
		split_ciphers(o->ciphers);
	easy = curl_easy_init();
	if (!easy)
		die("out of memory");
	option = apply(easy, o, &code);
	if (option)
		die("%s: not with libcurl %s: %s", option, info->version, curl_easy_strerror(code));
	curl_easy_cleanup(easy);
}

void handle_teardown(void)
{
	if (!shared.ready)
		return;
	curl_slist_free_all(shared.resolve);
	curl_slist_free_all(shared.connect_to);
	free(shared.ciphers);
	free(shared.ciphers13);
	memset(&shared, 0, sizeof(shared));
	curl_global_cleanup();
}

CURL *handle_new(const struct options *o)
{
	CURL *easy = curl_easy_init();
	CURLcode code;

	if (easy && apply(easy, o, &code)) {
		curl_easy_cleanup(easy);
		return NULL;
	}
	return easy;
}

/* One part of H1:P1:H2:P2, which brackets may hold together: its length; *rest is behind its colon, NULL at the end. */
static size_t part(const char *text, const char **rest)
{
	const char *bracket = *text == '[' ? strchr(text, ']') : NULL;
	size_t len = bracket ? (size_t)(bracket - text) + 1 : 0;

	len += strcspn(text + len, ":");
	*rest = text[len] ? text + len + 1 : NULL;
	return len;
}

static bool is_host(const char *text, size_t len, const char *host)
{
	if (len > 1 && *text == '[' && text[len - 1] == ']') {
		text++;
		len -= 2;
	}
	return len == strlen(host) && !strncasecmp(text, host, len);
}

/* The first of --connect-to that is of origin: what it leads to, "H2:P2" of which either may be empty; NULL: none. */
static const char *led_to(const struct options *o, const struct origin *origin)
{
	for (const char **rule = o->connect_to; rule && *rule; rule++) {
		const char *port, *to;
		size_t host_len = part(*rule, &port), port_len;

		if (!port)
			continue;
		port_len = part(port, &to);
		if (to && (!host_len || is_host(*rule, host_len, origin->host)) &&
		    (!port_len || (unsigned)atoi(port) == origin->port))
			return to;
	}
	return NULL;
}

char *handle_base(const struct options *o, const struct origin *origin, struct curl_slist **to)
{
	const char *leads, *port = NULL;
	bool brackets = strchr(origin->host, ':');
	size_t host_len = 0;
	char *base, *rule;

	*to = NULL;
	if (!o->server_name || !origin->tls)
		return strdup(origin->base);
	leads = led_to(o, origin);
	if (leads)
		host_len = part(leads, &port);
	if (host_len)
		rule = x_asprintf("::%.*s:", (int)host_len, leads);
	else
		rule = x_asprintf("::%s%s%s:", brackets ? "[" : "", origin->host, brackets ? "]" : "");
	base = x_asprintf("%s%s", rule, port ? port : "");
	if (!port || !*port) {
		free(base);
		base = x_asprintf("%s%u", rule, origin->port);
	}
	free(rule);
	*to = curl_slist_append(NULL, base);
	free(base);
	return *to ? x_asprintf("https://%s:%u", o->server_name, origin->port) : NULL;
}

enum failure handle_failure(CURLcode code)
{
	switch ((int)code) {
	case CURLE_OK:
		return FAILURE_NONE;
	case CURLE_OPERATION_TIMEDOUT:
		return FAILURE_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_ENGINE_NOTFOUND:
	case CURLE_SSL_ENGINE_SETFAILED:
	case CURLE_SSL_ENGINE_INITFAILED:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CRL_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_CLIENTCERT:
	case CURLE_SSL_SHUTDOWN_FAILED:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_USE_SSL_FAILED:
		return FAILURE_TLS;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return FAILURE_RESET;
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_HTTP3:
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_TOO_MANY_REDIRECTS:
	case CURLE_FILESIZE_EXCEEDED:
	case CURLE_WRITE_ERROR:
	case CURLE_READ_ERROR:
	case CURLE_SEND_FAIL_REWIND:
		return FAILURE_PROTOCOL;
	default: /* no name, refused, a proxy's refusal, QUIC, what does not even get that far */
		return FAILURE_CONNECT;
	}
}
