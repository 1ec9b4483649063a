#ifndef PROC_WATCH_DRAIN_H
#define PROC_WATCH_DRAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe.h"

/* What COMMAND writes on standard output and error: read so that it never has to wait, shown to the probes, counted,
 * and forgotten but for the last line. Memory is constant, and a turn takes a bounded time however much comes. */

#define DRAIN_LINE 256

struct drain_stream {
	int fd;                   /* -1: none, or it has ended */
	uint64_t bytes;           /* of all that were ever attached */
	char line[DRAIN_LINE];    /* the one under way, cut to what fits */
	size_t len;
	char last[DRAIN_LINE];    /* the last that was not blank; without control characters */
};

struct drain {
	struct drain_stream stream[2]; /* of descriptors 1 and 2 */
	struct probe **probe;     /* that are shown it, armed or not; the caller's */
	size_t probes;
	bool show;                /* all goes to stderr as well */
	int64_t second;           /* since when `recent` has been counted */
	uint64_t recent;
	uint64_t most;            /* bytes in any second */
};

#define DRAIN_FLOOD (8u << 20) /* bytes a second that are worth a word */

void drain_init(struct drain *d, struct probe **probe, size_t probes, bool show);

/* fd as another number, `above` or more, closed on exec; fd itself is closed. -1 with errno. */
int drain_move(int fd, int above);

/* Two new pipes, whose other ends, numbered `above` or more and closed on exec, are the caller's. 0, or -1 with
 * errno. */
int drain_attach(struct drain *d, int above, int ends[2]);

/* Read what there is, but no more than a few buffers of either. */
void drain_read(struct drain *d);

/* The same until there is no more, or at most for `patience` ns. */
void drain_rest(struct drain *d, int64_t patience);

void drain_close(struct drain *d);

/* The last line, of standard error if there is one; "" where nothing was written. */
const char *drain_last(const struct drain *d);

#endif
