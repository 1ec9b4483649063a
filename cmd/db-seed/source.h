#ifndef DB_SEED_SOURCE_H
#define DB_SEED_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"
#include "plan.h"
#include "schema.h"

/* What is to be filled, and with what: the schema from wherever it comes, and the plan. */

struct settings { /* of the schema's database, for the one that is made after it */
	int64_t page_size, auto_vacuum, user_version, application_id;
	char *encoding; /* "UTF-8", "UTF-16le", "UTF-16be" */
};

struct source {
	struct schema schema;
	struct plan plan;
	struct settings settings;
	char *spec;         /* of --spec, which the plan may refer to */
};

/* Read the schema and make the plan. live: the open database that rows are added to, whose schema it is and whose
 * rows are counted; NULL for none. 0, or -1 after a complaint. Close in both cases. */
int source_open(struct source *source, const struct options *options, struct sql *live);
void source_close(struct source *source);

/* Of the plan, or NULL after a complaint. */
const struct plan_table *source_table(const struct source *source, const char *name);

#endif
