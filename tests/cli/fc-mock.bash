# What the tests of fc-mock as a process have in common.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$BIN/../tests:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	echo kernel >kernel
	pids=()
	head='Server: Firecracker API\r\nConnection: keep-alive\r\n'
}

teardown() {
	local pid
	for pid in "${pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}

# awaited COMMAND...: until it succeeds, which it has 20 s for.
awaited() {
	for _ in $(seq 1000); do
		"$@" && return 0
		sleep 0.02
	done
	echo "never: $*"
	return 1
}

# mock OPTION...: one on the socket s, its log in out; $pid.
mock() {
	rm -f s out err
	fc-mock --api-sock s "$@" >out 2>err 3>&- &
	pid=$!
	pids+=("$pid")
	awaited grep -q 'API server started' out
}

# ended STATUS: the last one has ended so.
ended() {
	local status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ] || { echo "status $status, wanted $1"; cat out err; return 1; }
}

# ask METHOD PATH [BODY]: $code, and the body in body.
ask() {
	command -v curl >/dev/null || skip "no curl to make requests with"
	rm -f body
	code=$(curl -sS -X "$1" --unix-socket s -m 20 -o body -w '%{http_code}' ${3:+-H 'Content-Type: application/json' -d "$3"} "http://localhost$2") || code="curl: $?"
	touch body
}

# is CODE [TEXT]: what came, and that it holds TEXT.
is() {
	[ "$code" = "$1" ] || { echo "$code, wanted $1"; cat body; return 1; }
	[ $# -lt 2 ] || grep -qF -- "$2" body || { cat body; return 1; }
}

# raw ARGUMENT...: tests/cli/vsock-client.c on the socket.
raw() {
	command -v vsock-client >/dev/null || skip "no build/tests/vsock-client to talk to sockets with"
	timeout 60 vsock-client "${client_options[@]}" s "$@"
}
client_options=()

# broken WHY: the answer to what is no HTTP, as printf takes it.
broken() {
	local body="{ \"error\": \"$1
All previous unanswered requests will be dropped.\" }"
	printf '%s' "HTTP/1.1 400 \\r\\n${head}Content-Type: application/json\\r\\nContent-Length: ${#body}\\r\\n\\r\\n$body"
}

same() { # GOT WANTED, the latter as printf takes it
	diff <(printf '%b' "$2") "$1"
}

boot() {
	ask PUT /boot-source '{"kernel_image_path":"kernel"}'
	is 204
	ask PUT /actions '{"action_type":"InstanceStart"}'
	is 204
}

latest() { # FILTER: of the last line of metrics
	tail -n 1 metrics | jq -c "$1"
}

failing() { # STATUS WORDS ARGUMENT...: it ends so, with this on stdout or stderr
	local wanted=$1 words=$2
	shift 2
	run "-$wanted" timeout 20 fc-mock "$@"
	[[ $output == *"$words"* ]] || { echo "$output"; false; }
}
