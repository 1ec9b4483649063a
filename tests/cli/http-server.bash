# For tests of http-load: api-mock on a small database, made once for a file of tests. bats loads it.

server_file() { # of setup_file
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	export BIN
	cd "$BATS_FILE_TMPDIR" || return 1
	local rows=(--rows nodes=40 --rows clusters=2 --rows config_bundles=2)
	"$BIN/db-seed" --profile nebulagc "${rows[@]}" db >/dev/null
	"$BIN/db-seed" --profile nebulagc "${rows[@]}" --print nodes >nodes.ndjson
}

server_setup() { # of setup
	PATH=$BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	export nodes=$BATS_FILE_TMPDIR/nodes.ndjson
	pids=()
	export closed=http://127.0.0.1:1/ # where nobody listens
}

server_teardown() { # of teardown
	local pid
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}

# serve OPTION...: $url is where.
serve() {
	rm -f ready
	api-mock -j 2 --ready-file ready --work-dir . "$@" "$BATS_FILE_TMPDIR/db" >mock.out 2>mock.err 3>&- &
	pids+=($!)
	for _ in $(seq 500); do
		if [ -s ready ]; then
			url=$(cat ready)
			export live=$url/health/live
			return 0
		fi
		kill -0 "${pids[-1]}" 2>/dev/null || break
		sleep 0.02
	done
	cat mock.err
	return 1
}

# served METRIC: what the server itself counted.
served() {
	local address=${url#http://}
	exec 7<>"/dev/tcp/${address%:*}/${address##*:}"
	printf 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&7
	tr -d '\r' <&7 | awk -v name="$1" '$1 == name { print $2 }'
	exec 7>&-
}

# failing STATUS WORDS COMMAND...: this exit status, and this on stderr.
failing() {
	local status_wanted=$1 words=$2
	shift 2
	run "-$status_wanted" --separate-stderr "$@"
	[[ $stderr == *"$words"* ]] || { echo "stderr: $stderr, not: $words"; false; }
}

value() { # METRIC [BENCH], of the samples in out
	jq -r --arg m "$1" --arg b "${2:-}" 'select(.type == "sample" and .metric == $m and ($b == "" or .bench == $b)) | .value' out
}

count() { # METRIC [BENCH]: values in the histograms of out
	jq -s --arg m "$1" --arg b "${2:-}" '[.[] | select(.type == "hist" and .metric == $m and ($b == "" or .bench == $b)) | .count] | add // 0' out
}

event() { # NAME: the data of the events so called in out
	jq -c --arg n "$1" 'select(.type == "event" and .name == $n) | .data' out
}
