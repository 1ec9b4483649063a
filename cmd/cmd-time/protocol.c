#include "protocol.h"

#include <errno.h>
#include <sys/socket.h>

int send_all(int fd, const void *data, uint32_t size)
{
	const char *at = data;

	while (size) {
		ssize_t n = send(fd, at, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		size -= (uint32_t)n;
	}
	return 0;
}

int receive_all(int fd, void *data, uint32_t size)
{
	char *at = data;

	while (size) {
		ssize_t n = recv(fd, at, size, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = 0;
			return -1;
		}
		at += n;
		size -= (uint32_t)n;
	}
	return 0;
}
