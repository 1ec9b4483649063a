#ifndef BENCHPIPE_HTTPHEAD_H
#define BENCHPIPE_HTTPHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The head of an HTTP/1.x response: status line and fields up to the empty line (RFC 9112, RFC 9110).
 * Lines end in CRLF or a lone LF; a lone CR, a NUL or another control character is refused, and so is what a user agent
 * is not told to take: an empty line before the status line, space before a colon, a name that is no token. Folded
 * lines are one value. */

#define HEAD_MAX (256 << 10) /* bytes of a head; a longer one is refused */

struct head {
	int status;          /* as sent: three digits. Outside of 100..599 it is to be taken for a 5xx (RFC 9110, 15) */
	int minor;           /* of HTTP/1.x */
	bool has_length;     /* Content-Length */
	bool chunked;        /* Transfer-Encoding ends in chunked */
	bool other_coding;   /* there is one, but its last is another */
	bool keep_alive;     /* as version and Connection say; the framing may still demand a close */
	bool suspect;        /* both framings, or Transfer-Encoding in HTTP/1.0: the connection may not be used again */
	bool mock;           /* X-Benchpipe: mock */
	uint64_t length;     /* Content-Length, at most INT64_MAX */
	const char *fault;   /* why it cannot be told where a body ends, a constant text; NULL where it can. A response
	                      * that has no body is whole all the same */
};

/* Where the head that begins at bytes ends: the offset behind its empty line, 0 where that is not there yet. from:
 * bytes looked at before, to be not looked at again. Only for bytes that head_possible() lets pass. */
size_t head_end(const char *bytes, size_t len, size_t from);

/* Whether bytes can still become a head: false as soon as they do not begin with "HTTP/1.". */
bool head_possible(const char *bytes, size_t len);
#define HEAD_IMPOSSIBLE "not a response of HTTP/1"

/* A whole head of len bytes, empty line and all. 0, or -1 with *why, a constant text. */
int head_parse(struct head *head, const char *bytes, size_t len, const char **why);

#endif
