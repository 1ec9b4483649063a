#!/usr/bin/env bats
# ci/tap counts what really happened: a scratch project with made-up test programs.

setup() {
	project=$BATS_TEST_TMPDIR/project
	mkdir -p "$project/ci" "$project/build/tests/unit" "$project/build/bin" "$project/tests/cli"
	cp "$BATS_TEST_DIRNAME/../../ci/tap" "$BATS_TEST_DIRNAME/../../ci/tap.awk" "$project/ci/"
}

# What a test that failed has left at work.
teardown() {
	[ -z "${pid:-}" ] || kill -KILL -- "-$pid" 2>/dev/null || true
	while read -r process; do
		kill -KILL "$process" 2>/dev/null || true
	done < <(cat "$project/at-work" 2>/dev/null)
}

# program NAME: a unit test whose script is stdin.
program() {
	{ echo '#!/bin/sh'; cat; } >"$project/build/tests/unit/$1"
	chmod +x "$project/build/tests/unit/$1"
}

tap() {
	run "$project/ci/tap" --only unit "$project/build"
}

last() {
	echo "${lines[${#lines[@]} - 1]}"
}

@test "tap: counts what passed" {
	program good <<<'echo 1..2; echo ok 1 - a; echo ok 2 - b'
	program fine <<<'echo ok 1 - a; echo 1..1'
	tap
	[ "$status" -eq 0 ]
	[ "$(last)" = "3 passed, 0 failed, 0 skipped" ]
}

@test "tap: a failure is shown with all that was printed about it, and counted" {
	program bad <<<'echo 1..3; echo ok 1 - a; echo "not ok 2 - b"; echo "# expected 3, got 4"; echo ok 3 - c; exit 1'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"not ok 2 - b"*"# expected 3, got 4"* ]]
	[[ "$output" != *"ok 3 - c"* ]]
	[ "$(last)" = "2 passed, 1 failed, 0 skipped" ]
}

@test "tap: what was printed before a failure is shown too" {
	program bad <<<'echo 1..1; echo "tool: cannot open" >&2; echo "not ok 1 - opens"; exit 1'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"tool: cannot open"*"not ok 1 - opens"* ]]
}

@test "tap: a crash in the middle fails, with the results that are lacking" {
	program crash <<<'echo 1..5; echo ok 1 - a; kill -SEGV $$'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"crash: planned 5, got 1, killed by signal 11"* ]]
	[ "$(last)" = "1 passed, 4 failed, 0 skipped" ]
}

@test "tap: no plan fails" {
	program silent <<<'exit 0'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"silent: no plan printed, exited with status 0"* ]]
	[ "$(last)" = "0 passed, 1 failed, 0 skipped" ]
}

@test "tap: fewer results than planned fail even with status 0" {
	program short <<<'echo 1..3; echo ok 1; echo ok 2'
	tap
	[ "$status" -eq 1 ]
	[ "$(last)" = "2 passed, 1 failed, 0 skipped" ]
}

@test "tap: more results than planned fail" {
	program long <<<'echo 1..1; echo ok 1; echo ok 2'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"long: planned 1, got 2"* ]]
}

@test "tap: a bad exit status without a failed test fails" {
	program leaky <<<'echo 1..1; echo ok 1 - a; echo "LeakSanitizer: detected memory leaks" >&2; exit 23'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"leaky: exited with status 23"*"LeakSanitizer"* ]]
	[ "$(last)" = "1 passed, 1 failed, 0 skipped" ]
}

@test "tap: a bail out fails" {
	program bail <<<'echo 1..1; echo "Bail out! no memory"; echo ok 1'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"Bail out! no memory"* ]]
}

@test "tap: skips are counted and their reasons listed, in every spelling" {
	program skips <<'END'
echo 1..3
echo "ok 1 - with a program # SKIP no such program"
echo "not ok 2 # SKIP no such machine"
echo "ok 3 - c # skip no such file"
END
	program none <<<'echo "1..0 # SKIP no such kernel"'
	tap
	[ "$status" -eq 1 ] # nothing passed
	[ "$(last)" = "0 passed, 0 failed, 4 skipped" ]
	[[ "$output" == *"no such program (with a program)"* ]]
	[[ "$output" == *"no such machine (skips)"* ]]
	[[ "$output" == *"no such file (c)"* ]]
	[[ "$output" == *"no such kernel (none)"* ]]
}

@test "tap: no test programs at all fail" {
	tap
	[ "$status" -eq 1 ]
	[ "$(last)" = "0 passed, 1 failed, 0 skipped" ]
}

@test "tap: any tests/NAME/run is a group, and the last line adds up all groups" {
	program good <<<'echo 1..1; echo ok 1'
	mkdir "$project/tests/odd"
	printf '#!/bin/sh\necho 1..2; echo ok 1; echo "not ok 2 - x"; exit 1\n' >"$project/tests/odd/run"
	chmod +x "$project/tests/odd/run"
	run "$project/ci/tap" --only unit,odd "$project/build"
	[ "$status" -eq 1 ]
	[[ "$output" == *"odd          1 passed, 1 failed, 0 skipped"* ]]
	[ "$(last)" = "2 passed, 1 failed, 0 skipped" ]
}

@test "tap: of many programs each runs once" {
	for i in $(seq 30); do
		program "number-$i" <<<"echo $i >>$project/ran; echo 1..1; echo ok 1"
	done
	tap
	[ "$status" -eq 0 ]
	[ "$(last)" = "30 passed, 0 failed, 0 skipped" ]
	[ "$(sort -n "$project/ran")" = "$(seq 30)" ]
}

@test "tap: what ends without its numbers, since its worker was killed, fails" {
	command -v timeout >/dev/null || skip "no timeout(1)"
	program good <<<'echo 1..1; echo ok 1'
	program deadly <<<'echo 1..1; kill -KILL "$(cut -d " " -f 4 "/proc/$PPID/stat")"; echo ok 1'
	tap
	[ "$status" -eq 1 ]
	[[ "$output" == *"not ok - unit: "*" ended without"* ]]
}

@test "tap: bats files are jobs of their own, of which one that is broken fails alone" {
	printf '@test "a" { true; }\n@test "b" { true; }\n' >"$project/tests/cli/right.bats"
	printf '@test "c" { true; }\nif\n' >"$project/tests/cli/broken.bats"
	# As from outside of bats.
	run env -i PATH="${PATH#"$BATS_LIBEXEC:"}" "$project/ci/tap" --only cli "$project/build"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"broken.bats: line "*"syntax error"* ]]
	[ "$(last)" = "2 passed, 1 failed, 0 skipped" ]
}

# processors N: as many as nproc(1) tells of.
processors() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho %s\n' "$1" >"$BATS_TEST_TMPDIR/bin/nproc"
	chmod +x "$BATS_TEST_TMPDIR/bin/nproc"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "tap: on one processor, on eight, and where their number is not known" {
	for i in $(seq 30); do
		program "number-$i" <<<"echo $i >>$project/ran; echo 1..1; echo ok 1"
	done
	for many in 'echo 1' 'echo 8' 'exit 1'; do
		processors 0
		printf '#!/bin/sh\n%s\n' "$many" >"$BATS_TEST_TMPDIR/bin/nproc"
		: >"$project/ran"
		tap
		[ "$(last)" = "30 passed, 0 failed, 0 skipped" ]
		[ "$(sort -n "$project/ran")" = "$(seq 30)" ]
	done
}

@test "tap: without timeout(1), and in whichever shell" {
	program good <<<'echo 1..2; echo ok 1; echo "not ok 2"; exit 1'
	mkdir "$BATS_TEST_TMPDIR/box"
	for name in awk cat cut date dirname env mkdir mktemp nproc rm sed sh sleep sort tail tr wc xargs; do
		ln -s "$(command -v "$name")" "$BATS_TEST_TMPDIR/box/$name"
	done
	for shell in sh dash bash; do
		shell=$(command -v "$shell") || continue
		PATH=$BATS_TEST_TMPDIR/box run "$shell" "$project/ci/tap" --only unit "$project/build"
		[ "$(last)" = "1 passed, 1 failed, 0 skipped" ]
	done
}

@test "tap: a build whose name has a space, and is relative to the project" {
	mv "$project/build" "$project/a build"
	ln -s "a build" "$project/build" # for program
	program good <<<"echo \"\$BIN \$BUILD\" >$project/seen; echo 1..1; echo ok 1"
	run "$project/ci/tap" --only unit "a build"
	[ "$(last)" = "1 passed, 0 failed, 0 skipped" ]
	[ "$(cat "$project/seen")" = "$project/a build/bin a build" ]
}

@test "tap: a runner is told which build" {
	mkdir "$project/tests/odd"
	echo 'echo 1..1; echo "ok 1 - $1 $BUILD $BIN" | tee "$0.seen"' >"$project/tests/odd/run"
	chmod +x "$project/tests/odd/run"
	run "$project/ci/tap" --only odd "$project/build"
	[ "$(cat "$project/tests/odd/run.seen")" = "ok 1 - $project/build $project/build $project/build/bin" ]
}

@test "tap: two at once on the same build" {
	for i in $(seq 10); do
		program "number-$i" <<<'sleep 0.05; echo 1..1; echo ok 1'
	done
	"$project/ci/tap" --only unit "$project/build" >"$project/one" 2>&1 3>&- &
	tap
	wait $!
	[ "$(last)" = "10 passed, 0 failed, 0 skipped" ]
	[ "$(tail -n 1 "$project/one")" = "10 passed, 0 failed, 0 skipped" ]
}

@test "tap: what fails is shown in one piece, whatever fails at the same time" {
	for i in $(seq 8); do
		program "number-$i" <<<"echo 1..1; echo 'not ok 1 - x'; yes '# $i' | head -n 5000; exit 1"
	done
	processors 8
	tap
	[ "$(last)" = "0 passed, 8 failed, 0 skipped" ]
	[ "$(grep '^# ' <<<"$output" | uniq -c | awk '{ print $1 }' | sort -u)" = 5000 ]
}

@test "tap: the tests do not ignore SIGINT, also where ci/tap does" {
	env --default-signal=INT true 2>/dev/null || skip "no env(1) that undoes it"
	program signals <<<"grep SigIgn /proc/self/status >$project/ignored; echo 1..1; echo ok 1"
	sh -c '"$0" --only unit "$1" >/dev/null & wait' "$project/ci/tap" "$project/build"
	[ -n "$(cat "$project/ignored")" ]
	mask=$(awk '{ print $2 }' "$project/ignored")
	[ $((0x$mask & 6)) -eq 0 ]
}

# begun: it runs as from a terminal, in a process group that $pid leads, and two programs of four are at work.
begun() {
	command -v setsid >/dev/null || skip "no setsid(1)"
	for name in one two three four; do
		program "$name" <<-END
			echo \$\$ >>$project/at-work
			sleep 1000 &
			echo \$! >>$project/at-work
			wait
		END
	done
	processors 1
	export TMPDIR=$BATS_TEST_TMPDIR/t
	mkdir "$TMPDIR"
	: >"$project/at-work"
	setsid env --default-signal=INT "$project/ci/tap" --only unit "$project/build" >"$project/out" 2>&1 3>&- &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ "$(wc -l <"$project/at-work")" -lt 4 ] || return 0
		sleep 0.02
	done
	return 1
}

# ended STATUS: so it ended, and nothing is left.
ended() {
	for ((i = 0; i < 1000; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.02
	done
	! kill -0 "$pid" 2>/dev/null || { echo "it goes on"; return 1; }
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ] || { echo "status $status"; return 1; }
	while read -r process; do
		# Who adopted it may take a moment.
		! grep -s '^State:' "/proc/$process/status" | grep -v Z || { echo "$process is left"; return 1; }
	done <"$project/at-work"
	[ "$(wc -l <"$project/at-work")" -eq 4 ] # the others have not begun
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "tap: a signal to it alone ends it at once, and all that runs" {
	env --default-signal=INT true 2>/dev/null || skip "no env(1) with which a shell can wait for it"
	begun
	kill -TERM "$pid"
	ended 143
}

@test "tap: so does SIGINT to all, as of a terminal" {
	begun
	kill -INT -- "-$pid"
	ended 130
}

@test "tap: where it is killed, nothing more begins" {
	begun
	kill -KILL "$pid"
	while read -r process; do kill "$process"; done <"$project/at-work"
	for ((i = 0; i < 500; i++)); do
		[ -n "$(pgrep -f "$project/ci/tap --worker")" ] || break
		sleep 0.02
	done
	[ -z "$(pgrep -f "$project/ci/tap --worker")" ]
	[ "$(wc -l <"$project/at-work")" -eq 4 ]
}

# A project with a Makefile and a compiler that say what they are asked to do.
sanitizing() {
	cat >"$project/Makefile" <<'END'
TOOLS = one two
print-%: ; @: $(info $($*))
all:
	@mkdir -p $(BUILD)/bin $(BUILD)/tests/unit
	@cp build/tests/unit/* $(BUILD)/tests/unit/
	@echo "$(SAN) $(CFLAGS)" >made
unit-tests: ; @$(FAILS)
END
	cat >"$BATS_TEST_TMPDIR/cc" <<-'END'
		#!/bin/sh
		while [ "$1" != -o ]; do shift; done
		echo '#!/bin/sh' >"$2"
		chmod +x "$2"
	END
	chmod +x "$BATS_TEST_TMPDIR/cc"
	export CC=$BATS_TEST_TMPDIR/cc
	unset MAKEFLAGS MAKELEVEL
	program unit <<<'echo 1..1; echo "ok 1 - $BUILD"'
	for name in one one-more one-faults one-leaks two other tap; do
		echo "@test \"$name\" { echo \"$name \$BIN\" >>\"$project/ran\"; }" >"$project/tests/cli/$name.bats"
	done
}

@test "tap: with sanitizers: the unit tests, and the programs' files, but for those in which they are killed" {
	sanitizing
	run env -i PATH="${PATH#"$BATS_LIBEXEC:"}" CC="$CC" "$project/ci/tap" --only san "$project/build"
	[ "$(last)" = "4 passed, 0 failed, 0 skipped" ]
	[ "$(sort "$project/ran")" = "one $project/build/san/bin
one-more $project/build/san/bin
two $project/build/san/bin" ]
	[ "$(cat "$project/made")" = "1 -O1 -g1" ]
}

@test "tap: sanitizers that are not there are a skip, a build that fails a failure" {
	sanitizing
	CC=false run "$project/ci/tap" --only unit,san "$project/build"
	[ "$status" -eq 0 ]
	[ "$(last)" = "1 passed, 0 failed, 1 skipped" ]
	FAILS='echo it is broken >&2; false' run "$project/ci/tap" --only unit,san "$project/build"
	[ "$status" -eq 1 ]
	[[ $output == *"not ok - san: make SAN=1 failed"*"it is broken"* ]]
	[ "$(last)" = "1 passed, 1 failed, 0 skipped" ]
}
