# shellcheck shell=bash
# What the tests of disk-gen have in common: an empty directory of their own.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH:/usr/sbin:/sbin
	mkdir "$BATS_TEST_TMPDIR/w"
	cd "$BATS_TEST_TMPDIR/w" || return 1
	need mke2fs
	need debugfs
}

need() {
	command -v "$1" >/dev/null || skip "no $1"
}

# Nothing but these in the directory, hidden files too.
only() {
	[ "$(find . -mindepth 1 | sort | tr '\n' ' ')" = "$*${*:+ }" ]
}
