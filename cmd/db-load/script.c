#include "script.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "parse.h"
#include "split.h"

#define DEPTH_MAX 64 /* of repeats */

static int find(const struct script *s, const char *name, size_t len)
{
	for (size_t i = 0; i < s->nvariables; i++) {
		if (strncmp(s->variable[i].name, name, len) == 0 && !s->variable[i].name[len])
			return (int)i;
	}
	return -1;
}

int script_find_variable(const struct script *s, const char *name)
{
	return find(s, name, strlen(name));
}

int script_variable(struct script *s, const char *name, size_t len, unsigned line)
{
	int slot = find(s, name, len);

	if (slot >= 0) {
		if (!s->variable[slot].line)
			s->variable[slot].line = line;
		return slot;
	}
	s->variable = x_reallocarray(s->variable, s->nvariables + 1, sizeof *s->variable);
	s->variable[s->nvariables] = (struct variable){.name = x_asprintf("%.*s", (int)len, name), .line = line};
	return (int)s->nvariables++;
}

static void free_block(struct block *block)
{
	for (size_t i = 0; i < block->n; i++) {
		struct command *c = &block->command[i];

		free(c->text);
		free(c->prefix);
		free(c->uses);
		expr_free(c->expr);
	}
	free(block->command);
}

void script_free(struct script *s)
{
	if (!s)
		return;
	free_block(&s->once);
	free_block(&s->before);
	free_block(&s->main);
	for (size_t i = 0; i < s->nqueries; i++) {
		free(s->query[i].name);
		free(s->query[i].text);
	}
	for (size_t i = 0; i < s->nvariables; i++)
		free(s->variable[i].name);
	for (size_t i = 0; i < s->nlabels; i++)
		free(s->label[i]);
	free(s->query);
	free(s->variable);
	free(s->label);
	free(s->bench);
	free(s->about);
	free(s->name);
	free(s);
}

/* --- statements --- */

static size_t label_slot(struct script *s, char *label)
{
	for (size_t i = 0; i < s->nlabels; i++) {
		if (strcmp(s->label[i], label) == 0) {
			free(label);
			return i;
		}
	}
	s->label = x_reallocarray(s->label, s->nlabels + 1, sizeof *s->label);
	s->label[s->nlabels] = label;
	return s->nlabels++;
}

/* \gset and its prefix, where that ends a statement. */
static int take_gset(struct parse *p, struct command *c)
{
	size_t len = split_line(p->at);
	const char *rest = p->at + 5;

	if (strncmp(p->at, "\\gset", 5) != 0 || (len > 5 && !isspace((unsigned char)*rest)))
		return parse_fail(p, "expected ';' or \\gset at the end of the SQL statement of line %u", c->line);
	c->keeps_row = true;
	c->prefix = len > 5 ? parse_word(&rest, p->at + len) : x_strdup("");
	if (parse_rest(rest, p->at + len))
		return parse_fail(p, "\\gset: expected one prefix");
	p->at += len;
	return 0;
}

static int take_sql(struct parse *p)
{
	struct script *s = p->script;
	struct command *c;
	enum split_end end;
	unsigned line = parse_line(p);
	size_t len = split_statement(p->at, &end);

	c = parse_add(p, COMMAND_SQL, line);
	c->text = x_asprintf("%.*s", (int)len, p->at);
	c->statement = s->nstatements++;
	if (p->block == &s->main) {
		p->statements++;
		s->timed |= p->label || p->statements > 1;
		c->series = label_slot(s, p->label ? p->label : x_asprintf("statement-%zu", p->statements));
		p->label = NULL;
	} else if (p->label) {
		return parse_fail(p, "\\statement: only statements of the main part have names");
	}
	p->at += len;
	if (end == SPLIT_OPEN)
		return parse_fail_at(p, line, "the SQL statement does not end: expected ';'");
	if (end == SPLIT_BACKSLASH)
		return take_gset(p, c);
	p->at++;
	return 0;
}

/* --- blocks --- */

static int open_block(struct parse *p, struct block *block, const char *from, const char *to)
{
	if (parse_rest(from, to))
		return parse_fail(p, "\\%s: expected nothing after it", block == &p->script->once ? "once" : "before");
	if (p->block != &p->script->main || p->nopen)
		return parse_fail(p, "a block within a block");
	p->block = block;
	p->opened = parse_line(p);
	return 0;
}

static int take_repeat(struct parse *p, const char *from, const char *to)
{
	struct command *c;

	if (p->nopen == DEPTH_MAX)
		return parse_fail(p, "\\repeat: more than %d within each other", DEPTH_MAX);
	c = parse_add(p, COMMAND_REPEAT, parse_line(p));
	c->depth = p->nopen;
	p->open[p->nopen++] = p->block->n - 1;
	if (p->nopen > p->script->depth)
		p->script->depth = p->nopen;
	return parse_expr(p, c, from, to);
}

static int take_end(struct parse *p, const char *from, const char *to)
{
	struct command *c;

	if (parse_rest(from, to))
		return parse_fail(p, "\\end: expected nothing after it");
	if (p->nopen) {
		c = parse_add(p, COMMAND_END, parse_line(p));
		c->depth = --p->nopen;
		c->partner = p->open[p->nopen];
		p->block->command[c->partner].partner = p->block->n - 1;
		return 0;
	}
	if (p->block == &p->script->main)
		return parse_fail(p, "\\end: nothing is open");
	p->block = &p->script->main;
	return 0;
}

/* --- commands --- */

static int take_line_command(struct parse *p, const char *word, const char *from, const char *to)
{
	if (strcmp(word, "set") == 0)
		return parse_set(p, from, to);
	if (strcmp(word, "uuid") == 0)
		return parse_uuid(p, from, to);
	if (strcmp(word, "blob") == 0)
		return parse_blob(p, from, to);
	if (strcmp(word, "sleep") == 0)
		return parse_sleep(p, from, to);
	if (strcmp(word, "pick") == 0)
		return parse_pick(p, from, to);
	if (strcmp(word, "statement") == 0)
		return parse_label(p, from, to);
	if (strcmp(word, "repeat") == 0)
		return take_repeat(p, from, to);
	if (strcmp(word, "bench") == 0)
		return parse_bench(p, from, to);
	if (strcmp(word, "about") == 0)
		return parse_about(p, from, to);
	if (strcmp(word, "once") == 0)
		return open_block(p, &p->script->once, from, to);
	if (strcmp(word, "before") == 0)
		return open_block(p, &p->script->before, from, to);
	if (strcmp(word, "end") == 0)
		return take_end(p, from, to);
	if (strcmp(word, "gset") == 0)
		return parse_fail(p, "\\gset: there is no SQL statement before it");
	return parse_fail(p, "unknown command \\%s", word);
}

static int take_command(struct parse *p)
{
	static const char *const queries[] = {"keys", "param", "expect"};
	const char *from = p->at + 1, *to = p->at + split_line(p->at);
	char *word = parse_word(&from, to);
	int result = 1;

	for (size_t i = 0; result == 1 && i < sizeof queries / sizeof queries[0]; i++) {
		if (strcmp(word, queries[i]) == 0)
			result = parse_query(p, (enum query_kind)i, from);
	}
	if (result == 1) {
		result = take_line_command(p, word, from, to);
		p->at = to + strcspn(to, "\n");
	}
	free(word);
	return result;
}

static int finish_script(struct parse *p)
{
	if (p->nopen)
		return parse_fail_at(p, p->block->command[p->open[p->nopen - 1]].line, "\\repeat without \\end");
	if (p->block != &p->script->main)
		return parse_fail_at(p, p->opened, "\\%s without \\end", p->block == &p->script->once ? "once" : "before");
	if (p->label)
		return parse_fail(p, "\\statement %s: no SQL statement follows", p->label);
	if (!p->script->main.n)
		return parse_fail(p, "the script does nothing: expected an SQL statement or a command");
	return 0;
}

struct script *script_parse(const char *name, const char *text, char error[SCRIPT_ERROR])
{
	struct script *s = x_calloc(1, sizeof *s);
	struct parse p = {.script = s, .block = &s->main, .text = text, .at = text, .error = error};
	int result = 0;

	s->name = x_strdup(name);
	s->about = x_strdup("");
	while (result == 0) {
		p.at = split_skip(p.at);
		if (!*p.at)
			break;
		if (*p.at == ';') /* an empty statement */
			p.at++;
		else
			result = *p.at == '\\' ? take_command(&p) : take_sql(&p);
	}
	if (result == 0)
		result = finish_script(&p);
	free(p.label);
	if (result == 0)
		return s;
	script_free(s);
	return NULL;
}
