#ifndef FC_MOCK_SHELL_H
#define FC_MOCK_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "world.h"

/* A small shell of the guest's own, as an agent in a real one would start /bin/sh: it reads lines from a stream and
 * writes what comes of them, standard output and error alike, to the same. It does not prompt. Nothing of it reaches
 * the host: its commands are builtins, its files those of world.h. It neither waits nor reads or writes itself. */

struct shell;

#define SHELL_LINE 65536 /* bytes that a line may have */

enum shell_state {
	SHELL_READS,  /* there is no line; shell_feed() or shell_end() */
	SHELL_STARTS, /* there is one; shell_start() */
	SHELL_WRITES, /* shell_output() has to be taken first */
	SHELL_SLEEPS, /* nothing until shell_wakes() */
	SHELL_BUSY,   /* call shell_run() again; others may be served in between */
	SHELL_ENDED
};

struct shell *shell_new(const struct world *world); /* world has to stay; or dies */
void shell_free(struct shell *shell);

/* Go on until something is needed; now is clock_now(). */
enum shell_state shell_run(struct shell *shell, int64_t now);

/* Of SHELL_READS: what came, and that nothing more will. */
void shell_feed(struct shell *shell, const char *bytes, size_t len);
void shell_end(struct shell *shell);

/* Of SHELL_STARTS: begin with the line. fails: its first command is not carried out but has exit status 1. */
void shell_start(struct shell *shell, bool fails);

/* What there is to write: *len bytes, a few dozen KiB at most or, of long words, 200. And that len of it have been. */
const char *shell_output(const struct shell *shell, size_t *len);
void shell_wrote(struct shell *shell, size_t len);

int64_t shell_wakes(const struct shell *shell); /* clock_now(), of SHELL_SLEEPS */

/* $?; of SHELL_ENDED the shell's own exit status: 2 after a syntax error, which ends it. */
int shell_status(const struct shell *shell);

#endif
