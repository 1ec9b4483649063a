#!/usr/bin/env bats
# db-load's workloads run on the databases of db-seed's profiles, and do what they are said to.

bats_require_minimum_version 1.5.0

setup_file() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	cd "$BATS_FILE_TMPDIR" || return 1
	"$bin/db-seed" --profile nebulagc --scale 2 --progress never --output /dev/null nebulagc.db
	"$bin/db-seed" --profile ctrlplane --rows resource=25 --rows deployment=2 --progress never --output /dev/null ctrlplane.db
}

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	cd "$BATS_TEST_TMPDIR" || return 1
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	command -v jq >/dev/null || skip "no jq"
	nebulagc=$BATS_FILE_TMPDIR/nebulagc.db ctrlplane=$BATS_FILE_TMPDIR/ctrlplane.db
}

load() { # WORKLOAD OPTION...
	local workload=$1
	shift
	"$bin/db-load" --builtin "$workload" --progress never --format ndjson "$@" >records
}

counted() { # BENCH: transactions in its latency
	jq -s --arg bench "$1" 'map(select(.bench == $bench and .metric == "latency" and .type == "hist") | .count) | add' records
}

errors() {
	jq -s 'map(select(.metric == "errors") | .value) | add' records
}

@test "every workload of nebulagc runs without an error, with any number of clients" {
	"$bin/db-load" --list | awk '$1 ~ /^nebulagc\// { print $1 }' >names
	[ "$(wc -l <names)" -ge 20 ]
	while read -r name; do
		echo "$name"
		clients=2
		[[ $name != *upload* ]] || clients=1
		load "$name" --clients $clients --transactions 3 "$nebulagc"
		[ "$(errors)" -eq 0 ]
		[ "$(counted "db/${name#nebulagc/}")" -eq $((3 * clients)) ]
	done <names
}

@test "a workload works on a copy" {
	sha256sum "$nebulagc" >before
	load nebulagc/insert-100 --transactions 2 "$nebulagc"
	sha256sum --check --quiet before
}

@test "inserts and creations are there afterwards" {
	cp "$nebulagc" copy.db
	load nebulagc/insert-100 --transactions 3 --in-place copy.db
	[ "$(sqlite3 copy.db 'SELECT count(*) FROM nodes')" -eq 2300 ]
	load nebulagc/node-create --transactions 5 --in-place copy.db
	[ "$(sqlite3 copy.db 'SELECT count(*) FROM nodes')" -eq 2305 ]
	[ "$(sqlite3 copy.db 'SELECT sum(config_version) FROM clusters')" -eq 11 ]
	load nebulagc/transaction --transactions 4 --in-place copy.db
	[ "$(sqlite3 copy.db "SELECT count(*) FROM nodes WHERE is_relay AND routes LIKE '%10.77%'")" -eq 4 ]
	[ -z "$(sqlite3 copy.db 'PRAGMA foreign_key_check')" ]
}

@test "bundles of the size are uploaded and downloaded" {
	cp "$nebulagc" copy.db
	load nebulagc/bundle-upload-1m --transactions 4 --in-place copy.db
	[ "$(sqlite3 copy.db "SELECT count(*) >= 1 FROM config_bundles WHERE length(data) = 1000000 AND created_at > '2026'")" -eq 1 ]
	load nebulagc/bundle-download-5m --transactions 2 "$nebulagc"
	[ "$(counted db/bundle-download-5m/bundle)" -eq 2 ]
}

@test "uploads at once: what reads before it writes fails, and that is told" {
	load nebulagc/bundle-upload-100k --clients 4 --transactions 25 "$nebulagc"
	[ "$(errors)" -gt 0 ]
	[ "$(($(counted db/bundle-upload-100k) + $(errors)))" -eq 100 ]
}

@test "a page of nodes by its depth and size" {
	load nebulagc/node-list --transactions 5 -D page=3 -D page_size=500 "$nebulagc"
	[ "$(counted db/node-list/page)" -eq 5 ]
	[ "$(counted db/node-list/count-nodes)" -eq 5 ]
}

@test "what the facts say of plans is so: scans where there is no index" {
	load nebulagc/cluster-auth --transactions 1 --explain "$nebulagc"
	grep -q 'SCAN clusters' records
	load nebulagc/node-auth --transactions 1 --explain "$nebulagc"
	grep -q 'SEARCH nodes USING INDEX idx_nodes_token' records
	load nebulagc/node-list --transactions 1 --explain "$nebulagc"
	grep -q 'USE TEMP B-TREE FOR ORDER BY' records
	load nebulagc/bundle-download-100k --transactions 1 --explain "$nebulagc"
	grep -q 'SCAN config_bundles' records
}

@test "mixed: nine in ten read" {
	load nebulagc/mixed --transactions 2000 "$nebulagc"
	reads=$(counted db/mixed/node-auth) writes=$(counted db/mixed/commit)
	[ $((reads + writes)) -eq 2000 ]
	[ "$writes" -gt 140 ]
	[ "$writes" -lt 260 ]
}

@test "reconcile: its targets are a param, each step has its latency, the state is reset" {
	load ctrlplane/reconcile --transactions 3 "$ctrlplane"
	[ "$(jq -s '[.[] | select(.bench == "reconcile/deployment" and .metric == "latency").params.targets] | unique' -c records)" = '[100]' ]
	for step in 1-targets 2-versions 3-requirements 4-selection 5-due 6-variables 7-releases 8-eligibility 9-jobs; do
		[ "$(counted "reconcile/deployment/$step")" -eq 3 ]
	done
	[ "$(counted reconcile/deployment)" -eq 3 ]
	[ "$(counted reconcile/deployment/begin)" -eq 3 ]
	[ "$(errors)" -eq 0 ]
}

@test "reconcile: another deployment, all approved, an hour later" {
	cp "$ctrlplane" copy.db
	load ctrlplane/reconcile --transactions 2 --in-place -D deployment=2 -D approved=1 -D elapsed=3600000 copy.db
	[ "$(sqlite3 copy.db "SELECT count(*), min(outcome), max(outcome), min(deployment_id) FROM decision")" = "100|job-created|job-created|2" ]
	[ "$(sqlite3 copy.db "SELECT count(*) FROM job WHERE status = 'pending'")" -eq 100 ]
	[ -z "$(sqlite3 copy.db 'PRAGMA foreign_key_check')" ]
}

@test "reconcile: no statement reads a big table as many times as there are targets" {
	load ctrlplane/reconcile --transactions 1 --explain "$ctrlplane"
	jq -s -e 'map(select(.metric == "fullscan-steps" and .bench == "reconcile/deployment") | .value) | add < 20 * 100' records
}

@test "scenarios: quick rounds, and the targets hold" {
	top=$BATS_TEST_DIRNAME/../..
	[ -x "$bin/bench-gate" ] && [ -x "$bin/bench-fit" ] || skip "no bench-gate or bench-fit"
	BIN=$(cd "$bin" && pwd) CORPUS=$BATS_TEST_TMPDIR/corpus RUNS=3 "$top/ci/scenarios/reconcile" >records
	"$bin/bench-fit" -x targets -m latency -f reconcile/deployment --format ndjson records >fits
	"$bin/bench-gate" --tier critical "$top/ci/targets/ctrlplane" records fits
	[ "$(jq -s '[.[] | select(.bench == "reconcile/deployment" and .metric == "latency").params.targets] | unique' -c records)" = \
		'[100,300,500,1000,5000,10000]' ]
	BENCH_ONLY=db/node-by-id BIN=$(cd "$bin" && pwd) CORPUS=$BATS_TEST_TMPDIR/corpus "$top/ci/scenarios/db" >records
	[ "$(jq -s '[.[].bench // empty] | unique' -c records)" = '["db/node-by-id"]' ]
}
