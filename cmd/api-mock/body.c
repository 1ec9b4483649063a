#include "body.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"

#define PREFIX_MAX 64

/* Read the member's value into what data is. 0, or -1. */
typedef int take(struct json *j, const struct json_span *key, void *data);

static int each_member(const struct serve_request *r, take *member, void *data)
{
	struct json_span key;
	struct json j;
	int more;

	json_open(&j, r->body, r->len);
	if (json_object(&j) < 0)
		return -1;
	while ((more = json_key(&j, &key)) == 1) {
		if ((json_peek(&j) == JSON_NULL ? json_skip(&j) : member(&j, &key, data)) < 0)
			return -1;
	}
	return more < 0 ? -1 : json_done(&j);
}

/* A string that fits; a longer one is none. */
static int take_string(struct json *j, char *out, size_t size)
{
	struct json_span span;
	char *copy;
	int64_t len;

	if (json_string(j, &span) < 0)
		return -1;
	copy = malloc(span.len + 1);
	len = copy ? json_unescape(&span, copy) : -1;
	if (len >= 0 && (size_t)len < size)
		memcpy(out, copy, (size_t)len + 1);
	else
		len = -1;
	free(copy);
	return len < 0 ? -1 : 0;
}

static int take_node(struct json *j, const struct json_span *key, void *data)
{
	struct body_node *node = data;

	if (json_is(key, "name"))
		return take_string(j, node->name, sizeof node->name);
	if (json_is(key, "is_admin"))
		return json_bool(j, &node->is_admin);
	if (json_is(key, "mtu"))
		return json_integer(j, &node->mtu);
	return json_skip(j);
}

int body_node(const struct serve_request *r, struct body_node *node)
{
	return each_member(r, take_node, node);
}

static int take_mtu(struct json *j, const struct json_span *key, void *data)
{
	return json_is(key, "mtu") ? json_integer(j, data) : json_skip(j);
}

int body_mtu(const struct serve_request *r, int64_t *mtu)
{
	return each_member(r, take_mtu, mtu);
}

static int take_lighthouse(struct json *j, const struct json_span *key, void *data)
{
	struct body_lighthouse *lighthouse = data;

	if (json_is(key, "node_id"))
		return take_string(j, lighthouse->node_id, sizeof lighthouse->node_id);
	if (json_is(key, "public_ip"))
		return take_string(j, lighthouse->public_ip, sizeof lighthouse->public_ip);
	if (json_is(key, "port"))
		return json_integer(j, &lighthouse->port);
	return json_skip(j);
}

int body_lighthouse(const struct serve_request *r, struct body_lighthouse *lighthouse)
{
	return each_member(r, take_lighthouse, lighthouse);
}

static int take_routes(struct json *j, const struct json_span *key, void *data)
{
	struct text *text = data;
	char prefix[PREFIX_MAX];
	int more;

	if (!json_is(key, "routes"))
		return json_skip(j);
	text->len = 0;
	if (json_array(j) < 0)
		return -1;
	while ((more = json_element(j)) == 1) {
		if (take_string(j, prefix, sizeof prefix) < 0 || !body_is_prefix(prefix))
			return -1;
		text_add(text, text->len ? "," : "[");
		text_string(text, prefix);
	}
	if (text->len)
		text_add(text, "]");
	return more;
}

int body_routes(const struct serve_request *r, char **routes)
{
	struct text text = {.bytes = NULL};

	text_add(&text, "");
	if (each_member(r, take_routes, &text) < 0 || text.failed) {
		free(text.bytes);
		return -1;
	}
	text.bytes[text.len] = '\0';
	*routes = text.bytes;
	return 0;
}

bool body_is_routes(const char *text)
{
	struct json_span span;
	struct json j;
	int more;

	json_open(&j, text, strlen(text));
	if (json_array(&j) < 0)
		return false;
	while ((more = json_element(&j)) == 1) {
		if (json_string(&j, &span) < 0)
			return false;
	}
	return more == 0 && json_done(&j) == 0;
}

bool body_is_address(const char *text)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

bool body_is_prefix(const char *text)
{
	const char *slash = strchr(text, '/'), *bits = slash ? slash + 1 : "";
	char address[BODY_ADDRESS_MAX];
	size_t digits = strspn(bits, "0123456789");

	if (!slash || (size_t)(slash - text) >= sizeof address || digits < 1 || digits > 3 || bits[digits])
		return false;
	memcpy(address, text, (size_t)(slash - text));
	address[slash - text] = '\0';
	return body_is_address(address) && atoi(bits) <= (strchr(address, ':') ? 128 : 32);
}
