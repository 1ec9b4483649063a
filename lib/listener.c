#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096

static int fail(char error[LISTENER_ERROR], const char *what, const char *why)
{
	snprintf(error, LISTENER_ERROR, "%.120s: %s", what, why);
	return -1;
}

/* --- unix sockets --- */

/* Is what lies at the address the socket of a server that is gone? 1, 0, or -1 with why in error. */
static int is_stale(const struct sockaddr_un *address, char error[LISTENER_ERROR])
{
	struct stat st;
	int fd, result;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 1 : fail(error, address->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return fail(error, address->sun_path, "is there and is no socket");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(error, address->sun_path, strerror(errno));
	result = connect(fd, (const struct sockaddr *)address, sizeof *address);
	if (result == 0 || errno == EAGAIN) /* a queue that is full is somebody's */
		result = fail(error, address->sun_path, "another server listens there");
	else
		result = errno == ECONNREFUSED ? 1 : fail(error, address->sun_path, strerror(errno));
	close(fd);
	return result;
}

static int bind_unix(struct listener *l, const char *path, char error[LISTENER_ERROR])
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;

	if (!*path)
		return fail(error, "unix:", "no path");
	if (strlen(path) >= sizeof address.sun_path) {
		snprintf(error, LISTENER_ERROR, "%.100s...: a socket's path has at most %zu bytes", path,
			 sizeof address.sun_path - 1);
		return -1;
	}
	strcpy(address.sun_path, path);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return fail(error, path, strerror(errno));
	while (bind(l->fd, (struct sockaddr *)&address, sizeof address) < 0) {
		if (errno != EADDRINUSE)
			return fail(error, path, strerror(errno));
		if (is_stale(&address, error) < 0)
			return -1;
		if (unlink(path) < 0 && errno != ENOENT)
			return fail(error, path, strerror(errno));
	}
	l->path = strdup(path);
	if (!l->path || asprintf(&l->where, "unix:%s", path) < 0) {
		unlink(path);
		return fail(error, path, "out of memory");
	}
	if (lstat(path, &st) == 0) {
		l->device = st.st_dev;
		l->inode = st.st_ino;
	}
	return 0;
}

/* --- TCP --- */

/* "HOST:PORT" into its two parts, which the caller frees. 0, or -1: not that, or errno is ENOMEM. */
static int split(const char *text, char **host, char **port)
{
	const char *colon = strrchr(text, ':');

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return -1;
	if (*text == '[' && colon > text + 2 && colon[-1] == ']')
		*host = strndup(text + 1, (size_t)(colon - text) - 2);
	else if (colon == text)
		*host = strdup("127.0.0.1");
	else if (*text == '[' || memchr(text, ':', (size_t)(colon - text)))
		return -1; /* an IPv6 address has brackets around it */
	else
		*host = strndup(text, (size_t)(colon - text));
	*port = strdup(colon + 1);
	return !*host || !*port || strlen(*port) > 5 || atoi(*port) > 65535 ? -1 : 0;
}

static int bind_address(struct listener *l, const struct addrinfo *address)
{
	int on = 1;

	l->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return -1;
	l->ipv6 = address->ai_family == AF_INET6;
	if (setsockopt(l->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0 ||
	    bind(l->fd, address->ai_addr, address->ai_addrlen) < 0)
		return -1;
	return 0;
}

static int tell_where(struct listener *l)
{
	struct sockaddr_storage bound;
	socklen_t len = sizeof bound;
	char host[INET6_ADDRSTRLEN], port[8];

	if (getsockname(l->fd, (struct sockaddr *)&bound, &len) < 0)
		return -1;
	if (getnameinfo((struct sockaddr *)&bound, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV))
		return -1;
	return asprintf(&l->where, l->ipv6 ? "http://[%s]:%s" : "http://%s:%s", host, port) < 0 ? -1 : 0;
}

static const char *why_unknown(int code)
{
	return code == EAI_MEMORY ? "out of memory" : code == EAI_SYSTEM ? strerror(errno) : gai_strerror(code);
}

static int bind_tcp(struct listener *l, const char *text, char error[LISTENER_ERROR])
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
	char *host = NULL, *port = NULL;
	int result;

	errno = 0;
	if (split(text, &host, &port) < 0) {
		result = fail(error, text, errno == ENOMEM ? "out of memory" : "expected HOST:PORT, [IPV6]:PORT or unix:PATH");
	} else if ((result = getaddrinfo(host, port, &hints, &found)) != 0) {
		result = fail(error, text, why_unknown(result));
	} else if (bind_address(l, found) < 0 || tell_where(l) < 0) {
		result = fail(error, text, strerror(errno));
	}
	if (found)
		freeaddrinfo(found);
	free(host);
	free(port);
	return result;
}

int listener_open(struct listener *l, const char *text, char error[LISTENER_ERROR])
{
	int result;

	*l = (struct listener){.fd = -1};
	if (strncmp(text, "unix:", 5) == 0)
		result = bind_unix(l, text + 5, error);
	else if (strchr(text, '/'))
		result = bind_unix(l, text, error);
	else
		result = bind_tcp(l, text, error);
	if (result == 0 && listen(l->fd, BACKLOG) < 0)
		result = fail(error, text, strerror(errno));
	if (result < 0)
		listener_close(l, true);
	return result;
}

void listener_close(struct listener *l, bool close_fd)
{
	struct stat st;

	if (close_fd && l->fd >= 0)
		close(l->fd);
	if (l->path && lstat(l->path, &st) == 0 && st.st_dev == l->device && st.st_ino == l->inode)
		unlink(l->path);
	free(l->path);
	free(l->where);
	*l = (struct listener){.fd = -1};
}
