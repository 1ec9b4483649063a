# shellcheck shell=bash
# What the tests of proc-watch share. The records of a run are in the file out.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$BIN/../tests:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	unset NOTIFY_SOCKET
	started=()
}

teardown() {
	for pid in "${started[@]}"; do
		kill -KILL "$pid" 2>/dev/null || true
		wait "$pid" 2>/dev/null || true
	done
}

# watch ARGUMENT...: proc-watch, its records in out.
watch() {
	timeout 60 proc-watch --progress never --format ndjson "$@" >out 3>&-
}

# background COMMAND...: its number in $!.
background() {
	"$@" 3>&- &
	started+=($!)
}

# value BENCH METRIC: the values of what was measured, a line each.
value() {
	jq -r --arg b "$1" --arg m "$2" 'select(.type == "sample" and .bench == $b and .metric == $m).value' out
}

# event NAME: its data, a line each.
event() {
	jq -c --arg n "$1" 'select(.type == "event" and .name == $n).data' out
}

# port: one on which nobody listens.
port() {
	late-server --free-port
}

# await COMMAND...: until it succeeds, for ten seconds.
await() {
	for ((i = 0; i < 500; i++)); do
		"$@" && return
		sleep 0.02
	done
	echo "never: $*"
	return 1
}
