#!/usr/bin/env bats
# http-load: SLOs, ramps, the search for the highest rate, a common start.

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

verdicts() { # of out: status, target, metric and stat
	jq -c 'select(.type == "verdict") | [.status, .target, .metric, .stat]' out
}

@test "an SLO that holds: exit status 0, a verdict for each term" {
	serve
	http-load -n 200 -r 2000 -c 4 --slo 'p99<30s, errors<0.1% ,errors<=0,rate>=99%,rate>1/s,throughput>1/s,service.max<30s,first-byte.mean<30s' \
		"$live" >out 2>err
	[ "$(jq -r 'select(.type == "verdict") | .status' out | sort | uniq -c | tr -s ' ')" = " 8 pass" ]
	[ "$(verdicts | head -n 3)" = '["pass","p99<30s","latency","p99"]
["pass","errors<0.1%","errors","share"]
["pass","errors<=0","errors","value"]' ]
	[ "$(jq -c 'select(.target == "rate>=99%") | [.value, .threshold, .unit, .n, .mode, .params]' out)" = \
		'[1,0.99,"1",200,"mock",{"connections":4,"rate":2000}]' ]
	[ "$(jq -c 'select(.target == "p99<30s") | [.threshold, .unit, .better]' out)" = '[30000000000,"ns",null]' ]
	grep -q "^http-load: SLO p99<30s holds: p99 [0-9.]* .*s$" err
	bench-stat out >/dev/null
}

@test "an SLO that is broken: exit status 2, and which term, first" {
	serve --fail-rate 30% --seed 1
	run -2 --separate-stderr http-load -n 200 -c 4 --slo 'errors<1%,p99<30s' "$live"
	printf '%s\n' "$output" >out
	[ "$(verdicts)" = '["fail","errors<1%","errors","share"]
["pass","p99<30s","latency","p99"]' ]
	[[ $stderr == *"http-load: SLO errors<1% BROKEN: errors "*" %"*"http-load: SLO p99<30s holds: p99 "* ]]
	run -2 --separate-stderr http-load -n 50 -c 4 --format text --slo 'p50<1ns' "$live"
	[[ $output == *"SLO p50<1ns BROKEN: p50 "*"request "* ]]
}

@test "what was not measured does not hold" {
	serve
	# Nothing at all succeeded.
	run -1 --separate-stderr http-load -n 20 -c 2 --expect 404 --slo 'p99<30s' "$live"
	printf '%s\n' "$output" >out
	[ "$(jq -c 'select(.type == "verdict") | [.status, .value, (.reason | length > 0)]' out)" = '["fail",null,true]' ]
	# One of two requests is still on its way when the draining is over.
	serve --latency 3s
	run -1 --separate-stderr http-load -d 200ms -c 2 --drain 100ms --slo 'max<30s' "$live"
	printf '%s\n' "$output" >out
	[ "$(value unfinished)" = 2 ]
	[ "$(verdicts)" = '["fail","max<30s","latency","max"]' ]
}

@test "what timed out counts as late: a shorter --timeout makes no quantile hold" {
	serve
	fast=$live
	serve --latency 30s
	run -2 --separate-stderr http-load -n 40 -c 20 --timeout 500ms --slo 'p90<30s,errors<=100%' "$fast" "$live"
	printf '%s\n' "$output" >out
	[ "$(verdicts)" = '["fail","p90<30s","latency","p90"]
["pass","errors<=100%","errors","share"]' ]
	timed_out=$(event first-error | jq -s 'last.errors')
	[ "$(jq -r 'select(.target == "p90<30s") | .reason' out)" = "$timed_out of 40 timed out" ]
	[[ $stderr == *"SLO p90<30s BROKEN: p90 not known: $timed_out of 40 timed out"* ]]
}

@test "what is not finished is told at the head, with an event" {
	serve
	fast=$live
	serve --latency 30s
	# The first that goes to the slow one stays with each client.
	run -0 --separate-stderr http-load -d 500ms -c 4 -t 1 --drain 100ms --slo 'errors<=100%' "$fast" "$live"
	printf '%s\n' "$output" >out
	[ "$(event unfinished | jq .unfinished)" = 4 ]
	started=$(event unfinished | jq .started)
	[ "$started" -gt 4 ]
	[[ $stderr == *"4 of $started requests were not answered until the end, nor in the "*" of --drain after it"* ]]
	run -0 --separate-stderr http-load -d 500ms -c 4 -t 1 --drain 100ms --format text "$fast" "$live"
	[[ ${lines[0]}${lines[1]} == *"4 of "*" requests were not answered until the end"* ]]
	# Nothing of it where nothing hangs.
	run -0 --separate-stderr http-load -n 20 -c 4 "$fast"
	printf '%s\n' "$output" >out
	[ -z "$(event unfinished)" ]
	[[ $stderr != *"not answered"* ]]
}

@test "arrivals that no client was free for count as late" {
	serve --latency 300ms
	run -2 --separate-stderr http-load -d 1s -r 50 -c 1 --drain 5s --slo 'p50<30s,rate>=99%' "$live"
	printf '%s\n' "$output" >out
	[ "$(verdicts)" = '["fail","p50<30s","latency","p50"]
["fail","rate>=99%","rate","share"]' ]
	[ "$(jq -r 'select(.target == "p50<30s") | .reason' out)" = "$(jq -r 'select(.metric == "not-started") | .value' out) of 50 were not answered at the end" ]
	[ "$(event overloaded | jq '.due')" = 50 ]
	[[ $stderr == *"of 50 arrivals found no free connection until the end"* ]]
}

@test "a ramp: a line and records for each step, in one go over the same connections" {
	serve
	http-load -r 100..350/100@200ms -c 2 --warmup 100ms --format text "$live" >summary.txt 2>err
	grep -q "from 100/s to 350/s in 4 steps of 200 ms, 800 ms together; 2 connections, 2 threads; 100 ms of warm-up" err
	[ "$(grep -oE '^ *[0-9]+/s' summary.txt | tr -d ' ' | paste -sd' ')" = "100/s 200/s 300/s 350/s" ]
	before=$(served benchpipe_connections_total)
	http-load -r 300..100/100@200ms -c 2 "$live" >out 2>err
	# Two, and one to ask.
	[ $(($(served benchpipe_connections_total) - before)) -eq 3 ]
	[ "$(jq -c 'select(.metric == "errors") | .params.rate' out | paste -sd' ')" = "300 200 100" ]
	# Each arrival was answered, or told to be left over.
	[ "$(jq -s -c 'map(select(.metric == "latency" or .metric == "not-started")) | group_by(.params.rate)
		| map([.[] | .count // .value] | add)' out)" = '[20,40,60]' ]
}

@test "a ramp is judged step by step" {
	serve
	run -2 --separate-stderr http-load -r 100..300/100@500ms -c 2 --slo 'throughput<110/s' "$live"
	printf '%s\n' "$output" >out
	[ "$(jq -c 'select(.type == "verdict") | [.params.rate, .status]' out)" = '[100,"pass"]
[200,"fail"]
[300,"fail"]' ]
	[[ $stderr == *"SLO throughput<110/s BROKEN at 200/s: throughput "* ]]
	run -0 --separate-stderr http-load -r 100..300/100@100ms -c 2 --slo 'errors<1' "$live"
	[[ $stderr == *"the SLO holds at all 3 rates"* ]]
}

@test "a shard without a request is not judged, also in a step of several" {
	serve
	run -0 --separate-stderr http-load -n 1 -c 2 --shard 2/2 --slo 'p99<30s' "$live"
	[ -z "$(printf '%s\n' "$output" | jq -c 'select(.type == "verdict")')" ]
	[[ $stderr != *BROKEN* && $stderr == *"no request was due"* ]]
	# The first second of 1/s has but one arrival, which is the other shard's.
	run -0 --separate-stderr http-load -r 1..20/19@1s -c 2 -t 1 --shard 2/2 --slo 'p99<30s' "$live"
	printf '%s\n' "$output" >out
	[ "$(jq -c 'select(.type == "verdict") | [.params.rate, .status]' out)" = '[20,"pass"]' ]
	[[ $stderr == *"SLO p99<30s holds at 20/s: p99 "* && $stderr != *BROKEN* ]]
}

@test "the warm-up is not recorded, and numbers go on behind it" {
	serve
	http-load -n 10 -c 1 --warmup 200ms --interval 10s "$live?{{seq}}" >out 2>err
	[ "$(count latency)" -eq 10 ]
	[ "$(jq -c 'select(.metric == "throughput") | 1' out | wc -l)" -eq 1 ]
	[ "$(served benchpipe_requests_total)" -gt 10 ]
	[ "$(event settings | jq .warmup)" = 200000000 ]
}

@test "--find-max: never more than the server can do; each step recorded" {
	serve --latency 20ms
	# One connection and 20 ms make 50/s at most, whatever the machine does.
	run -0 --separate-stderr http-load --find-max --slo 'errors<1%,p50<20s' --precision 20% -d 400ms -r 40 -c 1 "$live"
	printf '%s\n' "$output" >out
	rate=$(value max-rate)
	jq -n --argjson r "$rate" '$r >= 25 and $r <= 53' | grep -q true
	[ "$(jq -c 'select(.metric == "max-rate") | [.unit, .params]' out)" = '["1/s",{"connections":1}]' ]
	# On a machine that is too busy it may be the generator that could not go higher.
	[[ $(jq -r 'select(.metric == "max-rate") | .end' out) == @(found|generator-limited) ]]
	# What something else disturbed was tried once more.
	steps=$(jq 'select(.metric == "max-rate") | .steps' out) tried=$(event find-max-step | wc -l)
	[ "$tried" -ge "$steps" ]
	[ "$tried" -le $((2 * steps)) ]
	# It held twice, the second time to confirm it; and every term has its verdict.
	[ "$(event find-max-step | jq -c --argjson r "$rate" 'select(.rate == $r and .holds) | .phase' | wc -l)" -ge 2 ]
	event find-max-step | jq -e -s --argjson r "$rate" 'any(.rate == $r and .holds and .phase == "confirm")'
	[ "$(verdicts | sort -u)" = '["pass","errors<1%","errors","share"]
["pass","p50<20s","latency","p50"]
["pass","rate>=99%","rate","share"]' ]
	event find-max-step | jq -e -s 'any(.holds | not)'
	[[ $stderr == *"errors<1%,p50<20s holds "*" $rate/s"* ]]
	bench-stat out >/dev/null
}

@test "--find-max: what never holds is told, exit status 2" {
	serve --fail-rate 50%
	run -2 --separate-stderr http-load --find-max --slo 'errors<1%' -d 100ms -r 200 -c 2 "$live"
	printf '%s\n' "$output" >out
	[ "$(jq -c 'select(.type == "skip") | .metric' out)" = '"max-rate"' ]
	[[ $stderr == *"errors<1% does not hold, not even at 100/s"* ]]
	run -2 http-load --find-max --slo 'errors<1%' -d 100ms -r 200 -c 2 --format text "$live"
	[ "$(grep -c 'bracket: does not hold, errors' <<<"$output")" -eq 2 ]
	# Nothing to begin with.
	failing 1 "nothing succeeded without a rate either" http-load --find-max --slo 'errors<1%' -d 100ms -c 2 "$url/no-such"
}

@test "--find-max begins with what a closed loop can do; Ctrl-C ends it" {
	serve
	http-load --find-max --slo 'errors<1%' -d 10s -c 2 "$live" >out 2>err --progress always 3>&- &
	pid=$!
	while ! grep -q "bracket, step 2" err; do sleep 0.05; done
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	[ "$status" -eq 143 ]
	[ "$(event interrupted)" = '{"signal":15}' ]
	grep -q "stopped before the highest rate was found" err
}

@test "--find-max ends where its records cannot be written" {
	[ -c /dev/full ] || skip "no /dev/full"
	serve
	failing 1 "No space left" http-load --find-max --slo 'errors<1%' -d 200ms -r 100 -c 1 -o /dev/full "$live"
	run -0 bash -c "http-load --find-max --slo 'errors<1%' -d 200ms -r 100 -c 1 $live 2>/dev/null | head -n 1 | wc -l"
	[ "$output" -eq 1 ]
}

@test "--start-at: not before it, in either notation" {
	serve
	for start in "@$(date -d '+5 seconds' +%s)" "$(date -u -d '+8 seconds' +%Y-%m-%dT%H:%M:%SZ)"; do
		http-load --start-at "$start" -n 5 -c 1 --interval 100ms "$live" >out 2>err
		began=$(head -n 1 out | jq -r '.start | sub("\\.(?<f>[0-9]+)Z$"; "Z") | fromdate')
		first=$(jq -s '[.[] | select(.metric == "latency") | .t] | min / 1e9' out)
		jq -n --argjson b "$began" --argjson f "$first" --argjson s "$(date -d "$start" +%s)" '$b + 1 + $f >= $s' | grep -q true
		grep -qE "; at 20[0-9-]+T" err
	done
}
