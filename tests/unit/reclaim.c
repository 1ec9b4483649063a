#include "leases.h"

/* What the next run finds of dead ones, and what it leaves alone. */

static void all_of_a_dead_run_goes(void **state)
{
	struct killable run;
	const char *outside = in(root, "outside");
	(void)state;

	start_run(&run, outside, true);
	kill_run(&run);
	assert_true(there(run.path) && there(in(outside, "link")));
	assert_lives(run.program);
	assert_reclaimed(1, 1, 1);
	assert_killed(run.program);
	assert_int_equal(entries(root), 0);
	assert_reclaimed(0, 0, 0);
}

static void living_runs_are_left_alone(void **state)
{
	struct killable dead[2], living[2];
	(void)state;

	start_run(&dead[0], in(root, "dead-0"), true);
	start_run(&living[0], in(root, "living-0"), true);
	start_run(&dead[1], in(root, "dead-1"), false);
	start_run(&living[1], NULL, true);
	kill_run(&dead[0]);
	kill_run(&dead[1]);
	for (int i = 0; i < 3; i++) {
		assert_reclaimed(i ? 0 : 2, i ? 0 : 1, i ? 0 : 2);
		assert_false(there(dead[0].path) || there(dead[1].path));
		assert_false(there(in(root, "dead-0")) || there(in(root, "dead-1")));
		assert_true(there(in(living[0].path, "vm/api.sock")) && there(in(living[1].path, "vm/api.sock")));
		assert_true(there(in(root, "living-0/link")));
		assert_lives(living[0].pid);
		assert_lives(living[1].pid);
	}
	assert_killed(dead[0].program);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(kill(living[i].program, 0), 0);
		kill_run(&living[i]);
	}
	assert_reclaimed(2, 2, 1);
	assert_killed(living[0].program);
	assert_killed(living[1].program);
	assert_int_equal(entries(root), 0);
}

static void other_programs_and_names_are_left_alone(void **state)
{
	static const char *const names[] = {
		"lease-unit", "lease-unit-", "lease-unit-x", "lease-0192f0a0-0000-7000-8000-000000000000",
		"lease-unit-x-0192f0a0-0000-7000-8000-000000000000", "lease-unit-0192F0A0-0000-7000-8000-000000000000",
		"lease-unit-0192f0a0-0000-7000-8000-000000000000x",
	};
	const int n = sizeof names / sizeof names[0];
	(void)state;

	assert_int_equal(mkdir(shared(), 0700), 0);
	for (int i = 0; i < n; i++)
		assert_int_equal(mkdir(in(shared(), names[i]), 0700), 0);
	assert_reclaimed(0, 0, 0);
	assert_int_equal(entries(shared()), n);
}

static void links_in_the_shared_directory_lead_nowhere(void **state)
{
	const char *name = "lease-unit-0192f0a0-0000-7000-8000-00000000000";
	char link[PATH_MAX];
	(void)state;

	assert_int_equal(mkdir(shared(), 0700), 0);
	assert_int_equal(mkdir("kept", 0700), 0);
	put("kept/f", "x", 1);
	snprintf(link, sizeof link, "%s0", in(shared(), name));
	assert_int_equal(symlink(in(root, "kept"), link), 0);
	link[strlen(link) - 1] = '1';
	put(link, "x", 1);
	link[strlen(link) - 1] = '2';
	assert_int_equal(mkfifo(link, 0600), 0);
	assert_reclaimed(0, 0, 0);
	assert_true(there("kept/f"));
	assert_int_equal(entries(shared()), 3);
	/* Nor do those in a dead run's directory. */
	const char *path = forge("", 0);
	assert_int_equal(symlink(in(root, "kept"), in(path, "link")), 0);
	assert_reclaimed(1, 0, 0);
	assert_true(there("kept/f"));
	assert_int_equal(entries(shared()), 3);
}

static void a_directory_of_somebody_else_is_left_alone(void **state)
{
	const char *path;
	(void)state;

	if (geteuid() != 0)
		skip();
	path = forge("", 0);
	assert_int_equal(chown(path, 12345, (gid_t)-1), 0);
	assert_reclaimed(0, 0, 0);
	assert_true(there(path));
	assert_int_equal(chown(path, 0, (gid_t)-1), 0);
	put("kept", "x", 1);
	/* And so is what somebody else wrote into one. */
	char line[256], text[128];
	snprintf(text, sizeof text, "path %s/kept", root);
	put(in(path, ".record"), line, record_line(line, text));
	assert_int_equal(chown(in(path, ".record"), 12345, (gid_t)-1), 0);
	assert_reclaimed(0, 0, 0);
	assert_true(there("kept"));
}

static void died_as_it_was_made(void **state)
{
	const char *path;
	(void)state;

	path = forge("", 0);
	assert_int_equal(unlink(in(path, ".record")), 0);
	assert_reclaimed(1, 0, 0);
	forge("", 0);
	assert_reclaimed(1, 0, 0);
	assert_int_equal(entries(root), 0);
}

static void thousands_at_once(void **state)
{
	struct lease_reclaimed reclaimed;
	int status;
	pid_t pid = fork();
	(void)state;

	assert_true(pid >= 0);
	if (pid == 0) {
		char error[LEASE_ERROR], path[PATH_MAX];
		struct lease *lease = lease_open(NULL, PROGRAM, 0, &reclaimed, error);

		for (int i = 0; lease && i < 4000; i++) {
			bool outside = i < 2000;
			snprintf(path, sizeof path, "%s/%d", outside ? root : lease_path(lease), i);
			if (outside && lease_add_path(lease, path) != 0)
				_exit(1);
			close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
		}
		raise(SIGKILL);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(entries(root), 2001);
	for (int i = 0; i < 100; i++)
		forge("", 0);
	assert_reclaimed(101, 0, 2000);
	assert_int_equal(entries(root), 0);
}

/* ---- Records that are not as they were written ---- */

static bool is_gone(const char *directory, int length)
{
	char path[PATH_MAX];

	snprintf(path, sizeof path, "%s/%.*s", directory, length, "aaaaaaaaaa");
	return !there(path);
}

static void plant(const char *directory)
{
	char path[PATH_MAX];

	for (int length = 1; length <= 10; length++) {
		snprintf(path, sizeof path, "%s/%.*s", directory, length, "aaaaaaaaaa");
		if (!there(path))
			put(path, "x", 1);
	}
}

/* Two paths, of which a shorter one is another file's. */
static void a_record_cut_anywhere(void **state)
{
	char record[512], text[256];
	size_t first, second;
	(void)state;

	snprintf(text, sizeof text, "path %s/aaaaa", root);
	first = record_line(record, text);
	snprintf(text, sizeof text, "path %s/aaaaaaaaaa", root);
	second = first + record_line(record + first, text);
	for (size_t len = 0; len <= second; len++) {
		plant(root);
		forge(record, len);
		assert_reclaimed(1, 0, (len >= first) + (len >= second));
		for (int length = 1; length <= 10; length++)
			assert_int_equal(is_gone(root, length),
					 (length == 5 && len >= first) || (length == 10 && len >= second));
	}
}

static void a_record_with_one_byte_changed(void **state)
{
	char record[512], text[256];
	size_t first, second;
	(void)state;

	snprintf(text, sizeof text, "path %s/aaaaa", root);
	first = record_line(record, text);
	snprintf(text, sizeof text, "path %s/aaaaaaaaaa", root);
	second = first + record_line(record + first, text);
	for (size_t at = 0; at < first; at++) {
		static const char bytes[] = {'\0', 'a', '/', '\n', '\xff'};

		for (size_t i = 0; i < sizeof bytes; i++) {
			char changed[sizeof record];
			bool damaged = record[at] != bytes[i];

			memcpy(changed, record, second);
			changed[at] = bytes[i];
			plant(root);
			forge(changed, second);
			/* Without its end the first takes the second with it. */
			unsigned left = damaged && at == first - 1 ? 0 : 1;
			assert_reclaimed(1, 0, left + !damaged);
			for (int length = 1; length <= 10; length++)
				assert_int_equal(is_gone(root, length),
						 (length == 5 && !damaged) || (length == 10 && left));
		}
	}
}

static void garbage_for_a_record(void **state)
{
	static char garbage[300000];
	uint64_t x = 1;
	(void)state;

	plant(root);
	for (size_t i = 0; i < sizeof garbage; i++) {
		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		garbage[i] = (char)(x >> 56);
	}
	forge(garbage, sizeof garbage);
	memset(garbage, 'x', sizeof garbage);
	forge(garbage, sizeof garbage);
	memset(garbage, 0, sizeof garbage);
	forge(garbage, sizeof garbage);
	assert_reclaimed(3, 0, 0);
	assert_int_equal(entries(root), 10);
}

static void what_no_run_writes_is_not_obeyed(void **state)
{
	static const char *const texts[] = {
		"path", "path ", "path a", "path ./a", "path /", "path //", "path /..", "path /tmp/../tmp/a",
		"paths /a", "a", "process", "process 1", "process x y z", "process -1 1 -", "process 0 0 -",
		"process 1 1", "process 99999999999 1 -",
	};
	char record[PATH_MAX + 128], text[PATH_MAX + 64];
	size_t len = 0;
	(void)state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		len += record_line(record + len, texts[i]);
	plant(root);
	assert_int_equal(mkdir("d", 0700), 0);
	forge(record, len);
	snprintf(text, sizeof text, "path %s/d/../a", root);
	forge(record, record_line(record, text));
	snprintf(text, sizeof text, "path %s/d/..", root);
	forge(record, record_line(record, text));
	assert_reclaimed(3, 0, 0);
	assert_int_equal(entries(root), 11);
}

static void a_record_that_is_no_file(void **state)
{
	struct lease_reclaimed reclaimed;
	struct lease *lease;
	const char *path = forge("", 0);
	(void)state;

	put("kept", "x", 1);
	assert_int_equal(unlink(in(path, ".record")), 0);
	assert_int_equal(mkfifo(in(path, ".record"), 0600), 0);
	lease = opened(&reclaimed);
	assert_int_equal(reclaimed.runs, 0);
	assert_int_equal(unlink(in(path, ".record")), 0);
	assert_int_equal(symlink(in(root, "kept"), in(path, ".record")), 0);
	assert_int_equal(lease_close(lease), 0);
	assert_reclaimed(0, 0, 0);
	assert_true(there("kept"));
}

/* ---- Processes that are not those of the record ---- */

/* What a run recorded of pid. */
static void recorded(pid_t pid, unsigned long long *start, char where[128])
{
	struct lease *lease = opened(NULL);
	char line[512] = "";
	int fd, same;

	assert_int_equal(lease_add_process(lease, pid), 0);
	fd = open(in(lease_path(lease), ".record"), O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, line, sizeof line - 1) > 17);
	close(fd);
	assert_int_equal(sscanf(line + 17, "process %d %llu %127[^\n]", &same, start, where), 3);
	assert_int_equal(same, pid);
	assert_int_equal(lease_close(lease), 0);
}

static void a_process_of_the_same_pid_is_left_alone(void **state)
{
	char line[512], text[256], where[128];
	unsigned long long start;
	pid_t pid = start_program();
	(void)state;

	assert_true(pid > 0);
	recorded(pid, &start, where);
	for (int i = 0; i < 4; i++) {
		if (i < 2)
			snprintf(text, sizeof text, "process %d %llu %s", (int)pid, i ? start + 1 : start - 1, where);
		else /* of another boot, of another namespace */
			snprintf(text, sizeof text, "process %d %llu %s%s", (int)pid, start, i == 2 ? "x" : "", where);
		if (i == 3)
			text[strlen(text) - 2] ^= 1;
		forge(line, record_line(line, text));
		assert_reclaimed(1, 0, 0);
		assert_lives(pid);
	}
	snprintf(text, sizeof text, "process %d %llu %s", (int)pid, start, where);
	forge(line, record_line(line, text) - 1); /* cut */
	assert_reclaimed(1, 0, 0);
	assert_lives(pid);
	forge(line, record_line(line, text));
	assert_reclaimed(1, 1, 0);
	assert_killed(pid);
	forge(line, record_line(line, text));
	assert_reclaimed(1, 0, 0);
}

static void many_processes(void **state)
{
	char *record = malloc(200 * 256), text[256], where[128];
	size_t len = 0;
	unsigned long long start;
	pid_t pids[200];
	(void)state;

	assert_non_null(record);
	for (int i = 0; i < 200; i++) {
		pids[i] = start_program();
		assert_true(pids[i] > 0);
		recorded(pids[i], &start, where);
		snprintf(text, sizeof text, "process %d %llu %s", (int)pids[i], start, where);
		len += record_line(record + len, text);
	}
	forge(record, len);
	assert_reclaimed(1, 200, 0);
	for (int i = 0; i < 200; i++)
		assert_killed(pids[i]);
	free(record);
}

/* ---- Many runs at once ---- */

/* Opens, adds and closes until it is killed; it may be anywhere when that is. */
static void churn(int number)
{
	struct lease_reclaimed reclaimed;
	char error[LEASE_ERROR], path[PATH_MAX];

	for (int i = 0;; i++) {
		struct lease *lease = lease_open(NULL, PROGRAM, 0, &reclaimed, error);

		if (!lease) {
			fprintf(stderr, "%s\n", error);
			_exit(1);
		}
		for (int j = 0; j < 3; j++) {
			snprintf(path, sizeof path, "%s/outside-%d-%d-%d", root, number, i, j);
			if (lease_add_path(lease, path) != 0 || mkdir(path, 0700) != 0)
				_exit(2);
			snprintf(path, sizeof path, "%s/%d", lease_path(lease), j);
			if (mkdir(path, 0700) != 0)
				_exit(3);
		}
		for (int j = 0; j < 3; j++) { /* nobody took it */
			snprintf(path, sizeof path, "%s/outside-%d-%d-%d", root, number, i, j);
			if (!there(path))
				_exit(4);
			snprintf(path, sizeof path, "%s/%d", lease_path(lease), j);
			if (!there(path))
				_exit(5);
		}
		if (lease_close(lease) != 0)
			_exit(6);
	}
}

static void killed_at_any_moment(void **state)
{
	enum { RUNS = 8, KILLS = 200 };
	pid_t pids[RUNS];
	uint64_t x = 7;
	int number = 0, status;
	(void)state;

	for (int i = 0; i < RUNS + KILLS; i++) {
		int slot = i % RUNS;

		if (i >= RUNS) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			usleep((useconds_t)(x >> 52)); /* up to 4 ms */
			kill(pids[slot], SIGKILL);
			assert_true(waitpid(pids[slot], &status, 0) == pids[slot]);
			if (!WIFSIGNALED(status))
				fail_msg("a run ended with %d", WEXITSTATUS(status));
		}
		number++;
		pids[slot] = fork();
		assert_true(pids[slot] >= 0);
		if (pids[slot] == 0)
			churn(number);
	}
	for (int i = 0; i < RUNS; i++) {
		kill(pids[i], SIGKILL);
		assert_true(waitpid(pids[i], &status, 0) == pids[i]);
		assert_true(WIFSIGNALED(status));
	}
	assert_int_equal(lease_close(opened(NULL)), 0);
	assert_int_equal(entries(root), 0);
}

int main(void)
{
#define IN_A_DIRECTORY(test) cmocka_unit_test_setup_teardown(test, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(all_of_a_dead_run_goes),
		IN_A_DIRECTORY(living_runs_are_left_alone),
		IN_A_DIRECTORY(other_programs_and_names_are_left_alone),
		IN_A_DIRECTORY(links_in_the_shared_directory_lead_nowhere),
		IN_A_DIRECTORY(a_directory_of_somebody_else_is_left_alone),
		IN_A_DIRECTORY(died_as_it_was_made),
		IN_A_DIRECTORY(thousands_at_once),
		IN_A_DIRECTORY(a_record_cut_anywhere),
		IN_A_DIRECTORY(a_record_with_one_byte_changed),
		IN_A_DIRECTORY(garbage_for_a_record),
		IN_A_DIRECTORY(what_no_run_writes_is_not_obeyed),
		IN_A_DIRECTORY(a_record_that_is_no_file),
		IN_A_DIRECTORY(a_process_of_the_same_pid_is_left_alone),
		IN_A_DIRECTORY(many_processes),
		IN_A_DIRECTORY(killed_at_any_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
