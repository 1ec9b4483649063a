#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "handle.h"
#include "transfer.h"

#define SPARE_MAX 64

/* A socket is wanted only once there is an address. */
static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = data;

	(void)purpose;
	if (t->owner)
		t->transfers->resolved(t->owner);
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static int close_socket(void *data, curl_socket_t fd)
{
	struct transfer *t = data;

	return fd == t->keep ? 0 : close(fd);
}

static void transfer_free(struct transfer *t)
{
	curl_easy_cleanup(t->easy);
	curl_share_cleanup(t->pool);
	free(t);
}

/* A pool of connections for each: with one for all, libcurl would go through all of them whenever one receives, and
 * would close idle ones unasked. */
static bool set(struct transfer *t, const struct options *o)
{
	return !curl_share_setopt(t->pool, CURLSHOPT_SHARE, CURL_LOCK_DATA_CONNECT) &&
	       !curl_easy_setopt(t->easy, CURLOPT_SHARE, t->pool) &&
	       !curl_easy_setopt(t->easy, CURLOPT_CONNECT_ONLY, 1L) &&
	       !curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L) &&
	       !curl_easy_setopt(t->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       !curl_easy_setopt(t->easy, CURLOPT_HTTPPROXYTUNNEL, o->proxy ? 1L : 0L) &&
	       !curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error) &&
	       !curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       !curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t) &&
	       !curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) &&
	       !curl_easy_setopt(t->easy, CURLOPT_CLOSESOCKETDATA, t) &&
	       !curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
}

/* NULL: no memory. */
static struct transfer *get(struct transfers *ts)
{
	struct transfer *t = ts->spare;

	if (t) {
		ts->spare = t->next;
		ts->spares--;
		return t;
	}
	t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->transfers = ts;
	t->keep = -1;
	t->easy = handle_new(ts->o);
	t->pool = curl_share_init();
	if (!t->easy || !t->pool || !set(t, ts->o)) {
		transfer_free(t);
		return NULL;
	}
	return t;
}

static void put(struct transfers *ts, struct transfer *t)
{
	t->owner = NULL;
	t->keep = -1;
	if (ts->spares >= SPARE_MAX) {
		transfer_free(t);
		return;
	}
	t->next = ts->spare;
	ts->spare = t;
	ts->spares++;
}

static bool aim(struct transfer *t, const struct target *target)
{
	if (t->target == target)
		return true;
	t->target = NULL;
	if (curl_easy_setopt(t->easy, CURLOPT_URL, target->url) ||
	    (target->connect_to && curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, target->connect_to)))
		return false;
	t->target = target;
	return true;
}

struct transfer *transfer_begin(struct transfers *ts, const struct target *target, void *owner)
{
	struct transfer *t = get(ts);

	if (!t)
		return NULL;
	*t->error = '\0';
	t->owner = owner;
	if (aim(t, target) && !curl_multi_add_handle(ts->multi, t->easy))
		return t;
	put(ts, t);
	return NULL;
}

void transfer_end(struct transfer *t)
{
	curl_multi_remove_handle(t->transfers->multi, t->easy); /* closes what is CURLOPT_CONNECT_ONLY */
	put(t->transfers, t);
}

void transfer_release(struct transfer *t, int fd)
{
	t->keep = fd;
	transfer_end(t);
}

void transfers_free(struct transfers *ts)
{
	while (ts->spare) {
		struct transfer *t = ts->spare;

		ts->spare = t->next;
		transfer_free(t);
	}
	ts->spares = 0;
}
