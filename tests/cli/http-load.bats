#!/usr/bin/env bats
# http-load: what it takes and refuses, what it does, what it writes, how it fails.

bats_require_minimum_version 1.5.0
load http-server

setup_file() {
	server_file
}

setup() {
	server_setup
}

teardown() {
	server_teardown
}

@test "--help and --version; every option of the help is in the manual" {
	run -0 http-load --help
	[[ $output == "usage: http-load"* ]]
	run -0 http-load -V
	[[ $output == "http-load (benchpipe) "* ]]
	manual=$BATS_TEST_DIRNAME/../../man/http-load.1
	http-load --help | grep -oE -- '--[a-z][a-z0-9.-]+' | sort -u >options
	[ "$(wc -l <options)" -gt 50 ]
	while read -r option; do
		grep -qE -- "(Fl|,) -${option#--}( |\$)" "$manual" || { echo "$option is not in the manual"; false; }
	done <options
}

@test "what makes no sense is refused, with the reason" {
	failing 1 "no URL" http-load
	failing 1 "try 'http-load --help'" http-load --frobnicate
	local cases=(
		"leave out --method" "--requests f -X PUT"
		"leave out --body" "--requests f -b x"
		"leave out --rate" "--think 1s -r 5"
		"each step is as long as --duration" "--find-max --slo p99<1s -n 5"
		"searches for the rate itself" "--find-max --slo p99<1s --shard 1/2"
		"searches for the rate itself" "--find-max --slo p99<1s -r 1..5/1@1s"
		"expected --slo too" "--find-max"
		"expected --find-max too" "--precision 5%"
		"expected --rate or --find-max too" "--arrival poisson"
		"one version of HTTP at a time" "--http2 --http1.1"
		"leave out --requests-per-conn" "--no-keepalive --requests-per-conn 5"
		"HTTP/1.1 has one request at a time" "-m 5"
		"leave out --proxy" "--unix-socket /s --proxy http://x"
		"takes any certificate" "-k --cacert /dev/null"
		"a key belongs to a certificate" "--key /dev/null"
		"there is no key" "--key-password x"
		"the engine wire cannot do this" "--engine wire -L"
		"the engine wire cannot do this" "--engine wire --http2"
		"leave out --duration" "-r 1..5/1@1s -d 5s"
		"leave out --count" "-r 1..5/1@1s -n 5"
		"there would be threads without any" "-c 2 -t 3"
		"which is not given" "--slo rate>=99%"
		"standard input can be read but once" "-b @- --data -"
		"there are 2 requests" "--name x http://b/"
	)
	for ((at = 0; at < ${#cases[@]}; at += 2)); do
		# shellcheck disable=SC2086 # words
		failing 1 "${cases[at]}" http-load ${cases[at + 1]} http://127.0.0.1:1/
	done
}

@test "what cannot be read is refused, with what was expected" {
	local cases=(
		"expected a count of 1 or more" "-c 0"
		"expected 1000000 at most" "-c 2M"
		"expected a duration such as" "-d soon"
		"expected more than 0" "-d 0s"
		"expected a rate such as 500/s" "-r 5MB"
		"expected a rate such as 500/s" "-r 0"
		"expected a rate such as 500/s" "-r 50%"
		"expected FROM..TO/STEP@TIME" "-r 1..5"
		"expected FROM..TO/STEP@TIME" "-r 1..5/1"
		"expected FROM..TO/STEP@TIME" "-r 0..5/1@1s"
		"expected FROM..TO/STEP@TIME" "-r 1..5/0@1s"
		"expected FROM..TO/STEP@TIME" "-r 1..5/1@0s"
		"it neither rises nor falls" "-r 5..5/1@1s"
		"expected 1000 steps at most" "-r 1..10000/1@1s"
		"expected I/N" "--shard 3"
		"expected I/N" "--shard 3/2"
		"expected I/N" "--shard 0/2"
		"expected constant or poisson" "--arrival often"
		"expected auto, wire or curl" "--engine steam"
		"expected 1.2 or 1.3" "--tls-min 1.1"
		"expected NAME:PASSWORD" "-u name"
		"expected HOST:PORT:ADDRESS" "--resolve a:80"
		"expected HOST:PORT:HOST:PORT" "--connect-to a:80:b"
		"expected a method such as GET" "-X G(T"
		"expected 0.1% to 50%" "--find-max --slo p99<1s --precision 0"
		"expected a time such as" "--start-at tomorrow"
		"s ago" "--start-at 2020-01-01T00:00:00Z"
		"No such file or directory" "-b @no-such-file"
		"No such file or directory" "--cacert no-such-file"
		"No such file or directory" "--requests no-such-file"
		"No such file or directory" "--data no-such-file"
		"File name too long" "--unix-socket /$(printf '%0200d' 0)"
		"'p99<5': expected a duration with its unit" "--slo p99<5"
	)
	for ((at = 0; at < ${#cases[@]}; at += 2)); do
		# shellcheck disable=SC2086 # words
		failing 1 "${cases[at]}" http-load ${cases[at + 1]} http://127.0.0.1:1/
	done
}

@test "what is going to happen is said before it does" {
	serve
	run -0 --separate-stderr http-load -n 3 -c 2 -t 1 "$live"
	[ "${stderr_lines[0]}" = "http-load: GET $live" ]
	[ "${stderr_lines[1]}" = "http-load: as fast as it goes, 3 requests; 2 connections, 1 thread" ]
	run -0 --separate-stderr http-load -n 2 -r 1000 --arrival poisson -d 5s --warmup 10ms -c 1 --shard 2/2 -X HEAD "$live" "$live?x"
	[ "${stderr_lines[0]}" = "http-load: HEAD $live, 50 %" ]
	[ "${stderr_lines[2]}" = "http-load: 1000/s at random, 2 requests, or for 5 s; 1 connection, 1 thread; 10 ms of warm-up, not recorded; share 2 of 2" ]
	run -0 --separate-stderr http-load --progress never -n 3 -c 2 "$live"
	[ -z "$stderr" ]
	# Also where nothing comes of it.
	failing 1 "http-load: GET http://127.0.0.1:1/" http-load -n 1 "$closed"
}

@test "records: every metric, by request and together, as bench-stat reads them" {
	serve
	http-load -n 300 -r 2000 -c 4 --seed 7 --param x=1 --interval 50ms "$live" "$url/metrics" >out 2>err
	[ "$(head -n 1 out | jq -r '[.type, .tool, .seed] | join(" ")')" = "run http-load 7" ]
	[ "$(count latency)" -eq 300 ]
	[ "$(count service)" -eq 300 ]
	[ "$(count first-byte)" -eq 300 ]
	[ "$(count lag http)" -eq 300 ]
	[ "$(count connect http)" -eq 4 ]
	[ "$(count latency http/health/live)" -gt 100 ]
	[ "$(count latency http/metrics)" -gt 100 ]
	[ "$(jq -c 'select(.metric == "latency") | [.params, .unit, .mode]' out | sort -u)" = \
		'[{"connections":4,"rate":2000,"x":1},"ns","mock"]' ]
	for bench in http http/metrics http/health/live; do
		[ "$(value errors $bench)" = 0 ]
		[ "$(value success $bench)" = 1 ]
		[ "$(jq --arg b $bench -s '[.[] | select(.bench == $b and .metric == "throughput")] | length > 1' out)" = true ]
	done
	[ "$(value bytes http | jq '. > 1000')" = true ]
	for metric in in-flight unfinished not-started reconnects retries; do
		[ "$(value $metric http)" = 0 ]
	done
	[ "$(jq 'select(.metric == "cpu-user" or .metric == "cpu-sys") | .n' out | sort -u)" = 300 ]
	[ "$(value max-rss | jq '. > 1e6')" = true ]
	[ "$(event settings | jq -c '[.engine, .loop, .http]')" = '["wire","open","1.1"]' ]
	bench-stat out >summary
	grep -q '"metric":"latency"' summary
}

@test "a closed loop has no service time of its own; its throughput adds up" {
	serve
	http-load -d 300ms -c 3 --interval 100ms --drain 10s "$live" >out 2>err
	[ "$(jq -s '[.[] | select(.metric == "service" or .metric == "not-started")] | length' out)" -eq 0 ]
	[ "$(event settings | jq -r .loop)" = closed ]
	# What was in flight at the end is a latency, but not throughput.
	[ "$(jq -s '([.[] | select(.metric == "throughput") | .value * .dur / 1e9] | add)
		- ([.[] | select(.metric == "latency") | .count] | add) | . < 0.5 and . > -3.5' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "throughput") | .dur] | add | . >= 299e6' out)" = true ]
}

@test "-n is exact, as the server counts: closed, open, with few and many threads" {
	serve
	for load in "-n 1000 -c 7 -t 2" "-n 1 -c 50" "-n 500 -r 5000 -c 3 -t 2" "-n 321 -r 5000 --arrival poisson -c 3"; do
		before=$(served benchpipe_requests_total)
		# shellcheck disable=SC2086 # words
		http-load $load "$live" >out 2>err
		n=$(awk '{ print $2 }' <<<"$load")
		[ "$(count latency)" -eq "$n" ]
		[ $(($(served benchpipe_requests_total) - before)) -eq "$n" ]
	done
}

@test "shards make one load: the sum is exact, and cat makes one result" {
	serve
	shards=()
	for i in 1 2 3; do
		http-load -n 1000 -c 2 --shard $i/3 "$live" >out.$i 2>err.$i 3>&- &
		shards+=($!)
	done
	for pid in "${shards[@]}"; do
		wait "$pid"
	done
	[ "$(served benchpipe_requests_total)" -eq 1000 ]
	cat out.1 out.2 out.3 >out
	[ "$(count latency)" -eq 1000 ]
	# Histograms are of one benchmark; what must not be averaged is told apart.
	[ "$(bench-stat out | jq -c 'select(.metric == "latency") | [.n, .params]')" = '[1000,{"connections":2}]' ]
	[ "$(jq -c 'select(.metric == "errors") | .params.shard' out | sort)" = $'"1/3"\n"2/3"\n"3/3"' ]
	[ "$(jq -r 'select(.metric == "throughput") | .params.shard' out | sort -u | wc -l)" -eq 3 ]
}

@test "a shard that has nothing to do is no failure" {
	serve
	run -0 --separate-stderr http-load -n 1 -c 2 --shard 2/2 "$live"
	[[ $stderr == *"no request was due"* ]]
	run -0 --separate-stderr http-load -n 1 -r 100 -c 2 -t 1 --shard 2/2 "$live"
	[ "$(served benchpipe_requests_total)" -eq 0 ]
	http-load -n 1 -c 2 --shard 1/2 "$live" >out 2>err
	[ "$(served benchpipe_requests_total)" -eq 1 ]
}

@test "templates: what db-seed prints is what is asked for" {
	serve
	http-load -n 80 -c 3 --data "$nodes" -H 'X-NebulaGC-Node-Token: benchpipe-node-{{field id}}' --expect 200 \
		--expect 'body~="version"|version' "$url/api/v1/config/version?node={{field id}}" >out 2>err
	[ "$(value errors)" = 0 ]
	# A token that is none.
	run -1 http-load -n 5 -c 1 --format text -H 'X-NebulaGC-Node-Token: benchpipe-node-{{seq}}' "$url/api/v1/config/version"
	[[ $output == *"all 5 requests failed: 5 status-4xx"* ]]
}

@test "--requests: a mix by weight, with names of its own" {
	serve
	cat >mix <<-END
		{"name":"live","weight":9,"url":"/health/live"}
		{"name":"make","weight":1,"method":"POST","url":"/api/v1/nodes","body":"{}"}
	END
	http-load --requests mix -n 1000 -c 2 --format text "$url" >summary.txt 2>err
	http-load --requests - -n 1000 -c 2 --seed 3 "$url" <mix >out 2>/dev/null
	[ "$(value errors http/live)" = 0 ]
	failed=$(value errors http/make)
	[ "$failed" -gt 60 ] && [ "$failed" -lt 140 ]
	[ "$(value errors http)" = "$failed" ]
	# The first error of the request, and of all together.
	[ "$(jq -c 'select(.name == "first-error") | [.bench, .data.errors, .data.of]' out)" = "[\"http/make\",$failed,$failed]
[\"http\",$failed,1000]" ]
	[ "$(event first-error | jq -r .error | sort -u | wc -l)" -eq 1 ]
	# The same seed, the same requests.
	http-load --requests mix -n 1000 -c 7 --seed 3 "$url" >out 2>/dev/null
	[ "$(value errors http/make)" = "$failed" ]
	grep -q "^mock-http/make: all [0-9]* requests failed: [0-9]* status-4xx; the first: status 4" summary.txt
	grep -qE "^mock-http/live +[89][0-9][0-9] " summary.txt
	grep -qF "http-load: POST $url/api/v1/nodes, 10 %" err
}

@test "a body from a file, and from standard input" {
	serve
	printf '{"name":"x"}' >body
	http-load -n 2 -c 1 -b @body --expect 4xx "$url/api/v1/nodes" >out 2>err
	[ "$(value errors)" = 0 ]
	grep -q "POST $url" err
	http-load -n 2 -c 1 -b @- -X PUT --expect 4xx "$url/api/v1/routes" <body >out 2>err
	[ "$(value errors)" = 0 ]
	grep -q "PUT $url" err
}

@test "failures are told by class, first of all, and are no latencies" {
	serve --fail-rate 20% --seed 1
	http-load -n 400 -c 2 "$live" >out 2>err
	failed=$(value errors)
	[ "$failed" -gt 20 ] && [ "$failed" -lt 200 ]
	[ "$(count latency)" -eq $((400 - failed)) ]
	[ "$(jq -c 'select(.metric == "errors") | .["status-5xx"]' out)" = "$failed" ]
	[ "$(event first-error | jq -c '[.error, .errors, .of]')" = "[\"status 503\",$failed,400]" ]
	grep -qE "http-load: mock-http/health/live: $failed of 400 requests failed: $failed status-5xx; the first: status 503" err
	http-load -n 400 -c 2 --format text "$live" >summary.txt 2>/dev/null
	grep -m 1 -n "requests failed" summary.txt | grep -qE '^[12]:'
}

@test "nothing succeeded: exit status 1" {
	serve
	failing 1 "all 9 requests failed: 9 status-4xx" http-load -n 9 -c 2 "$url/no-such-thing"
	failing 1 "all 9 requests failed: 9 assertion" http-load -n 9 -c 2 --expect 404 "$live"
	run -0 --separate-stderr http-load -n 9 -c 2 --expect 404 "$url/no-such-thing"
	serve --latency 2s
	failing 1 "all 2 requests failed: 2 timeout" http-load -n 2 -c 2 --timeout 100ms "$live"
}

@test "a server that is not there: what and why, exit status 1" {
	failing 1 "127.0.0.1" http-load -n 9 -c 2 "$closed"
	[[ $stderr == *efused* || $stderr == *onnect* ]]
	[ -z "$output" ]
	failing 1 "no-such-host.invalid" http-load -n 9 -c 2 --connect-timeout 10s http://no-such-host.invalid/
	failing 1 "No such file" http-load -n 9 -c 2 --unix-socket ./no-such-socket http://localhost/
	[[ $stderr == *"by the socket ./no-such-socket"* ]]
}

@test "a unix socket" {
	serve -l unix:socket
	http-load -n 20 -c 2 --unix-socket socket http://localhost/health/live >out 2>err
	[ "$(count latency)" -eq 20 ]
}

@test "both engines do the same" {
	serve
	for engine in wire curl; do
		before=$(served benchpipe_requests_total)
		http-load --engine $engine -n 200 -c 3 "$live" >out 2>err
		[ "$(event settings | jq -r .engine)" = $engine ]
		[ "$(count latency)" -eq 200 ]
		[ $(($(served benchpipe_requests_total) - before)) -eq 200 ]
	done
}

@test "connections: kept, or not, or for so many requests" {
	serve
	http-load -n 40 -c 2 "$live" >out 2>err
	[ "$(value reconnects)" = 0 ]
	before=$(served benchpipe_connections_total)
	http-load -n 40 -c 2 -t 1 --no-keepalive "$live" >out 2>err
	[ "$(value errors)" = 0 ]
	# One for each request, and one to ask; those that were made ahead are not used up.
	[ $(($(served benchpipe_connections_total) - before)) -ge 40 ]
	before=$(served benchpipe_connections_total)
	http-load -n 40 -c 2 -t 1 --requests-per-conn 10 "$live" >out 2>err
	[ $(($(served benchpipe_connections_total) - before)) -ge 4 ]
	[ $(($(served benchpipe_connections_total) - before)) -le 12 ]
}

@test "-o: records into a file, the summary on stdout" {
	serve
	http-load -n 50 -c 2 -o records "$live" >summary.txt 2>err
	[ "$(jq -s '[.[] | select(.metric == "latency") | .count] | add' records)" -eq 50 ]
	grep -qE '^mock-http/health/live +50 ' summary.txt
	grep -qE '^measured +[0-9.]+ s with 2 connections in [12] threads?, engine wire, HTTP/1.1$' summary.txt
	for line in bytes connections 'at the end' generator; do
		grep -q "^$line " summary.txt
	done
	# Nothing was reached: the old file stays.
	cp records before
	run -1 http-load -n 5 -c 2 -o records "$closed"
	cmp records before
}

@test "the summary has aligned columns, and service below latency where there is a rate" {
	serve
	http-load -n 50 -r 1000 -c 2 --format text "$live" >summary.txt 2>err
	grep -A2 '^request ' summary.txt >table
	[ "$(wc -l <table)" -eq 3 ]
	sed -n 3p table | grep -qE '^  service  '
	# Counted in characters: a micro sign is one.
	mapfile -t rows <table
	LC_ALL=C.UTF-8
	[ "${#rows[0]}" -gt 60 ] && [ "${#rows[1]}" -eq "${#rows[0]}" ] && [ "${#rows[2]}" -eq "${#rows[0]}" ]
	grep -qE '^arrivals +50 due, 0 not started' summary.txt
	http-load -n 50 -c 2 --format text "$live" >summary.txt 2>err
	run -1 grep -qE '^  service|^arrivals' summary.txt
}

@test "--mode mock, --bench, --name" {
	serve
	http-load -n 5 -c 1 --name ping "$live" >out 2>err
	[ "$(count latency http/ping)" -eq 5 ]
	http-load -n 5 -c 1 --bench a/b --mode mock "$live" >out 2>err
	[ "$(count latency a/b)" -eq 5 ]
	# A stand-in is not made real.
	http-load -n 5 -c 1 --mode real "$live" >out 2>err
	[ "$(jq -r 'select(.metric) | .mode' out | sort -u)" = mock ]
}

@test "secrets are not in the records" {
	serve
	echo geheim2 >password
	http-load -n 2 -c 1 -u 'name:geheim1' -H 'Authorization: Bearer geheim3' -H 'X-NebulaGC-Node-Token: geheim4' \
		--cert /dev/null --key-password geheim5 "$live" >out 2>err || :
	[ -s out ]
	run -1 grep geheim out
}

@test "secrets are not on standard error" {
	serve
	http-load -n 2 -c 1 "$live?access_token=geheim1&x=1" "$live?x=2&password=geheim2" >out 2>err
	run -1 grep geheim err out
	grep -qF "http-load: GET $live?access_token=***&x=1, 50 %" err
	grep -qF "http-load: GET $live?x=2&password=***, 50 %" err
	failing 1 'by the proxy http://joe:***@127.0.0.1:1' http-load -n 1 -c 1 --proxy http://joe:geheim3@127.0.0.1:1 "$live"
	[[ $stderr != *geheim* ]]
}

@test "settings tell how requests arrive" {
	serve
	http-load -n 2 -c 1 --think 1ms "$live" >out 2>err
	[ "$(event settings | jq -c '[.loop, .arrival, .think]')" = '["closed",null,1000000]' ]
	http-load -n 2 -c 1 -r 1000 "$live" >out 2>err
	[ "$(event settings | jq -c '[.loop, .arrival, .think]')" = '["open","constant",0]' ]
	http-load -n 2 -c 1 -r 1000 --arrival poisson "$live" >out 2>err
	[ "$(event settings | jq -c '[.loop, .arrival, .think]')" = '["open","poisson",0]' ]
}

@test "Ctrl-C: the results so far, an event, 130" {
	serve
	http-load -d 60s -c 2 -o records "$live" >summary.txt 2>err 3>&- &
	pid=$!
	sleep 0.5
	while ! grep -q "60 s" err; do sleep 0.05; done
	kill -INT $pid 2>/dev/null
	status=0
	wait $pid || status=$?
	# A background process of a script ignores SIGINT unless it asks for it.
	[ "$status" -eq 130 ]
	cp records out
	[ "$(event interrupted)" = '{"signal":2}' ]
	[ "$(count latency)" -gt 0 ]
	[ "$(jq -s '[.[] | select(.metric == "throughput") | .dur] | add | . < 59e9' records)" = true ]
	grep -q "^interrupted by Interrupt: this is what there was until then" summary.txt
	bench-stat records >/dev/null
}

@test "SIGTERM before the load has begun: 143, an event" {
	serve
	http-load --start-at "@$(($(date +%s) + 60))" -c 1 "$live" >out 2>err 3>&- &
	pid=$!
	while ! grep -q "; at 2" err; do sleep 0.05; done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	[ "$(event interrupted)" = '{"signal":15}' ]
	[ "$(served benchpipe_requests_total)" -eq 0 ]
}

@test "what cannot be written is trouble" {
	[ -c /dev/full ] || skip "no /dev/full"
	serve
	failing 1 "No space left" bash -c "http-load -n 5 -c 1 $live >/dev/full"
	failing 1 "No space left" http-load -n 5 -c 1 -o /dev/full "$live"
	failing 1 "No space left" bash -c "http-load -n 5 -c 1 --format text $live >/dev/full"
	failing 1 "standard output" bash -c "http-load -n 5 -c 1 $live >&-"
	failing 1 "no-such-directory" http-load -n 5 -c 1 -o no-such-directory/out "$live"
	# A reader that has enough ends it quietly.
	run -0 bash -c "http-load -n 5 -c 1 $live 2>/dev/null | head -n 1 | wc -l"
	[ "$output" -eq 1 ]
}
