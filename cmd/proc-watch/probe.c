#include "probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "die.h"
#include "probe-kind.h"

static const struct probe_method *const methods[] = {
	[PROBE_TCP] = &probe_tcp,   [PROBE_HTTP] = &probe_http, [PROBE_UNIX] = &probe_unix,
	[PROBE_FILE] = &probe_file, [PROBE_FD] = &probe_fd,     [PROBE_NOTIFY] = &probe_notify,
	[PROBE_LOG] = &probe_log,
};
#define KINDS (sizeof methods / sizeof methods[0])

const char *probe_kind_name(enum probe_kind kind)
{
	return methods[kind]->name;
}

static void say(struct probe *p, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void say(struct probe *p, const char *format, va_list args)
{
	vsnprintf(p->why, sizeof p->why, format, args);
}

void probe_why(struct probe *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(p, format, args);
	va_end(args);
}

int probe_refuse(struct probe *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(p, format, args);
	va_end(args);
	return -1;
}

int probe_expected(struct probe *p, const char *format, ...)
{
	static const char before[] = "expected ";
	va_list args;

	memcpy(p->why, before, sizeof before);
	va_start(args, format);
	vsnprintf(p->why + sizeof before - 1, sizeof p->why - (sizeof before - 1), format, args);
	va_end(args);
	return -1;
}

static void end_wait(struct probe *p)
{
	const struct probe_method *m = p->own->method;

	p->own->armed = false;
	p->due = INT64_MAX;
	if (m->lingers)
		p->fd = -1;
	else if (!m->stays)
		probe_disarm(p);
}

void probe_see(struct probe *p, int64_t when, int64_t bound)
{
	p->seen = true;
	p->when = when;
	p->bound = bound;
	p->why[0] = '\0';
	end_wait(p);
}

void probe_fail(struct probe *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(p, format, args);
	va_end(args);
	p->failed = true;
	end_wait(p);
}

static int parse(struct probe *p, const char *text, size_t name)
{
	for (size_t i = 0; i < KINDS; i++) {
		const struct probe_method *m = methods[i];
		const char *behind = text[name] ? text + name + 1 : NULL;

		if (strlen(m->name) != name || strncmp(m->name, text, name) != 0)
			continue;
		if (behind ? !*behind : !m->bare)
			return probe_expected(p, "%s behind %s:", m->wants, m->name);
		p->kind = (enum probe_kind)i;
		p->own->method = m;
		return m->parse(p, behind);
	}
	if (strncasecmp(text, "https:", 6) == 0)
		return probe_expected(p, "http:// or tcp:HOST:PORT; https is not spoken here");
	return probe_expected(p, "tcp:[HOST:]PORT, http:URL, unix:PATH, file:PATH, fd[:N], notify or log:REGEX");
}

int probe_parse(struct probe *p, const char *text, enum probe_use use, int64_t interval)
{
	*p = (struct probe){.text = text, .use = use, .fd = -1, .due = INT64_MAX};
	p->own = x_calloc(1, sizeof *p->own);
	p->own->interval = interval > 0 ? interval : 1;
	if (parse(p, text, strcspn(text, ":")) == 0)
		return 0;
	probe_free(p);
	return -1;
}

void probe_free(struct probe *p)
{
	if (!p->own)
		return;
	if (p->own->method) {
		if (p->own->state)
			p->own->method->disarm(p);
		p->own->method->end(p);
	}
	free(p->own);
	p->own = NULL;
	p->fd = -1;
	p->due = INT64_MAX;
	p->give_fd = p->give_number = 0;
	p->give_env = NULL;
}

int probe_arm(struct probe *p, int64_t patience)
{
	probe_disarm(p);
	p->seen = p->failed = p->early = false;
	p->when = p->bound = 0;
	p->why[0] = '\0';
	p->own->armed = true;
	if (p->own->method->arm(p, patience) == 0)
		return 0;
	probe_disarm(p);
	return -1;
}

void probe_given(struct probe *p)
{
	if (p->own->method->given)
		p->own->method->given(p);
}

void probe_step(struct probe *p, int64_t now)
{
	if (p->fd >= 0 || p->own->armed)
		p->own->method->step(p, now);
}

void probe_output(struct probe *p, int stream, const char *bytes, size_t len, int64_t now)
{
	if (p->own->method->output)
		p->own->method->output(p, stream, bytes, len, now);
}

void probe_disarm(struct probe *p)
{
	p->own->armed = false;
	p->due = INT64_MAX;
	p->fd = -1;
	p->own->method->disarm(p);
}
