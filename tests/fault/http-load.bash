# shellcheck shell=bash disable=SC2034,SC2154
# http-load, against a server of its own. Read by tests/fault/run.

http_inputs() {
	"$bin/db-seed" --profile nebulagc --rows nodes=40 --rows config_bundles=2 "$in/http-db" >/dev/null 2>&1
	"$bin/api-mock" -j 1 -d 300s --ready-file "$in/http-url" "$in/http-db" >/dev/null 2>&1 &
	http_server=$!
	for _ in $(seq 100); do
		[ ! -s "$in/http-url" ] || break
		sleep 0.05
	done
	url=$(cat "$in/http-url" 2>/dev/null)/api/v1/health/live
	printf '%s\n' '{"name":"live","url":"/api/v1/health/live","weight":3,"expect":["200","body~=a"]}' \
		'{"name":"list","url":"/api/v1/nodes?page={{rand 1 3}}","headers":{"X-NebulaGC-Node-Token":"{{field t}}"},"body":{"a":"{{seq}}"},"method":"GET","expect":"401"}' \
		>"$in/requests"
	printf '%s\n' '{"t":"a"}' '{"t":"b","u":1}' >"$in/rows"
	mkfifo "$in/fifo"
}

http_output() {
	# What is going to be done is told first.
	lines_allowed=4
	run sh -c 'exec "$@" >&-' sh "$bin/http-load" --progress never -n 2 -c 1 "$url"
	check "closed stdout" http-load 1 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "$bin/http-load" --progress never -n 2 -c 1 "$url"
	check "full device" http-load 1 'No space left on device'
	run sh -c 'exec "$@" >/dev/full' sh "$bin/http-load" --progress never -n 2 -c 1 --format text "$url"
	check "full device for the summary" http-load 1 'No space left on device|not all of it could be written'
	run "$bin/http-load" --progress never -n 2 -c 1 -o /dev/full --format ndjson "$url"
	check "-o on a full device" http-load 1 '/dev/full: No space left on device'
	run "$bin/http-load" --progress never -n 2 -c 1 -o "$in/none/x" "$url"
	check "-o into no directory" http-load 1 'none/x: No such file or directory'
	unset lines_allowed
	{
		sleep 0.1
		timeout -k 2 20 "$bin/http-load" --progress never -n 2 -c 1 "$url" 2>"$scratch/err"
		echo $? >"$scratch/status"
	} | true
	status=$(cat "$scratch/status")
	if [ "$status" -eq 141 ] && [ ! -s "$scratch/err" ]; then
		result ok "http-load: SIGPIPE ends it quietly"
	else
		echo "status $status, wanted 141" >>"$scratch/err"
		result "not ok" "http-load: SIGPIPE ends it quietly" "$scratch/err"
	fi
}

http_files() {
	local option
	for option in --requests --data --cacert --cert; do
		run "$bin/http-load" --progress never -n 2 "$option" "$in/nonexistent" "$url"
		check "$option: no such file" http-load 1 'nonexistent: No such file or directory'
	done
	for option in --requests --data; do
		run "$bin/http-load" --progress never -n 2 "$option" "$in/directory" "$url"
		check "$option: a directory" http-load 1 'directory: Is a directory'
		run "$bin/http-load" --progress never -n 2 "$option" "$in/empty" "$url"
		check "$option: an empty file" http-load 1 'empty: '
		run "$bin/http-load" --progress never -n 2 "$option" "$in/zeros" "$url"
		check "$option: zeros" http-load 1 'zeros:1: '
		run "$bin/http-load" --progress never -n 2 "$option" "$in/long" "$url"
		check "$option: a line of 10 MB" http-load 1 'long:[12]: '
	done
	run "$bin/http-load" --progress never -n 2 -b "@$in/nonexistent" "$url"
	check "-b @: no such file" http-load 1 'nonexistent: No such file or directory'
	run bash -c 'ulimit -n 12; exec "$@"' sh "$bin/http-load" --progress never -n 2 -c 100 "$url"
	check "too few descriptors" http-load 1 'descriptors'
}

# SIGINT in the middle: what was measured until then is told.
http_interrupted() {
	timeout --preserve-status -s INT -k 2 1 "$bin/http-load" --progress never -c 2 -d 60s "$url" >"$scratch/out" 2>"$scratch/err"
	status=$?
	if [ "$status" -eq 130 ] && grep -q '"name":"interrupted"' "$scratch/out" && grep -q '"metric":"latency"' "$scratch/out"; then
		result ok "http-load: SIGINT leaves what was measured"
	else
		echo "status $status, wanted 130 and the records so far" >>"$scratch/err"
		result "not ok" "http-load: SIGINT leaves what was measured" "$scratch/err"
	fi
}

if [ ! -x "$bin/http-load" ]; then
	skip http-load "not built"
elif [ ! -x "$bin/api-mock" ]; then
	skip http-load "no api-mock to put load on"
else
	usage_errors http-load
	http_inputs
	http_output
	http_files
	http_interrupted
	# What there is of it stays the same, however long it took and however busy this machine is. Latencies may fall
	# into one interval or two.
	shape() {
		sed '/generator-saturated/d; s/"\(value\|count\|t\|data\|reason\)":.*//; s/"run":"[^"]*"//; /"type":"run"/s/.*/run/' | sort -u
	}
	allocations_most=30000
	allocations http-load --progress never -t 1 -c 1 -n 3 --requests "$in/requests" --data "$in/rows" "$url"
	allocations_most=3000
	kill "$http_server"
	wait "$http_server" 2>/dev/null
fi
