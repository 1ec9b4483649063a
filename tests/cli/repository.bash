# shellcheck shell=bash disable=SC2034 # for the files that load this
# A scratch git repository for tests, whose one program takes a time that is known.

setup_repository() {
	command -v git >/dev/null || skip "no git here"
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd) || return
	ci=$(cd "$BATS_TEST_DIRNAME/../../ci" && pwd)
	repository=$BATS_TEST_TMPDIR/repository
	export BIN
	export HOME=$BATS_TEST_TMPDIR GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
	export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost
	export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
	mkdir "$repository"
	cd "$repository" || return
	git init -q -b main
	takes 0.100
	git add work.sh
	git commit -q -m "takes 100 ms"
}

# takes SECONDS: work.sh sleeps that long.
takes() {
	printf '#!/bin/sh\nsleep %s\n' "$1" >work.sh
}

# A build sandbox may give this test a share of a processor: no timing there.
need_timing() {
	[ -z "${NIX_BUILD_TOP:-}" ] || skip "timing, in a Nix build"
}

# until_decided COMMAND...: as run, and once more while the machine was too busy for a verdict. What is run has to
# fail then (--strict), so that nothing has changed before the next attempt.
until_decided() {
	for _ in 1 2 3 4 5; do
		run "$@"
		echo "$output"
		[[ $output == *inconclusive* ]] || return 0
	done
}

# Nothing of ci/ab is left: no worktree but the repository itself, no scratch directory.
left_nothing() {
	[ "$(git worktree list | wc -l)" -eq 1 ]
	[ -z "$(find "$TMPDIR" -name 'ab.*')" ]
}
