#ifndef FC_MOCK_API_H
#define FC_MOCK_API_H

#include <stdbool.h>
#include <stddef.h>

#include "vm.h"

/* Firecracker's API: what a request is answered and what it does. Knows nothing of sockets and of time. */

struct api_request {
	const char *method;     /* "GET", "PUT", "PATCH", "DELETE" ... */
	const char *path;       /* as sent, with the leading '/' */
	const char *body;       /* NUL-terminated */
	size_t len;
};

struct api_reply {
	unsigned status;        /* 200, 204, 400, 413 */
	char *body;             /* JSON; NULL: none; the caller frees */
	bool deprecated;        /* the header Deprecation: true is sent */
	bool exits;             /* the process ends with exit_status once this answer has been sent */
	int exit_status;
};

/* What kind of operation a request is, for faults. */
enum operation api_operation(const struct api_request *request);

/* Carry it out. *reply is filled in whole. */
void api_handle(struct vm *vm, const struct api_request *request, struct api_reply *reply);

/* {"fault_message":"..."}; caller frees; or dies. */
char *api_fault(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* --config-file: set up and start what it says. 0, or -1 with what Firecracker would say in *why (caller frees). */
int api_configure(struct vm *vm, const char *path, char **why);

struct config *config_new(void); /* or dies */
void config_free(struct config *config);

/* For the guest: NULL where nothing was said. */
const char *config_vsock_path(const struct config *config);
const char *config_boot_args(const struct config *config);
unsigned config_vsock_cid(const struct config *config);
int64_t config_memory(const struct config *config); /* bytes */
unsigned config_vcpus(const struct config *config);
const char *config_root_drive(const struct config *config); /* path_on_host */

#endif
