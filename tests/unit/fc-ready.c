#include "guest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "../../cmd/fc-probe/ready.h"
#include "../../cmd/fc-probe/vsock.h"

#define LINE "2026-11-21T15:00:00.123456789 [anonymous-instance:fc_vcpu 0:INFO:src/boot_timer.rs:31] "
#define BOOT "Guest-boot-time =  61234 us 61 ms,  45678 CPU us 45 CPU ms\n"

static char why[EXEC_WHY];
static char fifo[80];
static struct boot_log boot_log;
static int writer; /* Firecracker's end */

static int open_log(void **state)
{
	(void)state;
	snprintf(fifo, sizeof fifo, "%s/log", guest_directory);
	if (boot_log_open(&boot_log, fifo) != 0)
		return -1;
	writer = open(fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return writer < 0 ? -1 : 0;
}

static int close_log(void **state)
{
	(void)state;
	close(writer);
	boot_log_close(&boot_log);
	return unlink(fifo);
}

static void put(const char *text)
{
	assert_int_equal(write(writer, text, strlen(text)), strlen(text));
}

static void log_line(const char *text)
{
	put(text);
	boot_log_drain(&boot_log);
}

/* A child that ends at once, or that never does. */
static pid_t child(int lives)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (lives)
			pause();
		_exit(0);
	}
	return pid;
}

static int pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd < 0) {
		print_message("no pidfd_open(2) here\n");
		guest_stop(pid);
		skip();
	}
	return fd;
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(ready_name(READY_NONE), "none");
	assert_string_equal(ready_name(READY_BOOT_TIMER), "boot-timer");
	assert_string_equal(ready_name(READY_VSOCK), "vsock");
	assert_string_equal(ready_name(READY_EXEC), "exec");
}

static void test_the_fifo(void **state)
{
	struct boot_log other;
	struct stat st;

	(void)state;
	assert_int_equal(stat(fifo, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(st.st_mode & 077, 0);
	assert_int_equal(boot_log_open(&other, fifo), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(other.fd, -1);
	boot_log_drain(&other);
	boot_log_close(&other);
	boot_log_drain(&boot_log);
	assert_int_equal(boot_log.boot_wall, -1);
	assert_int_equal(boot_log.boot_cpu, -1);
	assert_string_equal(boot_log.error, "");
}

static void test_boot_timer_line(void **state)
{
	int64_t before = clock_now();

	(void)state;
	log_line(LINE "something else\n" LINE BOOT LINE "more\n");
	assert_int_equal(boot_log.boot_wall, 61234000);
	assert_int_equal(boot_log.boot_cpu, 45678000);
	assert_true(boot_log.seen >= before && boot_log.seen <= clock_now());
	before = boot_log.seen;
	log_line(LINE "Guest-boot-time =      1 us 0 ms,      1 CPU us 0 CPU ms\n");
	assert_int_equal(boot_log.boot_wall, 61234000); /* the first one counts */
	assert_int_equal(boot_log.seen, before);
}

static void test_in_pieces(void **state)
{
	static const char text[] = LINE BOOT;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++) {
		assert_int_equal(boot_log.boot_wall, -1); /* not before its newline */
		assert_int_equal(write(writer, text + i, 1), 1);
		boot_log_drain(&boot_log);
	}
	assert_int_equal(boot_log.boot_wall, 61234000);
}

static void test_large_figures(void **state)
{
	(void)state;
	log_line(LINE "Guest-boot-time = 9223372036854775 us 9223372036854 ms,      0 CPU us 0 CPU ms\n");
	assert_int_equal(boot_log.boot_wall, INT64_C(9223372036854775000));
	assert_int_equal(boot_log.boot_cpu, 0);
}

static void test_what_is_no_boot_timer_line(void **state)
{
	static const char *const lines[] = {
		"Guest-boot-time = \n", "Guest-boot-time =\n", "Guest-boot-time = x us 1 ms,  1 CPU us 0 CPU ms\n",
		"Guest-boot-time =  1 us 0 ms\n", "Guest-boot-time =  1 us 0 ms,\n", "Guest-boot-time =  1 us 0 ms,  CPU us 0\n",
		"Guest-boot-time = -1 us 0 ms,  1 CPU us 0 CPU ms\n", "Guest-boot-time = 1 ms 0 ms,  1 CPU us 0 CPU ms\n",
		"Guest-boot-time = 9223372036854776 us 0 ms,  1 CPU us 0 CPU ms\n",
		"Guest-boot-time = 99999999999999999999 us 0 ms,  1 CPU us 0 CPU ms\n", "\n", "\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		log_line(lines[i]);
		if (boot_log.boot_wall != -1 || boot_log.boot_cpu != -1)
			fail_msg("%s", lines[i]);
	}
	assert_int_equal(write(writer, "\0Guest-boot-time =\0\n", 20), 20);
	log_line(LINE BOOT);
	assert_int_equal(boot_log.boot_wall, 61234000);
}

static void test_long_lines(void **state)
{
	char text[4097];

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	for (int i = 0; i < 40; i++)
		log_line(text);
	log_line("\n" BOOT);
	assert_int_equal(boot_log.boot_wall, 61234000);
	log_line(":ERROR] ");
	log_line(text);
	log_line("\n");
	assert_int_equal(strncmp(boot_log.error, ":ERROR] xxx", 11), 0);
	assert_int_equal(strlen(boot_log.error), sizeof boot_log.error - 1);
}

static void test_errors(void **state)
{
	(void)state;
	log_line(LINE "no mistake\n");
	assert_string_equal(boot_log.error, "");
	log_line("2026-11-21T15:00:00.1 [vm1:main:ERROR] first\n2026-11-21T15:00:00.2 [vm1:main:ERROR:src/a.rs:1] second\n");
	assert_string_equal(boot_log.error, "[vm1:main:ERROR:src/a.rs:1] second");
	log_line(LINE "later\n:ERROR] not yet whole");
	assert_string_equal(boot_log.error, "[vm1:main:ERROR:src/a.rs:1] second");
	log_line("\n");
	assert_string_equal(boot_log.error, ":ERROR] not yet whole");
	log_line("T [vm:main:ERROR] \033[2J\177\xff\xc3\xa9\xc3\n");
	assert_string_equal(boot_log.error, "[vm:main:ERROR] ?[2J??\xc3\xa9?");
}

/* A character is not cut in two. */
static void test_an_error_that_is_cut(void **state)
{
	(void)state;
	put("T [:ERROR] x");
	for (int i = 0; i < 200; i++)
		put("\xc3\xa9");
	log_line("\n");
	assert_int_equal(strlen(boot_log.error), sizeof boot_log.error - 1 - (sizeof boot_log.error - 1 - 10) % 2);
	assert_int_equal((unsigned char)boot_log.error[strlen(boot_log.error) - 1], 0xa9);
}

static void test_a_full_pipe(void **state)
{
	char text[4096];
	ssize_t n;
	size_t written = 0;

	(void)state;
	memset(text, '\n', sizeof text);
	while ((n = write(writer, text, sizeof text)) > 0)
		written += (size_t)n;
	assert_true(written > 0);
	for (int i = 0; i < 1000 && poll(&(struct pollfd){.fd = boot_log.fd, .events = POLLIN}, 1, 0) > 0; i++)
		boot_log_drain(&boot_log);
	log_line(BOOT);
	assert_int_equal(boot_log.boot_wall, 61234000);
}

static void test_nothing_to_wait_for(void **state)
{
	struct ready ready = {.kind = READY_NONE, .home = -1, .process = -1};
	struct until until = {.when = 0, .stop = -1};
	int64_t when = 0, before = clock_now();

	(void)state;
	assert_int_equal(ready_wait(&ready, &until, &when, why), 0);
	assert_true(when >= before);
}

static void test_waiting_for_the_boot_timer(void **state)
{
	struct ready ready = {.kind = READY_BOOT_TIMER, .log = &boot_log, .home = -1, .process = -1};
	struct until until = within(PATIENCE);
	int64_t when, before = clock_now();
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		static const char text[] = LINE "hello\n" LINE BOOT;

		for (size_t i = 0; i < sizeof text - 1; i += 7) {
			size_t n = sizeof text - 1 - i < 7 ? sizeof text - 1 - i : 7;

			if (write(writer, text + i, n) != (ssize_t)n)
				_exit(1);
			clock_sleep_until(clock_now() + MS / 10);
		}
		_exit(0);
	}
	assert_int_equal(ready_wait(&ready, &until, &when, why), 0);
	assert_int_equal(boot_log.boot_wall, 61234000);
	assert_int_equal(when, boot_log.seen);
	assert_true(when > before);
	until.when = 0; /* what is known already needs no time */
	assert_int_equal(ready_wait(&ready, &until, &when, why), 0);
	waitpid(pid, NULL, 0);
}

static void test_no_boot_timer(void **state)
{
	struct ready ready = {.kind = READY_BOOT_TIMER, .log = &boot_log, .home = -1, .process = -1};
	struct until until = within(WHILE);
	int64_t when;

	(void)state;
	put(LINE "hello\nT [vm:main:ERROR] it went wrong\n");
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(why, "no boot timer line in the log in time: [vm:main:ERROR] it went wrong");
}

static void test_the_process_ends(void **state)
{
	struct ready ready = {.kind = READY_BOOT_TIMER, .log = &boot_log, .home = -1};
	struct until until = within(PATIENCE);
	pid_t pid = child(0);
	int64_t when;

	(void)state;
	ready.process = pidfd_of(pid);
	put("T [vm:main:ERROR] why\n");
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ESRCH);
	assert_string_equal(why, "Firecracker ended before the guest was up: [vm:main:ERROR] why");
	ready.kind = READY_EXEC;
	ready.uds_path = guest_path;
	ready.port = PORT;
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ESRCH);
	put(LINE BOOT); /* a line that came before the end counts */
	ready.kind = READY_BOOT_TIMER;
	assert_int_equal(ready_wait(&ready, &until, &when, why), 0);
	close(ready.process);
	guest_stop(pid);
}

/* Errors as long as they get fit into why. */
static void test_a_long_error(void **state)
{
	struct ready ready = {.kind = READY_BOOT_TIMER, .log = &boot_log, .home = -1, .process = -1};
	struct until until = {.when = 0, .stop = -1};
	int64_t when;

	(void)state;
	memset(boot_log.error, 'x', sizeof boot_log.error - 1);
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_true(strlen(why) < EXEC_WHY && strlen(why) > 100);
}

static void test_cancelled(void **state)
{
	struct ready ready = {.kind = READY_BOOT_TIMER, .log = &boot_log, .home = -1, .process = -1, .uds_path = guest_path,
			      .port = PORT};
	struct until until = within(PATIENCE);
	int stop[2];
	int64_t when;

	(void)state;
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(write(stop[1], "x", 1), 1);
	until.stop = stop[0];
	for (ready.kind = READY_BOOT_TIMER; ready.kind <= READY_EXEC; ready.kind++) {
		assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
		assert_int_equal(errno, ECANCELED);
		assert_string_equal(why, "cancelled");
	}
	close(stop[0]);
	close(stop[1]);
}

static void test_a_call_home(void **state)
{
	struct ready ready = {.kind = READY_VSOCK, .log = &boot_log, .process = -1};
	struct until until = within(PATIENCE);
	char at[VSOCK_PATH];
	int64_t when, before = clock_now();
	pid_t pid;

	(void)state;
	ready.home = vsock_listen(guest_path, 1024, at);
	assert_true(ready.home >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ready.home);
		put("meanwhile: " LINE BOOT);
		clock_sleep_until(clock_now() + MS);
		_exit(until_connect(&until, at) < 0); /* and gone again */
	}
	assert_int_equal(ready_wait(&ready, &until, &when, why), 0);
	assert_true(when > before && when <= clock_now());
	assert_int_equal(boot_log.boot_wall, 61234000);
	waitpid(pid, NULL, 0);
	until = within(WHILE); /* that call was taken */
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(why, "no call from the guest in time");
	close(ready.home);
	unlink(at);
}

static void test_the_process_ends_without_a_call(void **state)
{
	struct ready ready = {.kind = READY_VSOCK};
	struct until until = within(PATIENCE);
	char at[VSOCK_PATH];
	pid_t pid = child(0);
	int64_t when;

	(void)state;
	ready.process = pidfd_of(pid);
	ready.home = vsock_listen(guest_path, 1024, at);
	assert_true(ready.home >= 0);
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ESRCH);
	assert_string_equal(why, "Firecracker ended before the guest was up");
	close(ready.process);
	guest_stop(pid);
	close(ready.home);
	unlink(at);
}

static void exec_comes(pid_t pid)
{
	struct ready ready = {.kind = READY_EXEC, .home = -1, .uds_path = guest_path, .port = PORT, .process = -1};
	struct until until = within(PATIENCE);
	int64_t when, before = clock_now();

	if (ready_wait(&ready, &until, &when, why) != 0)
		fail_msg("%s", why);
	assert_true(when > before && when <= clock_now());
	guest_stop(pid);
}

static int tries;

/* The shell is there at the fourth time. */
static void late_shell(int fd)
{
	if (++tries > 3)
		guest_shell(fd);
	else if (tries == 1)
		guest_refuses(fd);
	else if (tries == 2)
		guest_accept(fd); /* and gone */
}

/* It cannot run `true` at first. */
static void poor_shell(int fd)
{
	char line[256], nonce[64], *at;

	if (++tries > 3) {
		guest_shell(fd);
		return;
	}
	guest_accept(fd);
	guest_line(fd, line, sizeof line);
	at = strstr(line, "printf '\\n");
	if (!at || sscanf(at + 10, "%63s", nonce) != 1)
		_exit(1);
	guest_say(fd, "\n");
	guest_say(fd, nonce);
	guest_say(fd, " 127\n");
}

static void test_the_first_command(void **state)
{
	(void)state;
	exec_comes(guest_start(guest_shell, 0));
	exec_comes(guest_start(guest_shell, 30 * MS)); /* no socket at first */
	exec_comes(guest_start(late_shell, 0));
	exec_comes(guest_start(poor_shell, 0));
}

static void test_the_first_command_never_comes(void **state)
{
	struct ready ready = {.kind = READY_EXEC, .home = -1, .uds_path = guest_path, .port = PORT, .process = -1};
	struct until until = within(WHILE);
	char path[200];
	int64_t when;
	pid_t pid = guest_start(guest_refuses, 0);

	(void)state;
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_non_null(strstr(why, "vsock port 52"));
	guest_stop(pid);
	pid = guest_start(guest_silent, 0);
	until = within(WHILE);
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_string_equal(why, "vsock port 52: no answer to CONNECT in time");
	guest_stop(pid);
	memset(path, 'x', sizeof path - 1); /* what time does not mend is told at once */
	path[sizeof path - 1] = '\0';
	ready.uds_path = path;
	until = within(PATIENCE);
	assert_int_equal(ready_wait(&ready, &until, &when, why), -1);
	assert_int_equal(errno, ENAMETOOLONG);
}

#define with_log(test) cmocka_unit_test_setup_teardown(test, open_log, close_log)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		with_log(test_the_fifo),
		with_log(test_boot_timer_line),
		with_log(test_in_pieces),
		with_log(test_large_figures),
		with_log(test_what_is_no_boot_timer_line),
		with_log(test_long_lines),
		with_log(test_errors),
		with_log(test_an_error_that_is_cut),
		with_log(test_a_full_pipe),
		cmocka_unit_test(test_nothing_to_wait_for),
		with_log(test_waiting_for_the_boot_timer),
		with_log(test_no_boot_timer),
		with_log(test_the_process_ends),
		with_log(test_a_long_error),
		with_log(test_cancelled),
		with_log(test_a_call_home),
		cmocka_unit_test(test_the_process_ends_without_a_call),
		cmocka_unit_test(test_the_first_command),
		cmocka_unit_test(test_the_first_command_never_comes),
	};

	return cmocka_run_group_tests_name("fc-ready", tests, guest_make_directory, guest_remove_directory);
}
