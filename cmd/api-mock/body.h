#ifndef API_MOCK_BODY_H
#define API_MOCK_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "serve.h"

/* The JSON that requests bring. Members that are not known are passed over, as are null ones. */

#define BODY_NAME_MAX 255 /* bytes */
#define BODY_ADDRESS_MAX 64
#define BODY_ID_MAX 64

struct body_node {
	char name[BODY_NAME_MAX + 1];
	bool is_admin;
	int64_t mtu; /* 0: not said */
};

struct body_lighthouse {
	char node_id[BODY_ID_MAX];
	char public_ip[BODY_ADDRESS_MAX];
	int64_t port;
};

/* Each: 0, or -1 where it is not such JSON. What it does not say stays as it was. */
int body_node(const struct serve_request *r, struct body_node *node);
int body_mtu(const struct serve_request *r, int64_t *mtu);
int body_lighthouse(const struct serve_request *r, struct body_lighthouse *lighthouse);

/* The routes of {"routes": ["10.0.0.0/8", ...]} as the JSON text that the database keeps, "" for none; the caller
 * frees. 0, or -1: not such JSON, no prefixes, or no memory. */
int body_routes(const struct serve_request *r, char **routes);

/* Is this a JSON array of strings? */
bool body_is_routes(const char *text);

/* An IPv4 or IPv6 address; one with "/" and the length of a prefix. */
bool body_is_address(const char *text);
bool body_is_prefix(const char *text);

#endif
