#ifndef FC_MOCK_VALUE_H
#define FC_MOCK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "text.h"

/* A JSON value in memory: what has been configured, and the metadata store. What needs memory gets it or dies. */

struct member;

struct value {
	enum json_type type;    /* never JSON_END */
	bool truth;             /* JSON_BOOL */
	char *text;             /* JSON_STRING: decoded, NUL-terminated; JSON_NUMBER: as it is written */
	size_t len;             /* of text, which may hold NUL */
	struct member *members; /* JSON_OBJECT, JSON_ARRAY */
	size_t count;
};

struct member {
	char *key; /* NULL in an array */
	size_t key_len;
	struct value *value;
};

/* Each of these makes a new one; value_free() it, or give it to another. */
struct value *value_new(enum json_type type);
struct value *value_string(const char *text);
struct value *value_string_bytes(const char *text, size_t len);
struct value *value_integer(uint64_t number);
struct value *value_bool(bool truth);
struct value *value_copy(const struct value *v);
void value_free(struct value *v); /* and what is in it; NULL is fine */

#define VALUE_DEPTH 127 /* so many containers within one another does serde_json read */
extern const char value_too_deep[];

/* The next value of j, with at most so many containers within one another; of keys that occur twice, the last; NULL
 * with j->expected, which is value_too_deep where there are more. */
struct value *value_read(struct json *j, unsigned depth);

/* The text of one JSON literal that is known to be right. */
struct value *value_parse(const char *json);

/* A JSON string's contents, decoded; may hold NUL; NUL-terminated; the caller frees. */
char *value_decode(const struct json_span *span, size_t *len);

/* A number as Firecracker writes it: integers as they are, others the shortest way, with a point or an exponent. */
char *value_number_text(const char *text, size_t len);

/* The member's value, which stays v's; NULL where there is none, or it is null, or v is NULL or no object. */
struct value *value_get(const struct value *v, const char *key);
const char *value_text(const struct value *v, const char *key);              /* a string, or NULL */
uint64_t value_number(const struct value *v, const char *key);               /* 0 where there is none */
bool value_is_true(const struct value *v, const char *key);

/* Append to an object or array; it becomes v's. key NULL: an array. */
void value_add(struct value *v, const char *key, struct value *item);
/* Put it in the place of the member of this name, or append it. */
void value_set(struct value *v, const char *key, struct value *item);
void value_remove(struct value *v, size_t index);

/* The array's object whose member key is id; its index, or -1. */
long value_find(const struct value *array, const char *key, const char *id);

/* All objects' members by key, as serde_json keeps them. */
void value_sort(struct value *v);

/* RFC 7396: *target, whose objects' members are sorted by key, becomes what patch makes of it, sorted too. */
void value_merge(struct value **target, const struct value *patch);

void value_write(struct text *out, const struct value *v); /* without white space */
char *value_to_json(const struct value *v);                /* NUL-terminated; the caller frees */

#endif
