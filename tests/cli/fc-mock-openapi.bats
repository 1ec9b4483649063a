#!/usr/bin/env bats
# Every path and method of Firecracker's API, asked of fc-mock as fc-openapi.tsv says.

load fc-mock-api

walk() {
	bash "$BATS_TEST_DIRNAME/fc-openapi.bash" walk "$@"
}

@test "what is right" {
	begin --mock-version 1.17.0
	put /boot-source "{\"kernel_image_path\":\"$D/kernel\"}"
	put /network-interfaces/n '{"iface_id":"n","host_dev_name":"fcm0"}'
	put /actions '{"action_type":"InstanceStart"}'
	patch /vm '{"state":"Paused"}'
	put /snapshot/create "{\"snapshot_path\":\"$D/l.state\",\"mem_file_path\":\"$D/l.memory\"}"
	stop
	walk valid
}

@test "a field that is missing" {
	walk missing
}

@test "a field that it does not know" {
	walk unknown
}

@test "a value of the wrong type, or none of those that there are, or out of range" {
	walk type variant range
}

@test "a request at the wrong time" {
	walk state
}

@test "ids, files and devices that are not there" {
	walk id file device
}

@test "bodies where none belong and none where one belongs, and paths that there are not" {
	walk body empty nothing path syntax
}

@test "before its version a path is not there" {
	bash "$BATS_TEST_DIRNAME/fc-openapi.bash" before
}
