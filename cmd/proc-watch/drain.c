#include "drain.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "writeall.h"

#define BUFFER 65536
#define BUFFERS 4 /* a turn */
#define SECOND 1000000000LL

void drain_init(struct drain *d, struct probe **probe, size_t probes, bool show)
{
	*d = (struct drain){.stream = {{.fd = -1}, {.fd = -1}}, .probe = probe, .probes = probes, .show = show,
			    .second = clock_now()};
}

int drain_move(int fd, int above)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, above), error = errno;

	close(fd);
	/* Such numbers are not allowed at all. */
	errno = moved < 0 && error == EINVAL ? EMFILE : error;
	return moved;
}

static int attach(struct drain_stream *s, int above, int *end)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	*end = drain_move(ends[1], above);
	if (*end < 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) < 0) {
		int error = errno;

		close(ends[0]);
		errno = error;
		return -1;
	}
	s->fd = ends[0];
	s->len = 0;
	s->last[0] = '\0';
	return 0;
}

int drain_attach(struct drain *d, int above, int ends[2])
{
	int error;

	drain_close(d);
	for (int i = 0; i < 2; i++) {
		if (attach(&d->stream[i], above, &ends[i]) == 0)
			continue;
		error = errno;
		if (i)
			close(ends[0]);
		errno = error;
		return -1;
	}
	return 0;
}

/* The line under way is over; a blank one is none. */
static void end_line(struct drain_stream *s)
{
	size_t blank = 0;

	for (size_t i = 0; i < s->len; i++) {
		unsigned char c = (unsigned char)s->line[i];

		if (c < ' ' || c == 0x7f)
			s->line[i] = ' ';
		blank += s->line[i] == ' ';
	}
	if (blank < s->len) {
		memcpy(s->last, s->line, s->len);
		s->last[s->len] = '\0';
	}
	s->len = 0;
}

static void add_to_line(struct drain_stream *s, const char *bytes, size_t len)
{
	size_t room = sizeof s->line - 1 - s->len;

	if (len > room)
		len = room;
	memcpy(s->line + s->len, bytes, len);
	s->len += len;
}

static void keep_lines(struct drain_stream *s, const char *bytes, size_t len)
{
	const char *last = memrchr(bytes, '\n', len), *before;

	if (!last) {
		add_to_line(s, bytes, len);
		return;
	}
	/* Only the last line can stay; a blank one counts for nothing, so the one before is looked at too. */
	before = last > bytes ? memrchr(bytes, '\n', (size_t)(last - bytes)) : NULL;
	if (before) {
		const char *earlier = before > bytes ? memrchr(bytes, '\n', (size_t)(before - bytes)) : NULL;

		if (earlier)
			s->len = 0;
		add_to_line(s, earlier ? earlier + 1 : bytes, (size_t)(before - (earlier ? earlier + 1 : bytes)));
		end_line(s);
	}
	add_to_line(s, before ? before + 1 : bytes, (size_t)(last - (before ? before + 1 : bytes)));
	end_line(s);
	add_to_line(s, last + 1, len - (size_t)(last + 1 - bytes));
}

static void count(struct drain *d, size_t len, int64_t now)
{
	if (now - d->second >= SECOND) {
		d->second = now;
		d->recent = 0;
	}
	d->recent += len;
	if (d->recent > d->most)
		d->most = d->recent;
}

static void show_probes(const struct drain *d, int i, const char *bytes, size_t len, int64_t now)
{
	for (size_t k = 0; k < d->probes; k++)
		probe_output(d->probe[k], i + 1, bytes, len, now);
}

static void end_stream(struct drain *d, int i, int64_t now)
{
	struct drain_stream *s = &d->stream[i];

	if (s->fd < 0)
		return;
	end_line(s);
	close(s->fd);
	s->fd = -1;
	show_probes(d, i, NULL, 0, now);
}

/* One buffer of one stream. false: there was none. */
static bool read_some(struct drain *d, int i)
{
	static char buffer[BUFFER];
	struct drain_stream *s = &d->stream[i];
	int64_t now;
	ssize_t n;

	if (s->fd < 0)
		return false;
	n = read(s->fd, buffer, sizeof buffer);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* Not earlier: any of it may have been written only just now. */
	now = clock_now();
	if (n <= 0) {
		end_stream(d, i, now);
		return false;
	}
	s->bytes += (uint64_t)n;
	count(d, (size_t)n, now);
	show_probes(d, i, buffer, (size_t)n, now);
	keep_lines(s, buffer, (size_t)n);
	if (d->show && write_all(STDERR_FILENO, buffer, (size_t)n) < 0)
		d->show = false;
	return true;
}

void drain_read(struct drain *d)
{
	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < BUFFERS && read_some(d, i); k++)
			;
	}
}

void drain_rest(struct drain *d, int64_t patience)
{
	int64_t until = clock_now() + patience;

	for (bool more = true; more && clock_now() < until;) {
		more = read_some(d, 0);
		more = read_some(d, 1) || more;
	}
}

void drain_close(struct drain *d)
{
	for (int i = 0; i < 2; i++)
		end_stream(d, i, clock_now());
}

const char *drain_last(const struct drain *d)
{
	return d->stream[1].last[0] ? d->stream[1].last : d->stream[0].last;
}
