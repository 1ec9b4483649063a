#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016 # what the helpers set; words with backquotes
# fc-mock's API, used as any client of Firecracker's uses it, with curl: boot, pause, snapshot, restore, and what is refused.

load fc-mock-api

# booted OPTION...: one with a machine that runs, of 64 MiB, with a drive and a vsock device.
booted() {
	begin "$@"
	put /machine-config '{"vcpu_count":2,"mem_size_mib":64}'
	put /boot-source "{\"kernel_image_path\":\"$D/kernel\",\"boot_args\":\"console=ttyS0\"}"
	put /drives/root "{\"drive_id\":\"root\",\"path_on_host\":\"$D/disk\",\"is_root_device\":true,\"is_read_only\":false}"
	put /vsock "{\"guest_cid\":3,\"uds_path\":\"$D/v\"}"
	put /actions '{"action_type":"InstanceStart"}'
}

# saved NAME [TYPE]: a snapshot of the one that is paused, in NAME.state and NAME.memory.
saved() {
	put /snapshot/create "{\"snapshot_type\":\"${2:-Full}\",\"snapshot_path\":\"$D/$1.state\",\"mem_file_path\":\"$D/$1.memory\"}"
}

# load_of NAME [MORE]: the request's body that loads it.
load_of() {
	echo "{\"snapshot_path\":\"$D/$1.state\",\"mem_backend\":{\"backend_type\":\"File\",\"backend_path\":\"$D/$1.memory\"}${2:+,$2}}"
}

@test "boots, pauses, saves; another restores it and is the same" {
	booted --id first
	shows / '.state == "Running" and .id == "first" and (.vmm_version | endswith("-mock"))'
	patch /vm '{"state":"Paused"}'
	patch /vm '{"state":"Paused"}'
	shows / '.state == "Paused"'
	saved s
	ask GET /vm/config
	before=$body
	patch /vm '{"state":"Resumed"}'
	shows / '.state == "Running"'
	[ "$(stat -c %s s.memory)" -eq $((64 * 1024 * 1024)) ]
	[ "$(stat -c %b s.memory)" -eq 0 ]
	head -n 1 s.state | jq -e '.["fc-mock"] | test("stand-in")' >/dev/null
	stop
	rm v
	begin --id second
	put /snapshot/load "$(load_of s)"
	shows / '.state == "Paused" and .id == "second"'
	[ -S v ]
	ask GET /vm/config
	[ "$body" = "$before" ]
	patch /vm '{"state":"Resumed"}'
	shows / '.state == "Running"'
	ask PUT /snapshot/load "$(load_of s)"
	is 400 'The requested operation is not supported after starting the microVM.'
	put /actions '{"action_type":"SendCtrlAltDel"}'
	ended 0
}

@test "restores and resumes in one, under other names" {
	booted
	patch /vm '{"state":"Paused"}'
	saved s
	begin
	put /snapshot/load "$(load_of s "\"resume_vm\":true,\"track_dirty_pages\":true,\"vsock_override\":{\"uds_path\":\"$D/w\"}")"
	[ -S w ]
	shows / '.state == "Running"'
	shows /machine-config '.track_dirty_pages == true and .vcpu_count == 2 and .mem_size_mib == 64'
	shows /vm/config ".vsock.uds_path == \"$D/w\""
}

@test "a restore that fails is answered and ends the process" {
	booted
	patch /vm '{"state":"Paused"}'
	saved s
	stop
	local words='Load snapshot error: Failed to restore from snapshot: '
	failing() {
		begin "${@:3}"
		ask PUT /snapshot/load "$1"
		is 400 "$words$2"
		ended 1
	}
	failing "$(load_of s)" 'Failed to build microVM from snapshot: Failed to restore devices: Error restoring MMIO devices: VsockUnixBackend: Error binding to the host-side Unix socket: Address already in use (os error 98)'
	rm v
	failing "$(load_of none)" 'Failed to get snapshot state from file: Failed to open snapshot file: No such file or directory (os error 2)'
	truncate -s 1M s.memory
	failing "$(load_of s)" 'Failed to load guest memory: Error creating guest memory from file: Failed to restore guest memory: Total sum of memory regions exceeds largest possible file offset'
	truncate -s 64M s.memory
	failing "$(load_of s '"network_overrides":[{"iface_id":"n","host_dev_name":"t"}]')" 'Failed to get snapshot state from file: Unknown Network Device.'
	# Another version's, one that was changed, one that was cut, something else, nothing.
	failing "$(load_of s)" 'Failed to get snapshot state from file: Failed to load snapshot state from file: Invalid data version: 10.0.0' --mock-version 1.14.0
	sed -i 's/"vcpu_count":2/"vcpu_count":4/' s.state
	failing "$(load_of s)" 'Failed to get snapshot state from file: Failed to load snapshot state from file: CRC64 validation failed'
	truncate -s 100 s.state
	failing "$(load_of s)" 'Failed to get snapshot state from file: Failed to load snapshot state from file: An error occurred during bitcode serialization: bitcode error (no state file of fc-mock, or cut short)'
	: >s.state
	failing "$(load_of s)" 'Failed to get snapshot state from file: Failed to load snapshot state from file: IO Error: File too short to contain CRC'
}

@test "the format of a state file is printed, or why not" {
	booted
	patch /vm '{"state":"Paused"}'
	saved s
	run -0 fc-mock --describe-snapshot s.state
	[ "${lines[0]}" = v10.0.0 ]
	local words='When printing Snapshot Data format: '
	run -1 fc-mock --describe-snapshot none
	[[ $output == *"] ${words}Unable to open snapshot state file: No such file or directory (os error 2)"* ]]
	[[ $output == *'Error: PrintSnapshotDataFormat('* ]]
	: >empty
	run -1 fc-mock --describe-snapshot empty
	[[ $output == *"] ${words}Invalid data format version of snapshot file: IO Error: File too short to contain CRC"* ]]
	sed -i 's/"vcpu_count":2/"vcpu_count":4/' s.state
	run -1 fc-mock --describe-snapshot s.state
	[[ $output == *"] ${words}Invalid data format version of snapshot file: CRC64 validation failed"* ]]
}

@test "metadata as deep as it may be is saved and restored; deeper is refused" {
	deep() { printf '{"a":%s%s}' "$(printf "%$1s" '' | tr ' ' '[')" "$(printf "%$1s" '' | tr ' ' ']')"; }
	begin
	put /network-interfaces/n '{"iface_id":"n","host_dev_name":"fcm0"}'
	put /mmds/config '{"network_interfaces":["n"]}'
	put /boot-source "{\"kernel_image_path\":\"$D/kernel\"}"
	put /mmds "$(deep 126)"
	for n in 127 25000; do
		ask PUT /mmds "$(deep $n)"
		is 400 'An error occurred when deserializing the json body of a request: recursion limit exceeded at line 1 column 132.'
	done
	put /actions '{"action_type":"InstanceStart"}'
	patch /vm '{"state":"Paused"}'
	saved s
	stop
	begin
	put /snapshot/load "$(load_of s)"
	ask GET /mmds
	is 200
	[ "$body" = "$(deep 126)" ]
}

@test "a hundred thousand members are taken, changed and counted within a client's patience" {
	begin --http-api-max-payload-size 10000000
	put() { ask PUT "$1" "@$2" && is 204; }
	seq 100000 | awk '{ printf "%s\"k%d\":%d", NR == 1 ? "{" : ",", $1, $1 } END { print ",\"k1\":0}" }' >many
	seq 2 2 200000 | awk '{ printf "%s\"k%d\":%s", NR == 1 ? "{" : ",", $1, $1 % 4 ? "null" : "true" } END { print "}" }' >change
	put /mmds many
	ask PATCH /mmds @change
	is 204
	ask GET /mmds
	is 200
	[ "$(jq -c '[length, .k1, .k2, .k4, .k99999, .k200000]' <<<"$body")" = '[100000,0,null,true,99999,true]' ]
}

@test "a snapshot is loaded only where nothing of another machine was asked for, even in vain" {
	booted
	patch /vm '{"state":"Paused"}'
	saved s
	stop
	begin
	ask PUT /boot-source "{\"kernel_image_path\":\"$D/none\"}"
	is 400
	ask PUT /snapshot/load "$(load_of s)"
	is 400 'Load snapshot error: Loading a microVM snapshot not allowed after configuring boot-specific resources.'
	shows / '.state == "Not started"'
}

@test "the logger, metrics and metadata do not keep a snapshot from being loaded" {
	booted
	patch /vm '{"state":"Paused"}'
	saved s
	stop
	rm v
	begin
	put /logger '{"level":"Debug"}'
	put /metrics "{\"metrics_path\":\"$D/metrics\"}"
	put /mmds '{"a":1}'
	put /snapshot/load "$(load_of s)"
	put /actions '{"action_type":"FlushMetrics"}'
	tail -n 1 metrics | jq -e .latencies_us.load_snapshot >/dev/null
}

@test "differences: without dirty tracking from 1.13 on; onto what is there" {
	booted --mock-version 1.12.0
	patch /vm '{"state":"Paused"}'
	ask PUT /snapshot/create "{\"snapshot_type\":\"Diff\",\"snapshot_path\":\"$D/d.state\",\"mem_file_path\":\"$D/d.memory\"}"
	is 400
	[[ $body == *'Cannot get dirty bitmap'* ]]
	saved f
	stop
	rm v
	booted --mock-version 1.13.0
	patch /vm '{"state":"Paused"}'
	saved d Diff
	printf x | dd of=d.memory conv=notrunc status=none
	saved d Diff
	[ "$(head -c 1 d.memory)" = x ]
	saved d
	[ "$(head -c 1 d.memory | od -An -tx1 | tr -d ' ')" = 00 ]
}

@test "a full disk, and files that cannot be written" {
	booted
	patch /vm '{"state":"Paused"}'
	ask PUT /snapshot/create "{\"snapshot_path\":\"/dev/full\",\"mem_file_path\":\"$D/m\"}"
	is 400 'Create snapshot error: Cannot serialize the microVM state: IO Error: No space left on device (os error 28)'
	ask PUT /snapshot/create "{\"snapshot_path\":\"$D/s\",\"mem_file_path\":\"/dev/full\"}"
	is 400 'Create snapshot error: Cannot perform truncate on the memory backing file: Invalid argument (os error 22)'
}

@test "metadata: patched as RFC 7396 says, sorted, limited" {
	begin --mmds-size-limit 50
	put /mmds '{"b":{"y":1,"x":"\u0000\u00e9"},"a":[1.50,1e3]}'
	ask GET /mmds
	is 200
	[ "$body" = '{"a":[1.5,1000.0],"b":{"x":"\u0000é","y":1}}' ] || { echo "$body"; false; }
	patch /mmds '{"a":null,"b":{"x":null},"c":{"d":{"e":null}}}'
	ask GET /mmds
	[ "$body" = '{"b":{"y":1},"c":{"d":{}}}' ] || { echo "$body"; false; }
	ask PATCH /mmds '{"long":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}'
	is 413 "MMDS limit exceeded error: The MMDS patch request doesn't fit."
	ask GET /mmds
	[ "$body" = '{"b":{"y":1},"c":{"d":{}}}' ]
}

@test "what versions know" {
	# VERSION METHOD PATH BODY: STATUS
	local version method path data wanted
	while read -r version method path data wanted; do
		begin --mock-version "$version"
		ask "$method" "$path" "${data//@D/$D}"
		[ "$status" = "$wanted" ] || { echo "$version $method $path $data: $status $body"; return 1; }
		stop
		rm -f log metrics
		touch log metrics
	done <<-'END'
		1.4.0 PUT /logger {"level":"Info"} 400
		1.5.0 PUT /logger {"level":"Info"} 204
		1.5.0 PUT /logger {"module":"x"} 400
		1.6.0 PUT /logger {"module":"x"} 204
		1.6.0 PUT /machine-config {"vcpu_count":1,"mem_size_mib":128,"huge_pages":"None"} 400
		1.7.0 PUT /machine-config {"vcpu_count":1,"mem_size_mib":128,"huge_pages":"2M"} 204
		1.16.0 PUT /machine-config {"vcpu_count":1,"mem_size_mib":128,"huge_pages":"Transparent"} 400
		1.17.0 PUT /machine-config {"vcpu_count":1,"mem_size_mib":128,"huge_pages":"Transparent"} 204
		1.5.0 PUT /drives/a {"drive_id":"a","path_on_host":"@D/disk","is_root_device":false} 400
		1.6.0 PUT /drives/a {"drive_id":"a","path_on_host":"@D/disk","is_root_device":false} 204
		1.13.0 PUT /balloon {"amount_mib":1,"deflate_on_oom":true,"free_page_hinting":true} 400
		1.14.0 PUT /balloon {"amount_mib":1,"deflate_on_oom":true,"free_page_hinting":true} 204
		1.15.0 PUT /network-interfaces/n {"iface_id":"n","host_dev_name":"t","mtu":1400} 400
		1.16.0 PUT /network-interfaces/n {"iface_id":"n","host_dev_name":"t","mtu":1400} 204
		1.13.0 PUT /metrics {"metrics_path":"@D/later"} 400
		1.14.0 PUT /metrics {"metrics_path":"@D/later"} 204
	END
	# Fields of a load, which fails in any case: what is said tells whether they are known.
	while read -r version field; do
		begin --mock-version "1.$((version - 1)).0"
		ask PUT /snapshot/load "{\"snapshot_path\":\"x\",\"mem_file_path\":\"y\",$field}"
		[[ $body == *'unknown field'* ]] || { echo "before 1.$version: $body"; return 1; }
		stop
		begin --mock-version "1.$version.0"
		ask PUT /snapshot/load "{\"snapshot_path\":\"x\",\"mem_file_path\":\"y\",$field}"
		[[ $body == *'No such file'* ]] || { echo "1.$version: $body"; return 1; }
		ended 1
	done <<-'END'
		12 "network_overrides":[]
		13 "track_dirty_pages":true
		16 "vsock_override":null
		17 "huge_pages":"None"
	END
}

@test "deprecated: said in a header" {
	begin --mock-version 1.16.0
	put /machine-config '{"vcpu_count":1,"mem_size_mib":128}'
	has() { curl -sS -m 20 -i --unix-socket "$socket" -X PUT -d "$2" "http://localhost$1" | grep -qix $'Deprecation: true\r'; }
	run ! has /machine-config '{"vcpu_count":1,"mem_size_mib":128}'
	has /machine-config '{"vcpu_count":1,"mem_size_mib":128,"cpu_template":"T2"}'
	has /vsock "{\"guest_cid\":3,\"uds_path\":\"$D/v\",\"vsock_id\":\"x\"}"
	run ! has /vsock "{\"guest_cid\":3,\"uds_path\":\"$D/v\"}"
}

@test "a whole machine in one file" {
	cat >config <<-END
		{"boot-source": {"kernel_image_path": "$D/kernel"}, "drives": [], "machine-config": {"vcpu_count": 3, "mem_size_mib": 32},
		"vsock": {"guest_cid": 3, "uds_path": "$D/v"}, "unheard-of": 1}
	END
	begin --config-file config
	shows / '.state == "Running"'
	shows /vm/config '.["machine-config"].vcpu_count == 3 and .vsock.guest_cid == 3'
	[ -S v ]
	stop
	failing() { # CONFIG WORDS
		echo "$1" >config
		begin --config-file config
		ended 1
		grep -qF "$2" out err || { cat out err; return 1; }
		rm -f api v
	}
	failing '{"drives":[]}' 'Invalid JSON: missing field `boot-source` at line 1 column 13'
	failing "{\"drives\":[],\"boot-source\":{\"kernel_image_path\":\"$D/none\"}}" 'Boot source error: The kernel file cannot be opened: No such file or directory (os error 2)'
	failing "{\"boot-source\":{\"kernel_image_path\":\"$D/kernel\"},\"drives\":[{\"drive_id\":1}]}" 'invalid type: integer `1`, expected a string'
}

@test "devices are plugged in and out where there is PCI" {
	booted --mock-version 1.16.0 --enable-pci
	put /drives/b "{\"drive_id\":\"b\",\"path_on_host\":\"$D/disk\",\"is_root_device\":false}"
	ask PUT /drives/b "{\"drive_id\":\"b\",\"path_on_host\":\"$D/disk\",\"is_root_device\":false}"
	is 400 'Device ID in use'
	ask DELETE /drives/b
	is 204
	ask DELETE /drives/b
	is 400 'Device not found'
	ask DELETE /drives/root
	is 400 'Cannot unplug root device'
}
