#include "treeing.h"

#include <mntent.h>

#include "clock.h"

/* Members of control groups. */

static void write_members(const char *directory, const pid_t *pids, size_t n)
{
	char path[256];
	FILE *out;

	snprintf(path, sizeof path, "%s/cgroup.procs", directory);
	out = fopen(path, "w");
	assert_non_null(out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%d\n", (int)pids[i]);
	assert_int_equal(fclose(out), 0);
}

static void test_cgroup(void **state)
{
	char directory[] = "/tmp/tree-test.XXXXXX", below[64], path[128], why[256] = "";
	struct actor a = enter(nothing), b = enter(nothing);
	pid_t first[] = {0, a.pid, getpid()};
	struct reading r;
	const pid_t *pids;
	struct tree *t;

	(void)state;
	assert_non_null(mkdtemp(directory));
	assert_null(tree_new_cgroup(directory, why));
	assert_non_null(strstr(why, "cgroup.procs"));
	assert_null(tree_new_cgroup("/no/such/cgroup-at-all", why));
	assert_string_equal(why, "no such cgroup");
	assert_null(tree_new_cgroup("", why));
	write_members(directory, first, 3);
	t = tree_new_cgroup(directory, why);
	assert_non_null(t);
	r = read_now(t);
	assert_int_equal(r.processes, 2);
	assert_int_equal(tree_pids(t, &pids), 2);
	assert_int_equal(pids[0], getpid());
	snprintf(below, sizeof below, "%s/below", directory);
	assert_int_equal(mkdir(below, 0700), 0);
	write_members(below, &b.pid, 1);
	assert_int_equal(read_now(t).processes, 3);
	write_members(directory, first, 2);
	assert_int_equal(read_now(t).processes, 2);
	assert_true(read_now(t).cpu >= r.cpu);
	snprintf(path, sizeof path, "%s/cgroup.procs", below);
	unlink(path);
	assert_int_equal(rmdir(below), 0);
	assert_int_equal(read_now(t).processes, 1);
	snprintf(path, sizeof path, "%s/cgroup.procs", directory);
	unlink(path);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(tree_read(t, false, &r), -1);
	leave(&a);
	leave(&b);
	tree_free(t);
}

static void burner(struct actor *test)
{
	burn(500 * MS);
	say(test->say, 0);
	hear(test->hear);
	burn(600 * MS);
	say(test->say, 0);
}

/* What a process used before it was moved in is not its cgroup's, and what it used once is not counted twice where it
 * is moved out and in again. */
static void test_moved_into_a_cgroup(void **state)
{
	char directory[] = "/tmp/tree-test.XXXXXX", path[128], why[256];
	struct actor a = enter(nothing), b = enter(burner);
	pid_t members[] = {a.pid, b.pid};
	struct reading r;
	struct tree *t;

	(void)state;
	assert_non_null(mkdtemp(directory));
	write_members(directory, members, 1);
	t = tree_new_cgroup(directory, why);
	assert_non_null(t);
	hear(b.hear);
	read_settled(t);
	read_settled(t);
	r = read_settled(t);
	write_members(directory, members, 2);
	assert_int_equal(read_settled(t).processes, 2);
	is_near(read_now(t).cpu, r.cpu, 0, 50 * MS);
	say(b.say, 0);
	hear(b.hear);
	is_near(read_settled(t).cpu, r.cpu + 100 * MS, 20 * MS, 100 * MS);
	for (int i = 0; i < 4; i++) {
		write_members(directory, members, 1 + i % 2);
		assert_int_equal(read_settled(t).processes, 1 + i % 2);
	}
	is_near(read_now(t).cpu, r.cpu + 100 * MS, 20 * MS, 100 * MS);
	snprintf(path, sizeof path, "%s/cgroup.procs", directory);
	unlink(path);
	assert_int_equal(rmdir(directory), 0);
	leave(&a);
	leave(&b);
	tree_free(t);
}

static void move(const char *group, pid_t pid)
{
	char path[300], text[16];
	int fd, n = snprintf(text, sizeof text, "%d", (int)pid);

	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, (size_t)n), n);
	close(fd);
}

/* The kernel's own, of both versions, as far as there are any that can be written to. */
static void test_real_cgroups(void **state)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *m;
	int found = 0;

	(void)state;
	assert_non_null(mounts);
	while ((m = getmntent(mounts))) {
		char group[256], below[264], why[256];
		struct actor a, b;
		struct reading r;
		struct tree *t;

		if (strcmp(m->mnt_type, "cgroup2") != 0 && strcmp(m->mnt_type, "cgroup") != 0)
			continue;
		snprintf(group, sizeof group, "%.200s/tree-test-%d", m->mnt_dir, (int)getpid());
		snprintf(below, sizeof below, "%s/below", group);
		if (strstr(m->mnt_opts, "cpuset") || mkdir(group, 0755) != 0)
			continue;
		found++;
		t = tree_new_cgroup(strrchr(group, '/'), why); /* by its name alone */
		assert_non_null(t);
		assert_int_equal(tree_read(t, false, &r), -1);
		a = enter(nothing);
		b = enter(nothing);
		move(group, a.pid);
		assert_int_equal(read_now(t).processes, 1);
		assert_int_equal(mkdir(below, 0755), 0);
		move(below, b.pid);
		assert_int_equal(read_now(t).processes, 2);
		leave(&b);
		assert_int_equal(read_now(t).processes, 1);
		leave(&a);
		assert_int_equal(tree_read(t, false, &r), -1);
		assert_int_equal(rmdir(below), 0);
		assert_int_equal(rmdir(group), 0);
		assert_int_equal(tree_read(t, false, &r), -1);
		tree_free(t);
	}
	endmntent(mounts);
	if (!found) {
		print_message("no cgroups that can be made here\n");
		skip();
	}
}
/* What is started from now on has another start, which is told in clock ticks. */
static int adopt_later(void **state)
{
	clock_sleep_until(clock_now() + 20 * MS);
	return adopt(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_cgroup, end_all),
		cmocka_unit_test_teardown(test_moved_into_a_cgroup, end_all),
		cmocka_unit_test_teardown(test_real_cgroups, end_all),
	};

	return cmocka_run_group_tests_name("tree-cgroup", tests, adopt_later, NULL);
}
