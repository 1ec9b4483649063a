#ifndef HTTP_LOAD_SESSION_H
#define HTTP_LOAD_SESSION_H

#include <stdbool.h>

#include "load.h"
#include "progress.h"
#include "records.h"
#include "slo.h"

/* What one run of the program has at hand. */
struct session {
	const struct options *options;
	const struct mix *mix;
	struct slo slo;       /* no terms where none was given */
	struct signals *signals;
	struct progress *progress;
	struct load *load;
	struct records records;
	bool text;            /* a summary goes to stdout; otherwise what it leads with goes to stderr */
	bool told;            /* there is more to write than that there was a run */
};

#endif
