/* file:PATH: seen when the file is there, or is another than it was. */

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "die.h"
#include "pathwatch.h"
#include "probe-kind.h"

struct file {
	struct pathwatch watch;
	bool was;           /* it was there at probe_arm() */
	struct stat before; /* then */
	int64_t looked;     /* clock_now() before the last look */
};

static const char same[] = "it is as it was before";

static int parse(struct probe *p, const char *rest)
{
	struct file *f = x_calloc(1, sizeof *f);

	p->own->state = f;
	f->watch = (struct pathwatch){.path = rest, .fd = -1, .wd = -1};
	return 0;
}

static bool other(const struct stat *a, const struct stat *b)
{
	return a->st_dev != b->st_dev || a->st_ino != b->st_ino || a->st_size != b->st_size ||
	       a->st_mtim.tv_sec != b->st_mtim.tv_sec || a->st_mtim.tv_nsec != b->st_mtim.tv_nsec;
}

static void look_later(struct probe *p, const struct file *f)
{
	p->fd = f->watch.fd;
	p->events = POLLIN;
	p->due = pathwatch_due(&f->watch, f->looked, p->own->interval);
}

static int arm(struct probe *p, int64_t patience)
{
	struct file *f = p->own->state;
	(void)patience;

	pathwatch_open(&f->watch, f->watch.path);
	f->looked = clock_now();
	f->was = stat(f->watch.path, &f->before) == 0;
	probe_why(p, "%s", f->was ? same : strerror(errno));
	look_later(p, f);
	return 0;
}

static void step(struct probe *p, int64_t now)
{
	struct file *f = p->own->state;
	enum pathwatch_news news = pathwatch_take(&f->watch);
	int64_t before = f->looked;
	struct stat is;

	if (news == PATHWATCH_NOTHING) {
		if (now < p->due)
			return;
		pathwatch_renew(&f->watch);
	}
	f->looked = clock_now();
	if (stat(f->watch.path, &is) != 0) {
		probe_why(p, "%s", strerror(errno));
	} else if (!f->was || news == PATHWATCH_WRITTEN || other(&is, &f->before)) {
		int64_t when = clock_now();

		if (news == PATHWATCH_NOTHING) /* what told it may come a moment after the file */
			news = pathwatch_take(&f->watch);
		probe_see(p, when, news == PATHWATCH_NOTHING ? when - before : 0);
		return;
	} else {
		probe_why(p, "%s", same);
	}
	look_later(p, f);
}

static void disarm(struct probe *p)
{
	struct file *f = p->own->state;

	pathwatch_close(&f->watch);
}

static void end(struct probe *p)
{
	free(p->own->state);
}

const struct probe_method probe_file = {
	.name = "file",
	.wants = "a path",
	.parse = parse,
	.arm = arm,
	.step = step,
	.disarm = disarm,
	.end = end,
	.lingers = true,
};
