/* log:REGEX: a line of standard output or error. */

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "probe-kind.h"

#define LINE_MAX_BYTES (8 << 10) /* of a line that are looked at */

struct line {
	char bytes[LINE_MAX_BYTES + 1];
	size_t len;
	bool over; /* what follows of it is not looked at */
};

struct log {
	regex_t regex;
	bool compiled;
	struct line lines[2]; /* of output and of error */
};

static int parse(struct probe *p, const char *rest)
{
	struct log *l = x_calloc(1, sizeof *l);
	int error = regcomp(&l->regex, rest, REG_EXTENDED | REG_NOSUB);
	char why[128];

	p->own->state = l;
	if (error == REG_ESPACE)
		die("out of memory");
	if (error) {
		regerror(error, &l->regex, why, sizeof why);
		return probe_expected(p, "an extended regular expression behind log: (%s)", why);
	}
	l->compiled = true;
	return 0;
}

static int arm(struct probe *p, int64_t patience)
{
	struct log *l = p->own->state;
	(void)patience;

	/* What another process left behind is no beginning of a line. */
	for (int i = 0; p->use == PROBE_READY && i < 2; i++)
		l->lines[i].len = l->lines[i].over = 0;
	probe_why(p, "no such line");
	return 0;
}

static void look(struct probe *p, struct line *line, int64_t now)
{
	const struct log *l = p->own->state;
	int error;

	if (!p->own->armed)
		return;
	if (line->len > 0 && line->bytes[line->len - 1] == '\r')
		line->len--;
	/* A NUL would end the text. No other byte of a line is a newline, which '.' matches and no pattern names. */
	for (char *nul; (nul = memchr(line->bytes, '\0', line->len));)
		*nul = '\n';
	line->bytes[line->len] = '\0';
	/* glibc's tells no memory as no match. */
	errno = 0;
	error = regexec(&l->regex, line->bytes, 0, NULL, 0);
	if (error == REG_ESPACE || (error && errno == ENOMEM))
		die("out of memory");
	if (error == 0)
		probe_see(p, now, 0);
}

static void take(struct probe *p, struct line *line, const char *bytes, size_t len, bool ends, int64_t now)
{
	size_t room = LINE_MAX_BYTES - line->len, n = len < room ? len : room;

	if (!line->over) {
		memcpy(line->bytes + line->len, bytes, n);
		line->len += n;
		if (ends || line->len == LINE_MAX_BYTES)
			look(p, line, now);
		line->over = line->len == LINE_MAX_BYTES;
	}
	if (ends)
		line->len = line->over = 0;
}

static void output(struct probe *p, int stream, const char *bytes, size_t len, int64_t now)
{
	struct log *l = p->own->state;
	struct line *line = &l->lines[stream == 2];

	if (len == 0 && line->len > 0)
		take(p, line, "", 0, true, now);
	while (len > 0) {
		const char *newline = memchr(bytes, '\n', len);
		size_t n = newline ? (size_t)(newline - bytes) : len;

		take(p, line, bytes, n, newline, now);
		n += newline != NULL;
		bytes += n;
		len -= n;
	}
}

static void step(struct probe *p, int64_t now)
{
	(void)p;
	(void)now;
}

static void disarm(struct probe *p)
{
	(void)p;
}

static void end(struct probe *p)
{
	struct log *l = p->own->state;

	if (l && l->compiled)
		regfree(&l->regex);
	free(l);
}

const struct probe_method probe_log = {
	.name = "log",
	.wants = "a regular expression",
	.parse = parse,
	.arm = arm,
	.step = step,
	.output = output,
	.disarm = disarm,
	.end = end,
};
