#ifndef DISK_GEN_WORK_H
#define DISK_GEN_WORK_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "signals.h"
#include "stage.h"

/* The making of one image, by one thread. */

enum image_format { IMAGE_RAW, IMAGE_QCOW2 };

struct tools { /* the programs that images are made with; "" where not needed */
	char mke2fs[PATH_MAX], debugfs[PATH_MAX], qemu_img[PATH_MAX];
};

struct work {
	const struct tools *tools;
	struct signals *signals; /* one that comes ends the work */
	struct stage stage;
	int64_t time;            /* s since 1970: what the programs take for the present */
	int64_t user, system;    /* ns of CPU time of programs that ended */
	char *why;               /* what went wrong, once something did; the first stays. The caller frees it */
};

/* Keep what went wrong; a format that ends in ':' gets errno's text. -1. */
int work_failed(struct work *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Has a signal come? */
bool work_stopped(const struct work *w);

/* In the programs' eyes, a file of the stage is at WORK_STAGE "name": their standard input is its directory, so that
 * no path has characters that mean something to them, and none is too long. */
#define WORK_STAGE "/proc/self/fd/0/"

/* Run path with argv, argv[0] being its name in complaints. All that it says on standard error, but for warnings and
 * lines that begin with ignored, is taken as a failure, if strict, since there are programs that go on after one and end
 * well. 0, or -1 as work_failed(). */
int work_run(struct work *w, const char *path, const char *const *argv, bool strict, const char *ignored);

#endif
