#!/usr/bin/env bats
# ci/scenarios/api: what it measures, what it leaves out and why, what it leaves behind. No figure decides anything here.

load scenario

setup_file() {
	scenario_file
	unset API_URL API_NODE_TOKEN API_CLUSTER_TOKEN API_WRITES
}

setup() {
	scenario_setup
	api=$top/ci/scenarios/api
	names='bundle bundle-not-modified connections mixed node-create node-crud node-list poll topology version'
}

# What records are about, without http/.
benches() { # FILE
	jq -r 'select(.bench) | .bench | ltrimstr("http/")' "$1" | sort -u | paste -s -d ' ' -
}

# Processes that have the corpus's databases on their command line.
servers() {
	{ grep -lz -- "${CORPUS}[/]api/" /proc/[0-9]*/cmdline 2>/dev/null || :; } | wc -l
}

# A server that is not the scenario's, at $url, and what is needed to talk to it.
serve() {
	[ -f "$CORPUS/api/one.jsonl" ] || BENCH_ONLY=http/bundle "$api" >/dev/null
	"$BIN/api-mock" --ready-file ready --duration 5m --work-dir "$BATS_TEST_TMPDIR" "$CORPUS/api/one.db" \
		>/dev/null 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 250; i++)); do
		[ ! -s ready ] || break
		sleep 0.02
	done
	API_URL=$(cat ready)
	API_NODE_TOKEN=$(head -n 1 "$CORPUS/api/one.jsonl" | jq -r .admin)
	API_CLUSTER_TOKEN=$(head -n 1 "$CORPUS/api/one.jsonl" | jq -r .cluster)
	export API_URL API_NODE_TOKEN API_CLUSTER_TOKEN
}

@test "api: a round has everything, on a stand-in, without an error, and leaves only its corpus" {
	[ "$(ulimit -n)" -ge 1200 ] || ulimit -n 1200 || skip "too few open files allowed for 1,100 connections"
	"$api" >records
	[ "$(benches records)" = "$names" ]
	[ "$(jq -s 'map(select(.type == "skip")) | length' records)" -eq 0 ]
	[ "$(jq -s 'map(select(.type == "sample" or .type == "hist") | .mode) | unique' -c records)" = '["mock"]' ]
	[ "$(jq -s 'map(select(.metric == "errors")) | [length, (map(.value) | add)]' -c records)" = '[10,0]' ]
	for name in $names; do
		[ "$name" = mixed ] || [ "$name" = node-crud ] || # whose latencies are those of their requests
			[ "$(jq -s --arg b "http/$name" 'map(select(.bench == $b and .metric == "latency" and .count > 0)) | length' records)" -gt 0 ]
	done
	[ "$(jq -c 'select(.bench == "http/bundle" and .metric == "throughput") | .params' records)" = \
		'{"connections":10,"nodes":1000,"size":1000000}' ]
	[ "$(servers)" -eq 0 ]
	[ "$(cd "$CORPUS/api" && echo *)" = "one.db one.jsonl" ]
	cp records "$BATS_FILE_TMPDIR/records"
}

@test "api: every target is about something that was measured" {
	[ -f "$BATS_FILE_TMPDIR/records" ] || skip "there are no records"
	status=0
	"$BIN/bench-gate" --format ndjson "$top/ci/targets/api" "$BATS_FILE_TMPDIR/records" >verdicts || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 2 ]
	[ "$(jq -s 'map(select(.type == "verdict" and .status == "missing")) | length' verdicts)" -eq 0 ]
	[ "$(jq -s 'map(select(.type == "verdict" and .metric == "errors" and .status == "pass" and .bench == "http/mixed")) | length' \
		verdicts)" -eq 1 ]
}

@test "api: BENCH_ONLY is that one alone, BENCH_PARTS a mixture's requests too" {
	BENCH_ONLY=http/topology "$api" >records
	[ "$(benches records)" = topology ]
	BENCH_ONLY=http/node-crud BENCH_PARTS=1 "$api" >records
	[ "$(benches records)" = "node-crud node-crud/create node-crud/delete node-crud/list node-crud/mtu node-crud/token" ]
	# each of them did something, and the whole is their sum
	[ "$(jq -s 'map(select(.metric == "latency")) | [(map(.bench) | unique | length), (map(.count) | add)]' -c records)" = '[5,200]' ]
}

@test "api: BENCH_IDENTIFY says which programs and data, the same each time" {
	BENCH_IDENTIFY=1 BENCH_ONLY=http/topology "$api" >one
	BENCH_IDENTIFY=1 BENCH_ONLY=http/topology "$api" >two
	digest=$(jq -r 'select(.name == "program" and .bench == "http/topology") | .data.digest' one)
	[ ${#digest} -eq 64 ]
	[ "$(jq -r 'select(.name == "program") | .data.digest' two)" = "$digest" ]
}

@test "api: nothing to compare with older programs" {
	[ -z "$(BENCH_AGAINST=$BIN "$api")" ]
}

@test "api: without api-mock everything is left out, with the reason" {
	mkdir bin
	ln -s "$BIN"/* bin/
	rm bin/api-mock
	BIN=$PWD/bin "$api" >records
	[ "$(benches records)" = "$names" ]
	[ "$(jq -r .type records | sort -u)" = skip ]
	grep -q '"reason":"api-mock not found; set API_URL to measure a server"' records
	rm bin/http-load
	BIN=$PWD/bin BENCH_ONLY=http/version "$api" >records
	[ "$(cat records)" = '{"type":"skip","bench":"http/version","reason":"http-load not found"}' ]
}

@test "api: on a server of one's own only reads, and no token is told" {
	command -v curl || skip "curl is what asks the server"
	serve
	"$api" >records
	[ "$(jq -r 'select(.type == "skip") | .bench + " " + .reason' records | sort)" = "http/mixed writes to the server; set API_WRITES
http/node-create writes to the server; set API_WRITES
http/node-crud writes to the server; set API_WRITES" ]
	[ "$(benches records)" = "$names" ]
	# the bundle is the one that the server has
	[ "$(jq -c 'select(.bench == "http/bundle" and .metric == "errors") | .params.size' records | sort -u)" -eq 10000000 ]
	[ "$(grep -c benchpipe- records)" -eq 0 ]
	kill -0 "$pid"
	[ -z "$(cd "$CORPUS/api" && find . -name '*.[0-9]*')" ]
}

@test "api: on a server of one's own with leave to write" {
	command -v curl || skip "curl is what asks the server"
	serve
	BENCH_ONLY=http/node-create API_WRITES=1 "$api" >records
	[ "$(benches records)" = node-create ]
	made=$(jq -s 'map(select(.metric == "latency") | .count) | add' records)
	BENCH_ONLY=http/node-crud API_WRITES=1 "$api" >records
	[ "$(benches records)" = node-crud ]
	[ "$(jq -c 'select(.metric == "errors") | .value' records)" -eq 0 ]
	[ "$made" -gt 0 ]
}

@test "api: ended by a signal it leaves no server" {
	BENCH_SIZE=full BENCH_ONLY=http/version "$api" >records 2>err 3>&- &
	pid=$!
	for ((i = 0; i < 500; i++)); do
		[ "$(servers)" -eq 0 ] || break
		sleep 0.02
	done
	[ "$(servers)" -gt 0 ]
	terminated
	[ "$(servers)" -eq 0 ]
	[ -z "$(cd "$CORPUS/api" && find . -name '*.[0-9]*')" ]
}

@test "api: an unknown size is refused" {
	BENCH_SIZE=huge run "$api"
	[ "$status" -eq 1 ]
	[[ $output == *"BENCH_SIZE=huge: expected brief, quick or full"* ]]
}
