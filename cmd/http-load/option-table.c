#include "option-table.h"

#include <stddef.h>

#include "die.h"

const char short_options[] = "X:H:b:u:c:t:d:n:r:m:Lko:hV";

const struct option long_options[] = {
	{ "method", required_argument, NULL, 'X' },
	{ "header", required_argument, NULL, 'H' },
	{ "body", required_argument, NULL, 'b' },
	{ "requests", required_argument, NULL, OPT_REQUESTS },
	{ "data", required_argument, NULL, OPT_DATA },
	{ "expect", required_argument, NULL, OPT_EXPECT },
	{ "name", required_argument, NULL, OPT_NAME },
	{ "user", required_argument, NULL, 'u' },
	{ "connections", required_argument, NULL, 'c' },
	{ "threads", required_argument, NULL, 't' },
	{ "duration", required_argument, NULL, 'd' },
	{ "count", required_argument, NULL, 'n' },
	{ "rate", required_argument, NULL, 'r' },
	{ "arrival", required_argument, NULL, OPT_ARRIVAL },
	{ "think", required_argument, NULL, OPT_THINK },
	{ "warmup", required_argument, NULL, OPT_WARMUP },
	{ "start-at", required_argument, NULL, OPT_START_AT },
	{ "shard", required_argument, NULL, OPT_SHARD },
	{ "slo", required_argument, NULL, OPT_SLO },
	{ "find-max", no_argument, NULL, OPT_FIND_MAX },
	{ "precision", required_argument, NULL, OPT_PRECISION },
	{ "engine", required_argument, NULL, OPT_ENGINE },
	{ "http1.1", no_argument, NULL, OPT_HTTP_1_1 },
	{ "http2", no_argument, NULL, OPT_HTTP_2 },
	{ "http3", no_argument, NULL, OPT_HTTP_3 },
	{ "streams", required_argument, NULL, 'm' },
	{ "no-keepalive", no_argument, NULL, OPT_NO_KEEPALIVE },
	{ "requests-per-conn", required_argument, NULL, OPT_REQUESTS_PER_CONN },
	{ "connect-timeout", required_argument, NULL, OPT_CONNECT_TIMEOUT },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "drain", required_argument, NULL, OPT_DRAIN },
	{ "location", no_argument, NULL, 'L' },
	{ "compressed", no_argument, NULL, OPT_COMPRESSED },
	{ "cookies", no_argument, NULL, OPT_COOKIES },
	{ "proxy", required_argument, NULL, OPT_PROXY },
	{ "unix-socket", required_argument, NULL, OPT_UNIX_SOCKET },
	{ "resolve", required_argument, NULL, OPT_RESOLVE },
	{ "connect-to", required_argument, NULL, OPT_CONNECT_TO },
	{ "insecure", no_argument, NULL, 'k' },
	{ "cacert", required_argument, NULL, OPT_CACERT },
	{ "capath", required_argument, NULL, OPT_CAPATH },
	{ "cert", required_argument, NULL, OPT_CERT },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "key-password", required_argument, NULL, OPT_KEY_PASSWORD },
	{ "ciphers", required_argument, NULL, OPT_CIPHERS },
	{ "tls-min", required_argument, NULL, OPT_TLS_MIN },
	{ "server-name", required_argument, NULL, OPT_SERVER_NAME },
	{ "interval", required_argument, NULL, OPT_INTERVAL },
	MEASURING_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const char body_line[] = "each line of it says how its request is made";
static const char one_http[] = "one version of HTTP at a time";
static const char search[] = "searches for the rate itself";

/* Two that do not go together, and why the first does not want the second. */
static const struct {
	int option, other;
	const char *why;
} apart[] = {
	{ OPT_REQUESTS, 'X', body_line },
	{ OPT_REQUESTS, 'b', body_line },
	{ OPT_REQUESTS, OPT_NAME, body_line },
	{ OPT_THINK, 'r', "arrivals that are due do not wait for a client's pause" },
	{ OPT_FIND_MAX, 'n', "each step is as long as --duration" },
	{ OPT_FIND_MAX, OPT_THINK, "arrivals that are due do not wait for a client's pause" },
	{ OPT_FIND_MAX, OPT_SHARD, search },
	{ OPT_FIND_MAX, OPT_START_AT, search },
	{ OPT_HTTP_1_1, OPT_HTTP_2, one_http },
	{ OPT_HTTP_1_1, OPT_HTTP_3, one_http },
	{ OPT_HTTP_2, OPT_HTTP_3, one_http },
	{ OPT_NO_KEEPALIVE, OPT_REQUESTS_PER_CONN, "is one request for each connection" },
	{ 'm', OPT_NO_KEEPALIVE, "streams share a connection that stays" },
	{ 'm', OPT_HTTP_1_1, "HTTP/1.1 has one request at a time in a connection" },
	{ OPT_UNIX_SOCKET, OPT_PROXY, "every connection goes to the socket" },
	{ OPT_UNIX_SOCKET, OPT_RESOLVE, "every connection goes to the socket" },
	{ OPT_UNIX_SOCKET, OPT_CONNECT_TO, "every connection goes to the socket" },
	{ OPT_UNIX_SOCKET, OPT_HTTP_3, "HTTP/3 is UDP" },
	{ OPT_PROXY, OPT_HTTP_3, "HTTP/3 does not go through a proxy" },
	{ 'k', OPT_CACERT, "takes any certificate" },
	{ 'k', OPT_CAPATH, "takes any certificate" },
};

/* One that only makes sense with another: either of up to two. */
static const struct {
	int option, needs[2];
	const char *why;
} together[] = {
	{ OPT_ARRIVAL, { 'r', OPT_FIND_MAX }, "in a closed loop nothing arrives" },
	{ OPT_FIND_MAX, { OPT_SLO }, "what has to hold at the highest rate" },
	{ OPT_PRECISION, { OPT_FIND_MAX }, "it is that of the search" },
	{ 'm', { OPT_HTTP_2, OPT_HTTP_3 }, "HTTP/1.1 has one request at a time in a connection" },
	{ OPT_KEY, { OPT_CERT }, "a key belongs to a certificate" },
	{ OPT_KEY_PASSWORD, { OPT_KEY, OPT_CERT }, "there is no key that it could open" },
};

const char *option_name(int option)
{
	const struct option *o = long_options;

	while (o->name && o->val != option)
		o++;
	return o->name ? o->name : "";
}

static void check_together(const bool given[OPTIONS_MAX], size_t i)
{
	const int *needs = together[i].needs;

	if (!given[together[i].option] || given[needs[0]] || (needs[1] && given[needs[1]]))
		return;
	die_usage("--%s: %s; expected --%s%s%s too", option_name(together[i].option), together[i].why,
		  option_name(needs[0]), needs[1] ? " or --" : "", needs[1] ? option_name(needs[1]) : "");
}

void option_check(const bool given[OPTIONS_MAX])
{
	for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
		if (given[apart[i].option] && given[apart[i].other])
			die_usage("--%s: %s; leave out --%s", option_name(apart[i].option), apart[i].why,
				  option_name(apart[i].other));
	}
	for (size_t i = 0; i < sizeof together / sizeof together[0]; i++)
		check_together(given, i);
}
