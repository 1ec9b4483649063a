#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "measure.h"
#include "report.h"

static bool mentioned(const struct options *o, const char *name)
{
	const char *const texts[] = { o->setup, o->prepare, o->cleanup, o->vs };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (scan_mentioned(texts[i], name))
			return true;
	}
	for (char **word = o->command; *word; word++) {
		if (scan_mentioned(*word, name))
			return true;
	}
	return false;
}

static struct scan *parse_scans(const struct options *o, size_t *n)
{
	struct scan *scans;

	*n = 0;
	while (o->scan && o->scan[*n])
		(*n)++;
	scans = x_calloc(*n, sizeof(*scans));
	for (size_t i = 0; i < *n; i++) {
		scans[i] = scan_parse(o->scan[i]);
		if (!mentioned(o, scans[i].name))
			die_usage("--scan %s: no {%s} in the command", scans[i].name, scans[i].name);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(scans[k].name, scans[i].name) == 0)
				die_usage("--scan %s: given twice", scans[i].name);
		}
	}
	return scans;
}

static void check_input(struct session *s)
{
	const char *input = s->options->input;
	int error;

	if (!input)
		return;
	if (access(input, R_OK) < 0)
		die("%s:", input);
	error = runner_ask(&s->runner, REQUEST_INPUT, input);
	if (error)
		die("%s: %s", input, strerror(error));
}

static void open_output(struct session *s, struct output *out, char *const *argv)
{
	const struct options *o = s->options;

	output_open(out, &o->common);
	output_begin(out, &s->writer, argv);
	s->writer.run.info.has_seed = o->common.has_seed;
	writer_begin(&s->writer);
	s->keep = out->text || o->precision > 0;
}

static int measure_one(struct session *s, const struct plan *plan, struct report *report)
{
	struct gathered g[SIDE_COUNT] = { 0 };
	int status = measure(s, plan, g);

	if (s->runner.interrupted) {
		char data[32];

		snprintf(data, sizeof(data), "{\"signal\":%d}", s->runner.interrupted);
		session_event(s, plan, "interrupted", data);
	}
	if (report)
		report_combination(report, s, plan, g);
	for (int side = 0; side < SIDE_COUNT; side++)
		gathered_free(&g[side]);
	return status;
}

static int measure_all(struct session *s, char *const *argv, struct output *out, const struct scan *scans, size_t n)
{
	size_t combinations = scan_combinations(scans, n);
	struct report report;
	struct plan plan;
	/* A command that is not there is told before anything is written. */
	int status = plan_make(&plan, s->options, scans, n, 0);

	if (status != STATUS_DONE) {
		plan_free(&plan);
		return status;
	}
	open_output(s, out, argv);
	report_open(&report, stdout, combinations);
	for (size_t i = 0; status == STATUS_DONE; i++) {
		status = measure_one(s, &plan, out->text ? &report : NULL);
		if (status != STATUS_DONE || i + 1 >= combinations)
			break;
		plan_free(&plan);
		status = plan_make(&plan, s->options, scans, n, i + 1);
	}
	plan_free(&plan);
	if (report_close(&report) < 0 && status == STATUS_DONE)
		status = STATUS_TROUBLE;
	return status;
}

int main(int argc, char **argv)
{
	struct options options;
	struct session session = { .options = &options };
	struct output out = { .file = NULL };
	struct scan *scans;
	size_t n;
	int status;

	die_init(argv);
	options_parse(&options, argc, argv);
	runner_start(&session.runner, options.show_output);
	progress_start(&session.progress, stderr, options.common.progress == WHEN_ALWAYS,
		       options.common.progress == WHEN_NEVER);
	scans = parse_scans(&options, &n);
	check_input(&session);
	status = measure_all(&session, argv, &out, scans, n);
	progress_clear(&session.progress);
	runner_end(&session.runner);
	/* What was measured stays, except where not all of it could be written. */
	status = output_close(&out, session.writer.error, true, status);
	for (size_t i = 0; i < n; i++)
		scan_free(&scans[i]);
	free(scans);
	options_free(&options);
	return finish(status);
}
