#ifndef HTTP_LOAD_OPTIONS_H
#define HTTP_LOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "measuring.h"
#include "pace.h"

enum engine_choice { ENGINE_AUTO, ENGINE_WIRE, ENGINE_CURL };

enum http_version { HTTP_ANY, HTTP_1_1, HTTP_2, HTTP_3 };

struct ramp { /* --rate FROM..TO/STEP@TIME; a plain rate has from == to */
	double from, to, step; /* a second */
	int64_t time;          /* of each step, ns; 0: the whole of --duration */
};

/* The command line. Times in ns. */
struct options {
	struct measuring common;

	/* what is asked for */
	const char **url;         /* one or more; NULL where --requests names them all */
	const char *method;       /* NULL: GET, or POST where there is a body */
	const char **header;      /* "Name: value", NULL-terminated or NULL */
	char *body;               /* --body, read from its file; NULL: none */
	size_t body_len;
	const char *requests;     /* a file of NDJSON, "-" for stdin; NULL: none */
	const char *data;         /* rows for {{field name}}, "-" for stdin; NULL: none */
	const char **expect;      /* --expect, as written */
	const char *name;         /* of the only request; NULL: made of its path */

	/* how much */
	int64_t connections, threads;
	int64_t duration;         /* 0: no end by time */
	int64_t count;            /* of all together; 0: no end by count */
	bool paced;               /* --rate was given */
	struct ramp rate;
	enum pace_kind arrival;
	int64_t think;            /* closed loop: between a response and the next request */
	int64_t warmup;           /* 0: none */
	int64_t start_at;         /* clock_wall() at which to begin; 0: at once */
	unsigned shard, shards;   /* 0 of 1 where there is but one */
	bool find_max;
	double precision;         /* of --find-max, as a share of the rate */
	const char *slo;          /* NULL: none */

	/* how */
	enum engine_choice engine;
	enum http_version version;
	int64_t connect_timeout, timeout;
	int64_t drain;            /* how long what is in flight at the end may take */
	bool keepalive;
	int64_t requests_per_conn; /* 0: any number */
	int64_t streams;          /* of HTTP/2 and 3 in each connection */
	bool follow, compressed, cookies;

	/* libcurl's */
	const char *user;         /* "name:password" */
	const char *proxy, *unix_socket;
	const char **resolve, **connect_to;
	bool insecure;
	const char *cacert, *capath, *cert, *key, *ciphers, *tls_min, *server_name;
	char *key_password;

	int64_t interval;         /* of the histograms */
};

/* Never fails: prints help or a complaint and exits. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
