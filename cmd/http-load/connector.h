#ifndef HTTP_LOAD_CONNECTOR_H
#define HTTP_LOAD_CONNECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "failure.h"
#include "mix.h"
#include "options.h"

/* Connections made by libcurl (CURLOPT_CONNECT_ONLY): names, --resolve, --connect-to, proxies, unix sockets, TLS (which
 * offers HTTP/1.1 alone). One for each thread; with an epoll descriptor of its own that can be watched from another.
 * handle_setup() comes first. Any number may be begun at once: a name is looked up by one of them alone, and until
 * connector_rush() no more are under way than gain by it, so that a burst costs neither threads nor memory, and the
 * times are those of connecting rather than of waiting for each other. */

struct connector;
struct line; /* a connection under way or made */

struct connected {
	enum failure failure;   /* FAILURE_NONE, _CONNECT, _TLS or _TIMEOUT */
	const char *why;        /* of a failure, in libcurl's words; lives during the call; NULL: none */
	int64_t connect;        /* ns that TCP took, to the proxy where there is one, without looking up the name */
	int64_t tls;            /* ns from there until the TLS session stood, a proxy's answer included; -1 without TLS */
	int fd;                 /* of the socket, non-blocking; belongs to the line; -1 of a failure */
};

/* cookie is what connector_start() was given. Called from connector_run() alone, once for each line. It may start and
 * close lines, this one too. A line that failed is to be closed, there or later. */
typedef void connector_done(void *data, void *cookie, struct line *line, const struct connected *result);

/* NULL after a complaint. */
struct connector *connector_new(const struct options *o, const struct mix *mix, connector_done *done, void *data);
void connector_free(struct connector *c); /* after its lines; NULL is fine */

int connector_fd(const struct connector *c); /* readable: call connector_run() */

/* clock_now() at which to call it all the same; INT64_MAX: none. */
int64_t connector_deadline(const struct connector *c);

void connector_run(struct connector *c); /* never waits */

/* From now on lines begin at once, however many: when the load begins, which is not to be slowed down by this. A second
 * time does nothing. */
void connector_rush(struct connector *c);

/* Begin to connect to an origin of mix. The line; what becomes of it is told by connector_run(), failures too. NULL
 * with ENOMEM. */
struct line *connector_start(struct connector *c, const struct origin *origin, void *cookie);

/* Close it, made or not; connector_done is not called for it any more. */
void line_close(struct line *line);

/* Of a line made, without TLS and proxy: take the socket away from libcurl; the line is gone, fd is the caller's. */
int line_release(struct line *line);

/* Whether origin's lines can be released: nothing but a plain socket. */
bool connector_plain(const struct connector *c, const struct origin *origin);

/* Through a line made, TLS or not. As recv(2) and send(2): the count, 0 at the end, -1 with errno (EAGAIN; ECONNRESET
 * where the connection broke; EPROTO for TLS's own failures, also of a certificate that the peer refuses once the
 * handshake is over). An end without TLS's close_notify is ECONNRESET too, where libcurl tells it apart (7.88 does
 * not). Read until EAGAIN: libcurl may hold bytes that the socket no longer has. After EAGAIN go on sending with the
 * same bytes. */
ssize_t line_recv(struct line *line, void *bytes, size_t len);
ssize_t line_send(struct line *line, const void *bytes, size_t len);

#endif
