#include "sample.h"

#include "fill.h"

int sample_fill(struct sql *db, const struct plan_table *table, uint64_t blocks)
{
	struct fill fill = { .db = db, .name = "sample", .threads = 1 };
	struct plan_table block = *table;
	uint64_t distance = table->rows / blocks;

	block.rows = SAMPLE_BLOCK;
	for (uint64_t i = 0; i < blocks; i++) {
		block.first = table->first + i * distance + (distance - SAMPLE_BLOCK) / 2;
		if (fill_table(&fill, &block, NULL) != 0)
			return -1;
	}
	return 0;
}
