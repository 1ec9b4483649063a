#!/usr/bin/env bats
# proc-watch: what is said to it, starting a command, when it is ready, what is written.

load proc-watch

# refused WORDS ARGUMENT...: a usage error that says so.
refused() {
	run proc-watch "${@:2}"
	[ "$status" -eq 1 ] || { echo "status $status: ${*:2}"; false; }
	[[ "$output" == *"$1"* ]] || { echo "$output"; false; }
	[[ "$output" == *"try 'proc-watch --help'"* ]]
}

@test "help and version" {
	run -0 proc-watch --help
	[[ "${lines[0]}" == "usage: proc-watch "* ]]
	run -0 proc-watch --version
	[[ "$output" == "proc-watch (benchpipe) "* ]]
}

@test "what does not go together is refused" {
	refused "nothing to watch"
	refused "expected one of COMMAND" --pid 1 true
	refused "expected one of COMMAND" --pid 1 --port 80
	refused "is not stopped" --pid 1 --stop-timeout 1s
	refused "expected --ready" --restarts 2 true
	refused "leave it out" --idle 1s -T 2s true
	refused "nothing is changed" --detect log:x true
	refused "expected one of them" --touch a --change b true
	refused "only of a COMMAND" --pid 1 --touch a --ready log:x
	refused "only of a COMMAND" --pid 1 --touch a --detect log:x
	refused "there can be one of them" --ready fd --ready fd:4 true
	refused "no such descriptor" --ready fd --touch a true
	refused "expected 1ms or more" -i 10us true
	refused "expected a name such as TERM" --stop-signal NONSENSE true
	refused "expected a process's name" --touch a --detect restart: true
	refused "expected a count of 1" --pid 0
	refused "at most 65535" --port 65536
	refused "or --detect restart" --pid 1 --touch a --ready tcp:1 --detect file:b
	refused "at most ten years" --idle 9000000000s true
}

@test "methods that are none are refused with what was expected" {
	refused "expected tcp:" --ready nonsense true
	refused "--ready 'tcp:x'" --ready tcp:x true
	refused "--ready 'log:('" --ready 'log:(' true
	refused "--detect 'http:'" --touch a --detect http: true
}

@test "a command that is not there, or is no program" {
	run -127 proc-watch ./none
	[ "$output" = "proc-watch: ./none: No such file or directory" ]
	run -127 proc-watch no-such-program-anywhere
	: >text
	run -126 proc-watch ./text
	[ "$output" = "proc-watch: ./text: Permission denied" ]
	printf 'no program\n' >text
	chmod +x text
	run -126 watch ./text
	[[ "$output" == *"./text: Exec format error" ]]
}

@test "the command's own end is handed on" {
	run -0 watch true
	run -3 watch sh -c 'echo the last word; exit 3'
	[ "$output" = "proc-watch: sh: ended with status 3: the last word" ]
	event exit | jq -e '.status == 3 and .last == "the last word"'
	run -143 watch sh -c 'kill $$'
	[ "$output" = "proc-watch: sh: was killed by SIGTERM" ]
	event exit | jq -e '.signal == 15'
}

@test "every way of getting ready is seen, and not before its time" {
	tcp=$(port)
	http=$(port)
	watch --ready "tcp:127.0.0.1:$tcp" --ready "http://127.0.0.1:$http/" --ready "unix:$PWD/socket" --ready "file:$PWD/file" \
		--ready fd --ready notify --ready 'log:^it is u' -T 1ms \
		-- late-server --after 60ms --tcp "$tcp" --http "$http" --unix "$PWD/socket" --file "$PWD/file" --fd 3 --notify \
		--log 'it is up'
	[ "$(jq -r 'select(.bench == "proc/ready" and .metric == "latency").params.by' out | sort | paste -sd ' ')" = \
		"fd file http log notify tcp unix" ]
	# A polled one may have been there for as long as its bound.
	jq -es 'map(select(.bench == "proc/ready" and .metric == "latency")) | length == 7 and all(.value >= 59e6 and .bound >= 0)' out
	jq -es 'map(select(.metric == "bound").params.by) | contains(["http", "tcp"])' out
	[ "$(event ready | wc -l)" = 1 ]
}

@test "a descriptor of another number, and over those of the output" {
	for n in 3 5 7 9 20; do
		watch --ready "fd:$n" -T 1ms -- late-server --fd "$n" --log up
		[ "$(value proc/ready latency | wc -l)" = 1 ]
	done
}

@test "a command that dies before it is ready is told at once, with its last words" {
	run -1 watch --ready-timeout 50s --ready log:never sh -c 'echo fine; echo "it broke" >&2; exit 7'
	[ "$output" = "proc-watch: sh: ended with status 7 before it was ready: it broke" ]
	[ -z "$(value proc/ready latency)" ]
	event exit | jq -e '.status == 7 and .last == "it broke"'
}

@test "one whose descriptor is closed by its death, and one that closes it and lives" {
	run -1 watch --ready-timeout 50s --ready fd sh -c 'echo "it broke" >&2; exit 7'
	[ "$output" = "proc-watch: sh: ended with status 7 before it was ready: it broke" ]
	run -1 watch --ready-timeout 50s --ready fd sh -c 'exec 3>&-; exec sleep 50'
	[ "$output" = "proc-watch: --ready fd: it closed descriptor 3 without a newline" ]
}

@test "its last words may hold anything" {
	run -1 watch --ready log:never sh -c 'printf "\001a\033[31m\377b\000\n"; exit 7'
	[[ "$output" != *$'\033'* ]]
	event exit | jq -e '.last | startswith(" a [31m")'
	run -1 watch --ready log:never sh -c 'head -c 100000 /dev/zero | tr "\000" x; exit 7'
	event exit | jq -e '.last | length == 255'
}

@test "ready as its last act" {
	run -1 watch --ready log:up --idle 50s sh -c 'echo up; exit 5'
	[ "$(value proc/ready latency | wc -l)" = 1 ]
	[[ "$output" == *"ended with status 5 while it was idle: up" ]]
}

@test "a command that does not get ready in time" {
	p=$(port)
	run -1 watch --ready-timeout 100ms --ready "tcp:127.0.0.1:$p" --ready log:up sh -c 'echo up; exec sleep 50'
	[[ "$output" == *"sh: not ready after 100.0 ms: tcp:127.0.0.1:$p: "*"Connection refused" ]]
}

@test "what answers before the command is started is not the command" {
	p=$(port)
	background late-server --tcp "$p"
	await proc-watch --port "$p" -T 1ms >/dev/null 2>&1
	run -1 watch --ready "tcp:127.0.0.1:$p" sleep 50
	[[ "$output" == *"somebody answers there already, before sleep is started" ]]
}

@test "the process that MAINPID names is the one that is stopped" {
	watch --ready notify --idle 1ms -- late-server --notify --mainpid
	[ "$(value proc/stop latency | wc -l)" = 1 ]
	[ "$(event signal | jq .pid)" != "$(event spawn | jq .pid)" ]
	[ "$(event signal | jq .pid)" = "$(cat <(event mainpid) <(event forked) | jq .pid | tail -n 1)" ]
}

@test "somebody else's NOTIFY_SOCKET is not the command's" {
	NOTIFY_SOCKET=@somebody watch --show-output -- sh -c 'echo "[$NOTIFY_SOCKET]"' 2>shown
	grep -qx '\[\]' shown
}

@test "descriptors, signals and standard input of the command are as they should be" {
	sh -c 'ls /proc/self/fd | paste -sd " "' </dev/null >direct 3>&-
	watch --show-output -- sh -c 'ls /proc/self/fd | paste -sd " "; grep -E "^Sig(Blk|Ign)" /proc/self/status; cat' 2>shown
	[ "$(sed -n 1p shown)" = "$(cat direct)" ]
	grep -q 'SigBlk:.0000000000000000' shown
	# SIGPIPE is 13.
	[ $((0x$(sed -n 's/^SigIgn:[[:space:]]*//p' shown) & 0x1000)) = 0 ]
}

@test "its output is counted, and shown only where that is asked for" {
	watch sh -c 'printf 12345; printf 123 >&2' 2>shown
	[ ! -s shown ]
	event output | jq -e '.stdout == 5 and .stderr == 3'
	watch --show-output sh -c 'echo out; echo err >&2' 2>shown
	[ "$(sort shown | paste -sd ' ')" = "err out" ]
}

@test "records have the names, params and mode that were said" {
	watch --bench lighthouse --param version=1 --mode mock --ready log:up --idle 150ms -i 20ms sh -c 'echo up; exec sleep 50'
	jq -es 'map(select(.type == "sample")) | length > 5 and all((.bench | startswith("lighthouse/")) and .mode == "mock"
		and .params.version == 1)' out
	bench-stat out >stat
	grep -q lighthouse/idle stat
	run -0 proc-watch --format text --mode mock -T 1ms sleep 50
	[ "${lines[0]}" = "mock-sleep" ]
}

@test "records into a file, a summary on standard output" {
	run -0 proc-watch -o records --ready log:up --idle 100ms -i 20ms sh -c 'echo up; exec sleep 50'
	[ "${lines[0]}" = sh ]
	[[ "${lines[1]}" == "  ready "*", log:up" ]]
	[[ "${lines[2]}" == "  stop "* ]]
	[[ "$output" == *"idle "* ]]
	bench-stat records | grep -q proc/idle
}

@test "what cannot be written is told" {
	[ -w /dev/full ] || skip "no /dev/full"
	run -1 --separate-stderr sh -c 'proc-watch --format ndjson -T 50ms sleep 50 >/dev/full'
	[ "$stderr" = "proc-watch: standard output: No space left on device" ]
	run -1 --separate-stderr proc-watch -o /dev/full -T 50ms sleep 50
	[ "$stderr" = "proc-watch: /dev/full: No space left on device" ]
	run -1 --separate-stderr sh -c 'proc-watch --format ndjson -T 50ms sleep 50 >&-'
	[ "$stderr" = "proc-watch: standard output: Bad file descriptor" ]
	run -1 proc-watch -o none/records sleep 50
	[[ "$output" == *"none/records: No such file or directory" ]]
}

@test "it ends when nobody reads its records any more" {
	timeout 50 proc-watch --format ndjson -i 1ms sleep 1000 3>&- | head -n 1 >first
	jq -e '.type == "run"' first
}
