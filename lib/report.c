#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "memstream.h"
#include "outfile.h"
#include "utf8.h"

static const char *entity(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* Does XML 1.0, production 2, allow the character of len bytes at p? */
static bool is_allowed(const char *p, size_t len)
{
	if (len == 1)
		return (unsigned char)*p >= 0x20;
	return len != 3 || (memcmp(p, "\xef\xbf\xbe", 3) != 0 && memcmp(p, "\xef\xbf\xbf", 3) != 0);
}

void report_put_xml(FILE *out, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		size_t len = (unsigned char)*text < 0x80 ? 1 : utf8_length(text, end);
		const char *escaped = entity(*text);
		if (len == 0)
			fputs("\xef\xbf\xbd", out);
		else if (escaped)
			fputs(escaped, out);
		else if (is_allowed(text, len))
			fwrite(text, 1, len, out);
		text += len ? len : 1;
	}
}

static void put_command(FILE *out, const char *text, const char *escape)
{
	for (; *text; text++) {
		if (strchr(escape, *text))
			fprintf(out, "%%%02X", (unsigned)(unsigned char)*text);
		else
			putc(*text, out);
	}
}

void report_put_message(FILE *out, const char *text)
{
	put_command(out, text, "%\r\n");
}

void report_put_property(FILE *out, const char *text)
{
	put_command(out, text, "%\r\n:,");
}

void report_add(struct reports *reports, const char *argument, const char *allowed)
{
	const char *equals = strchr(argument, '=');

	if (!equals || equals == argument || !equals[1])
		die_usage("--report '%s': expected FORMAT=FILE, FORMAT one of %s", argument, allowed);
	char *format = x_strdup(argument);
	format[equals - argument] = '\0';
	reports->report = x_reallocarray(reports->report, reports->n + 1, sizeof *reports->report);
	reports->report[reports->n++] = (struct report){cli_format(format, allowed), equals + 1};
	free(format);
}

void report_free(struct reports *reports)
{
	free(reports->report);
	*reports = (struct reports){0};
}

static int append(const char *path, const char *text, size_t len)
{
	FILE *out = fopen(path, "ae");

	if (!out)
		return -1;
	int failed = fwrite(text, 1, len, out) != len || fflush(out) != 0, error = errno;
	if (fclose(out) != 0)
		return -1;
	errno = error;
	return failed ? -1 : 0;
}

static int replace(const char *path, const char *text, size_t len)
{
	struct outfile *out = outfile_open(path);

	if (!out)
		return -1;
	fwrite(text, 1, len, outfile_stream(out));
	return outfile_commit(out);
}

/* Rendered first, so that a writer that ends the program leaves no half-written file behind. */
static int write_one(const struct report *report, void (*write)(FILE *, enum cli_format, void *), void *data)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = memstream_open(&text, &len);

	if (!out)
		return -1;
	write(out, report->format, data);
	int result = ferror(out) ? -1 : 0;
	if (fclose(out) != 0)
		result = -1;
	if (result == 0)
		result = report->format == FORMAT_SUMMARY ? append(report->path, text, len)
							  : replace(report->path, text, len);
	int error = errno;
	free(text);
	errno = error;
	return result;
}

int report_write(const struct reports *reports, void (*write)(FILE *out, enum cli_format format, void *data),
		 void *data, const char **failed)
{
	int result = 0, error = 0;

	for (size_t i = 0; i < reports->n; i++) {
		if (write_one(&reports->report[i], write, data) == 0 || result != 0)
			continue;
		result = -1;
		error = errno;
		*failed = reports->report[i].path;
	}
	errno = error;
	return result;
}
