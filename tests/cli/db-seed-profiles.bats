#!/usr/bin/env bats
# The databases of db-seed's profiles are what they are said to be.

bats_require_minimum_version 1.5.0

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	cd "$BATS_TEST_TMPDIR" || return 1
	command -v sqlite3 >/dev/null || skip "no sqlite3"
}

seed() {
	"$bin/db-seed" --force --progress never --output /dev/null "$@"
}

sql() { # DATABASE SELECT: its first row
	sqlite3 -readonly -batch -separator ' ' "$1" "$2"
}

is() { # DATABASE WANTED SELECT
	local have
	have=$(sql "$1" "$3")
	[ "$have" = "$2" ] || {
		echo "expected $2, got $have: $3"
		return 1
	}
}

@test "nebulagc: a cluster of a thousand nodes, and what belongs to it" {
	seed --profile nebulagc one.db
	is one.db "1 1 1000 3 3 5" "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM clusters), (SELECT count(*) FROM nodes),
		(SELECT count(*) FROM replicas), (SELECT count(*) FROM cluster_state), (SELECT count(*) FROM config_bundles)"
	is one.db "ok" "PRAGMA integrity_check"
	is one.db "" "PRAGMA foreign_key_check"
	is one.db "wal" "PRAGMA journal_mode"
	is one.db "1 8192 2 100000 3 1000000 4 5000000 5 10000000" "SELECT group_concat(version || ' ' || length(data), ' ')
		FROM (SELECT * FROM config_bundles ORDER BY version)"
	is one.db "5" "SELECT config_version FROM clusters"
	is one.db "6" "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
	is one.db "2" "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND sql LIKE '%WHERE%'"
}

@test "nebulagc: bundles are gzip tars of the five files" {
	seed --profile nebulagc one.db
	for version in 1 2 3; do
		sql one.db "SELECT writefile('bundle', data) FROM config_bundles WHERE version = $version" >/dev/null
		[ "$(tar -tzf bundle | sort | tr '\n' ' ')" = "ca.crt config.yml crl.pem host.crt host.key " ]
		[ "$(wc -c <bundle)" -eq "$(sql one.db "SELECT length(data) FROM config_bundles WHERE version = $version")" ]
	done
}

@test "nebulagc: columns of a node agree with each other" {
	seed --profile nebulagc --scale 3 three.db
	is three.db "0" "SELECT count(*) FROM nodes WHERE is_lighthouse <> (lighthouse_public_ip IS NOT NULL)
		OR is_lighthouse <> (lighthouse_port IS NOT NULL)
		OR (is_lighthouse OR is_relay) <> (lighthouse_relay_updated_at IS NOT NULL)
		OR (routes IS NULL) <> (routes_updated_at IS NULL) OR (routes IS NOT NULL AND NOT json_valid(routes))"
	is three.db "1 1 1 1" "SELECT avg(is_lighthouse) BETWEEN 0.004 AND 0.02, avg(is_relay) BETWEEN 0.01 AND 0.03,
		avg(is_admin) BETWEEN 0.03 AND 0.07, avg(routes IS NOT NULL) BETWEEN 0.07 AND 0.13 FROM nodes"
	is three.db "3 1000 1000" "SELECT count(*), min(n), max(n) FROM (SELECT count(*) AS n FROM nodes GROUP BY cluster_id)"
	is three.db "0" "SELECT count(*) FROM nodes JOIN clusters ON clusters.id = cluster_id WHERE clusters.tenant_id <> nodes.tenant_id"
	is three.db "0" "SELECT count(*) FROM config_bundles JOIN nodes ON nodes.id = created_by WHERE nodes.cluster_id <> config_bundles.cluster_id"
	is three.db "0" "SELECT count(*) FROM clusters WHERE config_version <>
		(SELECT max(version) FROM config_bundles WHERE cluster_id = clusters.id)"
	is three.db "0" "SELECT count(*) FROM cluster_state JOIN clusters ON clusters.id = cluster_id
		WHERE config_version - running_config_version NOT IN (0, 1)"
	is three.db "3000 64 64" "SELECT count(DISTINCT token_hash), min(length(token_hash)), max(length(token_hash)) FROM nodes"
	is three.db "7" "SELECT count(*) FROM config_bundles"
}

@test "nebulagc: one tenant for four clusters, rows as asked" {
	seed --profile nebulagc --scale 9 --rows nodes=50 --rows config_bundles=1 nine.db
	is nine.db "3 9 27 50 1" "SELECT (SELECT count(*) FROM tenants), (SELECT count(*) FROM clusters),
		(SELECT count(*) FROM cluster_state), (SELECT count(*) FROM nodes), (SELECT count(*) FROM config_bundles)"
	is nine.db "4" "SELECT max(n) FROM (SELECT count(*) AS n FROM clusters GROUP BY tenant_id)"
}

@test "ctrlplane: 75 resources are 300 targets a deployment" {
	seed --profile ctrlplane --rows resource=75 small.db
	is small.db "75 50 20 15000" "SELECT (SELECT count(*) FROM resource), (SELECT count(*) FROM deployment),
		(SELECT count(*) FROM environment), (SELECT count(*) FROM release_target)"
	is small.db "300 300" "SELECT min(n), max(n) FROM (SELECT count(*) AS n FROM release_target GROUP BY deployment_id)"
	is small.db "ok" "PRAGMA integrity_check"
	is small.db "" "PRAGMA foreign_key_check"
	is small.db "2 1 1 2 0" "SELECT (SELECT count(*) FROM policy), (SELECT count(*) FROM policy_rule_approval),
		(SELECT count(*) FROM policy_rule_rollout), (SELECT count(*) FROM relationship_rule), (SELECT count(*) FROM approval)"
}

@test "ctrlplane: targets are what the selectors say" {
	seed --profile ctrlplane --rows resource=25 --rows deployment=2 small.db
	is small.db "0" "SELECT count(*) FROM (
		SELECT deployment.id, environment.id, resource.id FROM deployment, environment, resource
		WHERE json_extract(metadata, '\$.region') = json_extract(environment.resource_selector, '\$.value')
		EXCEPT SELECT deployment_id, environment_id, resource_id FROM release_target)"
	is small.db "200" "SELECT count(*) FROM release_target"
	is small.db "11" "SELECT count(*) FROM environment WHERE name GLOB
		(SELECT json_extract(environment_selector, '\$.value') FROM policy_selector WHERE policy_id = 1) || '*'"
	is small.db "region-3 zone-3 env-13" "SELECT json_extract(metadata, '\$.region'), json_extract(metadata, '\$.zone'),
		json_extract(metadata, '\$.env') FROM resource WHERE id = 14"
	is small.db "1" "SELECT count(DISTINCT kind || version) FROM resource WHERE kind = 'kubernetes-cluster' AND version = 'v1.28.0'"
	is small.db "ready" "SELECT status FROM deployment_version WHERE deployment_id = 2 ORDER BY created_at DESC LIMIT 1"
	is small.db "3" "SELECT count(DISTINCT status) FROM deployment_version WHERE deployment_id = 2"
	is small.db "1" "SELECT max(created_at) < 1782864000000 FROM deployment_version"
	is small.db "40 40" "SELECT count(*), (SELECT count(*) FROM job) FROM release"
	is small.db "0" "SELECT count(*) FROM release JOIN deployment_version ON deployment_version.id = version_id
		WHERE deployment_version.deployment_id <> release.deployment_id"
}

@test "ctrlplane: one environment takes all resources; no policies" {
	seed --profile ctrlplane --rows resource=99 --rows environment=1 --rows deployment=1 --rows policy=0 \
		--rows relationship_rule=0 single.db
	is single.db "99 0 0 0" "SELECT (SELECT count(*) FROM release_target), (SELECT count(*) FROM policy_selector),
		(SELECT count(*) FROM policy_rule_approval), (SELECT count(*) FROM release)"
	is single.db "" "PRAGMA foreign_key_check"
}

@test "ctrlplane: resources must be a multiple of 5" {
	run --separate-stderr "$bin/db-seed" --profile ctrlplane --rows resource=76 none.db
	[ "$status" -eq 1 ]
	[[ $stderr == *"resource must be a multiple of 5"* ]]
	[ ! -e none.db ]
}

@test "profiles: the same seed gives the same database" {
	seed --profile ctrlplane --rows resource=25 --threads 1 a.db
	seed --profile ctrlplane --rows resource=25 --threads 2 b.db
	seed --profile ctrlplane --rows resource=25 --seed 2 c.db
	cmp a.db b.db
	run cmp -s a.db c.db
	[ "$status" -eq 1 ]
}
