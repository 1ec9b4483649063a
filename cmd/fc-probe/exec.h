#ifndef FC_PROBE_EXEC_H
#define FC_PROBE_EXEC_H

#include <stdint.h>

#include "until.h"

/* Commands in a guest: through a shell that listens on vsock, or ssh. */

enum exec_kind { EXEC_NONE, EXEC_VSOCK, EXEC_SSH };

struct exec_way { /* --exec */
	enum exec_kind kind;
	unsigned port;          /* EXEC_VSOCK */
	const char *host;       /* EXEC_SSH: USER@HOST; the option's text, which has to stay */
};

/* "vsock:PORT" (1..4294967294) or "ssh:USER@HOST" (ssh:HOST too; nothing that ssh would take for an option). 0, or -1
 * with *why, a constant text: what was expected. */
int exec_parse(const char *text, struct exec_way *way, const char **why);

#define EXEC_WHY 160

/* Can this be run: one line, not empty? 0, or -1 with why and EINVAL. */
int exec_check(const char *command, char why[EXEC_WHY]);

struct exec_result {
	int64_t begin, connected; /* clock_now() */
	int64_t first_byte;       /* of the command's output or, where it has none, of what ends it */
	int64_t done;
	int status;               /* the command's exit status, 0..255; 0 where it failed to be run or to be told */
};

/* Run command (a line of sh, without newline) and wait for its end. vsock: a fresh connection to PORT at uds_path;
 * the line "COMMAND; printf '\n<nonce> %d\n' $?" is sent and output is read up to that sentinel, whatever its length.
 * In constant memory, without allocating. 0, or -1 with why, and errno ETIMEDOUT or ECANCELED where that is why. */
int exec_vsock(const char *uds_path, unsigned port, const char *command, const struct until *until,
	       struct exec_result *result, char why[EXEC_WHY]);

/* ssh: a master connection is opened beforehand and not timed; its control socket, of a name of its own, is in
 * directory (at most 80 bytes long), and ssh_close() ends it, as does the end of the thread that opened it. Exit
 * status 255 is told apart from a failure of ssh by a sentinel in the output. `ssh` is looked for on PATH. Host keys
 * are neither asked for nor remembered. exec_ssh() starts one ssh for each command: begin is directly before that,
 * connected directly after. done is the sentinel's, not the end of that ssh; of a command that ends its shell (`exit
 * 3`), the end of the output. */
struct ssh;
struct ssh *ssh_open(const char *host, const char *directory, const struct until *until,
		     char why[EXEC_WHY]); /* NULL with why */
int exec_ssh(struct ssh *ssh, const char *command, const struct until *until, struct exec_result *result,
	     char why[EXEC_WHY]);
void ssh_close(struct ssh *ssh); /* NULL is fine */

/* Round trips on one connection: sends lines "echo NONCE" to the shell at port and waits for NONCE each time, n
 * times; ns into trips[]. 0 or -1 with why. */
int exec_round_trips(const char *uds_path, unsigned port, const struct until *until, int64_t *trips, unsigned n,
		     char why[EXEC_WHY]);

#endif
