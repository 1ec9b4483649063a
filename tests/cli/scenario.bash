# shellcheck shell=bash disable=SC2034
# What the tests of ci/scenarios/ have in common: a corpus for a file of tests, a directory for each test, and one process
# ($pid) that is ended after it.

scenario_file() { # of setup_file
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	export BIN CORPUS=$BATS_FILE_TMPDIR/corpus BENCH_SIZE=brief
	unset BENCH_ONLY BENCH_PARTS BENCH_AGAINST BENCH_IDENTIFY
}

scenario_setup() { # of setup; $top is the checkout
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	pid=
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	fi
}

# terminated: $pid ends so when it is asked to.
terminated() {
	local status=0
	kill -TERM "$pid"
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 143 ]
}
