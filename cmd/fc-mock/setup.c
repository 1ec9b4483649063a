#include "setup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "leave.h"
#include "rust.h"

#define BAD_CONFIGURATION 152
#define FILE_MAX (64 << 20)

int setup_log(struct journal *j, const struct options *o)
{
	char *quoted, *os;
	enum level level;

	if (!fcversion_at_least(&o->version, 5)) /* until then */
		journal_default(j, LEVEL_WARN);
	if (o->level && journal_parse_level(o->level, &level) < 0) {
		quoted = rust_quoted(o->level, strlen(o->level));
		os = x_asprintf("InvalidLogLevel(LevelFilterFromStrError(%s))", quoted);
		free(quoted);
		return leave(j, BAD_CONFIGURATION,
			     x_asprintf("Invalid value for logger level: Failed to parse string to level filter: "
					"%s.Possible values: [Error, Warning, Info, Debug]",
					o->level),
			     os);
	}
	if (journal_configure(j, o->log_path, o->level, o->show_level ? 1 : -1, o->show_log_origin ? 1 : -1,
			      fcversion_at_least(&o->version, 14)) < 0) {
		int error = errno;

		os = rust_os_error(error);
		quoted = x_asprintf("LoggerInitialization(LoggerUpdateError(%s))", os);
		free(os);
		return leave(j, STATUS_TROUBLE,
			     x_asprintf("Could not initialize logger: Failed to open target file: %s (os error %d)",
					strerror(error), error),
			     quoted);
	}
	return 0;
}

int setup_metrics(struct journal *j, const struct options *o)
{
	int error;

	if (!o->metrics_path || journal_metrics(j, o->metrics_path, fcversion_at_least(&o->version, 14)) == 0)
		return 0;
	error = errno;
	return leave(j, STATUS_TROUBLE,
		     x_asprintf("Could not initialize metrics: Cannot initialize the metrics system due to bad user "
				"input: %s (os error %d)",
				strerror(error), error),
		     x_asprintf("MetricsInitialization(InitializationFailure(\"%s (os error %d)\"))", strerror(error),
				error));
}

int setup_filter(struct journal *j, const struct options *o)
{
	char *os, *text, *debug;
	int error;

	if (!o->seccomp_filter || access(o->seccomp_filter, R_OK) == 0)
		return 0;
	error = errno;
	os = rust_os_error(error);
	text = x_asprintf("Seccomp error: Filter file open error: %s (os error %d)", strerror(error), error);
	debug = x_asprintf("SeccompFilter(FileOpen(%s))", os);
	free(os);
	return leave(j, STATUS_TROUBLE, text, debug);
}

char *setup_read(struct journal *j, const char *path, const char *what)
{
	FILE *in = fopen(path, "re");
	size_t len = 0, room = 4096;
	char *text = x_malloc(room);

	while (in && !feof(in) && !ferror(in) && len < FILE_MAX) {
		len += fread(text + len, 1, room - len - 1, in);
		if (len + 1 == room) {
			room *= 2;
			text = x_reallocarray(text, room, 1);
		}
	}
	if (!in || ferror(in)) {
		char *os = rust_os_error(errno);

		leave_by_panic(j, x_asprintf("Unable to open or read from the %s file: %s", what, os));
	}
	fclose(in);
	text[len] = '\0';
	return text;
}

int setup_no_socket(struct journal *j, const char *path, int error)
{
	char *text, *debug;

	if (error == EADDRINUSE) {
		char *quoted = rust_quoted(path, strlen(path));

		text = x_asprintf("RunWithApiError error: Failed to open the API socket at: %s. Check that it is not "
				  "already used.",
				  path);
		debug = x_asprintf("RunWithApi(FailedToBindSocket(%s))", quoted);
		free(quoted);
	} else if (error == ENAMETOOLONG) {
		text = x_strdup("RunWithApiError error: Failed to bind and run the HTTP server: IO error: path must be "
				"shorter than SUN_LEN");
		debug = x_strdup("RunWithApi(FailedToBindAndRunHttpServer(IOError(Error { kind: InvalidInput, message: "
				 "\"path must be shorter than SUN_LEN\" })))");
	} else {
		char *os = rust_os_error(error);

		text = x_asprintf("RunWithApiError error: Failed to bind and run the HTTP server: IO error: %s "
				  "(os error %d)",
				  strerror(error), error);
		debug = x_asprintf("RunWithApi(FailedToBindAndRunHttpServer(IOError(%s)))", os);
		free(os);
	}
	return leave(j, STATUS_TROUBLE, text, debug);
}
