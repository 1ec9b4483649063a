#include "values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

void values_init(struct values *v, size_t n)
{
	v->n = n;
	v->value = x_calloc(n + 1, sizeof *v->value);
	v->number = x_calloc(n + 1, sizeof *v->number);
}

void values_free(struct values *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->value[i].own);
	free(v->value);
	free(v->number);
	*v = (struct values){0};
}

void values_grow(struct values *v, size_t n)
{
	if (n <= v->n)
		return;
	v->value = x_reallocarray(v->value, n + 1, sizeof *v->value);
	v->number = x_reallocarray(v->number, n + 1, sizeof *v->number);
	memset(v->value + v->n, 0, (n + 1 - v->n) * sizeof *v->value);
	memset(v->number + v->n, 0, (n + 1 - v->n) * sizeof *v->number);
	v->n = n;
}

static void changed(struct value *value, enum value_kind kind)
{
	value->kind = kind;
	if (++value->version == 0)
		value->version = 1;
}

void values_set_number(struct values *v, int slot, const struct expr_value *number)
{
	v->number[slot] = *number;
	changed(&v->value[slot], VALUE_NUMBER);
}

void values_set_null(struct values *v, int slot)
{
	changed(&v->value[slot], VALUE_NULL);
}

void values_refer(struct values *v, int slot, enum value_kind kind, const void *bytes, size_t len)
{
	struct value *value = &v->value[slot];

	value->bytes = bytes;
	value->len = len;
	changed(value, kind);
}

char *values_make_text(struct values *v, int slot, size_t len)
{
	struct value *value = &v->value[slot];

	if (value->room <= len) {
		char *own = realloc(value->own, len + 1);

		if (!own)
			return NULL;
		value->own = own;
		value->room = len + 1;
	}
	value->own[len] = '\0';
	values_refer(v, slot, VALUE_TEXT, value->own, len);
	return value->own;
}

int values_set_bytes(struct values *v, int slot, enum value_kind kind, const void *bytes, size_t len)
{
	char *own = values_make_text(v, slot, len);

	if (!own)
		return -1;
	if (len)
		memcpy(own, bytes, len);
	v->value[slot].kind = kind;
	return 0;
}

void values_copy(struct values *to, const struct values *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct value *value = &from->value[i];

		switch (value->kind) {
		case VALUE_UNSET:
			break;
		case VALUE_NULL:
			values_set_null(to, (int)i);
			break;
		case VALUE_NUMBER:
			values_set_number(to, (int)i, &from->number[i]);
			break;
		case VALUE_TEXT:
		case VALUE_BLOB:
			if (values_set_bytes(to, (int)i, value->kind, value->bytes, value->len) < 0)
				die("out of memory");
			break;
		}
	}
}

void values_set_argument(struct values *v, int slot, const char *text)
{
	struct expr_value number = {0};
	char *end;

	errno = 0;
	number.integer = strtoll(text, &end, 10);
	if (*text && !*end && !errno) {
		values_set_number(v, slot, &number);
		return;
	}
	number.is_real = true;
	number.real = strtod(text, &end);
	if (*text && !*end && isfinite(number.real) && strspn(text, "+-.0123456789eE") == strlen(text))
		values_set_number(v, slot, &number);
	else if (values_set_bytes(v, slot, VALUE_TEXT, text, strlen(text)) < 0)
		die("out of memory");
}

int values_set_column(struct values *v, int slot, struct sql_stmt *stmt, int column)
{
	struct expr_value number = {0};
	const void *bytes;

	switch (sql_type(stmt, column)) {
	case SQL_INTEGER:
		number.integer = sql_get_integer(stmt, column);
		values_set_number(v, slot, &number);
		return 0;
	case SQL_REAL:
		number.is_real = true;
		number.real = sql_get_real(stmt, column);
		if (isfinite(number.real)) {
			values_set_number(v, slot, &number);
			return 0;
		}
		/* fallthrough */
	case SQL_NULL:
		values_set_null(v, slot);
		return 0;
	case SQL_TEXT:
		bytes = sql_get_text(stmt, column);
		return bytes ? values_set_bytes(v, slot, VALUE_TEXT, bytes, sql_get_bytes(stmt, column)) : -1;
	default:
		bytes = sql_get_blob(stmt, column);
		return values_set_bytes(v, slot, VALUE_BLOB, bytes ? bytes : "", sql_get_bytes(stmt, column));
	}
}

int values_bind(const struct values *v, int slot, struct sql_stmt *stmt, int at)
{
	const struct value *value = &v->value[slot];
	const struct expr_value *number = &v->number[slot];

	switch (value->kind) {
	case VALUE_NUMBER:
		return number->is_real ? sql_bind_real(stmt, at, number->real)
				       : sql_bind_integer(stmt, at, number->integer);
	case VALUE_TEXT:
		return sql_bind_text(stmt, at, value->bytes, value->len);
	case VALUE_BLOB:
		return sql_bind_blob(stmt, at, value->bytes, value->len);
	default:
		return sql_bind_null(stmt, at);
	}
}
