#include "measuring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "outfile.h"
#include "params.h"

void measuring_init(struct measuring *m, uint64_t seed)
{
	*m = (struct measuring){.params = x_strdup("{}"), .seed = seed};
}

void measuring_free(struct measuring *m)
{
	free(m->params);
	m->params = NULL;
}

char *measuring_params(const char *params, const char *key, const char *value)
{
	char *more = params_set(params, key, value);

	if (!more && errno == EINVAL)
		die("param %s=%s: there are too many params", key, value);
	if (!more)
		die("out of memory");
	return more;
}

static const char *parse_bench(const char *text)
{
	if (!*text)
		die_usage("--bench '': expected a name");
	return text;
}

static void take_param(struct measuring *m, const char *text)
{
	const char *equals = strchr(text, '=');
	char *key, *params;

	if (!equals || equals == text)
		die_usage("--param '%s': expected KEY=VALUE", text);
	key = x_asprintf("%.*s", (int)(equals - text), text);
	params = measuring_params(m->params, key, equals + 1);
	free(key);
	free(m->params);
	m->params = params;
}

/* mixed is what a measurement turns out to be, not what can be said of it. */
static enum mode parse_mode(const char *text)
{
	if (strcmp(text, "mock") == 0)
		return MODE_MOCK;
	if (strcmp(text, "real") == 0)
		return MODE_REAL;
	die_usage("--mode '%s': expected real or mock", text);
}

bool measuring_take(struct measuring *m, int option, const char *argument)
{
	switch (option) {
	case 'o':
		m->output = argument;
		return true;
	case MEASURING_BENCH:
		m->bench = parse_bench(argument);
		return true;
	case MEASURING_PARAM:
		take_param(m, argument);
		return true;
	case MEASURING_SEED:
		m->seed = (uint64_t)cli_count("--seed", argument, 0);
		m->has_seed = true;
		return true;
	case MEASURING_MODE:
		m->mode = parse_mode(argument);
		return true;
	case MEASURING_FORMAT:
		m->format = cli_format(argument, "auto|ndjson|text");
		return true;
	case MEASURING_PROGRESS:
		m->progress = cli_when(argument);
		return true;
	default:
		return false;
	}
}

void output_open(struct output *out, const struct measuring *m)
{
	enum cli_format format = m->output && m->format == FORMAT_AUTO ? FORMAT_TEXT : cli_format_resolve(m->format);

	*out = (struct output){.measuring = m, .text = format == FORMAT_TEXT};
	if (m->output) {
		out->file = outfile_open(m->output);
		if (!out->file)
			die("%s:", m->output);
		out->records = outfile_stream(out->file);
	} else if (!out->text) {
		out->records = stdout;
	}
}

void output_begin(const struct output *out, struct writer *w, char *const *argv)
{
	writer_open(w, out->records, out->measuring->seed, argv);
	if (out->measuring->mode != MODE_NONE)
		w->mode = out->measuring->mode;
}

static int close_stdout(int error, int status)
{
	/* What the stream itself could not take is told when it is closed. */
	if (!error || ferror(stdout))
		return status;
	warn("standard output: %s", strerror(error));
	return STATUS_TROUBLE;
}

int output_close(struct output *out, int error, bool told, int status)
{
	struct outfile *file = out->file;

	out->file = NULL;
	out->records = NULL;
	if (!file)
		return close_stdout(error, status);
	if (error || !told) {
		outfile_abort(file);
	} else if (outfile_commit(file) < 0) {
		error = errno ? errno : EIO;
	}
	if (!error)
		return status;
	warn("%s: %s", out->measuring->output, strerror(error));
	return STATUS_TROUBLE;
}
