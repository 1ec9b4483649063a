#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/fc-mock/shell.h"
#include "../../cmd/fc-mock/text.h"
#include "die.h"

#define SECOND INT64_C(1000000000)

static int reboots;

static void reboot(void *data)
{
	(void)data;
	reboots++;
}

static const struct world world = {
	.hostname = "vm7", .cmdline = "quiet root=/dev/vda", .memory = INT64_C(256) << 20, .vcpus = 2, .booted = SECOND,
	.reboot = reboot,
};

struct session {
	struct shell *shell;
	int64_t now;
	struct text out;       /* NUL-terminated once told() */
	unsigned starts;
	bool fails;
};

static struct session begun(void)
{
	return (struct session){.shell = shell_new(&world), .now = 2 * SECOND};
}

/* As far as it goes without input, or until there is so much output. */
static enum shell_state go_on(struct session *s, size_t enough)
{
	while (s->out.len < enough) {
		enum shell_state state = shell_run(s->shell, s->now);
		const char *bytes;
		size_t len;

		switch (state) {
		case SHELL_WRITES:
			bytes = shell_output(s->shell, &len);
			assert_true(len > 0 && len < 200 * 1024);
			text_bytes(&s->out, bytes, len);
			shell_wrote(s->shell, len);
			break;
		case SHELL_STARTS:
			s->starts++;
			shell_start(s->shell, s->fails);
			break;
		case SHELL_SLEEPS:
			assert_true(shell_wakes(s->shell) > s->now);
			s->now = shell_wakes(s->shell);
			break;
		case SHELL_BUSY:
			break;
		case SHELL_READS:
		case SHELL_ENDED:
			return state;
		}
	}
	return SHELL_BUSY;
}

static const char *told(struct session *s)
{
	text_byte(&s->out, '\0');
	s->out.len--;
	return s->out.bytes;
}

static void end(struct session *s)
{
	shell_free(s->shell);
	text_free(&s->out);
}

static enum shell_state tell(struct session *s, const char *text)
{
	shell_feed(s->shell, text, strlen(text));
	return go_on(s, SIZE_MAX);
}

/* What is told in pieces of a length does as it does whole. */
static void check_pieces(const char *text, size_t piece, const char *output, int status)
{
	struct session s = begun();
	enum shell_state state = go_on(&s, SIZE_MAX);

	for (size_t at = 0, len = strlen(text); at < len && state == SHELL_READS; at += piece) {
		shell_feed(s.shell, text + at, len - at < piece ? len - at : piece);
		state = go_on(&s, SIZE_MAX);
	}
	if (state == SHELL_READS) {
		shell_end(s.shell);
		state = go_on(&s, SIZE_MAX);
	}
	assert_int_equal(state, SHELL_ENDED);
	if (strcmp(told(&s), output) != 0 || shell_status(s.shell) != status)
		fail_msg("%s\nin pieces of %zu said, with status %d:\n%s\ninstead of, with %d:\n%s", text, piece,
			 shell_status(s.shell), told(&s), status, output);
	end(&s);
}

static void check(const char *text, const char *output, int status)
{
	check_pieces(text, SIZE_MAX / 2, output, status);
	check_pieces(text, 1, output, status);
	check_pieces(text, 3, output, status);
}

static void words_and_quotes(void **state)
{
	(void)state;
	check("echo a   b\tc\n", "a b c\n", 0);
	check("echo 'a  $x\\' \"b  \\$x \\\\ \\\" \\n '\"\n", "a  $x\\ b  $x \\ \" \\n '\n", 0);
	check("echo a'b'\"c\"d\\ e\n", "abcd e\n", 0);
	check("echo '' \"\" | : \n", "sh: syntax error: pipes are not known here\n", 2);
	check("echo 'two\nlines'\n", "two\nlines\n", 0);
	check("echo a\\\nb \\\n c\n", "ab c\n", 0);
	check("echo a#b # a comment; echo 'no\n#another\n\necho c", "a#b\nc\n", 0);
	check("printf '[%s]' '' \"\" a''\n", "[][][a]", 0);
	check("echo * ~ [a] {b} $ \"$\" a$ $%\n", "* ~ [a] {b} $ $ a$ $%\n", 0);
}

static void variables(void **state)
{
	(void)state;
	check("echo $HOME $HOSTNAME ${HOSTNAME}x \"$none\" $none.\n", "/root vm7 vm7x  .\n", 0);
	check("X='a  b'; echo $X \"$X\" x$X\"$X\"y\n", "a b a  b xa ba  by\n", 0);
	check("X=1; X=2 Y=$X; echo $X$Y; X=; echo \"<$X>\"\n", "22\n<>\n", 0);
	check("X=1 echo $X; echo $X\n", "\n\n", 0);
	check("X=' '; printf '[%s]' a $X b \"$X\" $X\n", "[a][b][ ]", 0);
	check("echo 'X=1' X=1; 'X=1'\n", "X=1 X=1\nsh: X=1: not found\n", 127);
	check("C=echo; $C hello; $none; $none true\n", "hello\n", 0);
	check("echo $? $0 $#; false; echo $?; nope; echo ${?}\n", "0 sh 0\n1\nsh: nope: not found\n127\n", 0);
}

static void lists(void **state)
{
	(void)state;
	check("true && echo a || echo b; false && echo c || echo d\n", "a\nd\n", 0);
	check("false || false || echo a && echo b; false && echo c\n", "a\nb\n", 1);
	check("true &&\n\n# then\necho a ||\n echo b\necho c;\n", "a\nc\n", 0);
	check("false; X=1; echo $?\n", "0\n", 0);
	check("echo a; exit 7; echo b\necho c\n", "a\n", 7);
	check("false; exit\n", "", 1);
	check("true\nfalse", "", 1);
	check("exit 257\n", "", 1);
	check("exit x\n", "exit: x: not a number\n", 2);
	check("", "", 0);
	check("\n ; \n", "sh: syntax error: unexpected ';'\n", 2);
}

static void redirections(void **state)
{
	(void)state;
	check("echo a >/dev/null; echo b > /dev/null 2>&1; >/dev/null echo c; echo d\n", "d\n", 0);
	check("nope 2>/dev/null; echo $?; nope >/dev/null\n", "127\nsh: nope: not found\n", 127);
	check("cat /nope /etc/hostname 2>/dev/null; cat /nope >/dev/null\n",
	      "vm7\ncat: /nope: No such file or directory\n", 1);
	check("cat /nope >/dev/null 2>&1; cat /nope 2>&1 >/dev/null\n", "cat: /nope: No such file or directory\n", 1);
	check("echo a 1>&2; echo b >&-; echo c 2>&- 1>>/dev/null; echo 2 >/dev/null; echo 2>/dev/null\n", "a\n\n", 0);
	check("echo x >/etc/x; echo $?; echo x >/etc\n",
	      "sh: can't create /etc/x: Read-only file system\n2\nsh: can't create /etc: Is a directory\n", 2);
	check("cat </etc/hostname; cat </nope; echo a >&9\n",
	      "sh: can't open /nope: No such file or directory\nsh: 9: bad file descriptor\n", 2);
	check("X=/dev/null; echo a >$X; echo b >\"$X\"x\n", "sh: can't create /dev/nullx: Read-only file system\n", 2);
	check("echo a >;\n", "sh: syntax error: a redirection leads nowhere\n", 2);
	check("cat <<END\n", "sh: syntax error: << is not known here\n", 2);
}

static void what_is_not_known(void **state)
{
	static const char *const wrong[] = {
		"echo $(id)", "echo `id`", "echo \"`id`\"", "echo \"$(id)\"", "sleep 1 &", "(echo a)", "if true",
		"for x in y", "{ echo; }", "! true", "echo ${x:-y}", "echo ${", "echo ${}", "echo a;; echo b",
		"&& echo", "echo a || ;", "a & b", "f() true", "echo $((1))",
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct session s = begun();
		char *text = x_asprintf("echo before\n%s\necho behind\n", wrong[i]);

		go_on(&s, SIZE_MAX);
		if (tell(&s, text) != SHELL_ENDED || shell_status(s.shell) != 2 ||
		    strncmp(told(&s), "before\nsh: syntax error: ", 25) != 0 || strstr(told(&s), "behind"))
			fail_msg("%s: %s", wrong[i], told(&s));
		free(text);
		end(&s);
	}
	check("echo 'a\n", "sh: syntax error: unexpected end\n", 2);
	check("echo a &&", "sh: syntax error: unexpected end\n", 2);
	check("echo \"$", "sh: syntax error: unexpected end\n", 2);
}

static void echo_and_printf(void **state)
{
	(void)state;
	check("echo -n a; echo -e 'b\\tc\\0101\\x\\c' d; echo; echo -x -n; echo -\n", "ab\tcA\\x\n-x -n\n-\n", 0);
	check("false; printf '\\n%s %d\\n' NONCE $?\n", "\nNONCE 1\n", 0);
	check("printf '%s-%d\\n' a 1 b 2 c\n", "a-1\nb-2\nc-0\n", 0);
	check("printf 'none\\n' a b\n", "none\n", 0);
	check("printf '%5s|%-5s|%.2s|%05d|%+d|%x|%X|%#o|%c|%%|%i\\n' ab ab abc 42 7 255 255 8 xyz -3\n",
	      "   ab|ab   |ab|00042|+7|ff|FF|010|x|%|-3\n", 0);
	check("printf '%b|%s\\n' 'a\\tb\\0101' 'a\\tb'; printf 'a%bz' 'b\\cd' c; printf '\\101\\1\\c' x\n",
	      "a\tbA|a\\tb\nabA\001", 0);
	check("printf %d 0x10; printf ' %u %d\\n' -1 \"'A\"\n", "16 18446744073709551615 65\n", 0);
	check("printf '%d\\n' 12x\n", "printf: 12x: not a number\n12\n", 1);
	check("printf '%d\\n' 99999999999999999999\n",
	      "printf: 99999999999999999999: not a number\n9223372036854775807\n", 1);
	check("printf\n", "printf: no format\n", 2);
	check("printf 'a%q'; printf %5000d; printf %\n",
	      "aprintf: %q: not a directive\nprintf: %5000d: not a directive\nprintf: %: not a directive\n", 1);
	check("printf '%.0s' a b c; printf '%3c|%-3c|' a b; printf -- '-%s' x\n", "  a|b  |-x", 0);
}

static void tests(void **state)
{
	static const struct {
		const char *expression;
		int status;
	} cases[] = {
		{"", 1}, {"''", 1}, {"a", 0}, {"-n", 0}, {"-n a", 0}, {"-n ''", 1}, {"-z ''", 0}, {"-z a", 1},
		{"a = a", 0}, {"a == b", 1},
		{"a != b", 0}, {"! a = a", 1}, {"! ''", 0}, {"! -f /nope", 0}, {"! = !", 0}, {"1 -eq 01", 0},
		{"-3 -lt 2", 0}, {"2 -lt 2", 1},
		{"2 -le 2", 0}, {"3 -gt 2", 0}, {"2 -ge 3", 1}, {"2 -ne 2", 1}, {"-f /etc/hostname", 0},
		{"-f /etc", 1}, {"-d /etc", 0},
		{"-e /nope", 1}, {"-c /dev/null", 0}, {"-s /proc/uptime", 0}, {"-w /etc/hostname", 1}, {"-L /etc", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text = x_asprintf("test %s; printf %%s $?; [ %s ]", cases[i].expression, cases[i].expression);

		check(text, cases[i].status ? "1" : "0", cases[i].status);
		free(text);
	}
	check("[ a = b\n", "[: ']' is missing\n", 2);
	check("test 1 -eq x; test x -eq 1; test a -x b; test -q a; test a b c d\n",
	      "test: x: not a number\ntest: x: not a number\ntest: -x: unknown operator\ntest: -q: unknown operator\n"
	      "test: too many words\n", 2);
}

static void files(void **state)
{
	(void)state;
	check("cat /etc/hostname /proc/cmdline /proc/uptime\n", "vm7\nquiet root=/dev/vda\n1.00 2.00\n", 0);
	check("head -n 1 /proc/meminfo; head -c 3 /proc/cmdline; head -c0 /etc/hostname; head -n1 /dev/null\n",
	      "MemTotal:         262144 kB\nqui", 0);
	check("cat; cat -; head; cat /dev/null /etc; cat /nope\n",
	      "cat: /etc: Is a directory\ncat: /nope: No such file or directory\n", 1);
	check("head -x 3 /etc/hostname; head -c 3; head -c 3 /nope; head -c 1 /etc; head /dev/zero\n",
	      "head: 3: not -c N or -n N\nhead: /nope: No such file or directory\nhead: /etc: Is a directory\n"
	      "head: /dev/zero: has no lines\n", 1);
	check("ls; ls /etc /dev/null /nope; ls -l /etc/hostname\n",
	      "dev\netc\nproc\nroot\ntmp\nhostname\nos-release\n/dev/null\nls: /nope: No such file or directory\n"
	      "-r--r--r-- 1 root root        4 Jan  1  1970 /etc/hostname\n", 0);
	check("ls /tmp /nope; ls -z\n", "ls: /nope: No such file or directory\nls: -z: unknown option\n", 2);
}

static void others(void **state)
{
	(void)state;
	check("hostname; id; id -u; id -un; uname; uname -nr; uname -s -o; nproc; sync; :; uptime\n",
	      "vm7\nuid=0(root) gid=0(root) groups=0(root)\n0\nroot\nLinux\nvm7 " WORLD_RELEASE "\nLinux GNU/Linux\n2\n"
	      " up 0:00:01,  0 users,  load average: 0.00, 0.00, 0.00\n", 0);
	check("id nobody; uname -x; uname x; hostname new\n",
	      "id: nobody: no such user\nuname: -x: unknown option\nuname: x: unknown option\n"
	      "hostname: it cannot be changed\n", 1);
	check("seq 3; seq 2 3; seq 5 -2 1; seq 2 1; seq 9223372036854775806 9223372036854775807\n",
	      "1\n2\n3\n2\n3\n5\n3\n1\n9223372036854775806\n9223372036854775807\n", 0);
	check("seq; seq x; seq 1 0 2; date +; date -x; date +x%%y\n",
	      "seq: how far?\nseq: x: not a whole number\nseq: a step of 0\n\ndate: -x: unknown option\nx%y\n", 0);
	check("curl http://x; /bin/ls; ''\n", "sh: curl: not found\nsh: /bin/ls: not found\nsh: : not found\n", 127);
	reboots = 0;
	check_pieces("reboot\n", 100, "", 0);
	assert_int_equal(reboots, 1);
}

static void sleeping_waits_and_does_not_block(void **state)
{
	struct session s = begun();
	int64_t before = s.now;

	(void)state;
	assert_int_equal(shell_run(s.shell, s.now), SHELL_READS);
	shell_feed(s.shell, "echo a; sleep 1.5 250ms; echo b\n", 32);
	assert_int_equal(shell_run(s.shell, s.now), SHELL_STARTS);
	shell_start(s.shell, false);
	assert_int_equal(shell_run(s.shell, s.now), SHELL_WRITES); /* a is not kept back */
	shell_wrote(s.shell, 2);
	assert_int_equal(shell_run(s.shell, s.now), SHELL_SLEEPS);
	assert_true(shell_wakes(s.shell) == before + 1750 * SECOND / 1000);
	assert_int_equal(shell_run(s.shell, shell_wakes(s.shell) - 1), SHELL_SLEEPS);
	assert_int_equal(shell_run(s.shell, shell_wakes(s.shell)), SHELL_WRITES);
	end(&s);
	check("sleep; sleep x; sleep -1; sleep 1 x; sleep 0; echo $?\n",
	      "sleep: how long?\nsleep: x: not a duration\nsleep: -1: not a duration\n"
	      "sleep: x: not a duration\n0\n", 0);
	check("sleep 292y; sleep 1000000000 9000000000 9000000000\n", "sleep: 292y: not a duration\n", 0);
}

static void a_line_that_is_to_fail_fails(void **state)
{
	struct session s = begun();

	(void)state;
	go_on(&s, SIZE_MAX);
	s.fails = true;
	tell(&s, "echo a; printf '%d\\n' $?\n");
	assert_string_equal(told(&s), "1\n");
	assert_int_equal(s.starts, 1);
	tell(&s, "\n# nothing\n  \n");
	assert_int_equal(s.starts, 1);
	tell(&s, "echo a && echo b; echo c &&\necho d\necho e\n");
	assert_string_equal(told(&s), "1\nc\nd\n");
	assert_int_equal(s.starts, 3);
	end(&s);
}

static void output_is_made_as_it_is_taken(void **state)
{
	const uint64_t size = UINT64_C(64) << 20;
	struct session s = begun();
	size_t len;

	(void)state;
	go_on(&s, SIZE_MAX);
	shell_feed(s.shell, "head -c 64M /dev/zero\n", 22);
	assert_int_equal(shell_run(s.shell, 0), SHELL_STARTS);
	shell_start(s.shell, false);
	for (uint64_t sum = 0; sum < size; sum += len) {
		enum shell_state state_now;

		while ((state_now = shell_run(s.shell, 0)) == SHELL_BUSY)
			;
		assert_int_equal(state_now, SHELL_WRITES);
		assert_int_equal(shell_run(s.shell, 0), SHELL_WRITES);
		shell_output(s.shell, &len);
		assert_true(len > 0 && len <= 32 * 1024);
		shell_wrote(s.shell, len);
		assert_true(sum + len <= size);
	}
	assert_int_equal(go_on(&s, SIZE_MAX), SHELL_READS);
	end(&s);
}

/* What never ends lets others have their turn, and what repeats a long format does not fill the memory. */
static void nothing_takes_all(void **state)
{
	struct session s = begun();
	struct text line = {0};

	(void)state;
	go_on(&s, SIZE_MAX);
	shell_feed(s.shell, "cat /dev/zero >/dev/null\n", 25);
	assert_int_equal(shell_run(s.shell, 0), SHELL_STARTS);
	shell_start(s.shell, false);
	for (int i = 0; i < 100; i++)
		assert_int_equal(shell_run(s.shell, 0), SHELL_BUSY);
	end(&s);

	s = begun();
	go_on(&s, SIZE_MAX);
	text_string(&line, "printf '%4096d");
	for (int i = 0; i < 1000; i++)
		text_string(&line, "xxxxxxxxxx%4096d");
	text_string(&line, "'");
	for (int i = 0; i < 20000; i++)
		text_string(&line, " 1");
	text_byte(&line, '\n');
	shell_feed(s.shell, line.bytes, line.len);
	assert_int_equal(go_on(&s, 16 << 20), SHELL_BUSY); /* which looks at what is waiting */
	text_free(&line);
	end(&s);
}

static void lines_may_be_long_but_not_longer(void **state)
{
	for (int extra = 0; extra < 2; extra++) {
		struct session s = begun();
		struct text line = {0};

		(void)state;
		go_on(&s, SIZE_MAX);
		text_string(&line, "echo ");
		while (line.len < SHELL_LINE - 1 + (size_t)extra)
			text_byte(&line, 'x');
		text_byte(&line, '\n');
		shell_feed(s.shell, line.bytes, line.len);
		if (extra == 0) {
			assert_int_equal(go_on(&s, SIZE_MAX), SHELL_READS);
			assert_int_equal(s.out.len, line.len - 5);
		} else {
			assert_int_equal(go_on(&s, SIZE_MAX), SHELL_ENDED);
			assert_string_equal(told(&s), "sh: syntax error: the line is too long\n");
		}
		text_free(&line);
		end(&s);
	}
}

static void variables_and_words_are_bounded(void **state)
{
	struct session s = begun();
	char line[64];

	(void)state;
	go_on(&s, SIZE_MAX);
	tell(&s, "X=0123456789abcdef\n");
	for (int i = 0; i < 20; i++)
		tell(&s, "X=$X$X\n");
	assert_non_null(strstr(told(&s), "sh: X: the variables have become too large\n"));
	text_free(&s.out);
	tell(&s, "echo $X$X$X$X$X$X$X$X$X; echo $?\n");
	assert_string_equal(told(&s), "sh: argument list too long\n126\n");
	for (int i = 0; i < 10000; i++) {
		snprintf(line, sizeof line, "V%d=x\n", i);
		tell(&s, line);
	}
	assert_non_null(strstr(told(&s), "have become too large"));
	end(&s);
}

static void nuls_are_left_out(void **state)
{
	static const char text[] = "ec\0ho a\0\0b\0\n\0";
	struct session s = begun();

	(void)state;
	go_on(&s, SIZE_MAX);
	shell_feed(s.shell, text, sizeof text);
	assert_int_equal(go_on(&s, SIZE_MAX), SHELL_READS);
	assert_string_equal(told(&s), "ab\n");
	end(&s);
}

int main(void)
{
	const struct CMUnitTest all[] = {
		cmocka_unit_test(words_and_quotes),
		cmocka_unit_test(variables),
		cmocka_unit_test(lists),
		cmocka_unit_test(redirections),
		cmocka_unit_test(what_is_not_known),
		cmocka_unit_test(echo_and_printf),
		cmocka_unit_test(tests),
		cmocka_unit_test(files),
		cmocka_unit_test(others),
		cmocka_unit_test(sleeping_waits_and_does_not_block),
		cmocka_unit_test(a_line_that_is_to_fail_fails),
		cmocka_unit_test(output_is_made_as_it_is_taken),
		cmocka_unit_test(nothing_takes_all),
		cmocka_unit_test(lines_may_be_long_but_not_longer),
		cmocka_unit_test(variables_and_words_are_bounded),
		cmocka_unit_test(nuls_are_left_out),
	};

	return cmocka_run_group_tests(all, NULL, NULL);
}
