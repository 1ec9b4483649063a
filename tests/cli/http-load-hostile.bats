#!/usr/bin/env bats
# http-load against servers that misbehave (tests/cli/hostile.c): the right class of error, the right exit status, no
# hang, nothing left behind.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$BIN/../tests:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	server=
	unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
}

teardown() {
	finish
}

# serve MODE [PARAM]: the server, its port in $port.
serve() {
	finish
	rm -f served
	hostile "$@" >served 2>served.err 3>&- &
	server=$!
	for ((i = 0; i < 500; i++)); do
		port=$(head -n 1 served 2>/dev/null) || true
		[ -z "$port" ] || return 0
		sleep 0.02
	done
	cat served.err
	return 1
}

# finish: end the server; $requests and $connections are what it has counted.
finish() {
	[ -n "$server" ] || return 0
	kill -TERM "$server"
	wait "$server"
	server=
	read -r requests connections < <(tail -n 1 served)
}

# load STATUS [OPTION]...: 20 requests, by 4 clients unless told otherwise, records in out. Never longer than 20 s.
load() {
	local expected=$1
	shift
	run "-$expected" --separate-stderr timeout 20 http-load -c 4 -t 2 -n 20 --timeout 5s --format ndjson -o out "$@" \
		"${scheme:-http}://127.0.0.1:$port/x"
}

# failed CLASS: all 20 requests, and each of this class.
failed() {
	[ "$(jq -c 'select(.type == "event" and .name == "first-error") | .data.classes' out)" = "{\"$1\":20}" ] || {
		jq -c 'select(.name == "first-error" or .metric == "errors")' out
		false
	}
	[ "$(value errors)" = 20 ]
	[ "$(value success)" = 0 ]
	[ "$(latencies)" = 0 ]
}

succeeded() {
	[ "$(value errors)" = 0 ]
	[ "$(value success)" = 1 ]
	[ "$(latencies)" = 20 ]
}

value() { # METRIC
	jq -r --arg m "$1" 'select(.type == "sample" and .metric == $m) | .value' out | sort -u
}

latencies() {
	jq -s '[.[] | select(.type == "hist" and .metric == "latency") | .count] | add // 0' out
}

# both COMMAND [ARGUMENT]...: with each engine, --engine NAME behind them.
both() {
	local engine
	for engine in wire curl; do
		"$@" --engine $engine || {
			echo "engine $engine: $output $stderr"
			return 1
		}
		$after
	done
}

@test "as it should be: 20 requests, 4 connections" {
	serve counting
	load 0
	succeeded
	finish
	[ "$requests $connections" = "20 4" ]
}

@test "slow bytes, and slow chunks: complete all the same" {
	after=succeeded
	serve slow-bytes 2
	both load 0 -c 20
	serve chunked-slow 2
	both load 0 -c 20
}

@test "slow bytes: no longer than the timeout" {
	serve slow-bytes 200
	load 1 -c 20 --timeout 100ms
	failed timeout
}

@test "no answer: timeout" {
	serve never
	after='failed timeout'
	both load 1 -c 20 --timeout 100ms
}

@test "no answer: --duration is not waited for longer than --drain" {
	serve never
	load 1 -c 2 -n 1000000 -d 100ms --drain 100ms --timeout 1m
	[ "$(value unfinished)" = 2 ]
	[ "$(latencies)" = 0 ]
}

@test "reset in the middle of a body" {
	serve reset-middle
	after='failed reset'
	both load 1
}

@test "the end in the middle of a body, and what is shorter than it says" {
	after='failed reset'
	serve half-open
	both load 1
	serve wrong-length
	both load 1
}

@test "closed after each response, said or not" {
	after=succeeded
	for mode in close-each close-said http10; do
		serve $mode
		both load 0
		finish
		# A client that was connected beforehand may find that the others have taken all requests.
		[ "$requests" = 40 ]
		[ "$connections" -ge 40 ]
		[ "$connections" -le 46 ]
	done
}

@test "closed when accepted" {
	serve accept-close
	after='failed reset'
	both load 1
}

@test "a kept connection that is closed when the next request comes: it is sent again" {
	serve keepalive-race 3
	after=succeeded
	both load 0
	[ "$(value retries)" -gt 0 ]
	finish
	[ "$requests" = 40 ]
}

@test "a kept connection that is closed when the next request comes: POST is not sent again" {
	serve keepalive-race 3
	load 0 -X POST
	[ "$(value retries)" = 0 ]
	[ "$(value errors)" -gt 0 ]
	[ "$(jq -r 'select(.name == "first-error") | .data.classes | keys | join(" ")' out)" = reset ]
	finish
	[ "$requests" -eq "$((20 - $(value errors)))" ]
}

@test "no end of the head" {
	serve flood head
	load 1
	failed protocol
}

@test "no end of the body: timeout" {
	serve flood body
	after='failed timeout'
	both load 1 -c 20 --timeout 150ms
}

@test "what is not HTTP" {
	serve garbage
	after='failed protocol'
	both load 1
}

@test "bytes behind the response belong to no request" {
	serve surplus
	load 1
	failed protocol
	serve surplus
	load 0 --engine curl
	succeeded
}

@test "interim responses" {
	serve 1xx
	after=succeeded
	both load 0
	finish
	[ "$requests" = 40 ]
	[ "$connections" -le 8 ]
}

@test "heads of 60 kB are taken, of 300 kB not" {
	serve big-head 60000
	after=succeeded
	both load 0
	serve big-head 300000
	load 1
	failed protocol
}

@test "status: 4xx, 429 and 5xx are failures, each of a class of its own" {
	for pair in 404:status-4xx 429:status-429 500:status-5xx 599:status-5xx; do
		serve status "${pair%:*}"
		after="failed ${pair#*:}"
		both load 1
		finish
	done
	serve status 302
	after=succeeded
	both load 0
	serve status 503
	both load 0 --expect 503
}

@test "a stand-in that says so is not taken for the real thing, nor one that only sometimes does" {
	serve mock 1
	load 0
	[ "$(jq -r 'select(.type == "sample" or .type == "hist") | .mode' out | sort -u)" = mock ]
	serve mock 3
	load 0
	[ "$(jq -r 'select(.type == "hist" and .metric == "latency") | .mode' out | sort -u)" = mixed ]
}

@test "nobody listens: trouble, and it says who" {
	serve no-listen
	load 1
	[[ $stderr == *"$port"*refused* ]]
	load 1 --engine curl
	[[ $stderr == *"$port"* ]]
}

@test "rubbish instead of TLS" {
	serve tls-garbage
	scheme=https load 1 -k
	[[ $stderr == *SSL* || $stderr == *TLS* ]]
	scheme=https load 1 -k --engine curl
	failed tls
	serve accept-close
	scheme=https load 1 -k
	scheme=https load 1 -k --engine curl
	failed tls
}

@test "no TLS handshake: no longer than --connect-timeout" {
	serve never
	scheme=https load 1 -k --connect-timeout 100ms
	[[ $stderr == *[Tt]ime* ]]
	scheme=https load 1 -k -c 20 --connect-timeout 100ms --engine curl
	failed timeout
}

# few STATUS [OPTION]...: 10,000 requests by 20 clients, where no more than 80 descriptors can be had. With sanitizers,
# which take their time, 1,000.
few() {
	local expected=$1
	shift
	few=10000
	[[ $BIN != */san/bin ]] || few=1000
	run "-$expected" --separate-stderr bash -c 'ulimit -n 80 && exec "$@"' - timeout 60 \
		http-load -c 20 -t 2 -n "$few" --format ndjson -o out "$@" "http://127.0.0.1:$port/"
}

@test "20,000 connections, one after the other, leave no descriptor behind" {
	for mode in close-said close-each; do
		serve $mode
		few 0
		[ "$(latencies)" = "$few" ]
		finish
		[ "$requests" = "$few" ]
		[ "$connections" -ge "$few" ]
		[ "$connections" -le $((few + 20)) ]
	done
}

@test "nor do connections through the other engine" {
	serve close-each
	few 0 --engine curl -n 1000
	[ "$(latencies)" = 1000 ]
}

@test "nor do requests that fail" {
	serve reset-middle
	few 1
	[ "$(value errors)" = "$few" ]
}

@test "an answer and an end that come with the connection: nothing waits for what is there already" {
	serve eager
	run --separate-stderr timeout 15 http-load -c 20 -t 1 -n 200 --timeout 10s --format ndjson -o out "http://127.0.0.1:$port/x"
	[ "$status" -le 1 ]
	[ "$(jq -s '[.[] | select(.metric == "errors")][0].timeout // 0' out)" = 0 ]
}

@test "an answer before all of the request was taken is the answer" {
	serve early
	head -c 8000000 /dev/zero >body
	load 1 -c 1 -t 1 -n 5 -b @body
	[ "$(jq -c 'select(.type == "event" and .name == "first-error") | .data.classes' out)" = '{"status-4xx":5}' ]
}
