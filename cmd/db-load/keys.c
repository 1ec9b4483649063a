#include "keys.h"

#include <stdlib.h>

#include "die.h"

/* Every second row goes. */
static void thin_out(struct keys *k)
{
	size_t kept = 0;

	for (size_t i = 0; i < k->rows; i++) {
		if (i % 2)
			values_free(&k->row[i]);
		else
			k->row[kept++] = k->row[i];
	}
	k->rows = kept;
}

int keys_read(struct keys *k, struct sql_stmt *stmt)
{
	uint64_t stride = 1;
	int result;

	*k = (struct keys){.columns = (size_t)sql_columns(stmt)};
	k->slot = x_calloc(k->columns + 1, sizeof *k->slot);
	while ((result = sql_step(stmt)) == 1) {
		if (k->seen++ % stride)
			continue;
		if (k->rows == KEYS_MAX) {
			thin_out(k);
			stride *= 2;
			if ((k->seen - 1) % stride)
				continue;
		}
		if ((k->rows & (k->rows - 1)) == 0 && (k->rows == 0 || k->rows >= 16))
			k->row = x_reallocarray(k->row, k->rows ? 2 * k->rows : 16, sizeof *k->row);
		values_init(&k->row[k->rows], k->columns);
		for (size_t i = 0; i < k->columns; i++) {
			if (values_set_column(&k->row[k->rows], (int)i, stmt, (int)i) < 0)
				die("out of memory");
		}
		k->rows++;
	}
	return result;
}

void keys_free(struct keys *k)
{
	for (size_t i = 0; i < k->rows; i++)
		values_free(&k->row[i]);
	free(k->row);
	free(k->slot);
	*k = (struct keys){0};
}

void keys_pick(const struct keys *k, size_t row, struct values *values)
{
	const struct values *from = &k->row[row];

	for (size_t i = 0; i < k->columns; i++) {
		const struct value *value = &from->value[i];
		int slot = k->slot[i];

		if (value->kind == VALUE_NUMBER)
			values_set_number(values, slot, &from->number[i]);
		else if (value->kind == VALUE_NULL)
			values_set_null(values, slot);
		else
			values_refer(values, slot, value->kind, value->bytes, value->len);
	}
}
