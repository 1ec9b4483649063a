#ifndef DB_SEED_PATTERN_H
#define DB_SEED_PATTERN_H

#include "generator.h"
#include "scope.h"

/* "node-{row:6}-{hex:8}": literal text with parts in braces, "{{" for a brace:
 * {row[:WIDTH]} {row+1:6} {=EXPR[:WIDTH]} {digits:N} {hex:N} {lower:N} {upper:N} {alnum:N} {base64:N} {unique:N} {FAKE}. */

#define PATTERN_WIDTH_MAX 4096
#define PATTERN_UNIQUE_MAX 12 /* 36^12 is under 2^63 */

/* NULL with why, which is "" for want of memory. */
struct generator *pattern_parse(const struct scope *scope, uint64_t key, const char *text, size_t len,
				char why[SCOPE_WHY]);

/* Add a part at the end: 0, or -1 with ENOMEM, with what part owns freed. */
int pattern_add(struct generator *g, struct part part);
int pattern_add_literal(struct generator *g, const char *text, size_t len); /* joins literals */

#endif
