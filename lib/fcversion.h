#ifndef BENCHPIPE_FCVERSION_H
#define BENCHPIPE_FCVERSION_H

#include <stdbool.h>

/* Versions of Firecracker, as GET /version and `firecracker --version` say them: "1.16.0", "1.17.0-dev", "1.16.0-mock". */

struct fcversion {
	unsigned major, minor, patch;
	bool mock; /* what is behind the patch level ends in "-mock": it is a stand-in */
};

/* 0, or -1: not such a version. */
int fcversion_parse(const char *text, struct fcversion *version);

/* Is it 1.minor or newer? */
bool fcversion_at_least(const struct fcversion *version, unsigned minor);

#endif
