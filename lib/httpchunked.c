#include "httpchunked.h"

#include "octet.h"

enum {
	SIZE_BEGIN, SIZE, SIZE_SPACE, SIZE_LF,
	EXTENSION_BEGIN, EXTENSION_NAME, EXTENSION_NAME_SPACE,
	EXTENSION_VALUE, EXTENSION_TOKEN, EXTENSION_QUOTED, EXTENSION_ESCAPED, EXTENSION_QUOTED_END, EXTENSION_SPACE,
	DATA, DATA_CR, DATA_LF,
	TRAILER_BEGIN, TRAILER_NEXT, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF,
	END_LF
};

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int broken(struct chunked *c, const char *why)
{
	c->why = why;
	return c->state;
}

/* Behind a size or an extension that is complete. */
static int after_part(struct chunked *c, char octet, int space, const char *why)
{
	if (octet == '\r')
		return SIZE_LF;
	if (octet == ';')
		return EXTENSION_BEGIN;
	return octet_is_space(octet) ? space : broken(c, why);
}

static int size_digit(struct chunked *c, char octet)
{
	static const char no_size[] = "a chunk's size cannot be read";
	int digit = hex_value(octet);

	if (digit < 0)
		return c->state == SIZE_BEGIN ? broken(c, no_size) : after_part(c, octet, SIZE_SPACE, no_size);
	if (c->left > (uint64_t)INT64_MAX >> 4)
		return broken(c, "a chunk's size is too large");
	c->left = c->left << 4 | (unsigned)digit;
	return SIZE;
}

/* The line of a size is over. */
static int size_end(struct chunked *c)
{
	uint64_t bound = c->left < CHUNKED_EXCESS_MAX ? 16 + 2 * c->left : UINT64_MAX;

	c->excess -= c->excess < bound ? c->excess : bound;
	return c->left ? DATA : TRAILER_BEGIN;
}

static int extension(struct chunked *c, char octet)
{
	static const char malformed[] = "a chunk's extension cannot be read";

	switch (c->state) {
	case EXTENSION_BEGIN:
		if (octet_is_space(octet))
			return EXTENSION_BEGIN;
		return octet_is(octet, OCTET_TOKEN) ? EXTENSION_NAME : broken(c, malformed);
	case EXTENSION_NAME:
		if (octet_is(octet, OCTET_TOKEN))
			return EXTENSION_NAME;
		return octet == '=' ? EXTENSION_VALUE : after_part(c, octet, EXTENSION_NAME_SPACE, malformed);
	case EXTENSION_NAME_SPACE:
		if (octet_is_space(octet))
			return EXTENSION_NAME_SPACE;
		if (octet == '=')
			return EXTENSION_VALUE;
		return octet == ';' ? EXTENSION_BEGIN : broken(c, malformed);
	case EXTENSION_VALUE:
		if (octet_is_space(octet))
			return EXTENSION_VALUE;
		if (octet == '"')
			return EXTENSION_QUOTED;
		return octet_is(octet, OCTET_TOKEN) ? EXTENSION_TOKEN : broken(c, malformed);
	case EXTENSION_TOKEN:
		if (octet_is(octet, OCTET_TOKEN))
			return EXTENSION_TOKEN;
		return after_part(c, octet, EXTENSION_SPACE, malformed);
	case EXTENSION_QUOTED:
		if (octet == '"')
			return EXTENSION_QUOTED_END;
		if (octet == '\\')
			return EXTENSION_ESCAPED;
		return octet_is(octet, OCTET_TEXT) ? EXTENSION_QUOTED : broken(c, malformed);
	case EXTENSION_ESCAPED:
		return octet_is(octet, OCTET_TEXT) ? EXTENSION_QUOTED : broken(c, malformed);
	case EXTENSION_QUOTED_END:
		return after_part(c, octet, EXTENSION_SPACE, malformed);
	default: /* SIZE_SPACE, EXTENSION_SPACE: only another extension may follow */
		if (octet_is_space(octet))
			return c->state;
		return octet == ';' ? EXTENSION_BEGIN : broken(c, malformed);
	}
}

static int trailer(struct chunked *c, char octet)
{
	static const char malformed[] = "a trailer field cannot be read";

	switch (c->state) {
	case TRAILER_NEXT:
		if (octet_is_space(octet)) /* folded */
			return TRAILER_VALUE;
		/* fall through */
	case TRAILER_BEGIN:
		if (octet == '\r')
			return END_LF;
		return octet_is(octet, OCTET_TOKEN) ? TRAILER_NAME : broken(c, malformed);
	case TRAILER_NAME:
		if (octet_is(octet, OCTET_TOKEN))
			return TRAILER_NAME;
		return octet == ':' ? TRAILER_VALUE : broken(c, malformed);
	case TRAILER_VALUE:
		if (octet == '\r')
			return TRAILER_LF;
		return octet_is(octet, OCTET_TEXT) ? TRAILER_VALUE : broken(c, malformed);
	default: /* TRAILER_LF */
		return octet == '\n' ? TRAILER_NEXT : broken(c, malformed);
	}
}

/* The state behind an octet that is not data. */
static int step(struct chunked *c, char octet)
{
	switch (c->state) {
	case SIZE_BEGIN:
	case SIZE:
		return size_digit(c, octet);
	case SIZE_LF:
		return octet == '\n' ? size_end(c) : broken(c, "a chunk's size does not end in CRLF");
	case DATA_CR:
		return octet == '\r' ? DATA_LF : broken(c, "a chunk's data is longer than its size");
	case DATA_LF:
		return octet == '\n' ? SIZE_BEGIN : broken(c, "a chunk's data does not end in CRLF");
	case TRAILER_BEGIN:
	case TRAILER_NEXT:
	case TRAILER_NAME:
	case TRAILER_VALUE:
	case TRAILER_LF:
		return trailer(c, octet);
	case END_LF:
		c->done = octet == '\n';
		return c->done ? END_LF : broken(c, "the trailer does not end in CRLF");
	default:
		return extension(c, octet);
	}
}

size_t chunked_feed(struct chunked *c, const char *bytes, size_t len, response_body *body, void *data)
{
	size_t at = 0;

	while (at < len && !c->done && !c->why) {
		if (c->state == DATA) {
			size_t n = c->left < len - at ? (size_t)c->left : len - at;

			if (body)
				body(data, bytes + at, n);
			c->data += n;
			c->left -= n;
			at += n;
			if (!c->left)
				c->state = DATA_CR;
			continue;
		}
		if (++c->excess > CHUNKED_EXCESS_MAX) {
			c->why = "too much between the chunks";
			break;
		}
		c->state = step(c, bytes[at]);
		if (!c->why)
			at++;
	}
	return at;
}
