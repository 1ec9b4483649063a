#ifndef FC_MOCK_OPTIONS_H
#define FC_MOCK_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "faults.h"
#include "fcversion.h"
#include "guest.h"

/* The command line: Firecracker's, as it reads it (no '=' between an option and its value, no letters but -h, nothing
 * twice), and the --mock-... options. */

enum task { TO_RUN, TO_HELP, TO_SHOW_VERSION, TO_SHOW_OWN_VERSION, TO_SHOW_SNAPSHOT_VERSION, TO_DESCRIBE_SNAPSHOT };

struct options {
	enum task task;
	const char *api_sock, *id;
	const char *config_file, *metadata, *log_path, *level, *metrics_path, *seccomp_filter, *describe; /* NULL: not given */
	bool show_level, show_log_origin, no_api, boot_timer, pci;
	size_t body_max, mmds_limit;             /* bytes */
	int64_t start, start_cpu, parent_cpu;    /* us; -1: not given */
	struct fcversion version;
	char version_text[48];
	struct guest_options guest;
};

/* Why a command line is refused, or nothing is run: in Firecracker's words for its log, and as it prints errors for
 * programmers on stderr (NULL: this program's own words are on stderr already). To be freed. */
struct refusal {
	int status;
	bool panics;     /* Firecracker panics, which ends it by SIGABRT */
	char *text;
	char *debug;
};

/* 0, or -1 with *refusal. What it says of faults goes to faults. */
int options_parse(struct options *options, struct faults *faults, int argc, char **argv, struct refusal *refusal);

#endif
