#!/usr/bin/env bats
# disk-gen when something is wrong: it says what, and leaves nothing.

load disk-gen

# fails MESSAGE COMMAND...: trouble that is told so.
fails() {
	local message=$1
	shift
	run --separate-stderr "$@"
	echo "status $status: $stderr"
	[ "$status" -eq 1 ]
	[[ $stderr == *"$message"* ]]
}

# fake PROGRAM TEXT: a program of that name, found first.
fake() {
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
	chmod +x "$BATS_TEST_TMPDIR/bin/$1"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "usage" {
	fails "no file to make" disk-gen
	fails "'b': only one file" disk-gen a b
	fails "'': expected a file" disk-gen ''
	fails "--type 'huge': expected minimal" disk-gen -t huge a
	fails "--type '-1MiB'" disk-gen --type=-1MiB a
	fails "--type '1KiB': expected 64KiB" disk-gen -t 1KiB a
	fails "--os 'beos': expected ubuntu" disk-gen --os beos a
	fails "--os 'ubuntu:1.0': expected one of" disk-gen --os ubuntu:1.0 a
	fails "arch has no versions" disk-gen --os arch:1 a
	fails "--hostname 'a b': expected" disk-gen --hostname 'a b' a
	fails "--hostname '-a': expected" disk-gen --hostname -a a
	fails "--files" disk-gen --files x a
	fails "--count '0'" disk-gen -n 0 a
	fails "--count: a batch goes where" disk-gen -n 2
	fails "names its images itself" disk-gen -n 2 -d . a
	fails "--format 'vmdk'" disk-gen --format vmdk a
	only
}

@test "what is there stays, unless --force" {
	echo precious >a.img
	fails "a.img: it is there already; --force replaces it" disk-gen a.img
	[ "$(cat a.img)" = precious ]
	chmod 640 a.img
	ln -s a.img link
	disk-gen --force link >/dev/null
	[ "$(stat -c %s a.img)" -eq 10485760 ]
	[ "$(stat -c %a a.img)" = 640 ]
	[ -L link ]
	mkdir images
	echo precious >images/0002-ubuntu-24.04-minimal.img
	fails "0002-ubuntu-24.04-minimal.img: it is there already" disk-gen -n 3 -t minimal -d images
	only ./a.img ./images ./images/0002-ubuntu-24.04-minimal.img ./link
}

@test "a place that is none" {
	fails "/dev/full: it is not a regular file" disk-gen --force /dev/full
	fails "nowhere/a.img: making it: No such file" disk-gen nowhere/a.img
	mkdir place
	fails "place: it is a directory" disk-gen place
	fails "nowhere/deep: No such file" disk-gen -n 2 -d nowhere/deep
	fails "File name too long" disk-gen "$(printf '%0250d' 1)"
	[ "$(id -u)" -eq 0 ] || {
		chmod 555 place
		fails "Permission denied" disk-gen place/a.img
	}
	only ./place
}

@test "too small for what it is to hold" {
	fails "a.img: too small" disk-gen -t 128KiB a.img
	fails "a.img: too small" disk-gen -t small --packages 100k a.img
	fails "a.img: too small" disk-gen -t minimal --files 100k a.img
	only
}

@test "a file that may not grow" {
	for limit in 64 1000 9000; do
		run bash -c "ulimit -f $limit && exec disk-gen a.img 2>&1 >records"
		[ "$status" -eq 1 ]
		[[ $output == *"File too large"* ]]
		rm -f records
		only
	done
}

@test "a full disk, wherever it is full" {
	mkdir disk
	unshare -rm mount -t tmpfs -o size=1m none disk 2>/dev/null || skip "cannot mount a small file system"
	for size in 16k 60k 200k 400k 1200k 2000k; do
		run unshare -rm bash -c "mount -t tmpfs -o size=$size none disk && cd disk && disk-gen a.img 2>&1 >/dev/null; status=\$?; find . -mindepth 1; exit \$status"
		echo "$size: $output"
		[ "$status" -eq 1 ]
		[[ $output == "disk-gen: a.img: "*"No space left on device"* ]]
		[[ $output != *./* ]]
	done
	run unshare -rm bash -c "mount -t tmpfs -o size=30m none disk && cd disk && disk-gen a.img && cp a.img ../after.img && cp a.img b.img && find . -mindepth 1"
	[ "$status" -eq 0 ]
	disk-gen b.img >/dev/null
	cmp after.img b.img
}

@test "records onto a full disk" {
	fails "" disk-gen -o /dev/full a.img
	[[ $stderr == *"No space left on device"* ]]
	rm -f a.img
	only
}

@test "records and image in the same place" {
	fails "'a.img': both the image and the records cannot go there" disk-gen -o a.img a.img
	ln -s a.img link
	fails "both the image and the records" disk-gen -o ./link a.img
	mkdir images
	fails "both the image and the records" disk-gen -n 2 -t minimal -d images -o images/../images/0002-ubuntu-24.04-minimal.img
	only ./images ./link
}

@test "records into no directory: none is made for the images either" {
	fails "nowhere/records: No such file" disk-gen -n 2 -d images -o nowhere/records
	only
}

@test "records onto a full disk: of a batch, no more than is begun" {
	fails "No space left on device" disk-gen -n 40 -t minimal -j 1 -d images --format ndjson -o /dev/full
	[ "$(find images -name '*.img' | wc -l)" -lt 30 ]
	[ -z "$(find images -name '.*')" ]
}

@test "a reader of the records that goes away: nothing is left but whole images" {
	fake mke2fs 'for i in $(seq 200); do [ -e "$GONE" ] && break; sleep 0.05; done; exec '"$(command -v mke2fs)"' "$@"'
	export GONE=$BATS_TEST_TMPDIR/gone
	run bash -c 'disk-gen -n 40 -t minimal -j 2 -d images --format ndjson | { exec <&-; touch "$GONE"; }; echo ${PIPESTATUS[0]}'
	[ "$output" = 141 ]
	[ "$(find images -name '*.img' | wc -l)" -lt 30 ]
	[ -z "$(find images -name '.*')" ]
}

@test "too little memory, wherever it is short: nothing is left" {
	for kib in 20000 24000 28000 32000 40000; do
		status=0
		bash -c "ulimit -v $kib && exec disk-gen --os fedora -t large --no-digest a.img" >../said 2>&1 || status=$?
		echo "$kib: $status: $(cat ../said)"
		[ "$status" -ne 0 ] || rm a.img
		only
	done
}

@test "started with signals ignored" {
	(trap '' PIPE CHLD && disk-gen a.img >/dev/null)
	[ -s a.img ]
}

@test "a directory of that name that is not its own" {
	mkdir .a.img.disk-gen
	echo precious >.a.img.disk-gen/notes
	disk-gen a.img >/dev/null
	[ "$(cat .a.img.disk-gen/notes)" = precious ]
	only ./.a.img.disk-gen ./.a.img.disk-gen/notes ./a.img
	[ "$(id -u)" -eq 0 ] || skip "cannot make one of somebody else's"
	mkdir -m 777 .b.img.disk-gen
	echo precious >.b.img.disk-gen/image
	chown -R 65534 .b.img.disk-gen 2>/dev/null || skip "cannot make one of somebody else's"
	fails "b.img: a directory .NAME.disk-gen beside it is somebody else's" disk-gen b.img
	[ "$(cat .b.img.disk-gen/image)" = precious ]
}

@test "what is replaced keeps its owner" {
	echo old >a.img
	chown 65534:65534 a.img 2>/dev/null || skip "cannot give files away"
	disk-gen --force a.img >/dev/null
	[ "$(stat -c %u:%g a.img)" = 65534:65534 ]
}

@test "where files in memory may not be executed" {
	shut='echo 2 >/proc/sys/vm/memfd_noexec 2>/dev/null && [ "$(cat /proc/sys/vm/memfd_noexec)" = 2 ]'
	unshare -rpm --fork --mount-proc sh -c "$shut" 2>/dev/null || skip "cannot forbid it"
	disk-gen a.img >/dev/null
	unshare -rpm --fork --mount-proc sh -c "$shut && disk-gen b.img >/dev/null"
	cmp a.img b.img
}

@test "too few open files" {
	run bash -c "ulimit -n 100 && exec disk-gen a.img 2>&1 >/dev/null"
	[ "$status" -eq 1 ]
	[[ $output == *"open files"* ]]
	only
	# The fewest that are enough are enough for as many workers as go with them.
	least=$(grep -o 'takes [0-9]*' <<<"$output" | cut -d ' ' -f 2)
	bash -c "ulimit -n $least && exec disk-gen -n 3 -j 3 -t medium -d images >/dev/null"
	[ "$(find images -name '*.img' | wc -l)" -eq 3 ]
}

@test "no mke2fs anywhere" {
	unshare -rm true 2>/dev/null || skip "cannot hide mke2fs"
	mkdir empty
	hide='for place in /usr/local/sbin /usr/sbin /sbin; do [ ! -d $place ] || mount --bind empty $place; done'
	unshare -rm sh -c "$hide" || skip "cannot hide mke2fs"
	run unshare -rm sh -c "$hide; PATH=/nowhere exec $BIN/disk-gen a.img"
	[ "$status" -eq 1 ]
	[ "$output" = "disk-gen: mke2fs: not found, neither on PATH nor in /usr/sbin; it comes with e2fsprogs" ]
	only ./empty
}

@test "mke2fs fails, in its words" {
	fake mke2fs 'echo "mke2fs 1.99" >&2; echo "mke2fs: the moon is full" >&2; exit 1'
	fails "disk-gen: a.img: mke2fs: the moon is full" disk-gen a.img
	fake mke2fs 'exit 3'
	fails "disk-gen: a.img: mke2fs: exit status 3" disk-gen a.img
	fake mke2fs 'kill -SEGV $$'
	fails "disk-gen: a.img: mke2fs: ended by signal 11" disk-gen a.img
	only
}

@test "debugfs fails, though it ends well" {
	fake debugfs 'echo "debugfs 1.99" >&2; echo "write: Attempt to write block" >&2; exit 0'
	fails "disk-gen: a.img: debugfs: write: Attempt" disk-gen a.img
	only
}

@test "of a batch, what was made before a failure stays, and the records tell" {
	fake mke2fs 'case $* in *"-L archroot"*) echo "mke2fs: no arch here" >&2; exit 1;; esac; exec '"$(command -v mke2fs)"' "$@"'
	fails "mke2fs: no arch here" disk-gen -n 20 --varied -t minimal -j 1 -d images -o records
	made=$(find images -name '*.img' | wc -l)
	[ "$made" -lt 5 ]
	[ "$(find images -mindepth 1 | wc -l)" -eq "$made" ]
	[ "$(jq -r 'select(.name == "image") | .data.path' records | wc -l)" -eq "$made" ]
	[ "$(jq -r 'select(.name == "failed") | .data.reason' records)" = "mke2fs: no arch here" ]
}

@test "a signal: nothing is left but whole images" {
	for signal in INT TERM HUP; do
		fake debugfs "kill -$signal \$PPID; sleep 60"
		run env --default-signal=INT timeout 30 disk-gen -n 4 -j 2 -d images -o records
		echo "$output"
		case $signal in INT) [ "$status" -eq 130 ] ;; TERM) [ "$status" -eq 143 ] ;; HUP) [ "$status" -eq 129 ] ;; esac
		[ "$(jq -r 'select(.name == "interrupted") | .data.signal' records)" -gt 0 ]
		rm records
		only
	done
}

@test "killed: the next run takes over what was left" {
	need flock
	fake debugfs 'kill -KILL $PPID; exec sleep 60'
	run disk-gen a.img
	[ "$status" -eq 137 ]
	[ -d .a.img.disk-gen ]
	# What it ran dies with it, though a moment later.
	for ((i = 0; i < 300; i++)); do
		flock -n .a.img.disk-gen true && break
		sleep 0.1
	done
	rm "$BATS_TEST_TMPDIR/bin/debugfs"
	disk-gen a.img >records
	only ./a.img ./records
}

@test "two at once: one makes it, the other is told" {
	fake debugfs 'touch "$READY"; while [ ! -e "$GO" ]; do sleep 0.05; done; exec '"$(command -v debugfs)"' "$@"'
	export READY=$BATS_TEST_TMPDIR/ready GO=$BATS_TEST_TMPDIR/go
	disk-gen a.img >records 3>&- &
	while [ ! -e "$READY" ] && kill -0 $!; do sleep 0.05; done
	fails "a.img: another disk-gen is making it" disk-gen a.img
	touch "$GO"
	wait $!
	only ./a.img ./records
}

@test "what comes there meanwhile is not replaced" {
	fake debugfs '[ -e a.img ] || echo precious >a.img; exec '"$(command -v debugfs)"' "$@"'
	fails "a.img: it is there already" disk-gen a.img
	[ "$(cat a.img)" = precious ]
	only ./a.img
}
