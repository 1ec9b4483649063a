#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"
#include "proc.h"

#define LOOK 20000000 /* ns between looks for a signal */
#define SAID_MAX 65536 /* bytes of standard error that are looked at */

extern char **environ;

int work_failed(struct work *w, const char *format, ...)
{
	const char *reason = strerror(errno);
	size_t len = strlen(format);
	char *text;
	va_list ap;
	int n;

	if (w->why)
		return -1;
	va_start(ap, format);
	n = vasprintf(&text, format, ap);
	va_end(ap);
	if (n < 0)
		die("out of memory");
	if (len && format[len - 1] == ':') {
		w->why = x_asprintf("%s %s", text, reason);
		free(text);
	} else {
		w->why = text;
	}
	return -1;
}

bool work_stopped(const struct work *w)
{
	return signals_caught(w->signals) != 0;
}

/* Does the variable change what the programs write, or where? */
static bool is_dropped(const char *variable)
{
	static const char *const names[] = {"MKE2FS_", "E2FSPROGS_", "E2FSCK_", "DEBUGFS_", "UNIX_IO_", "TEST_IO_",
					    "SOURCE_DATE_EPOCH=", "LC_ALL=", "TZ="};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

static char **environment(const struct work *w)
{
	size_t n = 0, kept = 0;
	char **made;

	while (environ && environ[n])
		n++;
	made = x_calloc(n + 6, sizeof *made);
	for (size_t i = 0; i < n; i++) {
		if (!is_dropped(environ[i]))
			made[kept++] = x_strdup(environ[i]);
	}
	made[kept++] = x_strdup("LC_ALL=C");
	made[kept++] = x_strdup("TZ=UTC");
	made[kept++] = x_strdup("MKE2FS_CONFIG=" WORK_STAGE "mke2fs.conf");
	/* Until e2fsprogs 1.47.0, and since. */
	made[kept++] = x_asprintf("E2FSPROGS_FAKE_TIME=%lld", (long long)w->time);
	made[kept] = x_asprintf("SOURCE_DATE_EPOCH=%lld", (long long)w->time);
	return made;
}

static void environment_free(char **made)
{
	for (char **variable = made; *variable; variable++)
		free(*variable);
	free(made);
}

/* Until it ends, or a signal comes, which ends it. */
static int wait_for(struct work *w, pid_t pid, struct proc_usage *usage)
{
	for (;;) {
		int ended = proc_wait(pid, LOOK, usage);

		if (ended == 1)
			return 0;
		if ((ended < 0 && errno != EINTR) || work_stopped(w)) {
			int error = ended < 0 ? errno : EINTR;

			proc_stop(pid, 0, usage);
			errno = error;
			return -1;
		}
	}
}

/* The first line of what was said that is no warning and does not begin with ignored, in *said, which stays valid with
 * buffer. */
static bool first_line(int fd, const char *ignored, char buffer[SAID_MAX], const char **said)
{
	ssize_t n = pread(fd, buffer, SAID_MAX - 1, 0);
	char *rest = buffer, *line;

	buffer[n > 0 ? n : 0] = '\0';
	while ((line = strsep(&rest, "\n"))) {
		if (!*line || strstr(line, "arning:") || (*ignored && strncmp(line, ignored, strlen(ignored)) == 0))
			continue;
		*said = line;
		return true;
	}
	return false;
}

static int judge(struct work *w, const char *name, int status, int said_fd, bool strict, const char *ignored)
{
	char *buffer = x_malloc(SAID_MAX), *prefix = x_asprintf("%s: ", name);
	const char *said = "";
	bool spoke = first_line(said_fd, ignored, buffer, &said);

	if (strncmp(said, prefix, strlen(prefix)) == 0)
		said += strlen(prefix);
	if (WIFSIGNALED(status))
		work_failed(w, "%s: ended by signal %d, %s", name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else if (spoke && (strict || WEXITSTATUS(status) != 0))
		work_failed(w, "%s: %s", name, said);
	else if (WEXITSTATUS(status) != 0)
		work_failed(w, "%s: exit status %d", name, WEXITSTATUS(status));
	free(prefix);
	free(buffer);
	return w->why ? -1 : 0;
}

int work_run(struct work *w, const char *path, const char *const *argv, bool strict, const char *ignored)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), said = memfd_create("stderr", MFD_CLOEXEC), result;
	char **envp = environment(w);
	struct proc_usage usage = {.status = 0};
	struct proc_spec spec = {.path = path, .argv = (char *const *)argv, .envp = envp, .own_group = true,
				 .death_signal = SIGKILL};
	sigset_t none, ignored_here;
	pid_t pid;

	sigemptyset(&none);
	spec.mask = &none;
	sigemptyset(&ignored_here);
	sigaddset(&ignored_here, SIGPIPE);
	spec.reset = &ignored_here;
	spec.fd[0] = w->stage.dir;
	spec.fd[1] = null;
	spec.fd[2] = said;
	pid = null < 0 || said < 0 ? -1 : proc_spawn(&spec, NULL);
	if (pid < 0)
		result = work_failed(w, "%s:", path);
	else if (wait_for(w, pid, &usage) < 0)
		result = work_failed(w, "%s:", argv[0]);
	else
		result = judge(w, argv[0], usage.status, said, strict, ignored);
	w->user += usage.user;
	w->system += usage.system;
	environment_free(envp);
	if (said >= 0)
		close(said);
	if (null >= 0)
		close(null);
	return result;
}
