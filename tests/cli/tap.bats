#!/usr/bin/env bats
# ci/tap counts what really happened: a scratch project with made-up test programs.

setup() {
	project=$BATS_TEST_TMPDIR/project
	mkdir -p "$project/ci" "$project/build/tests/unit" "$project/build/bin" "$project/tests/cli"
	cp "$BATS_TEST_DIRNAME/../../ci/tap" "$BATS_TEST_DIRNAME/../../ci/tap.awk" "$project/ci/"
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
