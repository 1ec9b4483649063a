#ifndef BENCHPIPE_CLI_H
#define BENCHPIPE_CLI_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* What the options of all programs share. */

enum cli_format {
	FORMAT_AUTO, /* text on a terminal, NDJSON into a pipe or file */
	FORMAT_TEXT,
	FORMAT_MARKDOWN,
	FORMAT_NDJSON,
	FORMAT_GITHUB,  /* workflow commands: annotations */
	FORMAT_SUMMARY, /* Markdown, appended: a GitHub step summary */
	FORMAT_JUNIT,
	FORMAT_SARIF
};

enum cli_when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER };

/* Print "tool (benchpipe) VERSION", or usage, on stdout and exit. */
_Noreturn void cli_version(void);
_Noreturn void cli_help(const char *usage);

/* What getopt_long() returned and is no option of the program's own: 'h' and 'V' are cli_help(usage) and cli_version();
 * else it has told what is wrong, and "try 'tool --help'" and the exit follow. */
_Noreturn void cli_other(int option, const char *usage);

/* Parse or die_usage(). `allowed` is a list such as "auto|ndjson|text". */
enum cli_format cli_format(const char *text, const char *allowed);
enum cli_when cli_when(const char *text);

/* FORMAT_AUTO settled by what stdout is. */
enum cli_format cli_format_resolve(enum cli_format format);

/* Colour for this stream: it is a terminal, NO_COLOR is unset or empty, TERM is not dumb. */
bool cli_colour(FILE *stream);

/* Parse an option's argument or die_usage() naming the option. */
int64_t cli_duration(const char *option, const char *text);          /* ns */
int64_t cli_count(const char *option, const char *text, int64_t min);
double cli_share(const char *option, const char *text);              /* "5%" is 0.05 */

/* Append to a growing NULL-terminated list (start with NULL); freed by the caller or never. */
const char **cli_append(const char **list, const char *item);

#endif
