#include "values.h"

#include <stdlib.h>
#include <string.h>

void value_free(struct value *value)
{
	if (value->type == VALUE_TEXT)
		free((char *)value->bytes);
}

void values_free(struct values *values)
{
	for (size_t i = 0; i < values->n; i++)
		value_free(&values->value[i]);
	free(values->value);
	*values = (struct values){0};
}

double value_number(const struct value *value)
{
	return value->type == VALUE_INTEGER ? (double)value->integer : value->real;
}

bool value_is_number(const struct value *value)
{
	return value->type == VALUE_INTEGER || value->type == VALUE_REAL;
}

static bool equal(const struct value *a, const struct value *b)
{
	if (a->type == VALUE_TEXT || b->type == VALUE_TEXT)
		return a->type == b->type && a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
	if (a->type == VALUE_INTEGER && b->type == VALUE_INTEGER)
		return a->integer == b->integer;
	return value_is_number(a) && value_is_number(b) && value_number(a) == value_number(b);
}

bool values_contain(const struct values *values, const struct value *value)
{
	for (size_t i = 0; i < values->n; i++) {
		if (equal(&values->value[i], value))
			return true;
	}
	return false;
}

int values_append(struct values *values, const struct table *table, enum affinity affinity, struct tokens list)
{
	struct literal literal;
	struct value value, *more;

	while (!tokens_empty(list) && literal_list_next(&literal, table, &list)) {
		int status = literal_value(&literal, affinity, &value);
		if (status <= 0)
			return status;
		if (value.type == VALUE_NULL || values_contain(values, &value)) {
			value_free(&value);
			continue;
		}
		more = reallocarray(values->value, values->n + 1, sizeof *more);
		if (!more) {
			value_free(&value);
			return -1;
		}
		values->value = more;
		values->value[values->n++] = value;
	}
	return 1;
}
