#ifndef HELIOS_TIME_OPTIONS_H
#define HELIOS_TIME_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "content.h"
#include "measuring.h"

enum op { OP_SPAWN, OP_OPEN, OP_COMMIT, OP_RESTORE, OP_MATERIALIZE, OP_CYCLE, OP_DIFF, OP_COUNT };
const char *op_name(enum op op); /* "spawn" ... */

struct options {
	bool op[OP_COUNT];
	bool helios, git;           /* --backend */
	bool autonav;               /* --dialect autonav */
	const char *cli, *git_path; /* NULL: not said */
	const char **git_config;
	struct content_spec content;
	const char *size_text;      /* of --file-size, for params */
	int64_t count, warmup;      /* rounds */
	bool cold, ignore_failure;
	int64_t timeout;            /* ns, each run */
	const char *directory;      /* NULL: $TMPDIR, or /tmp */
	struct measuring common;
};

void options_parse(struct options *o, int argc, char **argv); /* or dies */
void options_free(struct options *o);

#endif
