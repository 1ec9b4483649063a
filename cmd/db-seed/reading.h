#ifndef DB_SEED_READING_H
#define DB_SEED_READING_H

#include "json.h"
#include "spec.h"

/* A spec while it is read. The readers give NULL or -1 with the spec's error set. */

struct reading {
	struct spec *spec;
	const char *name, *text;     /* the file's, for errors */
	size_t len;
	struct scope scope;          /* its table is the one being read */
	uint64_t seed;
	int column;                  /* being read; -1: none */
	int depth;                   /* of generators inside generators */
	struct spec_column *into;    /* takes in references */
};

/* An error at at in the text. */
int reading_fail(struct reading *r, const char *at, const char *format, ...) __attribute__((format(printf, 3, 4)));
int reading_json(struct reading *r, const struct json *j); /* what j expected */
char *reading_place(const struct reading *r, const char *at); /* "file:line"; caller frees */

/* The string next in j, decoded; caller frees. `what` is expected where it is none. */
char *reading_string(struct reading *r, struct json *j, const char *what);

struct generator *reading_generator(struct reading *r, struct json *j, uint64_t key);

/* The parts of one GENERATOR, for its own reader: the value of its main key and of the modifiers that stand there. */
enum modifier {
	MOD_NULL, MOD_UNIQUE, MOD_ZIPF, MOD_NORMAL, MOD_DECIMALS, MOD_WEIGHTS, MOD_ORDER, MOD_AT, MOD_FROM, MOD_EVERY,
	MOD_FORMAT, MOD_LENGTH, MODIFIERS
};

struct object {
	struct json main, modifier[MODIFIERS];
	unsigned has; /* bits by modifier */
	const char *at; /* where it begins */
};

static inline bool has(const struct object *o, enum modifier m)
{
	return o->has >> m & 1;
}

typedef struct generator *reader(struct reading *r, struct object *o, uint64_t key);

reader read_const, read_sequence, read_int, read_float, read_bool, read_choice, read_uuid, read_date, read_pattern, read_fake,
	read_ref, read_expression, read_json, read_json_array, read_blob, read_bundle;

/* zipf, normal (shares), order and at, for g->pick. 0, or -1. */
int reading_pick(struct reading *r, struct object *o, struct pick *p);

/* The expression of "at", as text; caller frees. */
char *reading_at(struct reading *r, struct json *j);

/* [A, B] of numbers. 0, or -1. */
int reading_pair(struct reading *r, struct json *j, double pair[2], const char *what);
int reading_integers(struct reading *r, struct json *j, int64_t pair[2], const char *what);

/* Weights of n things, added up to 1, malloc()ed into *cumulative. 0, or -1. */
int reading_weights(struct reading *r, struct json *j, size_t n, double **cumulative);

/* A scalar; text is malloc()ed. 0, or -1. */
int reading_scalar(struct reading *r, struct json *j, struct value *v);

#endif
