#ifndef DB_LOAD_PARSE_H
#define DB_LOAD_PARSE_H

#include "script.h"

/* Used by script.c alone: where the parser stands, and the commands that fill a line. */

struct parse {
	struct script *script;
	struct block *block;   /* that commands go to */
	unsigned opened;       /* line of the \once or \before that is open */
	size_t open[64];       /* repeats that are open, as indices into block */
	size_t nopen;
	char *label;           /* of the next statement */
	size_t statements;     /* of the main part so far */
	const char *text, *at;
	const char *counted;   /* the place that `line` is of, NULL at first */
	unsigned line;
	char *error;
};

unsigned parse_line(struct parse *p); /* of p->at */

/* "name:line: what" into p->error. Always -1. */
int parse_fail(struct parse *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
int parse_fail_at(struct parse *p, unsigned line, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A new command at the end of the block. */
struct command *parse_add(struct parse *p, enum command_kind kind, unsigned line);

/* The word at *from, and *from past it; "" at the end. Caller frees. */
char *parse_word(const char **from, const char *to);
bool parse_rest(const char *from, const char *to); /* is there more than white space? */

int parse_expr(struct parse *p, struct command *c, const char *from, const char *to);
int parse_set(struct parse *p, const char *from, const char *to);
int parse_uuid(struct parse *p, const char *from, const char *to);
int parse_blob(struct parse *p, const char *from, const char *to);
int parse_sleep(struct parse *p, const char *from, const char *to);
int parse_pick(struct parse *p, const char *from, const char *to);
int parse_label(struct parse *p, const char *from, const char *to);
int parse_bench(struct parse *p, const char *from, const char *to);
int parse_about(struct parse *p, const char *from, const char *to);
int parse_query(struct parse *p, enum query_kind kind, const char *from); /* moves on past its ';' */

#endif
