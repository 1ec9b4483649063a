#include "selector.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "rows.h"

char *member(const char *object, const char *key)
{
	struct json j;
	struct json_span span;
	char *value = NULL;

	json_open(&j, object, strlen(object));
	if (json_object(&j) < 0)
		fail("not a JSON object: %s", object);
	while (json_key(&j, &span) > 0) {
		bool wanted = json_is(&span, key);
		if (!wanted || json_peek(&j) != JSON_STRING) {
			json_skip(&j);
			continue;
		}
		json_string(&j, &span);
		free(value);
		value = malloc(span.len + 1);
		if (!value || json_unescape(&span, value) < 0)
			fail("out of memory");
	}
	return value;
}

char *attribute(const struct subject *subject, const char *type, const char *key)
{
	const char *value = NULL;

	if (strcmp(type, "metadata") == 0)
		return subject->metadata && key ? member(subject->metadata, key) : NULL;
	if (strcmp(type, "name") == 0)
		value = subject->name;
	else if (strcmp(type, "identifier") == 0)
		value = subject->identifier;
	else if (strcmp(type, "kind") == 0)
		value = subject->kind;
	else if (strcmp(type, "version") == 0)
		value = subject->version;
	return value ? strdup(value) : NULL;
}

static bool compare(const char *operator, const char *have, const char *want)
{
	size_t n = strlen(have), m = strlen(want);

	if (strcmp(operator, "equals") == 0)
		return strcmp(have, want) == 0;
	if (strcmp(operator, "not-equals") == 0)
		return strcmp(have, want) != 0;
	if (strcmp(operator, "starts-with") == 0)
		return strncmp(have, want, m) == 0;
	if (strcmp(operator, "ends-with") == 0)
		return m <= n && strcmp(have + n - m, want) == 0;
	if (strcmp(operator, "contains") == 0)
		return strstr(have, want) != NULL;
	fail("unknown operator %s", operator);
}

bool matches(const char *selector, const struct subject *subject)
{
	if (!selector)
		return true;
	char *type = member(selector, "type"), *key = member(selector, "key"), *operator = member(selector, "operator"),
	     *value = member(selector, "value"), *have = attribute(subject, type, key);
	bool result = have && compare(operator, have, value);
	free(type);
	free(key);
	free(operator);
	free(value);
	free(have);
	return result;
}
