#include "options.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "rust.h"
#include "units.h"

#define BAD_ARGUMENT 153
#define VERSION_MINOR_MAX 17

enum option { /* in the order of the alphabet, in which Firecracker looks for contradictions */
	API_SOCK, BOOT_TIMER, CONFIG_FILE, DESCRIBE_SNAPSHOT, ENABLE_PCI, HTTP_API_MAX_PAYLOAD_SIZE, ID, LEVEL,
	LOG_PATH, METADATA, METRICS_PATH, MMDS_SIZE_LIMIT, MOCK_DIE, MOCK_DROP, MOCK_EXEC_PORT, MOCK_FAIL,
	MOCK_FAIL_NTH, MOCK_HANG, MOCK_HOME_PORT, MOCK_LATENCY, MOCK_SEED, MOCK_VERSION, MODULE, NO_API, NO_SECCOMP,
	PARENT_CPU_TIME_US, SECCOMP_FILTER, SHOW_LEVEL, SHOW_LOG_ORIGIN, SNAPSHOT_VERSION, START_TIME_CPU_US,
	START_TIME_US, OPTIONS
};

static const struct {
	const char *name;
	bool flag, many;     /* it takes no value; may be given more than once */
	unsigned since;      /* Firecracker 1.since has it */
} known[OPTIONS] = {
	[API_SOCK] = {"api-sock", false, false, 0},
	[BOOT_TIMER] = {"boot-timer", true, false, 0},
	[CONFIG_FILE] = {"config-file", false, false, 0},
	[DESCRIBE_SNAPSHOT] = {"describe-snapshot", false, false, 0},
	[ENABLE_PCI] = {"enable-pci", true, false, 13},
	[HTTP_API_MAX_PAYLOAD_SIZE] = {"http-api-max-payload-size", false, false, 0},
	[ID] = {"id", false, false, 0},
	[LEVEL] = {"level", false, false, 0},
	[LOG_PATH] = {"log-path", false, false, 0},
	[METADATA] = {"metadata", false, false, 0},
	[METRICS_PATH] = {"metrics-path", false, false, 2},
	[MMDS_SIZE_LIMIT] = {"mmds-size-limit", false, false, 1},
	[MOCK_DIE] = {"mock-die", false, true, 0},
	[MOCK_DROP] = {"mock-drop", false, true, 0},
	[MOCK_EXEC_PORT] = {"mock-exec-port", false, false, 0},
	[MOCK_FAIL] = {"mock-fail", false, true, 0},
	[MOCK_FAIL_NTH] = {"mock-fail-nth", false, true, 0},
	[MOCK_HANG] = {"mock-hang", false, true, 0},
	[MOCK_HOME_PORT] = {"mock-home-port", false, false, 0},
	[MOCK_LATENCY] = {"mock-latency", false, true, 0},
	[MOCK_SEED] = {"mock-seed", false, false, 0},
	[MOCK_VERSION] = {"mock-version", false, false, 0},
	[MODULE] = {"module", false, false, 6},
	[NO_API] = {"no-api", true, false, 0},
	[NO_SECCOMP] = {"no-seccomp", true, false, 0},
	[PARENT_CPU_TIME_US] = {"parent-cpu-time-us", false, false, 0},
	[SECCOMP_FILTER] = {"seccomp-filter", false, false, 0},
	[SHOW_LEVEL] = {"show-level", true, false, 0},
	[SHOW_LOG_ORIGIN] = {"show-log-origin", true, false, 0},
	[SNAPSHOT_VERSION] = {"snapshot-version", true, false, 7},
	[START_TIME_CPU_US] = {"start-time-cpu-us", false, false, 0},
	[START_TIME_US] = {"start-time-us", false, false, 0},
};

/* What was given: the value, "" of a flag, NULL for not at all. */
typedef const char *given[OPTIONS];

/* An argument that Firecracker refuses: what it calls that, its sentence, and the argument (in debug: quoted). */
static int refuse(struct refusal *r, const char *what, const char *format, const char *argument)
{
	char *quoted = rust_quoted(argument, strlen(argument)), *sentence;

	sentence = x_malloc(strlen(format) + strlen(argument));
	sprintf(sentence, "%.*s%s%s", (int)strcspn(format, "%"), format, argument, format + strcspn(format, "%") + 1);
	/* It does print these backslashes. */
	r->text = x_asprintf("Arguments parsing error: %s \\n\\nFor more information try --help.", sentence);
	r->debug = x_asprintf("ParseArguments(%s(%s))", what, quoted);
	r->status = BAD_ARGUMENT;
	free(sentence);
	free(quoted);
	return -1;
}

static int refuse_unknown(struct refusal *r, const char *argument)
{
	return refuse(r, "UnexpectedArgument",
		      "Found argument '%' which wasn't expected, or isn't valid in this context.", argument);
}

/* An option of this program. */
static int refuse_own(struct refusal *r, enum option option, const char *value, const char *why)
{
	warn("--%s '%s': %s", known[option].name, value, why);
	r->status = BAD_ARGUMENT;
	return -1;
}

static enum option find(const char *name)
{
	for (int i = 0; i < OPTIONS; i++) {
		if (strcmp(known[i].name, name) == 0)
			return (enum option)i;
	}
	return OPTIONS;
}

/* What may be given again and again. */
static int take_fault(struct faults *faults, enum option option, const char *value, struct refusal *r)
{
	const char *why = NULL;
	int result = -1;

	if (option == MOCK_LATENCY)
		result = faults_latency(faults, value, &why);
	else if (option == MOCK_FAIL_NTH)
		result = faults_nth(faults, value, &why);
	else if (option == MOCK_FAIL)
		result = faults_rate(faults, FAILS, value, &why);
	else if (option == MOCK_HANG)
		result = faults_rate(faults, HANGS, value, &why);
	else if (option == MOCK_DROP)
		result = faults_rate(faults, DROPS, value, &why);
	else if (option == MOCK_DIE)
		result = faults_rate(faults, DIES, value, &why);
	return result < 0 ? refuse_own(r, option, value, why) : 0;
}

/* Sort the arguments by option; what stands behind a "--" is none of its business. */
static int collect(given value, struct faults *faults, int argc, char **argv, struct refusal *r)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		enum option option = strncmp(argv[i], "--", 2) == 0 ? find(argv[i] + 2) : OPTIONS;

		if (option == OPTIONS)
			return refuse_unknown(r, strncmp(argv[i], "--", 2) == 0 ? argv[i] + 2 : argv[i]);
		if (value[option] && !known[option].many)
			return refuse(r, "DuplicateArgument", "The argument '%' was provided more than once.",
				      known[option].name);
		if (known[option].flag) {
			value[option] = "";
			continue;
		}
		if (i + 1 == argc || strncmp(argv[i + 1], "--", 2) == 0)
			return refuse(r, "MissingValue", "The argument '%' requires a value, but none was supplied.",
				      known[option].name);
		value[option] = argv[++i];
		if (known[option].many && take_fault(faults, option, value[option], r) < 0)
			return -1;
	}
	return 0;
}

static int contradictions(const given value, const struct fcversion *version, struct refusal *r)
{
	for (int i = 0; i < OPTIONS; i++) {
		if (value[i] && !fcversion_at_least(version, known[i].since))
			return refuse_unknown(r, known[i].name);
	}
	if (value[NO_API] && !value[CONFIG_FILE])
		return refuse(r, "MissingArgument", "Argument '%' required, but not found.", known[CONFIG_FILE].name);
	if (value[NO_SECCOMP] && value[SECCOMP_FILTER]) {
		refuse(r, "ForbiddenArgument", "Argument '%' cannot be used together with argument 'no-seccomp'.",
		       known[SECCOMP_FILTER].name);
		free(r->debug);
		r->debug = x_strdup("ParseArguments(ForbiddenArgument(\"no-seccomp\", \"seccomp-filter\"))");
		return -1;
	}
	return 0;
}

static int panic(struct refusal *r, char *text)
{
	r->panics = true;
	r->text = text;
	r->status = STATUS_SIGNAL + 6;
	return -1;
}

/* A number of 64 bits, as Rust reads one. */
static int take_number(const given value, enum option option, const char *type, int64_t *number, struct refusal *r)
{
	const char *text = value[option], *digits, *kind = NULL;
	uint64_t sum = 0;

	if (!text)
		return 0;
	digits = *text == '+' && text[1] ? text + 1 : text;
	if (!*digits)
		kind = "Empty";
	for (; *digits && !kind; digits++) {
		if (!isdigit((unsigned char)*digits))
			kind = "InvalidDigit";
		else if (sum > (UINT64_MAX - (uint64_t)(*digits - '0')) / 10)
			kind = "PosOverflow";
		else
			sum = 10 * sum + (uint64_t)(*digits - '0');
	}
	*number = sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
	if (!kind)
		return 0;
	return panic(r, x_asprintf("'%s' parameter expected to be of '%s' type.: ParseIntError { kind: %s }",
				   known[option].name, type, kind));
}

static int take_id(const char *id, struct refusal *r)
{
	size_t len = strlen(id), good = 0;

	if (len < 1 || len > 64)
		return panic(r, x_asprintf("Invalid instance ID: InvalidLen(%zu, 1, 64)", len));
	while (isalnum((unsigned char)id[good]) || id[good] == '-')
		good++;
	if (good < len)
		return panic(r, x_asprintf("Invalid instance ID: InvalidChar('%c', %zu)", id[good], good));
	return 0;
}

static int take_version(struct options *o, const char *text, struct refusal *r)
{
	if (fcversion_parse(text, &o->version) < 0 || o->version.major != 1 || o->version.minor > VERSION_MINOR_MAX)
		return refuse_own(r, MOCK_VERSION, text, "expected a version from 1.0.0 to 1.17.0, such as 1.16.0");
	snprintf(o->version_text, sizeof o->version_text, "%u.%u.%u-mock", o->version.major, o->version.minor,
		 o->version.patch);
	o->version.mock = true;
	return 0;
}

static int take_port(const given value, enum option option, unsigned *port, struct refusal *r)
{
	int64_t number;

	if (!value[option])
		return 0;
	if (count_parse(value[option], &number) < 0 || number > UINT32_MAX - 1)
		return refuse_own(r, option, value[option], "expected a port from 0 to 4294967294");
	*port = (unsigned)number;
	return 0;
}

static int take_own(struct options *o, const given value, struct faults *faults, struct refusal *r)
{
	int64_t seed;

	if (value[MOCK_SEED]) {
		if (count_parse(value[MOCK_SEED], &seed) < 0)
			return refuse_own(r, MOCK_SEED, value[MOCK_SEED], "expected a count");
		faults_seed(faults, (uint64_t)seed);
	}
	o->guest = (struct guest_options){.exec_port = 52, .home_port = 1024};
	if (take_port(value, MOCK_EXEC_PORT, &o->guest.exec_port, r) < 0)
		return -1;
	return take_port(value, MOCK_HOME_PORT, &o->guest.home_port, r);
}

static int take_values(struct options *o, const given value, struct refusal *r)
{
	int64_t body_max = 51200, mmds_limit = -1;

	o->api_sock = value[API_SOCK] ? value[API_SOCK] : "/run/firecracker.socket";
	o->id = value[ID] ? value[ID] : "anonymous-instance";
	o->config_file = value[CONFIG_FILE];
	o->metadata = value[METADATA];
	o->log_path = value[LOG_PATH];
	o->level = value[LEVEL];
	o->metrics_path = value[METRICS_PATH];
	o->seccomp_filter = value[SECCOMP_FILTER];
	o->describe = value[DESCRIBE_SNAPSHOT];
	o->show_level = value[SHOW_LEVEL];
	o->show_log_origin = value[SHOW_LOG_ORIGIN];
	o->no_api = value[NO_API];
	o->boot_timer = value[BOOT_TIMER];
	o->pci = value[ENABLE_PCI];
	o->start = o->start_cpu = o->parent_cpu = -1;
	if (value[SNAPSHOT_VERSION])
		o->task = TO_SHOW_SNAPSHOT_VERSION;
	else if (o->describe)
		o->task = TO_DESCRIBE_SNAPSHOT;
	if (o->task != TO_RUN)
		return 0;
	if (take_id(o->id, r) < 0 || take_number(value, HTTP_API_MAX_PAYLOAD_SIZE, "usize", &body_max, r) < 0 ||
	    take_number(value, MMDS_SIZE_LIMIT, "usize", &mmds_limit, r) < 0 ||
	    (!o->no_api && (take_number(value, START_TIME_US, "u64", &o->start, r) < 0 ||
			    take_number(value, START_TIME_CPU_US, "u64", &o->start_cpu, r) < 0 ||
			    take_number(value, PARENT_CPU_TIME_US, "u64", &o->parent_cpu, r) < 0)))
		return -1;
	o->body_max = (size_t)body_max;
	o->mmds_limit = (size_t)(mmds_limit < 0 ? body_max : mmds_limit);
	return 0;
}

/* What is asked for whatever else is said. */
static enum task first_task(int argc, char **argv)
{
	enum task task = TO_RUN;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return TO_HELP;
		if (strcmp(argv[i], "--version") == 0)
			task = TO_SHOW_VERSION;
		else if (strcmp(argv[i], "-V") == 0 && argc == 2)
			return TO_SHOW_OWN_VERSION;
	}
	return task;
}

/* Also where nothing else is read. */
static const char *version_argument(int argc, char **argv)
{
	for (int i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--mock-version") == 0)
			return argv[i + 1];
	}
	return "1.16.0";
}

int options_parse(struct options *o, struct faults *faults, int argc, char **argv, struct refusal *refusal)
{
	given value = {NULL};

	memset(o, 0, sizeof *o);
	memset(refusal, 0, sizeof *refusal);
	o->task = first_task(argc, argv);
	if (o->task == TO_HELP || o->task == TO_SHOW_OWN_VERSION)
		return 0;
	if (take_version(o, version_argument(argc, argv), refusal) < 0)
		return -1;
	if (o->task == TO_SHOW_VERSION)
		return 0;
	if (collect(value, faults, argc, argv, refusal) < 0 || contradictions(value, &o->version, refusal) < 0 ||
	    take_own(o, value, faults, refusal) < 0)
		return -1;
	return take_values(o, value, refusal);
}
