#!/usr/bin/env bats
# http-load: what is requested: files of requests, templates, rows, expectations, as the server has it.

bats_require_minimum_version 1.5.0
load http-server

setup_file() {
	server_file
}

setup() {
	server_setup
	token='X-NebulaGC-Node-Token: benchpipe-node-{{field id}}'
	jq -c 'select(.is_admin == 1)' "$nodes" >admins
}

teardown() {
	server_teardown
}

# nodes_in_all: what the server says its clusters have, asked with one admin's token of each.
nodes_in_all() {
	jq -s 'unique_by(.cluster_id)[]' -c admins >asked
	http-load -n "$(wc -l <asked)" -c 1 -H "$token" --data asked --expect 200 --expect 'body~=n-[0-9a-f]{8}-' \
		"$url/api/v1/nodes" | jq -s 'map(select(.metric == "success"))[0].value'
}

@test "a mix by weight: each has its records, and all together" {
	serve
	cat >requests <<-END
		{"name":"version","weight":3,"url":"config/version"}

		{"url":"routes","expect":["200","body~=^\\\\{"]}
		{"name":"never","weight":0,"url":"nothing"}
	END
	http-load -n 400 -c 4 --requests requests --data - -H "$token" --expect 200 "$url/api/v1/" <"$nodes" >out 2>err
	[ "$(count latency)" = 400 ]
	[ "$(value errors | awk '{ sum += $1 } END { print sum + 0 }')" = 0 ]
	[ "$(jq -r 'select(.type == "hist" and .metric == "latency") | .bench' out | sort -u | paste -sd ' ')" = \
		'http/api/v1/routes http/version' ]
	routes=$(count latency http/api/v1/routes)
	[ "$routes" -gt 60 ] && [ "$routes" -lt 140 ]
}

@test "the same seed requests the same: what it made is there already" {
	serve
	cat >requests <<-END
		{"name":"create","url":"nodes","body":{"name":"n-{{uuid}}"},"expect":201}
	END
	http-load -n 20 -c 1 --seed 5 --requests requests --data admins -H "$token" "$url/api/v1/" >out 2>err
	[ "$(count latency)" = 20 ]
	http-load -n 20 -c 3 --seed 5 --requests requests --data admins -H "$token" "$url/api/v1/" >out 2>err || :
	[ "$(value errors)" = 20 ]
	grep -q 'status 409, not 201' out
	http-load -n 20 -c 3 --seed 6 --requests requests --data admins -H "$token" "$url/api/v1/" >out 2>err
	[ "$(count latency)" = 20 ]
	[ "$(nodes_in_all)" = 1 ]
}

@test "shards make what one would: different requests, each once" {
	serve
	cat >requests <<-END
		{"name":"create","url":"nodes","body":"{\\"name\\":\\"s-{{seq}}-{{rand 1 9}}\\"}","expect":201}
	END
	for shard in 1 2 3; do
		http-load -n 20 -c 2 --shard $shard/3 --requests requests --data admins -H "$token" \
			-H "Content-Type: application/json" "$url/api/v1/" >out 2>err
		[ "$(value errors | awk '{ sum += $1 } END { print sum + 0 }')" = 0 ]
		count latency
	done >counts
	[ "$(awk '{ sum += $1 } END { print sum }' counts)" = 20 ]
	# The whole: all of it is there.
	http-load -n 20 -c 2 --requests requests --data admins -H "$token" -H "Content-Type: application/json" \
		"$url/api/v1/" >out 2>err || :
	[ "$(value errors)" = 20 ]
}

@test "both engines send the same" {
	serve
	cat >requests <<-END
		{"name":"create","url":"nodes","body":{"name":"e-{{uuid}}"},"expect":201}
	END
	http-load -n 10 -c 1 --engine wire --requests requests --data admins -H "$token" "$url/api/v1/" >out 2>err
	[ "$(count latency)" = 10 ]
	http-load -n 10 -c 2 --engine curl --requests requests --data admins -H "$token" "$url/api/v1/" >out 2>err || :
	[ "$(value errors)" = 10 ]
	grep -q 'status 409, not 201' out
}

@test "expectations: of the status, the size and the body" {
	serve
	for engine in wire curl; do
		http-load -n 10 -c 1 --engine $engine --expect 2xx --expect 'size>2' --expect 'body~=alive|live|ok' "$live" >out 2>err
		[ "$(count latency)" = 10 ]
		http-load -n 10 -c 1 --engine $engine --expect 404 "$url/nothing" >out 2>err
		[ "$(count latency)" = 10 ]
		for wrong in 404 'size<2' 'body=x' 'body!~.' 'body~=^nothing$'; do
			http-load -n 10 -c 1 --engine $engine --expect "$wrong" "$live" >out 2>err || :
			[ "$(value errors)" = 10 ] || { echo "$engine: $wrong"; false; }
			[ "$(jq 'select(.type == "sample" and .metric == "errors") | .assertion' out)" = 10 ]
		done
	done
}

@test "what is wrong in a file is told by line, before anything is sent" {
	serve
	while IFS='|' read -r line words; do
		printf '{"url":"/a"}\n\n%s\n' "$line" >requests
		failing 1 "http-load: requests:3: $words" http-load -n 1 --requests requests "$url"
	done <<-'END'
		{"url":5}|url: expected a string
		{"uri":"/"}|expected no members but name, weight, method, url
		{"url":"/","weight":-1}|weight: expected an integer
		{"url":"/{{id}}"}|{{id}}: expected {{seq}}, {{rand A B}}, {{uuid}} or {{field NAME}}
		{"url":"/{{field id}}"}|{{field id}}: expected --data
		{"headers":{"A":"b\r\nC: d"}}|headers: expected no line breaks
		{"body_file":"nothing"}|body_file: expected a file that can be read: nothing: No such file
		{"expect":"ok"}|expect: expected statuses
		[]|expected an object
	END
	printf '{"url":"/a"}\n' >requests
	failing 1 "requests:1: url: expected a URL that begins with http://" http-load -n 1 --requests requests
	failing 1 "requests.none: No such file" http-load -n 1 --requests requests.none "$url"
	printf '{"id":1}\n{"id":2,"id":3}\n' >rows
	failing 1 "rows:2: id: expected each member once" http-load -n 1 --data rows "$url/{{field id}}"
	failing 1 "rows.none: No such file" http-load -n 1 --data rows.none "$url"
	printf '{"id":1}\n' >rows
	failing 1 "{{field name}}: expected a column of the rows: id" http-load -n 1 --data rows "$url/{{field name}}"
	printf '{"id":"a\\nb"}\n' >rows
	failing 1 "(row 1 has one)" http-load -n 1 --data rows -H 'X: {{field id}}' "$url"
	failing 1 "standard input: expected at least one row" http-load -n 1 --data - "$url/{{field id}}" </dev/null
	failing 1 "can be read but once" http-load -n 1 --requests - --data - "$url" </dev/null
	[ "$(served benchpipe_requests_total)" = 0 ]
}

@test "requests from standard input, rows from a file, a body beside the requests" {
	serve
	mkdir deep
	printf '{"name":"f-%s"}' "$$" >deep/body.json
	echo '{"method":"POST","url":"/api/v1/nodes","body_file":"body.json","headers":["Content-Type: application/json"]}' >deep/requests
	http-load -n 1 -c 1 --requests deep/requests --data admins -H "$token" --expect 201 "$url" >out 2>err
	[ "$(count latency http/api/v1/nodes)" = 1 ]
	http-load -n 10 -c 1 --requests - --data admins -H "$token" --expect 200 >out 2>err <<-END
		{"url":"$url/api/v1/nodes"}
	END
	[ "$(count latency http/api/v1/nodes)" = 10 ]
}

@test "several URLs take turns by chance" {
	serve
	http-load -n 100 -c 2 "$live" "$url/health/ready?x" "$live?y" >out 2>err
	[ "$(count latency)" = 100 ]
	[ "$(jq -r 'select(.type == "hist" and .metric == "latency") | .bench' out | sort -u | paste -sd ' ')" = \
		'http/health/live http/health/live-2 http/health/ready' ]
}
