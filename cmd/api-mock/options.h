#ifndef API_MOCK_OPTIONS_H
#define API_MOCK_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "fault.h"

struct options {
	const char *database;
	bool in_place;
	bool set_tokens;          /* also in place */
	const char *work_dir;     /* NULL: beside the database */
	int64_t bundle_size;      /* bytes; 0: the bundles are those of the database */
	const char *listen;
	const char *ready_file;   /* NULL: none */
	int64_t threads;
	struct fault fault;
	bool rate_limits;
	int64_t requests;         /* end after so many answers; 0: never */
	int64_t duration;         /* ns; 0: without end */
};

/* Or exits, with a complaint or what was asked for. */
void options_parse(struct options *o, int argc, char **argv);

#endif
