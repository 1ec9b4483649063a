#ifndef FC_MOCK_SCHEMA_H
#define FC_MOCK_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

/* What a request's body may hold, as tables, and the reading of one by them: strictly, with the words that serde_json
 * has for what is wrong, and the place. */

enum field_type {
	FIELD_STRING,
	FIELD_PATH,    /* a string that is called a path */
	FIELD_BOOL,
	FIELD_U8, FIELD_U16, FIELD_U32, FIELD_U64, FIELD_USIZE,
	FIELD_VCPUS,   /* u8 from 1 to 32, which before 1.7 the reading checks */
	FIELD_VARIANT, /* one of variants */
	FIELD_OBJECT,  /* of shape */
	FIELD_OBJECTS, /* an array of them */
	FIELD_STRINGS, /* an array of strings */
	FIELD_TEXTS,   /* an object whose values are strings */
	FIELD_ANYS,    /* an array of anything */
	FIELD_ANY,
	FIELD_MAC, FIELD_IPV4,
	FIELD_LEVEL    /* of the log, in any case */
};

struct field {
	const char *name;
	enum field_type type;
	enum {
		NEEDED,
		OPTIONAL,  /* or null, which it is where it is left out */
		QUIET,     /* the same, but what is read has no member for it then */
		DEFAULTED  /* fallback, where it is left out; null is wrong */
	} presence;
	unsigned since, before;      /* from 1.since on, gone from 1.before on; before 0: still there */
	const char *fallback;        /* as JSON */
	const char *const *variants; /* up to a NULL */
	const struct shape *shape;
};

struct shape {
	const char *name;
	const struct field *fields; /* up to one without a name */
	bool lenient;               /* fields that it does not know are skipped */
	bool shortens;              /* as an array it may end before optional fields too */
	unsigned renamed;           /* before 1.renamed it was called old */
	const char *old;
};

/* text as an object of this shape in version 1.minor, with all its fields in the table's order; NULL with *why (the
 * caller frees): "missing field `x` at line 1 column 2". */
struct value *schema_read(const struct shape *shape, unsigned minor, const char *text, size_t len, char **why);

/* text as any value; NULL with *why. */
struct value *schema_read_any(const char *text, size_t len, char **why);

#endif
