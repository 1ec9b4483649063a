#ifndef RECONCILE_SELECTOR_H
#define RECONCILE_SELECTOR_H

#include <stdbool.h>

/* A string member of a flat JSON object, in memory that the caller frees; NULL where there is none. */
char *member(const char *object, const char *key);

/* What selectors look at; what a subject has not is NULL. */
struct subject {
	const char *name, *identifier, *kind, *version, *metadata;
};

/* Does the selector match? NULL matches everything; what the subject has not is never matched. */
bool matches(const char *selector, const struct subject *subject);

/* The name, identifier, kind, version, or else the metadata under that key. Caller frees. */
char *attribute(const struct subject *subject, const char *type, const char *key);

#endif
