#ifndef CMD_TIME_OUTCOME_H
#define CMD_TIME_OUTCOME_H

#include <stdbool.h>

#include "options.h"
#include "plan.h"
#include "protocol.h"

/* How a run ended, judged and told. */

bool outcome_failed(const struct result *result, bool ignore_failure);

/* Did the command run to an end of its own or to its timeout? */
bool outcome_timed(const struct result *result);

/* Say which run failed how and the way out; the status to exit with. */
int outcome_complain(const struct result *result, const struct plan *plan, const struct options *o, bool warmup);

void outcome_complain_hook(const struct result *result, const char *option);

#endif
