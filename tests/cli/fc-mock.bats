#!/usr/bin/env bats
# fc-mock as a process: its command line, HTTP byte for byte, what is told to go wrong, log and metrics, its end.
# What the API and the guest do is in fc-mock-api.bats and fc-mock-guest.bats.

load fc-mock

@test "--help, --version and -V; every option of the help is in the manual" {
	run -0 --separate-stderr fc-mock --help
	[ "${lines[0]}" = "usage: fc-mock [OPTION]..." ]
	[ -z "$stderr" ]
	man=$BATS_TEST_DIRNAME/../../man/fc-mock.1
	grep -oE -- '--[a-z][a-z0-9-]+' <<<"$output" | sort -u >options
	[ "$(wc -l <options)" -gt 30 ]
	while read -r option; do
		grep -qE -- "(Fl|,) -${option#--}( |\$)" "$man" || { echo "$option is not in the manual"; false; }
	done <options
	run -0 --separate-stderr fc-mock -h --nonsense
	[ "${lines[0]}" = "usage: fc-mock [OPTION]..." ]
	run -0 --separate-stderr fc-mock --version --nonsense
	[ "${lines[0]}" = "Firecracker v1.16.0-mock" ]
	[[ ${lines[1]} =~ ^20[0-9-]+T[0-9:]{8}\.[0-9]{9}\ \[anonymous-instance:main\]\ Firecracker\ exiting\ successfully\.\ exit_code=0$ ]]
	run -0 fc-mock --version --mock-version 1.5.0
	[ "$output" = "Firecracker v1.5.0-mock" ]
	run -0 fc-mock --mock-version 1.12.1 --snapshot-version
	[ "${lines[0]}" = v6.0.0 ]
	run -0 fc-mock -V
	[[ $output == "fc-mock (benchpipe) "* ]]
	[ -c /dev/full ] || return 0
	run -1 sh -c 'exec fc-mock --help >/dev/full'
}

@test "arguments are read as Firecracker reads them; 153 for what it does not take" {
	failing 153 "Arguments parsing error: Found argument 'foo' which wasn't expected, or isn't valid in this context. \\n\\nFor more information try --help." --foo
	[[ $output == *'Error: ParseArguments(UnexpectedArgument("foo"))'* ]]
	[[ $output == *'[anonymous-instance:main] Firecracker exiting with error. exit_code=153'* ]]
	failing 153 "Found argument 'foo'" foo
	failing 153 "Found argument '-x'" -x
	failing 153 "Found argument 'api-sock=s'" --api-sock=s
	failing 153 'MissingValue("api-sock")' --api-sock
	failing 153 'MissingValue("api-sock")' --api-sock --no-api
	failing 153 'DuplicateArgument("id")' --id a --id b
	failing 153 'DuplicateArgument("boot-timer")' --boot-timer --boot-timer
	failing 153 'MissingArgument("config-file")' --no-api
	failing 153 'ForbiddenArgument("no-seccomp", "seccomp-filter")' --no-seccomp --seccomp-filter f
	failing 152 'InvalidLogLevel(LevelFilterFromStrError("bad"))' --level bad
	[ ! -e s ]
}

@test "what panics there ends by SIGABRT here" {
	failing 134 "Invalid instance ID: InvalidChar('_', 1)" --api-sock s --id a_b
	failing 134 'Invalid instance ID: InvalidLen(0, 1, 64)' --api-sock s --id ''
	failing 134 'ParseIntError { kind: InvalidDigit }' --api-sock s --http-api-max-payload-size 1k
	failing 134 'ParseIntError { kind: PosOverflow }' --api-sock s --mmds-size-limit 18446744073709551616
	failing 134 'ParseIntError { kind: Empty }' --api-sock s --start-time-us ''
	failing 134 'Unable to open or read from the configuration file: Os { code: 2, kind: NotFound, message: "No such file or directory" }' --api-sock s --config-file none
	failing 134 'Unable to open or read from the mmds content file: Os { code: 21, kind: IsADirectory' --api-sock s --metadata .
	[ ! -e s ]
}

@test "an option is known since the version that brought it" {
	for pair in mmds-size-limit:0 metrics-path:1 module:5 snapshot-version:6 enable-pci:12; do
		option=${pair%:*} before=${pair#*:}
		value=m
		case $option in snapshot-version | enable-pci) value= ;; esac
		# shellcheck disable=SC2086 # no value is no word
		failing 153 "UnexpectedArgument(\"$option\")" --mock-version "1.$before.0" --"$option" $value
		# shellcheck disable=SC2086
		run timeout 20 fc-mock --mock-version "1.$((before + 1)).0" --"$option" $value --level nonsense
		[[ $output != *UnexpectedArgument* ]]
	done
}

@test "the mock's own options say what they expect" {
	failing 153 "fc-mock: --mock-latency 'boot': expected an operation before the '='" --mock-latency boot
	failing 153 "--mock-latency 'boot=normal:1': expected 10ms" --mock-latency boot=normal:1
	failing 153 "--mock-fail 'get=2': expected a share" --mock-fail get=2
	failing 153 "--mock-fail-nth 'get=0': expected a count of 1 or more" --mock-fail-nth get=0
	failing 153 "--mock-drop 'boot=1': start, boot and shutdown have no connection" --mock-drop boot=1
	failing 153 "add up to at most 1" --mock-fail get=0.6 --mock-hang get=0.6
	for version in 2.0.0 0.25.0 1.18.0 1.16 x; do
		failing 153 "--mock-version '$version': expected a version" --mock-version "$version"
	done
	failing 153 "from 1.0.0 to 1.17.0, such as" --mock-version 1.17
	run -0 fc-mock --mock-version 1.17.0 --version
	failing 153 "--mock-seed '-1'" --mock-seed -1
	failing 153 "--mock-exec-port '4294967295'" --mock-exec-port 4294967295
	failing 153 "--mock-home-port 'x'" --mock-home-port x
}

@test "the socket: never taken over, never removed" {
	mock
	failing 1 'Failed to open the API socket at: s. Check that it is not already used.' --api-sock s
	[[ $output == *'Error: RunWithApi(FailedToBindSocket("s"))'* ]]
	kill -TERM "$pid"
	ended 143
	[ -S s ]
	failing 1 'Failed to open the API socket at: s.' --api-sock s
	failing 1 'IO error: No such file or directory (os error 2)' --api-sock no/such/directory
	failing 1 'path must be shorter than SUN_LEN' --api-sock "$(printf '%0108d' 0)"
	long=$(printf '%0107d' 0)
	fc-mock --api-sock "$long" >long.out 2>&1 3>&- &
	pids+=($!)
	awaited grep -q 'API server started' long.out
	[ -S "$long" ]
	if [ "$(id -u)" != 0 ]; then
		mkdir -m 500 closed
		failing 1 'Permission denied (os error 13)' --api-sock closed/s
	fi
}

@test "signals end it, by default actions; it stays up when its log's reader goes" {
	for signal in INT:130 TERM:143 KILL:137; do
		mock
		kill -s "${signal%:*}" "$pid"
		[ "${signal%:*}" != INT ] || kill -s KILL "$pid" # a shell's background ignores INT
		case $signal in INT:*) wait "$pid" || : ;; *) ended "${signal#*:}" ;; esac
		[ -S s ]
	done
	rm -f s
	mkfifo pipe
	fc-mock --api-sock s >pipe 2>err 3>&- &
	pid=$!
	pids+=("$pid")
	head -n 3 pipe >first
	ask GET /version
	is 200
	ask GET /version
	is 200
}

@test "answers, byte for byte" {
	mock --mock-version 1.15.0
	raw 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' >got
	same got "HTTP/1.1 200 \r\n${head}Content-Type: application/json\r\nContent-Length: 37\r\n\r\n{\"firecracker_version\":\"1.15.0-mock\"}"
	# As 1.1, and the connection stays, whatever is said.
	raw 'GET /version HTTP/1.0\r\nConnection: close\r\n\r\n' 'mock"}' 'PUT /boot-source HTTP/1.1\r\nContent-Length: 30\r\n\r\n{"kernel_image_path":"kernel"}' '\r\n\r\n' >got
	same got "HTTP/1.1 200 \r\n${head}Content-Type: application/json\r\nContent-Length: 37\r\n\r\n{\"firecracker_version\":\"1.15.0-mock\"}HTTP/1.1 204 \r\n${head}\r\n"
	raw 'PUT /actions HTTP/1.1\r\nHost: x\r\n\r\n' 'request."}' >got
	same got "HTTP/1.1 400 \r\n${head}Content-Type: application/json\r\nContent-Length: 38\r\n\r\n{\"fault_message\":\"Empty PUT request.\"}"
}

@test "what is no HTTP: 400 with JSON that is none, and the connection stays" {
	mock
	while IFS='|' read -r request why; do
		raw "$request" 'dropped." }' 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' >got
		same got "$(broken "$why")HTTP/1.1 200 \\r\\n${head}Content-Type: application/json\\r\\nContent-Length: 37\\r\\n\\r\\n{\"firecracker_version\":\"1.16.0-mock\"}" || { echo "of $request"; false; }
	done <<'END'
FOO / HTTP/1.1\r\n\r\n|Invalid HTTP Method: Unsupported HTTP method.
POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}|Invalid HTTP Method: Unsupported HTTP method.
get / HTTP/1.1\r\n\r\n|Invalid HTTP Method: Unsupported HTTP method.
GET / HTTP/2.0\r\n\r\n|Invalid HTTP Version: Unsupported HTTP version.
GET / extra HTTP/1.1\r\n\r\n|Invalid HTTP Version: Unsupported HTTP version.
GET  / HTTP/1.1\r\n\r\n|Invalid URI: Empty URI not allowed.
GARBAGE\r\n\r\n|Invalid request.
\r\n\r\n|Invalid request.
GET /\r\n\r\n|Invalid request.
GET / HTTP/1.1\nHost: x\r\n\r\n|Invalid HTTP Version: Unsupported HTTP version.
END
}

@test "DELETE is a method from 1.16 on" {
	mock --mock-version 1.16.0
	raw 'DELETE /version HTTP/1.1\r\n\r\n' '}' >got
	grep -qF '{"fault_message":"Invalid request method and/or path: DELETE version."}' got
	kill -KILL "$pid"
	mock --mock-version 1.15.0
	raw 'DELETE /version HTTP/1.1\r\n\r\n' 'dropped." }' >got
	same got "$(broken 'Invalid HTTP Method: Unsupported HTTP method.')"
}

@test "headers that are refused; the next lines are read as headers still" {
	mock
	while IFS='|' read -r header why; do
		raw "GET / HTTP/1.1\\r\\n$header\\r\\n\\r\\n" 'dropped." }' 'GET / HTTP/1.1\r\n\r\n' 'dropped." }' >got
		same got "$(broken "$why")$(broken 'Invalid header. Reason: Header is incorrectly formatted. Key: GET / HTTP/1.1')" || { echo "of $header"; false; }
	done <<'END'
Broken header|Invalid header. Reason: Header is incorrectly formatted. Key: Broken header
Content-Length: abc|Invalid header. Reason: Invalid value. Key:Content-Length; Value: abc
content-length: -1|Invalid header. Reason: Invalid value. Key:content-length; Value: -1
Content-Length: 4294967296|Invalid header. Reason: Invalid value. Key:Content-Length; Value: 4294967296
Content-Length:|Invalid header. Reason: Invalid value. Key:Content-Length; Value:
Accept-Encoding: gzip, identity;q=0|Invalid header. Reason: Invalid value. Key:Accept-Encoding; Value: identity;q=0
Accept-Encoding: *;q=0|Invalid header. Reason: Invalid value. Key:Accept-Encoding; Value:*;q=0
Accept-Encoding:|Invalid request.
END
	raw "GET /version HTTP/1.1\\r\\nX: $(printf '\xff')\\r\\n\\r\\n" 'dropped." }' >got
	grep -qF 'Header contains invalid characters. Key: invalid utf-8 sequence of 1 bytes from index 3' got
}

@test "lines of 1,024 bytes with their end, and no more" {
	mock
	a() { printf '%0*d' "$1" 0; }
	raw "GET /version HTTP/1.1\\r\\nX: $(a 1019)\\r\\n\\r\\n" 'mock"}' >got
	raw "GET /$(a 1008) HTTP/1.1\\r\\n\\r\\n" '."}' >got
	grep -q 'HTTP/1.1 400' got
	grep -q 'fault_message":"Invalid request method and/or path: GET 0*\.' got
	raw "GET /version HTTP/1.1\\r\\nX: $(a 1020)\\r\\n\\r\\n" 'dropped." }' >got
	grep -q 'Invalid content length. Header: X: 0' got
	raw "GET /$(a 1009) HTTP/1.1\\r\\n\\r\\n" 'dropped." }' >got
	grep -q '"error": "Invalid request.' got
	# Of short ones there may be many.
	raw "GET /version HTTP/1.1\\r\\n$(for i in $(seq 500); do printf 'X-%d: %050d\\r\\n' "$i" 0; done)\\r\\n" 'mock"}' >got
	grep -q 'HTTP/1.1 200' got
}

@test "bodies: the limit, Expect, no chunks" {
	mock
	padding=$(printf '%51170s' '')
	raw "PUT /boot-source HTTP/1.1\\r\\nContent-Length: 51200\\r\\n\\r\\n{\"kernel_image_path\":\"kernel\"$padding}" '\r\n\r\n' >got
	same got "HTTP/1.1 204 \r\n${head}\r\n"
	raw 'PUT /boot-source HTTP/1.1\r\nContent-Length: 51201\r\n\r\n' 'dropped." }' >got
	same got "$(broken 'Request payload with size 51201 is larger than the limit of 51200 allowed by server.')"
	raw 'PUT /boot-source HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 30\r\n\r\n' '\r\n\r\n' '{"kernel_image_path":"kernel"}' '204 \r\nServer: Firecracker API\r\nConnection: keep-alive\r\n\r\n' >got
	same got "HTTP/1.1 100 \r\n${head}\r\nHTTP/1.1 204 \r\n${head}\r\n"
	raw 'PUT /boot-source HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1e\r\n{"kernel_image_path":"kernel"}\r\n0\r\n\r\n' 'dropped." }' >got
	same got "$(broken 'Invalid request.')"
	kill -KILL "$pid"
	mock --http-api-max-payload-size 29
	raw 'PUT /boot-source HTTP/1.1\r\nContent-Length: 30\r\n\r\n' 'dropped." }' >got
	same got "$(broken 'Request payload with size 30 is larger than the limit of 29 allowed by server.')"
}

@test "pipelined requests are answered in order; those before a broken one are not" {
	mock
	ok="HTTP/1.1 204 \r\n${head}\r\n"
	version="HTTP/1.1 200 \r\n${head}Content-Type: application/json\r\nContent-Length: 37\r\n\r\n{\"firecracker_version\":\"1.16.0-mock\"}"
	put='PUT /boot-source HTTP/1.1\r\nContent-Length: 30\r\n\r\n{"kernel_image_path":"kernel"}'
	get='GET /version HTTP/1.1\r\n\r\n'
	raw "$get$put$put$get" 'mock"}HTTP/1.1 204 \r\nServer: Firecracker API\r\nConnection: keep-alive\r\n\r\nHTTP/1.1 204 \r\nServer: Firecracker API\r\nConnection: keep-alive\r\n\r\nHTTP/1.1 200 \r\nServer: Firecracker API\r\nConnection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n{' >got
	same got "$version$ok$ok$version"
	raw "${get}FOO / HTTP/1.1\\r\\n\\r\\n$get" 'dropped." }' "$put" '204 ' >got
	[ "$(grep -c 'HTTP/1.1' got)" = 2 ]
	# 2,048 at once, far more than one read takes.
	many=$get
	for _ in $(seq 11); do
		many=$many$many
	done
	client_options=(-q)
	run -0 raw "${many}FOO\\r\\n" 'dropped." }'
	client_options=()
	[ "$output" -gt 200000 ]
}

@test "what was asked before is answered where the next is dropped, or kills" {
	get='GET /version HTTP/1.1\r\n\r\n'
	version="HTTP/1.1 200 \r\n${head}Content-Type: application/json\r\nContent-Length: 37\r\n\r\n{\"firecracker_version\":\"1.16.0-mock\"}"
	for option in --mock-drop --mock-die; do
		mock "$option" config=1
		raw "${get}GET /mmds HTTP/1.1\r\n\r\n$get" >got
		same got "$version"
	done
	ended 137
}

@test "a request in pieces" {
	mock
	raw PU '' 'T /boot-s' '' 'ource HTTP/1.1\r' '' '\nContent-Le' '' 'ngth: 30\r\n\r' '' '\n{"kernel_' '' 'image_path":"kernel"}' '\r\n\r\n' >got
	same got "HTTP/1.1 204 \r\n${head}\r\n"
}

@test "ten connections; the eleventh is told so and closed" {
	mock
	command -v vsock-client >/dev/null || skip "no build/tests/vsock-client to talk to sockets with"
	for i in $(seq 10); do
		vsock-client s 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' '' never >"held$i" 3>&- &
		pids+=($!)
		holder=$!
		awaited test -s "held$i"
	done
	run -0 raw ''
	printf '%s\n' "$output" | tr -d '\r' >got
	same got 'HTTP/1.1 503\nServer: Firecracker API\nConnection: close\nContent-Length: 40\n\n{ "error": "Too many open connections" }\n'
	kill "$holder"
	wait "$holder" || :
	found() { raw 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' >got; }
	awaited found
}

@test "without a descriptor for another, it waits, and lets in whom it can later" {
	command -v vsock-client >/dev/null || skip "no build/tests/vsock-client to talk to sockets with"
	mock
	[ -d "/proc/$pid/fd" ] || skip "no /proc to look for descriptors in"
	command -v prlimit >/dev/null || skip "no prlimit to limit descriptors with"
	limit=0
	for ((left = 2; left > 0; limit++)); do
		[ -e "/proc/$pid/fd/$limit" ] || left=$((left - 1))
	done
	prlimit --nofile=$limit --pid "$pid"
	for i in 1 2; do
		vsock-client s 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' '' never >"held$i" 3>&- &
		pids+=($!)
		holder=$!
		awaited test -s "held$i"
	done
	vsock-client s 'GET /version HTTP/1.1\r\n\r\n' 'mock"}' >late 3>&- &
	late=$!
	pids+=("$late")
	sleep 0.5
	[ ! -s late ]
	# Meanwhile it has slept: ticks of 10 ms.
	[ "$(awk '{ print $14 + $15 }' "/proc/$pid/stat")" -lt 30 ]
	kill "$holder"
	wait "$late"
	grep -q 1.16.0-mock late
}

@test "one request at a time: while one takes its time, all others wait" {
	mock --mock-latency config=400ms
	(ask PUT /boot-source '{"kernel_image_path":"kernel"}') &
	slow=$!
	awaited grep -q 'received a Put' out
	ask GET /version
	is 200
	wait "$slow"
	[ "$(grep -oE 'received a (Put|Get)|Status code: [0-9]+' out | tr '\n' ' ')" = "received a Put Status code: 204 received a Get Status code: 200 " ]
}

@test "latency: not less than what was said, of that operation alone" {
	mock --mock-latency get=constant:150ms --mock-latency pause=exponential:1h
	command -v curl >/dev/null || skip "no curl to make requests with"
	times=$(for _ in 1 2 3; do curl -s --unix-socket s -o /dev/null -w '%{time_starttransfer}\n' http://localhost/version; done)
	awk '{ if ($1 < 0.15) exit 1 }' <<<"$times"
	ask PUT /boot-source '{"kernel_image_path":"kernel"}'
	is 204
}

@test "every third fails, with a fault message and without effect" {
	mock --mock-fail-nth config=3
	for wanted in 204 204 400 204 204 400; do
		ask PUT /boot-source '{"kernel_image_path":"kernel"}'
		is $wanted
	done
	is 400 '{"fault_message":"fc-mock was told to let this fail: config"}'
	ask GET /version
	is 200
}

@test "the same seed, the same failures; another seed, others" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	codes() {
		local i requests=()
		mock --mock-fail get=0.5 --mock-seed "$1"
		for i in $(seq 60); do
			requests+=(-o /dev/null http://localhost/version)
		done
		curl -s --unix-socket s -w '%{http_code} ' "${requests[@]}"
		kill -KILL "$pid"
	}
	one=$(codes 1) again=$(codes 1) other=$(codes 2)
	[ "$one" = "$again" ]
	[ "$one" != "$other" ]
	[[ $one == *200* && $one == *400* ]]
}

@test "dropped: closed without an answer, without effect; others go on" {
	mock --mock-drop instance-start=1
	ask PUT /boot-source '{"kernel_image_path":"kernel"}'
	ask PUT /actions '{"action_type":"InstanceStart"}'
	is 'curl: 52'
	ask GET /
	is 200 '"Not started"'
}

@test "hung: no answer, ever; others go on" {
	mock --mock-hang instance-start=1
	ask PUT /boot-source '{"kernel_image_path":"kernel"}'
	client_options=(-t 1)
	run -2 raw 'PUT /actions HTTP/1.1\r\nContent-Length: 31\r\n\r\n{"action_type":"InstanceStart"}GET / HTTP/1.1\r\n\r\n' x
	# shellcheck disable=SC2034 # the client that is started has them
	client_options=()
	[ -z "$output" ]
	ask GET /
	is 200 '"Not started"'
	# Its place is free again once the client has gone.
	for _ in $(seq 12); do
		ask GET /
		is 200
	done
}

@test "dies: by SIGKILL, its own" {
	mock --mock-die get=1
	ask GET /
	[[ $code == curl* ]]
	ended 137
	[ -S s ]
}

@test "start: fails, is late, dies, never comes" {
	failing 1 'fc-mock was told to let this fail: start' --api-sock s --mock-fail start=1
	[ ! -e s ]
	run -137 fc-mock --api-sock s --mock-die start=1
	[ ! -e s ]
	run -124 timeout 1 fc-mock --api-sock s --mock-hang start=1
	[ ! -e s ]
	before=$(date +%s%N)
	mock --mock-latency start=300ms
	[ $(($(date +%s%N) - before)) -ge 300000000 ]
}

@test "a failed load ends the process, after its answer" {
	mock --mock-fail snapshot-load=1
	ask PUT /snapshot/load '{"snapshot_path":"s1","mem_backend":{"backend_type":"File","backend_path":"m1"}}'
	is 400 'snapshot-load'
	ended 1
	grep -q 'Error: RunWithApi(BuildMicroVmError(Restore))' err
}

@test "the log: where, from which level, with what in a line" {
	mock
	ask GET '/a"b\c'
	is 400
	line() { grep -qE "^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9} \[$1$" "$2" || { cat "$2"; false; }; }
	line 'anonymous-instance:main\] Running Firecracker v1.16.0-mock' out
	line 'anonymous-instance:main\] Listening on API socket \("s"\)\.' out
	line 'anonymous-instance:fc_api\] API server started\.' out
	line 'anonymous-instance:fc_api\] The API server received a Get request on "/a\\"b\\\\c"\.' out
	grep -q 'Received Error. Status code: 400 Bad Request. Message: Invalid request method and/or path: GET a' out
	kill -KILL "$pid"
	printf 'old\n' >log
	rm -f s
	fc-mock --api-sock s --id vm-1 --log-path log --level WARN --show-level --show-log-origin >out 2>err 3>&- &
	pid=$!
	pids+=("$pid")
	up() { ask GET /version && [ "$code" = 200 ]; }
	awaited up
	ask GET /nowhere
	[ ! -s out ]
	grep -qE '\[vm-1:fc_api:ERROR:[^]]+\] Received Error' log
	run ! grep -q Running log
	# Before 1.5 the level was Warning, and before 1.14 files had to be there.
	kill -KILL "$pid"
	failing 1 'Could not initialize logger: Failed to open target file: No such file or directory (os error 2)' --api-sock t --mock-version 1.13.0 --log-path none
	rm -f s
	fc-mock --api-sock s --mock-version 1.4.0 >out 2>err 3>&- &
	pid=$!
	pids+=("$pid")
	awaited up
	[ ! -s out ]
}

@test "a log that takes nothing is waited for by nobody" {
	mkfifo pipe
	rm -f s
	fc-mock --api-sock s --log-path pipe --metrics-path metrics >out 2>err 3>&- &
	pid=$!
	pids+=("$pid")
	up() { ask GET /version && [ "$code" = 200 ]; }
	awaited up
	# Nobody reads: 64 KiB and the pipe is full.
	padding=$(printf '%40000s' '')
	for _ in 1 2 3 4; do
		ask PUT /boot-source "{\"kernel_image_path\":\"kernel\"$padding}"
		is 204
	done
	boot
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	is 204
	awaited test -s metrics
	[ "$(jq -s 'map(.logger.missed_log_count) | add > 0' metrics)" = true ]
}

@test "metrics: a line once it runs, one for FlushMetrics, one at its end; what they count" {
	mock --metrics-path metrics --mock-latency pause=20ms --mock-latency resume=10ms --start-time-us 1 --start-time-cpu-us 0 --parent-cpu-time-us 1000000
	ask GET /version
	ask GET /
	ask PUT /nowhere '{}'
	[ ! -s metrics ]
	boot
	awaited test -s metrics
	[ "$(wc -l <metrics)" = 1 ]
	[ "$(latest '[.get_api_requests.vmm_version_count, .get_api_requests.instance_info_count, .put_api_requests.boot_source_count, .put_api_requests.boot_source_fails]')" = '[1,1,1,0]' ]
	[ "$(latest '.api_server.process_startup_time_us > 0 and .api_server.process_startup_time_cpu_us >= 1000000')" = true ]
	[ "$(latest '.latencies_us.pause_vm')" = 0 ]
	ask PATCH /vm '{"state":"Paused"}'
	is 204
	ask PATCH /vm '{"state":"Resumed"}'
	is 204
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	is 204
	[ "$(wc -l <metrics)" = 2 ]
	[ "$(latest '.latencies_us | .pause_vm >= 20000 and .vmm_pause_vm >= 20000 and .vmm_pause_vm <= .pause_vm and .resume_vm >= 10000')" = true ]
	# Counters begin anew, latencies stay.
	[ "$(latest '[.get_api_requests.vmm_version_count, .put_api_requests.actions_count]')" = '[0,1]' ]
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	[ "$(latest '.latencies_us.pause_vm >= 20000')" = true ]
	grep -q "'pause vm' VMM action took [0-9]* us" out
	grep -q "'pause vm' API request took [0-9]* us" out
	[ "$(jq -s 'map(keys_unsorted[0]) | unique' -c metrics)" = '["utc_timestamp_ms"]' ]
	ask PUT /actions '{"action_type":"SendCtrlAltDel"}'
	is 204
	ended 0
	[ "$(wc -l <metrics)" = 4 ]
	[ "$(tail -n 1 out | cut -d' ' -f2-)" = '[anonymous-instance:main] Firecracker exiting successfully. exit_code=0' ]
	[ -S s ]
}

@test "metrics that cannot be written are said so; times of a start far in the future are none" {
	[ -c /dev/full ] || skip "no /dev/full"
	mock --metrics-path /dev/full --start-time-us 18446744073709551615 --start-time-cpu-us 0 --parent-cpu-time-us 9223372036854775807
	boot
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	is 400 '{"fault_message":"Internal VMM error: Metrics error: No space left on device (os error 28)"}'
	kill -KILL "$pid"
	mock --metrics-path metrics --start-time-us 18446744073709551615 --start-time-cpu-us 9223372036854775807
	boot
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	is 204
	[ "$(latest '[.api_server.process_startup_time_us, .api_server.process_startup_time_cpu_us] | @csv')" = '"0,0"' ]
	kill -KILL "$pid"
	# Without a file that is no fault.
	mock
	boot
	ask PUT /actions '{"action_type":"FlushMetrics"}'
	is 204
}

@test "--config-file, with the API and without" {
	printf '{"boot-source":{"kernel_image_path":"kernel"},"drives":[]}' >good
	printf '{"boot-source":{"kernel_image_path":"none"},"drives":[]}' >bad
	mock --config-file good --metrics-path metrics
	ask GET /
	is 200 '"Running"'
	[ "$(wc -l <metrics)" = 1 ]
	grep -q 'Successfully started microvm that was configured from one single json' out
	failing 1 'RunWithApiError error: Failed to build MicroVM from Json' --api-sock t --config-file bad
	[ -S t ]
	failing 1 'RunWithoutApiError error: Failed to build MicroVM from Json' --no-api --config-file bad
	fc-mock --no-api --config-file good --api-sock u >alone 2>&1 3>&- &
	pids+=($!)
	awaited grep -q 'Successfully started' alone
	[ ! -e u ]
	kill -0 $!
}

@test "twenty at once, each with its own socket" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	for i in $(seq 20); do
		fc-mock --api-sock "s$i" --id "vm-$i" >"out$i" 2>&1 3>&- &
		pids+=($!)
	done
	for i in $(seq 20); do
		awaited grep -q 'API server started' "out$i"
	done
	for i in $(seq 20); do
		[[ $(curl -s --unix-socket "s$i" http://localhost/) == *"\"id\":\"vm-$i\""* ]]
	done
}
