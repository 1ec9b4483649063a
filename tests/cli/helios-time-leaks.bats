#!/usr/bin/env bats
# helios-time: whatever ends it, no process, no zombie and no file is left.

bats_require_minimum_version 1.5.0

load helios-time

@test "a signal: what was measured is written, nothing is left" {
	wrapped_git 'case $word in checkout) [ ! -e stuck ] || { echo $$ >>pids; sleep 1000 & echo $! >>pids; wait; } ;; esac'
	sed -i "s|stuck|$PWD/stuck|; s|pids|$PWD/pids|g" git.sh
	for signal in INT TERM HUP; do
		rm -f stuck
		: >pids
		: >log
		LOG=$PWD/log helios-time "${few[@]}" -n 1000 --backend git --git ./git.sh -o out commit materialize >summary 2>err 3>&- &
		front=$!
		await has 5 log checkout
		: >stuck
		await has 2 pids .
		kill -"$signal" "$front"
		code=0
		wait "$front" || code=$?
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		while read -r pid; do gone "$pid"; done <pids
		jq -se 'map(select(.type == "event" and .name == "interrupted")) | length == 1' out
		grep -q "^Interrupted by signal $(kill -l "$signal") " summary
		[ ! -s err ]
		nothing_left
	done
}

@test "killed, the one or the other of its two processes: no process and no file is left" {
	wrapped_git 'case $word in checkout) echo $$ >>pids; sleep 1000 & echo $! >>pids; wait ;; esac'
	sed -i "s|pids|$PWD/pids|g" git.sh
	for whom in front worker; do
		: >pids
		helios-time "${few[@]}" --backend git --git ./git.sh -o out materialize >/dev/null 2>err 3>&- &
		front=$!
		await has 2 pids .
		worker=$(pgrep -P "$front")
		if [ $whom = front ]; then kill -KILL "$front"; else kill -KILL "$worker"; fi
		code=0
		wait "$front" || code=$?
		[ "$code" = 137 ]
		while read -r pid; do gone "$pid"; done <pids
		gone "$front"
		gone "$worker"
		nothing_left
		# The worker is asked to end where the front is killed, and says what it has.
		if [ $whom = front ]; then
			jq -se 'map(select(.type == "event" and .name == "interrupted")) | length == 1' out
		else
			[ ! -e out ]
		fi
		rm -f out
	done
}

@test "killed both at once: the next run removes what they left" {
	wrapped_git 'case $word in checkout) echo $$ >>pids; exec sleep 1000 ;; esac'
	sed -i "s|pids|$PWD/pids|g" git.sh
	: >pids
	helios-time "${few[@]}" --backend git --git ./git.sh materialize >/dev/null 2>&1 3>&- &
	front=$!
	await has 1 pids .
	worker=$(pgrep -P "$front")
	kill -KILL "$worker" "$front"
	wait "$front" || true
	gone "$worker"
	run -0 --separate-stderr timeout 60 helios-time "${few[@]}" --backend git spawn
	[[ $stderr == *"removed what 1 killed run had left"* ]]
	kill -KILL "$(head -1 pids)" 2>/dev/null || true
	nothing_left
}

@test "a program that writes directories which nobody may write to: they go all the same" {
	cat >readonly.sh <<-'EOF'
		#!/bin/bash
		git "$@" || exit
		case " $* " in *" checkout "*) chmod 0555 d000 . ;; esac
	EOF
	chmod +x readonly.sh
	timeout 60 helios-time "${few[@]}" --backend git --git ./readonly.sh commit materialize >out
	[ "$(count out git/materialize latency)" = 3 ]
	nothing_left
}

@test "a program that leaves another behind: that one is ended before anything else is done" {
	wrapped_git 'case $word in add) setsid sleep 1000 >/dev/null 2>&1 & echo $! >>pids ;; commit) for pid in $(cat pids); do ! kill -0 "$pid" || echo "$pid" >>alive; done ;; esac'
	sed -i "s|pids|$PWD/pids|g; s|alive|$PWD/alive|" git.sh
	timeout 60 helios-time "${few[@]}" -n 1 --backend git --git ./git.sh commit >/dev/null
	[ -s pids ]
	[ ! -e alive ]
	while read -r pid; do gone "$pid"; done <pids
	nothing_left
}
