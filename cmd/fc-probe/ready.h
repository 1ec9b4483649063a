#ifndef FC_PROBE_READY_H
#define FC_PROBE_READY_H

#include <stdint.h>

#include "exec.h"
#include "until.h"

/* How it is told that a guest is up. */

enum ready_kind {
	READY_NONE,       /* nothing tells */
	READY_BOOT_TIMER, /* the boot timer's line in Firecracker's log */
	READY_VSOCK,      /* the guest calls the host's port */
	READY_EXEC        /* the first command that a shell in it carries out */
};
const char *ready_name(enum ready_kind kind); /* "none", "boot-timer", "vsock", "exec" */

/* Firecracker's log, a FIFO that is read as it is written. */
struct boot_log {
	int fd;                      /* -1: not open */
	char line[512];
	size_t len;
	int64_t boot_wall, boot_cpu; /* ns, of the boot timer's line; -1: it has not come */
	int64_t seen;                /* clock_now() when that line was read */
	char error[256];             /* the last line with :ERROR in it, without time and newline; "": none */
};
/* Make the FIFO (mode 0600) and open it (O_RDWR, non-blocking). 0, or -1 with errno. */
int boot_log_open(struct boot_log *log, const char *path);
void boot_log_close(struct boot_log *log);
void boot_log_drain(struct boot_log *log); /* take in what is there; never waits */

struct ready {
	enum ready_kind kind;
	struct boot_log *log;        /* may be NULL but for READY_BOOT_TIMER */
	int home;                    /* READY_VSOCK: listening, from vsock_listen(); -1 otherwise */
	const char *uds_path;        /* READY_EXEC over vsock */
	unsigned port;
	int process;                 /* pidfd: waiting ends where the process does; -1: not known */
};

/* Wait until the guest is up; *when is clock_now() of it. READY_EXEC: the command `true` is tried again and again, 1
 * ms after each failure at first, later on after 1/32 of the time waited so far, at most 20 ms; one that hangs is given
 * up after 3 s, then after 6 ... 0, or -1 with why (and errno as of exec_vsock(); ESRCH where the process ended
 * first). */
int ready_wait(const struct ready *ready, const struct until *until, int64_t *when, char why[EXEC_WHY]);

#endif
