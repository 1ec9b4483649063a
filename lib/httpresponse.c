#include "httpresponse.h"

#include <stdlib.h>
#include <string.h>

void response_begin(struct response *r, bool to_head)
{
	r->state = RESPONSE_HEAD;
	r->to_head = to_head;
	r->begun = false;
	r->body = r->left = 0;
	r->why = NULL;
	r->reusable = false;
	r->interim = 0;
	r->held_len = 0;
}

void response_free(struct response *r)
{
	free(r->held);
	r->held = NULL;
	r->held_len = r->held_room = 0;
}

static void broken(struct response *r, const char *why)
{
	r->state = RESPONSE_BROKEN;
	r->why = why;
	response_free(r);
}

/* The final response's head is there: what follows (RFC 9112, 6.3)? */
static void frame(struct response *r)
{
	const struct head *head = &r->head;

	r->reusable = head->keep_alive && !head->suspect;
	if (r->to_head || head->status == 204 || head->status == 304) {
		r->state = RESPONSE_DONE;
	} else if (head->fault) {
		broken(r, head->fault);
	} else if (head->chunked) {
		r->chunked = (struct chunked){0};
		r->state = RESPONSE_CHUNKED;
	} else if (head->has_length && !head->other_coding) {
		r->left = head->length;
		r->state = r->left ? RESPONSE_LENGTH : RESPONSE_DONE;
	} else {
		r->reusable = false;
		r->state = RESPONSE_TO_CLOSE;
	}
}

static void take_head(struct response *r, const char *bytes, size_t len, struct head_cache *cache)
{
	const char *why;

	if (head_parse(&r->head, bytes, len, &why) != 0) {
		broken(r, why);
		return;
	}
	if (r->head.status / 100 == 1) {
		if (r->head.status == 101)
			broken(r, "status 101, but no upgrade was asked for");
		else if (++r->interim > RESPONSE_INTERIM_MAX)
			broken(r, "too many responses 1xx");
		return;
	}
	if (cache && len <= sizeof(cache->bytes)) {
		memcpy(cache->bytes, bytes, len);
		cache->len = len;
		cache->head = r->head;
	}
	frame(r);
}

static bool hold(struct response *r, const char *bytes, size_t len)
{
	size_t room = r->held_room ? r->held_room : 1024;
	char *held;

	while (room < r->held_len + len)
		room *= 2;
	if (room > r->held_room) {
		held = realloc(r->held, room);
		if (!held) {
			broken(r, "out of memory");
			return false;
		}
		r->held = held;
		r->held_room = room;
	}
	memcpy(r->held + r->held_len, bytes, len);
	r->held_len += len;
	return true;
}

static const char too_long[] = "the head is too long";

/* More of a head that has come in part. */
static size_t feed_held(struct response *r, const char *bytes, size_t len, struct head_cache *cache)
{
	size_t before = r->held_len, end;

	if (len > HEAD_MAX - before)
		len = HEAD_MAX - before;
	if (!hold(r, bytes, len))
		return 0;
	if (!head_possible(r->held, r->held_len)) {
		broken(r, HEAD_IMPOSSIBLE);
		return 0;
	}
	end = head_end(r->held, r->held_len, before);
	if (!end) {
		if (r->held_len == HEAD_MAX)
			broken(r, too_long);
		return len;
	}
	take_head(r, r->held, end, cache);
	response_free(r);
	return end - before;
}

static size_t feed_head(struct response *r, const char *bytes, size_t len, struct head_cache *cache)
{
	size_t end;

	if (r->held_len)
		return feed_held(r, bytes, len, cache);
	if (cache && cache->len && cache->len <= len && memcmp(cache->bytes, bytes, cache->len) == 0) {
		r->head = cache->head;
		frame(r);
		return cache->len;
	}
	if (!head_possible(bytes, len)) {
		broken(r, HEAD_IMPOSSIBLE);
		return 0;
	}
	end = head_end(bytes, len < HEAD_MAX ? len : HEAD_MAX, 0);
	if (end) {
		take_head(r, bytes, end, cache);
		return end;
	}
	if (len >= HEAD_MAX) {
		broken(r, too_long);
		return 0;
	}
	return hold(r, bytes, len) ? len : 0;
}

static size_t feed_body(struct response *r, const char *bytes, size_t len, response_body *body, void *data)
{
	if (r->state == RESPONSE_CHUNKED) {
		len = chunked_feed(&r->chunked, bytes, len, body, data);
		r->body = r->chunked.data;
		if (r->chunked.done)
			r->state = RESPONSE_DONE;
		else if (r->chunked.why)
			broken(r, r->chunked.why);
		return len;
	}
	if (r->state == RESPONSE_LENGTH && len > r->left)
		len = (size_t)r->left;
	if (body)
		body(data, bytes, len);
	if (r->state == RESPONSE_LENGTH)
		response_skipped(r, len);
	else
		r->body += len;
	return len;
}

size_t response_feed(struct response *r, const char *bytes, size_t len, struct head_cache *cache, response_body *body,
		     void *data)
{
	size_t at = 0;

	r->begun |= len > 0;
	while (at < len && r->state < RESPONSE_DONE) {
		if (r->state == RESPONSE_HEAD)
			at += feed_head(r, bytes + at, len - at, cache);
		else
			at += feed_body(r, bytes + at, len - at, body, data);
	}
	return at;
}

void response_skipped(struct response *r, uint64_t bytes)
{
	r->body += bytes;
	r->left -= bytes;
	if (!r->left)
		r->state = RESPONSE_DONE;
}

void response_eof(struct response *r)
{
	switch (r->state) {
	case RESPONSE_HEAD:
		broken(r, r->begun ? "the connection ended in the head" : "the connection ended before the response");
		break;
	case RESPONSE_LENGTH:
		broken(r, "the connection ended before Content-Length was reached");
		break;
	case RESPONSE_CHUNKED:
		broken(r, "the connection ended before the last chunk");
		break;
	case RESPONSE_TO_CLOSE:
		r->state = RESPONSE_DONE;
		break;
	case RESPONSE_DONE:
	case RESPONSE_BROKEN:
		break;
	}
}

bool response_reusable(const struct response *r)
{
	return r->state == RESPONSE_DONE && r->reusable;
}
