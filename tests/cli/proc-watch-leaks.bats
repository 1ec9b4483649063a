#!/usr/bin/env bats
# proc-watch: whatever ends it, of what it has started nothing is left, and no file.

load proc-watch

# A program with a name of its own, which its processes keep even as zombies.
name_program() {
	name=leak$BASHPID
	cp "$(command -v known-load)" "$name"
	mkdir tmp
	export TMPDIR=$PWD/tmp
}

# left: the processes of that name, zombies too.
left() {
	grep -ls "^[0-9]* ($name)" /proc/[0-9]*/stat
}

none_left() {
	[ -z "$(left)" ]
}

begun() {
	[ "$(left | wc -l)" -ge "$1" ]
}

# worker FRONT: the process that does the work, below the one that was started.
worker() {
	cut -d ' ' -f 1 "/proc/$1/task/$1/children"
}

has_worker() {
	[ -n "$(worker "$1")" ]
}

# end SIGNAL WHO ARGUMENT...: start proc-watch, wait until there are $processes of the program, send the signal to the front
# or the worker, and see that nothing is left but what was there, and what proc-watch has written.
end() {
	local signal=$1 who=$2 front target
	shift 2
	rm -f out
	proc-watch --progress never --format ndjson -o out --stop-timeout 200ms "$@" >shown 2>&1 3>&- &
	front=$!
	started+=("$front")
	await begun "$processes"
	target=$front
	[ "$who" = front ] || target=$(worker "$front")
	kill "-$signal" "$target"
	status=0
	wait "$front" 2>/dev/null || status=$?
	await none_left
	[ -z "$(ls -A tmp)" ]
	[ -z "$(find . -name 'out?*')" ]
	[ "$status" = $((128 + $(kill -l "$signal"))) ] || { echo "status $status after $signal of the $who"; cat shown; return 1; }
}

@test "INT, TERM and HUP: all that was started is ended, and what was measured is written" {
	name_program
	processes=4
	for signal in INT TERM HUP; do
		for who in front worker; do
			end "$signal" "$who" -i 10ms --idle 100s "./$name" --children 3
			jq -es --argjson n "$(kill -l "$signal")" 'map(select(.name == "interrupted").data.signal) == [$n]' out
		done
	done
}

@test "KILL of either process: all that was started is ended" {
	name_program
	processes=4
	for who in front worker; do
		end KILL "$who" --idle 100s "./$name" --children 3
	done
}

@test "the same where TERM is ignored" {
	name_program
	processes=3
	for signal in TERM KILL; do
		for who in front worker; do
			end "$signal" "$who" --idle 100s "./$name" --children 2 --ignore-term
		done
	done
}

@test "the same where the command forks away" {
	name_program
	processes=2
	for signal in INT KILL; do
		for who in front worker; do
			end "$signal" "$who" --idle 100s "./$name" --fork-away --children 1
		done
	done
}

@test "the same while a command is run beside" {
	name_program
	processes=2
	for signal in INT KILL; do
		for who in front worker; do
			end "$signal" "$who" --while "./$name & wait" "./$name"
			end "$signal" "$who" --change "./$name & wait" "./$name"
		done
	done
}

@test "the same before it is ready, and while a change is waited for" {
	name_program
	processes=1
	for signal in INT KILL; do
		for who in front worker; do
			end "$signal" "$who" --ready log:never --ready fd --ready notify --ready "unix:$PWD/none" "./$name"
			end "$signal" "$who" --touch conf --detect log:never "./$name"
		done
	done
	rm conf
}

@test "a second signal does not wait for one that ignores the first" {
	name_program
	proc-watch --progress never --stop-timeout 1000s --idle 100s "./$name" --ignore-term >out 2>&1 3>&- &
	front=$!
	started+=("$front")
	await begun 1
	for ((i = 0; i < 20; i++)); do
		kill -TERM "$front" 2>/dev/null || break
		sleep 0.3
	done
	wait "$front" || status=$?
	[ "$status" = 143 ]
	await none_left
}

@test "zombies of the command go with it" {
	name_program
	run -0 watch -T 100ms "./$name" --zombies 3
	none_left
}

@test "what runs already is left alone" {
	name_program
	background "./$name"
	pid=$!
	for signal in INT TERM KILL; do
		proc-watch --progress never --pid "$pid" >out 2>&1 3>&- &
		front=$!
		started+=("$front")
		await has_worker "$front"
		sleep 0.1
		kill "-$signal" "$front"
		wait "$front" || true
		kill -0 "$pid"
	done
}

@test "what ran before in the process that became proc-watch is left alone" {
	name_program
	for end in none TERM; do
		rm -f pid
		sh -c '"$1" 3>&- & echo $! >pid.new; mv pid.new pid; exec proc-watch --progress never --pid $! -T 400ms' sh "./$name" \
			>out 2>&1 3>&- &
		front=$!
		started+=("$front")
		await test -e pid
		started+=("$(cat pid)")
		[ "$end" = none ] || kill "-$end" "$front"
		wait "$front" || true
		kill -0 "$(cat pid)"
	done
}
