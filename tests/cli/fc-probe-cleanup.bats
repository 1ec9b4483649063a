#!/usr/bin/env bats
# fc-probe cleanup: a policy of trying again against failures whose consequences are known.

load fc-probe

# near VALUE THEORY SHARE
near() {
	awk -v v="$1" -v t="$2" -v s="$3" 'BEGIN { d = v - t; exit !(d <= s * t && -d <= s * t) }' ||
		{ echo "$1 is not within $3 of $2"; false; }
}

@test "every call fails: three attempts, exactly" {
	probe -n 100 -c 50 --retry-delay 1ms --mock-fail ctrl-alt-del=1 cleanup
	[ "$(value vm/cleanup calls)" = 3 ]
	[ "$(value vm/cleanup success)" = 0 ]
	[ "$(value vm/cleanup errors)" = 100 ]
	event retry-storm | jq -e '.value == 3'
	[ "$(count vm/cleanup given-up)" = 100 ]
	probe -n 20 -c 10 --retry-delay 1ms --retries 7 --mock-fail ctrl-alt-del=1 cleanup
	[ "$(value vm/cleanup calls)" = 7 ]
	nothing_left
}

@test "the first two calls fail: three calls, and success" {
	probe -n 20 -c 10 --retries 3 --retry-delay 1ms --mock-fail-nth ctrl-alt-del=1 cleanup
	[ "$(value vm/cleanup success)" = 0 ]
	# Every second one fails: of the first of each microVM's, none.
	probe -n 20 -c 10 --retry-delay 1ms --mock-fail-nth ctrl-alt-del=2 cleanup
	[ "$(value vm/cleanup calls)" = 1 ]
	[ "$(value vm/cleanup success)" = 1 ]
}

@test "four calls in ten fail: 1.56 calls, 6.4 % not cleaned up, and the same again with the same seed" {
	local n=1000 of_calls=0.05 of_success=0.03 first
	# With sanitizers a process takes its time.
	[[ $BIN != */san/bin ]] || n=150 of_calls=0.15 of_success=0.08
	probe -n "$n" -c 100 --retry-delay 1ms --mock-fail ctrl-alt-del=0.4 cleanup
	near "$(value vm/cleanup calls)" 1.56 "$of_calls"
	near "$(value vm/cleanup success)" 0.936 "$of_success"
	probe -n 150 -c 25 --retry-delay 1ms --mock-fail ctrl-alt-del=0.4 cleanup
	first=$(value vm/cleanup calls)/$(value vm/cleanup errors)
	probe -n 150 -c 10 --retry-delay 1ms --mock-fail ctrl-alt-del=0.4 cleanup
	[ "$(value vm/cleanup calls)/$(value vm/cleanup errors)" = "$first" ]
	probe -n 150 -c 25 --retry-delay 1ms --seed 2 --mock-fail ctrl-alt-del=0.4 cleanup
	[ "$(value vm/cleanup calls)/$(value vm/cleanup errors)" != "$first" ]
}

@test "cancelled operations are cleaned up within the grace, and not without one" {
	probe -n 40 -c 20 --cancel-after 20ms --mock-latency ctrl-alt-del=100ms cleanup
	[ "$(value vm/cleanup success)" = 1 ]
	[ -z "$(event grace-missed)" ]
	probe -n 20 -c 20 --cancel-after 20ms --grace 0 --mock-latency ctrl-alt-del=100ms cleanup
	[ "$(value vm/cleanup success)" = 0 ]
	event grace-missed | jq -e '.value == 20'
	nothing_left
}

@test "as many at once as was asked for" {
	probe -n 3 -c 1,10,50 --mock-latency ctrl-alt-del=150ms cleanup
	[ "$(value vm/cleanup max-concurrent | paste -sd ' ')" = "1 10 50" ] || { value vm/cleanup max-concurrent; false; }
}

@test "bursts: latency counts from when all were let go" {
	probe --burst 10,60 --mock-latency ctrl-alt-del=150ms cleanup
	[ "$(value vm/cleanup max-concurrent | paste -sd ' ')" = "10 60" ]
	[ "$(jq -c 'select(.metric == "success") | .params.burst' out | paste -sd ' ')" = "10 60" ]
	[ "$(count vm/cleanup latency)" = 70 ]
	# What one has waited for its turn is in its latency.
	[ "$(jq -s '([.[] | select(.metric == "latency") | .value] | add) >= ([.[] | select(.metric == "service") | .value] | add)' out)" = true ]
}

@test "a call that hangs is over after --timeout; another attempt is made" {
	probe -n 5 -c 5 --timeout 0.2s --retries 2 --retry-delay 1ms --mock-hang ctrl-alt-del=1 cleanup
	[ "$(value vm/cleanup calls)" = 2 ]
	[ "$(value vm/cleanup success)" = 0 ]
	event first-error | jq -e '.error | contains("no answer within the time")'
	nothing_left
}

@test "a call that is dropped is made again; a process that dies has ended" {
	probe -n 40 -c 10 --retry-delay 1ms --retries 10 --mock-drop ctrl-alt-del=0.5 cleanup
	[ "$(value vm/cleanup success)" = 1 ]
	near "$(value vm/cleanup calls)" 2 0.4
	probe -n 10 -c 10 --retry-delay 500ms --mock-die ctrl-alt-del=1 cleanup
	[ "$(value vm/cleanup success)" = 1 ]
	[ "$(value vm/cleanup calls)" = 1 ]
}

@test "a guest that ignores it is not cleaned up by asking, but by a signal" {
	probe -n 5 -c 5 --timeout 0.2s --retries 2 --retry-delay 1ms --mock-fail shutdown=1 cleanup
	[ "$(value vm/cleanup success)" = 0 ]
	event first-error | jq -e '.error | contains("did not end within the time")'
	for how in term kill; do
		probe -n 5 -c 5 --stop-by "$how" --mock-fail shutdown=1 cleanup
		[ "$(value vm/cleanup success)" = 1 ]
	done
	nothing_left
}

@test "what a person reads" {
	run -0 --separate-stderr timeout 30 fc-probe --firecracker "$mock" --progress never --format text -n 20 -c 10 \
		--retry-delay 1ms --mock-latency ctrl-alt-del=150ms --mock-fail ctrl-alt-del=1 cleanup
	[[ $output == *"cleanup, 10 at once: 3.000 calls an operation, 0.00% cleaned up, at most 10 at once"* ]]
	[[ $output == *"retry storm: 3.000 calls an operation"* ]]
	[[ $output == *"cleanup: 20 of 20 failed, the first: could not shut down: PUT /actions answered 400"* ]]
}
