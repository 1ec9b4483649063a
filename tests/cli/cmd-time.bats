#!/usr/bin/env bats
# cmd-time: what it runs, how it counts, what it writes, how it ends.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	unset BENCHPIPE_LIBEXEC LD_PRELOAD
	cd "$BATS_TEST_TMPDIR" || return 1
}

# compile NAME [FLAG...]: a C program from standard input.
compile() {
	local name=$1
	shift
	"${CC:-cc}" -O0 -x c "$@" -o "$name" -
}

# values METRIC [FILTER]: of the records on standard input.
values() {
	jq -r "select(.type == \"sample\" and .metric == \"$1\") | select(${2:-true}) | .value"
}

@test "writes a run record and four metrics a run, in order" {
	cmd-time -n 3 --seed 7 --param size=10 --param name=x --bench some/thing true >out
	[ "$(head -n 1 out | jq -r '[.type, .schema, .tool, .seed, (.run | length)] | join(" ")')" = "run 1 cmd-time 7 36" ]
	[ "$(jq -r 'select(.type == "sample") | .metric' out | sort | uniq -c | tr -s ' \n' ' ')" = \
		" 3 cpu-sys 3 cpu-user 3 latency 3 max-rss " ] ||
		[ "$(jq -r 'select(.type == "skip") | .metric' out)" = max-rss ]
	[ "$(jq -r 'select(.metric == "latency") | .seq' out | tr '\n' ' ')" = "0 1 2 " ]
	[ "$(jq -c 'select(.metric == "latency") | [.bench, .params, .unit, .mode, .exit]' out | sort -u)" = \
		'["some/thing",{"name":"x","size":10},"ns","real",0]' ]
	[ "$(jq -s '[.[] | select(.type == "sample") | .run] + [.[0].run] | unique | length' out)" = 1 ]
	[ "$(jq -s '[.[] | select(.metric == "latency") | .t] | . == sort and .[0] >= 0' out)" = true ]
}

@test "a sleep of 50 ms takes at least 50 ms, and hardly any CPU time" {
	cmd-time -n 3 sleep 0.05 >out
	[ "$(jq -s '[.[] | select(.metric == "latency") | .value] | min >= 50e6' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "cpu-user" or .metric == "cpu-sys") | .value] | max < 50e6' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "latency") | .value == .dur] | all' out)" = true ]
}

@test "CPU time is told, and a busy program has at least as much as it asked for" {
	compile busy <<-'END'
		#include <time.h>
		int main(void) { while (clock() < CLOCKS_PER_SEC / 20) ; return 0; }
	END
	cmd-time -n 2 ./busy >out
	[ "$(jq -s '[.[] | select(.metric | IN("cpu-user", "cpu-sys"))] | group_by(.seq)
		| map(map(.value) | add >= 45e6) | all' out)" = true ]
}

@test "without -n: at least 10 runs; --min-time, --max-runs and --max-time bound it" {
	[ "$(cmd-time --min-time 0 true | values latency | wc -l)" -eq 10 ]
	[ "$(cmd-time --min-time 0 --max-runs 4 true | values latency | wc -l)" -eq 4 ]
	[ "$(cmd-time --max-time 150ms sleep 0.1 | values latency | wc -l)" -eq 2 ]
	cmd-time --min-time 300ms sleep 0.001 >out
	[ "$(jq -s '[.[] | select(.metric == "latency") | .t + .dur] | max >= 250e6' out)" = true ]
}

@test "warm-up runs are marked" {
	cmd-time -w 2 -n 3 true >out
	[ "$(jq -r 'select(.metric == "latency") | "\(.seq)\(.warmup // "")"' out | tr '\n' ' ')" = \
		"0true 1true 0 1 2 " ]
}

@test "no shell: arguments arrive as they are; --shell asks for one" {
	cmd-time -n 1 --show-output printf '%s|' '$HOME' 'a  b' '*' '' 2>err >/dev/null
	[ "$(cat err)" = '$HOME|a  b|*||' ]
	V=yes cmd-time -n 1 --show-output --shell 'printf "%s." $V | tr y Y' 2>err >out
	[ "$(cat err)" = 'Yes.' ]
	[ "$(jq -r 'select(.metric == "latency") | .bench' out)" = cmd/printf ]
}

@test "output goes nowhere, or to stderr with --show-output, and never among the records" {
	cmd-time -n 1 sh -c 'echo out; echo err >&2' >out 2>err
	run ! grep -qx 'out\|err' out
	[ ! -s err ]
	cmd-time -n 1 --show-output sh -c 'echo out; echo err >&2' >out 2>err
	run ! grep -qx 'out\|err' out
	[ "$(tr '\n' ' ' <err)" = "out err " ]
}

@test "standard input is empty, or --input from its start for each run" {
	cmd-time -n 2 --show-output cat >/dev/null 2>err <<<"not for the command"
	[ ! -s err ]
	printf 'one\ntwo\n' >in
	cmd-time -n 2 -i in --show-output cat >/dev/null 2>err
	[ "$(tr '\n' ' ' <err)" = "one two one two " ]
	run cmd-time -n 1 -i missing cat
	[ "$status" -eq 1 ]
	[ "$output" = "cmd-time: missing: No such file or directory" ]
}

@test "setup once, prepare before each run, cleanup once" {
	cmd-time -w 1 -n 2 --setup 'printf s >>log' -p 'printf p >>log' -c 'printf c >>log' sh -c 'printf r >>log' >/dev/null
	[ "$(cat log)" = sprprprc ]
}

@test "prepare and setup that fail end it, and the command has not run" {
	run cmd-time -n 2 -p 'exit 3' touch ran
	[ "$status" -eq 1 ]
	[[ "$output" = *"--prepare: exited with status 3 before run 1"* ]]
	run cmd-time -n 2 --setup 'exit 4' touch ran
	[ "$status" -eq 1 ]
	[[ "$output" = *"--setup: exited with status 4"* ]]
	[ ! -e ran ]
}

@test "a failing run ends it: number, status and the way out; what was measured is written" {
	run --separate-stderr cmd-time -n 5 -c 'touch cleaned' sh -c 'printf x >>count; [ $(wc -c <count) -lt 3 ] || exit 9'
	[ "$status" -eq 1 ]
	[ "$stderr" = "cmd-time: sh: run 3 exited with status 9: --ignore-failure measures it nevertheless, --show-output shows what it says" ]
	[ "$(jq -r 'select(.metric == "latency") | "\(.exit)\(if .ok == false then "!" else "" end)"' <<<"$output" |
		tr '\n' ' ')" = "0 0 9! " ]
	[ -e cleaned ]
}

@test "--ignore-failure keeps the status" {
	cmd-time -n 2 --ignore-failure sh -c 'exit 7' >out
	[ "$(jq -c 'select(.metric == "latency") | [.exit, .ok]' out | sort -u)" = '[7,null]' ]
	cmd-time -n 1 --ignore-failure sh -c 'kill -SEGV $$' >out
	[ "$(jq -c 'select(.metric == "latency") | [.exit, .ok]' out)" = '[139,null]' ]
}

@test "exit status of a wrapper: 127, 126, 128 + signal" {
	run -127 cmd-time no-such-command-here
	[ "$output" = "cmd-time: no-such-command-here: command not found" ]
	run -127 cmd-time ./nowhere
	echo data >data
	run cmd-time ./data
	[ "$status" -eq 126 ]
	[ "$output" = "cmd-time: ./data: Permission denied" ]
	run cmd-time .
	[ "$status" -eq 126 ]
	chmod +x data
	run --separate-stderr cmd-time ./data
	[ "$status" -eq 126 ]
	[[ "$stderr" = "cmd-time: ./data: run 1: Exec format error"* ]]
	printf '#!/no/such/interpreter\n' >data
	run -127 --separate-stderr cmd-time ./data
	run --separate-stderr cmd-time -n 3 sh -c 'kill -KILL $$'
	[ "$status" -eq 137 ]
	[[ "$stderr" = *"run 1 was killed by signal 9 (Killed)"* ]]
	run -127 cmd-time -n 2 --vs no-such-command-here true
}

@test "--timeout stops the whole group, even one that ignores TERM" {
	mkfifo alive
	timeout 30 cat alive >/dev/null &
	run --separate-stderr cmd-time -n 3 --timeout 400ms sh -c 'trap "" TERM; exec >alive; sleep 60 & sleep 60'
	[ "$status" -eq 1 ]
	[[ "$stderr" = "cmd-time: sh: run 1 was stopped after 400.0 ms: --timeout"* ]]
	[ "$(jq -r 'select(.metric == "latency") | .ok' <<<"$output")" = false ]
	# The reader ends once nobody holds the pipe.
	wait $!
	cmd-time -n 2 --timeout 50ms --ignore-failure sleep 60 >out
	[ "$(jq -c 'select(.metric == "latency") | [.ok, .exit]' out | uniq -c | tr -s ' ')" = ' 2 [false,null]' ]
	[ "$(values cpu-user <out | wc -l)" -eq 0 ]
}

@test "SIGINT and SIGTERM: the command is stopped, what was measured is written and marked" {
	for signal in INT TERM; do
		mkfifo "alive-$signal"
		timeout 30 cat "alive-$signal" >/dev/null &
		reader=$!
		# Bash lets background jobs ignore SIGINT; env(1) gives it back.
		env --default-signal=INT cmd-time -n 9 -o "$signal.jsonl" -c 'touch cleaned' sh -c "
			printf x >>count-$signal; [ \$(wc -c <count-$signal) -lt 3 ] && exit; exec >alive-$signal; touch started-$signal; sleep 60 & sleep 60" >/dev/null &
		pid=$!
		for _ in $(seq 100); do
			[ -e "started-$signal" ] && break
			sleep 0.05
		done
		kill "-$signal" $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l "$signal"))) ]
		wait $reader
		[ "$(values latency <"$signal.jsonl" | wc -l)" -eq 2 ]
		[ "$(jq -c 'select(.type == "event") | [.name, .data.signal]' "$signal.jsonl")" = "[\"interrupted\",$(kill -l "$signal")]" ]
		[ -e cleaned ]
	done
}

@test "killed outright, it takes the command along" {
	mkfifo alive
	timeout 30 cat alive >/dev/null &
	reader=$!
	cmd-time -n 9 sh -c 'exec >alive; touch started; sleep 60 & sleep 60' >/dev/null &
	pid=$!
	for _ in $(seq 100); do
		[ -e started ] && break
		sleep 0.05
	done
	kill -KILL $pid
	wait $pid || true
	wait $reader
}

@test "--vs: ABBA order, pairs by seq, variants as params" {
	cmd-time -n 4 -w 1 --vs "sh -c 'printf B >>log'" sh -c 'printf A >>log' >out
	[ "$(cat log)" = ABABBAABBA ]
	[ "$(jq -r 'select(.metric == "latency" and (.warmup | not)) | "\(.params.variant)\(.seq)"' out | tr '\n' ' ')" = \
		"A0 B0 B1 A1 A2 B2 B3 A3 " ]
	[ "$(jq -r 'select(.metric == "latency") | .bench' out | sort -u)" = cmd/sh ]
}

@test "--vs splits like a shell and expands nothing" {
	cmd-time -n 1 --show-output --vs "printf '%s|' \"a b\" c\\ d '\$HOME' \"\\\"q\\\\\" ''" true >/dev/null 2>err
	[ "$(cat err)" = 'a b|c d|$HOME|"q\||' ]
	run cmd-time --vs "echo 'open" true
	[ "$status" -eq 1 ]
	[[ "$output" = *"a quote is not closed"* ]]
	run cmd-time --vs "  " true
	[ "$status" -eq 1 ]
	cmd-time -n 1 --shell --vs 'printf "b$((1 + 1))" >b' 'printf a >a' >/dev/null
	[ "$(cat a b)" = ab2 ]
}

@test "--scan: lists, ranges, steps, factors, and all combinations" {
	scan() { cmd-time -n 1 --scan "$1" true '{x}' | jq -r 'select(.metric == "latency") | .params.x' | tr '\n' ' '; }
	[ "$(scan x=1,b,3)" = "1 b 3 " ]
	[ "$(scan x=1..4)" = "1 2 3 4 " ]
	[ "$(scan x=4..1)" = "4 3 2 1 " ]
	[ "$(scan x=0.1..0.5/0.1)" = "0.1 0.2 0.3 0.4 0.5 " ]
	[ "$(scan x=1..20*4)" = "1 4 16 " ]
	[ "$(scan x=100..1*0.1)" = "100 10 1 " ]
	[ "$(scan x=../up)" = "../up " ]
	cmd-time -n 1 --scan a=1,2 --scan b=x,y --show-output echo '{a}{b}{c}' >out 2>err
	[ "$(tr '\n' ' ' <err)" = "1x{c} 1y{c} 2x{c} 2y{c} " ]
	[ "$(jq -c 'select(.metric == "latency") | .params' out | tr '\n' ' ')" = \
		'{"a":1,"b":"x"} {"a":1,"b":"y"} {"a":2,"b":"x"} {"a":2,"b":"y"} ' ]
}

@test "--scan reaches setup, prepare, cleanup and --vs" {
	cmd-time -n 1 --scan x=1,2 --setup 'printf s{x} >>log' -p 'printf p{x} >>log' -c 'printf c{x} >>log' \
		--vs 'sh -c "printf B{x} >>log"' true >/dev/null
	[ "$(cat log)" = s1p1p1B1c1s2p2p2B2c2 ]
}

@test "--scan that cannot be meant is refused" {
	for bad in x= =1 x x=1,,2 x=1..5/0 x=1..5/-1 x=5..1/1 x=1..8*1 x=1..8*0.5 x=0..8*2 x=1..y x=1..1e9 'x y=1'; do
		run cmd-time -n 1 --scan "$bad" true '{x}'
		[ "$status" -eq 1 ]
		[[ "$output" = "cmd-time: --scan '"* ]]
	done
	run cmd-time -n 1 --scan x=1 true
	[ "$status" -eq 1 ]
	[[ "$output" = "cmd-time: --scan x: no {x} in the command"* ]]
	run cmd-time -n 1 --scan x=1 --scan x=2 true '{x}'
	[ "$status" -eq 1 ]
}

@test "usage that cannot be meant is refused" {
	for bad in "--runs 0" "--runs x" "-n 3 --min-time 1s" "-n 3 --until-precision 1%" "--until-precision 0" "--timeout 0" \
		"--mode fake" "--format xml" "--progress maybe" "--param x" "--param =x" "--seed -1" "--bogus"; do
		read -ra options <<<"$bad"
		run cmd-time "${options[@]}" true
		[ "$status" -eq 1 ]
		[[ "$output" = *"try 'cmd-time --help'"* ]]
	done
	run cmd-time
	[ "$status" -eq 1 ]
	run cmd-time --help
	[ "$status" -eq 0 ]
	[[ "$output" = "usage: cmd-time "* ]]
}

@test "--until-precision: reached, or said that it was not" {
	cmd-time --until-precision 50% sleep 0.005 >out 2>err
	[ ! -s err ]
	[ "$(values latency <out | wc -l)" -ge 10 ]
	cmd-time --until-precision 0.00001% --max-runs 12 sleep 0.005 >out 2>err
	[ "$(values latency <out | wc -l)" -eq 12 ]
	grep -q 'the median is known within ±.* % only, not ±1e-05 %' err
	[ "$(jq -r 'select(.type == "event") | .name, .data.wanted' out | tr '\n' ' ')" = "precision-not-reached 1e-07 " ]
	cmd-time --until-precision 0.00001% --max-time 100ms --vs 'sleep 0.004' sleep 0.005 >out 2>err
	grep -qE 'known|too few' err
}

@test "max-rss: 50 MB are told as such" {
	compile fifty <<-'END'
		#include <stdlib.h>
		#include <string.h>
		int main(void) { char *p = malloc(50 << 20); memset(p, 1, 50 << 20); return p[12345] - 1; }
	END
	cmd-time -n 2 ./fifty >out
	[ "$(jq -s '[.[] | select(.metric == "max-rss") | .value] | length == 2 and min >= 52428800 and max < 62914560' out)" = true ]
	[ "$(jq -r 'select(.metric == "max-rss") | .unit' out | sort -u)" = B ]
}

@test "max-rss: does not grow with cmd-time itself" {
	mkdir touched
	cmd-time -n 20 touch touched/0 >small
	# 100,000 values are some 4 MB in cmd-time's memory.
	cmd-time -n 1 --scan x=1..99999 -o big touch 'touched/{x}' >/dev/null &
	pid=$!
	for _ in $(seq 600); do
		[ "$(find touched -type f | wc -l)" -lt 20 ] || break
		sleep 0.05
	done
	rss=$(awk '/VmRSS/ {print $2}' /proc/$pid/status)
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
	[ "$rss" -gt 4000 ]
	[ "$(values latency <big | wc -l)" -gt 5 ]
	# Either true values, all alike, or none at all and the reason.
	if [ "$(values max-rss <small | wc -l)" -gt 0 ]; then
		[ "$(jq -s '([.[] | select(.metric == "max-rss") | .value] | max) < 3e6' big)" = true ]
		[ "$(values max-rss <big | sort -n | tail -n 1)" -lt \
			$(($(values max-rss <small | sort -n | tail -n 1) + 524288)) ]
	else
		[ "$(values max-rss <big | wc -l)" -eq 0 ]
		grep -q 'that every command inherits' small
	fi
}

@test "max-rss: a program smaller than what it inherits is skipped, once" {
	compile tiny -static -nostdlib -ffreestanding <<-'END' || skip "no static programs here"
		#if defined(__x86_64__)
		void _start(void) { __asm__ volatile("mov $60, %eax; xor %edi, %edi; syscall"); }
		#elif defined(__aarch64__)
		void _start(void) { __asm__ volatile("mov x8, #93; mov x0, #0; svc #0"); }
		#else
		#error unknown machine
		#endif
	END
	cmd-time -n 3 ./tiny >out
	[ "$(values max-rss <out | wc -l)" -eq 0 ]
	[ "$(values latency <out | wc -l)" -eq 3 ]
	[ "$(jq -r 'select(.type == "skip") | "\(.bench) \(.metric)"' out)" = "cmd/tiny max-rss" ]
	jq -r 'select(.type == "skip") | .reason' out | grep -q '^not above the [0-9]* KiB that every command inherits'
}

# allocating PROGRAM ARGUMENT...: "calls bytes" of a run; all runs must agree.
allocating() {
	cmd-time -n 3 --allocs "$@" >allocs.out
	[ "$(values allocs <allocs.out | sort -u | wc -l)" -eq 1 ]
	echo "$(values allocs <allocs.out | head -n 1) $(values alloc-bytes <allocs.out | head -n 1)"
}

@test "--allocs: exact counts of every kind of allocation" {
	compile alloc -D_GNU_SOURCE <<-'END'
		#include <malloc.h>
		#include <stdlib.h>
		int main(int argc, char **argv)
		{
			int n = argc > 2 ? atoi(argv[2]) : 0;
			for (int i = 0; i < n; i++) {
				void *p = NULL, *volatile q;
				switch (argv[1][0]) {
				case 'm': p = malloc(64); break;
				case 'c': p = calloc(4, 16); break;
				case 'r': p = realloc(realloc(NULL, 24), 40); break;
				case 'a': p = aligned_alloc(64, 64); break;
				case 'p': if (posix_memalign(&p, 64, 64)) return 1; break;
				case 'g': p = memalign(64, 64); break;
				case 'y': p = reallocarray(NULL, 8, 8); break;
				case 'x': p = reallocarray(NULL, (size_t)-1, 8); break;
				}
				q = p;
				free(q);
			}
			return 0;
		}
	END
	for kind in m c r a p g y x; do
		read -r calls0 bytes0 <<<"$(allocating ./alloc $kind 0)"
		read -r calls bytes <<<"$(allocating ./alloc $kind 1000)"
		case $kind in
		r) want=2000 ;;
		x) want=0 ;;
		*) want=1000 ;;
		esac
		[ $((calls - calls0)) -eq $want ]
		[ $((bytes - bytes0)) -eq $((want == 0 ? 0 : 64000)) ]
	done
	[ "$(jq -r 'select(.metric | IN("allocs", "alloc-bytes")?) | .unit' allocs.out | sort -u | tr '\n' ' ')" = "1/op B/op " ]
}

@test "--allocs: threads, forks and exec'ed programs are counted, and it disturbs no timed run" {
	compile tree -pthread <<-'END'
		#include <pthread.h>
		#include <stdlib.h>
		#include <sys/wait.h>
		#include <unistd.h>
		static void *work(void *n)
		{
			for (int i = 0; i < *(int *)n; i++) { void *volatile p = malloc(10); free(p); }
			return n;
		}
		int main(int argc, char **argv)
		{
			int n = atoi(argv[1]);
			pthread_t t[4];
			for (int i = 0; i < 4; i++) pthread_create(&t[i], NULL, work, &n);
			for (int i = 0; i < 4; i++) pthread_join(t[i], NULL);
			if (argc > 2) { /* once more in a child, and once more behind an exec with all else closed */
				pid_t pid = fork();
				if (pid == 0) {
					work(&n);
					for (int fd = 3; fd < 1024; fd++) close(fd);
					execl(argv[0], argv[0], argv[1], (char *)NULL);
					_exit(9);
				}
				waitpid(pid, NULL, 0);
			}
			return getenv("LD_PRELOAD") && argc > 3 ? 5 : 0;
		}
	END
	read -r calls0 _ <<<"$(allocating ./tree 0 fork)"
	read -r calls _ <<<"$(allocating ./tree 10000 fork)"
	[ $((calls - calls0)) -eq 90000 ]
	cmd-time -n 3 ./tree 0 fork timed >/dev/null
	# The counting runs come after the timed ones, which are not preloaded.
	cmd-time -n 3 --allocs ./tree 0 fork timed >out
	[ "$(values latency '.ok == null' <out | wc -l)" -eq 3 ]
	[ "$(jq -r 'select(.metric == "allocs") | "\(.type): \(.reason)"' out)" = \
		"skip: the command fails with the counter preloaded: exit status 5" ]
}

@test "--allocs: pairs of --vs, and a preload that is there already" {
	compile keep <<-'END'
		#include <stdio.h>
		#include <stdlib.h>
		int main(void) { puts(getenv("LD_PRELOAD")); return 0; }
	END
	LD_PRELOAD=/none/other.so cmd-time -n 1 --allocs --show-output ./keep >out 2>err || true
	grep -q '^/.*/alloc-count.so:/none/other.so$' err
	cmd-time -n 4 --allocs --vs 'ls /' true >out
	[ "$(jq -r 'select(.metric == "allocs") | "\(.params.variant)\(.seq)"' out | tr '\n' ' ')" = "A0 B0 B1 A1 A2 B2 B3 A3 " ]
}

@test "--allocs: static programs and a missing library are skipped with the reason" {
	compile fixed -static <<<'int main(void) { return 0; }' || skip "no static libc here"
	cmd-time -n 2 --allocs ./fixed >out
	[ "$(jq -r 'select(.metric == "allocs") | "\(.type): \(.reason)"' out)" = \
		"skip: the program is linked statically: no counter can be preloaded" ]
	BENCHPIPE_LIBEXEC=/nowhere cmd-time -n 2 --allocs true >out
	[ "$(jq -r 'select(.metric == "allocs") | "\(.type): \(.reason)"' out)" = \
		"skip: alloc-count.so not found: set BENCHPIPE_LIBEXEC to its directory" ]
}

@test "--counters: page faults and switches; instructions and cycles, or why not" {
	cmd-time -n 2 --counters sleep 0.01 >out
	[ "$(jq -s '[.[] | select(.metric == "page-faults") | .value] | length == 2 and min > 10' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "context-switches") | .value] | length == 2 and min >= 1' out)" = true ]
	[ "$(jq -r 'select(.metric == "page-faults") | "\(.unit) \(.better)"' out | sort -u)" = "1 lower" ]
	for metric in instructions cycles; do
		if [ "$(values $metric <out | wc -l)" -eq 0 ]; then
			[ "$(jq -r "select(.metric == \"$metric\") | .type" out)" = skip ]
			jq -r "select(.metric == \"$metric\") | .reason" out | grep -q 'perf_event_open: ..*\|did not count'
		else
			[ "$(jq -s "[.[] | select(.metric == \"$metric\") | .value] | length == 2 and min > 1000" out)" = true ]
		fi
	done
}

@test "--mode mock lowers the label, in records and in the summary" {
	[ "$(cmd-time -n 1 --mode mock true | jq -r 'select(.type == "sample") | .mode' | sort -u)" = mock ]
	cmd-time -n 1 --mode mock --format text true | grep -q '^mock-cmd/true$'
}

@test "the summary: median first, then the rest; --vs as a ratio; --scan as an overview" {
	cmd-time -n 10 --format text sleep 0.01 >out
	[ "$(sed -n 1p out)" = cmd/sleep ]
	sed -n 2p out | grep -Eq '^  latency +median [0-9.]+ ms   95 % interval [0-9.]+ ms to [0-9.]+ ms$'
	sed -n 3p out | grep -Eq '^ +mean .* ± .* +min .* +max '
	grep -Eq '^  runs +10$' out
	cmd-time -n 12 --format text --vs 'sleep 0.03' sleep 0.01 >out
	tail -n 1 out | grep -Eq '^B takes [0-9.]+ times as long as A   95 % interval [0-9.]+ to [0-9.]+   \(12 pairs\): B is slower$'
	cmd-time -n 3 --format text --scan x=1,2 true '{x}' >out
	grep -q 'no interval under 6 runs' out
	[ "$(tail -n 3 out | awk '{print $1, $2}' | tr '\n' ' ')" = "benchmark median cmd/true x=1 cmd/true x=2 " ]
}

@test "-o: the records go into the file whole, the summary to stdout; an old file outlives a failed start" {
	echo old >kept
	run -127 cmd-time -n 1 -o kept no-such-command-here
	[ "$(cat kept)" = old ]
	cmd-time -n 2 -o new true >out
	grep -q '^cmd/true$' out
	[ "$(values latency <new | wc -l)" -eq 2 ]
	cmd-time -n 2 -o new --format ndjson true >out
	[ ! -s out ]
	run cmd-time -n 1 -o no/such/dir/file true
	[ "$status" -eq 1 ]
	[[ "$output" = "cmd-time: no/such/dir/file: "* ]]
	cmd-time -n 4 -o part sh -c 'printf x >>count; [ $(wc -c <count) -lt 3 ]' >/dev/null 2>&1 || true
	[ "$(values latency <part | wc -l)" -eq 3 ]
}

@test "a full disk and a closed stdout are trouble, a closed pipe ends quietly" {
	run --separate-stderr bash -c 'cmd-time -n 3 true >/dev/full'
	[ "$status" -eq 1 ]
	[[ "$stderr" = "cmd-time: standard output: "* ]]
	run --separate-stderr bash -c 'cmd-time -n 3 true >&-'
	[ "$status" -eq 1 ]
	run --separate-stderr cmd-time -n 3 -o /dev/full true
	[ "$status" -eq 1 ]
	run --separate-stderr bash -c 'cmd-time -n 500 true | head -n 1 | wc -l; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 141 ]
	[ "$output" -eq 1 ]
	[ -z "$stderr" ]
}

@test "a terminal sees progress and the summary; anything else sees no progress" {
	cmd-time -n 40 sleep 0.01 2>err >/dev/null
	[ ! -s err ]
	command -v script >/dev/null || skip "no script(1) to make a terminal"
	TERM=xterm script -qec 'cmd-time -n 40 sleep 0.01' /dev/null >out </dev/null
	grep -q 'cmd/sleep timing: [0-9]* runs in' out
	grep -q 'median' out
	TERM=dumb script -qec 'cmd-time -n 40 sleep 0.01' /dev/null >out </dev/null
	run ! grep -q 'timing:' out
}

@test "the command gets the environment, the signals and the directory it would get anyway" {
	compile probe -D_GNU_SOURCE <<-'END'
		#include <signal.h>
		#include <stdio.h>
		#include <stdlib.h>
		#include <unistd.h>
		int main(void)
		{
			sigset_t set;
			struct sigaction action;
			sigprocmask(SIG_BLOCK, NULL, &set);
			for (int i = 1; i < 32; i++) {
				if (sigismember(&set, i)) printf("blocked %d ", i);
				if (i != SIGKILL && i != SIGSTOP && !sigaction(i, NULL, &action) && action.sa_handler == SIG_IGN)
					printf("ignored %d ", i);
			}
			printf("%s %d %s\n", getenv("MINE"), getpgrp() == getpid(), getcwd(NULL, 0));
			return 0;
		}
	END
	MINE=x env --default-signal cmd-time -n 1 --show-output ./probe 2>err >/dev/null
	[ "$(cat err)" = "x 1 $PWD" ]
}

@test "streams: the records of runs so far are there before the end" {
	cmd-time -n 4000 true | (
		head -n 200 >first
		wc -l <first >lines
	)
	[ "$(cat lines)" -eq 200 ]
	[ "$(head -n 1 first | jq -r .type)" = run ]
}
