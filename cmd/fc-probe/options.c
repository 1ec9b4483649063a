#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "die.h"
#include "probe.h"
#include "units.h"

#define MS 1000000LL
#define S 1000000000LL
#define LEVEL_MAX 4096
#define RETRIES_MAX 1000

enum {
	OPT_BURST = 256, OPT_WARMUP, OPT_FIRECRACKER, OPT_SOCKET, OPT_VCPUS, OPT_MEM, OPT_KERNEL, OPT_INITRD, OPT_ROOTFS,
	OPT_DRIVE, OPT_BOOT_ARGS, OPT_VSOCK, OPT_BOOT_TIMER, OPT_HUGE_PAGES, OPT_TRACK_DIRTY, OPT_READY, OPT_EXEC,
	OPT_COMMAND, OPT_COMMIT, OPT_SNAPSHOT_DIR, OPT_BOOT_TIMEOUT, OPT_RETRIES, OPT_RETRY_DELAY, OPT_BACKOFF, OPT_TIMEOUT,
	OPT_GRACE, OPT_CANCEL_AFTER, OPT_STOP_BY
};

static const struct option long_options[] = {
	MEASURING_OPTIONS,
	{ "count", required_argument, NULL, 'n' },
	{ "concurrency", required_argument, NULL, 'c' },
	{ "burst", required_argument, NULL, OPT_BURST },
	{ "warmup", required_argument, NULL, OPT_WARMUP },
	{ "firecracker", required_argument, NULL, OPT_FIRECRACKER },
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "vcpus", required_argument, NULL, OPT_VCPUS },
	{ "mem", required_argument, NULL, OPT_MEM },
	{ "kernel", required_argument, NULL, OPT_KERNEL },
	{ "initrd", required_argument, NULL, OPT_INITRD },
	{ "rootfs", required_argument, NULL, OPT_ROOTFS },
	{ "drive", required_argument, NULL, OPT_DRIVE },
	{ "boot-args", required_argument, NULL, OPT_BOOT_ARGS },
	{ "vsock", optional_argument, NULL, OPT_VSOCK },
	{ "boot-timer", no_argument, NULL, OPT_BOOT_TIMER },
	{ "huge-pages", no_argument, NULL, OPT_HUGE_PAGES },
	{ "track-dirty", no_argument, NULL, OPT_TRACK_DIRTY },
	{ "ready", required_argument, NULL, OPT_READY },
	{ "exec", required_argument, NULL, OPT_EXEC },
	{ "command", required_argument, NULL, OPT_COMMAND },
	{ "commit", required_argument, NULL, OPT_COMMIT },
	{ "snapshot-dir", required_argument, NULL, OPT_SNAPSHOT_DIR },
	{ "boot-timeout", required_argument, NULL, OPT_BOOT_TIMEOUT },
	{ "retries", required_argument, NULL, OPT_RETRIES },
	{ "retry-delay", required_argument, NULL, OPT_RETRY_DELAY },
	{ "backoff", required_argument, NULL, OPT_BACKOFF },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "grace", required_argument, NULL, OPT_GRACE },
	{ "cancel-after", required_argument, NULL, OPT_CANCEL_AFTER },
	{ "stop-by", required_argument, NULL, OPT_STOP_BY },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static void take_levels(struct options *o, const char *option, const char *argument)
{
	char *text = x_strdup(argument), *rest = text, *word;

	o->levels = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		int64_t level;

		if (count_parse(word, &level) < 0 || level < 1 || level > LEVEL_MAX || o->levels == LEVELS_MAX ||
		    (o->levels && o->level[o->levels - 1] >= level))
			die_usage("%s '%s': expected numbers from 1 to %d, ascending, with commas between them", option,
				  argument, LEVEL_MAX);
		o->level[o->levels++] = (unsigned)level;
	}
	free(text);
}

static bool take_amount(struct options *o, int option, const char *argument)
{
	switch (option) {
	case 'n':
		o->count = (uint64_t)cli_count("--count", argument, 1);
		return true;
	case 'c':
		take_levels(o, "--concurrency", argument);
		o->burst = false;
		return true;
	case OPT_BURST:
		take_levels(o, "--burst", argument);
		o->burst = true;
		return true;
	case OPT_WARMUP:
		o->warmup = (uint64_t)cli_count("--warmup", argument, 0);
		return true;
	default:
		return false;
	}
}

/* "FILE:rw" is writable. */
static char *take_file(const char *option, const char *argument, bool *writable)
{
	size_t len = strlen(argument);
	char *path;

	*writable = len > 3 && strcmp(argument + len - 3, ":rw") == 0;
	path = x_asprintf("%.*s", (int)(*writable ? len - 3 : len), argument);
	if (!*path)
		die_usage("%s '': expected a file", option);
	return path;
}

static void take_drive(struct machine *m, const char *argument)
{
	char *path, *absolute;
	bool writable;

	path = take_file("--drive", argument, &writable);
	absolute = realpath(path, NULL);
	if (!absolute)
		die("%s:", path);
	free(path);
	m->drive = x_reallocarray(m->drive, m->drives + 1, sizeof *m->drive);
	m->drive[m->drives++] = (struct drive){absolute, !writable};
}

static bool take_machine(struct options *o, int option, const char *argument)
{
	struct machine *m = &o->machine;

	switch (option) {
	case OPT_VCPUS:
		m->vcpus = (unsigned)cli_count("--vcpus", argument, 1);
		if (m->vcpus > 32)
			die_usage("--vcpus: at most 32");
		return true;
	case OPT_MEM:
		if (size_parse(argument, &m->memory) < 0 || m->memory < 1 << 20 || m->memory % (1 << 20))
			die_usage("--mem '%s': expected whole MiB, such as 128MiB", argument);
		return true;
	case OPT_KERNEL:
		o->kernel = argument;
		return true;
	case OPT_INITRD:
		m->initrd = argument;
		return true;
	case OPT_ROOTFS:
		o->rootfs = argument;
		return true;
	case OPT_DRIVE:
		take_drive(m, argument);
		return true;
	case OPT_BOOT_ARGS:
		m->boot_args = argument;
		return true;
	case OPT_VSOCK:
		m->vsock = true;
		m->vsock_path = argument;
		return true;
	case OPT_BOOT_TIMER:
		m->boot_timer = true;
		return true;
	case OPT_HUGE_PAGES:
		m->huge_pages = true;
		return true;
	case OPT_TRACK_DIRTY:
		m->track_dirty = true;
		return true;
	default:
		return false;
	}
}

static bool take_guest(struct options *o, int option, const char *argument)
{
	const char *why;

	switch (option) {
	case OPT_READY:
		o->ready_text = argument;
		return true;
	case OPT_EXEC:
		if (exec_parse(argument, &o->machine.exec, &why) < 0)
			die_usage("--exec '%s': expected %s", argument, why);
		return true;
	case OPT_COMMAND:
		if (!*argument || strchr(argument, '\n'))
			die_usage("--command: expected one line");
		o->machine.command = argument;
		return true;
	case OPT_COMMIT:
		o->commit = argument;
		return true;
	case OPT_SNAPSHOT_DIR:
		o->snapshot_dir = argument;
		return true;
	case OPT_BOOT_TIMEOUT:
		o->machine.boot_timeout = cli_duration("--boot-timeout", argument);
		return true;
	case OPT_FIRECRACKER:
		o->firecracker = argument;
		return true;
	case OPT_SOCKET:
		o->machine.socket = argument;
		return true;
	default:
		return false;
	}
}

static enum stop_by parse_stop_by(const char *text)
{
	static const char *const names[] = {"api", "term", "kill"};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(text, names[i]) == 0)
			return (enum stop_by)i;
	die_usage("--stop-by '%s': expected api, term or kill", text);
}

static bool take_policy(struct options *o, int option, const char *argument)
{
	struct retry *p = &o->policy;
	int64_t n;

	switch (option) {
	case OPT_RETRIES:
		n = cli_count("--retries", argument, 1);
		if (n > RETRIES_MAX)
			die_usage("--retries: at most %d", RETRIES_MAX);
		p->attempts = (unsigned)n;
		return true;
	case OPT_RETRY_DELAY:
		p->delay = cli_duration("--retry-delay", argument);
		return true;
	case OPT_BACKOFF:
		if (retry_parse_backoff(argument, &p->backoff) < 0)
			die_usage("--backoff '%s': expected constant, exponential or jitter", argument);
		return true;
	case OPT_TIMEOUT:
		p->timeout = cli_duration("--timeout", argument);
		return true;
	case OPT_GRACE:
		p->grace = cli_duration("--grace", argument);
		return true;
	case OPT_CANCEL_AFTER:
		o->cancel_after = cli_duration("--cancel-after", argument);
		return true;
	case OPT_STOP_BY:
		o->stop_by = parse_stop_by(argument);
		return true;
	default:
		return false;
	}
}

static void take_probes(struct options *o, char *const *words, int n)
{
	if (!n)
		die_usage("no probe");
	o->all = n == 1 && strcmp(words[0], "all") == 0;
	if (o->all) {
		o->probe = probe_all();
		return;
	}
	o->probe = x_calloc((size_t)n + 1, sizeof *o->probe);
	for (int i = 0; i < n; i++) {
		o->probe[i] = probe_find(words[i]);
		if (!o->probe[i])
			die_usage("%s: no such probe", words[i]);
		for (int k = 0; k < i; k++)
			if (o->probe[k] == o->probe[i])
				die_usage("%s: once is enough", words[i]);
	}
}

/* getopt_long() does not know the stand-in's options: they and their arguments are taken out beforehand. */
static int take_mock_options(struct options *o, int argc, char **argv)
{
	char **extra = x_calloc((size_t)argc + 1, sizeof *extra);
	int n = 0, kept = 1;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0) {
			while (i < argc)
				argv[kept++] = argv[i++];
		} else if (strncmp(argv[i], "--mock-", 7) == 0) {
			extra[n++] = argv[i];
			if (!strchr(argv[i], '=')) {
				if (!argv[i + 1])
					die_usage("%s: expected an argument", argv[i]);
				extra[n++] = argv[++i];
			}
		} else {
			argv[kept++] = argv[i];
		}
	}
	if (kept < argc)
		argv[kept] = NULL;
	if (n > EXTRA_MAX)
		die_usage("too many options for the stand-in");
	o->machine.extra = extra;
	return kept;
}

static void check(const struct options *o)
{
	const struct machine *m = &o->machine;

	if (m->vcpus > 1 && m->vcpus % 2)
		die_usage("--vcpus %u: expected 1 or an even number", m->vcpus);
	if (m->socket && (o->firecracker || m->extra[0]))
		die_usage("--socket: what runs there runs already; leave out --firecracker and --mock-...");
	if (m->socket && o->machine_said)
		die_usage("--socket: that microVM is as it is; leave out what another one would be (%s)", o->machine_said);
	if (m->vsock_path && !m->socket)
		die_usage("--vsock=%s: only with --socket; microVMs of one's own have each their own", m->vsock_path);
	if (!m->boot_timeout)
		die_usage("--boot-timeout: expected more than 0");
	if (m->exec.kind == EXEC_SSH && !m->socket)
		die_usage("--exec ssh: needs --socket: microVMs that are started here have no network");
}

void options_parse(struct options *o, int argc, char **argv)
{
	int option;

	*o = (struct options){.level = {1}, .levels = 1, .policy = {3, RETRY_CONSTANT, 100 * MS, 30 * S, 10 * S, 30 * S}};
	o->machine = (struct machine){.vcpus = 1, .memory = 128 << 20, .command = "true", .home_port = 1024,
				      .boot_timeout = 60 * S};
	measuring_init(&o->common, 1);
	argc = take_mock_options(o, argc, argv);
	while ((option = getopt_long(argc, argv, "o:n:c:hV", long_options, NULL)) != -1) {
		if (option >= OPT_VCPUS && option <= OPT_TRACK_DIRTY && option != OPT_VSOCK)
			o->machine_said = argv[optind - 1];
		if (measuring_take(&o->common, option, optarg) || take_amount(o, option, optarg) ||
		    take_machine(o, option, optarg) || take_guest(o, option, optarg) || take_policy(o, option, optarg))
			continue;
		cli_other(option, usage);
	}
	take_probes(o, argv + optind, argc - optind);
	check(o);
}

void options_free(struct options *o)
{
	measuring_free(&o->common);
	for (size_t i = 0; i < o->machine.drives; i++)
		free(o->machine.drive[i].path);
	free(o->machine.drive);
	for (size_t i = 0; i < o->nkept; i++)
		free(o->kept[i]);
	free((char *)o->machine.snapshot_dir);
	free(o->machine.extra);
	manifest_free(&o->machine.rootfs);
	free(o->probe);
}
