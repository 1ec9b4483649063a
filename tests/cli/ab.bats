#!/usr/bin/env bats
# ci/ab: two revisions of a repository, timed in turns.

load repository

setup() {
	setup_repository
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
}

@test "ab: a revision that takes 20 % longer is a regression" {
	need_timing
	takes 0.120
	git commit -q -am "takes 120 ms"
	until_decided "$ci/ab" -n 12 --metric latency --strict --format text HEAD^ HEAD -- sh work.sh
	[ "$status" -eq 2 ]
	[[ "$output" == *regression* ]]
	left_nothing
}

@test "ab: equal revisions are no regression" {
	need_timing
	git commit -q --allow-empty -m "takes 100 ms still"
	run "$ci/ab" -n 12 --metric latency --confirm HEAD^ HEAD -- sh work.sh
	echo "$output"
	[ "$status" -eq 0 ]
	left_nothing
}

@test "ab: each side is built, and run in its own tree, which {TREE} names" {
	echo two >name
	git add name
	git commit -q -m two
	echo three >name
	git commit -q -am three
	run "$ci/ab" -n 2 -w 0 --metric none HEAD^ HEAD --build 'cp name built' --shell -- \
		"echo \"\$(cat built) \$(pwd) {TREE}\" >>'$BATS_TEST_TMPDIR/log'"
	echo "$output"
	sort -u "$BATS_TEST_TMPDIR/log" >"$BATS_TEST_TMPDIR/sorted"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/sorted")" -eq 2 ]
	grep -qE '^two (/.*/a) \1$' "$BATS_TEST_TMPDIR/sorted"
	grep -qE '^three (/.*/b) \1$' "$BATS_TEST_TMPDIR/sorted"
	left_nothing
}

@test "ab: INDEX is what is staged, WORKTREE what is there, and neither is disturbed" {
	echo staged >name
	git add name
	echo changed >name
	echo new >untracked
	echo ignored >ignored
	echo ignored >.git/info/exclude
	before=$(git status --porcelain)
	see='cat name untracked ignored >>"$LOG" 2>/dev/null; :'
	export LOG=$BATS_TEST_TMPDIR/log
	run "$ci/ab" -n 1 -w 0 HEAD INDEX --shell -- "$see"
	[ "$(cat "$LOG")" = staged ]
	rm "$LOG"
	run "$ci/ab" -n 1 -w 0 HEAD WORKTREE --shell -- "$see"
	[ "$(cat "$LOG")" = "$(printf 'changed\nnew')" ]
	[ "$(git status --porcelain)" = "$before" ]
	[ "$(git branch -a | wc -l)" -eq 1 ]
	left_nothing
}

@test "ab: --output keeps the records, both sides paired" {
	command -v jq >/dev/null || skip "no jq here"
	run "$ci/ab" -n 3 -w 0 --bench cmd/work -o kept.jsonl HEAD HEAD -- true
	[ -f kept.jsonl ]
	run jq -rs 'map(select(.type == "sample" and .metric == "latency" and .warmup != true)) | group_by(.params.variant)[]
		| "\(.[0].params.variant) \(length) \(.[0].bench)"' kept.jsonl
	[ "$output" = "A 3 cmd/work
B 3 cmd/work" ]
}

@test "ab: arguments keep their blanks and quotes" {
	run "$ci/ab" -n 1 -w 0 HEAD HEAD -- sh -c 'printf "%s|" "$@" >"$0"' "$BATS_TEST_TMPDIR/log" "a b" "it's" '$HOME' ''
	[ "$(cat "$BATS_TEST_TMPDIR/log")" = "a b|it's|\$HOME||" ]
}

@test "ab: a build that fails is shown, and is trouble" {
	run "$ci/ab" HEAD HEAD --build 'echo no such compiler; exit 7' -- true
	[ "$status" -eq 1 ]
	[[ "$output" == *"no such compiler"*"ci/ab: HEAD: 'echo no such compiler; exit 7' failed"* ]]
	left_nothing
}

@test "ab: a command that fails is trouble, not a verdict" {
	run "$ci/ab" -n 2 HEAD HEAD -- false
	[ "$status" -eq 1 ]
	[[ "$output" == *"ci/ab: the command could not be timed"* ]]
	left_nothing
}

@test "ab: the repository's own hooks do not run" {
	printf '#!/bin/sh\ntouch "%s"\n' "$BATS_TEST_TMPDIR/hooked" >.git/hooks/post-checkout
	chmod +x .git/hooks/post-checkout
	run "$ci/ab" -n 1 -w 0 HEAD HEAD -- true
	[ ! -e "$BATS_TEST_TMPDIR/hooked" ]
}

@test "ab: a signal in the middle leaves nothing behind" {
	"$ci/ab" HEAD HEAD --build 'touch ../../building; exec sleep 60' -- true 3>&- &
	pid=$!
	for _ in $(seq 100); do
		[ ! -e "$TMPDIR/building" ] || break
		sleep 0.05
	done
	[ -e "$TMPDIR/building" ]
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	left_nothing
}

@test "ab: works below the top, with programs from PATH" {
	mkdir below
	cd below
	PATH=$BIN:$PATH
	BIN='' run "$ci/ab" -n 1 -w 0 HEAD HEAD -- true
	[ "$status" -ne 1 ]
}

@test "ab: mistakes are named" {
	run "$ci/ab" HEAD nowhere -- true
	[ "$status" -eq 1 ]
	[[ "$output" == *"nowhere: no such revision"* ]]
	run "$ci/ab" HEAD
	[ "$status" -eq 1 ]
	[[ "$output" == *"expected BASE HEAD -- COMMAND"* ]]
	run "$ci/ab" --sideways 1 HEAD HEAD -- true
	[ "$status" -eq 1 ]
	[[ "$output" == *"--sideways: unknown option"* ]]
	cd /
	run "$ci/ab" HEAD HEAD -- true
	[ "$status" -eq 1 ]
	[[ "$output" == *"not in a git work tree"* ]]
}
