#ifndef FC_PROBE_VSOCK_H
#define FC_PROBE_VSOCK_H

#include "until.h"

/* Firecracker's vsock device as a host sees it: a unix socket, on which "CONNECT PORT" leads to the guest's port. */

/* Connect to the guest's port through the socket at path. Nothing past the line "OK N" is taken off the connection. A
 * non-blocking descriptor for the caller to close, or -1 with errno: ECONNREFUSED where nobody listens (closed without
 * text), EPROTO for another answer, or as of until_connect(). */
int vsock_connect(const char *path, unsigned port, const struct until *until);

/* What a guest that calls the host's port connects to: PATH_PORT. */
#define VSOCK_PATH 128
int vsock_listen(const char *path, unsigned port, char listens_at[VSOCK_PATH]); /* a descriptor, or -1 with errno */

#endif
