#include "listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

bool listeners_know(const struct address *a)
{
	if (a->at.ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)&a->at)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)&a->at)->sin6_addr);
}

int listeners_ask(int fd, const struct address *a)
{
	struct {
		struct nlmsghdr head;
		struct inet_diag_req_v2 body;
	} request = {.head = {.nlmsg_len = sizeof request, .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			      .nlmsg_flags = NLM_F_REQUEST},
		     .body = {.sdiag_family = (unsigned char)a->at.ss_family, .sdiag_protocol = IPPROTO_TCP,
			      .idiag_states = 1u << TCP_LISTEN}};
	struct inet_diag_sockid *id = &request.body.id;
	union {
		struct nlmsghdr head;
		char bytes[4096];
	} answer;

	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	if (a->at.ss_family == AF_INET) {
		const struct sockaddr_in *four = (const struct sockaddr_in *)&a->at;

		id->idiag_sport = four->sin_port;
		memcpy(id->idiag_src, &four->sin_addr, sizeof four->sin_addr);
	} else {
		const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&a->at;

		id->idiag_sport = six->sin6_port;
		memcpy(id->idiag_src, &six->sin6_addr, sizeof six->sin6_addr);
	}
	if (send(fd, &request, sizeof request, MSG_DONTWAIT) < 0)
		return -1;
	ssize_t n = recv(fd, &answer, sizeof answer, MSG_DONTWAIT); /* it is there when send(2) returns */
	if (n < (ssize_t)sizeof answer.head)
		return -1;
	if (answer.head.nlmsg_type == SOCK_DIAG_BY_FAMILY)
		return 1;
	const struct nlmsgerr *error = NLMSG_DATA(&answer.head);
	if (answer.head.nlmsg_type != NLMSG_ERROR || n < (ssize_t)NLMSG_LENGTH(sizeof *error))
		return -1;
	return error->error == -ENOENT ? 0 : -1;
}

/* A kernel without the means says "none" of all, so one that is there has to be found first. */
static bool tells(int fd)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct address known = {.len = sizeof known.at};
	int own = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool found = own >= 0 && bind(own, (struct sockaddr *)&at, sizeof at) == 0 && listen(own, 1) == 0 &&
		     getsockname(own, (struct sockaddr *)&known.at, &known.len) == 0 && listeners_ask(fd, &known) == 1;

	if (own >= 0)
		close(own);
	return found;
}

int listeners_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

	if (fd >= 0 && !tells(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}
