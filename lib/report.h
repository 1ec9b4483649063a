#ifndef BENCHPIPE_REPORT_H
#define BENCHPIPE_REPORT_H

#include <stdio.h>

#include "cli.h"

/* A verdict in forms that other programs read: their escaping, and the files that
 * --report FORMAT=FILE asks for. */

/* For XML text and attribute values alike: <>&"' and line ends escaped, characters that XML 1.0 does
 * not allow dropped, invalid UTF-8 as U+FFFD. */
void report_put_xml(FILE *out, const char *text);

/* For GitHub's workflow commands, ::error title=PROPERTY::MESSAGE. */
void report_put_message(FILE *out, const char *text);
void report_put_property(FILE *out, const char *text);

struct report {
	enum cli_format format;
	const char *path;
};

struct reports { /* starts as {0}; report_free() at the end */
	struct report *report;
	size_t n;
};

/* Take an option's "FORMAT=FILE", or die_usage(). `allowed` as for cli_format(). path refers to argument. */
void report_add(struct reports *reports, const char *argument, const char *allowed);
void report_free(struct reports *reports);

/* Have every report written: whole files through outfile.h, FORMAT_SUMMARY appended to
 * what its file holds. A failure does not keep the others from being written.
 * 0, or -1 with errno and *failed set to the first path that could not be. */
int report_write(const struct reports *reports, void (*write)(FILE *out, enum cli_format format, void *data),
		 void *data, const char **failed);

#endif
