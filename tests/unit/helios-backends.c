#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proc.h"
#include "removal.h"

#include "../../cmd/helios-time/backend.h"

#define S INT64_C(1000000000)
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

/* A tree, a store beside it, and a program: the real ones, or a script of the test's own. */

static char directory[] = "/tmp/helios-backends-XXXXXX";
static char *work, *place, *out, *script;
static unsigned stores;
static struct store store;
static struct cost cost;
static enum run_failure failure;
static char id[ID_MAX], why[RUN_WHY];

static char *below(const char *name)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", directory, name) > 0);
	return path;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(close(fd), 0);
}

static void put(const char *name, const char *text)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", work, name) > 0);
	write_file(path, text, 0644);
	free(path);
}

static void holds(const char *name, const char *wanted)
{
	char *path, text[256];
	ssize_t n;
	int fd;

	assert_true(asprintf(&path, "%s/%s", out, name) > 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	n = read(fd, text, sizeof text - 1);
	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, wanted);
	close(fd);
	free(path);
}

static void remove_all(const char *path)
{
	bool was_there;

	assert_int_equal(removal_path(path, &was_there), 0);
}

static void new_out(void)
{
	remove_all(out);
	assert_int_equal(mkdir(out, 0700), 0);
}

/* The tree anew. */
static void begin(const struct backend *backend, const char *cli)
{
	char name[32];

	remove_all(work);
	assert_int_equal(mkdir(work, 0700), 0);
	free(place);
	snprintf(name, sizeof name, "store%u", ++stores);
	place = below(name);
	put("a", "1");
	store = (struct store){.backend = backend, .runner = {NULL, 60 * S}, .cli = cli, .work = work, .directory = place};
	*why = '\0';
}

static int prepare(const struct backend *backend, const char *cli)
{
	begin(backend, cli);
	return backend->prepare(&store, why);
}

static void end(void)
{
	store.backend->dispose(&store);
	assert_null(store.own);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static int fresh_cost(void)
{
	cost = (struct cost){.runs = 0};
	failure = RUN_HANGS;
	*why = '\0';
	return 0;
}

#define DO(operation, ...) (fresh_cost(), store.backend->operation(&store, __VA_ARGS__ &failure, why))

static void done(int result, unsigned runs)
{
	if (result != 0)
		fail_msg("%s", why);
	assert_int_equal(failure, RUN_FINE);
	assert_int_equal(cost.runs, runs);
	if (runs)
		assert_true(cost.latency > 0 && cost.began > 0);
}

/* wanted: what why begins with. */
static void failed(int result, const char *wanted)
{
	assert_int_equal(result, -1);
	assert_int_equal(failure, RUN_FAILED);
	if (strncmp(why, wanted, strlen(wanted)) != 0)
		fail_msg("'%s', wanted '%s'", why, wanted);
}

/* What a real one does, but for diff and what a commit of nothing new is. */
static void keeps_states(unsigned commit_runs)
{
	char first[ID_MAX], second[ID_MAX];
	char *sub = below("work/sub");

	done(DO(spawn, &cost,), 1);
	assert_int_equal(mkdir(sub, 0700), 0);
	put("sub/b", "2\r\n");
	put("empty", "");
	put("sub/.gitattributes", "* text eol=lf\nb ident filter=none\n");
	put(".gitignore", "*.log\nsub\n");
	put("x.log", "kept");
	done(DO(commit, first, &cost,), commit_runs);
	put("a", "3");
	done(DO(commit, second, &cost,), commit_runs);
	assert_string_not_equal(first, second);
	if (store.backend->open)
		done(DO(open, &cost,), 1);

	new_out();
	done(DO(materialize, first, out, &cost,), 1);
	holds("a", "1");
	holds("sub/b", "2\r\n");
	holds("empty", "");
	holds("x.log", "kept");
	new_out();
	done(DO(materialize, second, out, &cost,), 1);
	holds("a", "3");

	new_out();
	done(DO(restore, first, out, &cost,), 1);
	done(DO(restore, second, out, &cost,), 1);
	fresh_cost();
	done(store.backend->refuses(&store, &failure, why), 0);
	if (store.backend->open)
		done(DO(open, &cost,), 1);
	memcpy(id, first, ID_MAX);
	free(sub);
}

static void git_keeps_states(void **state)
{
	static const char *const config[] = {"core.compression=0", "diff.renames=false", NULL};
	char second[ID_MAX];
	(void)state;

	/* Whatever surrounds it. */
	setenv("GIT_DIR", "/nonexistent", 1);
	setenv("GIT_INDEX_FILE", "/nonexistent", 1);
	setenv("GIT_CONFIG_COUNT", "many", 1);
	for (int i = 0; i < 2; i++) {
		begin(&backend_git, NULL);
		store.config = i ? config : NULL;
		int found = store.backend->prepare(&store, why);
		if (found == 1)
			skip();
		if (found < 0)
			fail_msg("%s", why);
		assert_int_equal(store.mode, MODE_REAL);
		assert_memory_equal(store.version, "git version ", 12);
		assert_int_equal(*store.path, '/');
		keeps_states(2);
		put("a", "4");
		put("empty", "4");
		done(DO(commit, second, &cost,), 2);
		done(DO(diff, id, second, 2, &cost,), 1);
		failed(DO(diff, id, second, 3, &cost,), "its diff is wrong: expected 3 changed files, but got 2");
		failed(DO(commit, second, &cost,), "git commit: exit status 1: nothing to commit");
		failed(DO(restore, "0123", out, &cost,), "git reset: exit status 128: fatal: ");
		failed(DO(materialize, "0123", out, &cost,), "git checkout: exit status 128: fatal: ");
		failed(DO(materialize, second, "/nonexistent", &cost,), "/nonexistent: No such file or directory");
		end();
	}
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("GIT_CONFIG_COUNT");
}

static void git_is_locked(void **state)
{
	char *lock;
	(void)state;

	if (prepare(&backend_git, NULL) == 1)
		skip();
	assert_true(asprintf(&lock, "%s/repository/index.lock", place) > 0);
	write_file(lock, "", 0644);
	failed(DO(commit, id, &cost,), "git add: the store is locked: fatal: Unable to create");
	assert_int_equal(cost.runs, 1);
	free(lock);
	end();
}

static void git_settings_are_checked(void **state)
{
	static const char *const config[] = {"nonsense", NULL};
	(void)state;

	begin(&backend_git, NULL);
	store.config = config;
	int found = store.backend->prepare(&store, why);
	if (found == 1)
		skip();
	assert_int_equal(found, -1);
	if (!strstr(why, "nonsense"))
		fail_msg("%s", why);
	end();
}

static void helios_keeps_states(void **state)
{
	const char *cli = getenv("HELIOS_CLI_PATH");
	char again[ID_MAX], *lock;
	(void)state;

	if (!cli || !*cli)
		skip(); /* HELIOS_CLI_PATH names no real helios-cli */
	if (prepare(&backend_helios, NULL) != 0)
		fail_msg("%s", why);
	assert_int_equal(store.mode, MODE_REAL);
	keeps_states(1);
	/* Nothing of it is known to another process. */
	failed(DO(diff, id, id, 0, &cost,), "exit status 1: unknown snapshot: blake3:");
	failed(DO(commit, again, &cost,), "blake3:");
	assert_non_null(strstr(why, " is the id of an earlier commit, though the content is new"));
	failed(DO(restore, "blake3:" ZEROS, out, &cost,), "exit status 1: unknown snapshot in L2: blake3:");

	assert_true(asprintf(&lock, "%s/LOCK", place) > 0);
	struct flock exclusive = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open(lock, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_SETLK, &exclusive), 0);
	failed(DO(open, &cost,), "the store is locked: resource temporarily unavailable");
	fresh_cost();
	failed(store.backend->refuses(&store, &failure, why), "the store is locked");
	close(fd);
	done(DO(open, &cost,), 1);
	free(lock);
	end();
}

/* It keeps one file, a, and a list of what it was told to do; LIE is something for it to get wrong. */
#define HELIOS \
	"#!/bin/sh\n" \
	"set -e\n" \
	"store=$HELIOS_STORE_DIR\n" \
	"[ -z \"$HELIOS_DEBUG\" ] && [ -d \"$store\" ] || { echo 'its environment is wrong' >&2; exit 3; }\n" \
	"echo \"$*\" >>\"$store/told\"\n" \
	"echo '2026/11/21 12:00:00 [JOB 1] WAL file stopped reading' >&2\n" \
	"case $1:$LIE in\n" \
	"version:silent) exit ;;\n" \
	"stats:text) echo none; exit ;;\n" \
	"commit:same) echo '{\"snapshot_id\":\"blake3:" ZEROS "\"}'; exit ;;\n" \
	"commit:short) echo '{\"snapshot_id\":\"blake3:00\"}'; exit ;;\n" \
	"commit:nothing | restore:nothing | materialize:nothing) exit ;;\n" \
	"restore:other) echo '{\"restored\":\"blake3:" ZEROS "\"}'; exit ;;\n" \
	"diff:) echo '{\"Added\":0,\"Changed\":1,\"Deleted\":0}'; exit ;;\n" \
	"diff:more) echo '{\"Added\":1,\"Changed\":1,\"Deleted\":0}'; exit ;;\n" \
	"esac\n" \
	"case $1 in\n" \
	"version) echo \"${SAYS-helios 1.0}\" ;;\n" \
	"--version) exit 2 ;;\n" \
	"init) [ -f a ] || exit 4 ;;\n" \
	"stats) echo '{\"l1\":{}}' ;;\n" \
	"commit) [ \"$2\" = --work ] && cd \"$3\"\n" \
	"	id=blake3:$(printf %064d $(wc -l <\"$store/told\"))\n" \
	"	cp a \"$store/$id\"\n" \
	"	echo \"{\\\"snapshot_id\\\":\\\"$id\\\"}\" ;;\n" \
	"restore) [ -f \"$store/$3\" ] || [ \"$LIE\" = all ] || { echo \"unknown: $3\" >&2; exit 1; }\n" \
	"	[ \"$4\" != --work ] || cp \"$store/$3\" \"$5/a\"\n" \
	"	echo \"{\\\"restored\\\":\\\"$3\\\"}\" ;;\n" \
	"materialize) cp \"$store/$3\" \"$5/a\"; echo \"{\\\"materialized\\\":\\\"$3\\\",\\\"out\\\":\\\"$5\\\"}\" ;;\n" \
	"*) echo \"unknown command: $1\" >&2; exit 2 ;;\n" \
	"esac\n"

static void the_script_does(const struct backend *backend, const char *lie, const char *says)
{
	setenv("LIE", lie, 1);
	setenv("HELIOS_DEBUG", "1", 1);
	if (says)
		setenv("SAYS", says, 1);
	else
		unsetenv("SAYS");
	if (prepare(backend, script) != 0)
		fail_msg("%s", why);
	unsetenv("LIE");
	unsetenv("SAYS");
	unsetenv("HELIOS_DEBUG");
}

static void helios_is_asked_as_it_should_be(void **state)
{
	char first[ID_MAX], second[ID_MAX];
	(void)state;

	the_script_does(&backend_helios, "", NULL);
	assert_int_equal(store.mode, MODE_REAL);
	assert_string_equal(store.version, "helios 1.0");
	done(DO(spawn, &cost,), 1);
	done(DO(open, &cost,), 1);
	done(DO(commit, first, &cost,), 1);
	put("a", "3");
	done(DO(commit, second, &cost,), 1);
	new_out();
	done(DO(materialize, first, out, &cost,), 1);
	holds("a", "1");
	done(DO(restore, second, out, &cost,), 1);
	done(DO(diff, first, second, 1, &cost,), 1);
	failed(DO(diff, first, second, 2, &cost,),
	       "its diff is wrong: expected 2 changed, but got 0 added, 1 changed, 0 deleted");
	fresh_cost();
	done(store.backend->refuses(&store, &failure, why), 0);
	end();
}

static void autonav_is_asked_as_it_should_be(void **state)
{
	char first[ID_MAX], second[ID_MAX];
	(void)state;

	assert_null(backend_autonav.open);
	assert_null(backend_autonav.diff);
	assert_non_null(backend_autonav.no_open);
	assert_non_null(backend_autonav.no_diff);
	assert_string_equal(backend_autonav.restore_scope, "files");
	the_script_does(&backend_autonav, "", "v1");
	assert_int_equal(store.mode, MODE_REAL);
	assert_string_equal(store.version, "v1");
	done(DO(spawn, &cost,), 1);
	done(DO(commit, first, &cost,), 1);
	put("a", "3");
	done(DO(commit, second, &cost,), 1);
	new_out();
	done(DO(restore, first, out, &cost,), 1);
	holds("a", "1");
	new_out();
	done(DO(materialize, second, out, &cost,), 1);
	holds("a", "3");
	fresh_cost();
	done(store.backend->refuses(&store, &failure, why), 0);
	holds("a", "3");
	end();
	the_script_does(&backend_autonav, "", "a Mock of it");
	assert_int_equal(store.mode, MODE_MOCK);
	end();
}

static void lies_are_named(void **state)
{
	(void)state;

	the_script_does(&backend_helios, "", "helios script 1");
	assert_int_equal(store.mode, MODE_MOCK);
	end();
	the_script_does(&backend_helios, "", "something else");
	assert_int_equal(store.mode, MODE_MOCK);
	end();
	the_script_does(&backend_helios, "silent", NULL);
	assert_int_equal(store.mode, MODE_MOCK);
	failed(DO(spawn, &cost,), "no answer, though its exit status is 0");
	end();
	the_script_does(&backend_helios, "text", NULL);
	failed(DO(open, &cost,), "its answer is not JSON");
	end();
	the_script_does(&backend_helios, "same", NULL);
	done(DO(commit, id, &cost,), 1);
	failed(DO(commit, id, &cost,), "blake3:" ZEROS " is the id of an earlier commit, though the content is new");
	end();
	the_script_does(&backend_helios, "short", NULL);
	failed(DO(commit, id, &cost,), "blake3:00 is no snapshot_id: expected blake3: and 64 hexadecimal digits");
	end();
	the_script_does(&backend_helios, "nothing", NULL);
	failed(DO(commit, id, &cost,), "no answer, though its exit status is 0");
	failed(DO(restore, "x", out, &cost,), "no answer, though its exit status is 0");
	failed(DO(materialize, "x", out, &cost,), "no answer, though its exit status is 0");
	end();
	the_script_does(&backend_helios, "other", NULL);
	done(DO(commit, id, &cost,), 1);
	failed(DO(restore, id, out, &cost,), "restored names another id: expected blake3:");
	fresh_cost();
	failed(store.backend->refuses(&store, &failure, why), "exit status 0 for blake3:" ZEROS);
	end();
	the_script_does(&backend_helios, "more", NULL);
	failed(DO(diff, id, id, 1, &cost,), "its diff is wrong: expected 1 changed, but got 1 added");
	end();
	the_script_does(&backend_helios, "all", NULL);
	fresh_cost();
	failed(store.backend->refuses(&store, &failure, why),
	       "exit status 0 for blake3:" ZEROS ", which was never committed");
	end();
	the_script_does(&backend_autonav, "other", NULL);
	done(DO(commit, id, &cost,), 1);
	new_out();
	failed(DO(restore, id, out, &cost,), "restored names another id: expected blake3:");
	end();
}

static void tells_what_is_not_there(void **state)
{
	char *nowhere = below("nowhere"), *path = strdup(getenv("PATH")), *cli = getenv("HELIOS_CLI_PATH");
	(void)state;

	assert_non_null(path);
	cli = cli ? strdup(cli) : NULL;
	unsetenv("HELIOS_CLI_PATH");
	setenv("PATH", directory, 1);
	assert_int_equal(prepare(&backend_helios, NULL), 1);
	assert_string_equal(why, "helios-cli not found; set HELIOS_CLI_PATH or --cli (built from its source with: go build "
				 "./cmd/helios-cli)");
	end();
	assert_int_equal(prepare(&backend_git, NULL), 1);
	assert_string_equal(why, "git not found; install it or set --git");
	end();
	/* Who says where it is wants it. */
	assert_int_equal(prepare(&backend_git, nowhere), -1);
	assert_non_null(strstr(why, "nowhere: No such file or directory"));
	end();
	assert_int_equal(prepare(&backend_helios, directory), -1);
	assert_non_null(strstr(why, ": Permission denied"));
	end();
	setenv("HELIOS_CLI_PATH", nowhere, 1);
	assert_int_equal(prepare(&backend_autonav, NULL), 1);
	assert_memory_equal(why, "HELIOS_CLI_PATH=/tmp/", 21);
	end();
	setenv("PATH", path, 1);
	setenv("HELIOS_CLI_PATH", script, 1);
	assert_int_equal(prepare(&backend_helios, NULL), 0);
	assert_string_equal(store.path, script);
	end();
	/* It is looked for from here, and run elsewhere. */
	assert_int_equal(chdir(directory), 0);
	assert_int_equal(prepare(&backend_autonav, "./cli"), 0);
	assert_string_equal(store.path, script);
	end();
	assert_int_equal(chdir("/"), 0);
	if (cli)
		setenv("HELIOS_CLI_PATH", cli, 1);
	else
		unsetenv("HELIOS_CLI_PATH");
	free(cli);
	free(path);
	free(nowhere);
}

static void tells_why_it_cannot_be_prepared(void **state)
{
	char *bad = below("bad");
	(void)state;

	begin(&backend_helios, script);
	assert_int_equal(mkdir(place, 0700), 0);
	assert_int_equal(store.backend->prepare(&store, why), -1);
	assert_non_null(strstr(why, ": File exists"));
	end();
	write_file(bad, "#!/bin/sh\n[ \"$1\" != init ] || echo 'unknown command: init' >&2\nexit 2\n", 0700);
	assert_int_equal(prepare(&backend_autonav, bad), -1);
	assert_string_equal(why, "init: exit status 2: unknown command: init");
	end();
	/* Of the published dialect every operation fails by itself. */
	assert_int_equal(prepare(&backend_helios, bad), 0);
	assert_int_equal(store.mode, MODE_MOCK);
	failed(DO(spawn, &cost,), "exit status 2");
	end();
	assert_int_equal(prepare(&backend_git, bad), -1);
	assert_null(store.own);
	assert_string_equal(why, "git version: exit status 2");
	end();
	write_file(bad, "#!/bin/sh\nkill -STOP $$\n", 0700);
	begin(&backend_helios, bad);
	store.runner.timeout = S / 5;
	assert_int_equal(store.backend->prepare(&store, why), -1);
	assert_string_equal(why, "version: no end within 200.0 ms");
	end();
	free(bad);
}

static void ids_are_new_once(void **state)
{
	struct ids *ids = ids_new();
	char text[ID_MAX];
	(void)state;

	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "%d", i * 7919 % 1000);
		assert_true(ids_add(ids, text));
		assert_false(ids_add(ids, text));
	}
	assert_false(ids_add(ids, "0"));
	assert_true(ids_add(ids, ""));
	ids_free(ids);
	ids_free(NULL);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory) || prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return -1;
	work = below("work");
	out = below("out");
	script = below("cli");
	write_file(script, HELIOS, 0700);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	remove_all(directory);
	free(work);
	free(out);
	free(place);
	free(script);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(git_keeps_states),
		cmocka_unit_test(git_is_locked),
		cmocka_unit_test(git_settings_are_checked),
		cmocka_unit_test(helios_keeps_states),
		cmocka_unit_test(helios_is_asked_as_it_should_be),
		cmocka_unit_test(autonav_is_asked_as_it_should_be),
		cmocka_unit_test(lies_are_named),
		cmocka_unit_test(tells_what_is_not_there),
		cmocka_unit_test(tells_why_it_cannot_be_prepared),
		cmocka_unit_test(ids_are_new_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
