#include "report.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "outfile.h"

/* Bytes of the well-formed UTF-8 sequence at p, 0 where there is none; RFC 3629. */
static size_t sequence(const unsigned char *p, uint32_t *code)
{
	size_t len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

	if (len == 0)
		return 0;
	*code = len == 1 ? p[0] : p[0] & (0xffU >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3fU);
	}
	if ((len == 3 && *code < 0x800) || (len == 4 && *code < 0x10000) || *code > 0x10ffff ||
	    (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return len;
}

static const char *entity(uint32_t code)
{
	switch (code) {
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

/* XML 1.0, production 2. */
static int is_xml_char(uint32_t code)
{
	return code >= 0x20 && code != 0xfffe && code != 0xffff;
}

void report_put_xml(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	while (*p) {
		uint32_t code = 0;
		size_t len = sequence(p, &code);
		if (len == 0) {
			fputs("\xef\xbf\xbd", out);
			p++;
			continue;
		}
		const char *escaped = entity(code);
		if (escaped)
			fputs(escaped, out);
		else if (is_xml_char(code))
			fwrite(p, 1, len, out);
		p += len;
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

static int append(const struct report *report, void (*write)(FILE *, enum cli_format, void *), void *data)
{
	FILE *out = fopen(report->path, "ae");

	if (!out)
		return -1;
	write(out, report->format, data);
	int failed = fflush(out) != 0 || ferror(out), error = errno;
	if (fclose(out) != 0)
		return -1;
	errno = error;
	return failed ? -1 : 0;
}

static int replace(const struct report *report, void (*write)(FILE *, enum cli_format, void *), void *data)
{
	struct outfile *out = outfile_open(report->path);

	if (!out)
		return -1;
	write(outfile_stream(out), report->format, data);
	return outfile_commit(out);
}

int report_write(const struct reports *reports, void (*write)(FILE *out, enum cli_format format, void *data),
		 void *data, const char **failed)
{
	int result = 0, error = 0;

	for (size_t i = 0; i < reports->n; i++) {
		const struct report *r = &reports->report[i];
		if ((r->format == FORMAT_SUMMARY ? append(r, write, data) : replace(r, write, data)) == 0 || result)
			continue;
		result = -1;
		error = errno;
		*failed = r->path;
	}
	errno = error;
	return result;
}
