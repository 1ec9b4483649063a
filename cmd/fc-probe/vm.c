#include "vm.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "proc.h"
#include "rng.h"
#include "vm-why.h"
#include "vsock.h"

#define US 1000LL
#define MS 1000000LL
#define ARGUMENTS 16

extern char **environ;

static int name_places(struct vm *vm, uint64_t number)
{
	const struct machine *m = vm->machine;
	char socket[sizeof vm->directory + 16];

	snprintf(vm->name, sizeof vm->name, "%" PRIx64, number);
	if ((size_t)snprintf(vm->directory, sizeof vm->directory, "%s/%s", m->directory, vm->name) >= sizeof vm->directory ||
	    (size_t)snprintf(vm->vsock, sizeof vm->vsock, "%s/vsock", vm->directory) >= sizeof vm->vsock)
		return vm_why(vm, "%s: the path is too long for a unix socket", m->directory);
	snprintf(socket, sizeof socket, "%s/api", vm->directory);
	if (api_open(&vm->api, socket) < 0)
		return vm_why(vm, "%s: the path is too long for a unix socket", socket);
	return 0;
}

static void begin(struct vm *vm, const struct machine *machine)
{
	memset(vm, 0, sizeof *vm);
	vm->machine = machine;
	vm->mode = MODE_NONE;
	vm->pidfd = vm->home = vm->api.fd = vm->log.fd = -1;
}

pid_t machine_spawn(const struct machine *m, const struct proc_spec *spec, int64_t *started)
{
	pid_t pid;

	prctl(PR_SET_TIMERSLACK, m->timer_slack);
	pid = proc_spawn(spec, started);
	prctl(PR_SET_TIMERSLACK, 1UL);
	return pid;
}

static pid_t spawn(struct vm *vm, int output, uint64_t number)
{
	const struct machine *m = vm->machine;
	char seed[32];
	const char *argv[ARGUMENTS + EXTRA_MAX] = {m->firecracker, "--api-sock", vm->api.path, "--id", vm->id};
	size_t n = 5;
	sigset_t none, ignored;
	struct proc_spec spec = {.path = m->firecracker, .argv = (char *const *)argv, .envp = environ,
				 .fd = {open("/dev/null", O_RDONLY | O_CLOEXEC), output, output}, .own_group = true,
				 .death_signal = SIGKILL, .mask = &none, .reset = &ignored};
	pid_t pid;

	sigemptyset(&none);
	sigemptyset(&ignored);
	sigaddset(&ignored, SIGPIPE);
	sigaddset(&ignored, SIGXFSZ);
	if (m->boot_timer)
		argv[n++] = "--boot-timer";
	if (m->mode == MODE_MOCK) {
		snprintf(seed, sizeof seed, "%" PRIu64, rng_at(rng_key(m->seed, "microvm"), number) >> 11);
		argv[n++] = "--mock-seed";
		argv[n++] = seed;
		for (char **extra = m->extra; extra && *extra && n < sizeof argv / sizeof argv[0] - 1; extra++)
			argv[n++] = *extra;
	}
	pid = machine_spawn(m, &spec, &vm->spawned);
	close(spec.fd[0]);
	return pid;
}

int vm_spawn(struct vm *vm, const struct machine *machine, struct lease *lease, uint64_t number)
{
	char path[API_PATH + 16];
	int output;

	begin(vm, machine);
	uuid_v7(vm->id);
	if (name_places(vm, number) < 0)
		return -1;
	if (mkdir(vm->directory, 0700) < 0)
		return vm_why(vm, "%s: %s", vm->directory, strerror(errno));
	snprintf(path, sizeof path, "%s/output", vm->directory);
	output = open(path, O_CREAT | O_EXCL | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
	if (output < 0)
		return vm_why(vm, "%s: %s", path, strerror(errno));
	vm->pid = spawn(vm, output, number);
	close(output);
	if (vm->pid < 0) {
		vm->pid = 0;
		return vm_why(vm, "%s: %s", machine->firecracker, strerror(errno));
	}
	vm->pidfd = proc_pidfd(vm->pid);
	if (vm->pidfd < 0)
		return vm_why(vm, "pidfd_open: %s", strerror(errno));
	if (lease_add_process(lease, vm->pid) < 0 && errno != ESRCH)
		return vm_why(vm, "%s: %s", machine->directory, strerror(errno));
	return 0;
}

static int ask_version(struct vm *vm, const struct until *until)
{
	const char *at, *end;
	char text[64];

	if (vm_call(vm, "ask for the version", "GET", "/version", NULL, until) < 0)
		return -1;
	at = strstr(vm->api.body, "\"firecracker_version\"");
	at = at ? strchr(at + 21, '"') : NULL;
	end = at ? strchr(at + 1, '"') : NULL;
	if (!end || (size_t)(end - at) > sizeof text)
		return vm_why(vm, "GET /version: expected a firecracker_version, but got %.100s", vm->api.body);
	snprintf(text, sizeof text, "%.*s", (int)(end - at - 1), at + 1);
	if (fcversion_parse(text, &vm->version) < 0 || vm->version.major != 1)
		return vm_why(vm, "GET /version: expected a version 1.x.y, but got %s", text);
	vm->mode = vm->version.mock ? MODE_MOCK : MODE_REAL;
	return 0;
}

int vm_attach(struct vm *vm, const struct machine *machine, const struct until *until)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	begin(vm, machine);
	vm->attached = true;
	if (api_open(&vm->api, machine->socket) < 0 || api_connect(&vm->api, until) < 0)
		return vm_why(vm, "%s: %s", machine->socket, strerror(errno));
	if (getsockopt(vm->api.fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && peer.pid > 0) {
		vm->pid = peer.pid;
		vm->pidfd = proc_pidfd(peer.pid);
	}
	if (machine->vsock_path)
		snprintf(vm->vsock, sizeof vm->vsock, "%s", machine->vsock_path);
	if (ask_version(vm, until) < 0 || vm_call(vm, "ask for its state", "GET", "/", NULL, until) < 0)
		return -1;
	vm->was_paused = strstr(vm->api.body, "\"Paused\"") != NULL;
	return 0;
}

int vm_give_back(struct vm *vm, const struct until *until)
{
	return vm->was_paused ? vm_pause(vm, until) : vm_resume(vm, until);
}

/* It polls: often at first, and then every hundredth of the time that it has been. */
int vm_await_api(struct vm *vm, const struct until *until)
{
	int64_t wait;

	while (api_connect(&vm->api, until) < 0) {
		if (errno != ENOENT && errno != ECONNREFUSED)
			return vm_why(vm, "%s: %s", vm->api.path, strerror(errno));
		if (vm_has_ended(vm))
			return -1;
		wait = (clock_now() - vm->spawned) / 100;
		wait = wait < 50 * US ? 50 * US : wait > MS ? MS : wait;
		if (until_sleep(until, clock_now() + wait) < 0)
			return vm_why_waiting(vm, "its API did not answer");
	}
	return ask_version(vm, until);
}

int vm_call(struct vm *vm, const char *what, const char *method, const char *path, const char *body,
	    const struct until *until)
{
	char fault[VM_WHY - 200];
	int status = api_call(&vm->api, method, path, body, until);

	if (status >= 200 && status < 300)
		return 0;
	if (status > 0) {
		api_fault(&vm->api, fault, sizeof fault);
		return vm_why(vm, "could not %s: %s %s answered %d: %s", what, method, path, status, fault);
	}
	if (errno == ETIMEDOUT || errno == ECANCELED)
		return vm_why_waiting(vm, "could not %s: %s %s had no answer", what, method, path);
	if (errno == ECONNRESET && vm_has_ended(vm))
		return -1;
	return vm_why(vm, "could not %s: %s %s: %s", what, method, path, strerror(errno));
}

int vm_pause(struct vm *vm, const struct until *until)
{
	return vm_call(vm, "pause", "PATCH", "/vm", BODY_PAUSED, until);
}

int vm_resume(struct vm *vm, const struct until *until)
{
	return vm_call(vm, "resume", "PATCH", "/vm", BODY_RESUMED, until);
}

int vm_start(struct vm *vm, const struct until *until)
{
	return vm_call(vm, "start", "PUT", "/actions", BODY_START, until);
}

int vm_ask_down(struct vm *vm, const struct until *until)
{
	return vm_call(vm, "shut down", "PUT", "/actions", BODY_CTRL_ALT_DEL, until);
}

int vm_await_end(struct vm *vm, const struct until *until)
{
	if (vm->pidfd < 0)
		return vm_why(vm, "its process is not known");
	return until_ready(until, vm->pidfd, POLLIN) == 0 ? 0 : vm_why_waiting(vm, "it did not end");
}

int vm_await_guest(struct vm *vm, const struct until *until, int64_t *when)
{
	const struct machine *m = vm->machine;
	struct ready ready = {m->ready, &vm->log, vm->home, vm->vsock, m->exec.port, vm->pidfd};
	char why[EXEC_WHY];

	if (m->ready == READY_NONE) {
		*when = clock_now();
		return 0;
	}
	if (ready_wait(&ready, until, when, why) == 0)
		return 0;
	return vm_has_ended(vm) ? -1 : vm_why(vm, "the guest did not come up: %s", why);
}

int vm_boot(struct vm *vm, const struct machine *machine, struct lease *lease, uint64_t number, const struct until *until)
{
	int64_t when;

	return vm_spawn(vm, machine, lease, number) < 0 || vm_await_api(vm, until) < 0 || vm_configure(vm, until) < 0 ||
	       vm_start(vm, until) < 0 || vm_await_guest(vm, until, &when) < 0 ? -1 : 0;
}

int vm_exec(struct vm *vm, const struct until *until, struct exec_result *result)
{
	const struct machine *m = vm->machine;
	char why[EXEC_WHY];

	if (exec_vsock(vm->vsock, m->exec.port, m->command, until, result, why) < 0)
		return vm_has_ended(vm) ? -1 : vm_why(vm, "could not exec: %s", why);
	if (result->status != 0)
		return vm_why(vm, "the command ended with status %d", result->status);
	return 0;
}

int64_t vm_cpu(const struct vm *vm)
{
	struct timespec t;
	clockid_t clock;

	if (vm->pid <= 0 || clock_getcpuclockid(vm->pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
		return -1;
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int vm_signal(const struct vm *vm, int number)
{
	int status = kill(vm->pid, number);

	kill(-vm->pid, number);
	return status;
}

bool vm_others_live(pid_t pid)
{
	return pid > 0 && kill(-pid, 0) == 0;
}

void vm_reap(struct vm *vm)
{
	struct proc_usage usage;

	if (vm->pid > 0 && !vm->attached)
		while (proc_wait(vm->pid, -1, &usage) < 0 && errno == EINTR)
			;
	vm->pid = 0;
}

void vm_kill(struct vm *vm)
{
	api_close(&vm->api);
	boot_log_close(&vm->log);
	if (vm->home >= 0)
		close(vm->home);
	vm->home = -1;
	if (vm->pid > 0 && !vm->attached)
		vm_signal(vm, SIGKILL);
	vm_reap(vm);
	if (vm->pidfd >= 0)
		close(vm->pidfd);
	vm->pidfd = -1;
}

/* What Firecracker and this program put there. */
int vm_remove_files(struct vm *vm)
{
	static const char *const names[] = {"api", "vsock", "log", "metrics", "output"};
	char home[sizeof "vsock_" + 10];
	int dir;

	if (!vm->name[0] || vm->attached)
		return 0;
	dir = open(vm->directory, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	if (dir < 0)
		return errno == ENOENT ? 0 : -1;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlinkat(dir, names[i], 0);
	snprintf(home, sizeof home, "vsock_%u", vm->machine->home_port);
	unlinkat(dir, home, 0);
	close(dir);
	return rmdir(vm->directory) < 0 && errno != ENOENT ? lease_remove_tree(vm->directory) : 0;
}

void vm_remove(struct vm *vm)
{
	if (!vm->machine)
		return;
	vm_kill(vm);
	if (vm_remove_files(vm) < 0)
		warn("%s:", vm->directory);
	vm->machine = NULL;
}
