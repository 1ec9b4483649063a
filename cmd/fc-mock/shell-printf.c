#include "shell-job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* printf FORMAT [WORD...]: the format is used again until no word is left. A step is one directive of it. */

#define WIDEST 4096

struct directive {
	char flags[8];
	int width, precision; /* -1: none */
	char conversion;
};

/* After the '%'; how much of text belongs to it. 0: it is not one. */
static size_t parse(const char *text, struct directive *d)
{
	const char *at = text;
	size_t flags = strspn(at, "-+ 0#");
	char *end;

	if (flags >= sizeof d->flags)
		return 0;
	memcpy(d->flags, at, flags);
	d->flags[flags] = '\0';
	at += flags;
	d->width = d->precision = -1;
	if (*at >= '0' && *at <= '9') {
		d->width = (int)strtol(at, &end, 10);
		if (end - at > 4 || d->width > WIDEST)
			return 0;
		at = end;
	}
	if (*at == '.') {
		at++;
		d->precision = 0;
		if (*at >= '0' && *at <= '9') {
			d->precision = (int)strtol(at, &end, 10);
			if (end - at > 4 || d->precision > WIDEST)
				return 0;
			at = end;
		}
	}
	d->conversion = *at;
	if (!*at || !strchr("diouxXcsb", *at))
		return 0;
	return (size_t)(at + 1 - text);
}

static const char *next_word(struct job *job)
{
	return job->arg < job->argc ? job->argv[job->arg++] : NULL;
}

static void print_number(struct job *job, const struct directive *d, const char *word)
{
	char format[24], text[WIDEST + 8];
	long long value = 0;
	char *end;

	errno = 0;
	if (word && (*word == '\'' || *word == '"')) {
		value = (unsigned char)word[1];
	} else if (word) {
		value = strchr("di", d->conversion) ? strtoll(word, &end, 0) : (long long)strtoull(word, &end, 0);
		if (end == word || *end || errno) {
			job_complain(job, "%s: not a number", word);
			job->failed = true;
		}
	}
	snprintf(format, sizeof format, "%%%s*%sll%c", d->flags, d->precision >= 0 ? ".*" : "", d->conversion);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (d->precision >= 0)
		snprintf(text, sizeof text, format, d->width > 0 ? d->width : 0, d->precision, value);
	else
		snprintf(text, sizeof text, format, d->width > 0 ? d->width : 0, value);
#pragma GCC diagnostic pop
	job_out(job, text, strlen(text));
}

static void pad(struct job *job, int width, size_t len)
{
	for (; width > 0 && (size_t)width > len; width--)
		job_out(job, " ", 1);
}

static void print_bytes(struct job *job, const struct directive *d, const char *bytes, size_t len)
{
	bool left = strchr(d->flags, '-');

	if (d->precision >= 0 && len > (size_t)d->precision)
		len = (size_t)d->precision;
	if (!left)
		pad(job, d->width, len);
	job_out(job, bytes, len);
	if (left)
		pad(job, d->width, len);
}

/* %b: a word with escapes. False: "\c" has ended all. */
static bool print_escaped(struct job *job, const struct directive *d, const char *word)
{
	struct text text = {0};
	bool ended = false;

	while (*word && !ended) {
		if (*word != '\\')
			text_byte(&text, *word++);
		else if (*++word == 'c')
			ended = true;
		else
			word += job_escape(word, &text, 4);
	}
	print_bytes(job, d, text.bytes, text.len);
	text_free(&text);
	return !ended;
}

/* False: that was all. */
static bool print_directive(struct job *job, const struct directive *d)
{
	const char *word = next_word(job);

	switch (d->conversion) {
	case 's':
		print_bytes(job, d, word ? word : "", word ? strlen(word) : 0);
		return true;
	case 'c':
		print_bytes(job, d, word ? word : "", word && *word);
		return true;
	case 'b':
		return print_escaped(job, d, word ? word : "");
	default:
		print_number(job, d, word);
		return true;
	}
}

/* What is literal up to the next directive or the format's end. False: "\c" has ended all. */
static bool print_literal(struct job *job, const char *format, size_t *at)
{
	struct text text = {0};
	bool goes_on = true;

	while (goes_on && format[*at] && (format[*at] != '%' || format[*at + 1] == '%')) {
		char c = format[(*at)++];

		if (c == '%') {
			(*at)++;
			text_byte(&text, '%');
		} else if (c != '\\') {
			text_byte(&text, c);
		} else if (format[*at] == 'c') {
			goes_on = false;
		} else {
			*at += job_escape(format + *at, &text, 3);
		}
	}
	job_out(job, text.bytes, text.len);
	text_free(&text);
	return goes_on;
}

int job_printf(struct job *job)
{
	int first = job->argc > 1 && strcmp(job->argv[1], "--") == 0 ? 2 : 1;
	size_t at = (size_t)job->at, n;
	struct directive directive;
	const char *format;

	if (first >= job->argc) {
		job_complain(job, "no format");
		return 2;
	}
	format = job->argv[first];
	if (!job->begun) {
		job->arg = first + 1;
		job->begun = true;
	}
	if (at == 0)
		job->left = job->arg; /* the word with which this turn begins */
	if (!print_literal(job, format, &at))
		return job->failed;
	if (!format[at]) {
		job->at = 0;
		return job->arg < job->argc && job->arg > job->left ? JOB_GOES_ON : job->failed;
	}
	n = parse(format + at + 1, &directive);
	if (n == 0) {
		job_complain(job, "%s: not a directive", format + at);
		return 1;
	}
	if (!print_directive(job, &directive))
		return job->failed;
	job->at = (int64_t)(at + 1 + n);
	return JOB_GOES_ON;
}
