#!/usr/bin/env bats
# http-load over TLS, with HTTP/2, redirects, cookies, compression: against nginx, whose log says what was really sent.

bats_require_minimum_version 1.5.0

# authority NAME: one of our own, NAME.pem and NAME.key
authority() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout "$1.key" -out "$1.pem" -subj "/CN=$1"
}

# certificate NAME EXTENSION [OPTION]...: signed by the authority "ca"
certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" "${@:3}"
	echo "$2" >"$1.ext"
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -set_serial 1 -days 2 -extfile "$1.ext" -out "$1.pem"
}

# configure PORT: servers there and at the ports behind it
configure() {
	cat <<-END
		daemon off;
		master_process off;
		pid pid;
		error_log error.log;
		events { worker_connections 512; }
		http {
			log_format fields '\$server_port \$connection \$server_protocol \$status \$request_method '
				'\$content_length,\$http_accept_encoding,\$http_cookie,\$remote_user \$body_bytes_sent';
			access_log access.log fields;
			client_body_temp_path body;
			proxy_temp_path proxy;
			fastcgi_temp_path fastcgi;
			uwsgi_temp_path uwsgi;
			scgi_temp_path scgi;
			keepalive_requests 100000;
			default_type text/plain;
			gzip_types text/plain;
			root .;
			ssl_certificate server.pem;
			ssl_certificate_key server.key;
			server {
				listen 127.0.0.1:$1;
				listen 127.0.0.1:$(($1 + 1)) ssl;
				listen 127.0.0.1:$(($1 + 2)) http2;
				listen 127.0.0.1:$(($1 + 3)) ssl http2;
				location / { return 200 "hello"; }
				location /fields { return 200 "\$http_host|\$http_accept|\$content_type|\$http_user_agent|\$http_expect|\$http_x_one"; }
				location /mock { add_header X-Benchpipe mock; return 200 "hello"; }
				location /moved { return 302 /there; }
				location /round { return 302 /round; }
				location /cookie { add_header Set-Cookie "id=\$connection"; return 200 "hello"; }
				location /big { gzip on; }
			}
			server {
				listen 127.0.0.1:$(($1 + 4)) ssl;
				ssl_protocols TLSv1.2;
				ssl_client_certificate ca.pem;
				ssl_verify_client on;
				location / { return 200 "hello"; }
			}
		}
	END
}

# Five free ports in a row: nginx cannot be asked for any.
start_nginx() {
	local i
	for _ in 1 2 3 4 5; do
		PORT=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
		configure "$PORT" >nginx.conf
		nginx -p "$PWD" -c nginx.conf >nginx.out 2>&1 3>&- &
		NGINX=$!
		for ((i = 0; i < 250; i++)); do
			[ ! -s pid ] || return 0
			kill -0 "$NGINX" 2>/dev/null || break
			sleep 0.02
		done
		kill -KILL "$NGINX" 2>/dev/null || true
	done
	cat nginx.out error.log
	return 1
}

setup_file() {
	local module modules
	MISSING=
	NGINX=
	command -v nginx >/dev/null || MISSING="no nginx to talk to"
	command -v openssl >/dev/null || MISSING="no openssl to make certificates with"
	if [ -z "$MISSING" ]; then
		modules=$(nginx -V 2>&1)
		for module in http_ssl http_v2; do
			[[ $modules == *with-${module}_module* ]] || MISSING="nginx has no ${module}_module"
		done
	fi
	if [ -z "$MISSING" ]; then
		cd "$BATS_FILE_TMPDIR" || return 1
		{
			authority ca
			authority other
			certificate server subjectAltName=DNS:bench.example,IP:127.0.0.1 -nodes
			certificate client basicConstraints=CA:false -passout pass:secret
		} >openssl.out 2>&1 || { cat openssl.out; return 1; }
		printf 'compressible %.0s' {1..2000} >big
		start_nginx
	fi
	export MISSING NGINX PORT
}

teardown_file() {
	[ -z "$NGINX" ] || kill -KILL "$NGINX" 2>/dev/null || true
}

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	[ -z "$MISSING" ] || skip "$MISSING"
	unset http_proxy https_proxy all_proxy HTTPS_PROXY ALL_PROXY no_proxy NO_PROXY
	cd "$BATS_FILE_TMPDIR" || return 1
	: >access.log
	plain=http://127.0.0.1:$PORT
	tls=https://127.0.0.1:$((PORT + 1))
	plain2=http://127.0.0.1:$((PORT + 2))
	tls2=https://127.0.0.1:$((PORT + 3))
	strict=https://127.0.0.1:$((PORT + 4))
	rm -f out
}

# load [OPTION]... URL: by 3 clients in 1 thread, records in out
load() {
	timeout 20 http-load -c 3 -t 1 --format ndjson -o out "$@"
}

# refused WORDS [OPTION]... URL: exit 1, and this on stderr
refused() {
	local words=$1
	shift
	run -1 --separate-stderr load -n 10 "$@"
	[[ $stderr == *"$words"* ]] || { echo "stderr: $stderr"; false; }
}

value() { # METRIC
	jq -r --arg m "$1" 'select(.type == "sample" and .metric == $m) | .value' out
}

count() { # METRIC: values in the histograms
	jq -s --arg m "$1" '[.[] | select(.type == "hist" and .metric == $m) | .count] | add // 0' out
}

setting() { # NAME, of the settings event
	jq -r --arg n "$1" 'select(.type == "event" and .name == "settings") | .data[$n]' out
}

# logged [FIELD]...: what nginx saw, as many lines as there are kinds: COUNT FIELD...
logged() {
	local list=${*:-3 4}
	awk -v list="$list" '{ n = split(list, f, " "); s = ""; for (i = 1; i <= n; i++) s = s " " $f[i]; print s }' access.log |
		sort | uniq -c | awk '{ $1 = $1; print }'
}

connections() {
	awk '{ print $2 }' access.log | sort -u | wc -l
}

@test "HTTPS through the wire engine, with an authority of one's own" {
	load -n 60 --cacert ca.pem "$tls/hello"
	[ "$(setting engine)" = wire ]
	[ "$(logged)" = "60 HTTP/1.1 200" ]
	[ "$(connections)" = 3 ]
	[ "$(count latency)" = 60 ]
	[ "$(count tls)" = 3 ]
	[ "$(count connect)" = 3 ]
	[ "$(jq -s '[.[] | select(.metric == "tls") | .min > 0] | all' out)" = true ]
	[ "$(value errors)" = 0 ]
	bench-stat out | grep -q tls
}

@test "HTTPS through libcurl: the same requests, connections and measurements" {
	load -n 60 --engine curl --cacert ca.pem "$tls/hello"
	[ "$(setting engine)" = curl ]
	[ "$(logged)" = "60 HTTP/1.1 200" ]
	[ "$(connections)" = 3 ]
	[ "$(count latency)" = 60 ]
	[ "$(count tls)" = 3 ]
	[ "$(count connect)" = 3 ]
	[ "$(jq -s '[.[] | select(.metric == "tls") | .min > 0] | all' out)" = true ]
	[ "$(value errors)" = 0 ]
}

@test "an authority that did not sign it, no authority, and --insecure" {
	for engine in wire curl; do
		refused certificate --engine $engine --cacert other.pem "$tls/"
		refused certificate --engine $engine "$tls/"
		[ ! -s access.log ]
		load -n 10 --engine $engine --insecure "$tls/"
		[ "$(logged)" = "10 HTTP/1.1 200" ]
		: >access.log
	done
	run -1 load -n 10 --http2 --cacert other.pem "$tls2/"
	[ "$(jq -c 'select(.name == "first-error") | .data.classes' out)" = '{"tls":10}' ]
}

@test "the certificate's name: the URL's, or --server-name" {
	for engine in wire curl; do
		load -n 10 --engine $engine --cacert ca.pem --resolve "bench.example:$((PORT + 1)):127.0.0.1" "${tls/127.0.0.1/bench.example}/"
		refused certificate --engine $engine --cacert ca.pem --resolve "other.example:$((PORT + 1)):127.0.0.1" "${tls/127.0.0.1/other.example}/"
		load -n 10 --engine $engine --cacert ca.pem --server-name bench.example --resolve "other.example:$((PORT + 1)):127.0.0.1" "${tls/127.0.0.1/other.example}/"
		refused certificate --engine $engine --cacert ca.pem --server-name other.example "$tls/"
	done
	[ "$(logged)" = "40 HTTP/1.1 200" ]
}

@test "a client's certificate, its passphrase, and the version of TLS" {
	echo secret >passphrase
	for engine in wire curl; do
		load -n 10 --engine $engine --cacert ca.pem --cert client.pem --key client.key --key-password @passphrase --expect 200 "$strict/"
		refused "" --engine $engine --cacert ca.pem --cert client.pem --key client.key --key-password wrong "$strict/"
		refused "" --engine $engine --cacert ca.pem --cert client.pem --key client.key --key-password secret --tls-min 1.3 "$strict/"
		refused "400" --engine $engine --cacert ca.pem "$strict/"
	done
	[ "$(logged)" = $'20 HTTP/1.1 200\n20 HTTP/1.1 400' ]
}

@test "HTTP/2 over TLS: as many connections and streams as asked for" {
	load -n 240 --http2 -m 4 --cacert ca.pem "$tls2/hello"
	[ "$(setting engine)" = curl ]
	[ "$(setting http)" = 2 ]
	[ "$(logged)" = "240 HTTP/2.0 200" ]
	[ "$(connections)" = 3 ]
	[ "$(count latency)" = 240 ]
	[ "$(count tls)" = 3 ]
	[ "$(value errors)" = 0 ]
	[ "$(value reconnects)" = 0 ]
	[ "$(jq -c 'select(.metric == "latency") | [.params, .mode]' out | sort -u)" = '[{"connections":3,"streams":4},"real"]' ]
}

@test "HTTP/2: connections belong to one thread each" {
	load -n 240 --http2 -m 4 -t 2 --cacert ca.pem "$tls2/hello"
	[ "$(logged)" = "240 HTTP/2.0 200" ]
	[ "$(connections)" = 3 ]
}

@test "HTTP/2 over plain text, by prior knowledge" {
	load -n 120 --http2 -m 4 "$plain2/hello"
	[ "$(logged)" = "120 HTTP/2.0 200" ]
	[ "$(connections)" = 3 ]
	[ "$(count latency)" = 120 ]
	[ "$(value errors)" = 0 ]
}

@test "HTTP/2: a new connection after so many requests" {
	for url in "$plain2" "$tls2"; do
		: >access.log
		load -n 40 -c 1 --http2 -m 4 --requests-per-conn 10 --insecure "$url/hello"
		[ "$(logged)" = "40 HTTP/2.0 200" ]
		[ "$(logged 2 | awk '{ print $1 }' | sort -u)" = 10 ]
		[ "$(value reconnects)" = 3 ]
	done
}

@test "--http2 at a server that has HTTP/1.1 only is an error, not a measurement" {
	run -1 load -n 20 --http2 -m 2 --cacert ca.pem "$tls/"
	[ "$(jq -c 'select(.name == "first-error") | .data.classes' out)" = '{"protocol":20}' ]
	[ "$(count latency)" = 0 ]
}

@test "--http3 is refused where libcurl has no HTTP/3" {
	if curl-config --features 2>/dev/null | grep -q HTTP3; then
		skip "libcurl has HTTP/3"
	fi
	run -1 --separate-stderr load -n 10 --http3 --insecure "$tls2/"
	[[ $stderr == *"this libcurl"*"has no HTTP/3"* ]] || skip "libcurl has HTTP/3"
	[ ! -s access.log ]
}

@test "redirects: measured as they are, or followed" {
	load -n 20 --expect 302 "$plain/moved"
	[ "$(logged 4)" = "20 302" ]
	: >access.log
	load -n 20 -L --expect 200 --expect body=hello "$plain/moved"
	[ "$(logged 4)" = $'20 200\n20 302' ]
	[ "$(connections)" = 3 ]
	[ "$(count latency)" = 20 ]
	run -1 load -n 6 -L "$plain/round"
	[ "$(jq -c 'select(.name == "first-error") | .data.classes' out)" = '{"protocol":6}' ]
}

@test "compressed bodies: asked for, and unpacked" {
	size=$(stat -c %s big)
	load -n 20 --expect "size=$size" "$plain/big"
	[ "$(logged 4 7)" = "20 200 $size" ]
	: >access.log
	load -n 20 --expect "size=$size" --expect "body~=^compressible " --compressed "$plain/big"
	[ "$(grep -c ',.*gzip' access.log)" = 20 ]
	[ "$(logged 4)" = "20 200" ]
	awk -v size="$size" '$NF > size / 10 { exit 1 }' access.log
	[ "$(count latency)" = 20 ]
}

@test "cookies: each client keeps its own" {
	load -n 30 --cookies "$plain/cookie"
	[ "$(grep -c ',id=' access.log)" = 27 ]
	: >access.log
	load -n 30 --engine curl "$plain/cookie"
	[ "$(grep -c ',id=' access.log)" = 0 ]
}

@test "the same header fields by both engines" {
	for engine in wire curl; do
		load -n 5 --engine $engine -H 'User-Agent: me' --expect "body=127.0.0.1:$PORT|*/*||me||" "$plain/fields"
		load -n 5 --engine $engine -H 'Host: bench.example' -H 'User-Agent:' -H 'Accept:' -H 'X-One: {{seq}}' -b "$(cat big)" \
			--expect 'body~=^bench\.example\|\|\|\|\|[0-4]$' "$plain/fields"
		load -n 5 --engine $engine -H 'User-Agent: me' -H 'Content-Type: a/b' -b '{}' --expect "body=127.0.0.1:$PORT|*/*|a/b|me||" "$plain/fields"
	done
	load -n 5 --http2 -H 'Host: bench.example' -H 'User-Agent: me' --expect "body=bench.example|*/*||me||" "$plain2/fields"
}

@test "the same request by both engines: method, body, credentials" {
	for engine in wire curl; do
		: >access.log
		load -n 10 --engine $engine -X PUT -b 'twelve bytes' -u name:word "$plain/hello"
		[ "$(logged 5 6)" = "10 PUT 12,-,-,name" ]
		: >access.log
		load -n 10 --engine $engine -X HEAD "$plain/big"
		[ "$(logged 5 4)" = "10 HEAD 200" ]
		: >access.log
		load -n 10 --engine $engine -X POST "$plain/hello"
		[ "$(logged 5 6)" = "10 POST 0,-,-,-" ]
	done
	: >access.log
	load -n 10 --http2 -b 'twelve bytes' --insecure "$tls2/{{seq}}"
	[ "$(logged 5 6)" = "10 POST 12,-,-,-" ]
}

@test "a stand-in that says so, through libcurl" {
	load -n 10 --engine curl "$plain/mock"
	[ "$(jq -r 'select(.metric == "latency") | .mode' out | sort -u)" = mock ]
	load -n 20 --engine curl "$plain/mock" "$plain/hello"
	[ "$(jq -r 'select(.metric == "throughput") | [.bench, .mode] | join(" ")' out | sort -u)" = $'http mixed\nhttp/hello real\nhttp/mock mock' ]
}
