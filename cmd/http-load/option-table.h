#ifndef HTTP_LOAD_OPTION_TABLE_H
#define HTTP_LOAD_OPTION_TABLE_H

#include <getopt.h>
#include <stdbool.h>

#include "measuring.h"

/* The table of options, and which of them do not go together. */

enum { /* options without a letter */
	OPT_REQUESTS = 256,
	OPT_DATA,
	OPT_EXPECT,
	OPT_NAME,
	OPT_ARRIVAL,
	OPT_THINK,
	OPT_WARMUP,
	OPT_START_AT,
	OPT_SHARD,
	OPT_SLO,
	OPT_FIND_MAX,
	OPT_PRECISION,
	OPT_ENGINE,
	OPT_HTTP_1_1,
	OPT_HTTP_2,
	OPT_HTTP_3,
	OPT_NO_KEEPALIVE,
	OPT_REQUESTS_PER_CONN,
	OPT_CONNECT_TIMEOUT,
	OPT_TIMEOUT,
	OPT_DRAIN,
	OPT_COMPRESSED,
	OPT_COOKIES,
	OPT_PROXY,
	OPT_UNIX_SOCKET,
	OPT_RESOLVE,
	OPT_CONNECT_TO,
	OPT_CACERT,
	OPT_CAPATH,
	OPT_CERT,
	OPT_KEY,
	OPT_KEY_PASSWORD,
	OPT_CIPHERS,
	OPT_TLS_MIN,
	OPT_SERVER_NAME,
	OPT_INTERVAL,
	OPTIONS_MAX = MEASURING_PROGRESS + 1
};

extern const char short_options[];
extern const struct option long_options[];

const char *option_name(int option); /* "rate" */

/* given: whether each option was, by its number. Dies of a pair that makes no sense, with the reason. */
void option_check(const bool given[OPTIONS_MAX]);

#endif
