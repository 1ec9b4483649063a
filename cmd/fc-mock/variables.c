#include "variables.h"

#include <stdio.h>
#include <string.h>

#include "shell-syntax.h"

/* The entry of a name, and its length with the NUL; NULL: there is none. */
static char *find(const struct variables *v, const char *name, size_t name_len, size_t *len)
{
	for (size_t at = 0; at < v->all.len; at += *len) {
		char *entry = v->all.bytes + at;

		*len = strlen(entry) + 1;
		if (*len > name_len + 1 && memcmp(entry, name, name_len) == 0 && entry[name_len] == '=')
			return entry;
	}
	return NULL;
}

int variables_set(struct variables *v, const char *name, size_t name_len, const char *value, size_t len)
{
	size_t old_len = 0;
	char *old = find(v, name, name_len, &old_len);

	if (v->all.len - (old ? old_len : 0) + name_len + len + 2 > VARIABLES_MAX)
		return -1;
	if (old) {
		char *behind = old + old_len;

		memmove(old, behind, (size_t)(v->all.bytes + v->all.len - behind));
		v->all.len -= old_len;
	}
	text_bytes(&v->all, name, name_len);
	text_byte(&v->all, '=');
	text_bytes(&v->all, value, len);
	text_byte(&v->all, '\0');
	return 0;
}

/* A parameter's value; number is room for one that is a number. */
static const char *value_of(const struct variables *v, const char *name, size_t name_len, char number[12])
{
	size_t len;
	char *entry;

	if (name_len == 1 && *name == '?') {
		snprintf(number, 12, "%d", v->status);
		return number;
	}
	if (name_len == 1 && *name == '#')
		return "0";
	if (name_len == 1 && *name == '0')
		return "sh";
	entry = find(v, name, name_len, &len);
	return entry ? entry + name_len + 1 : "";
}

struct expansion {
	const struct variables *v;
	struct text *words;
	bool split, quoted; /* quoted: the word that is being made is one even when it is empty */
	size_t begin;       /* where it begins */
};

static void end_word(struct expansion *e)
{
	if (e->words->len > e->begin || e->quoted)
		text_byte(e->words, '\0');
	e->begin = e->words->len;
	e->quoted = false;
}

/* What the '$' before text becomes; how much of text belongs to it. */
static size_t put_parameter(struct expansion *e, const char *text, size_t len, bool in_quotes)
{
	const char *name, *value;
	char number[12];
	size_t name_len;
	int n = syntax_parameter(text, len, &name, &name_len);

	if (n <= 0) {
		text_byte(e->words, '$');
		return 0;
	}
	value = value_of(e->v, name, name_len, number);
	if (in_quotes || !e->split) {
		text_string(e->words, value);
		return (size_t)n;
	}
	for (; *value; value++) {
		if (strchr(" \t\n", *value)) {
			if (e->words->len > e->begin || e->quoted)
				end_word(e);
		} else {
			text_byte(e->words, *value);
		}
	}
	return (size_t)n;
}

/* What is behind a '\\' at text; how much of text belongs to it. */
static size_t put_escaped(struct expansion *e, const char *text, size_t len, bool in_quotes)
{
	if (len == 0 || (in_quotes && !strchr("$`\"\\\n", *text))) {
		text_byte(e->words, '\\');
		return 0;
	}
	e->quoted = e->quoted || *text != '\n';
	if (*text != '\n')
		text_byte(e->words, *text);
	return 1;
}

int variables_expand(const struct variables *v, const char *word, size_t len, bool split, struct text *words)
{
	struct expansion e = {.v = v, .words = words, .split = split, .begin = words->len};
	char quote = '\0';

	for (size_t i = 0; i < len;) {
		char c = word[i++];

		if (quote ? c == quote : c == '\'' || c == '"') {
			quote = quote ? '\0' : c;
			e.quoted = true;
		} else if (c == '\\' && quote != '\'') {
			i += put_escaped(&e, word + i, len - i, quote == '"');
		} else if (c == '$' && quote != '\'') {
			i += put_parameter(&e, word + i, len - i, quote == '"');
		} else {
			text_byte(words, c);
		}
		if (words->len > WORDS_MAX)
			return -1;
	}
	if (!split)
		e.quoted = true;
	end_word(&e);
	return 0;
}
