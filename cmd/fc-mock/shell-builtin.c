#include "shell-job.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "units.h"

#define CHUNK 4096

void job_out(struct job *job, const char *bytes, size_t len)
{
	if (!job->quiet[1])
		text_bytes(job->out, bytes, len);
}

void job_print(struct job *job, const char *format, ...)
{
	char text[256];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (len > 0)
		job_out(job, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void job_complain(struct job *job, const char *format, ...)
{
	char text[256];
	va_list args;

	if (job->quiet[2])
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_format(job->out, "%s: %s\n", job->argv[0], text);
}

bool job_number(const char *text, int64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 10);
	return end != text && !*end && errno == 0;
}

static int octal(const char *text, struct text *to, int digits)
{
	int value = 0, n = 0;

	for (; n < digits && text[n] >= '0' && text[n] <= '7'; n++)
		value = value * 8 + text[n] - '0';
	text_byte(to, (char)value);
	return n;
}

size_t job_escape(const char *text, struct text *to, int digits)
{
	static const char letters[] = "abefnrtv\\\"'", means[] = "\a\b\033\f\n\r\t\v\\\"'";
	const char *letter = *text ? strchr(letters, *text) : NULL;

	if (letter) {
		text_byte(to, means[letter - letters]);
		return 1;
	}
	if (*text >= '0' && *text <= '7')
		return (size_t)octal(text, to, digits);
	text_byte(to, '\\');
	return 0;
}

static int job_true(struct job *job)
{
	(void)job;
	return 0;
}

static int job_false(struct job *job)
{
	(void)job;
	return 1;
}

/* A word of echo -e: "\0NNN" is octal, "\c" ends all. False: it came. */
static bool echo_escaped(const char *word, struct text *to)
{
	while (*word) {
		if (*word != '\\') {
			text_byte(to, *word++);
			continue;
		}
		if (*++word == 'c')
			return false;
		word += job_escape(word, to, 4);
	}
	return true;
}

static int job_echo(struct job *job)
{
	bool newline = true, escapes = false, ended = false;
	struct text line = {0};
	int i = 1;

	for (; i < job->argc && job->argv[i][0] == '-' && job->argv[i][1]; i++) {
		if (strspn(job->argv[i] + 1, "neE") != strlen(job->argv[i] + 1))
			break;
		for (const char *c = job->argv[i] + 1; *c; c++) {
			newline = newline && *c != 'n';
			escapes = *c == 'n' ? escapes : *c == 'e';
		}
	}
	for (int first = i; i < job->argc && !ended; i++) {
		if (i > first)
			text_byte(&line, ' ');
		if (escapes)
			ended = !echo_escaped(job->argv[i], &line);
		else
			text_string(&line, job->argv[i]);
	}
	if (newline && !ended)
		text_byte(&line, '\n');
	job_out(job, line.bytes, line.len);
	text_free(&line);
	return 0;
}

static int job_exit(struct job *job)
{
	int64_t status = job->last;

	if (job->argc > 1 && !job_number(job->argv[1], &status)) {
		job_complain(job, "%s: not a number", job->argv[1]);
		status = 2;
	}
	job->exits = true;
	return (int)(status & 255);
}

static int job_sleep(struct job *job)
{
	int64_t duration;

	if (job->begun)
		return 0;
	if (job->argc < 2) {
		job_complain(job, "how long?");
		return 1;
	}
	job->wake = job->now;
	for (int i = 1; i < job->argc; i++) {
		if (duration_parse(job->argv[i], &duration) != 0) {
			job_complain(job, "%s: not a duration", job->argv[i]);
			return 1;
		}
		job->wake = duration > INT64_MAX - job->wake ? INT64_MAX : job->wake + duration;
	}
	job->begun = true;
	return JOB_SLEEPS;
}

static int job_hostname(struct job *job)
{
	if (job->argc > 1) {
		job_complain(job, "it cannot be changed");
		return 1;
	}
	job_out(job, job->world->hostname, strlen(job->world->hostname));
	job_out(job, "\n", 1);
	return 0;
}

static int job_id(struct job *job)
{
	const char *option = job->argc > 1 ? job->argv[1] : "";
	bool number = strcmp(option, "-u") == 0 || strcmp(option, "-g") == 0 || strcmp(option, "-G") == 0;
	bool name = strcmp(option, "-un") == 0 || strcmp(option, "-gn") == 0;

	if (*option && !number && !name && strcmp(option, "root") != 0) {
		job_complain(job, "%s: no such user", option);
		return 1;
	}
	job_print(job, "%s\n", number ? "0" : name ? "root" : "uid=0(root) gid=0(root) groups=0(root)");
	return 0;
}

static int job_uname(struct job *job)
{
	static const char order[] = "snrvmo";
	const char *const parts[] = {"Linux",  job->world->hostname, WORLD_RELEASE,
				     "#1 SMP", world_machine(),      "GNU/Linux"};
	bool wanted[sizeof order] = {false}, any = false;

	for (int i = 1; i < job->argc; i++) {
		const char *options = job->argv[i];

		if (*options != '-' || strspn(options + 1, "snrvmoa") != strlen(options + 1)) {
			job_complain(job, "%s: unknown option", options);
			return 1;
		}
		for (size_t j = 0; j < sizeof order - 1; j++)
			wanted[j] = wanted[j] || strchr(options, order[j]) || strchr(options, 'a');
		any = any || options[1];
	}
	wanted[0] = wanted[0] || !any;
	any = false;
	for (size_t j = 0; j < sizeof order - 1; j++) {
		if (wanted[j])
			job_print(job, "%s%s", any ? " " : "", parts[j]);
		any = any || wanted[j];
	}
	job_print(job, "\n");
	return 0;
}

static int job_uptime(struct job *job)
{
	long long s = (job->now - job->world->booted) / 1000000000;

	job_print(job, " up %lld:%02lld:%02lld,  0 users,  load average: 0.00, 0.00, 0.00\n", s / 3600, s / 60 % 60,
		  s % 60);
	return 0;
}

static int job_nproc(struct job *job)
{
	job_print(job, "%u\n", job->world->vcpus);
	return 0;
}

static int job_reboot(struct job *job)
{
	if (job->world->reboot)
		job->world->reboot(job->world->data);
	return 0;
}

/* Now, in UTC, in a format of strftime(). False: that is too long. */
static bool format_date(char text[256], const char *format)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	*text = '\0';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return !*format || (strlen(format) < 256 && strftime(text, 256, format, &tm) > 0);
#pragma GCC diagnostic pop
}

static int job_date(struct job *job)
{
	const char *format = "%a %b %e %H:%M:%S UTC %Y";
	char text[256];

	for (int i = 1; i < job->argc; i++) {
		if (job->argv[i][0] == '+') {
			format = job->argv[i] + 1;
		} else if (strcmp(job->argv[i], "-u") != 0) {
			job_complain(job, "%s: unknown option", job->argv[i]);
			return 1;
		}
	}
	if (!format_date(text, format)) {
		job_complain(job, "the format is too long");
		return 1;
	}
	job_print(job, "%s\n", text);
	return 0;
}

/* seq [FIRST [STEP]] LAST, of whole numbers. */
static int job_seq(struct job *job)
{
	int64_t end;

	if (!job->begun) {
		int64_t values[3] = {1, 1, 0};

		if (job->argc < 2 || job->argc > 4) {
			job_complain(job, "how far?");
			return 1;
		}
		for (int i = 1; i < job->argc; i++) {
			int which = i == job->argc - 1 ? 2 : i - 1;

			if (!job_number(job->argv[i], &values[which])) {
				job_complain(job, "%s: not a whole number", job->argv[i]);
				return 1;
			}
		}
		if (values[1] == 0) {
			job_complain(job, "a step of 0");
			return 1;
		}
		job->at = values[0];
		job->step = values[1];
		job->left = values[2];
		job->begun = true;
	}
	end = job->left;
	for (int i = 0; i < CHUNK / 16; i++) {
		if (job->step > 0 ? job->at > end : job->at < end)
			return 0;
		job_print(job, "%lld\n", (long long)job->at);
		if (__builtin_add_overflow(job->at, job->step, &job->at))
			return 0;
	}
	return JOB_GOES_ON;
}

job_step *job_find(const char *name)
{
	static const struct {
		const char *name;
		job_step *step;
	} builtins[] = {
		{":", job_true}, {"[", job_test}, {"cat", job_cat}, {"date", job_date}, {"echo", job_echo},
		{"exit", job_exit}, {"false", job_false}, {"head", job_head}, {"hostname", job_hostname},
		{"id", job_id}, {"ls", job_ls}, {"nproc", job_nproc}, {"printf", job_printf}, {"reboot", job_reboot},
		{"seq", job_seq}, {"sleep", job_sleep}, {"sync", job_true}, {"test", job_test}, {"true", job_true},
		{"uname", job_uname}, {"uptime", job_uptime},
	};

	for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
		if (strcmp(name, builtins[i].name) == 0)
			return builtins[i].step;
	return NULL;
}
