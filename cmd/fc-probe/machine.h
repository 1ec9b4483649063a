#ifndef FC_PROBE_MACHINE_H
#define FC_PROBE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exec.h"
#include "fcversion.h"
#include "manifest.h"
#include "ready.h"
#include "record.h"

/* What every microVM of a run is to be, and by what it is run. */

struct drive {
	char *path;        /* absolute */
	bool read_only;
};

#define EXTRA_MAX 64

struct machine {
	const char *firecracker;   /* the program; NULL: attached to the one at socket */
	const char *socket;        /* --socket */
	struct fcversion version;  /* of the program, as --version says it; all 0 where attached */
	char version_text[48];     /* the same in its words */
	enum mode mode;            /* as its version says */
	char **extra;              /* arguments for the stand-in, at most EXTRA_MAX, NULL-terminated: --mock-... */
	uint64_t seed;             /* that of each stand-in follows from it */
	unsigned vcpus;
	int64_t memory;            /* bytes, whole MiB */
	const char *kernel, *initrd, *boot_args; /* NULL: none */
	struct manifest rootfs;    /* the microVMs take them in turn; none: no root drive */
	bool rootfs_writable;
	struct drive *drive;
	size_t drives;
	bool huge_pages, track_dirty;
	bool vsock;                /* there is a vsock device */
	const char *vsock_path;    /* of a VM that already runs; NULL: each microVM's own */
	bool boot_timer;           /* Firecracker's */
	enum ready_kind ready;
	unsigned home_port;        /* READY_VSOCK */
	struct exec_way exec;
	const char *command;       /* that exec carries out */
	const char *snapshot_dir;  /* where snapshots go, a directory of the lease's; NULL: into the microVM's directory */
	const char *directory;     /* of the lease */
	unsigned long timer_slack; /* ns, of processes that are started */
	int64_t boot_timeout;      /* ns, for what has no time-out of its own: starting, booting, snapshots */
};

#endif
