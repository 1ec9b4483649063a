#ifndef FC_PROBE_OPTIONS_H
#define FC_PROBE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine.h"
#include "measuring.h"
#include "retry.h"

struct probe;

#define LEVELS_MAX 32

enum stop_by { STOP_BY_API, STOP_BY_TERM, STOP_BY_KILL };

struct options {
	struct measuring common;
	const struct probe **probe;   /* NULL-terminated */
	bool all;                     /* what cannot be done is left out, not refused */
	uint64_t count;               /* 0: as each probe has it */
	uint64_t warmup;
	unsigned level[LEVELS_MAX];   /* how many at once, ascending */
	size_t levels;
	bool burst;
	const char *firecracker, *kernel, *rootfs; /* as said; NULL: not */
	const char *ready_text;       /* --ready; NULL: auto */
	const char *snapshot_dir;
	struct machine machine;       /* what options say of it; the rest is found */
	struct retry policy;          /* of the clean-up */
	int64_t cancel_after;         /* ns; 0: never */
	enum stop_by stop_by;
	const char *commit;           /* NULL: none */
	const char *machine_said;     /* the last option about microVMs that was given; NULL: none */
	char *kept[8];                /* freed with the options */
	size_t nkept;
};

/* Or ends the program. Texts refer to argv. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

extern const char usage[];

#endif
