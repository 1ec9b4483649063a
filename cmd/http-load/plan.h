#ifndef HTTP_LOAD_PLAN_H
#define HTTP_LOAD_PLAN_H

#include <stdio.h>

#include "mix.h"
#include "options.h"

/* Say what is going to happen, before it does. */
void plan_print(FILE *out, const struct options *o, const struct mix *mix);

#endif
