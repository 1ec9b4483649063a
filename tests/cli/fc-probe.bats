#!/usr/bin/env bats
# fc-probe: its probes on the stand-in, what it makes of options and of what goes wrong.

load fc-probe

@test "every probe measures, and nothing is left" {
	run -0 --separate-stderr probe -n 3 -c 2 --commit true all
	[[ $stderr == *"measuring the stand-in $mock"* ]]
	for name in api-ready boot exec pause resume snapshot-full snapshot-diff restore pool shutdown cleanup cycle; do
		[ "$(count "vm/$name" latency)" = 3 ] || { echo "$name"; false; }
		[ "$(value "vm/$name" success)" = 1 ]
		[ "$(value "vm/$name" errors)" = 0 ]
	done
	[ "$(count vm/vsock-rtt latency)" = 87 ]
	[ "$(count vm/api-null latency)" = 3 ]
	[ "$(count vm/api-null floor)" = 3 ]
	[ "$(count vm/mem-overhead overhead)" = 3 ]
	for part in boot exec commit snapshot restore cleanup; do
		[ "$(count "vm/cycle/$part" latency)" = 3 ]
	done
	nothing_left
}

@test "what a stand-in said is mock, in records and for people" {
	probe -n 2 boot
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = mock ]
	run -0 --separate-stderr timeout 20 fc-probe --firecracker "$mock" --format text -n 2 boot
	[[ $output == *"mock-vm/boot "* ]]
	# It cannot be raised.
	probe -n 1 --mode real api-null || [ $? = 1 ]
	[ -z "$(jq 'select(.type == "sample" and .mode == "real")' out)" ]
}

@test "without a Firecracker it is the stand-in, and the first line says so" {
	mkdir only
	ln -s "$mock" only/fc-mock
	PATH=$PWD/only:/usr/bin:/bin run -0 --separate-stderr "$BIN/fc-probe" --format ndjson -n 1 api-ready
	[[ ${stderr_lines[0]} == *"no firecracker on PATH"*"stand-in fc-mock"* ]]
}

@test "USE_REAL_FIRECRACKER=true: what is missing is named, and nothing takes its place" {
	export USE_REAL_FIRECRACKER=true
	PATH=/usr/bin:/bin run -1 --separate-stderr "$BIN/fc-probe" boot
	[[ $stderr == *"no firecracker on PATH"* ]]
	[[ $stderr == *"no kernel"* ]]
	[[ $stderr == *"no root file system"* ]]
	run -1 --separate-stderr fc-probe --firecracker "$mock" boot
	[[ $stderr == *"is a stand-in"* ]]
	FIRECRACKER_BIN=/nowhere run -1 --separate-stderr fc-probe boot
	[[ $stderr == *"/nowhere: No such file"* ]]
	nothing_left
}

@test "a Firecracker that lacks something is trouble where it was asked for" {
	printf '#!/bin/sh\necho "Firecracker v1.10.0"\n' >real
	chmod +x real
	run -1 --separate-stderr fc-probe --firecracker ./real --kernel /nowhere/vmlinux boot
	[[ $stderr == *"is a real Firecracker, but:"* ]]
	[[ $stderr == *"kernel /nowhere/vmlinux: No such file"* ]]
	run -1 --separate-stderr fc-probe --firecracker /bin/true boot
	[[ $stderr == *"expected Firecracker v1.x.y"* ]]
	nothing_left
}

@test "it sends every version what that version takes" {
	for version in 1.0.0 1.1.0 1.2.0 1.4.1 1.7.0 1.10.1 1.12.0 1.13.0 1.14.0 1.15.0 1.16.0 1.17.0; do
		probe -n 1 --mock-version "$version" boot snapshot-full snapshot-diff restore ||
			{ echo "$version"; false; }
		[ "$(event settings | jq -r .version)" = "$version-mock" ]
	done
}

@test "huge pages and other settings reach the API" {
	probe -n 1 --huge-pages --vcpus 2 --mem 256MiB --boot-args 'console=ttyS0' --track-dirty boot
	[ "$(jq -c 'select(.metric == "latency") | .params' out)" = '{"concurrency":1,"huge-pages":true,"mem":256,"ready":"boot-timer","track-dirty":true,"vcpus":2}' ]
	run -1 --separate-stderr probe -n 1 --huge-pages --mock-version 1.6.0 boot
	[[ $stderr == *"huge pages need Firecracker 1.7"* ]]
	nothing_left
}

@test "how it is told that the guest is up" {
	for how in boot-timer vsock:1024 exec none; do
		probe -n 2 --ready "$how" boot
		[ "$(jq -r 'select(.metric == "call") | .params.ready' out | sort -u)" = "${how%%:*}" ]
		if [ "$how" = none ]; then
			[ "$(jq -r 'select(.type == "skip") | .metric' out)" = latency ]
			[ "$(count vm/boot latency)" = 0 ]
		else
			[ "$(count vm/boot latency)" = 2 ]
		fi
	done
}

@test "boot takes as long as the guest does, and the boot timer agrees" {
	probe -n 3 --mock-latency boot=50ms boot
	for metric in latency boot-timer; do
		value vm/boot "$metric" | awk '$1 < 50e6 { bad = 1 } END { exit bad || NR != 3 }'
	done
}

@test "Firecracker's own figures" {
	probe -n 3 --mock-latency pause=5ms pause
	value vm/pause firecracker | awk '$1 < 5e6 { bad = 1 } END { exit bad || NR != 3 }'
	probe -n 2 snapshot-full
	[ "$(count vm/snapshot-full state-bytes)" = 2 ]
}

@test "exec: a command's status, and one that does not exist" {
	probe -n 3 --command 'echo hello; test 1 = 1' exec
	[ "$(count vm/exec first-byte)" = 3 ]
	run -1 --separate-stderr probe -n 3 --command 'no-such-command' exec
	[[ $stderr == *"status 127"* ]]
	[ "$(value vm/exec errors)" = 3 ]
}

@test "records: settings, params, --bench, --param, --seed" {
	probe -n 1 --bench mine --param rack=7 --seed 9 api-ready
	[ "$(jq -r 'select(.metric == "latency") | .bench' out)" = mine ]
	[ "$(jq -c 'select(.metric == "latency") | .params' out)" = '{"concurrency":1,"mem":128,"rack":7,"vcpus":1}' ]
	[ "$(jq -c 'select(.type == "run") | .seed' out)" = 9 ]
	[ "$(event settings | jq -r .retries)" = 3 ]
	probe -n 1 --bench mine api-ready boot
	[ "$(jq -r 'select(.metric == "latency") | .bench' out | paste -sd ' ')" = "mine/api-ready mine/boot" ]
	bench-stat out >/dev/null
}

@test "many operations are histograms, few are samples" {
	probe -n 1001 api-null
	[ "$(jq -s '[.[] | select(.type == "hist" and .metric == "latency") | .count] | add' out)" = 1001 ]
	probe -n 1000 api-null
	[ "$(jq -s '[.[] | select(.type == "sample" and .metric == "latency")] | length' out)" = 1000 ]
}

@test "warm-up operations do not count" {
	probe -n 3 --warmup 4 -c 2 boot
	[ "$(count vm/boot latency)" = 3 ]
	nothing_left
}

@test "--socket: attached to one that runs, which goes on running" {
	"$mock" --api-sock "$TMPDIR/api" >/dev/null 3>&- &
	PID=$!
	for _ in $(seq 100); do [ ! -S "$TMPDIR/api" ] || break; sleep 0.05; done
	timeout 20 fc-probe --socket "$TMPDIR/api" -n 20 --format ndjson -o out api-null
	[ "$(count vm/api-null latency)" = 20 ]
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/api" boot
	[[ $stderr == *"starts microVMs of its own"* ]]
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/api" --firecracker "$mock" api-null
	[[ $stderr == *"leave out --firecracker"* ]]
	kill -0 "$PID"
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/nobody" api-null
	[[ $stderr == *"$TMPDIR/nobody: No such file"* ]]
}

@test "options that make no sense" {
	refused() {
		local words=$1
		shift
		run -1 --separate-stderr fc-probe "$@"
		[[ $stderr == *"$words"* ]] || { echo "$stderr"; false; }
	}
	refused "no probe"
	refused "nonsense: no such probe" nonsense
	refused "boot: once is enough" boot boot
	refused "expected numbers from 1" -c 0 boot
	refused "expected numbers from 1" -c 10,5 boot
	refused "expected numbers from 1" --burst x boot
	refused "--vcpus 3: expected 1 or an even number" --vcpus 3 boot
	refused "expected whole MiB" --mem 1000 boot
	refused "--ready 'never'" --ready never boot
	refused "--exec" --exec telnet:x exec
	refused "needs --socket" --exec ssh:root@host exec
	refused "--backoff" --backoff never cleanup
	refused "--stop-by" --stop-by asking cleanup
	refused "expected one line" --command '' exec
	refused "/nowhere: No such file" --drive /nowhere boot
	refused "/nowhere: No such file" --snapshot-dir /nowhere boot
	refused "expected an argument" boot --mock-fail
	nothing_left
}

@test "a stand-in that does not start, hangs, drops or dies is an error in words" {
	run -1 --separate-stderr probe -n 3 --mock-fail start=1 boot
	[[ $stderr == *"ended with status 1"* ]]
	run -1 --separate-stderr probe -n 1 --boot-timeout 1.5s --mock-hang instance-start=1 boot
	[[ $stderr == *"had no answer within the time"* ]]
	run -1 --separate-stderr probe -n 3 --mock-drop instance-start=1 boot
	[[ $stderr == *"PUT /actions"* ]]
	run -1 --separate-stderr probe -n 3 --mock-die instance-start=1 boot
	[[ $stderr == *"was killed by signal 9"* ]]
	run -1 --separate-stderr probe -n 1 --boot-timeout 1.5s --mock-fail boot=1 boot
	[[ $stderr == *"did not come up"* ]]
	run -1 --separate-stderr probe -n 3 --mock-fail config=1 boot
	[[ $stderr == *"could not set it up"* ]]
	nothing_left
}

@test "some operations that fail are errors, and the others are measured" {
	probe -n 40 --mock-fail instance-start=0.5 boot
	[ "$(value vm/boot errors)" -gt 5 ]
	[ "$(value vm/boot errors)" -lt 35 ]
	[ "$(jq -s '[.[] | select(.metric == "latency" and .ok == false)] | length' out)" = 0 ]
	[ "$(count vm/boot latency)" = $((40 - $(value vm/boot errors))) ]
	event first-error | jq -e '.error | contains("PUT /actions answered 400")'
}

@test "images told by disk-gen are taken in turn" {
	printf '%s\n' '{"type":"run","schema":1,"run":"x","tool":"disk-gen","version":"0.1.0","start":"2026-11-20T18:00:00.123Z"}' \
		'{"type":"event","run":"x","bench":"disk/small","name":"image","data":{"path":"'"$PWD"'/a.img","format":"raw"}}' \
		'{"type":"event","run":"x","bench":"disk/small","name":"image","data":{"path":"'"$PWD"'/b.img","format":"raw"}}' >manifest
	truncate -s 1M a.img b.img
	probe -n 4 --rootfs - boot <manifest
	[ "$(count vm/boot latency)" = 4 ]
	rm b.img
	run -1 --separate-stderr probe -n 4 --rootfs - boot <manifest
	[[ $stderr == *b.img* ]]
	run -1 --separate-stderr probe --rootfs - boot </dev/null
	nothing_left
}

@test "--snapshot-dir, and a disk that is full" {
	mkdir snapshots
	probe -n 2 --snapshot-dir snapshots snapshot-full restore cycle
	[ -z "$(ls snapshots)" ]
	run -1 fc-probe --firecracker "$mock" --format ndjson -n 1 -o /dev/full boot
	run -1 --separate-stderr sh -c 'fc-probe --firecracker "$1" --format ndjson -n 1 boot >/dev/full' - "$mock"
	nothing_left
}

@test "a long TMPDIR is no hindrance" {
	long=$TMPDIR/$(printf '%080d' 0)
	mkdir "$long"
	TMPDIR=$long probe -n 1 boot
	[ "$(count vm/boot latency)" = 1 ]
}

@test "no operation allocates" {
	probe -n 50 api-null
	[ "$(value vm/api-null allocs)" = 0 ]
	probe -n 20 cleanup
	[ "$(value vm/cleanup allocs)" = 0 ]
	[ "$(value vm/cleanup alloc-bytes)" = 0 ]
}

@test "a --snapshot-dir whose path is too long is refused, and what is in it stays" {
	deep=$TMPDIR/deep
	mkdir "$deep"
	while [ ${#deep} -lt 440 ]; do deep=$deep/$(printf '%040d' 0); mkdir "$deep"; done
	while [ ${#deep} -lt 511 ]; do
		rest=$((510 - ${#deep}))
		deep=$deep/$(printf "%0$((rest > 60 ? 60 : rest < 1 ? 1 : rest))d" 0)
		mkdir -p "$deep"
	done
	touch "$deep/mine"
	run -1 --separate-stderr probe -n 1 --snapshot-dir "$deep" snapshot-full
	[[ $stderr == *"the path is too long"* ]]
	[ -e "$deep/mine" ]
	rm -rf "$TMPDIR/deep"
	nothing_left
}

@test "what was measured before something could not be prepared is written" {
	run -1 --separate-stderr probe -n 200 -c 1 --mock-fail config=0.004 boot
	n=$(count vm/boot latency)
	[ "$n" -gt 0 ]
	[ "$n" -lt 200 ]
	[ "$(jq -r 'select(.type == "skip") | .reason' out)" != "" ]
	run -1 --separate-stderr probe -n 2 --mock-fail config=1 api-ready cycle
	[ "$(count vm/api-ready latency)" = 2 ]
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = mock ]
}

@test "each operation has its own time, however long the others took to prepare" {
	probe -n 40 -c 40 --boot-timeout 3s --mock-latency config=100ms --mock-latency boot=1s boot
	[ "$(value vm/boot errors)" = 0 ]
}

@test "what a Firecracker in a wrapper leaves behind is told, and removed" {
	printf '#!/bin/sh\nsleep 3%d.5 </dev/null >/dev/null 2>&1 &\nexec "%s" "$@"\n' $$ "$mock" >wrapper
	chmod +x wrapper
	mock=$PWD/wrapper
	probe -n 2 -c 2 cleanup
	event resource-leaked | jq -e '.value == 2 and (.text | contains("process"))'
	probe -n 2 -c 2 exec boot
	run -1 pgrep -f "sleep 3$$.5"
	nothing_left
}

@test "throughput is of what went well, without the warm-up" {
	probe -n 40 --mock-fail instance-start=0.5 --mock-latency boot=10ms boot
	[ "$(value vm/boot throughput | cut -d . -f 1)" -lt 100 ]
	probe -n 10 --warmup 10 --mock-latency boot=20ms boot
	[ "$(value vm/boot throughput | cut -d . -f 1)" -lt 50 ]
}

@test "a microVM has the timers that it would have without fc-probe" {
	[ -r /proc/self/timerslack_ns ] || skip "this kernel does not tell timer slack"
	printf '#!/bin/sh\ncat /proc/self/timerslack_ns >>"%s"\nexec "%s" "$@"\n' "$PWD/slack" "$mock" >wrapper
	chmod +x wrapper
	mock=$PWD/wrapper
	probe -n 2 boot
	[ "$(sort -u slack)" = "$(cat /proc/self/timerslack_ns)" ]
}

@test "signals end it while it reads images or waits for a commit" {
	mkfifo images
	for signal in INT TERM; do
		status=0
		timeout -s "$signal" --preserve-status -k 5 0.5 fc-probe --firecracker "$mock" --rootfs - boot <>images 2>/dev/null || status=$?
		[ "$status" = 130 ] || [ "$status" = 143 ]
		status=0
		timeout -s "$signal" --preserve-status -k 5 0.5 fc-probe --firecracker "$mock" --format ndjson -o out --progress never \
			--commit "sleep 3$$.5" cycle 2>/dev/null || status=$?
		[ "$status" = 130 ] || [ "$status" = 143 ]
		run -1 pgrep -f "sleep 3$$.5"
	done
	nothing_left
}

@test "--commit gets the microVM's identifier, and leaves nothing in the background" {
	probe -n 1 --commit 'echo "$1" >id; sleep 3'$$'.5 & ' cycle
	grep -Eqx '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}' id
	run -1 pgrep -f "sleep 3$$.5"
	run -1 --separate-stderr probe -n 1 --commit 'exit 7' cycle
	[[ $stderr == *"--commit ended with status 7"* ]]
}

@test "--socket: a microVM is left as it was found" {
	"$mock" --api-sock "$TMPDIR/api" --no-seccomp >/dev/null 3>&- &
	PID=$!
	for _ in $(seq 100); do [ ! -S "$TMPDIR/api" ] || break; sleep 0.05; done
	command -v curl >/dev/null || skip "no curl to set a microVM up with"
	ask() { curl -sf --unix-socket "$TMPDIR/api" -X "$1" -d "$3" "http://localhost$2"; }
	touch "$TMPDIR/kernel"
	ask PUT /boot-source "{\"kernel_image_path\":\"$TMPDIR/kernel\"}"
	ask PUT /machine-config '{"vcpu_count":2,"mem_size_mib":64}'
	ask PUT /actions '{"action_type":"InstanceStart"}'
	for state in Resumed Paused; do
		ask PATCH /vm "{\"state\":\"$state\"}"
		timeout 20 fc-probe --socket "$TMPDIR/api" -n 3 --format ndjson -o out pause
		[ "$(count vm/pause latency)" = 3 ]
		[ "$(jq -c 'select(.metric == "success") | .params' out)" = '{"concurrency":1,"mem":64,"vcpus":2}' ]
		curl -sf --unix-socket "$TMPDIR/api" http://localhost/ | grep -q "\"state\":\"${state/Resumed/Running}\""
	done
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/api" --vcpus 2 pause
	[[ $stderr == *"is as it is"* ]]
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/api" -c 6 api-null
	[[ $stderr == *"ten connections"* ]]
	run -1 --separate-stderr fc-probe --socket "$TMPDIR/api" -c 2 pause
	kill "$PID"
	PID=
	rm -f "$TMPDIR/api" "$TMPDIR/kernel"
	nothing_left
}

@test "several microVMs do not write to one image" {
	truncate -s 1M image
	probe -n 1 --rootfs image:rw boot
	run -1 --separate-stderr probe -n 2 -c 2 --rootfs image:rw boot
	[[ $stderr == *"2 microVMs at once would write to it"* ]]
	run -1 --separate-stderr probe -n 2 -c 2 --drive image:rw boot
	[[ $stderr == *"would write to it"* ]]
}
