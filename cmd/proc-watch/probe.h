#ifndef PROC_WATCH_PROBE_H
#define PROC_WATCH_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Something that is waited for: that a service is ready, or shows that it has noticed a change. One loop drives any
 * number of them: it polls their descriptors, calls probe_step() when one is readable or its time has come, and hands
 * the service's output to all. Nothing here waits. */

enum probe_kind { PROBE_TCP, PROBE_HTTP, PROBE_UNIX, PROBE_FILE, PROBE_FD, PROBE_NOTIFY, PROBE_LOG };
const char *probe_kind_name(enum probe_kind kind); /* "tcp" ... */

enum probe_use {
	PROBE_READY,  /* seen when it is there: the port accepts, the URL answers 2xx, the file exists (one that was
	                 there at probe_arm(): when it is another), the line came */
	PROBE_CHANGE  /* seen when it is another than when it was armed: the URL's answer (status and up to 1 MiB of
	                 body), the file (its inode, size or time), a line that came since, notify's READY=1 since. tcp
	                 and unix: as PROBE_READY. fd is refused: its pipe is given at the start alone */
};

#define PROBE_WHY 256

struct probe {
	enum probe_kind kind;
	enum probe_use use;
	const char *text;      /* as it was said; stays the caller's */

	/* what the loop looks at, from probe_arm() on. PROBE_NOTIFY goes on when it was seen, until probe_disarm():
	 * more may come (MAINPID=), and a service whose datagrams nobody reads hangs */
	int fd;                /* to be polled; -1: nothing now. May be another after each call */
	short events;
	int64_t due;           /* clock_now() at which probe_step() is to be called in any case; INT64_MAX: never */
	bool seen;
	int64_t when;          /* clock_now() of it, and by how many ns it may have been earlier; 0: the kernel told */
	int64_t bound;
	bool failed;           /* it can never be seen any more; why says it */
	char why[PROBE_WHY];   /* of a failure, or of the last try that came to nothing ("connection refused") */
	bool early;            /* READY of tcp, http, unix: somebody accepted already at probe_arm(). It goes on */

	/* what the service is given when it is started; 0 and NULL: nothing */
	int give_fd, give_number; /* PROBE_FD: the pipe's end, and its number there */
	const char *give_env;     /* PROBE_NOTIFY: "NOTIFY_SOCKET=@...", the same for all of them and for ever */

	int64_t main_pid;      /* PROBE_NOTIFY: the last MAINPID=; 0: none since probe_arm() for READY */
	struct probe_own *own;
};

/* "tcp:[HOST:]PORT", "http:URL" or a URL that begins with http://, "unix:PATH" (@NAME: in the abstract name space),
 * "file:PATH", "fd" or "fd:N", "notify", "log:REGEX" (POSIX extended). A host's name is looked up now. interval: ns
 * between tries of what has to be polled. 0, or -1 with p->why: "expected a port ..."; nothing is to be freed then. p
 * stays where it is. */
int probe_parse(struct probe *p, const char *text, enum probe_use use, int64_t interval);
void probe_free(struct probe *p);

/* From now on it is waited for; to be called before the service is started (READY), or before the change is made
 * (CHANGE: for http it may block up to `patience` ns for the answer that is there now). Again for each further wait. 0,
 * or -1 with p->why. */
int probe_arm(struct probe *p, int64_t patience);

/* The service has been started and has its end: ours of it is closed. */
void probe_given(struct probe *p);

/* fd is ready or due has come. */
void probe_step(struct probe *p, int64_t now);

/* The service has written this on standard output (1) or error (2): PROBE_LOG looks at its whole lines, up to 8 KiB of
 * each. len 0: that stream has ended, and a last line without a newline counts. To be called armed or not. */
void probe_output(struct probe *p, int stream, const char *bytes, size_t len, int64_t now);

/* Closes what it has open; again is fine. A probe that has seen something, or failed, may have something open until
 * then, which the kernel takes up to 20 ms to close: not at a moment that matters. */
void probe_disarm(struct probe *p);

#endif
