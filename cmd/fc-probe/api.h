#ifndef FC_PROBE_API_H
#define FC_PROBE_API_H

#include <stddef.h>
#include <stdint.h>

#include "httpresponse.h"
#include "until.h"

/* One kept-alive connection to Firecracker's API socket. Calls allocate nothing. */

#define API_PATH 108 /* of a unix socket, with its NUL */
#define API_BODY 2048
#define API_REQUEST (8 << 10) /* bytes of a request that fit */

struct api {
	char path[API_PATH];
	int fd;                    /* -1: not connected; the next call connects */
	struct response response;
	char body[API_BODY];       /* of the last answer, NUL-terminated, cut where it is longer */
	size_t len;                /* of what is in body */
	int64_t sent, done;        /* clock_now() before the last request was sent and after its answer had come */
};

/* 0, or -1 with ENAMETOOLONG. Connects nothing yet. */
int api_open(struct api *api, const char *path);
void api_close(struct api *api);

/* Connect now, where it is not. 0, or -1 with errno as of until_connect(). */
int api_connect(struct api *api, const struct until *until);

/* Send a request with a JSON body (NULL: none) and wait for its answer. The status, or -1 with errno: as of until_connect(),
 * ECONNRESET where the connection ended without an answer, EPROTO where it was no HTTP, EMSGSIZE where the request is too long. After
 * -1 the connection is closed. */
int api_call(struct api *api, const char *method, const char *path, const char *body, const struct until *until);

/* What the last answer said was wrong, its fault_message or, where it has none, all of it; one line, cut. */
void api_fault(const struct api *api, char *text, size_t room);

#endif
