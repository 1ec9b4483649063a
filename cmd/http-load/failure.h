#ifndef HTTP_LOAD_FAILURE_H
#define HTTP_LOAD_FAILURE_H

/* What a request can come to. What is not FAILURE_NONE counts as an error, never as a latency. */
enum failure {
	FAILURE_NONE,
	FAILURE_CONNECT,    /* no connection: refused, unreachable, no name, a proxy's refusal */
	FAILURE_TLS,        /* a connection, but no session */
	FAILURE_TIMEOUT,    /* of connecting or of the whole */
	FAILURE_RESET,      /* the connection ended before the response did */
	FAILURE_PROTOCOL,   /* not HTTP as RFC 9112 has it */
	FAILURE_ASSERTION,  /* a response other than --expect */
	FAILURE_STATUS_4XX, /* but 429 */
	FAILURE_STATUS_429,
	FAILURE_STATUS_5XX,
	FAILURE_COUNT       /* how many there are */
};

/* "connect", "tls", "timeout", "reset", "protocol", "assertion", "status-4xx", "status-429", "status-5xx"; "" for none. */
const char *failure_name(enum failure failure);

#define FAILURE_TEXT 160 /* enough for what is told of one: "status 503", "line 3 of the head: no colon" */

#endif
