#!/usr/bin/env bats
# ci/scenarios/lighthouse: what it measures, on what, what it leaves out and why, what it leaves behind; and the loop that
# stands in for NebulaGC's. No figure decides anything here.

load scenario

setup_file() {
	scenario_file
	unset LIGHTHOUSE_TICK LIGHTHOUSE_TUN LIGHTHOUSE_OUTER
}

setup() {
	scenario_setup
	lighthouse=$top/ci/scenarios/lighthouse
	poller=$top/ci/scenarios/lighthouse-poller
	names='busy detect idle polling/idle ready restart stop'
}

need_nebula() {
	command -v nebula >/dev/null || skip "no nebula here"
	command -v nebula-cert >/dev/null || skip "no nebula-cert here"
}

# What records are about, without lighthouse/.
benches() { # FILE
	jq -r 'select(.bench) | .bench | ltrimstr("lighthouse/")' "$1" | sort -u | grep -vx self | paste -s -d ' ' -
}

# Processes that are at work in the corpus or in the test's directory.
workers() {
	{ readlink /proc/[0-9]*/cwd 2>/dev/null || :; } | grep -c "^$CORPUS/" || :
}

# Is the loop at work in the corpus?
is_polled() {
	grep -lz '[l]ighthouse-poller$' /proc/[0-9]*/cmdline 2>/dev/null | sed 's/cmdline$/cwd/' | xargs -r readlink |
		grep -q "^$CORPUS/"
}

nothing_left() {
	[ "$(workers)" -eq 0 ]
	[ -z "$(find "$CORPUS" -name '*.[0-9]*')" ]
}

# The programs of a scenario without nebula, which alone are on PATH.
without_nebula() {
	mkdir box
	for program in awk bash cat cp cut date dirname env find grep ldd ls mkdir mv od readlink rm sed seq sh sha256sum sleep \
		sort tail tr xargs; do
		! path=$(command -v "$program") || ln -s "$path" "box/$program"
	done
}

@test "lighthouse: a round of a real one has everything, without an error, and leaves only its certificates" {
	need_nebula
	command -v ip >/dev/null && before=$(ip route; ip -o link)
	"$lighthouse" >records
	[ "$(benches records)" = "$names" ]
	[ "$(jq -s 'map(select(.type == "skip")) | length' records)" -eq 0 ]
	# see ci/targets/lighthouse of stops
	[ "$(jq -s 'map(select(.ok == false and .bench != "lighthouse/stop")) | length' records)" -eq 0 ]
	# what looks for changes is a stand-in, the rest is not
	[ "$(jq -r 'select(.type == "sample") | "\(.bench) \(.mode)"' records | sort -u)" = "lighthouse/busy real
lighthouse/detect mock
lighthouse/idle real
lighthouse/polling/idle mock
lighthouse/ready real
lighthouse/restart real
lighthouse/self real
lighthouse/stop real" ]
	# hosts did come
	[ "$(jq 'select(.name == "handshakes") | .data.count > 0' records)" = true ]
	[ "$(jq -s 'map(select(.bench == "lighthouse/detect" and .metric == "latency")) | length' records)" -eq 5 ]
	[ "$(jq -s 'map(select(.bench == "lighthouse/detect" and .metric == "ready")) | length' records)" -eq 5 ]
	[ "$(jq -s 'map(select(.bench == "lighthouse/restart" and .metric == "latency")) | length' records)" -eq 3 ]
	[ "$(jq -r 'select(.bench == "lighthouse/idle" and .type == "sample") | .params.tun' records | sort -u | wc -l)" -eq 1 ]
	nothing_left
	[ "$(cd "$CORPUS/lighthouse" && echo *)" = pki ]
	[ -z "${before:-}" ] || [ "$(ip route; ip -o link)" = "$before" ]
	cp records "$BATS_FILE_TMPDIR/records"
}

@test "lighthouse: every target is about something that was measured, but for other ticks" {
	[ -f "$BATS_FILE_TMPDIR/records" ] || skip "there are no records"
	status=0
	"$BIN/bench-gate" --format ndjson "$top/ci/targets/lighthouse" "$BATS_FILE_TMPDIR/records" >verdicts || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	[ "$(jq -r 'select(.type == "verdict" and .status == "missing") | .target' verdicts | grep -cv 'tick=')" -eq 0 ]
	[ "$(jq -s 'map(select(.type == "verdict" and .stat == "errors" and .status == "pass") | .bench) | unique' -c verdicts)" = \
		'["lighthouse/detect","lighthouse/ready","lighthouse/restart","lighthouse/stop"]' ]
}

@test "lighthouse: with tun disabled, which is said" {
	need_nebula
	LIGHTHOUSE_TUN=disabled BENCH_ONLY=lighthouse/ready "$lighthouse" >records
	[ "$(benches records)" = ready ]
	[ "$(jq -r 'select(.type == "sample") | .params.tun' records | sort -u)" = disabled ]
	nothing_left
}

@test "lighthouse: without nebula it is a stand-in, which is said, and what that cannot do is left out with the reason" {
	[ -x "$BIN/fc-mock" ] || skip "no fc-mock"
	without_nebula
	PATH=$PWD/box "$lighthouse" >records 2>err
	[ "$(cat err)" = "lighthouse: nebula: not found; measuring fc-mock, a stand-in" ]
	[ "$(benches records)" = "$names" ]
	[ "$(jq -c 'select(.type == "sample") | .mode' records | sort -u)" = '"mock"' ]
	[ "$(jq -s 'map(select(.ok == false)) | length' records)" -eq 0 ]
	[ "$(jq -r 'select(.type == "skip") | "\(.bench): \(.reason)"' records)" = \
		"lighthouse/busy: nebula not found; ci/deps bench installs it where there is a package of it" ]
	nothing_left
}

@test "lighthouse: without proc-watch, or without any lighthouse, everything is left out with the reason" {
	without_nebula
	mkdir bin
	ln -s "$BIN"/* bin/
	rm bin/fc-mock
	PATH=$PWD/box BIN=$PWD/bin "$lighthouse" >records
	[ "$(benches records)" = "$names" ]
	[ "$(jq -r .type records | sort -u)" = skip ]
	rm bin/proc-watch
	BIN=$PWD/bin BENCH_ONLY=lighthouse/detect "$lighthouse" >records
	[ "$(cat records)" = '{"type":"skip","bench":"lighthouse/detect","reason":"proc-watch not found"}' ]
}

@test "lighthouse: BENCH_IDENTIFY says which programs, the same each time; nothing to compare with older programs" {
	BENCH_IDENTIFY=1 BENCH_ONLY=lighthouse/ready "$lighthouse" >one
	BENCH_IDENTIFY=1 BENCH_ONLY=lighthouse/ready "$lighthouse" >two
	[ "$(benches one)" = ready ]
	digest=$(jq -r 'select(.name == "program") | .data.digest' one)
	[ ${#digest} -eq 64 ]
	[ "$(jq -r 'select(.name == "program") | .data.digest' two)" = "$digest" ]
	[ -z "$(BENCH_AGAINST=$BIN "$lighthouse")" ]
}

@test "lighthouse: certificates are made once, and anew where they are old or not of that authority" {
	need_nebula
	mkdir corpus
	made() {
		CORPUS=$PWD/corpus BENCH_ONLY=lighthouse/ready "$lighthouse" >records &&
			nebula-cert verify -ca corpus/lighthouse/pki/ca.crt -crt corpus/lighthouse/pki/host.crt &&
			cksum <corpus/lighthouse/pki/host.crt
	}
	one=$(made)
	[ "$(made)" = "$one" ]
	touch -t 201001010000 corpus/lighthouse/pki/made
	two=$(made)
	[ "$two" != "$one" ]
	rm corpus/lighthouse/pki/ca.*
	(cd corpus/lighthouse/pki && nebula-cert ca -name other)
	[ "$(made)" != "$two" ]
}

@test "lighthouse: ended by a signal it leaves no process and no file" {
	BENCH_SIZE=full BENCH_ONLY=lighthouse/polling/idle "$lighthouse" >records 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		! is_polled || break
		sleep 0.02
	done
	is_polled
	terminated
	nothing_left
}

@test "lighthouse: what a killed one left is removed, what belongs to one that runs is not" {
	mkdir -p corpus/lighthouse
	dead=$(sh -c 'echo $$')
	mkdir -p "corpus/lighthouse/run.$dead/bundles/1" "corpus/lighthouse/pki.$dead" "corpus/lighthouse/run.$$"
	touch "corpus/lighthouse/said.$dead"
	CORPUS=$PWD/corpus LIGHTHOUSE_TUN=disabled BENCH_ONLY=lighthouse/ready "$lighthouse" >/dev/null
	[ "$(find corpus/lighthouse -name '*.[0-9]*')" = "corpus/lighthouse/run.$$" ]
}

@test "lighthouse: rounds do not wait as the one before did until they make changes" {
	for round in one two; do
		LIGHTHOUSE_TUN=disabled BENCH_ONLY=lighthouse/detect LIGHTHOUSE_TICK=0.05s "$lighthouse" >"$round"
	done
	[ "$(jq -s 'map(select(.type == "run")) | length' one)" -eq 1 ]
	[ "$(jq 'select(.type == "run") | .seed' one)" != "$(jq 'select(.type == "run") | .seed' two)" ]
}

@test "lighthouse: hosts of which none comes make no busy lighthouse" {
	need_nebula
	mkdir bin
	cat >bin/nebula <<-END
		#!/bin/sh
		case \$2 in
		host*) exec sleep 100 ;;
		esac
		exec $(command -v nebula) "\$@"
	END
	chmod +x bin/nebula
	PATH=$PWD/bin:$PATH LIGHTHOUSE_TUN=disabled BENCH_ONLY=lighthouse/busy "$lighthouse" >records
	[ "$(jq -r 'select(.type != "run") | "\(.type) \(.bench) \(.reason)"' records)" = \
		"skip lighthouse/busy no handshake of any host came to the lighthouse while they ran" ]
	nothing_left
}

@test "lighthouse: an unknown size is refused" {
	BENCH_SIZE=huge run "$lighthouse"
	[ "$status" -eq 1 ]
	[[ $output == *"BENCH_SIZE=huge: expected brief, quick or full"* ]]
}

# A lighthouse that writes down what happens to it, and ends when asked, or (stubborn) does not.
make_lighthouse() {
	cat >service <<-'END'
		trap 'echo "asked $(cat live/config.yml)" >>log; [ -z "$1" ] || return; kill "$!"; exit 0' TERM
		echo "started $(cat live/config.yml)" >>log
		while :; do
			sleep 0.05 &
			wait
		done
	END
	mkdir -p bundles live
	: >log
}

publish() { # NUMBER
	mkdir "bundles/$1"
	echo "version $1" >"bundles/$1/config.yml"
	echo "$1" >bundles/version.new
	mv bundles/version.new bundles/version
}

wait_for() { # LINE of the log
	for ((i = 0; i < 500; i++)); do
		! grep -qx "$1" log || return 0
		sleep 0.02
	done
	cat log
	return 1
}

@test "lighthouse-poller: looks at once, and restarts what it runs for a new version alone, with its files written before" {
	make_lighthouse
	publish 1
	"$poller" 0.1 5 bundles live sh service '' >said 3>&- &
	pid=$!
	wait_for 'started version 1'
	sleep 0.3
	[ "$(cat log)" = 'started version 1' ]
	publish 2
	wait_for 'started version 2'
	[ "$(cat log)" = 'started version 1
asked version 2
started version 2' ]
	[ "$(cat said)" = 'lighthouse-poller: version 1
lighthouse-poller: version 2' ]
	[ "$(ls live)" = config.yml ]
	[ -z "$(ls -A live/.new)" ]
	terminated
	[ "$(tail -n 1 log)" = 'asked version 2' ]
}

@test "lighthouse-poller: what does not end is killed" {
	make_lighthouse
	publish 1
	"$poller" 0.1 0.2 bundles live sh service stubborn >said 3>&- &
	pid=$!
	wait_for 'started version 1'
	publish 2
	wait_for 'started version 2'
	kill "$pid"
	wait "$pid" || :
	pid=
	[ "$(grep -c asked log)" -eq 2 ]
}

@test "lighthouse-poller: without anything there it goes on looking; without a command it writes the files" {
	make_lighthouse
	"$poller" 0.1 5 bundles live >said 3>&- &
	pid=$!
	sleep 0.2
	kill -0 "$pid"
	publish 7
	for ((i = 0; i < 500; i++)); do
		[ ! -s live/config.yml ] || break
		sleep 0.02
	done
	[ "$(cat live/config.yml)" = 'version 7' ]
	run "$poller" 1 5 bundles
	[ "$status" -eq 1 ]
	[[ $output == "usage: ci/scenarios/lighthouse-poller TICK GRACE BUNDLES DIRECTORY"* ]]
}
