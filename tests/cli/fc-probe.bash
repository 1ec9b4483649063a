# What the tests of fc-probe have in common: a temporary directory of their own, and fc-mock as the Firecracker.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	unset FIRECRACKER_BIN FIRECRACKER_KERNEL_PATH FIRECRACKER_ROOTFS_PATH USE_REAL_FIRECRACKER
	# Sockets have short paths.
	TMPDIR=$(mktemp -d /tmp/fcp.XXXXXX)
	export TMPDIR
	mock=$BIN/fc-mock
}

teardown() {
	[ -z "${PID:-}" ] || kill -KILL "$PID" 2>/dev/null || true
	rm -rf "$TMPDIR"
}

# probe [OPTION]... PROBE...: on the stand-in, records in out
probe() {
	timeout 60 fc-probe --firecracker "$mock" --progress never --format ndjson -o out "$@"
}

value() { # BENCH METRIC: its samples' values
	jq -r --arg b "$1" --arg m "$2" 'select(.type == "sample" and .bench == $b and .metric == $m) | .value' out
}

count() { # BENCH METRIC: samples, or values in histograms
	jq -s --arg b "$1" --arg m "$2" '[.[] | select(.bench == $b and .metric == $m) |
		if .type == "hist" then .count elif .type == "sample" then 1 else 0 end] | add // 0' out
}

event() { # NAME: its data
	jq -c --arg n "$1" 'select(.type == "event" and .name == $n) | .data' out
}

# Nothing is left: no file, no process that was started for one.
nothing_left() {
	[ -z "$(find "$TMPDIR" -mindepth 1)" ] || { find "$TMPDIR"; return 1; }
	! pgrep -f -- "--api-sock $TMPDIR" || return 1
}
