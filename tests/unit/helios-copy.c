#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "helios-making.h"

static void a_copied_byte(void **state)
{
	struct content_spec spec = {.from = "from", .change = 0.1};

	(void)state;
	assert_int_equal(mkdir("from", 0755), 0);
	write_text("from/a", "a");
	never_the_same(&spec, 1, 600);
}

/* What is copied of what was made with the same seed does not become what it was made as. */
static void a_copy_of_what_was_made(void **state)
{
	struct content_spec spec = some(1, 10, 10, 1), copy = spec;
	struct changed changed;
	struct content a, b;

	(void)state;
	made(&a, "w", &spec);
	copy.from = "w";
	made(&b, "copy", &copy);
	assert_true(same_digests(&a, &b));
	for (int i = 0; i < 3; i++) {
		change(&a, &changed);
		change(&b, &changed);
		assert_false(same_digests(&a, &b));
	}
	content_dispose(&a);
	content_dispose(&b);
}

static void make_socket(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

static void a_directory_is_copied(void **state)
{
	static const char *const names[] = {"from/a\nb", "from/\xff\xfe", "from/ ", "from/-rf",
					    "from/d/\\", "from/d/empty"};
	struct content_spec spec = {.seed = 1, .from = "from/", .change = 0.5};
	struct changed changed;
	struct content c;
	struct stat st;

	(void)state;
	assert_int_equal(mkdir("from", 0755), 0);
	assert_int_equal(mkdir("from/d", 0755), 0);
	assert_int_equal(mkdir("from/hollow", 0755), 0);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		write_text(names[i], &"0123456789"[2 * i]);
	write_text("from/d/empty", "");
	write_text("from/run", "#!/bin/sh\n");
	assert_int_equal(chmod("from/run", 0555), 0);
	assert_int_equal(link("from/run", "from/again"), 0);
	assert_int_equal(symlink("run", "from/link"), 0);
	assert_int_equal(symlink("d", "from/linked"), 0);
	assert_int_equal(mkfifo("from/d/fifo", 0644), 0);
	make_socket("from/d/socket");
	assert_int_equal(mkdir("from/.git", 0755), 0);
	write_text("from/.git/config", "x");
	assert_int_equal(mkdir("from/d/.helios", 0755), 0);
	write_text("from/hollow/.git", "gitdir: elsewhere");
	made(&c, "w", &spec);
	assert_int_equal(left_out, 7);
	assert_int_equal(c.manifest.n, 8);
	as_it_says(&c);
	assert_int_equal(stat("w/run", &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755); /* it is going to be written to */
	assert_int_equal(stat("w/hollow", &st), 0);
	for (int i = 0; i < 10; i++) {
		change(&c, &changed);
		assert_int_equal(changed.files, 4);
		as_it_says(&c);
	}
	content_dispose(&c);

	/* What was copied is as it was. */
	made(&c, "w2", &spec);
	assert_int_equal(c.manifest.n, 8);
	assert_int_equal(manifest_verify(&c.manifest, "from", NULL, why), -1);
	assert_string_equal(why, ".git/config: nothing like it was committed; 5 more files differ");
	content_dispose(&c);
}

static void what_cannot_be_copied(void **state)
{
	struct content_spec spec = {.from = "from"}, file = {.from = "file"}, here = {.from = "."};

	(void)state;
	refused("w", &spec, ENOENT, "from: No such file or directory");
	write_text("file", "x");
	refused("w2", &file, ENOTDIR, "file: Not a directory");
	assert_int_equal(mkdir("from", 0755), 0);
	assert_int_equal(mkdir("from/empty", 0755), 0);
	refused("w3", &spec, EINVAL, "from: no regular file is in it");
	refused("w4", &here, EINVAL, ".: the copy, w4, would lie within it");
	refused("from/empty/w", &spec, EINVAL, "from: the copy, from/empty/w, would lie within it");
	refused("from", &spec, EEXIST, "from: File exists");
	refused("no/where", &spec, ENOENT, "no/where: No such file or directory");
}

static void what_cannot_be_read(void **state)
{
	struct content_spec spec = {.from = "from"};

	(void)state;
	assert_int_equal(mkdir("from", 0755), 0);
	assert_int_equal(mkdir("from/d", 0755), 0);
	assert_int_equal(mkdir("to", 0755), 0);
	assert_int_equal(chmod("to", 0777), 0);
	write_text("from/d/secret\n", "x");
	assert_int_equal(chmod("from/d/secret\n", 0), 0);
	if (!be_nobody())
		skip();
	refused("to/w", &spec, EACCES, "from/d/secret\\x0a: Permission denied");
	be_root_again();
	assert_int_equal(chmod("from/d", 0), 0);
	assert_int_equal(chmod("from", 0555), 0);
	assert_true(be_nobody());
	refused("to/w2", &spec, EACCES, "from/d: Permission denied");
	refused("from/w", &spec, EACCES, "from/w: Permission denied");
	be_root_again();
	assert_int_equal(chmod("from", 0755), 0);
	assert_int_equal(chmod("from/d", 0755), 0);
}

static _Noreturn void stir(void)
{
	char path[32];

	for (unsigned i = 0;; i++) {
		int fd;

		snprintf(path, sizeof path, "from/d%u/f%u", i % 7, i / 7 % 60);
		if (i % 3 == 0)
			unlink(path);
		else if (i % 11 == 0 && unlink(path) == 0 && symlink("/etc/passwd", path) != 0)
			_exit(1);
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
		if (fd >= 0 && write(fd, path, sizeof path) < 0)
			_exit(1);
		if (fd >= 0)
			close(fd);
		snprintf(path, sizeof path, "from/d%u", i % 7);
		if (i % 500 == 0)
			rename(path, "from/elsewhere");
		if (i % 500 == 20) {
			snprintf(path, sizeof path, "from/d%u", (i - 20) % 7);
			rename("from/elsewhere", path);
		}
	}
}

/* Whatever happens to it meanwhile, the copy is what its manifest says. */
static void a_tree_in_motion(void **state)
{
	struct content_spec spec = {.from = "from"};
	char path[32];
	pid_t pid;

	(void)state;
	assert_int_equal(mkdir("from", 0755), 0);
	write_text("from/stays", "x");
	for (int i = 0; i < 7; i++) {
		snprintf(path, sizeof path, "from/d%d", i);
		assert_int_equal(mkdir(path, 0755), 0);
	}
	pid = fork();
	if (pid == 0)
		stir();
	assert_true(pid > 0);
	for (int i = 0; i < 8; i++) {
		struct content c;

		snprintf(path, sizeof path, "w%d", i);
		made(&c, path, &spec);
		as_it_says(&c);
		assert_non_null(manifest_find(&c.manifest, "stays"));
		content_dispose(&c);
	}
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static long pages_in_memory(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char map[256];
	struct stat st;
	long count = 0;
	void *at;

	assert_true(fd >= 0 && fstat(fd, &st) == 0 && st.st_size <= 256 * 4096);
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(at, MAP_FAILED);
	assert_int_equal(mincore(at, (size_t)st.st_size, map), 0);
	for (long i = 0; i < (st.st_size + 4095) / 4096; i++)
		count += map[i] & 1;
	munmap(at, (size_t)st.st_size);
	close(fd);
	return count;
}

static void cold(void **state)
{
	struct content_spec spec = some(5, 100000, 100000, 1);
	struct content c;

	(void)state;
	made(&c, "w", &spec);
	assert_int_equal(symlink("f000000", "w/d000/link"), 0);
	assert_int_equal(mkfifo("w/d000/fifo", 0644), 0);
	assert_int_equal(chmod("w/d000/f000003", 0444), 0);
	write_text("w/empty", "");
	assert_true(pages_in_memory("w/d000/f000000") > 20);
	if (content_cool("w", why) != 0) {
		content_dispose(&c);
		if (!strstr(why, "its file system lies in memory"))
			fail_msg("%s", why);
		skip();
	}
	assert_int_equal(pages_in_memory("w/d000/f000000"), 0);
	assert_int_equal(pages_in_memory("w/d000/f000003"), 0);
	content_dispose(&c);
	assert_int_equal(content_cool("gone", why), -1);
	assert_int_equal(errno, ENOENT);
	assert_string_equal(why, "gone: No such file or directory");
}

static int64_t by_du(const char *path)
{
	char command[64];
	long long bytes = -1;
	FILE *du;

	snprintf(command, sizeof command, "du -s -B1 %s", path);
	du = popen(command, "re");
	if (!du || fscanf(du, "%lld", &bytes) != 1)
		bytes = -1;
	if (du)
		pclose(du);
	return bytes;
}

static void allocated(void **state)
{
	struct content_spec spec = some(150, 1, 20000, 1);
	struct content c;
	char name[32];
	int fd;

	(void)state;
	made(&c, "w", &spec);
	content_dispose(&c);
	assert_int_equal(content_allocated("w"), by_du("w"));
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "w/link%d", i);
		assert_int_equal(link("w/d000/f000001", name), 0);
	}
	assert_int_equal(link("w/d000/f000002", "w/again"), 0);
	assert_int_equal(symlink("again", "w/symbolic"), 0);
	fd = open("w/hole", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_int_equal(ftruncate(fd, 1 << 30), 0);
	close(fd);
	assert_int_equal(content_allocated("w"), by_du("w"));
	assert_int_equal(content_allocated("gone"), -1);
	assert_int_equal(errno, ENOENT);
}

#define in_a_directory(test) cmocka_unit_test_setup_teardown(test, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_directory(a_copied_byte),
		in_a_directory(a_copy_of_what_was_made),
		in_a_directory(a_directory_is_copied),
		in_a_directory(what_cannot_be_copied),
		in_a_directory(what_cannot_be_read),
		in_a_directory(a_tree_in_motion),
		in_a_directory(cold),
		in_a_directory(allocated),
	};

	return cmocka_run_group_tests_name("helios-copy", tests, NULL, NULL);
}
