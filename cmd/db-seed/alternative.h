#ifndef DB_SEED_ALTERNATIVE_H
#define DB_SEED_ALTERNATIVE_H

#include "limit.h"

/* Of conditions one of which must hold (a OR b), keep all rows to the one that takes least away from them and agrees with
 * what is known already. LIMITS_NARROWED; refused where there is none. */
enum limits_result alternative_choose(struct table *table, struct tokens range);

#endif
