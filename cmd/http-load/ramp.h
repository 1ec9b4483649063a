#ifndef HTTP_LOAD_RAMP_H
#define HTTP_LOAD_RAMP_H

#include <stddef.h>

#include "load.h"
#include "options.h"

/* The steps that the options ask for: the warm-up, at the first step's rate, then one of --rate, or as many as its ramp
 * has; the last one is at TO, also where that is no whole number of steps away from FROM. Caller frees; or dies. */
struct step *ramp_steps(const struct options *o, size_t *n);

#endif
