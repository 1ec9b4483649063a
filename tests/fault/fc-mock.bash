# shellcheck shell=bash disable=SC2034,SC2154
# fc-mock, which serves. What goes wrong before it does is told as Firecracker tells it. Read by tests/fault/run.

vmm_inputs() {
	vmm_dir=$(mktemp -d /tmp/fcm.XXXXXX) || return 1
	elsewhere+=("$vmm_dir")
	chmod 755 "$vmm_dir"
	echo kernel >"$vmm_dir/kernel"
	client=$scratch/vsock-client
	${CC:-cc} -std=c11 -D_GNU_SOURCE -O1 -o "$client" tests/cli/vsock-client.c 2>"$scratch/why" || client=
}

# fc-mock in its directory.
vmm() { # OPTION...
	run env -C "$vmm_dir" "$bin/fc-mock" "$@"
}

# vmm_ends NAME STATUS WORDS: one line on stderr, as Firecracker's.
vmm_ends() {
	if [ "$status" -eq "$2" ] && [[ $(cat "$scratch/err") =~ ^"Error: "[^$'\n']*"$3"[^$'\n']*$ ]]; then
		result ok "fc-mock: $1"
	else
		{
			echo "status $status, wanted $2; stderr, wanted 'Error: ...$3':"
			cat "$scratch/err"
		} >"$scratch/why"
		result "not ok" "fc-mock: $1" "$scratch/why"
	fi
}

vmm_usage() {
	local option
	for option in --help -V; do
		run sh -c 'exec "$@" >/dev/full' sh "$bin/fc-mock" $option
		check "$option on a full device" fc-mock 1 'standard output: No space left on device'
		run sh -c 'exec "$@" >&-' sh "$bin/fc-mock" $option
		check "$option with a closed stdout" fc-mock 1 'standard output: Bad file descriptor'
	done
	for option in --version --snapshot-version; do
		run sh -c 'exec "$@" >/dev/full' sh "$bin/fc-mock" $option
		check "$option on a full device" fc-mock 1 'standard output: (No space left on device|not all of it could be written)'
	done
	vmm --no-such-option
	vmm_ends "an unknown option" 153 'UnexpectedArgument("no-such-option")'
	vmm --api-sock
	vmm_ends "an option without its argument" 153 'MissingValue("api-sock")'
}

vmm_places() {
	local name
	vmm --api-sock "$(printf '%0108d' 0)"
	vmm_ends "a socket's path that is too long" 1 'path must be shorter than SUN_LEN'
	vmm --api-sock none/s
	vmm_ends "a socket into no directory" 1 'No such file or directory'
	for name in log metrics; do
		vmm --api-sock s "--$name-path" none/f
		vmm_ends "--$name-path into no directory" 1 'No such file or directory'
		vmm --api-sock s "--$name-path" "$in/directory"
		vmm_ends "a directory for --$name-path" 1 'Is a directory'
	done
	for name in zeros utf8 long truncated empty; do
		rm -f "$vmm_dir/s"
		vmm --api-sock s --config-file "$in/$name"
		vmm_ends "--config-file: $name" 1 'RunWithApi(BuildFromJson('
		rm -f "$vmm_dir/s"
		vmm --api-sock s --describe-snapshot "$in/$name"
		vmm_ends "--describe-snapshot: $name" 1 'PrintSnapshotDataFormat('
	done
	if stranger fc-mock "a socket into a directory without permission"; then
		mkdir "$vmm_dir/c"
		as_stranger "$vmm_dir/c" sh -c "chmod 500 $vmm_dir/c; exec \"\$@\"" sh "$bin/fc-mock" --api-sock "$vmm_dir/c/s"
		vmm_ends "a socket into a directory without permission" 1 'Permission denied'
	fi
	rm -rf "$vmm_dir/s" "$vmm_dir/c"
}

# --- While it serves ---

# ask_vmm CODE REQUEST [BODY]: is that the answer's code?
ask_vmm() {
	local end='"}' got
	[ "$1" != 204 ] || end='\r\n\r\n'
	got=$("$client" -t 10 "$vmm_dir/s" "$2 HTTP/1.1\\r\\nContent-Length: ${#3}\\r\\n\\r\\n$3" "$end")
	[[ $got == "HTTP/1.1 $1 "* ]] && return
	echo "$2 $3: wanted $1: ${got:0:300}" >>"$scratch/why"
	return 1
}

# start_vmm COMMAND...: it listens on s; $vmm.
start_vmm() {
	rm -f "$vmm_dir/s"
	: >"$scratch/why"
	env -C "$vmm_dir" "$@" >"$scratch/out" 2>"$scratch/err" &
	vmm=$!
	for _ in $(seq 400); do
		[ ! -S "$vmm_dir/s" ] || break
		kill -0 "$vmm" 2>/dev/null || break
		sleep 0.02
	done
}

# served NAME [STATUS]: it is still there, or has ended so.
served() {
	local status=0
	if [ $# -lt 2 ]; then
		ask_vmm 200 'GET /version' ''
		kill -KILL "$vmm" 2>/dev/null || echo "it has ended" >>"$scratch/why"
		wait "$vmm" 2>/dev/null
	else
		wait "$vmm"
		status=$?
		[ "$status" -eq "$2" ] || echo "status $status, wanted $2" >>"$scratch/why"
	fi
	if [ ! -s "$scratch/why" ]; then
		result ok "fc-mock: $1"
	else
		cat "$scratch/err" >>"$scratch/why"
		result "not ok" "fc-mock: $1" "$scratch/why"
	fi
	rm -rf "${vmm_dir:?}"/{s,v,m,mem,state}
}

boot_vmm() {
	ask_vmm 204 'PUT /boot-source' '{"kernel_image_path":"kernel"}'
	ask_vmm 204 'PUT /vsock' '{"guest_cid":3,"uds_path":"v"}'
	ask_vmm 204 'PUT /actions' '{"action_type":"InstanceStart"}'
}

# What it writes goes nowhere: it serves on, and counts what it lost.
vmm_output() {
	local place
	for place in '>/dev/full' '>&-'; do
		start_vmm sh -c "exec \"\$@\" $place" sh "$bin/fc-mock" --api-sock s --metrics-path m
		boot_vmm
		ask_vmm 204 'PUT /actions' '{"action_type":"FlushMetrics"}'
		grep -q '"missed_log_count":[1-9]' "$vmm_dir/m" || echo "missed_log_count: $(cat "$vmm_dir/m")" >>"$scratch/why"
		served "a log to $place"
	done
	start_vmm "$bin/fc-mock" --api-sock s --metrics-path m --log-path /dev/full
	boot_vmm
	ask_vmm 204 'PUT /actions' '{"action_type":"FlushMetrics"}'
	grep -q '"missed_log_count":[1-9]' "$vmm_dir/m" || echo "missed_log_count: $(cat "$vmm_dir/m")" >>"$scratch/why"
	served "a log on a full device"
	start_vmm "$bin/fc-mock" --api-sock s --metrics-path /dev/full
	boot_vmm
	ask_vmm 400 'PUT /actions' '{"action_type":"FlushMetrics"}'
	served "metrics on a full device"
}

vmm_snapshots() {
	local create='{"snapshot_path":"state","mem_file_path":"mem"}' name
	local load='{"snapshot_path":"state","mem_backend":{"backend_type":"File","backend_path":"mem"}}'
	start_vmm bash -c "trap '' XFSZ; ulimit -f 100; exec \"\$@\"" sh "$bin/fc-mock" --api-sock s
	boot_vmm
	ask_vmm 204 'PATCH /vm' '{"state":"Paused"}'
	ask_vmm 400 'PUT /snapshot/create' "$create"
	ask_vmm 400 'PUT /snapshot/create' '{"snapshot_path":"/dev/full","mem_file_path":"mem"}'
	ask_vmm 400 'PUT /snapshot/create' '{"snapshot_path":"none/state","mem_file_path":"mem"}'
	ask_vmm 400 'PUT /vsock' "{\"guest_cid\":3,\"uds_path\":\"$(printf '%0108d' 0)\"}"
	served "a snapshot for which there is no room"
	start_vmm "$bin/fc-mock" --api-sock s
	boot_vmm
	ask_vmm 204 'PATCH /vm' '{"state":"Paused"}'
	ask_vmm 204 'PUT /snapshot/create' "$create"
	cp "$vmm_dir/state" "$in/state"
	cp --sparse=always "$vmm_dir/mem" "$in/mem"
	ask_vmm 400 'PUT /snapshot/load' "$load"
	served "a snapshot"
	# A process whose snapshot cannot be loaded answers that, and ends.
	for name in zeros empty utf8 long truncated directory half none short-memory; do
		cp -r "$in/state" "$vmm_dir/state"
		cp --sparse=always "$in/mem" "$vmm_dir/mem"
		case $name in
		none) rm "$vmm_dir/state" ;;
		half) truncate -s 200 "$vmm_dir/state" ;;
		short-memory) truncate -s 1M "$vmm_dir/mem" ;;
		*)
			rm "$vmm_dir/state"
			cp -r "$in/$name" "$vmm_dir/state"
			;;
		esac
		start_vmm "$bin/fc-mock" --api-sock s
		ask_vmm 400 'PUT /snapshot/load' "$load"
		served "loading a snapshot: $name" 1
	done
}

vmm_descriptors() {
	local n clients=() i
	for n in 4 5 6; do
		vmm_few "$n"
	done
	# All are taken by connections: when they are gone, it serves again.
	start_vmm bash -c 'ulimit -n 12; exec "$@"' sh "$bin/fc-mock" --api-sock s
	boot_vmm
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		"$client" -t 20 "$vmm_dir/$([ $((i % 2)) -eq 0 ] && echo s || echo v)" 'CONNECT 52\n' never >"$scratch/client" 2>&1 &
		clients+=($!)
	done
	sleep 0.2
	kill "${clients[@]}" 2>/dev/null
	wait "${clients[@]}" 2>/dev/null
	served "descriptors that are all taken"
}

vmm_few() { # DESCRIPTORS
	rm -f "$vmm_dir/s"
	run env -C "$vmm_dir" bash -c "ulimit -n $1; exec \"\$@\"" sh "$bin/fc-mock" --api-sock s --metrics-path m --log-path l
	vmm_ends "with $1 descriptors" 1 'Too many open files'
}

# Clients that go in the middle of a request, and without reading what they asked for.
vmm_clients() {
	local many i
	start_vmm "$bin/fc-mock" --api-sock s
	boot_vmm
	many=$(printf 'GET /vm/config HTTP/1.1\\r\\n\\r\\n%.0s' $(seq 500))
	for i in 1 2 3; do
		"$client" -t 5 "$vmm_dir/s" "$many" 'HTTP' >/dev/null
		"$client" -t 5 -w "$vmm_dir/s" 'PUT /vsock HTTP/1.1\r\nContent-Length: 100\r\n\r\n{' >/dev/null
		"$client" -t 5 "$vmm_dir/v" 'CONNECT 52\nfor\ncat /proc/meminfo; cat /proc/meminfo\n' 'OK' >/dev/null
		"$client" -t 5 -w "$vmm_dir/v" 'CONN' >/dev/null
	done
	served "clients that go too early"
}

if [ ! -x "$bin/fc-mock" ]; then
	skip fc-mock "not built"
else
	vmm_inputs
	vmm_usage
	vmm_places
	if [ -z "$client" ]; then
		skip "fc-mock: while it serves" "no compiler for the client"
	else
		vmm_output
		vmm_snapshots
		vmm_descriptors
		vmm_clients
		# From the start to the guest's end, with a shell and a snapshot: what is answered.
		wrap fc-mock <<-END
			cd "$vmm_dir" || exit 99
			say() { "$client" -t 5 "\$@"; }
			put() { printf '%s HTTP/1.1\\\\r\\\\nContent-Length: %d\\\\r\\\\n\\\\r\\\\n%s' "\$1" \${#2} "\$2"; }
			rm -f s v m mem state
			"\$real/fc-mock" --api-sock s --metrics-path m >log 2>err &
			mock=\$!
			until [ -S s ] || ! kill -0 \$mock 2>/dev/null; do sleep 0.005; done
			{
				say s "\$(put 'PUT /boot-source' '{"kernel_image_path":"kernel","boot_args":"quiet"}')" '\r\n\r\n' \\
					"\$(put 'PUT /drives/d' '{"drive_id":"d","path_on_host":"kernel","is_root_device":true}')" '\r\n\r\n' \\
					"\$(put 'PUT /vsock' '{"guest_cid":3,"uds_path":"v"}')" '\r\n\r\n' \\
					"\$(put 'PUT /actions' '{"action_type":"InstanceStart"}')" '\r\n\r\n' \\
					"\$(put 'GET /vm/config' '')" '"v"' "\$(put 'PUT /nothing' '{"a":[1,"b"]}')" '"}'
				say v 'CONNECT 52\nA=1; printf "%d \$A\\\\n" 5; false || echo "x y" >/dev/null; cat /etc/hostname; nope; exit 3\n'
				say s "\$(put 'PATCH /vm' '{"state":"Paused"}')" '\r\n\r\n' \\
					"\$(put 'PUT /snapshot/create' '{"snapshot_path":"state","mem_file_path":"mem"}')" '\r\n\r\n' \\
					"\$(put 'PATCH /vm' '{"state":"Resumed"}')" '\r\n\r\n' \\
					"\$(put 'PUT /actions' '{"action_type":"FlushMetrics"}')" '\r\n\r\n' \\
					"\$(put 'PUT /actions' '{"action_type":"SendCtrlAltDel"}')" '\r\n\r\n'
			} 2>/dev/null
			wait \$mock
			status=\$?
			cat err >&2
			exit \$status
		END
		# The port that the guest's side of a connection has is counted.
		shape() {
			sed 's/^OK .*/OK/'
		}
		wrapped_allocations fc-mock # a guest's whole life
	fi
fi
