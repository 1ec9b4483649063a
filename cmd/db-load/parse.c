#include "parse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "split.h"
#include "units.h"

unsigned parse_line(struct parse *p)
{
	if (!p->counted) {
		p->counted = p->text;
		p->line = 1;
	}
	for (; p->counted < p->at; p->counted++)
		p->line += *p->counted == '\n';
	return p->line;
}

__attribute__((format(printf, 3, 0)))
static int fail(struct parse *p, unsigned line, const char *format, va_list args)
{
	int len = snprintf(p->error, SCRIPT_ERROR, "%s:%u: ", p->script->name, line);

	if (len > 0 && len < SCRIPT_ERROR)
		vsnprintf(p->error + len, SCRIPT_ERROR - (size_t)len, format, args);
	return -1;
}

int parse_fail(struct parse *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(p, parse_line(p), format, args);
	va_end(args);
	return -1;
}

int parse_fail_at(struct parse *p, unsigned line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fail(p, line, format, args);
	va_end(args);
	return -1;
}

struct command *parse_add(struct parse *p, enum command_kind kind, unsigned line)
{
	struct block *b = p->block;

	if ((b->n & (b->n - 1)) == 0)
		b->command = x_reallocarray(b->command, b->n ? 2 * b->n : 1, sizeof *b->command);
	b->command[b->n] = (struct command){.kind = kind, .line = line, .variable = -1};
	return &b->command[b->n++];
}

static const char *skip_blanks(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	return from;
}

char *parse_word(const char **from, const char *to)
{
	const char *start = skip_blanks(*from, to), *end = start;

	while (end < to && !isspace((unsigned char)*end))
		end++;
	*from = end;
	return x_asprintf("%.*s", (int)(end - start), start);
}

bool parse_rest(const char *from, const char *to)
{
	return skip_blanks(from, to) < to;
}

static bool is_name(const char *word)
{
	if (!isalpha((unsigned char)*word) && *word != '_')
		return false;
	while (isalnum((unsigned char)*word) || *word == '_')
		word++;
	return !*word;
}

/* A variable's name as the next word, and its slot. -1 after a complaint. */
static int take_variable(struct parse *p, const char *command, const char **from, const char *to)
{
	char *word = parse_word(from, to);
	int slot = -1;

	if (is_name(word)) {
		slot = script_variable(p->script, word, strlen(word), parse_line(p));
		p->script->variable[slot].assigned = true;
	} else {
		parse_fail(p, "\\%s: expected a variable's name (letters, digits, _), not '%s'", command, word);
	}
	free(word);
	return slot;
}

static int look_up(void *data, const char *name, size_t len)
{
	struct parse *p = data;

	return script_variable(p->script, name, len, parse_line(p));
}

int parse_expr(struct parse *p, struct command *c, const char *from, const char *to)
{
	struct script *s = p->script;
	char error[128];
	size_t n = 0;

	from = skip_blanks(from, to);
	if (from == to)
		return parse_fail(p, "expected an expression");
	c->expr = expr_parse(from, (size_t)(to - from), look_up, p, error, NULL);
	if (!c->expr)
		return parse_fail(p, "'%.*s': %s", (int)(to - from), from, error);
	c->uses = x_reallocarray(NULL, s->nvariables + 1, sizeof *c->uses);
	for (size_t i = 0; i < s->nvariables; i++) {
		if (expr_uses(c->expr, (int)i))
			c->uses[n++] = (int)i;
	}
	c->uses[n] = -1;
	return 0;
}

int parse_set(struct parse *p, const char *from, const char *to)
{
	struct command *c = parse_add(p, COMMAND_SET, parse_line(p));

	c->variable = take_variable(p, "set", &from, to);
	return c->variable < 0 ? -1 : parse_expr(p, c, from, to);
}

int parse_uuid(struct parse *p, const char *from, const char *to)
{
	struct command *c = parse_add(p, COMMAND_UUID, parse_line(p));

	c->variable = take_variable(p, "uuid", &from, to);
	if (c->variable >= 0 && parse_rest(from, to))
		return parse_fail(p, "\\uuid: expected one name");
	return c->variable < 0 ? -1 : 0;
}

int parse_blob(struct parse *p, const char *from, const char *to)
{
	struct command *c = parse_add(p, COMMAND_BLOB, parse_line(p));

	c->variable = take_variable(p, "blob", &from, to);
	return c->variable < 0 ? -1 : parse_expr(p, c, from, to);
}

/* The unit at the end, if there is one: us, ms, s (the default). */
static int64_t sleep_unit(const char *from, const char **to)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
	const char *start = *to;

	while (start > from && isalpha((unsigned char)start[-1]))
		start--;
	/* "2*n" has a variable at its end, "2ms" and "n ms" a unit. */
	if (start > from && !isspace((unsigned char)start[-1]) && !isdigit((unsigned char)start[-1]) && start[-1] != ')')
		return 1000000000;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (start > from && (size_t)(*to - start) == strlen(units[i].name) &&
		    strncmp(start, units[i].name, strlen(units[i].name)) == 0) {
			*to = start;
			return units[i].ns;
		}
	}
	return 1000000000;
}

int parse_sleep(struct parse *p, const char *from, const char *to)
{
	struct command *c = parse_add(p, COMMAND_SLEEP, parse_line(p));

	from = skip_blanks(from, to);
	c->unit = sleep_unit(from, &to);
	return parse_expr(p, c, from, to);
}

static int find_keys(const struct script *s, const char *name, size_t *keys)
{
	for (size_t i = 0; i < s->nqueries; i++) {
		if (s->query[i].kind == QUERY_KEYS && strcmp(s->query[i].name, name) == 0) {
			*keys = s->query[i].keys;
			return 0;
		}
	}
	return -1;
}

int parse_pick(struct parse *p, const char *from, const char *to)
{
	struct command *c = parse_add(p, COMMAND_PICK, parse_line(p));
	char *name = parse_word(&from, to), *how = parse_word(&from, to), *exponent = parse_word(&from, to);
	bool zipf = strcmp(how, "zipf") == 0;
	int result = 0;

	if (find_keys(p->script, name, &c->keys) < 0)
		result = parse_fail(p, "\\pick: no \\keys %s before it", name);
	else if (!zipf && *how && strcmp(how, "uniform") != 0)
		result = parse_fail(p, "\\pick: '%s': expected uniform or zipf", how);
	else if (zipf && (number_parse(exponent, &c->exponent) < 0 || !(c->exponent > 0) || c->exponent > 100))
		result = parse_fail(p, "\\pick: zipf '%s': expected an exponent over 0, such as 0.99", exponent);
	else if (parse_rest(from, to) || (!zipf && *exponent))
		result = parse_fail(p, "\\pick: expected nothing after '%s'", how);
	free(name);
	free(how);
	free(exponent);
	return result;
}

int parse_label(struct parse *p, const char *from, const char *to)
{
	char *label = parse_word(&from, to);

	if (*label && !p->label && !parse_rest(from, to)) {
		p->label = label;
		return 0;
	}
	free(label);
	return parse_fail(p, p->label ? "\\statement: the one before it names no statement"
				      : "\\statement: expected one name");
}

int parse_bench(struct parse *p, const char *from, const char *to)
{
	free(p->script->bench);
	p->script->bench = parse_word(&from, to);
	return *p->script->bench && !parse_rest(from, to) ? 0 : parse_fail(p, "\\bench: expected one name");
}

int parse_about(struct parse *p, const char *from, const char *to)
{
	from = skip_blanks(from, to);
	free(p->script->about);
	p->script->about = x_asprintf("%.*s", (int)(to - from), from);
	return 0;
}

int parse_query(struct parse *p, enum query_kind kind, const char *from)
{
	struct script *s = p->script;
	const char *line_end = from + strcspn(from, "\n");
	struct query *q;
	enum split_end end;
	size_t len;

	if (p->block != &s->main || p->nopen)
		return parse_fail(p, "within a block there is no \\keys, \\param or \\expect");
	s->query = x_reallocarray(s->query, s->nqueries + 1, sizeof *s->query);
	q = &s->query[s->nqueries++];
	*q = (struct query){.kind = kind, .line = parse_line(p)};
	q->name = kind == QUERY_EXPECT ? x_strdup("") : parse_word(&from, line_end);
	if (kind != QUERY_EXPECT && !is_name(q->name))
		return parse_fail(p, "expected a name (letters, digits, _) and a SELECT, not '%s'", q->name);
	if (kind == QUERY_KEYS) {
		size_t first = 0;

		q->keys = s->nkeys++;
		if (find_keys(s, q->name, &first) == 0 && first != q->keys)
			return parse_fail(p, "\\keys %s: there is one already", q->name);
	} else if (kind == QUERY_PARAM) {
		int slot = script_variable(s, q->name, strlen(q->name), q->line);

		s->variable[slot].assigned = true;
	}
	from = split_skip(from);
	len = split_statement(from, &end);
	q->text = x_asprintf("%.*s", (int)len, from);
	if (!len || end != SPLIT_SEMICOLON)
		return parse_fail(p, "expected a SELECT that ends with ';'");
	p->at = from + len + 1;
	return 0;
}
