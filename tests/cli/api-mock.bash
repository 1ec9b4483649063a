# shellcheck shell=bash disable=SC2034,SC2154
# A database, a server of it, and requests. Read by the tests of api-mock.

bats_require_minimum_version 1.5.0

setup_file() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	export BIN
	cd "$BATS_FILE_TMPDIR" || return 1
	# Two clusters: of the first, bundles up to version 5; 60 nodes, all of the first.
	"$BIN/db-seed" --profile nebulagc --rows nodes=60 --rows clusters=2 --rows config_bundles=2 db >/dev/null
	"$BIN/db-seed" --profile nebulagc --rows nodes=60 --rows clusters=2 --print nodes >nodes.jsonl
	"$BIN/db-seed" --profile nebulagc --rows nodes=60 --rows clusters=2 --print clusters >clusters.jsonl
}

setup() {
	PATH=$BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	db=$BATS_FILE_TMPDIR/db
	admin=$(jq -r 'select(.is_admin == 1).id' "$BATS_FILE_TMPDIR/nodes.jsonl" | head -n 1)
	node=$(jq -r 'select(.is_admin == 0).id' "$BATS_FILE_TMPDIR/nodes.jsonl" | head -n 1)
	cluster=$(jq -r .id "$BATS_FILE_TMPDIR/clusters.jsonl" | head -n 1)
	pid=
}

teardown() {
	if [ -n "$pid" ]; then
		kill "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	fi
}

# serve OPTION...: start it on the database; $url is where, $pid who. The copy lies in work/.
serve() {
	local i
	rm -f ready
	mkdir -p work
	case " $* " in
	*' --in-place '*) api-mock --ready-file ready "$@" >out 2>err 3>&- & ;;
	*) api-mock --ready-file ready --work-dir work "$@" "$db" >out 2>err 3>&- & ;;
	esac
	pid=$!
	for i in $(seq 1000); do
		if [ -s ready ]; then
			url=$(cat ready)
			return 0
		fi
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.02
	done
	cat err
	return 1
}

# ended STATUS: wait for it, which has that status.
ended() {
	local status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq "$1" ] || { echo "status $status, wanted $1"; cat err; return 1; }
}

# ask METHOD PATH [CURL-OPTION...]: $code, the body in body, its head in head.txt.
ask() {
	command -v curl >/dev/null || skip "no curl to make requests with"
	local method=$1 path=$2
	shift 2
	rm -f body
	code=$(curl -sS -X "$method" -D head.txt -o body -w '%{http_code}' -m 20 "$@" "$url$path")
}

# As a node that may do all, as one that may not, as the cluster.
as_admin() { ask "$@" -H "X-NebulaGC-Node-Token: benchpipe-node-$admin"; }
as_node() { ask "$@" -H "X-NebulaGC-Node-Token: benchpipe-node-$node"; }
as_cluster() { ask "$@" -H "X-NebulaGC-Cluster-Token: benchpipe-cluster-$cluster"; }

# is CODE [JQ-FILTER VALUE]: what came.
is() {
	[ "$code" = "$1" ] || { echo "status $code, wanted $1"; cat body; return 1; }
	[ $# -lt 2 ] || [ "$(jq -c "$2" body)" = "$3" ] || { cat body; return 1; }
}

version() {
	as_node GET /api/v1/config/version
	jq .data.version body
}

# failing WORDS COMMAND...: exit 1, and this on stderr.
failing() {
	local words=$1
	shift
	run -1 --separate-stderr timeout 20 "$@"
	[[ $stderr == *"$words"* ]] || { echo "stderr: $stderr"; false; }
}

# total: how many requests arrived, as /metrics has it. Needs no curl where nothing has.
total() {
	local hostport=${url#http://}
	exec 9<>"/dev/tcp/${hostport%:*}/${hostport#*:}"
	printf 'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&9
	sed -n 's/^benchpipe_requests_total //p' <&9
	exec 9>&-
}

# raw PATH: one request by bash alone; the answer's lines on stdout.
raw() {
	local hostport=${url#http://}
	exec 9<>"/dev/tcp/${hostport%:*}/${hostport#*:}"
	printf 'GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' "$1" >&9
	tr -d '\r' <&9
	exec 9>&-
}
