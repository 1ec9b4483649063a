#ifndef CMD_TIME_SCAN_H
#define CMD_TIME_SCAN_H

#include <stdbool.h>
#include <stddef.h>

/* Params that take one value after the other: NAME=1,2,4 or A..B/STEP or A..B*FACTOR. */

struct scan {
	char *name;
	char **value;
	size_t n;
};

/* Parse text or die_usage(). */
struct scan scan_parse(const char *text);
void scan_free(struct scan *scan);

/* How many combinations n scans make; at least 1, for none. */
size_t scan_combinations(const struct scan *scans, size_t n);

/* The value of scan i in a combination; the last scan changes fastest. */
const char *scan_value(const struct scan *scans, size_t n, size_t i, size_t combination);

/* text with each {NAME} replaced; a caller frees it. NULL stays NULL. */
char *scan_replace(const char *text, const struct scan *scans, size_t n, size_t combination);

/* Does text hold {name}? NULL does not. */
bool scan_mentioned(const char *text, const char *name);

#endif
