/* What api-mock reads of the requests' bodies. */
#include "harness.h"

#include "../../cmd/api-mock/body.h"

static void check_routes(const struct serve_request *r)
{
	char *routes;

	if (body_routes(r, &routes) < 0)
		return;
	/* What the database keeps can be given back. */
	MUST(!*routes || body_is_routes(routes));
	free(routes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct body_lighthouse lighthouse = {.node_id = ""};
	struct body_node node = {.name = ""};
	int64_t mtu = 0;
	char *text = fuzz_text(data, size);
	struct serve_request r = {.body = text, .len = size};

	if (body_node(&r, &node) == 0)
		MUST(strlen(node.name) <= BODY_NAME_MAX);
	if (body_lighthouse(&r, &lighthouse) == 0)
		MUST(strlen(lighthouse.node_id) < BODY_ID_MAX && strlen(lighthouse.public_ip) < BODY_ADDRESS_MAX);
	body_mtu(&r, &mtu);
	check_routes(&r);
	body_is_routes(text);
	if (body_is_prefix(text))
		MUST(strchr(text, '/'));
	if (body_is_address(text))
		MUST(!strchr(text, '/'));
	free(text);
	return 0;
}
