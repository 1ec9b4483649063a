#ifndef DB_SEED_PROFILE_H
#define DB_SEED_PROFILE_H

#include "embed.h"

/* The schemas and specs that db-seed brings along. */

/* Both exit after a complaint where there is no profile of this name. The text is static. */
const struct embedded *profile_schema(const char *name);
const struct embedded *profile_spec(const char *name);

/* Print the profiles on stdout, a line each: name and what it is. */
void profile_list(void);

#endif
