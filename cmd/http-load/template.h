#ifndef HTTP_LOAD_TEMPLATE_H
#define HTTP_LOAD_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text with {{seq}}, {{rand A B}}, {{uuid}} and {{field name}} in it, filled in as a function of the seed and the
 * request's number alone: the same on any thread of any shard. Two opening braces that stand for themselves are
 * written {{{{; closing ones need nothing. */

struct template;
struct feed;

struct buffer { /* grows and is used again */
	char *bytes;
	size_t len, room;
};

void buffer_add(struct buffer *b, const void *bytes, size_t len); /* or dies */
void buffer_add_number(struct buffer *b, uint64_t n); /* in decimal */
void buffer_free(struct buffer *b);

struct moment { /* what is filled in, of one request */
	uint64_t seed;
	uint64_t seq;            /* the request's number, from 0, of all shards */
	const struct feed *feed; /* NULL: no rows */
};

/* What a text is part of, and so what becomes of a field's bytes that would break it. */
enum template_place {
	PLACE_BODY,   /* nothing */
	PLACE_JSON,   /* between the quotes of a JSON string: escaped */
	PLACE_PATH,   /* percent-encoded */
	PLACE_HEADER  /* a feed that holds control bytes in such a field is refused */
};

/* len bytes of text, for PLACE_BODY. NULL with *why (caller frees) on a placeholder that is not understood, or a field
 * that no row of feed can have. salt sets the random numbers of several templates of one request apart. */
struct template *template_compile(const char *text, size_t len, const struct feed *feed, unsigned salt, char **why);
/* The same for another place. */
struct template *template_compile_for(enum template_place place, const char *text, size_t len, const struct feed *feed,
				      unsigned salt, char **why);
/* Bytes that are what they are, braces too. */
struct template *template_literal(const char *bytes, size_t len);
void template_free(struct template *t); /* NULL is fine */
bool template_constant(const struct template *t); /* nothing in it is filled in */
bool template_has_fields(const struct template *t); /* some of it comes from the feed */

/* Append it to out, filled in. m is not looked at where the template is constant. */
void template_render(const struct template *t, const struct moment *m, struct buffer *out);

/* How many bytes at the beginning of text are a placeholder (more than 4) or escaped braces (4); 0: neither. */
size_t template_braces(const char *text, size_t len);

#endif
