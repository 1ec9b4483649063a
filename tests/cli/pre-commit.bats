#!/usr/bin/env bats
# The hook in a repository whose program takes a time that is known: a commit that takes 20 % longer is refused,
# an equal one passes; as a plain git hook and through pre-commit.

load repository

setup() {
	setup_repository
	need_timing
	{
		echo '# what is timed'
		echo 'BENCHPIPE_COMMAND=sh work.sh'
		echo 'BENCHPIPE_RUNS=12'
	} >.benchpipe
	git add .benchpipe
	git commit -q -m settings
	unset BENCHPIPE_COMMAND BENCHPIPE_RUNS PRE_COMMIT_FROM_REF PRE_COMMIT_TO_REF
}

plain_hook() {
	printf '#!/bin/sh\nexec "%s/pre-commit-bench" "$@"\n' "$ci" >".git/hooks/$1"
	chmod +x ".git/hooks/$1"
}

commits() {
	git rev-list --count HEAD
}

@test "hook: plain git refuses a commit that takes 20 % longer, with the reason" {
	plain_hook pre-commit
	takes 0.120
	BENCHPIPE_STRICT=1 until_decided git commit -am slower
	[ "$status" -ne 0 ]
	[ "$(commits)" -eq 2 ]
	[[ "$output" == *regression* ]]
	[[ "$output" == *"benchpipe: refused: 'sh work.sh' is slower than at HEAD"* ]]
	[ "$(git worktree list | wc -l)" -eq 1 ]
}

@test "hook: plain git lets an equal commit pass" {
	plain_hook pre-commit
	echo '# a remark' >>work.sh
	run git commit -am equal
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(commits)" -eq 3 ]
}

@test "hook: what is judged is what is staged, not what lies in the work tree" {
	plain_hook pre-commit
	echo '# a remark' >>work.sh
	git add work.sh
	takes 0.120
	run git commit -m equal
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(git show HEAD:work.sh | sed -n 2p)" = "sleep 0.100" ]
}

@test "hook: plain git refuses a push of a commit that takes 20 % longer" {
	git init -q --bare "$BATS_TEST_TMPDIR/remote"
	git remote add origin "$BATS_TEST_TMPDIR/remote"
	git push -q -u origin main
	plain_hook pre-push
	takes 0.120
	git commit -q -am slower
	BENCHPIPE_STRICT=1 until_decided git push
	[ "$status" -ne 0 ]
	[[ "$output" == *"benchpipe: refused"* ]]
	[ "$(git rev-parse origin/main)" = "$(git rev-parse HEAD^)" ]
}

# A copy of the hook's repository at a commit, as pre-commit clones it, with the programs as built here.
hook_repository() {
	command -v pre-commit >/dev/null || skip "pre-commit is not installed"
	hooks=$BATS_TEST_TMPDIR/hooks
	mkdir -p "$hooks/ci"
	cp "$ci/../.pre-commit-hooks.yaml" "$hooks/"
	cp "$ci/ab" "$ci/pre-commit-bench" "$hooks/ci/"
	git -C "$hooks" init -q
	git -C "$hooks" add -A
	git -C "$hooks" commit -q -m hooks
	export PRE_COMMIT_HOME=$BATS_TEST_TMPDIR/pre-commit
	{
		echo 'repos:'
		echo "- repo: $hooks"
		echo "  rev: $(git -C "$hooks" rev-parse HEAD)"
		echo '  hooks: [{ id: benchpipe, verbose: true }]'
	} >.pre-commit-config.yaml
	git add .pre-commit-config.yaml
	git commit -q -m config
	pre-commit install
}

@test "hook: pre-commit refuses a commit that takes 20 % longer, and lets an equal one pass" {
	hook_repository
	takes 0.120
	BENCHPIPE_STRICT=1 until_decided git commit -am slower
	[ "$status" -ne 0 ]
	[[ "$output" == *Failed*"benchpipe: refused: 'sh work.sh' is slower than at HEAD"* ]]
	[ "$(commits)" -eq 3 ]
	takes 0.100
	echo '# a remark' >>work.sh
	run git commit -am equal
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *Passed* ]]
	[ "$(commits)" -eq 4 ]
}

@test "hook: nothing staged, and a first commit, have nothing to compare with" {
	run "$ci/pre-commit-bench" --stage pre-commit
	[ "$status" -eq 0 ]
	[[ "$output" == *"nothing is staged"* ]]
	git init -q "$BATS_TEST_TMPDIR/empty"
	cd "$BATS_TEST_TMPDIR/empty"
	BENCHPIPE_COMMAND=true run "$ci/pre-commit-bench"
	[ "$status" -eq 0 ]
	[[ "$output" == *"no commit yet to compare with"* ]]
}

@test "hook: settings are read, not run; a wrong line is named" {
	# shellcheck disable=SC2016
	echo 'BENCHPIPE_COMMAND=$(touch ran)' >.benchpipe
	run "$ci/pre-commit-bench"
	[ ! -e ran ]
	echo 'touch ran' >.benchpipe
	run "$ci/pre-commit-bench"
	[ "$status" -eq 1 ]
	[[ "$output" == *".benchpipe:1: expected BENCHPIPE_KEY=VALUE"* ]]
	printf '\nBENCHPIPE_RUN=3\n' >.benchpipe
	run "$ci/pre-commit-bench"
	[ "$status" -eq 1 ]
	[[ "$output" == *".benchpipe:2: BENCHPIPE_RUN: unknown"* ]]
	[ ! -e ran ]
}

@test "hook: without a command it says so; a command that fails refuses" {
	echo >.benchpipe
	takes 0.120
	git add -A
	run "$ci/pre-commit-bench"
	[ "$status" -eq 1 ]
	[[ "$output" == *"BENCHPIPE_COMMAND is not set"* ]]
	BENCHPIPE_COMMAND='exit 3' run "$ci/pre-commit-bench"
	[ "$status" -eq 1 ]
	[[ "$output" == *"refused: 'exit 3' could not be measured"* ]]
}
