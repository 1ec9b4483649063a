#include "mentions.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

struct word { const char *text; size_t len; bool quoted; int depth; };

/* The next name or keyword of SQL at *p, at a depth of parentheses; false at the end. */
static bool next_word(const char **p, int *depth, struct word *w)
{
	const char *s = *p;

	for (; *s; s++) {
		if (*s == '(') {
			++*depth;
		} else if (*s == ')') {
			--*depth;
		} else if (*s == ',') {
			*w = (struct word){s, 1, false, *depth};
			*p = s + 1;
			return true;
		} else if (s[0] == '-' && s[1] == '-') {
			s += strcspn(s, "\n");
			if (!*s)
				break;
		} else if (s[0] == '/' && s[1] == '*') {
			const char *end = strstr(s + 2, "*/");
			if (!end)
				break;
			s = end + 1;
		} else if (*s == '\'') {
			const char *end = strchr(s + 1, '\'');
			if (!end)
				break;
			s = end;
		} else if (*s == '"' || *s == '`' || *s == '[') {
			const char *end = strchr(s + 1, *s == '[' ? ']' : *s);
			if (!end)
				break;
			*w = (struct word){s + 1, (size_t)(end - s - 1), true, *depth};
			*p = end + 1;
			return true;
		} else if (isalpha((unsigned char)*s) || *s == '_' || (unsigned char)*s >= 0x80) {
			const char *end = s;
			while (isalnum((unsigned char)*end) || *end == '_' || *end == '$' ||
			       (unsigned char)*end >= 0x80)
				end++;
			*w = (struct word){s, (size_t)(end - s), false, *depth};
			*p = end;
			return true;
		} else if (isdigit((unsigned char)*s)) {
			while (isalnum((unsigned char)s[1]) || s[1] == '.')
				s++;
		}
	}
	*p = s;
	return false;
}

static bool word_is(const struct word *w, const char *name)
{
	return strlen(name) == w->len && strncasecmp(w->text, name, w->len) == 0;
}

static void mark(const struct table *table, const struct word *w, bool *in)
{
	for (size_t c = 0; in && c < table->ncolumns; c++) {
		if (word_is(w, table->column[c].name))
			in[c] = true;
	}
}

void mentions_find(const struct table *table, const char *sql, bool *in)
{
	struct word w;
	int depth = 0;

	while (next_word(&sql, &depth, &w))
		mark(table, &w, in);
}

void mentions_index(const struct table *table, const char *sql, bool *in_expressions, bool *in_where)
{
	struct word w;
	int depth = 0;
	bool where = false;

	while (next_word(&sql, &depth, &w)) {
		if (!where && depth == 0 && !w.quoted && word_is(&w, "WHERE"))
			where = true;
		else if (where || depth > 0)
			mark(table, &w, where ? in_where : in_expressions);
	}
}

void mentions_generated(const struct table *table, int column, bool *in)
{
	const char *sql = table->sql;
	struct word w, before = {",", 1, false, 1};
	int depth = 0;
	bool inside = false;

	while (next_word(&sql, &depth, &w)) {
		bool comma = !w.quoted && w.len == 1 && *w.text == ',';
		if (inside && comma && w.depth == 1)
			return;
		if (inside && w.depth > 1)
			mark(table, &w, in);
		/* A definition begins behind the parenthesis or a comma of the list of columns. */
		if (!inside && w.depth == 1 && before.len == 1 && *before.text == ',' &&
		    word_is(&w, table->column[column].name))
			inside = true;
		if (w.depth <= 1)
			before = w;
		if (w.depth == 0)
			before = (struct word){",", 1, false, 1};
	}
}
