#ifndef FC_MOCK_VSOCK_H
#define FC_MOCK_VSOCK_H

#include <stdbool.h>

#include "vm.h"

/* The vsock device as the host sees it: a unix socket on which "CONNECT PORT" leads to the guest's port, and the
 * sockets PATH_PORT, to which the guest's connections lead. */

struct vsock;

struct vsock_guest { /* who is behind it */
	bool (*listens)(void *data, unsigned port);
	void (*accept)(void *data, int fd); /* a connection to such a port, non-blocking; it is the guest's to close */
	void *data;
};

/* Bind path; clients can connect, but nothing is taken from them. NULL with errno. */
struct vsock *vsock_new(struct vm *vm, const char *path, const struct vsock_guest *guest);
void vsock_free(struct vsock *vsock); /* the socket's file stays; NULL is fine */

const char *vsock_path(const struct vsock *vsock);

/* The guest's driver is there: what is asked is looked at, and answered. */
void vsock_activate(struct vsock *vsock);

/* While the machine is paused, Firecracker itself looks at nothing either; all is still there when it goes on. */
void vsock_pause(struct vsock *vsock, bool paused);

/* A connection that was given to the guest has ended. There are never more than 1023. */
void vsock_ended(struct vsock *vsock);

/* The guest connects to the host's port: a descriptor, or -1 with errno. */
int vsock_call(const struct vsock *vsock, unsigned port);

#endif
