#ifndef DB_SEED_PRINT_H
#define DB_SEED_PRINT_H

#include "plan.h"

/* Write a table's rows on stdout as JSON lines. 0, or -1 after a complaint or a signal. */
int print_rows(const struct plan_table *table, unsigned threads);

#endif
