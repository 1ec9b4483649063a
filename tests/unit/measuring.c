#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "die.h"
#include "measuring.h"

/* Each test has an empty current directory of its own. */
static int enter(void **state)
{
	char template[] = "/tmp/measuring.XXXXXX";

	if (!mkdtemp(template) || chdir(template) != 0)
		return -1;
	*state = strdup(template);
	return *state ? 0 : -1;
}

static int leave(void **state)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
	free(*state);
	return chdir("/") != 0 || system(command) != 0 ? -1 : 0;
}

static const struct option long_options[] = {
	{"other", no_argument, NULL, 'x'},
	MEASURING_OPTIONS,
	{NULL, 0, NULL, 0},
};

/* The words of a command line, after the program's name; the others among the options. */
static int parse(struct measuring *m, const char *const *words)
{
	char *argv[16] = {(char[]){"tool"}};
	int argc = 1, option, others = 0;

	while (words[argc - 1]) {
		argv[argc] = (char *)words[argc - 1];
		argc++;
	}
	optind = 0; /* from the beginning, with getopt's own state */
	measuring_init(m, 5);
	while ((option = getopt_long(argc, argv, "o:x", long_options, NULL)) != -1) {
		if (!measuring_take(m, option, optarg))
			others++;
	}
	return others;
}

static void nothing_is_said(void **state)
{
	struct measuring m;

	(void)state;
	assert_int_equal(parse(&m, (const char *const[]){"-x", "--other", NULL}), 2);
	assert_null(m.output);
	assert_null(m.bench);
	assert_string_equal(m.params, "{}");
	assert_false(m.has_seed);
	assert_int_equal(m.seed, 5);
	assert_int_equal(m.mode, MODE_NONE);
	assert_int_equal(m.format, FORMAT_AUTO);
	assert_int_equal(m.progress, WHEN_AUTO);
	measuring_free(&m);
}

static void all_is_said(void **state)
{
	struct measuring m;

	(void)state;
	assert_int_equal(parse(&m, (const char *const[]){"-o", "f", "--bench=a/b", "--param", "z=1=2", "--param", "a=10", "-x",
							 "--seed", "10k", "--mode=mock", "--format", "ndjson",
							 "--progress=never", NULL}), 1);
	assert_string_equal(m.output, "f");
	assert_string_equal(m.bench, "a/b");
	assert_string_equal(m.params, "{\"a\":10,\"z\":\"1=2\"}");
	assert_true(m.has_seed);
	assert_int_equal(m.seed, 10000);
	assert_int_equal(m.mode, MODE_MOCK);
	assert_int_equal(m.format, FORMAT_NDJSON);
	assert_int_equal(m.progress, WHEN_NEVER);
	measuring_free(&m);
}

static void the_last_word_counts(void **state)
{
	struct measuring m;

	(void)state;
	assert_int_equal(parse(&m, (const char *const[]){"--param", "a=1", "--param", "a=", "--mode", "mock", "--mode", "real",
							 "--output=f", "--output", "g", "--seed=0", "--format=text", NULL}), 0);
	assert_string_equal(m.params, "{\"a\":\"\"}");
	assert_int_equal(m.mode, MODE_REAL);
	assert_string_equal(m.output, "g");
	assert_true(m.has_seed);
	assert_int_equal(m.seed, 0);
	assert_int_equal(m.format, FORMAT_TEXT);
	measuring_free(&m);
}

static void params_grow(void **state)
{
	char *one = measuring_params("{}", "connections", "100"), *two = measuring_params(one, "b", "x"),
	     *three = measuring_params(two, "connections", "5");

	(void)state;
	assert_string_equal(one, "{\"connections\":100}");
	assert_string_equal(two, "{\"b\":\"x\",\"connections\":100}");
	assert_string_equal(three, "{\"b\":\"x\",\"connections\":5}");
	free(one);
	free(two);
	free(three);
}

/* --- in a child, whose stderr and status are looked at --- */

static int in_child(int (*action)(const void *arg), const void *arg, char error[512])
{
	size_t n = 0;
	ssize_t got;
	int fd[2], status;
	pid_t pid;

	fflush(NULL);
	assert_int_equal(pipe(fd), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char name[] = "tool", *argv[] = {name, NULL};

		dup2(fd[1], STDERR_FILENO);
		close(fd[0]);
		close(fd[1]);
		/* A stream of cmocka's may hold text: it must not be written twice. */
		stdout = fdopen(STDOUT_FILENO, "w");
		die_init(argv);
		_exit(action(arg));
	}
	close(fd[1]);
	while (n < 511 && (got = read(fd[0], error + n, 511 - n)) > 0)
		n += (size_t)got;
	error[n] = '\0';
	close(fd[0]);
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int parse_word(const void *word)
{
	struct measuring m;

	parse(&m, (const char *const[]){word, NULL});
	return 99;
}

static void what_is_wrong_is_told(void **state)
{
	static const struct {
		const char *word, *error;
	} cases[] = {
		{"--bench=", "--bench '': expected a name"},
		{"--param=x", "--param 'x': expected KEY=VALUE"},
		{"--param==x", "--param '=x': expected KEY=VALUE"},
		{"--seed=-1", "--seed '-1': expected a count of 0 or more"},
		{"--mode=fake", "--mode 'fake': expected real or mock"},
		{"--mode=mixed", "--mode 'mixed': expected real or mock"},
		{"--format=markdown", "format 'markdown': expected auto|ndjson|text"},
		{"--progress=maybe", "'maybe': expected auto, always or never"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char error[512], wanted[512];

		assert_int_equal(in_child(parse_word, cases[i].word, error), STATUS_TROUBLE);
		snprintf(wanted, sizeof wanted, "tool: %s\ntool: try 'tool --help'\n", cases[i].error);
		assert_string_equal(error, wanted);
	}
}

static int too_many_params(const void *arg)
{
	struct measuring m;

	(void)arg;
	measuring_init(&m, 0);
	for (int i = 0; i < 65; i++) {
		char param[16];

		snprintf(param, sizeof param, "k%d=v", i);
		measuring_take(&m, MEASURING_PARAM, param);
	}
	return 99;
}

static void params_have_an_end(void **state)
{
	char error[512];

	(void)state;
	assert_int_equal(in_child(too_many_params, NULL, error), STATUS_TROUBLE);
	assert_string_equal(error, "tool: param k64=v: there are too many params\n");
}

/* --- output --- */

struct ending { /* how output is opened and closed */
	const char *output;
	enum cli_format format;
	int error;
	bool told;
	int status;
};

static int end_output(const void *arg)
{
	const struct ending *e = arg;
	struct measuring m;
	struct output out;
	int status;

	measuring_init(&m, 0);
	m.output = e->output;
	m.format = e->format;
	output_open(&out, &m);
	if (e->output && out.records)
		fputs("new\n", out.records);
	status = output_close(&out, e->error, e->told, e->status);
	measuring_free(&m);
	return status;
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void check(const char *path, const char *wanted)
{
	char text[64] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	text[fread(text, 1, sizeof text - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, wanted);
}

static int files(void)
{
	FILE *list = popen("ls -A | wc -l", "r");
	int n = -1;

	assert_non_null(list);
	assert_int_equal(fscanf(list, "%d", &n), 1);
	pclose(list);
	return n;
}

static void a_file_gets_its_place(void **state)
{
	char error[512];

	(void)state;
	put("f", "old\n");
	assert_int_equal(in_child(end_output, &(struct ending){.output = "f", .told = true, .status = 3}, error), 3);
	assert_string_equal(error, "");
	check("f", "new\n");
	assert_int_equal(files(), 1);
}

static void a_file_with_nothing_told_is_thrown_away(void **state)
{
	char error[512];

	(void)state;
	put("f", "old\n");
	assert_int_equal(in_child(end_output, &(struct ending){.output = "f", .status = 130}, error), 130);
	assert_string_equal(error, "");
	check("f", "old\n");
	assert_int_equal(files(), 1);
}

static void a_file_that_misses_a_record_is_thrown_away(void **state)
{
	const struct ending ending = {.output = "f", .error = EFBIG, .told = true, .status = STATUS_DONE};
	char error[512];

	(void)state;
	put("f", "old\n");
	assert_int_equal(in_child(end_output, &ending, error), STATUS_TROUBLE);
	assert_string_equal(error, "tool: f: File too large\n");
	check("f", "old\n");
	assert_int_equal(files(), 1);
}

static void a_file_that_cannot_be_written_is_trouble(void **state)
{
	char error[512];

	(void)state;
	assert_int_equal(in_child(end_output, &(struct ending){.output = "none/f", .told = true}, error), STATUS_TROUBLE);
	assert_string_equal(error, "tool: none/f: No such file or directory\n");
	if (access("/dev/full", W_OK) != 0)
		skip();
	assert_int_equal(in_child(end_output, &(struct ending){.output = "/dev/full", .told = true}, error), STATUS_TROUBLE);
	assert_string_equal(error, "tool: /dev/full: No space left on device\n");
}

static void stdout_is_left_to_the_end_of_the_program(void **state)
{
	struct ending ending = {.format = FORMAT_NDJSON, .told = true, .status = STATUS_BAD};
	char error[512];

	(void)state;
	assert_int_equal(in_child(end_output, &ending, error), STATUS_BAD);
	assert_string_equal(error, "");
	ending.error = ENOMEM;
	assert_int_equal(in_child(end_output, &ending, error), STATUS_TROUBLE);
	assert_string_equal(error, "tool: standard output: Cannot allocate memory\n");
}

static void never_opened_is_nothing_to_close(void **state)
{
	struct output out = {.file = NULL};

	(void)state;
	assert_int_equal(output_close(&out, 0, false, STATUS_NOT_FOUND), STATUS_NOT_FOUND);
}

/* Where text and records go; and what the writer takes from the options. */
static void output_follows_the_options(void **state)
{
	static const struct {
		const char *output;
		enum cli_format format;
		bool text, records;
	} cases[] = {
		{NULL, FORMAT_TEXT, true, false},
		{NULL, FORMAT_NDJSON, false, true},
		{"f", FORMAT_AUTO, true, true},
		{"f", FORMAT_TEXT, true, true},
		{"f", FORMAT_NDJSON, false, true},
	};
	struct measuring m;
	struct output out;

	(void)state;
	measuring_init(&m, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		m.output = cases[i].output;
		m.format = cases[i].format;
		output_open(&out, &m);
		assert_int_equal(out.text, cases[i].text);
		assert_int_equal(out.records != NULL, cases[i].records);
		assert_int_equal(out.records == stdout, cases[i].records && !cases[i].output);
		assert_int_equal(out.file != NULL, cases[i].output != NULL);
		assert_int_equal(output_close(&out, 0, false, STATUS_DONE), STATUS_DONE);
		assert_null(out.file);
		assert_null(out.records);
	}
	assert_int_equal(files(), 0);
	measuring_free(&m);
}

static void a_run_has_the_seed_and_the_mode(void **state)
{
	static const struct {
		const char *word;
		enum mode mode;
		uint64_t seed;
	} cases[] = {{"-x", MODE_REAL, 5}, {"--mode=real", MODE_REAL, 5}, {"--mode=mock", MODE_MOCK, 5}, {"--seed=7", MODE_REAL, 7}};
	char *const argv[] = {(char[]){"tool"}, NULL};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct measuring m;
		struct output out;
		struct writer w;

		parse(&m, (const char *const[]){cases[i].word, "-o", "f", NULL});
		output_open(&out, &m);
		output_begin(&out, &w, argv);
		assert_ptr_equal(w.out, out.records);
		assert_int_equal(w.mode, cases[i].mode);
		assert_true(w.run.info.has_seed);
		assert_int_equal(w.run.info.seed, cases[i].seed);
		assert_int_equal(output_close(&out, w.error, true, STATUS_DONE), STATUS_DONE);
		check("f", ""); /* no record, and none of the run alone */
		measuring_free(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said),
		cmocka_unit_test(all_is_said),
		cmocka_unit_test(the_last_word_counts),
		cmocka_unit_test(params_grow),
		cmocka_unit_test(what_is_wrong_is_told),
		cmocka_unit_test(params_have_an_end),
		cmocka_unit_test_setup_teardown(a_file_gets_its_place, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_with_nothing_told_is_thrown_away, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_that_misses_a_record_is_thrown_away, enter, leave),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_be_written_is_trouble, enter, leave),
		cmocka_unit_test(stdout_is_left_to_the_end_of_the_program),
		cmocka_unit_test(never_opened_is_nothing_to_close),
		cmocka_unit_test_setup_teardown(output_follows_the_options, enter, leave),
		cmocka_unit_test_setup_teardown(a_run_has_the_seed_and_the_mode, enter, leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
