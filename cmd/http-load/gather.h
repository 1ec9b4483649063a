#ifndef HTTP_LOAD_GATHER_H
#define HTTP_LOAD_GATHER_H

#include "worker.h"

/* Make one result a step of what the workers have, which they then no longer have. */
void gather(struct step_result *results, struct go *go, struct worker *worker);

#endif
