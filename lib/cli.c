#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "units.h"

void cli_version(void)
{
	printf("%s (benchpipe) %s\n", program_name(), BENCHPIPE_VERSION);
	exit(finish(STATUS_DONE));
}

void cli_help(const char *usage)
{
	fputs(usage, stdout);
	exit(finish(STATUS_DONE));
}

void cli_other(int option, const char *usage)
{
	if (option == 'h')
		cli_help(usage);
	if (option == 'V')
		cli_version();
	fprintf(stderr, "%s: try '%s --help'\n", program_name(), program_name());
	exit(STATUS_TROUBLE);
}

enum cli_format cli_format(const char *text, const char *allowed)
{
	static const struct {
		const char *name;
		enum cli_format format;
	} names[] = {
		{"auto", FORMAT_AUTO},     {"text", FORMAT_TEXT},     {"markdown", FORMAT_MARKDOWN},
		{"ndjson", FORMAT_NDJSON}, {"github", FORMAT_GITHUB}, {"summary", FORMAT_SUMMARY},
		{"junit", FORMAT_JUNIT},   {"sarif", FORMAT_SARIF},
	};
	size_t len = strlen(text);

	for (const char *p = allowed; (p = strstr(p, text)) && len; p += len) {
		bool whole = (p == allowed || p[-1] == '|') && (p[len] == '\0' || p[len] == '|');
		for (size_t i = 0; whole && i < sizeof names / sizeof *names; i++) {
			if (strcmp(names[i].name, text) == 0)
				return names[i].format;
		}
	}
	die_usage("format '%s': expected %s", text, allowed);
}

enum cli_when cli_when(const char *text)
{
	if (strcmp(text, "auto") == 0)
		return WHEN_AUTO;
	if (strcmp(text, "always") == 0)
		return WHEN_ALWAYS;
	if (strcmp(text, "never") == 0)
		return WHEN_NEVER;
	die_usage("'%s': expected auto, always or never", text);
}

enum cli_format cli_format_resolve(enum cli_format format)
{
	if (format != FORMAT_AUTO)
		return format;
	return isatty(STDOUT_FILENO) ? FORMAT_TEXT : FORMAT_NDJSON;
}

bool cli_colour(FILE *stream)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(stream)) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

int64_t cli_duration(const char *option, const char *text)
{
	int64_t ns;

	if (duration_parse(text, &ns) != 0)
		die_usage("%s '%s': expected a duration such as 250ms, 10s or 2m", option, text);
	return ns;
}

int64_t cli_count(const char *option, const char *text, int64_t min)
{
	int64_t count;

	if (count_parse(text, &count) != 0 || count < min)
		die_usage("%s '%s': expected a count of %lld or more", option, text, (long long)min);
	return count;
}

double cli_share(const char *option, const char *text)
{
	double share;

	if (share_parse(text, &share) != 0 || share < 0)
		die_usage("%s '%s': expected a share such as 5%% or 0.05", option, text);
	return share;
}

const char **cli_append(const char **list, const char *item)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	list = x_reallocarray(list, n + 2, sizeof *list);
	list[n] = item;
	list[n + 1] = NULL;
	return list;
}
