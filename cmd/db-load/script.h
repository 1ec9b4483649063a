#ifndef DB_LOAD_SCRIPT_H
#define DB_LOAD_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr.h"
#include "rng.h"

/* A script as parsed: what one transaction does, and what is done around it. It is known to SQLite only
 * once a performer prepares it. */

enum command_kind {
	COMMAND_SQL,
	COMMAND_SET,
	COMMAND_UUID,
	COMMAND_BLOB,
	COMMAND_SLEEP,
	COMMAND_REPEAT,
	COMMAND_END,   /* of a repeat */
	COMMAND_PICK
};

struct command {
	enum command_kind kind;
	unsigned line;
	char *text;           /* SQL */
	size_t statement;     /* SQL: which of the script's */
	size_t series;        /* SQL of the main part: which of the script's labels */
	bool keeps_row;       /* SQL ... \gset */
	char *prefix;         /* of the variables that \gset sets */
	int variable;         /* SET, UUID, BLOB: the slot that it sets */
	struct expr *expr;    /* SET, BLOB, SLEEP, REPEAT */
	int *uses;            /* slots that expr reads; ends with -1 */
	int64_t unit;         /* SLEEP: ns */
	size_t partner;       /* REPEAT: its END, END: its REPEAT, in the same block */
	size_t depth;         /* of repeats around it */
	size_t keys;          /* PICK: which of the script's */
	double exponent;      /* PICK: of zipf; 0: uniform */
	struct rng_zipf zipf; /* PICK: made when the keys are known */
};

struct block {
	struct command *command;
	size_t n;
};

enum query_kind { QUERY_KEYS, QUERY_PARAM, QUERY_EXPECT };

struct query { /* \keys, \param, \expect */
	enum query_kind kind;
	unsigned line;
	char *name;  /* "" of an \expect */
	char *text;
	size_t keys; /* QUERY_KEYS: which of the script's */
};

struct variable {
	char *name;
	unsigned line; /* that first speaks of it; 0: none, so far */
	bool assigned; /* something gives it a value */
	bool fixed;    /* the command line gave it: \set leaves it alone */
};

struct script {
	char *name;   /* for errors: a path or a built-in's name */
	char *bench;  /* NULL where it does not say */
	char *about;  /* "" where it does not say */
	struct block once, before, main;
	struct query *query;
	size_t nqueries;
	size_t nkeys;
	struct variable *variable;
	size_t nvariables;
	char **label; /* of the main part's statements; two with the same one share it */
	size_t nlabels;
	bool timed;   /* statements have records of their own: there are several, or one has a name */
	size_t nstatements;
	size_t depth; /* of repeats */
};

#define SCRIPT_ERROR 512

/* NULL with "name:line: what" in error. Dies without memory. */
struct script *script_parse(const char *name, const char *text, char error[SCRIPT_ERROR]);
void script_free(struct script *script); /* NULL is fine */

/* The slot of a variable, made where there is none. */
int script_variable(struct script *script, const char *name, size_t len, unsigned line);

/* The slot of a variable that there is, or -1. */
int script_find_variable(const struct script *script, const char *name);

#endif
