#ifndef TESTS_PORTS_H
#define TESTS_PORTS_H

#include "probing.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "../../cmd/proc-watch/address.h"

/* Ports of this machine for tests. */

static inline struct address loopback(int family, unsigned port)
{
	struct address a = {.len = sizeof(struct sockaddr_in)};
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	if (family == AF_INET6)
		a.len = sizeof six;
	memcpy(&a.at, family == AF_INET ? (void *)&four : (void *)&six, a.len);
	return a;
}

/* A socket on a port that the kernel chooses. -1: there is no such family here. */
static inline int bound_port(int family, unsigned *port)
{
	struct address at = loopback(family, 0);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	*port = 0;
	if (fd >= 0)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at.at, at.len) != 0)
		return -1;
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at.at, &at.len), 0);
	*port = ntohs(((struct sockaddr_in *)&at.at)->sin_port);
	return fd;
}

#endif
