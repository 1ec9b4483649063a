#!/usr/bin/env bats
# helios-time against a real helios-cli: HELIOS_CLI_PATH=... bats tests/cli/helios-real.bats

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	[ -n "${HELIOS_CLI_PATH:-}" ] || skip "no real Helios; set HELIOS_CLI_PATH"
	[[ $("$HELIOS_CLI_PATH" version 2>&1) == "helios "* ]] || skip "$HELIOS_CLI_PATH is no real Helios"
	command -v git >/dev/null || skip "no git"
	mkdir "$BATS_TEST_TMPDIR/w" "$BATS_TEST_TMPDIR/t"
	cd "$BATS_TEST_TMPDIR/w" || return 1
	export TMPDIR=$BATS_TEST_TMPDIR/t
	few=(--files 50 -n 4 --progress never)
}

nothing_left() {
	[ -z "$(find "$TMPDIR" -mindepth 1 -path "$TMPDIR/benchpipe-*/*")" ]
}

@test "Helios and git: each operation, verified, and labelled as what it is" {
	run -0 --separate-stderr timeout 120 helios-time "${few[@]}" -o out
	[ -z "$stderr" ]
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = real ]
	for op in spawn open commit restore materialize cycle; do
		for who in helios git; do
			[ "$(jq -s --arg bench $who/$op 'map(select(.bench == $bench and .metric == "latency" and .warmup != true)) | length' out)" = 4 ]
		done
	done
	# The first commit, five rounds with one restore each and one in a cycle, one of them with one directly after the commit.
	[[ $output == *"helios: what was restored was verified 12 times, each file by its SHA-256."* ]]
	[[ $output == *"helios restore reads metadata only and writes no file; materialize is the true restore."* ]]
	run ! jq -e 'select((.type == "skip" and .metric != "max-rss") or .ok == false)' out
	nothing_left
}

@test "the store grows by what changed at least, and the first commit is apart" {
	timeout 120 helios-time --files 50 -n 8 --change 100% --file-size 4KiB --backend helios commit >out
	# After a few rounds that a log and tables take to be there.
	jq -se 'map(select(.metric == "store-growth" and .seq > 4).value) | add / length > 50 * 4096 / 2' out
	[ "$(jq -s 'map(select(.metric == "initial")) | length' out)" = 1 ]
	[ "$(jq -s 'map(select(.bench == "helios/commit" and .metric == "latency")) | length' out)" = 9 ]
}

@test "what it cannot do is told in its own words, and the rest goes on" {
	run -0 "$HELIOS_CLI_PATH" version
	run --separate-stderr timeout 120 helios-time "${few[@]}" -o out commit diff
	# One that can answer across processes has to be right.
	if [ "$status" = 0 ]; then
		[ "$(jq -s 'map(select(.bench == "helios/diff" and .metric == "latency")) | length' out)" -ge 4 ]
	else
		[ "$(grep -c '^helios-time: helios diff: exit status 1: .' <<<"$stderr")" = 1 ]
	fi
	[ "$(jq -s 'map(select(.bench == "git/diff" and .metric == "latency" and .warmup != true)) | length' out)" = 4 ]
	[ "$(jq -s 'map(select(.bench == "helios/commit" and .metric == "latency" and .warmup != true and .ok != false)) | length' out)" = 4 ]
}

@test "a tree of directories only has an id of its own each time, or is told" {
	mkdir -p work/a work/b
	seq 100 >work/a/x
	seq 200 >work/b/y
	run --separate-stderr timeout 120 helios-time --work work -n 2 --backend helios commit
	[ "$status" = 0 ] || [[ $stderr == *"helios commit: blake3:"*" is the id of an earlier commit, though the content is new"* ]]
	# With a file beside them it has.
	seq 300 >work/z
	timeout 120 helios-time --work work -n 2 --backend helios commit >/dev/null
}

@test "a deep tree, empty files, and one that is larger than all others together" {
	mkdir -p work/a/b/c/d/e
	: >work/empty
	seq 200000 >work/a/b/c/d/e/large
	for i in 1 2 3 4 5 6 7 8 9; do echo $i >work/a/b/$i; done
	run -0 --separate-stderr timeout 120 helios-time --work work -n 2 --change 100% --format text
	[[ $output == *"helios: what was restored was verified"* ]]
}

@test "ended in the middle of it: nothing is left" {
	for signal in INT TERM KILL; do
		helios-time --files 200 -n 1000 --progress never >out 2>err 3>&- &
		front=$!
		for ((i = 0; i < 600; i++)); do
			! jq -se 'any(.bench == "helios/cycle" and .metric == "latency")' out >/dev/null 2>&1 || break
			sleep 0.05
		done
		worker=$(pgrep -P "$front")
		kill -"$signal" "$front"
		code=0
		wait "$front" || code=$?
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		for ((i = 0; i < 500; i++)); do
			[ -e "/proc/$worker" ] || break
			sleep 0.02
		done
		[ ! -e "/proc/$worker" ]
		nothing_left
		[ ! -s err ]
	done
}

@test "no end in time" {
	run -1 --separate-stderr timeout 120 helios-time "${few[@]}" --backend helios --timeout 1us spawn
	[[ $stderr == *"no end within"* ]]
	nothing_left
}
