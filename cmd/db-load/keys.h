#ifndef DB_LOAD_KEYS_H
#define DB_LOAD_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "sql.h"
#include "values.h"

/* Rows kept in memory, that transactions pick from: shared by all clients, who only read them. */

#define KEYS_MAX 65536 /* rows; of more, every second, fourth ... is kept */

struct keys {
	size_t columns, rows;
	int *slot;             /* of each column: the variable that a pick sets */
	struct values *row;    /* each with a value a column */
	uint64_t seen;         /* rows that the SELECT gave */
};

/* Take all rows of stmt; slots are the caller's to fill in. 0, or -1 with the error in the connection. Dies without memory. */
int keys_read(struct keys *keys, struct sql_stmt *stmt);
void keys_free(struct keys *keys);

void keys_pick(const struct keys *keys, size_t row, struct values *values);

#endif
