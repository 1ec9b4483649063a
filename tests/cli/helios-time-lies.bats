#!/usr/bin/env bats
# helios-time on a stand-in of helios-cli that lies: each lie is caught and named, and git goes on.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	unset HELIOS_CLI_PATH HELIOS_STORE_DIR HELIOS_DEBUG
	mkdir tmp
	export TMPDIR=$PWD/tmp HELIOS_SCRIPT_LOG=$PWD/log
	scripted=$BIN/../tests/helios-cli
}

teardown() {
	local pid
	while read -r _ pid; do
		kill -KILL "$pid" 2>/dev/null || true
	done < <(grep -s '^child ' log)
}

# on_helios [OPTION]... [OP]...: two rounds on five files, records in out
on_helios() {
	timeout 60 helios-time --cli "$scripted" --backend helios --files 5 --warmup 0 -n 2 --progress never \
		--format ndjson -o out "$@" >/dev/null 2>said
}

with_git() {
	command -v git >/dev/null || skip "no git"
	on_helios --backend helios,git "$@"
}

samples() { # BENCH METRIC OK: how many there are
	jq -s --arg b "$1" --arg m "$2" --argjson ok "$3" \
		'map(select(.type == "sample" and .bench == $b and .metric == $m and $ok == (.ok != false))) | length' \
		out
}

reasons() { # BENCH: of its failures
	jq -r --arg b "$1" 'select(.type == "event" and .name == "failure" and .bench == $b) | .data.reason' out
}

# Nothing is left: no file, no process that the stand-in started.
nothing_left() {
	local pid
	[ -z "$(find tmp -mindepth 2)" ] || { find tmp; return 1; }
	while read -r _ pid; do
		! kill -0 "$pid" 2>/dev/null || { echo "$pid is left"; return 1; }
	done < <(grep -s '^child ' log)
}

# caught LIE OP WORDS [ARGUMENT]...: a lie about OP, that is named with WORDS
caught() {
	local lie=$1 op=$2 words=$3 status=0
	shift 3
	rm -f out
	HELIOS_SCRIPT_LIE=$lie on_helios "$@" || status=$?
	echo "$lie: status $status"
	cat said
	[ "$status" = 1 ]
	grep -F "helios-time: helios $op: " said | grep -qF -- "$words"
	[[ $(reasons "helios/$op") == *"$words"* ]]
	[ "$(samples "helios/$op" latency false)" -ge 1 ]
	[ "$(jq -r --arg b "helios/$op" 'select(.bench == $b and .metric == "errors") | .value' out)" -ge 1 ]
	nothing_left
}

@test "one that does not lie is fine, though it is a mock" {
	with_git
	[ "$(grep -c . said)" = 1 ]
	grep -q "helios-scripted 1 (stand-in)" said
	[ -z "$(jq 'select(.ok == false or .name == "failure")' out)" ]
	for op in spawn open commit restore materialize cycle; do
		[ "$(samples "helios/$op" latency true)" = 2 ]
		[ "$(samples "git/$op" latency true)" = 2 ]
	done
	[ "$(jq -r 'select(.type == "sample" and (.bench | startswith("helios/"))) | .mode' out | sort -u)" = mock ]
	[ "$(jq -r 'select(.type == "sample" and (.bench | startswith("git/"))) | .mode' out | sort -u)" = real ]
	nothing_left
}

@test "files that are not what was committed, from the first commit on" {
	caught digest commit "d000/f000001: its content is not what was committed"
	caught size commit "d000/f000001: 1025 bytes, 1024 were committed"
	caught type commit "d000/f000001: it is no regular file"
	caught missing commit "d000/f000001: it is missing"
	caught extra commit "zz/more: nothing like it was committed"
	[ "$(samples helios/materialize latency true)" = 0 ]
}

@test "files of the work tree as it is now, and not as it was committed" {
	caught live commit "its content is not what was committed"
	caught live commit "its content is not what was committed" commit
	caught live commit "its content is not what was committed" --dialect autonav commit restore
}

@test "files that are not what was committed, later" {
	caught digest:3 materialize "d000/f000001: its content is not what was committed" commit materialize
	[ "$(samples helios/commit latency true)" -ge 1 ]
	caught size:3 materialize "d000/f000001: 1025 bytes, 1024 were committed" commit materialize
	caught type:3 materialize "d000/f000001: it is no regular file" commit materialize
	caught missing:3 materialize "d000/f000001: it is missing" commit materialize
	caught extra:3 materialize "zz/more: nothing like it was committed" commit materialize
	caught digest:3 cycle "d000/f000001: its content is not what was committed" cycle
}

@test "a lie is caught whenever it begins" {
	for n in 1 2 3 4; do
		rm -f out
		run -1 env HELIOS_SCRIPT_LIE="digest:$n" timeout 60 helios-time --cli "$scripted" --backend helios \
			--files 5 --warmup 0 -n 4 --ignore-failure --format ndjson -o out commit materialize
		# One commit beforehand, then one in each round; what was committed before it is fine.
		good=$(samples helios/materialize latency true)
		[ "$good" = $((n > 2 ? n - 2 : 0)) ] || { echo "from commit $n on: $good are fine"; false; }
		# Twice a round: directly after the commit, and once more.
		[ "$(samples helios/materialize latency false)" = $((2 * (4 - good))) ]
	done
}

@test "answers of commit" {
	caught empty commit "no answer, though its exit status is 0"
	caught broken-json commit "not JSON"
	caught truncated commit "not JSON"
	caught two-answers commit "its answer goes on behind the JSON object"
	caught nul commit "its answer goes on behind the JSON object"
	caught no-snapshot commit "no snapshot_id in its answer"
	caught bad-id commit "blake3:abc is no snapshot_id"
	caught same-id:2 commit "is the id of an earlier commit, though the content is new"
}

@test "answers of restore and materialize" {
	caught no-member@restore restore "no restored in its answer" commit restore
	caught other-restored@restore restore "restored names another id" commit restore
	caught empty@restore restore "no answer, though its exit status is 0" commit restore
	caught no-member@materialize:2 materialize "no materialized in its answer" commit materialize
	caught other-restored@materialize:2 materialize "materialized names another id" commit materialize
	caught truncated@materialize:2 materialize "not JSON" commit materialize
}

@test "one that restores what was never committed" {
	run -1 env HELIOS_SCRIPT_LIE=claims-anything timeout 60 helios-time --cli "$scripted" --backend helios \
		--files 5 --warmup 0 -n 1 --format ndjson -o out commit restore
	[[ $output == *"helios restore: exit status 0 for blake3:0000"*", which was never committed"* ]]
	[[ $(reasons helios/restore) == *"which was never committed"* ]]
	nothing_left
}

@test "failures in the program's own words" {
	caught exit3 commit 'exit status 3: the disk is "on fire"'
	caught exit3@stats open 'exit status 3: the disk is "on fire"' open commit
	caught lock commit "the store is locked: resource temporarily unavailable"
	caught lock@materialize:2 materialize "the store is locked" commit materialize
	caught crash commit "ended by signal 11"
	caught flood commit "more than 16 MiB of output"
	caught exit3@version spawn 'exit status 3: the disk is "on fire"' spawn
	caught empty@version spawn "no answer, though its exit status is 0" spawn
}

@test "diff: what the published one cannot do, and what one that can says" {
	run -1 on_helios commit diff
	grep -q "helios diff: exit status 1: unknown snapshot: blake3:" said
	[ "$(samples helios/diff latency false)" -ge 1 ]
	[ "$(samples helios/commit latency true)" = 2 ]
	HELIOS_SCRIPT_DIFF=1 on_helios --change 40% commit diff
	[ "$(samples helios/diff latency true)" = 2 ]
	HELIOS_SCRIPT_DIFF=1 caught empty@diff diff "no answer" commit diff
}

@test "the dialect that oppie-autonav calls" {
	on_helios --dialect autonav commit restore cycle
	[ "$(samples helios/restore latency true)" = 2 ]
	scope='select(.bench == "helios/restore" and .metric == "latency") | .params.scope'
	[ "$(jq -r "$scope" out | sort -u)" = files ]
	caught digest:3 restore "d000/f000001: its content is not what was committed" --dialect autonav commit restore
	caught no-snapshot commit "no snapshot_id in its answer" --dialect autonav commit restore
	caught other-restored:3 restore "names another id" --dialect autonav commit restore
}

@test "git goes on where Helios lies" {
	for lie in exit3 digest; do
		status=0
		HELIOS_SCRIPT_LIE=$lie with_git commit materialize cycle || status=$?
		[ "$status" = 1 ]
		for op in commit materialize cycle; do
			[ "$(samples "helios/$op" latency true)" = 0 ]
			[ "$(samples "git/$op" latency true)" = 2 ]
		done
		nothing_left
	done
}

@test "a hang ends by --timeout, and git goes on" {
	caught hang commit "no end within 3 s" --backend helios,git --timeout 3s commit
	if command -v git; then [ "$(samples git/commit latency true)" = 2 ]; fi
}

@test "with --timeout goes what the hanging program has started" {
	caught hang-with-child commit "no end within 2 s" --timeout 2s commit
	grep -q '^child ' log
}

@test "a process that the program leaves running is not waited for, and ended" {
	HELIOS_SCRIPT_LIE=leaves-child on_helios --timeout 20s commit materialize
	grep -q '^child ' log
	nothing_left
	[ "$(samples helios/commit latency true)" = 2 ]
}
