#ifndef DB_SEED_MAKE_H
#define DB_SEED_MAKE_H

#include "generator.h"
#include "scope.h"

/* Generators with what they need filled in. NULL with ENOMEM. */

#define DAY_NS (86400 * INT64_C(1000000000))
#define DATE_2024 (INT64_C(19723) * DAY_NS) /* dates have fixed defaults: nothing here reads a clock */
#define DATE_2025 (INT64_C(20089) * DAY_NS)
#define DATE_2026 (INT64_C(20454) * DAY_NS)

struct generator *make_constant(uint64_t key, const struct value *value); /* copies it; NULL: the value NULL */
struct generator *make_sequence(uint64_t key, int64_t start, int64_t step);
struct generator *make_integer(uint64_t key, int64_t lo, int64_t hi); /* both included; lo <= hi */
struct generator *make_real(uint64_t key, double lo, double hi, int decimals);
struct generator *make_bool(uint64_t key, double share);              /* 1 with this probability, else 0 */
struct generator *make_choice(uint64_t key, const struct value *value, size_t n); /* copies them */
struct generator *make_words(uint64_t key, const char *words);        /* a choice of texts with blanks in between */
struct generator *make_uuid(uint64_t key, int version);
struct generator *make_date(uint64_t key, int64_t from, int64_t to, enum date_format format);
struct generator *make_fake(uint64_t key, int kind);
struct generator *make_blob(uint64_t key, int64_t lo, int64_t hi);
struct generator *make_reference(uint64_t key, uint64_t pick);
struct generator *make_json(uint64_t key, bool array); /* takes in members with make_member() */
int make_member(struct generator *json, const char *name, struct generator *g); /* takes g, which may be NULL: -1 */

/* A pattern of this program's own: its text must be right. */
struct generator *make_pattern(const struct scope *scope, uint64_t key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Let p go by an expression of the row. Frees one it had. 0, or -1 with ENOMEM. */
int make_pick_expr(struct pick *p, const struct scope *scope, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

struct value text_value(const char *text);
int copy_value(struct value *to, const struct value *from); /* bytes of its own; 0, or -1 with ENOMEM */
uint64_t sub_key(uint64_t key, const char *name, size_t number);

#endif
