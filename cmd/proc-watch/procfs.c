#include "procfs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define KIB 1024
#define TCP_LISTEN 0x0a /* in the kernel's table */
#define SIGCHLD_BIT (UINT64_C(1) << 16)

static int broken(void)
{
	errno = EPROTO;
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(const char **at, const char *end)
{
	while (*at < end && is_blank(**at))
		++*at;
}

static int digit_of(char c, unsigned base)
{
	int digit = c >= '0' && c <= '9' ? c - '0' : -1;

	if (c >= 'a' && c <= 'f')
		digit = c - 'a' + 10;
	else if (c >= 'A' && c <= 'F')
		digit = c - 'A' + 10;
	return digit >= 0 && (unsigned)digit < base ? digit : -1;
}

/* Digits, one at least. */
static bool read_unsigned(const char **at, const char *end, unsigned base, uint64_t *value)
{
	const char *p = *at;
	int digit;

	for (*value = 0; p < end && (digit = digit_of(*p, base)) >= 0; p++) {
		if (__builtin_mul_overflow(*value, base, value) || __builtin_add_overflow(*value, (unsigned)digit, value))
			return false;
	}
	if (p == *at)
		return false;
	*at = p;
	return true;
}

/* A decimal number, 0 or more. */
static bool read_number(const char **at, const char *end, int64_t *value)
{
	uint64_t number;

	if (!read_unsigned(at, end, 10, &number) || number > INT64_MAX)
		return false;
	*value = (int64_t)number;
	return true;
}

static bool read_pid(const char **at, const char *end, pid_t *pid)
{
	int64_t number;

	if (!read_number(at, end, &number) || number > INT_MAX)
		return false;
	*pid = (pid_t)number;
	return true;
}

/* The next field of a line whose fields are blanks apart; empty at the end. */
static size_t next_field(const char **at, const char *end, const char **field)
{
	skip_blanks(at, end);
	*field = *at;
	while (*at < end && !is_blank(**at) && **at != '\n')
		++*at;
	return (size_t)(*at - *field);
}

/* One line after the other, without its newline. */
static bool next_line(const char **at, const char *end, const char **line, const char **line_end)
{
	const char *newline;

	if (*at == end)
		return false;
	newline = memchr(*at, '\n', (size_t)(end - *at));
	*line = *at;
	*line_end = newline ? newline : end;
	*at = newline ? newline + 1 : end;
	return true;
}

/* What stands behind "NAME:" on a line of that name. */
static bool is_named(const char *line, const char *end, const char *name, const char **value)
{
	size_t len = strlen(name);

	if ((size_t)(end - line) <= len || memcmp(line, name, len) != 0 || line[len] != ':')
		return false;
	*value = line + len + 1;
	skip_blanks(value, end);
	return true;
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* "123 kB" in bytes. */
static bool read_size(const char *at, const char *end, int64_t *bytes)
{
	return read_number(&at, end, bytes) && !__builtin_mul_overflow(*bytes, KIB, bytes);
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

	while (next_line(&at, end, &line, &line_end)) {
		for (size_t i = 0; i < n; i++) {
			if (!is_named(line, line_end, wanted[i].name, &value))
				continue;
			if (wanted[i].size ? !read_size(value, line_end, wanted[i].value)
			                   : !read_number(&value, line_end, wanted[i].value))
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
enum { STATE = 3, PARENT = 4, SESSION = 6, MINOR = 10, MAJOR = 12, UTIME = 14, STIME = 15, CUTIME = 16, CSTIME = 17, THREADS = 20, START = 22 };

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
		if (is_of_concern(i) && (!read_number(&p, at, &value[i]) || p != at))
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
		skip_blanks(&at, end);
		if (!read_number(&at, end, resident))
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
	while (next_line(&at, end, &line, &line_end)) {
		if (!is_named(line, line_end, "SigIgn", &value))
			continue;
		if (!read_unsigned(&value, line_end, 16, &mask))
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
		skip_blanks(&at, end);
		if (!read_number(&at, end, times))
			return broken();
	}
	return 0;
}

int procfs_pid(const char **at, const char *end, pid_t *pid)
{
	while (*at < end && (is_blank(**at) || **at == '\n'))
		++*at;
	if (*at == end)
		return 0;
	if (!read_pid(at, end, pid) || (*at < end && !is_blank(**at) && **at != '\n'))
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
			if (!read_unsigned(&p, at, 16, &value) || p != at || value > UINT16_MAX)
				return broken();
			s->port = (unsigned)value;
		} else if (i == STATE_OF) {
			if (!read_unsigned(&p, at, 16, &value) || p != at)
				return broken();
			s->listens = value == TCP_LISTEN;
		} else if (i == INODE) {
			if (!read_unsigned(&p, at, 10, &s->inode) || p != at)
				return broken();
		} else if (size == 0) {
			return broken();
		}
	}
	return 0;
}
