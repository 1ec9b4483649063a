#include "spawner.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc-map.h"
#include "clock.h"
#include "counters.h"
#include "proc.h"
#include "protocol.h"
#include "trim.h"

#define GRACE 1000000000 /* ns between TERM and KILL */

struct command {
	char *text;   /* path, then each argument, NUL-terminated */
	char **argv;  /* into text */
};

struct spawner {
	int fd;
	const sigset_t *mask;
	struct command command[SLOT_COUNT];
	char *input;             /* NULL: /dev/null */
	struct counters counters;
	int32_t counter_error[COUNTER_COUNT];
	bool counters_open;
	struct alloc_map *map;   /* NULL until asked for */
	char **alloc_env;
	struct trim trim;
	bool grown;              /* has done other things than run commands since it was trimmed */
	int32_t stop;            /* value of the SIGTERM that is meant for this batch */
	bool stopped;
};

enum ended { ENDED, TIMED_OUT, ABORTED };

/* The next SIGCHLD or SIGTERM within timeout (NULL: whenever it comes); -1 with errno. */
static int next_signal(struct spawner *s, const struct timespec *timeout)
{
	siginfo_t info;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sig = sigtimedwait(&set, &info, timeout);
	/* A stop that was meant for the batch before came too late. */
	if (sig == SIGTERM && (info.si_code != SI_QUEUE || info.si_value.sival_int == s->stop))
		s->stopped = true;
	return sig;
}

/* Wait for our child pid until it ends, the time is over or the batch is stopped; *end is when. */
static enum ended wait_for(struct spawner *s, pid_t pid, int64_t deadline, int64_t *end, struct proc_usage *usage)
{
	while (!s->stopped) {
		int64_t left = deadline ? deadline - clock_now() : 0;
		struct timespec ts = { 0, 0 };
		int sig;

		if (left > 0)
			ts = (struct timespec){ .tv_sec = left / 1000000000, .tv_nsec = left % 1000000000 };
		sig = next_signal(s, deadline ? &ts : NULL);
		*end = clock_now();
		if (sig == SIGCHLD && proc_reap(pid, WNOHANG, usage) != 0)
			return ENDED;
		if (sig < 0 && errno == EAGAIN)
			return TIMED_OUT;
	}
	return ABORTED;
}

static pid_t start(const struct spawner *s, const struct command *command, bool allocs, int64_t *started)
{
	struct proc_spec spec = {
		.path = command->text,
		.argv = command->argv,
		.envp = allocs ? s->alloc_env : environ,
		.fd = { -1, -1, -1 }, /* ours are as the command's should be */
		.own_group = true,
		.death_signal = SIGKILL,
		.mask = s->mask,
	};

	return proc_spawn(&spec, started);
}

static int rewind_input(const struct spawner *s)
{
	int fd;

	if (!s->input)
		return 0;
	fd = open(s->input, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
		return -1;
	return close(fd);
}

/* Run the prepare command. 0, or -1 with the result filled in. */
static int run_prepare(struct spawner *s, struct result *result)
{
	struct proc_usage usage = { 0 };
	int64_t end;
	pid_t pid = start(s, &s->command[SLOT_PREPARE], false, NULL);

	if (pid < 0) {
		result->outcome = OUTCOME_PREPARE_FAILED;
		result->code = 127;
		return -1;
	}
	if (wait_for(s, pid, 0, &end, &usage) == ABORTED) {
		proc_stop(pid, GRACE, &usage);
		result->outcome = OUTCOME_ABORTED;
		return -1;
	}
	result->outcome = OUTCOME_PREPARE_FAILED;
	result->code = proc_exit_status(usage.status);
	return result->code ? -1 : 0;
}

static void fill_usage(struct result *result, const struct proc_usage *usage)
{
	bool killed = WIFSIGNALED(usage->status);

	result->outcome = killed ? OUTCOME_SIGNAL : OUTCOME_EXIT;
	result->code = killed ? WTERMSIG(usage->status) : WEXITSTATUS(usage->status);
	result->user = usage->user;
	result->system = usage->system;
	result->max_rss = usage->max_rss;
	result->faults = usage->minor + usage->major;
	result->switches = usage->voluntary + usage->involuntary;
}

static void run_one(struct spawner *s, const struct request *request, struct result *result)
{
	struct proc_usage usage = { 0 };
	int64_t end = 0;
	enum ended ended;
	pid_t pid;

	if (request->prepare && run_prepare(s, result) < 0)
		return;
	if (request->allocs)
		memset((void *)s->map, 0, sizeof(*s->map));
	if (request->counters)
		counters_mark(&s->counters);
	pid = rewind_input(s) < 0 ? -1 : start(s, &s->command[result->slot], request->allocs, &result->start);
	if (pid < 0) {
		result->outcome = OUTCOME_NOT_STARTED;
		result->code = errno;
		return;
	}
	ended = wait_for(s, pid, request->timeout ? result->start + request->timeout : 0, &end, &usage);
	if (ended != ENDED)
		proc_stop(pid, GRACE, &usage);
	fill_usage(result, &usage);
	result->wall = end - result->start;
	if (ended != ENDED) {
		result->outcome = ended == ABORTED ? OUTCOME_ABORTED : OUTCOME_TIMEOUT;
		result->code = 0;
	}
	if (request->counters)
		counters_read(&s->counters, result->counter);
	if (request->allocs) {
		result->attached = s->map->attached;
		result->allocs = s->map->calls;
		result->alloc_bytes = s->map->bytes;
	}
}

/* Drop what other work has left in memory, then walk the way of a run once, so that no run
 * pays for mapping it again. */
static void trim(struct spawner *s)
{
	char nothing[] = "";
	char *argv[] = { nothing, NULL };
	struct command missing = { .text = nothing, .argv = argv };
	struct proc_usage usage;
	int64_t now;

	trim_now(&s->trim);
	s->grown = false;
	if (start(s, &missing, false, &now) < 0)
		proc_reap(-1, WNOHANG, &usage);
}

static bool run_failed(const struct result *result)
{
	return result->outcome != OUTCOME_EXIT || result->code != 0;
}

static void run_batch(struct spawner *s, const struct request *request, struct reply *reply)
{
	const struct timespec now = { 0, 0 };
	int64_t end = clock_now() + request->budget;

	if (s->grown)
		trim(s);
	s->stop = request->stop;
	s->stopped = false;
	while (next_signal(s, &now) > 0)
		;

	for (uint32_t i = 0; i < request->count && i < BATCH_MAX && !s->stopped; i++) {
		struct result *result = &reply->result[i];

		memset(result, 0, sizeof(*result));
		result->number = request->first + i;
		result->counter[COUNTER_INSTRUCTIONS] = result->counter[COUNTER_CYCLES] = NAN;
		result->slot = request->paired ? paired_slot(result->number) : request->slot;
		run_one(s, request, result);
		reply->count++;
		if (result->outcome == OUTCOME_ABORTED || result->outcome == OUTCOME_NOT_STARTED ||
		    result->outcome == OUTCOME_PREPARE_FAILED || (run_failed(result) && !request->keep_going))
			break;
		if (clock_now() >= end)
			break;
	}
}

/* Take over text (size bytes, the last one 0) as a command. */
static int load(struct command *command, char *text, uint32_t size)
{
	size_t strings = 0, n = 0;
	char **argv;

	for (uint32_t i = 0; i < size; i++)
		strings += !text[i];
	argv = calloc(strings + 1, sizeof(*argv));
	if (!argv)
		return -1;
	for (char *at = text + strlen(text) + 1; at < text + size; at += strlen(at) + 1)
		argv[n++] = at;
	free(command->text);
	free(command->argv);
	*command = (struct command){ .text = text, .argv = argv };
	return 0;
}

/* The environment with the counter preloaded and told where the mapping is. */
static int make_alloc_env(struct spawner *s, const char *library, int map_fd)
{
	size_t n = 0, kept = 0;
	const char *preload = getenv("LD_PRELOAD");
	char **env;

	while (environ[n])
		n++;
	env = calloc(n + 3, sizeof(*env));
	if (!env)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (strncmp(environ[i], "LD_PRELOAD=", 11) != 0 &&
		    strncmp(environ[i], ALLOC_MAP_ENV "=", sizeof(ALLOC_MAP_ENV)) != 0)
			env[kept++] = environ[i];
	}
	if (asprintf(&env[kept], "LD_PRELOAD=%s%s%s", library, preload && *preload ? ":" : "", preload ? preload : "") < 0 ||
	    asprintf(&env[kept + 1], ALLOC_MAP_ENV "=/proc/%ld/fd/%d", (long)getpid(), map_fd) < 0) {
		free(env);
		return -1;
	}
	s->alloc_env = env;
	return 0;
}

static int open_allocs(struct spawner *s, const char *library)
{
	int fd;
	void *map;

	if (s->map)
		return 0;
	/* Reached by its path, not as an inherited descriptor: many programs close those. */
	fd = memfd_create("benchpipe-allocs", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, sizeof(*s->map)) < 0)
		return -1;
	map = mmap(NULL, sizeof(*s->map), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED || make_alloc_env(s, library, fd) < 0)
		return -1;
	s->map = map;
	return 0;
}

/* Takes text over. 0, or -1 with errno. */
static int serve(struct spawner *s, const struct request *request, char *text, struct reply *reply)
{
	int error;

	switch (request->kind) {
	case REQUEST_LOAD:
		if (!text)
			break;
		return load(&s->command[request->slot], text, request->size);
	case REQUEST_INPUT:
		free(s->input);
		s->input = text;
		return 0;
	case REQUEST_COUNTERS:
		if (!s->counters_open)
			counters_open(&s->counters, s->counter_error);
		s->counters_open = true;
		memcpy(reply->counter_error, s->counter_error, sizeof(s->counter_error));
		return 0;
	case REQUEST_ALLOCS:
		if (!text)
			break;
		error = open_allocs(s, text);
		free(text);
		return error;
	case REQUEST_RUN:
		run_batch(s, request, reply);
		return 0;
	}
	errno = EINVAL;
	return -1;
}

static char *receive_text(int fd, uint32_t size)
{
	char *text = malloc(size);

	if (text && receive_all(fd, text, size) < 0)
		_exit(0);
	return text;
}

static void serve_all(struct spawner *s, pid_t parent)
{
	struct request request;
	struct rusage self;
	struct reply reply;

	while (receive_all(s->fd, &request, sizeof(request)) == 0) {
		char *text = request.size ? receive_text(s->fd, request.size) : NULL;

		if (getppid() != parent)
			return;
		memset(&reply, 0, REPLY_HEAD);
		if (request.kind != REQUEST_RUN)
			s->grown = true;
		errno = ENOMEM;
		if ((request.size && !text) || serve(s, &request, text, &reply) < 0)
			reply.error = errno;
		getrusage(RUSAGE_SELF, &self);
		reply.floor = (int64_t)self.ru_maxrss * 1024;
		if (send_all(s->fd, &reply, (uint32_t)(REPLY_HEAD + reply.count * sizeof(reply.result[0]))) < 0)
			return;
	}
}

static void reset_signals(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* Ignored, our children would be reaped by the kernel, and their usage lost. */
	signal(SIGCHLD, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

void spawner_main(int fd, pid_t parent, bool show_output, const sigset_t *mask)
{
	struct spawner s = { .fd = fd, .mask = mask, .counters = { .fd = { -1, -1 } } };
	int null;

	reset_signals();
	if (getppid() != parent)
		_exit(0);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 ||
	    dup2(show_output ? STDERR_FILENO : null, STDOUT_FILENO) < 0 ||
	    (!show_output && dup2(null, STDERR_FILENO) < 0))
		_exit(1);
	close(null);
	trim_open(&s.trim);
	serve_all(&s, parent);
	_exit(0);
}
