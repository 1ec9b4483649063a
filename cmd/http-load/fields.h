#ifndef HTTP_LOAD_FIELDS_H
#define HTTP_LOAD_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

/* Header fields of a request, in order. A name or value that could end its line is never taken. */

struct field {
	char *name;
	char *value; /* "": sent empty; NULL: not to be sent, nor a default of that name */
};

struct fields {
	struct field *field;
	size_t n;
};

/* "Name: value"; as curl has it "Name:" takes a default out, and "Name;" is sent empty. 0, or -1 with *why, a constant
 * text: what was expected. */
int fields_add(struct fields *fields, const char *text, const char **why);

/* value NULL: not to be sent. The rest as fields_add(). */
int fields_set(struct fields *fields, const char *name, const char *value, const char **why);

/* One that is known to be good. */
void fields_put(struct fields *fields, const char *name, const char *value);

/* The last one of that name, in any case; NULL: none. */
const struct field *fields_find(const struct fields *fields, const char *name);

void fields_free(struct fields *fields);

/* Whether text is a token, of which methods and names of fields consist (RFC 9110, section 5.6.2). */
bool is_token(const char *text, size_t len);

/* "Basic ..." of "name:password" (RFC 7617). Caller frees. */
char *basic_credentials(const char *user);

#endif
