#!/usr/bin/env bats
# api-mock: every endpoint, who may do what, what is refused.

load api-mock

@test "every answer says that it is a stand-in's" {
	serve
	raw /health/live | grep -qx 'X-Benchpipe: mock'
	raw /api/v1/nodes | grep -qx 'X-Benchpipe: mock'
	raw /nope | grep -qx 'X-Benchpipe: mock'
	raw /metrics | grep -qx 'X-Benchpipe: mock'
	raw /health/live | grep -qx 'HTTP/1.1 200 OK'
	raw /nope | grep -qx 'HTTP/1.1 404 Not Found'
}

@test "health" {
	serve
	for path in /health /api/v1/health; do
		ask GET $path/live
		is 200 .data.status '"ok"'
		ask GET $path/ready
		is 200 .data.database '"connected"'
		ask GET $path/master
		is 200 .data.is_master true
	done
}

@test "tokens: 401 without one, with a short one, with another's; 403 where only admins may" {
	serve
	ask GET /api/v1/config/version
	is 401 .error '"unauthorized"'
	ask GET /api/v1/config/version -H 'X-NebulaGC-Node-Token: short'
	is 401
	ask GET /api/v1/config/version -H 'X-NebulaGC-Node-Token: benchpipe-node-00000000-0000-0000-0000-000000000000'
	is 401
	ask GET /api/v1/config/version -H "X-NebulaGC-Node-Token: benchpipe-cluster-$cluster"
	is 401
	ask GET /api/v1/topology -H "X-NebulaGC-Node-Token: benchpipe-node-$admin"
	is 401
	as_node GET /api/v1/nodes
	is 403 .error '"forbidden"'
	as_node GET /api/v1/config/version
	is 200
}

@test "every node and every cluster has its token" {
	serve
	command -v sqlite3 >/dev/null || skip "no sqlite3 to look into the copy with"
	command -v sha256sum >/dev/null || skip "no sha256sum"
	copy=$(echo work/api-mock.*/copy.db)
	[ "$(sqlite3 "$copy" "SELECT count(DISTINCT token_hash), min(length(token_hash)) FROM nodes")" = "60|64" ]
	for id in $admin $node; do
		[ "$(sqlite3 "$copy" "SELECT token_hash FROM nodes WHERE id = '$id'")" = "$(printf 'benchpipe-node-%s' "$id" | sha256sum | cut -c 1-64)" ]
	done
	[ "$(sqlite3 "$copy" "SELECT cluster_token_hash FROM clusters WHERE id = '$cluster'")" = "$(printf 'benchpipe-cluster-%s' "$cluster" | sha256sum | cut -c 1-64)" ]
	# The index that finds them is there, and whole.
	[[ $(sqlite3 "$copy" "EXPLAIN QUERY PLAN SELECT id FROM nodes WHERE token_hash = 'x'") == *idx_nodes_token* ]]
	[ "$(sqlite3 "$copy" 'PRAGMA integrity_check')" = ok ]
	# The database itself is as it was.
	[ "$(sqlite3 "$db" "SELECT count(*) FROM nodes WHERE token_hash IN (SELECT token_hash FROM nodes WHERE id = '$admin') AND id <> '$admin'")" = 0 ]
	[ "$(sqlite3 "$db" "SELECT token_hash FROM nodes WHERE id = '$admin'")" = "$(jq -r --arg id "$admin" 'select(.id == $id).token_hash' "$BATS_FILE_TMPDIR/nodes.jsonl")" ]
}

@test "nodes: pages, sizes, totals" {
	serve
	as_admin GET /api/v1/nodes
	is 200 '[.data.total, .data.page, .data.per_page, (.data.nodes | length)]' '[60,1,50,50]'
	[ "$(jq -c '.data.nodes[0] | keys_unsorted' body)" = '["node_id","name","is_admin","mtu","is_lighthouse","is_relay","created_at","updated_at"]' ]
	[ "$(jq -r '.data.nodes[0].created_at' body)" = 2025-06-01T00:00:00Z ]
	jq -r '.data.nodes[].node_id' body >ids
	as_admin GET '/api/v1/nodes?page=2'
	is 200 '[.data.page, (.data.nodes | length)]' '[2,10]'
	jq -r '.data.nodes[].node_id' body >>ids
	[ "$(sort ids)" = "$(jq -r .id "$BATS_FILE_TMPDIR/nodes.jsonl" | sort)" ]
	as_admin GET '/api/v1/nodes?page=3&page_size=7'
	is 200 '[.data.per_page, .data.nodes[].node_id]' "$(sed -n 15,21p ids | jq -Rnc '[7, inputs]')"
	as_admin GET '/api/v1/nodes?page_size=501'
	is 200 '[.data.per_page, (.data.nodes | length)]' '[500,60]'
	as_admin GET '/api/v1/nodes?page=-1&page_size=x'
	is 200 '[.data.page, .data.per_page]' '[1,50]'
	as_admin GET '/api/v1/nodes?page=1000000'
	is 200 .data.nodes '[]'
}

@test "nodes: a new one has an id and a token that works, a second of its name is refused" {
	serve
	before=$(version)
	as_admin POST /api/v1/nodes -d '{"name":"new","mtu":1400,"is_admin":true}'
	is 201
	id=$(jq -r .data.node_id body)
	token=$(jq -r .data.node_token body)
	[[ $id =~ ^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$ ]]
	[ "${#token}" -ge 41 ]
	[ "$(version)" -eq $((before + 1)) ]
	as_admin POST /api/v1/nodes -d '{"name":"new"}'
	is 409 .error '"conflict"'
	[ "$(version)" -eq $((before + 1)) ]
	ask GET '/api/v1/nodes?page=2' -H "X-NebulaGC-Node-Token: $token"
	is 200 '.data.nodes[-1] | [.name, .mtu, .is_admin]' '["new",1400,true]'
	as_admin POST /api/v1/nodes -d '{"name":"plain"}'
	is 201
	ask GET /api/v1/config/version -H "X-NebulaGC-Node-Token: $(jq -r .data.node_token body)"
	is 200
}

@test "nodes: what is not such JSON is refused" {
	serve
	for body in '' '{' '[]' 'null' '{"name":""}' '{"name":"  "}' '{"name":7}' '{"name":"x","mtu":1279}' '{"name":"x","mtu":9001}' \
		'{"name":"x","mtu":"1300"}' '{"name":"x","mtu":1300.5}' '{"name":"x"} {}' '{"mtu":1300}' '{"name":null}' '{"name":"x","is_admin":1}' \
		"{\"name\":\"$(printf '%0256d' 0)\"}"; do
		as_admin POST /api/v1/nodes -d "$body"
		is 400 .error '"invalid_request"' || { echo "$body"; false; }
	done
	as_admin POST /api/v1/nodes -d "{\"name\":\"$(printf '%0255d' 0)\",\"mtu\":9000,\"more\":[1,{\"x\":2}]}"
	is 201
}

@test "nodes: mtu, token, deletion; 404 for one that is not there" {
	serve
	before=$(version)
	as_admin PATCH "/api/v1/nodes/$node/mtu" -d '{"mtu":9000}'
	is 200 '[.data.node_id, .data.mtu]' "[\"$node\",9000]"
	for body in '{"mtu":9001}' '{}' 'x'; do
		as_admin PATCH "/api/v1/nodes/$node/mtu" -d "$body"
		is 400
	done
	[ "$(version)" -eq $((before + 1)) ]
	as_admin POST "/api/v1/nodes/$node/token"
	is 200 .data.node_id "\"$node\""
	token=$(jq -r .data.node_token body)
	as_node GET /api/v1/config/version
	is 401
	ask GET /api/v1/config/version -H "X-NebulaGC-Node-Token: $token"
	is 200 .data.version $((before + 2))
	as_admin DELETE "/api/v1/nodes/$node"
	is 204
	[ ! -s body ]
	ask GET /api/v1/config/version -H "X-NebulaGC-Node-Token: $token"
	is 401
	for request in "DELETE /api/v1/nodes/$node" "POST /api/v1/nodes/$node/token" "DELETE /api/v1/nodes/" 'DELETE /api/v1/nodes/a/b'; do
		# shellcheck disable=SC2086 # a method and a path
		as_admin $request
		is 404 .error '"not_found"'
	done
	as_admin PATCH "/api/v1/nodes/$node/mtu" -d '{"mtu":9000}'
	is 404
	as_admin GET /api/v1/nodes
	is 200 .data.total 59
}

@test "configuration: the bundle, and 304 for who has it" {
	serve --bundle-size 100kB
	as_node GET /api/v1/config/version
	is 200 .data.version 5
	as_node GET /api/v1/config/bundle
	is 200
	[ "$(stat -c %s body)" -eq 100000 ]
	[ "$(head -c 2 body | od -An -tx1)" = " 1f 8b" ]
	tr -d '\r' <head.txt >lines
	grep -qx 'ETag: "v5"' lines
	grep -qx 'X-Config-Version: 5' lines
	grep -qx 'Content-Type: application/gzip' lines
	grep -qx 'Content-Length: 100000' lines
	as_node GET /api/v1/config/bundle -H 'If-None-Match: "v5"'
	is 304
	[ ! -s body ]
	tr -d '\r' <head.txt | grep -qx 'ETag: "v5"'
	as_node GET '/api/v1/config/bundle?current_version=5'
	is 304
	as_node GET '/api/v1/config/bundle?current_version=4' -H 'If-None-Match: "v3"'
	is 200
	as_node GET '/api/v1/config/bundle?current_version=4x'
	is 400 .error '"invalid_version"'
}

@test "configuration: a bundle is taken, and is the newest one; not one that is too large" {
	serve
	{ printf '\037\213'; head -c 99998 /dev/zero; } >bundle
	as_admin POST /api/v1/config/bundle -H 'Content-Type: application/gzip' --data-binary @bundle
	is 200 .data.version 6
	[ "$(version)" = 6 ]
	as_node GET /api/v1/config/bundle
	is 200
	cmp body bundle
	as_admin POST /api/v1/config/bundle -H 'Content-Type: text/plain' --data-binary @bundle
	is 400 .error '"invalid_content_type"'
	as_admin POST /api/v1/config/bundle -H 'Content-Type: application/gzip' -d 'no gzip'
	is 400
	as_node POST /api/v1/config/bundle -H 'Content-Type: application/gzip' --data-binary @bundle
	is 403
	{ cat bundle; head -c 10385760 /dev/zero; } >largest # 10 MiB
	as_admin POST /api/v1/config/bundle -H 'Content-Type: application/gzip' --data-binary @largest
	is 200 .data.version 7
	echo >>largest
	as_admin POST /api/v1/config/bundle -H 'Content-Type: application/gzip' --data-binary @largest
	is 413 .error '"payload_too_large"'
	[ "$(version)" = 7 ]
}

@test "bundles of each size: one of the database's where it has one, else random bytes, the same for the same seed" {
	db-seed --profile nebulagc --rows nodes=60 --rows config_bundles=3 sized >/dev/null
	db=sized
	for size in 100kB:100000 1MB:1000000 10MiB:10485760 64KiB:65536; do
		serve --bundle-size "${size%:*}" --seed 3
		as_node GET /api/v1/config/bundle
		is 200
		[ "$(stat -c %s body)" -eq "${size#*:}" ]
		[ "${size%:*}" != 1MB ] || gzip -dc body | tar -t >/dev/null
		kill "$pid"
		ended 143
	done
	mv body first
	serve --bundle-size 64KiB --seed 3
	as_node GET /api/v1/config/bundle
	cmp first body
}

@test "routes: a node's own, and those of its cluster" {
	serve
	before=$(version)
	as_node PUT /api/v1/routes -d '{"routes":["10.1.0.0/16","fd00::/8"]}'
	is 200 .message '"Routes updated successfully"'
	[ "$(version)" -eq $((before + 1)) ]
	as_node GET /api/v1/routes
	is 200 .data.routes '["10.1.0.0/16","fd00::/8"]'
	as_admin GET /api/v1/routes/cluster
	is 200 ".data.routes[\"$node\"]" '["10.1.0.0/16","fd00::/8"]'
	for body in '' '{"routes":"10.1.0.0/16"}' '{"routes":["10.1.0.0"]}' '{"routes":["10.1.0.0/33"]}' '{"routes":["fd00::/129"]}' \
		'{"routes":["10.1.0.0/"]}' '{"routes":["10.1.0.0/1x"]}' '{"routes":["x/8"]}' '{"routes":[7]}' '{"routes":["/8"]}'; do
		as_node PUT /api/v1/routes -d "$body"
		is 400 || { echo "$body"; false; }
	done
	as_node PUT /api/v1/routes -d '{"routes":[]}'
	is 200
	as_node GET /api/v1/routes
	is 200 .data.routes '[]'
	as_admin GET /api/v1/routes/cluster
	is 200 ".data.routes[\"$node\"]" null
}

@test "topology: lighthouses and relays come and go" {
	serve
	before=$(version)
	as_cluster GET /api/v1/topology
	is 200 '.data | keys' '["lighthouses","relays","routes"]'
	lighthouses=$(jq '.data.lighthouses | length' body)
	relays=$(jq '.data.relays | length' body)
	as_cluster POST /api/v1/topology/lighthouse -d "{\"node_id\":\"$node\",\"public_ip\":\"192.0.2.7\",\"port\":4243}"
	is 200
	as_cluster POST /api/v1/topology/relay -d "{\"node_id\":\"$node\"}"
	is 200
	as_cluster GET /api/v1/topology
	is 200 '[(.data.lighthouses | length), (.data.relays | length)]' "[$((lighthouses + 1)),$((relays + 1))]"
	[ "$(jq -c --arg id "$node" '.data.lighthouses[] | select(.node_id == $id) | [.public_ip, .port]' body)" = '["192.0.2.7",4243]' ]
	as_cluster DELETE "/api/v1/topology/lighthouse/$node"
	is 200
	as_cluster DELETE "/api/v1/topology/relay/$node"
	is 200
	[ "$(version)" -eq $((before + 4)) ]
	as_cluster GET /api/v1/topology
	is 200 '[(.data.lighthouses | length), (.data.relays | length)]' "[$lighthouses,$relays]"
	for body in '{}' "{\"node_id\":\"$node\"}" "{\"node_id\":\"$node\",\"public_ip\":\"192.0.2.256\"}"; do
		as_cluster POST /api/v1/topology/lighthouse -d "$body"
		is 400
	done
	as_cluster POST /api/v1/topology/relay -d '{"node_id":""}'
	is 400
	as_cluster POST /api/v1/topology/relay -d '{"node_id":"nobody"}'
	is 404
	as_cluster DELETE /api/v1/topology/relay/nobody
	is 404
	[ "$(version)" -eq $((before + 4)) ]
}

@test "the cluster's token is changed" {
	serve
	as_cluster POST /api/v1/tokens/cluster/rotate
	is 200
	token=$(jq -r .data.token body)
	[ "${#token}" -ge 41 ]
	as_cluster GET /api/v1/topology
	is 401
	ask GET /api/v1/topology -H "X-NebulaGC-Cluster-Token: $token"
	is 200
}

@test "404 for other paths, 405 with Allow for other methods, HEAD where there is GET" {
	serve
	for path in / /api /api/v1 /api/v1/node /api/v1/nodesx /api/v1/nodes/ /health /healthx/live /api/v1/topology/relay/a/b; do
		ask GET "$path"
		is 404
	done
	ask PUT /api/v1/nodes
	is 405 .error '"method_not_allowed"'
	tr -d '\r' <head.txt | grep -qx 'Allow: GET, HEAD, POST'
	ask GET "/api/v1/nodes/$node"
	is 405
	tr -d '\r' <head.txt | grep -qx 'Allow: DELETE'
	ask POST /metrics
	is 405
	ask HEAD /health/live -I
	is 200
	tr -d '\r' <head.txt | grep -qx 'Content-Length: 49'
}
