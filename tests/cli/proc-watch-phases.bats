#!/usr/bin/env bats
# proc-watch: idle and busy, changes, restarts, stops; what runs already; what services do that is out of order.

load proc-watch

# count BENCH METRIC: how many samples there are.
count() {
	value "$1" "$2" | wc -l
}

# near EXPECTED VALUE: within 2 %.
near() {
	awk -v expected="$1" -v value="$2" 'BEGIN { exit !(value > 0.98 * expected && value < 1.02 * expected) }' || {
		echo "$2 is not $1"
		return 1
	}
}

# A command that says "up" once it and its children have so many KiB resident: sh settled KIB COMMAND...
settled() {
	cat >settled <<-'END'
		kib=$1
		shift
		resident() {
			for pid in $$ $(cat /proc/$$/task/*/children); do
				grep VmRSS "/proc/$pid/status"
			done 2>/dev/null | awk '{ sum += $2 } END { print sum + 0 }'
		}
		# Nobody's child, for the command does not wait for any.
		( (until [ "$(resident)" -ge "$kib" ]; do sleep 0.02; done; echo up) & )
		exec "$@"
	END
}

# highest BENCH METRIC
highest() {
	value "$1" "$2" | sort -g | tail -n 1
}

@test "idle and busy are told apart, and what is run beside is left out" {
	settled
	watch -i 20ms --ready log:up --idle 300ms --while 'sleep 0.3 & sleep 0.3; wait' -- \
		sh settled 65536 known-load --rss 64MiB --fds 100 --threads 3
	for phase in idle busy; do
		[ "$(count proc/$phase rss)" -ge 2 ]
		[ "$(highest proc/$phase processes)" = 1 ]
		[ "$(highest proc/$phase threads)" = 3 ]
		near 100 "$(highest proc/$phase fds)"
		near 67108864 "$(highest proc/$phase rss)"
		[ "$(count proc/$phase max-rss)" = 1 ]
		[ "$(count proc/$phase cpu-mean)" = 1 ]
		[ "$(count proc/$phase pss)" -ge 1 ]
		[ "$(count proc/$phase switches)" -ge 2 ]
	done
	[ "$(count proc/self cpu)" = 1 ]
	watch -i 20ms --idle 100ms --no-pss -- sleep 50
	[ "$(count proc/idle pss)" = 0 ]
}

@test "all that the command starts counts" {
	settled
	watch -i 20ms --ready log:up --idle 300ms -- sh settled 131072 known-load --rss 32MiB --children 3
	[ "$(highest proc/idle processes)" = 4 ]
	near 134217728 "$(highest proc/idle rss)"
}

@test "nothing else asked for: until the command ends, or a time" {
	watch -i 10ms sleep 0.5
	[ "$(count proc/run rss)" -ge 2 ]
	[ "$(count proc/stop latency)" = 0 ]
	watch -T 50ms sleep 50
	[ "$(count proc/stop latency)" = 1 ]
	watch true
	jq -es 'map(select(.type == "skip" and .bench == "proc/run")) | length == 1' out
}

@test "restarts: downtime, the time from the signal, stops and readiness of each" {
	p=$(port)
	watch --ready "tcp:127.0.0.1:$p" --restarts 3 -- late-server --tcp "$p" --after 30ms --exit-on-term-after 30ms
	[ "$(count proc/restart latency)" = 3 ]
	[ "$(count proc/ready latency)" = 4 ]
	[ "$(count proc/stop latency)" = 4 ]
	[ "$(event restart | wc -l)" = 3 ]
	# It takes 30 ms each to end and to get ready.
	paste <(value proc/restart latency) <(value proc/restart total) | awk '$2 < 60e6 || $2 < $1 || $1 <= 0 { exit 1 }'
	value proc/stop latency | awk '$1 < 30e6 { exit 1 }'
	jq -es 'map(select(.bench == "proc/restart")) | length == 6 and all(.bound >= 0 and .bound <= .value)' out
}

@test "a command that has ended before it was to be stopped" {
	for more in "" --restarts=1; do
		: >conf
		run -1 watch --ready log:up --change 'kill -KILL "$1"; sleep 0.1; echo >>conf' --detect "file:$PWD/conf" ${more:+"$more"} -- \
			late-server --log up
		[ "$output" = "proc-watch: late-server: was killed by SIGKILL before it was to be stopped: up" ]
		[ "$(count proc/detect latency)" = 1 ]
		[ -z "$(value proc/restart total)$(value proc/stop latency)$(event signal)" ]
		event exit | jq -e '.signal == 9'
	done
}

@test "a change is seen by a line, an answer, a file" {
	p=$(port)
	echo first >conf
	common=(--changes 3 --spread 20ms)
	watch --ready log:up "${common[@]}" --change 'echo "$2" >conf' --detect log:reloaded -- \
		late-server --log up --config "$PWD/conf" --tick 20ms
	[ "$(count proc/detect latency)" = 3 ]
	[ "$(event detected | wc -l)" = 3 ]
	watch --ready "http://127.0.0.1:$p/" "${common[@]}" --change 'echo "a$2" >conf' --detect "http://127.0.0.1:$p/" -- \
		late-server --http "$p" --config "$PWD/conf" --tick 20ms
	[ "$(count proc/detect latency)" = 3 ]
	jq -es 'map(select(.bench == "proc/detect")) | all(.bound >= 0 and .bound <= .value)' out
	watch --touch conf --detect "file:$PWD/conf" sleep 50
	[ "$(count proc/detect latency)" = 1 ]
}

@test "a change is seen by the restart of what is below the command, which is ready again then" {
	echo first >conf
	watch --ready log:up --changes 3 --change 'echo "$2" >conf' -- \
		late-server --log up --config "$PWD/conf" --tick 20ms --restart-child --after 20ms
	[ "$(count proc/detect latency)" = 3 ]
	[ "$(count proc/detect ready)" = 3 ]
	paste <(value proc/detect latency) <(value proc/detect ready) | awk '$2 < 20e6 || $2 < $1 { exit 1 }'
	event detected | jq -es 'all(.name == "late-server")'
}

@test "processes that come and go are told from the one that is restarted by its name" {
	cat >poller <<-'END'
		late-server --log up &
		old=$(cat conf)
		while sleep 0.02; do
			new=$(cat conf)
			[ "$new" = "$old" ] && continue
			kill $!
			wait $!
			late-server --log up &
			old=$new
		done
	END
	echo first >conf
	watch --ready log:up --changes 3 --spread 30ms --change 'echo "$2" >conf' --detect restart:late-server sh poller
	[ "$(count proc/detect ready)" = 3 ]
	event detected | jq -es 'all(.name == "late-server")'
	run -1 watch --ready log:up --touch conf --detect restart:nobody sh poller
	[[ "$output" == *"--detect restart:nobody: sh has no such process"* ]]
}

@test "the end of the last of more processes than there may be descriptors" {
	ulimit -Sn 200
	watch --while 'until [ "$(wc -w </proc/"$1"/task/"$1"/children)" = 150 ]; do sleep 0.05; done' \
		--change 'kill -KILL "$(awk "{ print \$NF }" /proc/"$1"/task/"$1"/children)"' -- \
		sh -c 'for i in $(seq 150); do sleep 1000 & done; wait'
	event detected | jq -e '.name == "sleep"'
	# What is started has the limit that it would have without.
	watch --show-output sh -c 'ulimit -Sn' 2>shown
	grep -qx 200 shown
}

@test "a file that cannot be opened for writing gets a new time too" {
	cp "$(command -v sleep)" program
	watch --touch program --detect "file:$PWD/program" ./program 50
	[ "$(count proc/detect latency)" = 1 ]
}

@test "a change that nobody notices, that fails, that does not end" {
	run -1 watch --touch conf --detect-timeout 100ms sleep 50
	[ "$output" = "proc-watch: sleep: change 1 was not noticed within 100.0 ms" ]
	[ -e conf ]
	run -1 watch --change 'exit 4' sleep 50
	[ "$output" = "proc-watch: --change: status 4" ]
	run -1 watch --change 'sleep 50' --detect-timeout 100ms sleep 50
	[ "$output" = "proc-watch: --change: still runs after 100.0 ms" ]
	run -1 watch --touch none/conf sleep 50
	[ "$output" = "proc-watch: none/conf: No such file or directory" ]
}

@test "a command that ends at a change, and is started by nobody again" {
	run -1 watch --change 'kill "$1"' sleep 50
	[[ "$output" == *"sleep: was killed by SIGTERM at the change, and nothing has started it again" ]]
	[ "$(count proc/detect latency)" = 1 ]
}

@test "what is run beside fails, or the command ends meanwhile" {
	run -1 watch --while 'exit 5' sleep 50
	[ "$output" = "proc-watch: --while: status 5" ]
	run -1 watch --while 'kill -KILL "$1"; sleep 50' sleep 50
	[ "$output" = "proc-watch: sleep: was killed by SIGKILL while it was busy" ]
	run -1 watch --idle 50s sh -c 'sleep 0.1; exit 0'
	[ "$output" = "proc-watch: sh: ended with status 0 while it was idle" ]
}

@test "one that ignores TERM is killed, and that is told" {
	run -0 watch --stop-timeout 100ms --ready log:up --restarts 1 -- late-server --log up --ignore-term
	[ "${lines[0]}" = "proc-watch: late-server: did not end by TERM within 100.0 ms: killed" ]
	[ "$(event signal | jq -r .signal | paste -sd ' ')" = "TERM KILL TERM KILL" ]
	jq -es 'map(select(.bench == "proc/stop")) | length == 2 and all(.ok == false and .value >= 100e6)' out
}

@test "another signal to stop by" {
	watch --stop-signal USR1 -T 10ms sleep 50
	event signal | jq -e '.signal == "USR1"'
	event exit | jq -e '.signal == 10'
}

@test "one that forks away is followed" {
	run -0 watch --ready log:up --idle 50ms sh -c '(sleep 0.1; echo up; exec sleep 50) & exit 0'
	[[ "$output" == *"has ended with status 0 and left others: the eldest, "*", is watched now" ]]
	[ "$(event forked | jq .pid)" = "$(event signal | jq .pid)" ]
	[ "$(event forked | jq .from)" = "$(event spawn | jq .pid)" ]
	watch --idle 500ms -i 20ms -- known-load --fork-away
	[ "$(highest proc/idle processes)" = 1 ]
	[ "$(event forked | wc -l)" = 1 ]
}

@test "zombies are told" {
	run -0 watch -i 20ms --idle 500ms -- known-load --zombies 2
	[[ "$output" == "proc-watch: known-load: 2 of its processes have ended and were not waited for (zombies), "* ]]
	event zombies | jq -e '.count == 2'
	# Without a phase that samples, too.
	watch --ready log:up --restarts 1 -- sh -c 'sleep 0 & exec late-server --log up --after 200ms'
	event zombies | jq -e '.count == 1'
}

@test "one that floods its output does not keep the others from being done" {
	run -0 watch -i 50ms --ready log:y --idle 1s yes
	[[ "$output" == *"yes: floods its output"* ]]
	[ "$(count proc/idle rss)" -ge 2 ]
	event output | jq -e '.stdout > 8000000'
}

@test "its end leaves others behind, which are ended" {
	run -0 watch --ready log:up -T 1ms sh -c 'sleep 1234 & sleep 1234 & echo up; wait'
	[ "$output" = "proc-watch: sh: its end left 2 processes of its own behind, ended now" ]
	event left | jq -e '.processes == 2'
}

@test "what runs already: by its number, its file, its port; and goes on" {
	p=$(port)
	background late-server --tcp "$p"
	pid=$!
	echo "$pid" >pidfile
	await proc-watch --port "$p" -T 1ms >/dev/null 2>&1
	watch --pid "$pid" -T 400ms -i 20ms
	[ "$(highest proc/run processes)" = 1 ]
	watch --pidfile pidfile -T 400ms -i 20ms
	[ "$(count proc/run rss)" -ge 2 ]
	watch --port "$p" -T 400ms -i 20ms
	[ "$(count proc/run rss)" -ge 2 ]
	[ "$(count proc/stop latency)" = 0 ]
	kill -0 "$pid"
}

@test "proc-watch does not count itself" {
	cat >above <<-'END'
		timeout 60 proc-watch --progress never --format ndjson --pid $$ -T 200ms -i 20ms >out 3>&-
		exit $?
	END
	sh above
	# timeout(1) is another.
	[ "$(highest proc/run processes)" = 2 ]
}

@test "what runs already, and ends" {
	background sleep 0.5
	watch --pid $!
	event exit | jq -e 'has("status") | not'
	run -1 watch --pid $!
	[[ "$output" == *"no such process" ]]
	run -1 watch --pidfile none
	[[ "$output" == "proc-watch: none: "* ]]
	echo nonsense >pidfile
	run -1 watch --pidfile pidfile
	[[ "$output" == "proc-watch: pidfile"* ]]
	run -1 watch --port "$(port)"
	[[ "$output" == *"nothing listens on port "* ]]
	run -1 watch --cgroup none/of/it
	[[ "$output" == "proc-watch: --cgroup none/of/it: "* ]]
}

@test "a pidfile's process is followed over its restarts" {
	cat >supervisor <<-'END'
		sleep 1000 &
		echo $! >pidfile.new
		mv pidfile.new pidfile
		old=$(cat conf)
		while sleep 0.02; do
			new=$(cat conf)
			[ "$new" = "$old" ] && continue
			kill $!
			wait $!
			sleep 1000 &
			echo $! >pidfile.new
			mv pidfile.new pidfile
			old=$new
		done
	END
	echo first >conf
	background sh supervisor
	await test -s pidfile
	before=$(cat pidfile)
	watch --pidfile pidfile --changes 3 --change 'echo "$2" >conf'
	[ "$(count proc/detect latency)" = 3 ]
	[ "$before" != "$(cat pidfile)" ]
	started+=("$(cat pidfile)")
}

@test "two at once" {
	timeout 50 proc-watch --format ndjson --ready notify --ready fd --restarts 2 -- late-server --notify --fd 3 >other 3>&- &
	watch --ready notify --ready fd --restarts 2 -- late-server --notify --fd 3
	wait $!
	[ "$(count proc/restart latency)" = 2 ]
	[ "$(jq -s 'map(select(.bench == "proc/restart" and .metric == "latency")) | length' other)" = 2 ]
}
