#ifndef HTTP_LOAD_REQUESTS_FILE_H
#define HTTP_LOAD_REQUESTS_FILE_H

#include <stddef.h>

#include "request.h"

/* A file of requests: NDJSON, an object for each, empty lines passed over. Members:
 *   name     of the request; made of method and path where there is none
 *   weight   its share, an integer of 0 (left out) or more; 1
 *   method   GET; POST where there is a body
 *   url      absolute, or relative to the command line's; that URL itself where there is none
 *   headers  {"Name": "value" or null to take a default out} or ["Name: value", ...]
 *   body     a string as it is; anything else as JSON text, with Content-Type: application/json; null for none
 *   body_file  a file that holds it, looked for beside the file of requests
 *   expect   as --expect has it, or an integer for a status, or an array of these */

#define REQUESTS_LINE_MAX ((size_t)16 << 20)
#define REQUESTS_BODY_MAX ((size_t)1 << 30) /* of a body_file */

struct lines;

struct wanted_list {
	struct wanted *wanted;
	size_t n;
};

/* Append what lines, which are called name, ask for. directory: where body_files are looked for ("" or with its slash).
 * base: of relative URLs, NULL for none. 0, or -1 with *why, name and line and all (caller frees). */
int requests_read(struct wanted_list *list, struct lines *lines, const char *name, const char *directory,
		  const struct url *base, char **why);
void wanted_list_free(struct wanted_list *list);

#endif
