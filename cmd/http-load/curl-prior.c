#include "curl-engine.h"

/* libcurl 7.88 can begin a plain-text HTTP/2 connection with prior knowledge, but breaks it with the next request that
 * comes with prior knowledge, too (its issue 10634, mended in 8.0). On a connection that is there CURL_HTTP_VERSION_2_0
 * does the same and does it well; on a new one it would ask for an upgrade, which is not what is wanted. Which of the
 * two a request needs is certain only once libcurl has found it a connection. */

#define TRIES_MAX 10

bool prior_is_needed(const struct options *o)
{
	unsigned version = curl_version_info(CURLVERSION_NOW)->version_num;

	return o->version == HTTP_2 && version >= 0x075800 && version < 0x080000;
}

static bool is_plain(const struct exchange *x)
{
	const struct engine_state *s = x->group->state;

	return s->prior_once && !s->mix->origin[x->kind->request->origin].tls;
}

void prior_begin(struct exchange *x)
{
	if (!is_plain(x))
		return;
	x->new_only = !x->route->warm;
	curl_must(curl_easy_setopt(x->easy, CURLOPT_HTTP_VERSION,
				   (long)(x->new_only ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2_0)));
}

bool prior_is_right(struct exchange *x)
{
	long made = 0;

	if (!is_plain(x))
		return true;
	curl_easy_getinfo(x->easy, CURLINFO_NUM_CONNECTS, &made);
	x->again = x->new_only != (made > 0);
	x->route->warm = !x->again || !made; /* a new one is closed again */
	return !x->again;
}

bool prior_again(struct exchange *x)
{
	bool again = x->again && ++x->tries < TRIES_MAX;

	x->again = false;
	x->was_held |= again;
	if (!again)
		x->tries = 0;
	return again;
}
