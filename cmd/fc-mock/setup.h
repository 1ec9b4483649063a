#ifndef FC_MOCK_SETUP_H
#define FC_MOCK_SETUP_H

#include "journal.h"
#include "options.h"

/* What the command line says of files. Each returns 0, or the status with which the process is to end, which has been said
 * in Firecracker's words. */

int setup_log(struct journal *j, const struct options *o);
int setup_metrics(struct journal *j, const struct options *o);
int setup_filter(struct journal *j, const struct options *o);
int setup_no_socket(struct journal *j, const char *path, int error); /* it could not be made, for this errno; never 0 */

/* All of a file, NUL-terminated, which the caller frees; panics where it cannot be read. what: "configuration". */
char *setup_read(struct journal *j, const char *path, const char *what);

#endif
