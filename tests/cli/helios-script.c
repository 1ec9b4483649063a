#include "helios-script.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "rng.h"
#include "units.h"

#define BAD_SCRIPT 64
#define SPIN INT64_C(200000) /* ns before the end that are not slept */

static int64_t began;

static const struct {
	const char *name;
	enum lie lie;
	const char *commands; /* that tell it by default */
} lies[] = {
	{"digest", LIE_DIGEST, "materialize restore"},
	{"size", LIE_SIZE, "materialize restore"},
	{"type", LIE_TYPE, "materialize restore"},
	{"missing", LIE_MISSING, "materialize restore"},
	{"extra", LIE_EXTRA, "materialize restore"},
	{"live", LIE_LIVE, "materialize restore"},
	{"empty", LIE_EMPTY, "commit"},
	{"broken-json", LIE_BROKEN_JSON, "commit"},
	{"truncated", LIE_TRUNCATED, "commit"},
	{"two-answers", LIE_TWO_ANSWERS, "commit"},
	{"nul", LIE_NUL, "commit"},
	{"no-snapshot", LIE_NO_SNAPSHOT, "commit"},
	{"bad-id", LIE_BAD_ID, "commit"},
	{"same-id", LIE_SAME_ID, "commit"},
	{"no-member", LIE_NO_MEMBER, "restore materialize"},
	{"other-restored", LIE_OTHER_RESTORED, "restore materialize"},
	{"claims-anything", LIE_CLAIMS_ANYTHING, "restore materialize"},
	{"hang", LIE_HANG, "commit"},
	{"hang-with-child", LIE_HANG_WITH_CHILD, "commit"},
	{"leaves-child", LIE_LEAVES_CHILD, "commit"},
	{"lock", LIE_LOCK, "commit"},
	{"exit3", LIE_EXIT3, "commit"},
	{"crash", LIE_CRASH, "commit"},
	{"flood", LIE_FLOOD, "commit"},
};

static struct {
	enum lie lie;
	char commands[64];
	uint64_t from; /* commits; 0: always */
} lie;

static _Noreturn void bad(const char *name, const char *value)
{
	fprintf(stderr, "helios-cli stand-in: %s: '%s' is not understood\n", name, value);
	exit(BAD_SCRIPT);
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static void append(const char *word, int64_t number)
{
	const char *path = environment("HELIOS_SCRIPT_LOG");
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;

	if (path && (fd < 0 || dprintf(fd, "%s %lld\n", word, (long long)number) < 0))
		bad("HELIOS_SCRIPT_LOG", path);
	if (fd >= 0)
		close(fd);
}

/* How many lines of the log begin with command. */
static uint64_t times_before(const char *command)
{
	const char *path = environment("HELIOS_SCRIPT_LOG");
	FILE *in = path ? fopen(path, "re") : NULL;
	uint64_t count = 0;
	char line[256];
	size_t len = strlen(command);

	while (in && fgets(line, sizeof line, in))
		count += strncmp(line, command, len) == 0 && line[len] == ' ';
	if (in)
		fclose(in);
	return count;
}

static int64_t drawn(const char *command, int64_t time, int64_t spread)
{
	const char *text = environment("HELIOS_SCRIPT_SEED");
	int64_t seed = 1;
	struct rng rng;

	if (text && count_parse(text, &seed) < 0)
		bad("HELIOS_SCRIPT_SEED", text);
	rng_seed_at(&rng, rng_key((uint64_t)seed, command), times_before(command));
	return time + (int64_t)((2 * rng_uniform(&rng) - 1) * (double)spread);
}

/* How long command is to take in all; 0: as long as it takes. */
static int64_t time_of(const char *command)
{
	const char *text = environment("HELIOS_SCRIPT_TIMES");
	char *copy = text ? strdup(text) : NULL, *rest = NULL;
	int64_t result = 0;

	for (char *one = copy ? strtok_r(copy, ",", &rest) : NULL; one; one = strtok_r(NULL, ",", &rest)) {
		char *time = strchr(one, '='), *spread = time ? strstr(time, "±") : NULL;
		size_t sign = strlen("±");
		int64_t ns, within = 0;

		if (time && !spread) {
			spread = strstr(time, "+-");
			sign = 2;
		}
		if (spread)
			*spread = '\0';
		if (!time || duration_parse(time + 1, &ns) < 0 ||
		    (spread && duration_parse(spread + sign, &within) < 0))
			bad("HELIOS_SCRIPT_TIMES", text);
		*time = '\0';
		if (strcmp(one, command) == 0)
			result = drawn(command, ns, within);
	}
	free(copy);
	return result;
}

static void read_lie(void)
{
	const char *text = environment("HELIOS_SCRIPT_LIE");
	char name[64], *from, *command;
	int64_t n;

	if (!text)
		return;
	snprintf(name, sizeof name, "%s", text);
	from = strchr(name, ':');
	if (from) {
		*from = '\0';
		if (count_parse(from + 1, &n) < 0)
			bad("HELIOS_SCRIPT_LIE", text);
		lie.from = (uint64_t)n;
	}
	command = strchr(name, '@');
	if (command)
		*command++ = '\0';
	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		if (strcmp(name, lies[i].name) != 0)
			continue;
		lie.lie = lies[i].lie;
		snprintf(lie.commands, sizeof lie.commands, "%s", command ? command : lies[i].commands);
	}
	if (lie.lie == LIE_NONE)
		bad("HELIOS_SCRIPT_LIE", text);
}

/* When this process began to run: what came before main() was all computing, unless the machine has better to do. */
static int64_t beginning(void)
{
	int64_t now = clock_now();
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0)
		return now;
	return now - used.tv_sec * INT64_C(1000000000) - used.tv_nsec;
}

void script_begin(void)
{
	began = beginning();
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
	read_lie();
}

bool script_lies(enum lie which, const char *command, uint64_t commits)
{
	const char *found = strstr(lie.commands, command);

	return which == lie.lie && commits >= lie.from && found;
}

/* A process that outlives its parent and everybody's patience, and does not listen. */
static void leave_child(void)
{
	int ready[2];
	char byte;

	if (pipe(ready) < 0)
		exit(BAD_SCRIPT);
	if (fork() == 0) {
		pid_t pid;

		setsid();
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		pid = fork();
		if (pid == 0) {
			for (int fd = 3; fd < 256; fd++) /* not the lock */
				close(fd);
			for (int i = 0; i < 60; i++)
				sleep(1);
			_exit(0);
		}
		append("child", pid);
		_exit(0);
	}
	close(ready[1]);
	while (read(ready[0], &byte, 1) < 0) /* until it is there */
		;
	close(ready[0]);
}

static _Noreturn void hang(void)
{
	for (;;)
		pause();
}

static _Noreturn void flood(void)
{
	static char piece[1 << 16];

	memset(piece, 'x', sizeof piece);
	fputs("{\"snapshot_id\":\"", stdout);
	while (fwrite(piece, sizeof piece, 1, stdout) == 1)
		;
	exit(1);
}

void script_misbehave(const char *command, uint64_t commits)
{
	if (script_lies(LIE_LEAVES_CHILD, command, commits) || script_lies(LIE_HANG_WITH_CHILD, command, commits))
		leave_child();
	if (script_lies(LIE_HANG, command, commits) || script_lies(LIE_HANG_WITH_CHILD, command, commits))
		hang();
	if (script_lies(LIE_LOCK, command, commits)) {
		fputs("resource temporarily unavailable\n", stderr);
		exit(1);
	}
	if (script_lies(LIE_EXIT3, command, commits)) {
		fputs("the disk is \"on fire\"\n", stderr);
		exit(3);
	}
	if (script_lies(LIE_CRASH, command, commits)) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
	}
	if (script_lies(LIE_FLOOD, command, commits))
		flood();
}

void script_end(const char *command, int status)
{
	int64_t time = time_of(command), end = began + time;

	if (fflush(stdout) != 0 && status == 0)
		status = 1;
	if (time > 0 && clock_now() < end - SPIN)
		while (clock_sleep_until(end - SPIN) < 0)
			;
	while (time > 0 && clock_now() < end)
		;
	if (status == 0)
		append(command, clock_now() - began);
	_exit(status);
}
