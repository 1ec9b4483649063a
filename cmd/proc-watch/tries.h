#ifndef PROC_WATCH_TRIES_H
#define PROC_WATCH_TRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

/* Connections to a server that may not be there yet, begun again and again at each of its addresses. One that is
 * refused is followed by the next after the interval. One that hangs is not waited for: another is begun beside it, and
 * whichever comes first counts. On this machine the kernel is asked first whether anybody listens, where it says so. */

#define TRIES_EACH 4                      /* connections at a time to one address */
#define TRIES_MAX (ADDRESSES_MAX * TRIES_EACH)

enum try_state {
	TRY_FREE,
	TRY_CONNECTING,
	TRY_CONNECTED, /* the caller says what becomes of it */
	TRY_TALKING,   /* set by the caller: it goes on with the connection */
	TRY_IDLE       /* kept: the next try at this address takes it */
};

struct try {
	enum try_state state;
	int fd;
	unsigned lane;  /* which address */
	bool used;      /* it was kept after an earlier try */
	int64_t begun;  /* clock_now() */
	int64_t before; /* when the last one at the same address was begun of those that came to nothing, or are not
	                   answered yet by a server that takes no connection; else when they were opened */
};

struct lane {
	bool closed;     /* not to be tried */
	int spare;       /* a socket that was refused, to be used again; -1: none */
	bool known;      /* the kernel can be asked who listens there */
	int64_t last;    /* when a try was begun; that nobody listens is one too */
	int64_t failed;  /* when the last one was that came to nothing */
	int64_t connect; /* when a connect was */
	int64_t next;    /* when one is due */
	int64_t spacing; /* between tries that hang, ns: the longer the more of them had to be given up */
};

struct tries {
	const struct addresses *to;
	int64_t interval;
	int64_t slowest;  /* how long a connection is waited on before another is begun, ns, at first */
	int epoll;        /* -1: not open */
	int listeners;    /* what the kernel is asked with; -1: nothing */
	unsigned flying;  /* connecting, talking or idle */
	struct lane lanes[ADDRESSES_MAX];
	struct try list[TRIES_MAX];
};

#define TRIES_WHY 160

void tries_init(struct tries *t, const struct addresses *to, int64_t interval, int64_t slowest);

/* From now on; the first try at each address is due at once. 0, or -1 with errno. */
int tries_open(struct tries *t, int64_t now);
void tries_close(struct tries *t); /* again is fine */

/* Begin what is due at now, and take in what has come: the next try that is TRY_CONNECTED (just so), or TRY_TALKING and
 * ready to be read or written; NULL: nothing more. why: of the last that came to nothing, else left as it is. */
struct try *tries_next(struct tries *t, int64_t now, char why[TRIES_WHY]);

void tries_drop(struct tries *t, struct try *y);  /* it came to nothing: closed, the next one after the interval */
void tries_keep(struct tries *t, struct try *y);  /* the same, but the next one takes this connection */
void tries_again(struct tries *t, struct try *y); /* closed, and begun anew at once: it was one kept for too long */

/* Only the address of y counts from now on. */
void tries_only(struct tries *t, const struct try *y);

int64_t tries_due(const struct tries *t);                 /* when tries_next() is to be called; INT64_MAX: not open */
static inline int tries_fd(const struct tries *t)         /* to be polled for input; -1: nothing is under way */
{
	return t->flying ? t->epoll : -1;
}

#endif
