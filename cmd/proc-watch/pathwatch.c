#include "pathwatch.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define MASK \
	(IN_CREATE | IN_MOVED_TO | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

#define READS 64 /* at a time: a directory where much happens does not hold up all else */

/* Where the last name before end begins. */
static size_t name_before(const char *path, size_t end)
{
	while (end > 0 && path[end - 1] == '/')
		end--;
	while (end > 0 && path[end - 1] != '/')
		end--;
	return end;
}

/* Watch the directory in which the name at `awaited` stands. The watch, or -1 with errno. */
static int watch(const struct pathwatch *w, size_t awaited)
{
	char directory[PATH_MAX];

	if (awaited >= sizeof directory) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(directory, w->path, awaited);
	directory[awaited] = '\0';
	return inotify_add_watch(w->fd, awaited ? directory : ".", MASK);
}

/* The deepest directory that is there. */
static int watch_deepest(struct pathwatch *w, size_t *awaited)
{
	int wd;

	*awaited = name_before(w->path, strlen(w->path));
	for (;;) {
		wd = watch(w, *awaited);
		if (wd >= 0 || (errno != ENOENT && errno != ENOTDIR) || name_before(w->path, *awaited) == *awaited)
			return wd;
		*awaited = name_before(w->path, *awaited);
	}
}

void pathwatch_renew(struct pathwatch *w)
{
	size_t last = name_before(w->path, strlen(w->path)), awaited;

	if (w->fd < 0)
		return;
	/* The next directory may have come after it was looked for and before this one was watched. */
	for (size_t before = (size_t)-1;; before = awaited) {
		int wd = watch_deepest(w, &awaited);

		if (w->wd >= 0 && wd != w->wd)
			inotify_rm_watch(w->fd, w->wd);
		w->wd = wd;
		w->awaited = awaited;
		if (wd < 0 || awaited == last || awaited == before)
			break;
	}
}

void pathwatch_open(struct pathwatch *w, const char *path)
{
	*w = (struct pathwatch){.path = path, .wd = -1};
	w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	pathwatch_renew(w);
}

void pathwatch_close(struct pathwatch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = w->wd = -1;
}

static enum pathwatch_news news_of(const struct pathwatch *w, const struct inotify_event *e, size_t last)
{
	const char *name = w->path + w->awaited;
	size_t len = strcspn(name, "/");

	if (e->mask & IN_Q_OVERFLOW)
		return PATHWATCH_LOOK;
	if (e->wd != w->wd)
		return PATHWATCH_NOTHING;
	if (e->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT))
		return PATHWATCH_LOOK;
	if (e->len <= len || strncmp(e->name, name, len) != 0 || e->name[len])
		return PATHWATCH_NOTHING;
	return w->awaited == last && e->mask & IN_MODIFY ? PATHWATCH_WRITTEN : PATHWATCH_LOOK;
}

enum pathwatch_news pathwatch_take(struct pathwatch *w)
{
	size_t last = name_before(w->path, strlen(w->path));
	enum pathwatch_news news = PATHWATCH_NOTHING;
	_Alignas(struct inotify_event) char bytes[8192];
	ssize_t n;

	for (int i = 0; i < READS && w->fd >= 0 && (n = read(w->fd, bytes, sizeof bytes)) > 0; i++) {
		for (const char *at = bytes; at < bytes + n;) {
			const struct inotify_event *e = (const void *)at;
			enum pathwatch_news one = news_of(w, e, last);

			if (e->wd == w->wd && e->mask & IN_IGNORED)
				w->wd = -1;
			news = one > news ? one : news;
			at += sizeof *e + e->len;
		}
	}
	if (news == PATHWATCH_LOOK)
		pathwatch_renew(w);
	return news;
}

int64_t pathwatch_due(const struct pathwatch *w, int64_t now, int64_t interval)
{
	return now + (w->wd >= 0 && interval < PATHWATCH_REST ? PATHWATCH_REST : interval);
}
