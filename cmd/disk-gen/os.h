#ifndef DISK_GEN_OS_H
#define DISK_GEN_OS_H

#include <stdint.h>

#include "image.h"

/* The releases of the distributions. */

struct release {
	enum os os;
	const char *version;  /* as users ask for it: "22.04"; "" where it rolls */
	const char *full;     /* the point release: "22.04.5", "12.8", "3.20.3" */
	const char *name;     /* "Jammy Jellyfish"; "" where it has none */
	const char *codename; /* "jammy" */
	unsigned step;        /* how many half-years after 2022 its packages are from, about */
};

/* NULL: there is no such release. */
const struct release *release_find(enum os os, const char *version);

#endif
