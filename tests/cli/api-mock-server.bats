#!/usr/bin/env bats
# api-mock: what it counts, what it does to requests, where it listens, what it leaves behind, how it ends and fails.

load api-mock

@test "it says where it listens: on stdout, on stderr, in the ready file; the file goes with it" {
	serve
	[[ $url =~ ^http://127\.0\.0\.1:[0-9]+$ ]]
	[ "$(cat out)" = "$url" ]
	[ "$(cat err)" = "api-mock: listening on $url" ]
	kill "$pid"
	ended 143
	[ ! -e ready ]
}

@test "metrics: exactly so many requests arrived, by route and status" {
	serve
	[ "$(total)" = 0 ]
	for i in 1 2 3 4 5; do raw /health/live >/dev/null; done
	raw /nope >/dev/null
	raw /api/v1/nodes >/dev/null
	[ "$(total)" = 7 ]
	[ "$(total)" = 7 ]
	raw /metrics >m
	grep -qx 'nebulagc_http_requests_total{method="GET",path="/health/live",status="200"} 5' m
	grep -qx 'nebulagc_http_requests_total{method="GET",path="/api/v1/nodes",status="401"} 1' m
	grep -qx 'nebulagc_http_requests_total{method="",path="",status="404"} 1' m
	grep -qx 'nebulagc_http_requests_total{method="GET",path="/metrics",status="200"} 3' m
	grep -qx 'benchpipe_connections_open 1' m
	grep -qx 'benchpipe_connections_total 11' m
}

@test "failures: the share asked for, the same ones for the same seed, and no health of /metrics" {
	codes() {
		for i in $(seq 40); do raw /health/live | sed -n 's|^HTTP/1.1 \([0-9]*\).*|\1|p'; done
	}
	serve --fail-rate 50% --seed 5
	codes >first
	[ "$(grep -c 200 first)" -gt 5 ]
	[ "$(grep -c 503 first)" -gt 5 ]
	[ "$(sort -u first | tr '\n' ' ')" = "200 503 " ]
	kill "$pid"
	ended 143
	serve --fail-rate 0.5 --seed 5
	codes >second
	cmp first second
	kill "$pid"
	ended 143
	serve --fail-rate 100%
	raw /health/live | grep -qx 'HTTP/1.1 503 Service Unavailable'
	raw /metrics | grep -qx 'HTTP/1.1 200 OK'
}

@test "latency: no answer comes before its time" {
	command -v curl >/dev/null || skip "no curl to take the time with"
	serve --latency 100ms
	took=$(curl -s -o body -w '%{time_total}' "$url/health/live")
	awk -v t="$took" 'BEGIN { exit !(t >= 0.1) }'
	raw /metrics | grep -q benchpipe_requests_total
}

@test "a stall: what comes in it is answered when it is over" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	# It stands still but for 1 ms in 300 ms: hardly a request does not wait, and one in two for half of it.
	serve --stall 299ms@300ms
	for i in $(seq 100); do
		took=$(curl -s -o body -w '%{time_total}\n' "$url/health/live")
		if awk -v t="$took" 'BEGIN { exit !(t >= 0.1) }'; then return; fi
	done
	false
}

@test "rate limits: 429 with Retry-After, for an address and for a node; off unless asked for" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	burst() { # N HEADER PATH: the status codes, on one connection
		curl -s -o /dev/null -w '%{http_code}\n' -H "$2" "$url$3?[1-$1]"
	}
	serve --rate-limits
	# Buckets fill while they are emptied: at least the burst, and not all.
	burst 150 "X-NebulaGC-Node-Token: benchpipe-node-$node" /api/v1/config/version >codes
	[ "$(grep -c 200 codes)" -ge 20 ]
	grep -q 429 codes
	as_node GET /api/v1/config/version
	if [ "$code" = 429 ]; then tr -d '\r' <head.txt | grep -qE '^Retry-After: [1-9][0-9]*$'; fi
	# Another node has a bucket of its own.
	as_admin GET /api/v1/config/version
	is 200
	burst 3000 'X-None: 1' /health/live >codes
	grep -q 429 codes
	ask GET /health/live
	if [ "$code" = 429 ]; then
		is 429 .error '"rate_limit_exceeded"'
		tr -d '\r' <head.txt | grep -qx 'Retry-After: 1'
	fi
	kill "$pid"
	ended 143
	serve
	burst 500 "X-NebulaGC-Node-Token: benchpipe-node-$node" /api/v1/config/version | sort -u >codes
	[ "$(cat codes)" = 200 ]
}

@test "it ends after so many answers, and after so long, with status 0" {
	serve --requests 3
	raw /health/live >/dev/null
	raw /nope >/dev/null
	kill -0 "$pid"
	raw /health/live >/dev/null
	ended 0
	[ -z "$(ls work)" ]
	serve --duration 100ms
	ended 0
	[ -z "$(ls work)" ]
}

@test "signals: 128 and the signal's number, and nothing is left behind" {
	for signal in INT:130 TERM:143 HUP:129; do
		serve --listen unix:sock
		[ -S sock ]
		[ -n "$(ls work)" ]
		kill -s "${signal%:*}" "$pid"
		ended "${signal#*:}"
		[ -z "$(ls work)" ]
		[ ! -e sock ]
		[ ! -e ready ]
		[ ! -s core ]
	done
}

@test "a signal does not wait for answers that are due in an hour" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	serve --latency 1h
	curl -s -o body -m 30 "$url/health/live" 3>&- &
	client=$!
	until [ "$(total)" = 1 ]; do sleep 0.05; done
	kill "$pid"
	ended 143
	wait "$client"
	[ "$(jq -r .data.status body)" = ok ]
}

@test "a unix socket: one left behind is replaced, one in use is not" {
	command -v curl >/dev/null || skip "no curl that knows unix sockets"
	serve --listen ./sock
	[ "$url" = unix:./sock ]
	[ "$(curl -s --unix-socket sock http://x/health/live | jq -r .data.status)" = ok ]
	failing "sock: another server listens there" api-mock --work-dir work --listen unix:sock "$db"
	[ -S sock ]
	kill -KILL "$pid"
	wait "$pid" || :
	[ -S sock ]
	serve --listen unix:sock
	[ "$(curl -s --unix-socket sock http://x/health/live | jq -r .data.status)" = ok ]
}

@test "IPv6" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	serve --listen '[::1]:0' || { grep -qE 'Cannot assign|not supported' err && skip "no IPv6 here"; false; }
	[[ $url == 'http://[::1]:'* ]]
	ask GET /health/live
	is 200
}

@test "in place: tokens stay unless they are to be set, and what was done stays" {
	command -v sqlite3 >/dev/null || skip "no sqlite3 to look into the database with"
	cp "$db" mine
	hash=$(sqlite3 mine "SELECT token_hash FROM nodes WHERE id = '$admin'")
	serve --in-place mine
	as_admin GET /api/v1/config/version
	is 401
	kill "$pid"
	ended 143
	[ "$(sqlite3 mine "SELECT token_hash FROM nodes WHERE id = '$admin'")" = "$hash" ]
	serve --in-place --set-tokens mine
	as_admin POST /api/v1/nodes -d '{"name":"stays"}'
	is 201
	kill "$pid"
	ended 143
	[ "$(sqlite3 mine "SELECT count(*) FROM nodes WHERE name = 'stays'")" = 1 ]
	[ "$(ls work)" = "" ]
}

@test "writers at the same time: none is lost" {
	command -v curl >/dev/null || skip "no curl to make requests with"
	serve --threads 4
	before=$(version)
	for writer in 1 2 3 4; do
		(
			for i in $(seq 10); do
				curl -s -o /dev/null -w '%{http_code}\n' -H "X-NebulaGC-Node-Token: benchpipe-node-$admin" -d "{\"name\":\"w$writer-$i\"}" "$url/api/v1/nodes"
			done >"codes$writer"
		) 3>&- &
		writers+=($!)
	done
	wait "${writers[@]}"
	[ "$(sort -u codes?)" = 201 ]
	as_admin GET /api/v1/nodes
	is 200 .data.total 100
	[ "$(version)" -eq $((before + 40)) ]
}

@test "what it cannot serve is told" {
	failing "none: No such file" api-mock none
	echo text >text
	failing "file is not a database" api-mock text
	[ "$(echo api-mock.*)" = 'api-mock.*' ]
	failing "no database" api-mock
	failing "one database is enough" api-mock a b
	: >empty
	failing "no such table: " api-mock empty
	[ "$(echo api-mock.*)" = 'api-mock.*' ]
	failing "/proc/none/x: No such file" api-mock --ready-file /proc/none/x --work-dir . "$db"
	[ "$(echo api-mock.*)" = 'api-mock.*' ]
	failing "expected HOST:PORT" api-mock --work-dir . --listen 127.0.0.1 "$db"
	serve
	failing "${url#http://}: Address already in use" api-mock --work-dir . --listen "${url#http://}" "$db"
	failing "no copy can be made there" api-mock --work-dir none "$db"
}

@test "usage" {
	run -0 api-mock --help
	[[ $output == "usage: api-mock "* ]]
	run -0 api-mock --version
	[[ $output == "api-mock (benchpipe) "* ]]
	failing "--latency 'x': expected" api-mock --latency x "$db"
	failing "--stall '2s@1s': expected" api-mock --stall 2s@1s "$db"
	failing "--fail-rate '101%': expected" api-mock --fail-rate 101% "$db"
	failing "--threads '0': expected" api-mock --threads 0 "$db"
	failing "--requests '0': expected" api-mock --requests 0 "$db"
	failing "--duration '0': expected" api-mock --duration 0 "$db"
	failing "--bundle-size '11MiB': expected" api-mock --bundle-size 11MiB "$db"
	failing "--set-tokens: " api-mock --set-tokens "$db"
	failing "--in-place: " api-mock --in-place --work-dir . "$db"
	failing "--bundle-size: " api-mock --in-place --bundle-size 1MB "$db"
	failing "try 'api-mock --help'" api-mock --nonsense "$db"
}
