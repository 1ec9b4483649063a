#!/usr/bin/env bats
# disk-gen: images that e2fsck finds clean and debugfs reads back, the same for the same seed, and what it says of them.

load disk-gen

clean() {
	e2fsck -fn "$1" >e2fsck.out 2>&1 || {
		cat e2fsck.out
		return 1
	}
	rm e2fsck.out
}

# content IMAGE PATH: a file in it.
content() {
	debugfs -R "cat $2" "$1" 2>/dev/null
}

# release IMAGE: its os-release, which may be a link.
release() {
	content "$1" /usr/lib/os-release
	content "$1" /etc/os-release
}

# value FILE METRIC [BENCH]: of the only sample.
value() {
	jq -r --arg metric "$2" --arg bench "${3:-}" \
		'select(.type == "sample" and .metric == $metric and ($bench == "" or .bench == $bench)) | .value' "$1"
}

# event FILE FIELD: of the images.
event() {
	jq -r --arg field "$2" 'select(.type == "event" and .name == "image") | .data[$field]' "$1"
}

# packages IMAGE OS: how many its database has.
packages() {
	case $2 in
	ubuntu | debian) content "$1" /var/lib/dpkg/status | grep -c '^Package: ' ;;
	alpine) content "$1" /lib/apk/db/installed | grep -c '^P:' ;;
	arch) debugfs -R 'ls -p /var/lib/pacman/local' "$1" 2>/dev/null | grep -c '/04.*/[^.].*-[0-9]*//$' ;;
	fedora)
		debugfs -R 'dump /var/lib/rpm/rpmdb.sqlite rpmdb' "$1" 2>/dev/null
		[ -s rpmdb ] || debugfs -R 'dump /usr/lib/sysimage/rpm/rpmdb.sqlite rpmdb' "$1" 2>/dev/null
		sqlite3 rpmdb 'SELECT count(*) FROM Packages'
		rm rpmdb
		;;
	esac
}

@test "every system, minimal to medium: a clean file system that has what was asked for" {
	need e2fsck
	need sqlite3
	for os in ubuntu debian alpine fedora arch; do
		for type in minimal small medium; do
			disk-gen -t $type --os $os --hostname "host-$os" -o records $os.img
			clean $os.img
			[ "$(content $os.img /etc/hostname)" = "host-$os" ]
			release $os.img | grep -qx "ID=\"\?$os\"\?"
			[ "$(packages $os.img $os)" -eq "$(value records packages disk/$type)" ]
			[ "$(event records packages)" -eq "$(value records packages disk/$type)" ]
			rm $os.img
		done
	done
	only ./records
}

@test "as many packages and files as asked for" {
	need sqlite3
	for os in ubuntu debian alpine fedora arch; do
		disk-gen --os $os --packages 137 --files 50 -o some $os.img
		disk-gen --os $os --packages 137 --files 90 -o more more.img
		[ "$(packages $os.img $os)" -eq 137 ]
		[ "$(value some packages disk/small)" -eq 137 ]
		[ $(($(value more files disk/small) - $(value some files disk/small))) -eq 40 ]
		rm ./*.img
	done
}

@test "a large one is sparse and clean" {
	need e2fsck
	disk-gen -t large --no-digest -o records large.img
	clean large.img
	[ "$(stat -c %s large.img)" -eq $((1 << 30)) ]
	[ "$(value records allocated)" -eq $(($(stat -c %b large.img) * 512)) ]
	[ "$(value records allocated)" -lt $((200 << 20)) ]
	[ "$(event records sha256)" = null ]
}

@test "a huge one takes little of the disk, and no more while it is made" {
	need e2fsck
	mkdir disk
	# Its inode tables alone would be 3 GiB.
	unshare -rm mount -t tmpfs -o size=64m none disk 2>/dev/null || skip "cannot mount a small file system"
	unshare -rm bash -c "mount -t tmpfs -o size=64m none disk && disk-gen -t 100GiB --no-digest disk/huge.img >records && e2fsck -fn disk/huge.img"
	[ "$(value records size)" -eq $((100 << 30)) ]
}

@test "the same seed makes the same bytes: another day, another time zone, another environment, any number of workers" {
	disk-gen --seed 7 --os debian a.img >/dev/null
	sleep 1.1
	TZ=Asia/Tokyo SOURCE_DATE_EPOCH=5 E2FSPROGS_FAKE_TIME=6 MKE2FS_FIRST_META_BG=1 MKE2FS_CONFIG=/dev/null \
		disk-gen --seed 7 --os debian b.img >/dev/null
	cmp a.img b.img
	(umask 077 && disk-gen --seed 7 --os debian c.img >/dev/null)
	cmp a.img c.img
	disk-gen --seed 8 --os debian d.img >/dev/null
	run ! cmp -s a.img d.img
	disk-gen --seed 3 -n 8 --varied -j 1 -d one >/dev/null
	disk-gen --seed 3 -n 8 --varied -j 4 -d four >/dev/null
	diff -r one four
	[ "$(find one -name '*.img' | wc -l)" -eq 8 ]
}

@test "the same bytes whoever makes it" {
	need setpriv
	setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null || skip "cannot become another user"
	disk-gen --os fedora a.img >/dev/null
	theirs=$(mktemp -d "${TMPDIR:-/tmp}/disk-gen.XXXXXX")
	chmod 755 "$theirs"
	mkdir -m 777 "$theirs/w"
	cp "$BIN/disk-gen" "$theirs"
	if setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$theirs/disk-gen"; then
		setpriv --reuid 65534 --regid 65534 --clear-groups "$theirs/disk-gen" --os fedora "$theirs/w/b.img" >records ||
			status=$?
		cp "$theirs/w/b.img" . || true
	fi
	rm -r "$theirs"
	[ -s records ] || skip "another user cannot get at ${TMPDIR:-/tmp}"
	cmp a.img b.img
}

@test "owners, modes and times are the files' own" {
	for pair in fedora=0000 debian=0640 arch=0600; do
		disk-gen --os "${pair%=*}" --force a.img >/dev/null
		debugfs -R 'stat /etc/shadow' a.img 2>/dev/null | grep -q "Mode: *${pair#*=} "
	done
	disk-gen --os fedora --force a.img >/dev/null
	debugfs -R 'stat /usr/bin/bash' a.img 2>/dev/null | grep -q 'Mode: *0755'
	debugfs -R 'stat /etc/passwd' a.img 2>/dev/null | grep -q 'Mode: *0644'
	debugfs -R 'stat /tmp' a.img 2>/dev/null | grep -q 'Mode: *01777'
	debugfs -R 'stat /' a.img 2>/dev/null | grep -q 'User: *0 *Group: *0'
	# Some of the data is a user's.
	debugfs -R 'ls -l /home' a.img 2>/dev/null | grep -q ' 100[0-9] '
	# None is of today.
	debugfs -R 'ls -l /etc' a.img 2>/dev/null >etc
	grep -q -- '-2025 ' etc
	run ! grep -- "$(date -u +%-d-%b-%Y)" etc
}

@test "--gpt: the same file system in the partition of a disk" {
	need e2fsck
	for type in minimal medium; do
		disk-gen -t $type --os alpine bare.img >/dev/null
		disk-gen -t $type --os alpine --gpt -o records disk.img >/dev/null
		cmp <(tail -c +1048577 disk.img | head -c "$(stat -c %s bare.img)") bare.img
		[ "$(stat -c %s disk.img)" -eq $(($(stat -c %s bare.img) + (2 << 20))) ]
		clean "disk.img?offset=1048576"
		[ "$(event records gpt)" = true ]
		rm ./*.img
	done
}

@test "--gpt: a table that sfdisk finds no fault with" {
	need sfdisk
	disk-gen --gpt disk.img >/dev/null
	run sfdisk --verify disk.img
	[ "$status" -eq 0 ]
	[[ $output == *"No errors detected"* ]]
	run sfdisk -d disk.img
	[[ $output == *"label: gpt"* && $output == *"start=        2048"* && $output == *'name="root"'* ]]
	# Either table alone will do.
	printf '%512s' '' | dd of=disk.img bs=512 seek=1 conv=notrunc status=none
	sfdisk -d disk.img 2>/dev/null | grep -q 'name="root"'
}

@test "--format qcow2: the same disk" {
	need qemu-img
	disk-gen --seed 5 raw.img >/dev/null
	disk-gen --seed 5 --format qcow2 -o records disk.qcow2 >/dev/null
	[ "$(qemu-img info --output json disk.qcow2 | jq -r .format)" = qcow2 ]
	qemu-img convert -O raw disk.qcow2 back.img
	cmp raw.img back.img
	[ "$(event records format)" = qcow2 ]
	[ "$(event records sha256)" = "$(sha256sum <disk.qcow2 | cut -d ' ' -f 1)" ]
	[ "$(event records bytes)" -eq "$(stat -c %s disk.qcow2)" ]
	[ "$(event records disk)" -eq "$(stat -c %s raw.img)" ]
}

@test "--format qcow2 without qemu-img" {
	mkdir bin
	ln -s "$(command -v mke2fs)" "$(command -v debugfs)" bin
	[ ! -x /usr/sbin/qemu-img ] && [ ! -x /usr/local/sbin/qemu-img ] && [ ! -x /sbin/qemu-img ] || skip "qemu-img is everywhere"
	PATH=$PWD/bin run "$BIN/disk-gen" --format qcow2 disk.qcow2
	[ "$status" -eq 1 ]
	[[ $output == "disk-gen: qemu-img: not found"* ]]
	[ ! -e disk.qcow2 ]
}

@test "sizes: types, sizes as written, rounded up to 4 KiB" {
	for pair in minimal=1048576 small=10485760 2MiB=2097152 3MB=3002368 1500000=1503232; do
		disk-gen -t "${pair%=*}" --no-digest -o records --force a.img
		[ "$(stat -c %s a.img)" -eq "${pair#*=}" ]
		[ "$(value records size)" -eq "${pair#*=}" ]
	done
	[ "$(jq -r 'select(.metric == "size") | .bench' records)" = disk/custom ]
	[ "$(jq -r 'select(.metric == "size") | .params.size' records)" -eq 1503232 ]
}

@test "versions, and the newest of them" {
	disk-gen --os debian:12 a.img >/dev/null
	release a.img | grep -q '^VERSION_ID="12"'
	newest=$(disk-gen --list | awk '$1 == "debian" { print $2 }')
	disk-gen --os debian b.img >/dev/null
	release b.img | grep -q "^VERSION_ID=\"$newest\""
}

@test "records: latency, sizes, counts, CPU time, and the digest of the file" {
	disk-gen --param where=here a.img >records
	for metric in latency cpu-user cpu-sys size allocated files packages; do
		[ -n "$(value records $metric disk/small)" ]
	done
	for metric in throughput cpu-user cpu-sys max-rss; do
		[ -n "$(value records $metric disk)" ]
	done
	[ "$(event records sha256)" = "$(sha256sum <a.img | cut -d ' ' -f 1)" ]
	[ "$(event records path)" = "$PWD/a.img" ]
	[ "$(event records bytes)" -eq "$(stat -c %s a.img)" ]
	[ "$(event records uuid)" = "$(dumpe2fs -h a.img 2>/dev/null | awk '/^Filesystem UUID:/ { print $3 }')" ]
	[ "$(content a.img /etc/hostname)" = "$(event records hostname)" ]
	jq -es '[.[] | select(.type == "sample" and .bench == "disk/small")] | all(.params.where == "here" and .params.os == "ubuntu")' records
	[ "$(jq -r 'select(.type == "run") | .seed' records)" -eq 1 ]
	bench-stat records >/dev/null
}

@test "batches of unlike images are not taken for the same one" {
	for options in "-t minimal" "-t small" "-t minimal --os alpine" "-t minimal --no-digest" "-t minimal --gpt" \
		"-t minimal --varied" "-t minimal --varied --seed 2" "-t 1200KiB" "-t 1300KiB" "-t minimal --files 3"; do
		# shellcheck disable=SC2086
		disk-gen -n 1 -d images --force $options | jq -Sc 'select(.metric == "throughput") | .params' >>params
	done
	[ "$(wc -l <params)" -eq 10 ]
	[ "$(sort -u params | wc -l)" -eq 10 ]
}

@test "a batch: names, numbered host names, one manifest line each" {
	disk-gen -n 3 --hostname node -d images -j 2 >records
	only ./images ./images/0001-ubuntu-24.04-small.img ./images/0002-ubuntu-24.04-small.img \
		./images/0003-ubuntu-24.04-small.img ./records
	[ "$(event records hostname | tr '\n' ' ')" = "node-0001 node-0002 node-0003 " ]
	[ "$(event records path | xargs -n 1 basename | tr '\n' ' ')" = "0001-ubuntu-24.04-small.img 0002-ubuntu-24.04-small.img 0003-ubuntu-24.04-small.img " ]
	[ "$(event records sha256 | sort -u | wc -l)" -eq 3 ]
	# The first of a batch is the image that the seed makes alone.
	disk-gen a.img >/dev/null
	disk-gen -n 1 -d one >/dev/null
	cmp a.img one/0001-ubuntu-24.04-small.img
}

@test "--varied: every system, several types, but what is said stays" {
	need e2fsck
	disk-gen -n 10 --varied --no-digest -o images/ >records
	[ "$(event records os | sort | uniq -c | awk '{ print $1 $2 }' | tr '\n' ' ')" = "2alpine 2arch 2debian 2fedora 2ubuntu " ]
	[ "$(event records type | sort -u | wc -l)" -ge 2 ]
	for image in images/*.img; do
		clean "$image"
	done
	disk-gen -n 4 --varied --os alpine -t minimal --no-digest -d same >records
	[ "$(event records os | sort -u)" = alpine ]
	[ "$(event records type | sort -u)" = minimal ]
}

@test "-o: a file is for records, a directory for a batch" {
	mkdir images
	disk-gen -n 2 -t minimal -o images >records
	[ "$(event records path | wc -l)" -eq 2 ]
	run --separate-stderr disk-gen -n 2 -t minimal -d more -o records
	[ "$status" -eq 0 ]
	[[ $output == *"2 images in"* ]]
	[ "$(event records path | wc -l)" -eq 2 ]
}

@test "--list needs nothing" {
	PATH=/nowhere run "$BIN/disk-gen" --list
	[ "$status" -eq 0 ]
	for word in ubuntu debian alpine fedora arch minimal small medium large; do
		[[ $output == *"$word"* ]]
	done
}
