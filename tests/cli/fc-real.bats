#!/usr/bin/env bats
# fc-probe against a real Firecracker: the commands of the other fc-probe tests, with FIRECRACKER_BIN=/path/to/firecracker.
# The guest is ../vm/boot-timer.S: it says that it has booted, and halts until it is asked to go down; the other one answers
# at vsock port 52 as well (../vm/vsock-agent.c).

bats_require_minimum_version 1.5.0

setup_file() {
	guest=$BATS_FILE_TMPDIR/guest
	export guest
	if [ -z "$(needs)" ]; then
		"$BATS_TEST_DIRNAME/../vm/make-guest" "$guest" 2>"$guest.why" || true
		"$BATS_TEST_DIRNAME/../vm/make-guest" --vsock "$guest-vsock" 2>"$guest-vsock.why" || true
	fi
}

# What is missing for a real one, or nothing.
needs() {
	if [ -z "${FIRECRACKER_BIN:-}" ]; then
		echo "FIRECRACKER_BIN is not set"
	elif ! [ -x "$FIRECRACKER_BIN" ]; then
		echo "FIRECRACKER_BIN: $FIRECRACKER_BIN is no program"
	elif ! { [ -r /dev/kvm ] && [ -w /dev/kvm ]; }; then
		echo "no /dev/kvm that can be used"
	elif timeout 10 "$FIRECRACKER_BIN" --version | grep -q -- -mock; then
		echo "FIRECRACKER_BIN: $FIRECRACKER_BIN is a stand-in"
	fi
}

setup() {
	local missing
	missing=$(needs)
	[ -z "$missing" ] || skip "$missing"
	[ -s "$guest" ] || skip "$(head -n 1 "$guest.why")"
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	# Short: there are sockets in it.
	TMPDIR=$(mktemp -d /tmp/fc-real.XXXXXX)
	USE_REAL_FIRECRACKER=true
	FIRECRACKER_KERNEL_PATH=$guest
	FIRECRACKER_ROOTFS_PATH=none
	export PATH TMPDIR USE_REAL_FIRECRACKER FIRECRACKER_KERNEL_PATH FIRECRACKER_ROOTFS_PATH
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	[ -z "${started:-}" ] || kill -9 "$started" 2>/dev/null || true
	case ${TMPDIR:-} in /tmp/fc-real.*) rm -rf "$TMPDIR" ;; esac
}

# Processes that have something of this test's directory in their arguments.
processes() {
	# The brackets keep it from finding itself.
	grep -la -e "$TMPDIR/[b]enchpipe-" /proc/[0-9]*/cmdline 2>/dev/null | cat
}

# No process, and no file but the directory that the runs share.
nothing_left() {
	local left
	left=$(processes; find "$TMPDIR" -mindepth 1 ! -path "$TMPDIR/benchpipe-$(id -u)")
	[ -z "$left" ] || { echo "left: $left"; return 1; }
}

# until_true COMMAND...: within 20 seconds.
until_true() {
	local i
	for ((i = 0; i < 400; i++)); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	echo "in vain: $*"
	return 1
}

# probe NAME [OPTION...]: run it on the guest, its records into out; all of them are real ones, nothing failed or is left.
probe() {
	timeout 100 fc-probe --format ndjson --boot-timer "${@:2}" "$1" >out
	[ "$(jq -r 'select(.type == "sample" or .type == "hist") | .mode' out | sort -u)" = real ]
	[ "$(jq -s 'map(select(.ok == false or (.type == "skip" and .metric != "vmm"))) | length' out)" = 0 ]
	[ "$(values success)" = 1 ]
	[ "$(values errors)" = 0 ]
	[ "$(jq -r 'select(.bench) | .bench | split("/")[:2] | join("/")' out | sort -u)" = "vm/$1" ]
	nothing_left
}

# values METRIC: of the samples in out.
values() {
	jq -r "select(.type == \"sample\" and .metric == \"$1\") | .value" out
}

# counts METRIC N: so many samples, all above 0.
counts() {
	[ "$(values "$1" | wc -l)" = "$2" ]
	[ "$(jq -s "map(select(.metric == \"$1\" and .value <= 0)) | length" out)" = 0 ]
}

# within INNER OUTER: each operation's INNER is no more than its OUTER.
within() {
	[ "$(jq -s "map(select(.metric == \"$1\" or .metric == \"$2\")) | group_by(.seq)
		| length > 0 and all(length == 2 and (sort_by(.metric == \"$2\") | .[0].value <= .[1].value))" out)" = true ]
}

@test "api-ready and api-null" {
	probe api-ready -n 3
	counts latency 3
	probe api-null -n 20
	counts latency 20
	counts floor 20
}

@test "boot: the guest's boot timer is read, and what the client saw is no shorter" {
	probe boot -n 3
	counts latency 3
	counts boot-timer 3
	within boot-timer latency
	[ "$(jq -r 'select(.metric == "latency") | .params.ready' out | sort -u)" = boot-timer ]
}

@test "boot by the 64-bit entry" {
	"$BATS_TEST_DIRNAME/../vm/make-guest" guest64 -DNO_PVH
	probe boot -n 1 --kernel guest64
	counts boot-timer 1
}

@test "boot without the boot timer: the call alone" {
	timeout 100 fc-probe --format ndjson -n 1 --ready none boot >out
	counts call 1
	[ -z "$(values boot-timer)" ]
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = real ]
	nothing_left
}

@test "pause and resume, with Firecracker's own figures" {
	for what in pause resume; do
		probe $what -n 5
		counts latency 5
		counts firecracker 5
		within firecracker latency
		within vmm firecracker
	done
}

@test "full and diff snapshots" {
	probe snapshot-full -n 2 --mem 32MiB
	counts latency 2
	counts state-bytes 2
	within firecracker latency
	full=$(values memory-bytes | sort -n | head -n 1)
	probe snapshot-diff -n 2 --mem 32MiB
	counts latency 2
	counts state-bytes 2
	within firecracker latency
	[ "$(values memory-bytes | sort -n | tail -n 1)" -le "$full" ]
}

@test "restore" {
	probe restore -n 2 --mem 32MiB
	counts latency 2
	counts load 2
	within firecracker load
	within load latency
}

@test "mem-overhead: the guest's memory is told apart" {
	probe mem-overhead -n 2 --mem 256MiB
	counts overhead 2
	# What the guest has of its 256 MiB is next to nothing, what Firecracker is without it is some MiB.
	[ "$(values overhead | sort -n | tail -n 1)" -lt $((64 << 20)) ]
	[ "$(values guest-rss | sort -n | tail -n 1)" -lt $((64 << 20)) ]
}

@test "shutdown: the guest is asked, and goes down by itself" {
	probe shutdown -n 2
	counts latency 2
	within call latency
}

@test "cleanup" {
	probe cleanup -n 2
	counts latency 2
	probe cleanup -n 2 --stop-by term
	counts latency 2
	probe cleanup -n 2 --stop-by kill
	counts latency 2
}

# talk_to NAME [OPTION...]: probe, with the guest that answers.
talk_to() {
	[ -s "$guest-vsock" ] || skip "$(head -n 1 "$guest-vsock.why")"
	probe "$@" --kernel "$guest-vsock" --vsock --exec vsock:52 --mem 32MiB
}

@test "boot until the guest calls home" {
	talk_to boot -n 2 --ready vsock:1024
	counts latency 2
	within call latency
	[ "$(jq -r 'select(.metric == "latency") | .params.ready' out | sort -u)" = vsock ]
}

@test "boot until the first command is done" {
	talk_to boot -n 2 --ready exec
	counts latency 2
	within call latency
}

@test "exec over vsock" {
	talk_to exec -n 5
	counts latency 5
	within connect first-byte
	within first-byte latency
}

@test "vsock-rtt" {
	talk_to vsock-rtt -n 5
	[ "$(jq -s 'map(select(.metric == "latency")) | length == 1 and all(.type == "hist" and .count > 0 and .min > 0)' out)" = true ]
}

@test "restore until the first command is done" {
	talk_to restore -n 2
	counts latency 2
	counts load 2
	within load latency
	[ "$(jq -r 'select(.metric == "latency") | .params.until' out | sort -u)" = exec ]
}

@test "two restored at once have a vsock socket each" {
	talk_to restore -n 4 -c 2
	counts latency 4
}

@test "cycle" {
	talk_to cycle -n 2
	for part in boot exec snapshot restore cleanup; do
		[ "$(jq -s "map(select(.bench == \"vm/cycle/$part\" and .metric == \"latency\" and .value > 0)) | length" out)" = 2 ]
	done
	# The parts are no longer than the whole.
	[ "$(jq -s 'map(select(.metric == "latency")) | group_by(.seq) | length == 2 and
		all((map(select(.bench == "vm/cycle")) | .[0].value) >= (map(select(.bench != "vm/cycle") | .value) | add))' out)" = true ]
}

@test "a pool of one" {
	probe pool -n 3
	counts latency 3
	counts release 3
}

@test "four at once are four at once" {
	probe boot -n 8 -c 4 --mem 32MiB
	counts latency 8
	[ "$(values max-concurrent)" = 4 ]
}

@test "a guest that goes down instead of calling home is a failure that says so" {
	run --separate-stderr -1 timeout 100 fc-probe --format ndjson -n 1 --ready vsock:1024 --boot-args guest=exit boot
	[[ $stderr == *'ended with status 0'* ]]
	[ "$(jq -r 'select(.type == "sample") | .mode' <<<"$output" | sort -u)" = real ]
	[ "$(jq -r 'select(.metric == "success") | .value' <<<"$output")" = 0 ]
	nothing_left
}

@test "what Firecracker says of a kernel that is none is passed on" {
	echo 'this is no kernel' >kernel
	run --separate-stderr -1 timeout 100 fc-probe --format ndjson -n 1 --kernel kernel --ready none boot
	[[ $stderr == *ernel* ]]
	nothing_left
}

@test "a microVM that already runs: measured, and left running" {
	socket=$TMPDIR/api.sock
	printf '{"boot-source":{"kernel_image_path":"%s"},"drives":[],"machine-config":{"vcpu_count":1,"mem_size_mib":32}}' \
		"$guest" >config
	"$FIRECRACKER_BIN" --api-sock "$socket" --config-file config >log 2>&1 3>&- &
	started=$!
	until_true grep -q 'Successfully started microvm' log
	for what in api-null pause resume; do
		timeout 100 fc-probe --format ndjson -n 3 --socket "$socket" $what >out
		[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = real ]
		counts latency 3
		kill -0 "$started"
	done
	kill -9 "$started"
	wait "$started" || true
	started=
	rm "$socket"
	nothing_left
}

@test "interrupted: the microVM goes with the run" {
	fc-probe --format ndjson --boot-timer -n 1000000 pause >out 2>err 3>&- &
	started=$!
	until_true eval '[ -n "$(processes)" ]'
	kill -TERM "$started"
	status=0
	wait "$started" || status=$?
	started=
	[ "$status" = 143 ]
	nothing_left
}

@test "killed: the microVM dies with it, and the next run removes what is left" {
	fc-probe --format ndjson --boot-timer -n 1000000 pause >out 2>err 3>&- &
	started=$!
	until_true eval '[ -n "$(processes)" ]'
	kill -9 "$started"
	wait "$started" || true
	started=
	until_true eval '[ -z "$(processes)" ]'
	[ -n "$(find "$TMPDIR" -mindepth 2)" ]
	probe api-ready -n 1
}
