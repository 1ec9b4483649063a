#!/usr/bin/env bats
# fc-probe: whatever ends it, nothing is left after the next run. LEAK_RUNS (21) runs, a third for each signal.

load fc-probe

@test "runs that INT, TERM and KILL end at random moments leave nothing after the next run" {
	mkdir snapshots
	signals=(INT TERM KILL)
	RANDOM=7
	for i in $(seq "${LEAK_RUNS:-21}"); do
		signal=${signals[i % 3]}
		fc-probe --firecracker "$mock" --progress never --format ndjson -o out --snapshot-dir snapshots -c 20 -n 400 \
			--mock-latency ctrl-alt-del=5ms cleanup cycle restore exec >/dev/null 2>said 3>&- &
		PID=$!
		sleep "0.$(printf '%03d' $((RANDOM % 700)))"
		kill -s "$signal" "$PID" 2>/dev/null || true
		status=0
		wait "$PID" 2>/dev/null || status=$?
		case $signal in
		INT) [ "$status" = 130 ] ;;
		TERM) [ "$status" = 143 ] ;;
		KILL) [ "$status" = 137 ] ;;
		esac || { echo "$signal: $status"; cat said; false; }
		if [ "$signal" = KILL ]; then
			# They die with it, in their own time.
			for _ in $(seq 100); do pgrep -f -- "--api-sock $TMPDIR" >/dev/null || break; sleep 0.05; done
			run -1 pgrep -fa -- "--api-sock $TMPDIR"
			probe -n 1 api-ready
		fi
		nothing_left || { echo "after $signal, run $i"; false; }
		[ -z "$(ls -A snapshots)" ] || { echo "after $signal, run $i:"; ls -A snapshots; false; }
		[ -z "$(find . -name 'out.*')" ] || [ "$signal" = KILL ]
	done
}

@test "a run that lives is not another one's to clean up" {
	fc-probe --firecracker "$mock" --progress never --format ndjson -o first -n 20 -c 2 --mock-latency boot=50ms boot \
		>/dev/null 2>&1 3>&- &
	PID=$!
	for _ in 1 2 3 4 5; do probe -n 1 api-ready; done
	wait "$PID"
	PID=
	[ "$(jq -s '[.[] | select(.metric == "latency")] | length' first)" = 20 ]
	nothing_left
}

@test "an interrupted run writes what was measured, and says so" {
	timeout 60 fc-probe --firecracker "$mock" --progress never --format ndjson -o out -n 1000 --mock-latency boot=20ms boot \
		>/dev/null 2>&1 3>&- &
	PID=$!
	sleep 1
	kill -INT "$(pgrep -P "$PID")"
	status=0
	wait "$PID" || status=$?
	PID=
	[ "$status" = 130 ]
	[ "$(event interrupted)" = '{"signal":2}' ]
	n=$(count vm/boot latency)
	[ "$n" -gt 0 ]
	[ "$n" -lt 1000 ]
	[ "$(value vm/boot errors)" = 0 ]
	nothing_left
}
