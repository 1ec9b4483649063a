#include "where.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api.h"
#include "clock.h"
#include "die.h"
#include "json.h"
#include "proc.h"

#define S 1000000000LL
#define EXEC_PORT 52 /* of the stand-in's guest */

extern char **environ;

static const char *setting(const char *said, const char *variable)
{
	const char *value = getenv(variable);

	return said ? said : value && *value ? value : NULL;
}

/* text, which is freed with the options. */
static const char *keep(struct options *o, char *text)
{
	o->kept[o->nkept++] = text;
	return text;
}

/* --- which version a program is of --- */

/* What it writes on stdout, cut. */
static void output_of(const char *path, char *const *extra, char *text, size_t room)
{
	const char *argv[EXTRA_MAX + 3] = {path};
	struct until until = {clock_now() + 10 * S, -1};
	struct proc_spec spec = {.path = path, .argv = (char *const *)argv, .envp = environ, .fd = {-1, -1, -1},
				 .own_group = true, .death_signal = SIGKILL};
	struct proc_usage used;
	size_t len = 0, words = 1;
	ssize_t n;
	int fds[2];
	pid_t pid;

	while (*extra)
		argv[words++] = *extra++;
	argv[words] = "--version";

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		die("pipe:");
	fcntl(fds[1], F_SETFL, 0);
	spec.fd[1] = spec.fd[2] = fds[1];
	pid = proc_spawn(&spec, NULL);
	if (pid < 0)
		die("%s:", path);
	close(fds[1]);
	while (len < room - 1 && (n = until_read(&until, fds[0], text + len, room - 1 - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	text[len] = '\0';
	proc_stop(pid, 0, &used);
}

static void ask_version_as(struct machine *m, char *const *extra)
{
	char text[256], *version;

	output_of(m->firecracker, extra, text, sizeof text);
	text[strcspn(text, "\r\n")] = '\0';
	version = strncmp(text, "Firecracker v", 13) == 0 ? text + 13 : NULL;
	if (!version || fcversion_parse(version, &m->version) < 0 || m->version.major != 1)
		die("%s --version: expected Firecracker v1.x.y, but got '%.60s'", m->firecracker, text);
	snprintf(m->version_text, sizeof m->version_text, "%.47s", version);
	m->mode = m->version.mock ? MODE_MOCK : MODE_REAL;
}

/* The stand-in poses as whatever its options say. */
static void ask_version(struct machine *m)
{
	char *const none[] = {NULL};

	ask_version_as(m, none);
	if (m->mode == MODE_MOCK && m->extra[0])
		ask_version_as(m, m->extra);
}

/* --- what is missing for a real one --- */

static void add_missing(char **missing, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add_missing(char **missing, const char *format, ...)
{
	char what[600], *before = *missing;
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	*missing = x_asprintf("%s%s%s", before ? before : "", before ? "; " : "", what);
	free(before);
}

static void check_file(char **missing, const char *what, const char *path, const char *how)
{
	if (!path)
		add_missing(missing, "no %s (%s)", what, how);
	else if (access(path, R_OK) < 0)
		add_missing(missing, "%s %s: %s", what, path, strerror(errno));
}

/* NULL: nothing. */
static char *what_is_missing(const struct options *o)
{
	const char *rootfs = setting(o->rootfs, "FIRECRACKER_ROOTFS_PATH");
	char *missing = NULL;

	if (access("/dev/kvm", R_OK | W_OK) < 0)
		add_missing(&missing, "/dev/kvm: %s", strerror(errno));
	check_file(&missing, "kernel", setting(o->kernel, "FIRECRACKER_KERNEL_PATH"), "--kernel or FIRECRACKER_KERNEL_PATH");
	if (!o->machine.initrd && (!rootfs || (strcmp(rootfs, "none") != 0 && strcmp(rootfs, "-") != 0))) {
		size_t len = rootfs ? strlen(rootfs) : 0;
		char *path = rootfs ? x_asprintf("%.*s", (int)(len > 3 && !strcmp(rootfs + len - 3, ":rw") ? len - 3 : len),
						 rootfs) : NULL;

		check_file(&missing, "root file system", path, "--rootfs or FIRECRACKER_ROOTFS_PATH");
		free(path);
	}
	return missing;
}

/* --- the stand-in --- */

/* Beside this program, or on PATH. */
static char *find_stand_in(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "fc-mock");
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		memcpy(slash + 1, "fc-mock", sizeof "fc-mock");
		if (access(path, X_OK) == 0)
			return x_strdup(path);
	}
	return proc_find("fc-mock", path) == 0 ? x_strdup(path) : NULL;
}

static void take_stand_in(struct options *o, const char *why)
{
	o->machine.firecracker = keep(o, find_stand_in());
	if (!o->machine.firecracker)
		die("%s, and no fc-mock in its place", why);
	ask_version(&o->machine);
	if (o->machine.mode != MODE_MOCK)
		die("%s: is no stand-in", o->machine.firecracker);
	warn("%s: measuring the stand-in fc-mock, whose figures say nothing about Firecracker", why);
}

/* Files that are there, and no more. */
static char *make_file(const char *directory, const char *name, off_t size)
{
	char *path = x_asprintf("%s/%s", directory, name);
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 || ftruncate(fd, size) < 0)
		die("%s:", path);
	close(fd);
	return path;
}

/* --- the program --- */

static bool is_true(const char *text)
{
	return text && (strcmp(text, "true") == 0 || strcmp(text, "1") == 0 || strcmp(text, "yes") == 0);
}

static void choose_program(struct options *o)
{
	struct machine *m = &o->machine;
	const char *said = setting(o->firecracker, "FIRECRACKER_BIN");
	bool real = is_true(getenv("USE_REAL_FIRECRACKER"));
	char path[PATH_MAX], *missing = NULL;

	if (proc_find(said ? said : "firecracker", path) < 0) {
		if (said)
			die("%s:", said);
		add_missing(&missing, "no firecracker on PATH (--firecracker or FIRECRACKER_BIN)");
	} else {
		m->firecracker = keep(o, x_strdup(path));
		ask_version(m);
		if (m->mode == MODE_MOCK) {
			if (real)
				die("USE_REAL_FIRECRACKER=true, but %s is a stand-in", path);
			warn("measuring the stand-in %s, whose figures say nothing about Firecracker", path);
			return;
		}
	}
	if (real || m->firecracker) {
		char *more = what_is_missing(o);

		if (more)
			add_missing(&missing, "%s", more);
		free(more);
	}
	if (!missing)
		return;
	if (real)
		die("USE_REAL_FIRECRACKER=true, but: %s", missing);
	if (said)
		die("%s is a real Firecracker, but: %s", said, missing);
	take_stand_in(o, missing);
	free(missing);
}

/* --- the guest --- */

static void choose_files(struct options *o, const char *directory)
{
	struct machine *m = &o->machine;
	const char *rootfs = setting(o->rootfs, "FIRECRACKER_ROOTFS_PATH");
	size_t len;

	m->kernel = setting(o->kernel, "FIRECRACKER_KERNEL_PATH");
	if (!m->kernel)
		m->kernel = keep(o, make_file(directory, "kernel", 4096));
	if (!rootfs && m->mode == MODE_MOCK)
		rootfs = keep(o, make_file(directory, "rootfs", 1 << 20));
	if (!rootfs || strcmp(rootfs, "none") == 0)
		return;
	if (strcmp(rootfs, "-") == 0)
		return;
	len = strlen(rootfs);
	m->rootfs_writable = len > 3 && strcmp(rootfs + len - 3, ":rw") == 0;
	m->rootfs.path = x_calloc(1, sizeof *m->rootfs.path);
	m->rootfs.path[m->rootfs.n++] = x_asprintf("%.*s", (int)(m->rootfs_writable ? len - 3 : len), rootfs);
}

static void parse_ready(struct machine *m, const char *text)
{
	const char *why;
	struct exec_way way;

	if (strcmp(text, "none") == 0) {
		m->ready = READY_NONE;
	} else if (strcmp(text, "boot-timer") == 0) {
		m->ready = READY_BOOT_TIMER;
		m->boot_timer = true;
	} else if (strcmp(text, "exec") == 0) {
		m->ready = READY_EXEC;
		if (m->exec.kind != EXEC_VSOCK)
			die_usage("--ready exec: expected --exec vsock:PORT with it");
	} else if (strncmp(text, "vsock:", 6) == 0 && exec_parse(text, &way, &why) == 0) {
		m->ready = READY_VSOCK;
		m->home_port = way.port;
	} else {
		die_usage("--ready '%s': expected boot-timer, vsock:PORT, exec or none", text);
	}
}

static void choose_signs(struct options *o)
{
	struct machine *m = &o->machine;

	if (m->exec.kind == EXEC_NONE && m->mode == MODE_MOCK)
		m->exec = (struct exec_way){EXEC_VSOCK, EXEC_PORT, NULL};
	if (o->ready_text) {
		parse_ready(m, o->ready_text);
	} else if (m->boot_timer || (m->mode == MODE_MOCK && !m->socket)) {
		m->ready = READY_BOOT_TIMER;
		m->boot_timer = true;
	} else if (m->exec.kind == EXEC_VSOCK) {
		m->ready = READY_EXEC;
	}
	if (m->exec.kind == EXEC_VSOCK || m->ready == READY_VSOCK)
		m->vsock = true;
	if (m->socket && m->exec.kind == EXEC_VSOCK && !m->vsock_path)
		die_usage("--exec vsock: with --socket expected --vsock=PATH, the device's socket");
}

void where_read_images(struct options *o)
{
	const char *rootfs = setting(o->rootfs, "FIRECRACKER_ROOTFS_PATH");

	if (!o->machine.socket && rootfs && strcmp(rootfs, "-") == 0 && manifest_read(&o->machine.rootfs, stdin, "-") < 0)
		die_told();
}

/* Several microVMs must not write to one image. */
static void check_writers(const struct options *o)
{
	const struct machine *m = &o->machine;
	unsigned most = o->level[o->levels - 1];

	if (m->rootfs_writable && m->rootfs.n < most)
		die_usage("--rootfs ...:rw: %u microVMs at once would write to it", most);
	for (size_t i = 0; i < m->drives && most > 1; i++)
		if (!m->drive[i].read_only)
			die_usage("--drive %s:rw: %u microVMs at once would write to it", m->drive[i].path, most);
}

/* What the one that runs is. */
static void ask_machine(struct machine *m)
{
	struct until until = {clock_now() + 10 * S, -1};
	struct api api;
	struct json j;
	struct json_span key;
	int64_t number;

	if (api_open(&api, m->socket) < 0 || api_connect(&api, &until) < 0)
		die("%s:", m->socket);
	if (api_call(&api, "GET", "/machine-config", NULL, &until) != 200)
		die("%s: is no Firecracker: GET /machine-config was not answered", m->socket);
	json_open(&j, api.body, api.len);
	if (json_object(&j) < 0)
		die("%s: is no Firecracker: GET /machine-config answered %.100s", m->socket, api.body);
	while (json_key(&j, &key) == 1) {
		bool memory = json_is(&key, "mem_size_mib"), vcpus = json_is(&key, "vcpu_count");

		if ((memory || vcpus) && json_peek(&j) == JSON_NUMBER) {
			if (json_integer(&j, &number) < 0 || number < 1 || number > INT64_MAX >> 20)
				die("%s: GET /machine-config answered %.100s", m->socket, api.body);
			if (memory)
				m->memory = number << 20;
			else
				m->vcpus = (unsigned)number;
		} else if (json_skip(&j) < 0) {
			break;
		}
	}
	if (api_call(&api, "GET", "/version", NULL, &until) == 200) {
		char *at = strstr(api.body, "\":\"");

		snprintf(m->version_text, sizeof m->version_text, "%.*s", at ? (int)strcspn(at + 3, "\"") : 0, at ? at + 3 : "");
	}
	api_close(&api);
}

void where_find(struct options *o, const char *directory)
{
	struct machine *m = &o->machine;

	if (m->socket) {
		ask_machine(m);
	} else {
		choose_program(o);
		if (m->mode == MODE_REAL && m->extra[0])
			die_usage("%s: only the stand-in takes that", m->extra[0]);
		choose_files(o, directory);
		check_writers(o);
	}
	choose_signs(o);
}
