#ifndef BENCHPIPE_ORIGIN_H
#define BENCHPIPE_ORIGIN_H

#include <stdio.h>

#include "host.h"
#include "json.h"

/* Where a run came from, as JSON: the host, vcs and ci objects of a run record. */

/* Read one of the objects from j; members it lacks are left as they are, texts too long
 * for their field are cut. 0, or -1 with j->expected set. */
int origin_read_host(struct json *j, struct host *host);
int origin_read_vcs(struct json *j, struct vcs *vcs);
int origin_read_ci(struct json *j, struct ci *ci);

/* Write one of them, without texts that are empty. */
void origin_write_host(FILE *out, const struct host *host);
void origin_write_vcs(FILE *out, const struct vcs *vcs);
void origin_write_ci(FILE *out, const struct ci *ci);

#endif
