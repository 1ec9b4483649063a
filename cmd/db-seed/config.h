#ifndef DB_SEED_CONFIG_H
#define DB_SEED_CONFIG_H

#include <stddef.h>

#include "rng.h"

#define CONFIG_MAX 2048 /* bytes */

/* A host's configuration of an overlay network, in YAML as Nebula reads it; its length. Not NUL-terminated. */
size_t config_put(char out[CONFIG_MAX], struct rng *rng);

#endif
