#ifndef BENCHPIPE_LISTENER_H
#define BENCHPIPE_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

/* A socket that listens, on TCP or as a file. */

struct listener {
	int fd;
	bool ipv6;
	char *where;        /* "http://127.0.0.1:8080" with the port that was found, or "unix:PATH" */
	char *path;         /* of a unix socket; NULL: TCP */
	dev_t device;       /* of its file, to know it again */
	ino_t inode;
};

#define LISTENER_ERROR 256

/* text: "HOST:PORT", "[IPV6]:PORT", ":PORT" (127.0.0.1), port 0 for any that is free; "unix:PATH", or a path with a '/'.
 * The socket's file of a server that is gone is replaced. 0, or -1 with why in error and nothing to close. */
int listener_open(struct listener *l, const char *text, char error[LISTENER_ERROR]);

/* Close it where close_fd is said, remove its file if it is still the one that was made, free. */
void listener_close(struct listener *l, bool close_fd);

#endif
