#include "procfs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "proctext.h"

#define TCP_LISTEN 0x0a /* in the kernel's table */
#define SIGCHLD_BIT (UINT64_C(1) << 16)

static int broken(void)
{
	errno = EPROTO;
	return -1;
}

static bool read_pid(const char **at, const char *end, pid_t *pid)
{
	int64_t number;

	if (!proctext_number(at, end, &number) || number > INT_MAX)
		return false;
	*pid = (pid_t)number;
	return true;
}

/* The next field of a line whose fields are blanks apart; empty at the end. */
static size_t next_field(const char **at, const char *end, const char **field)
{
	proctext_skip_blanks(at, end);
	*field = *at;
	while (*at < end && !proctext_is_blank(**at) && **at != '\n')
		++*at;
	return (size_t)(*at - *field);
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* A line that is asked for: where its number goes. */
struct wanted {
	const char *name;
	int64_t *value;
	bool size; /* in kB; bytes are wanted */
	bool must; /* be there */
};

static bool read_wanted(const char *text, size_t len, const struct wanted *wanted, size_t n)
{
	const char *at = text, *end = text + len, *line, *line_end, *value;
	unsigned seen = 0;

	while (proctext_line(&at, end, &line, &line_end)) {
		for (size_t i = 0; i < n; i++) {
			if (!proctext_named(line, line_end, wanted[i].name, &value))
				continue;
			if (wanted[i].size ? !proctext_size(value, line_end, wanted[i].value)
			                   : !proctext_number(&value, line_end, wanted[i].value))
				return false;
			seen |= 1u << i;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (wanted[i].must && !(seen >> i & 1))
			return false;
	}
	return true;
}

/* The fields that are wanted, as numbered in proc_pid_stat(5). */
enum {
	STATE = 3, PARENT = 4, SESSION = 6, MINOR = 10, MAJOR = 12, UTIME = 14, STIME = 15, CUTIME = 16, CSTIME = 17,
	THREADS = 20, START = 22
};

static bool is_of_concern(int i)
{
	return i == PARENT || i == SESSION || i == MINOR || i == MAJOR || (i >= UTIME && i <= CSTIME) || i == THREADS ||
	       i == START;
}

int procfs_stat(const char *text, size_t len, struct procfs_stat *s)
{
	const char *at = text, *end = text + len, *field, *p;
	int64_t value[START + 1] = {0};
	size_t size;

	*s = (struct procfs_stat){0};
	p = memrchr(text, ')', len); /* the name before it may hold anything */
	if (!p || !read_pid(&at, p, &s->pid) || p - at < 2 || at[0] != ' ' || at[1] != '(')
		return broken();
	at = p + 1;
	for (int i = STATE; i <= START; i++) {
		size = next_field(&at, end, &field);
		if (i == STATE) {
			if (size != 1)
				return broken();
			s->state = *field;
			continue;
		}
		if (size == 0)
			return broken();
		p = field;
		if (is_of_concern(i) && (!proctext_number(&p, at, &value[i]) || p != at))
			return broken();
	}
	if (value[PARENT] > INT_MAX || value[SESSION] > INT_MAX)
		return broken();
	s->parent = (pid_t)value[PARENT];
	s->session = (pid_t)value[SESSION];
	s->faults = plus(value[MINOR], value[MAJOR]);
	s->own = plus(value[UTIME], value[STIME]);
	s->waited = plus(value[CUTIME], value[CSTIME]);
	s->threads = value[THREADS];
	s->start = value[START];
	return 0;
}

int procfs_statm(const char *text, size_t len, int64_t *resident)
{
	const char *at = text, *end = text + len;

	for (int i = 0; i < 2; i++) {
		proctext_skip_blanks(&at, end);
		if (!proctext_number(&at, end, resident))
			return broken();
	}
	return 0;
}

int procfs_status(const char *text, size_t len, struct procfs_status *s)
{
	int64_t group = 0, voluntary = 0, involuntary = 0;
	struct wanted wanted[] = {
		{"Tgid", &group, false, true},
		{"VmHWM", &s->peak, true, false},
		{"voluntary_ctxt_switches", &voluntary, false, true},
		{"nonvoluntary_ctxt_switches", &involuntary, false, true},
	};
	const char *at = text, *end = text + len, *line, *line_end, *value;
	uint64_t mask;

	*s = (struct procfs_status){0};
	if (!read_wanted(text, len, wanted, sizeof wanted / sizeof *wanted) || group > INT_MAX)
		return broken();
	s->group = (pid_t)group;
	s->switches = plus(voluntary, involuntary);
	while (proctext_line(&at, end, &line, &line_end)) {
		if (!proctext_named(line, line_end, "SigIgn", &value))
			continue;
		if (!proctext_unsigned(&value, line_end, 16, &mask))
			return broken();
		s->ignores_children = mask & SIGCHLD_BIT;
	}
	return 0;
}

int procfs_io(const char *text, size_t len, struct procfs_io *io)
{
	struct wanted wanted[] = {{"read_bytes", &io->read, false, true}, {"write_bytes", &io->written, false, true}};

	*io = (struct procfs_io){0};
	return read_wanted(text, len, wanted, sizeof wanted / sizeof *wanted) ? 0 : broken();
}

int procfs_rollup(const char *text, size_t len, struct procfs_rollup *r)
{
	struct wanted wanted[] = {{"Rss", &r->rss, true, true}, {"Pss", &r->pss, true, true}};

	*r = (struct procfs_rollup){0};
	return read_wanted(text, len, wanted, sizeof wanted / sizeof *wanted) ? 0 : broken();
}

int procfs_schedstat(const char *text, size_t len, int64_t *times)
{
	const char *at = text, *end = text + len;

	for (int i = 0; i < 3; i++) {
		proctext_skip_blanks(&at, end);
		if (!proctext_number(&at, end, times))
			return broken();
	}
	return 0;
}

int procfs_pid(const char **at, const char *end, pid_t *pid)
{
	while (*at < end && (proctext_is_blank(**at) || **at == '\n'))
		++*at;
	if (*at == end)
		return 0;
	if (!read_pid(at, end, pid) || (*at < end && !proctext_is_blank(**at) && **at != '\n'))
		return broken();
	return 1;
}

/* "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000  0 12345 1 ..." */
int procfs_socket(const char *line, size_t len, struct procfs_socket *s)
{
	enum { NUMBER, LOCAL, REMOTE, STATE_OF, QUEUES, TIMER, RETRIES, UID, TIMEOUT, INODE };
	const char *at = line, *end = line + len, *field, *p;
	uint64_t value;
	size_t size;

	*s = (struct procfs_socket){0};
	for (int i = NUMBER; i <= INODE; i++) {
		size = next_field(&at, end, &field);
		if (i == NUMBER && size == 2 && memcmp(field, "sl", 2) == 0)
			return 1;
		p = field;
		if (i == LOCAL) {
			p = memchr(field, ':', size);
			if (!p)
				return broken();
			p++;
			if (!proctext_unsigned(&p, at, 16, &value) || p != at || value > UINT16_MAX)
				return broken();
			s->port = (unsigned)value;
		} else if (i == STATE_OF) {
			if (!proctext_unsigned(&p, at, 16, &value) || p != at)
				return broken();
			s->listens = value == TCP_LISTEN;
		} else if (i == INODE) {
			if (!proctext_unsigned(&p, at, 10, &s->inode) || p != at)
				return broken();
		} else if (size == 0) {
			return broken();
		}
	}
	return 0;
}
