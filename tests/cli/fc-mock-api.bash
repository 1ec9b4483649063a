# shellcheck shell=bash disable=SC2034,SC2015
# A second client of Firecracker's API, written with curl alone. Read by the tests of fc-mock's API.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	command -v curl >/dev/null || skip "no curl to make requests with"
	command -v jq >/dev/null || skip "no jq to look into answers with"
	# Paths of sockets are short.
	D=$(mktemp -d /tmp/fcm.XXXXXX)
	cd "$D" || return 1
	pids=()
	socket=api
	echo kernel >kernel
	truncate -s 1M disk
	truncate -s 64M pmem
}

teardown() {
	local pid
	for pid in "${pids[@]}"; do
		stop
	done
	[ -z "$D" ] || rm -rf "$D"
}

# begin OPTION...: one more, on the socket $socket; $pid.
begin() {
	rm -f "$socket"
	fc-mock --api-sock "$socket" "$@" >out 2>err 3>&- &
	pid=$!
	pids+=("$pid")
}

# stop: that of $pid is gone.
stop() {
	{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null || :
}

# ended STATUS: that of $pid ends by itself, so.
ended() {
	local status=0
	wait "$pid" || status=$?
	[ "$status" -eq "$1" ] || { echo "status $status, wanted $1"; cat out err; return 1; }
}

# ask METHOD PATH [BODY]: its answer: $status, $body. It may not listen yet.
ask() {
	local answer tries=0
	local -a data=()
	status=none body=
	[ -z "${3:-}" ] || data=(-H 'Content-Type: application/json' --data-binary "$3")
	until answer=$(curl -sS -m 20 --unix-socket "$socket" -X "$1" -w '\n%{http_code}' "${data[@]}" "http://localhost$2" 2>curl.err); do
		tries=$((tries + 1))
		if [ $tries -gt 500 ] || ! kill -0 "$pid" 2>/dev/null || ! grep -q 'ould not connect\|ouldn.t connect' curl.err; then
			cat curl.err out err
			return 1
		fi
		sleep 0.02
	done
	status=${answer##*$'\n'}
	body=${answer%$'\n'*}
}

# is STATUS [FAULT]: so it was answered; with a status of 400 and more, in these words and in Firecracker's form.
is() {
	[ "$status" = "$1" ] || { echo "status $status, wanted $1: $body"; return 1; }
	[ $# -gt 1 ] || return 0
	local fault=${2//\\/\\\\}
	fault=${fault//\"/\\\"}
	[ "$body" = "{\"fault_message\":\"$fault\"}" ] || { printf 'is:     %s\nwanted: %s\n' "$body" "$2"; return 1; }
}

# put PATH BODY, patch PATH BODY: it is answered 204.
put() { ask PUT "$1" "$2" && is 204; }
patch() { ask PATCH "$1" "$2" && is 204; }

# shows PATH FILTER: what is got there.
shows() {
	ask GET "$1" && is 200 && jq -e "$2" <<<"$body" >/dev/null || { echo "$1: $body"; return 1; }
}
