#include "options.h"

#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "signal-name.h"
#include "units.h"

#define MS 1000000LL
#define S 1000000000LL
#define TIME_MAX (3652LL * 86400 * S)

enum { /* options without a letter */
	OPT_PID = 256, OPT_PIDFILE, OPT_PORT, OPT_CGROUP, OPT_READY_TIMEOUT, OPT_PROBE_INTERVAL, OPT_IDLE, OPT_WHILE,
	OPT_PSS, OPT_NO_PSS, OPT_TOUCH, OPT_CHANGE, OPT_DETECT, OPT_CHANGES, OPT_SPREAD, OPT_DETECT_TIMEOUT,
	OPT_RESTARTS, OPT_STOP_SIGNAL, OPT_STOP_TIMEOUT, OPT_SHOW_OUTPUT
};

static const struct option long_options[] = {
	MEASURING_OPTIONS,
	{ "pid", required_argument, NULL, OPT_PID },
	{ "pidfile", required_argument, NULL, OPT_PIDFILE },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "cgroup", required_argument, NULL, OPT_CGROUP },
	{ "ready", required_argument, NULL, 'r' },
	{ "ready-timeout", required_argument, NULL, OPT_READY_TIMEOUT },
	{ "probe-interval", required_argument, NULL, OPT_PROBE_INTERVAL },
	{ "interval", required_argument, NULL, 'i' },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "while", required_argument, NULL, OPT_WHILE },
	{ "duration", required_argument, NULL, 'T' },
	{ "pss", no_argument, NULL, OPT_PSS },
	{ "no-pss", no_argument, NULL, OPT_NO_PSS },
	{ "touch", required_argument, NULL, OPT_TOUCH },
	{ "change", required_argument, NULL, OPT_CHANGE },
	{ "detect", required_argument, NULL, OPT_DETECT },
	{ "changes", required_argument, NULL, OPT_CHANGES },
	{ "spread", required_argument, NULL, OPT_SPREAD },
	{ "detect-timeout", required_argument, NULL, OPT_DETECT_TIMEOUT },
	{ "restarts", required_argument, NULL, OPT_RESTARTS },
	{ "stop-signal", required_argument, NULL, OPT_STOP_SIGNAL },
	{ "stop-timeout", required_argument, NULL, OPT_STOP_TIMEOUT },
	{ "show-output", no_argument, NULL, OPT_SHOW_OUTPUT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* What has to be looked at once all is known. */
struct said {
	const char *ready[READY_MAX];
	const char *detect;
	const char *of_changes;  /* the last option that says how changes are made or seen; NULL: none */
	const char *of_stopping; /* that says how COMMAND is stopped */
};

/* Sums and multiples of times may not overflow. */
static int64_t duration(const char *option, const char *argument)
{
	int64_t time = cli_duration(option, argument);

	if (time > TIME_MAX)
		die_usage("%s '%s': expected at most ten years", option, argument);
	return time;
}

static int64_t more_than_0(const char *option, const char *argument)
{
	int64_t time = duration(option, argument);

	if (time == 0)
		die_usage("%s '%s': expected more than 0", option, argument);
	return time;
}

static int64_t number(const char *option, const char *argument, int64_t max)
{
	int64_t value = cli_count(option, argument, 1);

	if (value > max)
		die_usage("%s '%s': expected at most %lld", option, argument, (long long)max);
	return value;
}

/* Whoever runs already. */
static bool take_watched(struct options *o, int option, const char *argument)
{
	switch (option) {
	case OPT_PID:
		o->pid = (pid_t)number("--pid", argument, INT_MAX);
		return true;
	case OPT_PIDFILE:
		o->pidfile = argument;
		return true;
	case OPT_PORT:
		o->port = (unsigned)number("--port", argument, 65535);
		return true;
	case OPT_CGROUP:
		o->cgroup = argument;
		return true;
	default:
		return false;
	}
}

static bool take_sampling(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'i':
		o->interval = duration("--interval", argument);
		if (o->interval < MS)
			die_usage("--interval '%s': expected 1ms or more", argument);
		return true;
	case OPT_IDLE:
		o->idle = more_than_0("--idle", argument);
		return true;
	case OPT_WHILE:
		o->during = argument;
		return true;
	case 'T':
		o->duration = more_than_0("--duration", argument);
		return true;
	case OPT_PSS:
	case OPT_NO_PSS:
		o->pss = option == OPT_PSS;
		return true;
	case OPT_SHOW_OUTPUT:
		o->show_output = true;
		return true;
	default:
		return false;
	}
}

static bool take_changes(struct options *o, struct said *said, int option, const char *argument)
{
	switch (option) {
	case OPT_TOUCH:
		o->touch = argument;
		return true;
	case OPT_CHANGE:
		o->change = argument;
		return true;
	case OPT_DETECT:
		said->detect = argument;
		said->of_changes = "--detect";
		return true;
	case OPT_CHANGES:
		o->changes = cli_count("--changes", argument, 1);
		said->of_changes = "--changes";
		return true;
	case OPT_SPREAD:
		o->spread = duration("--spread", argument);
		said->of_changes = "--spread";
		return true;
	case OPT_DETECT_TIMEOUT:
		o->detect_timeout = more_than_0("--detect-timeout", argument);
		said->of_changes = "--detect-timeout";
		return true;
	default:
		return false;
	}
}

static bool take_start_and_stop(struct options *o, struct said *said, int option, const char *argument)
{
	switch (option) {
	case 'r':
		if (o->readies == READY_MAX)
			die_usage("--ready: at most %d of them", READY_MAX);
		said->ready[o->readies++] = argument;
		return true;
	case OPT_READY_TIMEOUT:
		o->ready_timeout = more_than_0("--ready-timeout", argument);
		return true;
	case OPT_PROBE_INTERVAL:
		o->probe_interval = more_than_0("--probe-interval", argument);
		return true;
	case OPT_RESTARTS:
		o->restarts = cli_count("--restarts", argument, 1);
		said->of_stopping = "--restarts";
		return true;
	case OPT_STOP_SIGNAL:
		o->stop_signal = signal_parse(argument);
		if (o->stop_signal < 0)
			die_usage("--stop-signal '%s': expected a name such as TERM, or a number", argument);
		said->of_stopping = "--stop-signal";
		return true;
	case OPT_STOP_TIMEOUT:
		o->stop_timeout = duration("--stop-timeout", argument);
		said->of_stopping = "--stop-timeout";
		return true;
	default:
		return false;
	}
}

/* --- what goes together --- */

static bool from_start_on(enum probe_kind kind)
{
	return kind == PROBE_FD || kind == PROBE_NOTIFY || kind == PROBE_LOG;
}

static void parse_ready(struct options *o, const struct said *said)
{
	size_t fds = 0, notifies = 0;

	for (size_t i = 0; i < o->readies; i++) {
		struct probe *p = &o->ready[i];

		if (probe_parse(p, said->ready[i], PROBE_READY, o->probe_interval) < 0)
			die_usage("--ready '%s': %s", said->ready[i], p->why);
		fds += p->kind == PROBE_FD;
		notifies += p->kind == PROBE_NOTIFY;
		if (fds > 1 || notifies > 1)
			die_usage("--ready '%s': there can be one of them", said->ready[i]);
		if (!o->command && from_start_on(p->kind))
			die_usage("--ready '%s': only of a COMMAND that is started here", said->ready[i]);
	}
}

static void parse_detect(struct options *o, const struct said *said)
{
	const char *text = said->detect ? said->detect : "restart";

	o->detect_restart = strcmp(text, "restart") == 0 || strncmp(text, "restart:", 8) == 0;
	if (o->detect_restart) {
		o->restart_name = text[7] ? text + 8 : NULL;
		if (o->restart_name && !*o->restart_name)
			die_usage("--detect '%s': expected a process's name", text);
		return;
	}
	if (probe_parse(&o->detect, text, PROBE_CHANGE, o->probe_interval) < 0)
		die_usage("--detect '%s': %s", text, o->detect.why);
	if (o->detect.kind == PROBE_FD || o->detect.kind == PROBE_NOTIFY)
		die_usage("--detect '%s': expected restart, log, http, file, tcp or unix", text);
	if (!o->command && from_start_on(o->detect.kind))
		die_usage("--detect '%s': only of a COMMAND that is started here", text);
}

static void settle_changes(struct options *o, const struct said *said)
{
	bool changes = o->touch || o->change;

	if (o->touch && o->change)
		die_usage("--touch, --change: expected one of them");
	if (changes)
		parse_detect(o, said);
	else if (said->of_changes)
		die_usage("%s: nothing is changed; see --touch and --change", said->of_changes);
	if (!changes)
		return;
	for (size_t i = 0; i < o->readies; i++) {
		if (o->detect_restart && o->ready[i].kind == PROBE_FD)
			die_usage("--ready fd: whoever is restarted by others has no such descriptor; use another "
				  "METHOD, or another --detect");
	}
	if (!o->command && o->cgroup && o->detect_restart && o->readies)
		die_usage("--ready: not of a control group");
	if (!o->command && !o->detect_restart && o->readies)
		die_usage("--ready: what runs already is ready; expected a COMMAND, or --detect restart");
}

static void settle_watched(struct options *o, const struct said *said)
{
	int ways = (o->command != NULL) + (o->pid != 0) + (o->pidfile != NULL) + (o->port != 0) + (o->cgroup != NULL);

	if (ways == 0)
		die_usage("nothing to watch: expected a COMMAND, --pid, --pidfile, --port or --cgroup");
	if (ways > 1)
		die_usage("expected one of COMMAND, --pid, --pidfile, --port and --cgroup");
	if (!o->command && said->of_stopping)
		die_usage("%s: what runs already is not stopped; expected a COMMAND", said->of_stopping);
	if (!o->command && o->show_output)
		die_usage("--show-output: only of a COMMAND that is started here");
	if (o->restarts && !o->readies)
		die_usage("--restarts: what tells that it is back? expected --ready");
	if (!o->command && o->readies && !(o->touch || o->change))
		die_usage("--ready: what runs already is ready; expected a COMMAND, or changes");
}

static void settle(struct options *o, const struct said *said)
{
	settle_watched(o, said);
	parse_ready(o, said);
	settle_changes(o, said);
	o->run = !o->idle && !o->during && !o->restarts && !o->touch && !o->change;
	if (!o->run && o->duration != INT64_MAX)
		die_usage("--duration: of sampling that nothing else ends; leave it out, or the other phases");
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct said said = {.detect = NULL};
	int option;

	*o = (struct options){.ready_timeout = 30 * S, .probe_interval = MS, .interval = 100 * MS, .pss = true,
			      .duration = INT64_MAX, .detect_restart = true, .changes = 1, .detect_timeout = 30 * S,
			      .stop_signal = SIGTERM, .stop_timeout = 5 * S};
	measuring_init(&o->common, 1);
	/* "+": what follows the command's name is the command's. */
	while ((option = getopt_long(argc, argv, "+r:i:T:o:hV", long_options, NULL)) != -1) {
		if (!take_watched(o, option, optarg) && !take_sampling(o, option, optarg) &&
		    !take_changes(o, &said, option, optarg) && !take_start_and_stop(o, &said, option, optarg) &&
		    !measuring_take(&o->common, option, optarg))
			cli_other(option, usage);
	}
	if (argv[optind])
		o->command = argv + optind;
	if (o->command && !o->command[0][0])
		die_usage("COMMAND '': expected a name");
	settle(o, &said);
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->readies; i++)
		probe_free(&o->ready[i]);
	if (!o->detect_restart)
		probe_free(&o->detect);
	measuring_free(&o->common);
}
