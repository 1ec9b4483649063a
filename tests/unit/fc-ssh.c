#include "guest.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "../../cmd/fc-probe/exec.h"
#include "entries.h"

static char why[EXEC_WHY];
static struct exec_result result;
static char *path_before;

/* What stands for ssh: without a network, a master whose socket is a file, and commands for the local sh. */
static const char fake[] =
	"#!/bin/sh\n"
	"master= control=\n"
	"while [ $# -gt 0 ]; do\n"
	"	case $1 in\n"
	"	-M) master=1 ;;\n"
	"	-S) control=$2; shift ;;\n"
	"	-o) shift ;;\n"
	"	-*) ;;\n"
	"	*) break ;;\n"
	"	esac\n"
	"	shift\n"
	"done\n"
	"host=$1 command=$2\n"
	"case $host in\n"
	"refused) echo 'a word before' >&2; echo 'ssh: connect to host refused port 22: Connection refused' >&2; exit 255 ;;\n"
	"silent) exec sleep 100 ;;\n"
	"mute) exit 255 ;;\n"
	"esac\n"
	"if [ \"$master\" ]; then\n"
	"	: >\"$control\"\n"
	"	trap 'rm -f \"$control\"; exit' TERM\n"
	"	while :; do sleep 0.01; done\n"
	"fi\n"
	"[ -e \"$control\" ] || { echo 'no master' >&2; exit 255; }\n"
	"exec sh -c \"$command\"\n";

/* A directory for programs, alone on PATH but for sh and the like. */
static void use_path(const char *programs)
{
	char text[4096];

	snprintf(text, sizeof text, "%s%s%s", programs, *programs ? ":" : "", path_before);
	assert_int_equal(setenv("PATH", text, 1), 0);
}

static int make_fake(void **state)
{
	char name[96];
	FILE *out;

	if (guest_make_directory(state) != 0)
		return -1;
	path_before = strdup(getenv("PATH") ? getenv("PATH") : "/bin:/usr/bin");
	snprintf(name, sizeof name, "%s/ssh", guest_directory);
	out = fopen(name, "w");
	if (!path_before || !out || fputs(fake, out) < 0 || fclose(out) != 0 || chmod(name, 0700) != 0)
		return -1;
	use_path(guest_directory);
	return 0;
}

static int remove_fake(void **state)
{
	char name[96];

	setenv("PATH", path_before, 1);
	free(path_before);
	snprintf(name, sizeof name, "%s/ssh", guest_directory);
	return unlink(name) | guest_remove_directory(state);
}

static struct ssh *opened(const char *host)
{
	struct until until = within(PATIENCE);
	struct ssh *ssh = ssh_open(host, guest_directory, &until, why);

	if (!ssh)
		fail_msg("%s", why);
	return ssh;
}

static void not_opened(const char *host, const char *directory, int64_t patience, const char *wanted)
{
	struct until until = within(patience);

	if (ssh_open(host, directory, &until, why))
		fail_msg("%s: was opened", host);
	if (!strstr(why, wanted))
		fail_msg("%s: '%s', wanted '%s'", host, why, wanted);
}

static void ran(struct ssh *ssh, const char *command, int status)
{
	struct until until = within(PATIENCE);

	if (exec_ssh(ssh, command, &until, &result, why) != 0)
		fail_msg("%s: %s", command, why);
	assert_int_equal(result.status, status);
	assert_true(result.begin > 0);
	assert_true(result.begin <= result.connected);
	assert_true(result.connected <= result.first_byte);
	assert_true(result.first_byte <= result.done);
}

static void fails(struct ssh *ssh, const char *command, int64_t patience, const char *wanted, int error)
{
	struct until until = within(patience);
	int failed = exec_ssh(ssh, command, &until, &result, why), got = errno;

	assert_int_equal(failed, -1);
	if (!strstr(why, wanted))
		fail_msg("%s: '%s', wanted '%s'", command, why, wanted);
	if (error && got != error)
		fail_msg("%s: %s, wanted %s", command, strerror(got), strerror(error));
}

static void commands(struct ssh *ssh)
{
	ran(ssh, "true", 0);
	ran(ssh, "false", 1);
	ran(ssh, "(exit 255)", 255); /* not ssh's own */
	ran(ssh, "sh -c 'kill -9 $$'", 137);
	ran(ssh, "exit 3", 3); /* the shell's end, without a sentinel */
	ran(ssh, "echo much >&2; head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2", 0);
	ran(ssh, "printf 'x'; no-such-command", 127);
	ran(ssh, "cat", 0); /* there is no input */
}

static void test_commands(void **state)
{
	struct ssh *ssh = opened("guest"), *other;

	(void)state;
	commands(ssh);
	other = opened("root@guest"); /* beside the first */
	ran(other, "true", 0);
	ssh_close(other);
	ran(ssh, "true", 0);
	ssh_close(ssh);
	ssh_close(NULL);
}

static void test_failures(void **state)
{
	struct ssh *ssh = opened("guest");
	struct until until = within(PATIENCE);
	int stop[2];

	(void)state;
	fails(ssh, "sleep 100", WHILE, "ssh: the command did not end in time", ETIMEDOUT);
	fails(ssh, "yes", WHILE, "ssh: the command did not end in time", ETIMEDOUT);
	fails(ssh, "true\ntrue", PATIENCE, "newline", EINVAL);
	fails(ssh, "echo 'what it says' >&2; exit 255", PATIENCE, "ssh: what it says", ECONNRESET);
	fails(ssh, "exit 255", PATIENCE, "ssh: ended with status 255", ECONNRESET);
	fails(ssh, "kill -9 $$", PATIENCE, "ssh: ended with status 137", ECONNRESET);
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(write(stop[1], "x", 1), 1);
	until.stop = stop[0];
	assert_int_equal(exec_ssh(ssh, "yes", &until, &result, why), -1);
	assert_int_equal(errno, ECANCELED);
	close(stop[0]);
	close(stop[1]);
	ssh_close(ssh);
}

static void test_connections_that_fail(void **state)
{
	char directory[128];

	(void)state;
	not_opened("refused", guest_directory, PATIENCE, "ssh: connect to host refused port 22: Connection refused");
	not_opened("mute", guest_directory, PATIENCE, "ssh: the connection ended with status 255");
	not_opened("silent", guest_directory, WHILE, "ssh: no connection in time");
	memset(directory, 'x', sizeof directory - 1);
	directory[sizeof directory - 1] = '\0';
	not_opened("guest", directory, PATIENCE, "path is too long");
}

static void test_no_ssh(void **state)
{
	(void)state;
	assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);
	not_opened("guest", guest_directory, PATIENCE, "ssh: not found on PATH (openssh-client)");
	use_path(guest_directory);
}

static void test_the_master_is_gone(void **state)
{
	struct ssh *ssh = opened("guest");
	DIR *d = opendir(guest_directory);
	struct dirent *entry;
	char name[400];

	(void)state;
	assert_non_null(d);
	while ((entry = readdir(d))) {
		if (strlen(entry->d_name) > 3 && strncmp(entry->d_name, "ssh", 3) == 0) {
			snprintf(name, sizeof name, "%s/%s", guest_directory, entry->d_name);
			assert_int_equal(unlink(name), 0);
		}
	}
	closedir(d);
	fails(ssh, "true", PATIENCE, "ssh: the connection that was opened beforehand is gone", ECONNRESET);
	ssh_close(ssh);
}

static void test_nothing_stays(void **state)
{
	int files = entries(guest_directory), fds = descriptors();
	struct ssh *ssh = opened("guest");

	(void)state;
	ran(ssh, "true", 0);
	fails(ssh, "sleep 100", WHILE, "in time", ETIMEDOUT);
	ssh_close(ssh);
	not_opened("refused", guest_directory, PATIENCE, "refused");
	not_opened("silent", guest_directory, WHILE, "in time");
	assert_int_equal(entries(guest_directory), files);
	assert_int_equal(descriptors(), fds);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nor a child */
	assert_int_equal(errno, ECHILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_connections_that_fail),
		cmocka_unit_test(test_no_ssh),
		cmocka_unit_test(test_the_master_is_gone),
		cmocka_unit_test(test_nothing_stays),
	};

	return cmocka_run_group_tests_name("fc-ssh", tests, make_fake, remove_fake);
}
