#ifndef PROC_WATCH_PATHWATCH_H
#define PROC_WATCH_PATHWATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happens to a path, which need not be there yet, nor its directories: inotify on the deepest one that is. */

struct pathwatch {
	const char *path; /* the caller's; stays as it is */
	int fd;           /* to be polled for input; -1: nothing tells, the path has to be looked at again and again */
	int wd;
	size_t awaited;   /* where in path the name begins that is waited for in the watched directory */
};

/* A path is looked at that often all the same: a link may lead elsewhere, a file system may be another machine's. ns */
#define PATHWATCH_REST 10000000LL

enum pathwatch_news { PATHWATCH_NOTHING, PATHWATCH_LOOK, PATHWATCH_WRITTEN }; /* WRITTEN: the file was written to */

void pathwatch_open(struct pathwatch *w, const char *path);
void pathwatch_close(struct pathwatch *w); /* again is fine; zeroed it is not open, but for fd, which is to be -1 */

/* What has come since, as far as it is read at once; to be called when fd is readable, or to look anew. Nothing that
 * comes later is lost: look at the path after this call. */
enum pathwatch_news pathwatch_take(struct pathwatch *w);

/* Watch the directory that is there by now. */
void pathwatch_renew(struct pathwatch *w);

/* When the path is to be looked at though nothing came: `interval` ns after now where nothing tells. */
int64_t pathwatch_due(const struct pathwatch *w, int64_t now, int64_t interval);

#endif
