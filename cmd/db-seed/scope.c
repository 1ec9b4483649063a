#include "scope.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is(const char *name, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(name, word, len) == 0;
}

size_t scope_slots(const struct schema *schema)
{
	return SCOPE_TABLES + schema->ntables;
}

static int slot(void *data, const char *name, size_t len)
{
	const struct scope *scope = data;

	if (scope->table && is(name, len, "row"))
		return SCOPE_ROW;
	if (scope->table && is(name, len, "rows"))
		return SCOPE_TABLES + (int)(scope->table - scope->schema->table);
	if (is(name, len, "scale"))
		return SCOPE_SCALE;
	for (size_t i = 0; i < scope->schema->ntables; i++) {
		if (is(name, len, scope->schema->table[i].name))
			return SCOPE_TABLES + (int)i;
	}
	return -1;
}

struct expr *scope_expr(const struct scope *scope, const char *text, size_t len, char why[SCOPE_WHY])
{
	struct scope copy = *scope;
	char error[128] = "";
	size_t at = 0;
	struct expr *e = expr_parse(text, len, slot, &copy, error, &at);

	if (e)
		return e;
	if (strcmp(error, "out of memory") == 0) {
		*why = '\0';
	} else {
		int shown = len - at > 24 ? 24 : (int)(len - at);
		snprintf(why, SCOPE_WHY, shown ? "%s at '%.*s'" : "%s at its end", error, shown, text + at);
	}
	return NULL;
}
