#ifndef PROC_WATCH_ADDRESS_H
#define PROC_WATCH_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

/* Where a name and a port lead. */

#define ADDRESSES_MAX 8 /* of a name that has more the first ones count */

struct address {
	struct sockaddr_storage at;
	socklen_t len;
};

struct addresses {
	struct address list[ADDRESSES_MAX];
	unsigned count;
};

/* 1 to 65535 in decimal, the whole text. 0, or -1. */
int address_port(const char *text, unsigned *port);

/* host: an address (IPv6 without brackets), "localhost" (127.0.0.1 and ::1, nobody is asked), or a name that is looked
 * up now, which may take its time. 0, or -1 with *why, a constant text. */
int address_find(struct addresses *a, const char *host, unsigned port, const char **why);

#define ADDRESS_TEXT 80 /* enough for what address_text() writes */
void address_text(const struct address *a, char text[ADDRESS_TEXT]); /* "127.0.0.1:80", "[::1]:80" */

/* A connection that leads to itself: on one machine a connect from a port to that same port, where nobody listens,
 * finds its own other end. */
bool address_own(int fd);

/* Keep the kernel from giving the socket the port that it will connect to (Linux 6.3 and newer; else nothing). */
void address_avoid(int fd, const struct address *to);

#endif
