#ifndef DISK_GEN_RECORDS_H
#define DISK_GEN_RECORDS_H

#include "make.h"
#include "options.h"
#include "writer.h"

/* What is written of images: samples of each, and an event that tells what it is. */

struct totals {
	size_t images;
	int64_t began;            /* clock_now() */
	int64_t elapsed;          /* ns */
	int64_t user, system;     /* CPU time, ns, of this program and those that it ran */
	int64_t max_rss;          /* bytes, of the largest of them; -1: not known */
};

void records_image(struct writer *w, const struct options *o, const struct request *request, const struct made *made);
void records_failure(struct writer *w, const struct options *o, const struct request *request, const struct made *made);
void records_totals(struct writer *w, const struct options *o, const struct totals *totals);

#endif
