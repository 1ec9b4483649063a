#include "address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

int address_port(const char *text, unsigned *port)
{
	unsigned n = 0;

	if (!*text || strspn(text, "0123456789") < strlen(text))
		return -1;
	for (; *text && n <= 65535; text++)
		n = n * 10 + (unsigned)(*text - '0');
	if (n < 1 || n > 65535)
		return -1;
	*port = n;
	return 0;
}

static void append(struct addresses *a, const void *at, socklen_t len)
{
	struct address *next = &a->list[a->count];

	if (a->count == ADDRESSES_MAX || len > sizeof next->at)
		return;
	memset(next, 0, sizeof *next);
	memcpy(&next->at, at, len);
	next->len = len;
	a->count++;
}

static void loopback(struct addresses *a, unsigned port)
{
	struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port),
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT};

	append(a, &four, sizeof four);
	append(a, &six, sizeof six);
}

int address_find(struct addresses *a, const char *host, unsigned port, const char **why)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV}, *found;
	char service[16];
	int error;

	a->count = 0;
	if (strcasecmp(host, "localhost") == 0) {
		loopback(a, port);
		return 0;
	}
	snprintf(service, sizeof service, "%u", port);
	error = getaddrinfo(host, service, &hints, &found);
	if (error == EAI_NONAME && !strchr(host, ':')) {
		hints.ai_flags = AI_NUMERICSERV;
		error = getaddrinfo(host, service, &hints, &found);
	}
	if (error) {
		*why = gai_strerror(error);
		return -1;
	}
	for (const struct addrinfo *i = found; i; i = i->ai_next) {
		if (i->ai_family == AF_INET || i->ai_family == AF_INET6)
			append(a, i->ai_addr, i->ai_addrlen);
	}
	freeaddrinfo(found);
	*why = "it has no address";
	return a->count ? 0 : -1;
}

void address_text(const struct address *a, char text[ADDRESS_TEXT])
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (a->at.ss_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)&a->at;

		inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
		snprintf(text, ADDRESS_TEXT, "%s:%u", host, ntohs(four->sin_port));
	} else {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&a->at;

		inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
		snprintf(text, ADDRESS_TEXT, "[%s]:%u", host, ntohs(six->sin6_port));
	}
}

bool address_own(int fd)
{
	struct address here = {.len = sizeof here.at}, there = {.len = sizeof there.at};

	return getsockname(fd, (struct sockaddr *)&here.at, &here.len) == 0 &&
	       getpeername(fd, (struct sockaddr *)&there.at, &there.len) == 0 && here.len == there.len &&
	       memcmp(&here.at, &there.at, here.len) == 0;
}

void address_avoid(int fd, const struct address *to)
{
	uint32_t port = ntohs(to->at.ss_family == AF_INET ? ((const struct sockaddr_in *)&to->at)->sin_port
							   : ((const struct sockaddr_in6 *)&to->at)->sin6_port);
	/* The lower end in the low half, the upper one in the high half, 0: as it is. */
	uint32_t range = port > 46000 ? (port - 1) << 16 : port + 1;

	setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof range);
}
