#!/usr/bin/env bats
# ci/scenarios/helios: what it measures, what it leaves out and why, what it leaves behind. No figure decides anything here.

load scenario

setup_file() {
	scenario_file
	export RUNS=2
	unset HELIOS_OPTIONS
}

setup() {
	scenario_setup
	helios=$top/ci/scenarios/helios
	operations='commit cycle materialize open restore spawn'
}

need_git() {
	command -v git >/dev/null || skip "no git here"
}

# What was measured of a backend, or left out, without its name.
benches() { # FILE BACKEND
	jq -r --arg b "$2/" 'select(.type != "event") | select(.bench | strings | startswith($b)) | .bench | ltrimstr($b)' "$1" |
		sort -u | paste -s -d ' ' -
}

# A command line that is none of Helios's.
without_helios() {
	export HELIOS_CLI_PATH=$BATS_TEST_TMPDIR/none
}

nothing_left() {
	[ -z "$(ls -A "$CORPUS/helios")" ]
}

@test "helios: without helios-cli it is left out with how to get it, and git is measured, without an error" {
	need_git
	unset HELIOS_CLI_PATH
	PATH=$(dirname "$(command -v git)"):/usr/bin:/bin
	command -v helios-cli >/dev/null && skip "helios-cli is on the PATH"
	"$helios" >records 2>err
	[ "$(benches records git)" = "$operations" ]
	[ "$(benches records helios)" = "$operations" ]
	[ "$(jq -r 'select(.bench | strings | startswith("helios/")) | .type' records | grep -vx event | sort -u)" = skip ]
	[ "$(jq -r 'select(.type == "skip") | .reason' records | grep -c HELIOS_CLI_PATH)" -gt 0 ]
	[ "$(jq -s 'map(select(.ok == false)) | length' records)" -eq 0 ]
	[ "$(jq -s 'map(select(.bench == "git/commit" and .metric == "latency" and .warmup != true)) | length' records)" -eq 2 ]
	[ "$(jq -c 'select(.bench == "git/commit" and .metric == "latency") | .params.files' records | sort -u)" = 100 ]
	nothing_left
}

@test "helios: a real one beside git, and every target is about something that was measured" {
	need_git
	cli=${HELIOS_CLI_PATH:-$(command -v helios-cli)} || skip "no helios-cli here"
	[ -x "$cli" ] || skip "no helios-cli here"
	export HELIOS_CLI_PATH=$cli
	"$helios" >records
	[ "$(benches records git)" = "$operations" ]
	[ "$(benches records helios)" = "$operations" ]
	[ "$(jq -s 'map(select((.type == "skip" and .metric != "max-rss") or .ok == false)) | length' records)" -eq 0 ]
	[ "$(jq -r 'select(.bench == "helios/restore" and .metric == "latency") | "\(.mode) \(.params.scope)"' records | sort -u)" = \
		"real metadata" ]
	status=0
	"$BIN/bench-gate" --format ndjson "$top/ci/targets/helios" records >verdicts || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	[ "$(jq -s 'map(select(.type == "verdict" and .status == "missing")) | length' verdicts)" -eq 0 ]
	nothing_left
}

@test "helios: BENCH_ONLY is that one alone, of one backend" {
	need_git
	without_helios
	BENCH_ONLY=git/materialize "$helios" >records
	[ "$(benches records git)" = materialize ]
	[ -z "$(benches records helios)" ]
	BENCH_ONLY=helios/commit "$helios" >records
	[ "$(benches records helios)" = commit ]
	[ "$(jq -r 'select(.bench) | .type' records | grep -vx event | sort -u)" = skip ]
	BENCH_ONLY=vm/boot "$helios" >records
	[ ! -s records ]
}

@test "helios: BENCH_IDENTIFY says which programs, the same each time; nothing to compare with older programs" {
	need_git
	BENCH_IDENTIFY=1 BENCH_ONLY=git/spawn "$helios" >one
	BENCH_IDENTIFY=1 BENCH_ONLY=git/spawn "$helios" >two
	digest=$(jq -r 'select(.name == "program" and .bench == "git/spawn") | .data.digest' one)
	[ ${#digest} -eq 64 ]
	[ "$(jq -r 'select(.name == "program") | .data.digest' two)" = "$digest" ]
	[ -z "$(BENCH_AGAINST=$BIN "$helios")" ]
}

@test "helios: a helios-cli that fails is told, and is a failed sample that misses the target" {
	need_git
	cat >broken <<-'END'
		#!/bin/sh
		[ "$1" != version ] || { echo helios 0.0.1; exit 0; }
		echo "no disk today" >&2
		exit 1
	END
	chmod +x broken
	HELIOS_CLI_PATH=$PWD/broken "$helios" >records 2>err
	grep -q 'no disk today' err
	[ "$(jq -s 'map(select(.ok == false and .bench == "helios/commit")) | length' records)" -gt 0 ]
	[ "$(benches records git)" = "$operations" ]
	status=0
	"$BIN/bench-gate" --format text "$top/ci/targets/helios" records || status=$?
	[ "$status" -eq 2 ]
	nothing_left
}

@test "helios: without helios-time everything is left out with the reason" {
	mkdir bin
	ln -s "$BIN"/* bin/
	rm bin/helios-time
	BIN=$PWD/bin BENCH_ONLY=git/commit "$helios" >records
	[ "$(cat records)" = '{"type":"skip","bench":"git/commit","reason":"helios-time not found"}' ]
}

@test "helios: ended by a signal it leaves nothing" {
	need_git
	without_helios
	BENCH_SIZE=full BENCH_ONLY=git/commit "$helios" >records 2>err 3>&- &
	# shellcheck disable=SC2034 # for scenario.bash
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ -z "$(find "$CORPUS/helios" -mindepth 2 -print -quit 2>/dev/null)" ] || break
		sleep 0.02
	done
	[ -n "$(find "$CORPUS/helios" -mindepth 2 -print -quit)" ]
	terminated
	nothing_left
}

@test "helios: what a killed one left is removed, what belongs to one that runs is not" {
	need_git
	mkdir -p corpus/helios
	dead=$(sh -c 'echo $$')
	touch "corpus/helios/said.$dead" "corpus/helios/helios.$dead.x1y2z3" "corpus/helios/said.$$" corpus/helios/notes.txt
	CORPUS=$PWD/corpus BENCH_ONLY=vm/boot "$helios"
	[ "$(cd corpus/helios && echo *)" = "notes.txt said.$$" ]
}

@test "helios: where it does not come to diff, that is left out with the reason" {
	need_git
	cat >broken <<-'END'
		#!/bin/sh
		[ "$1" != version ] || { echo helios 0.0.1; exit 0; }
		echo 'no "disk" today' >&2
		exit 1
	END
	chmod +x broken
	BENCH_SIZE=full BENCH_ONLY=helios/diff HELIOS_CLI_PATH=$PWD/broken "$helios" >records 2>err
	[ "$(jq -r '"\(.type) \(.bench)"' records)" = "skip helios/diff" ]
	[[ $(jq -r .reason records) == *'no "disk" today'* ]]
	nothing_left
}

@test "helios: an unknown size is refused" {
	BENCH_SIZE=huge run "$helios"
	[ "$status" -eq 1 ]
	[[ $output == *"BENCH_SIZE=huge: expected brief, quick or full"* ]]
}
