#ifndef HTTP_LOAD_WIRE_H
#define HTTP_LOAD_WIRE_H

#include <sys/epoll.h>
#include <sys/socket.h>

#include "connector.h"
#include "engine.h"
#include "httpresponse.h"

/* The wire engine: HTTP/1.1 on sockets of our own. A connection is registered once, edge-triggered, for everything;
 * after a response the next request is sent at once, and only where a socket does not take it whole, or has nothing
 * to give, is there a wait. */

#define WIRE_READ (16 << 10)  /* bytes that are read at once while a head may be among them */
#define WIRE_BUFFER (1 << 20)   /* and in a body; what is not copied does not touch it */
#define WIRE_EVENTS 256

enum conn_state {
	CONN_CLOSED,
	CONN_LINE,       /* libcurl connects */
	CONN_CONNECTING, /* a socket of ours does */
	CONN_IDLE,
	CONN_SENDING,
	CONN_RECEIVING
};

struct conn { /* of one slot to one origin */
	struct slot *slot;
	struct line *line;     /* libcurl's connection; NULL: a plain socket */
	int fd;
	uint8_t state;
	bool before;           /* there was another connection in its place */
	bool pending;          /* slot's request waits for it */
	bool unsendable;       /* sending its request has failed */
	bool failing;          /* in the list of those whose request has failed */
	uint32_t origin;
	uint32_t served;       /* requests */
	uint32_t batch;        /* engine_state.batch when its socket was made */
	int64_t since;         /* clock_now() at which connecting began */
	const char *out;       /* what is to be sent */
	size_t out_len, out_at;
	uint64_t received;     /* bytes of the response */
	int64_t first_byte;
	struct response response;
	struct buffer rendered;
	struct buffer body;    /* as much as is expected of it */
	struct conn *next_failing;
	enum failure failure;  /* while failing */
	char *why;             /* the same; NULL: the failure's name */
};

struct address { /* of an origin, once it is known */
	struct sockaddr_storage address;
	socklen_t len; /* 0: not known, or not to be used without libcurl */
};

struct engine_state {
	struct worker *worker;
	const struct options *options;
	const struct mix *mix;
	struct connector *connector;
	struct conn *conn;       /* by slot, then by origin */
	uint32_t nslots;
	struct address *address; /* by origin */
	int epoll, event, beat;  /* event: an eventfd that wakes; beat: a timerfd */
	int64_t now;             /* clock_now() at which the last wait ended */
	uint32_t batch;          /* waits so far */
	struct conn *failing;    /* what failed in start(): told by the next poll() */
	struct head_cache cache;
	struct buffer scratch;
	char buffer[WIRE_BUFFER];
};

/* --- wire-connect.c --- */

/* Begin to connect. What cannot even begin is failing. */
void wire_open(struct engine_state *s, struct conn *c);

/* A socket of ours has become writable, or has failed. */
void wire_opened(struct engine_state *s, struct conn *c);

/* libcurl is done with a line. */
void wire_line(void *data, void *cookie, struct line *line, const struct connected *result);

void wire_close(struct engine_state *s, struct conn *c);

/* Have epoll tell of all that happens to c's socket: EPOLL_CTL_ADD, or EPOLL_CTL_MOD to be told again of what is there
 * already. 0, or -1 with errno. */
int wire_watch(struct engine_state *s, struct conn *c, int operation);

/* --- wire-request.c --- */

void wire_begin(struct engine_state *s, struct conn *c); /* the slot's request, on an open connection */
void wire_send(struct engine_state *s, struct conn *c);  /* go on with it */
void wire_receive(struct engine_state *s, struct conn *c, uint32_t events);

/* c's request has failed: to be told by wire_fail_all(). why is copied; NULL: the failure's name. */
void wire_fail(struct engine_state *s, struct conn *c, enum failure failure, const char *why);
void wire_fail_all(struct engine_state *s);

/* Take it out of the list of the failing. */
void wire_forget_failure(struct engine_state *s, struct conn *c);

static inline struct conn *wire_conn(struct engine_state *s, const struct slot *slot, size_t origin)
{
	return &s->conn[slot->index * s->mix->norigins + origin];
}

#endif
