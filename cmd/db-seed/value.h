#ifndef DB_SEED_VALUE_H
#define DB_SEED_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum value_type { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_TEXT, VALUE_BLOB };

/* One column of one row. Text and blobs point into an arena or into what lives as long as the plan. */
struct value {
	enum value_type type;
	union {
		int64_t integer;
		double real;
		struct {
			const char *bytes; /* not NUL-terminated */
			size_t len;
		};
	};
};

/* Memory for the texts of a batch of rows, given back all at once. What it gave stays in place until then, and
 * is aligned for 64-bit words. */
struct arena;

struct arena *arena_new(void); /* NULL with ENOMEM */
void arena_free(struct arena *arena); /* NULL is fine */
char *arena_get(struct arena *arena, size_t size); /* NULL with ENOMEM */
void arena_trim(struct arena *arena, const char *last, size_t used); /* of the last one got, keep so many bytes */
void arena_reset(struct arena *arena); /* keeps the memory, up to a bound, for the next batch */

#endif
