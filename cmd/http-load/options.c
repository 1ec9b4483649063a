#include "options.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "option-table.h"
#include "units.h"
#include "usage.h"
#include "when.h"

#define SECOND 1000000000LL
#define YEAR (365 * 86400 * SECOND)
#define CONNECTIONS_MAX 1000000
#define SHARDS_MAX 100000
#define STREAMS_MAX 10000
#define RATE_MAX 1e8
#define RAMP_STEPS_MAX 1000

/* Which of words, a list that NULL ends, text is; or die_usage(). */
static size_t one_of(const char *option, const char *text, const char *const *words, const char *expected)
{
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(text, words[i]) == 0)
			return i;
	}
	die_usage("%s '%s': expected %s", option, text, expected);
}

static int64_t some_time(const char *option, const char *text)
{
	int64_t ns = cli_duration(option, text);

	if (ns == 0 || ns > YEAR)
		die_usage("%s '%s': expected more than 0, and a year at most", option, text);
	return ns;
}

static int64_t count_up_to(const char *option, const char *text, int64_t max)
{
	int64_t count = cli_count(option, text, 1);

	if (count > max)
		die_usage("%s '%s': expected %lld at most", option, text, (long long)max);
	return count;
}

static const char *some_text(const char *option, const char *text)
{
	if (!*text)
		die_usage("%s '': expected something", option);
	return text;
}

static const char *readable(const char *option, const char *path)
{
	if (access(some_text(option, path), R_OK) < 0)
		die("%s %s:", option, path);
	return path;
}

/* --- texts that may stand in a file --- */

static char *read_file(const char *path, size_t *len)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	size_t room = 4096, got;
	char *bytes = x_malloc(room);

	if (!file)
		die("%s:", path);
	*len = 0;
	while ((got = fread(bytes + *len, 1, room - 1 - *len, file)) > 0) {
		*len += got;
		if (*len == room - 1) {
			bytes = x_reallocarray(bytes, room, 2);
			room *= 2;
		}
	}
	if (ferror(file))
		die("%s:", strcmp(path, "-") ? path : "standard input");
	bytes[*len] = '\0';
	if (file != stdin)
		fclose(file);
	return bytes;
}

/* TEXT, @FILE or @-. */
static char *text_or_file(const char *option, const char *argument, size_t *len)
{
	if (*argument == '@')
		return read_file(some_text(option, argument + 1), len);
	*len = strlen(argument);
	return x_strdup(argument);
}

static void read_password(struct options *o, const char *argument)
{
	size_t len;

	o->key_password = text_or_file("--key-password", argument, &len);
	/* The line's end is the editor's. */
	while (len > 0 && *argument == '@' && strchr("\r\n", o->key_password[len - 1]))
		o->key_password[--len] = '\0';
}

/* --- rates --- */

static double parse_rate(const char *text, bool *ok)
{
	enum unit unit;
	double rate = 0;
	bool bare;

	*ok = quantity_parse(text, &unit, &rate, &bare) == 0 && (bare || unit == UNIT_PER_SECOND || unit == UNIT_ONE) &&
	      rate > 0 && rate <= RATE_MAX && !strchr(text, '%');
	return rate;
}

/* FROM..TO/STEP@TIME into the pieces of a copy of it; any number may have its "/s". */
static bool split_ramp(char *text, char *piece[4])
{
	char *dots = strstr(text, ".."), *at = strrchr(text, '@'), *slash, *end;

	if (!dots || !at || at < dots)
		return false;
	*dots = *at = '\0';
	end = at - 2;
	if (end > dots && strcmp(end, "/s") == 0)
		*end = '\0';
	slash = strrchr(dots + 2, '/');
	if (!slash)
		return false;
	*slash = '\0';
	piece[0] = text;
	piece[1] = dots + 2;
	piece[2] = slash + 1;
	piece[3] = at + 1;
	return true;
}

static void take_ramp(struct ramp *ramp, const char *argument)
{
	char *copy = x_strdup(argument), *piece[4] = {NULL};
	bool ok[3] = {false};

	if (split_ramp(copy, piece)) {
		ramp->from = parse_rate(piece[0], &ok[0]);
		ramp->to = parse_rate(piece[1], &ok[1]);
		ramp->step = parse_rate(piece[2], &ok[2]);
	}
	if (!ok[0] || !ok[1] || !ok[2] || duration_parse(piece[3], &ramp->time) < 0 || !ramp->time || ramp->time > YEAR)
		die_usage("--rate '%s': expected FROM..TO/STEP@TIME such as 100..2000/100@10s", argument);
	if (ramp->from == ramp->to)
		die_usage("--rate '%s': it neither rises nor falls; expected --rate %s and --duration %s", argument,
			  piece[0], piece[3]);
	if ((ramp->to > ramp->from ? ramp->to - ramp->from : ramp->from - ramp->to) / ramp->step > RAMP_STEPS_MAX)
		die_usage("--rate '%s': expected %d steps at most", argument, RAMP_STEPS_MAX);
	free(copy);
}

static void take_rate(struct options *o, const char *argument)
{
	bool ok = true;

	o->paced = true;
	o->rate = (struct ramp){.step = 0};
	if (strstr(argument, "..")) {
		take_ramp(&o->rate, argument);
		return;
	}
	o->rate.from = o->rate.to = parse_rate(argument, &ok);
	if (!ok)
		die_usage("--rate '%s': expected a rate such as 500/s, up to 100M/s, or FROM..TO/STEP@TIME such as "
			  "100..2000/100@10s", argument);
}

static void take_shard(struct options *o, const char *argument)
{
	char *copy = x_strdup(argument), *slash = strchr(copy, '/');
	int64_t index = 0, of = 0;

	if (slash)
		*slash = '\0';
	if (!slash || count_parse(copy, &index) < 0 || count_parse(slash + 1, &of) < 0 || index < 1 || index > of ||
	    of > SHARDS_MAX)
		die_usage("--shard '%s': expected I/N, such as 2/3 for the second of three", argument);
	o->shard = (unsigned)index - 1;
	o->shards = (unsigned)of;
	free(copy);
}

static void take_start(struct options *o, const char *argument)
{
	if (when_parse(argument, &o->start_at) < 0)
		die_usage("--start-at '%s': expected a time such as 2026-11-20T18:00:00Z, or @ and seconds since 1970",
			  argument);
	if (o->start_at <= clock_wall())
		die("--start-at '%s': this was %.3g s ago", argument, (double)(clock_wall() - o->start_at) / 1e9);
}

/* --- the options, by what they are about --- */

static bool take_request(struct options *o, int option, const char *argument)
{
	static const char token[] = "!#$%&'*+-.^_`|~0123456789"
				    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	switch (option) {
	case 'X':
		if (!*argument || argument[strspn(argument, token)])
			die_usage("--method '%s': expected a method such as GET", argument);
		o->method = argument;
		return true;
	case 'H':
		o->header = cli_append(o->header, argument);
		return true;
	case OPT_REQUESTS:
		o->requests = some_text("--requests", argument);
		return true;
	case OPT_DATA:
		o->data = some_text("--data", argument);
		return true;
	case OPT_EXPECT:
		o->expect = cli_append(o->expect, argument);
		return true;
	case OPT_NAME:
		o->name = some_text("--name", argument);
		return true;
	case 'u':
		if (!strchr(argument, ':'))
			die_usage("--user: expected NAME:PASSWORD");
		o->user = argument;
		return true;
	default:
		return false;
	}
}

static bool take_amount(struct options *o, int option, const char *argument)
{
	static const char *const arrivals[] = {"constant", "poisson", NULL};

	switch (option) {
	case 'c':
		o->connections = count_up_to("--connections", argument, CONNECTIONS_MAX);
		return true;
	case 't':
		o->threads = cli_count("--threads", argument, 1);
		return true;
	case 'd':
		o->duration = some_time("--duration", argument);
		return true;
	case 'n':
		o->count = cli_count("--count", argument, 1);
		return true;
	case 'r':
		take_rate(o, argument);
		return true;
	case OPT_ARRIVAL:
		o->arrival = one_of("--arrival", argument, arrivals, "constant or poisson") ? PACE_POISSON : PACE_CONSTANT;
		return true;
	case OPT_THINK:
		o->think = cli_duration("--think", argument);
		return true;
	case OPT_WARMUP:
		o->warmup = cli_duration("--warmup", argument);
		return true;
	case OPT_START_AT:
		take_start(o, argument);
		return true;
	case OPT_SHARD:
		take_shard(o, argument);
		return true;
	case OPT_SLO:
		o->slo = some_text("--slo", argument);
		return true;
	case OPT_FIND_MAX:
		o->find_max = true;
		return true;
	case OPT_PRECISION:
		o->precision = cli_share("--precision", argument);
		if (o->precision < 0.001 || o->precision > 0.5)
			die_usage("--precision '%s': expected 0.1%% to 50%%", argument);
		return true;
	case OPT_INTERVAL:
		o->interval = some_time("--interval", argument);
		return true;
	default:
		return false;
	}
}

static bool take_way(struct options *o, int option, const char *argument)
{
	static const char *const engines[] = {"auto", "wire", "curl", NULL};

	switch (option) {
	case OPT_ENGINE:
		o->engine = (enum engine_choice)one_of("--engine", argument, engines, "auto, wire or curl");
		return true;
	case OPT_HTTP_1_1:
		o->version = HTTP_1_1;
		return true;
	case OPT_HTTP_2:
		o->version = HTTP_2;
		return true;
	case OPT_HTTP_3:
		o->version = HTTP_3;
		return true;
	case 'm':
		o->streams = count_up_to("--streams", argument, STREAMS_MAX);
		return true;
	case OPT_NO_KEEPALIVE:
		o->keepalive = false;
		return true;
	case OPT_REQUESTS_PER_CONN:
		o->requests_per_conn = cli_count("--requests-per-conn", argument, 1);
		return true;
	case OPT_CONNECT_TIMEOUT:
		o->connect_timeout = some_time("--connect-timeout", argument);
		return true;
	case OPT_TIMEOUT:
		o->timeout = some_time("--timeout", argument);
		return true;
	case OPT_DRAIN:
		o->drain = cli_duration("--drain", argument);
		return true;
	case 'L':
		o->follow = true;
		return true;
	case OPT_COMPRESSED:
		o->compressed = true;
		return true;
	case OPT_COOKIES:
		o->cookies = true;
		return true;
	default:
		return false;
	}
}

/* "name:80:..." has so many colons at least. An address may have more of them in its brackets. */
static const char *with_colons(const char *option, const char *text, int colons, const char *expected)
{
	int n = 0;

	for (const char *p = text; *p; p++)
		n += *p == ':';
	if (n < colons)
		die_usage("%s '%s': expected %s", option, text, expected);
	return text;
}

static bool take_route(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_PROXY:
		o->proxy = some_text("--proxy", argument);
		return true;
	case OPT_UNIX_SOCKET:
		if (strlen(some_text("--unix-socket", argument)) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
			die("--unix-socket %s: %s", argument, strerror(ENAMETOOLONG));
		o->unix_socket = argument;
		return true;
	case OPT_RESOLVE:
		o->resolve = cli_append(o->resolve, with_colons("--resolve", argument, 2, "HOST:PORT:ADDRESS"));
		return true;
	case OPT_CONNECT_TO:
		o->connect_to = cli_append(o->connect_to,
					   with_colons("--connect-to", argument, 3, "HOST:PORT:HOST:PORT"));
		return true;
	default:
		return false;
	}
}

static bool take_tls(struct options *o, int option, const char *argument)
{
	static const char *const versions[] = {"1.2", "1.3", NULL};

	switch (option) {
	case 'k':
		o->insecure = true;
		return true;
	case OPT_CACERT:
		o->cacert = readable("--cacert", argument);
		return true;
	case OPT_CAPATH:
		o->capath = readable("--capath", argument);
		return true;
	case OPT_CERT:
		o->cert = readable("--cert", argument);
		return true;
	case OPT_KEY:
		o->key = readable("--key", argument);
		return true;
	case OPT_CIPHERS:
		o->ciphers = some_text("--ciphers", argument);
		return true;
	case OPT_TLS_MIN:
		o->tls_min = versions[one_of("--tls-min", argument, versions, "1.2 or 1.3")];
		return true;
	case OPT_SERVER_NAME:
		o->server_name = some_text("--server-name", argument);
		return true;
	default:
		return false;
	}
}

static void take(struct options *o, int option, const char *argument)
{
	if (take_request(o, option, argument) || take_amount(o, option, argument) || take_way(o, option, argument) ||
	    take_route(o, option, argument) || take_tls(o, option, argument) ||
	    measuring_take(&o->common, option, argument))
		return;
	cli_other(option, usage);
}

/* --- all together --- */

static int64_t processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return CPU_COUNT(&set);
	return sysconf(_SC_NPROCESSORS_ONLN) > 0 ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
}

static void settle_amount(struct options *o)
{
	if (o->rate.time && (o->duration || o->count))
		die_usage("--rate: a ramp's length is that of its steps; leave out --%s", o->duration ? "duration" : "count");
	if (o->rate.time && o->find_max)
		die_usage("--find-max: searches for the rate itself; expected --rate R to begin with, or none");
	if (o->find_max && !o->duration)
		o->duration = 5 * SECOND;
	else if (!o->duration && !o->count && !o->rate.time)
		o->duration = 10 * SECOND;
	if (o->threads > o->connections)
		die_usage("--threads %lld: with --connections %lld there would be threads without any",
			  (long long)o->threads, (long long)o->connections);
	if (!o->threads)
		o->threads = processors() < o->connections ? processors() : o->connections;
}

/* What stands for texts, until it is known that the options make sense. */
struct late {
	const char *body, *password;
};

static bool is_stdin(const char *argument, const char *name)
{
	return argument && strcmp(argument, name) == 0;
}

static void settle_requests(struct options *o, const struct late *late)
{
	size_t n = 0;
	int from_stdin = is_stdin(late->body, "@-") + is_stdin(late->password, "@-") + is_stdin(o->requests, "-") +
			 is_stdin(o->data, "-");

	while (o->url && o->url[n])
		n++;
	if (!n && !o->requests)
		die_usage("no URL");
	if (n > 1 && o->requests)
		die_usage("--requests: expected one URL at most, to which those in the file are relative");
	if (n > 1 && o->name)
		die_usage("--name: there are %zu requests; --requests can name each", n);
	if (from_stdin > 1)
		die_usage("standard input can be read but once");
}

static void settle_engine(const struct options *o, const bool given[OPTIONS_MAX])
{
	static const int of_curl[] = {OPT_HTTP_2, OPT_HTTP_3, 'L', OPT_COMPRESSED, OPT_COOKIES};

	for (size_t i = 0; o->engine == ENGINE_WIRE && i < sizeof of_curl / sizeof of_curl[0]; i++) {
		if (given[of_curl[i]])
			die_usage("--%s: the engine wire cannot do this; leave out --engine", option_name(of_curl[i]));
	}
}

void options_parse(struct options *o, int argc, char **argv)
{
	bool given[OPTIONS_MAX] = {false};
	struct late late = {NULL, NULL};
	int option;

	*o = (struct options){.connections = 50, .arrival = PACE_CONSTANT, .shards = 1, .precision = 0.02,
			      .engine = ENGINE_AUTO, .version = HTTP_ANY, .connect_timeout = 5 * SECOND,
			      .timeout = 30 * SECOND, .drain = 2 * SECOND, .keepalive = true, .streams = 1,
			      .interval = SECOND};
	measuring_init(&o->common, 1);
	while ((option = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		if (option == 'b')
			late.body = optarg;
		else if (option == OPT_KEY_PASSWORD)
			late.password = optarg;
		else
			take(o, option, optarg);
		given[option] = true;
	}
	for (int i = optind; i < argc; i++)
		o->url = cli_append(o->url, argv[i]);
	option_check(given);
	settle_engine(o, given);
	settle_amount(o);
	settle_requests(o, &late);
	if (late.body)
		o->body = text_or_file("--body", late.body, &o->body_len);
	if (late.password)
		read_password(o, late.password);
}

void options_free(struct options *o)
{
	measuring_free(&o->common);
	free(o->url);
	free(o->header);
	free(o->body);
	free(o->expect);
	free(o->resolve);
	free(o->connect_to);
	free(o->key_password);
}
