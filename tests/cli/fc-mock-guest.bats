#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2034 # the guest's shell expands, and bats runs each test on its own
# fc-mock's guest: its vsock as the host sees it, the shell behind it, booting, pausing, going down, and what can go wrong.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$BIN/../tests:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	pids=()
}

teardown() {
	for pid in "${pids[@]}"; do
		kill -KILL "$pid" 2>/dev/null || :
		wait "$pid" 2>/dev/null || :
	done
}

# start OPTION...: a mock that listens on api.sock; its process is $mock, what it says in log.
start() {
	rm -f api.sock
	fc-mock --api-sock api.sock "$@" >log 2>err 3>&- &
	mock=$!
	pids+=("$mock")
	for ((i = 0; i < 500; i++)); do
		vsock-client -t 10 api.sock >/dev/null 2>&1 '' '' && return 0
		kill -0 "$mock" 2>/dev/null || break
		sleep 0.02
	done
	cat log err
	return 1
}

# api METHOD PATH BODY: what is answered in $answer, which is 204 where nothing else is said.
api() {
	local wanted=${4:-204}
	answer=$(vsock-client api.sock "$(printf '%s %s HTTP/1.1\\r\\nContent-Length: %d\\r\\n\\r\\n%s' "$1" "$2" ${#3} "$3")" '\r\n\r\n')
	[[ $answer == "HTTP/1.1 $wanted "* ]] || { echo "$1 $2 $3: $answer"; return 1; }
}

# boot OPTION...: a mock whose guest has been started, with its vsock at v.sock.
boot() {
	start "$@"
	: >kernel
	api PUT /boot-source '{"kernel_image_path":"kernel","boot_args":"console=ttyS0 quiet"}'
	api PUT /vsock '{"guest_cid":3,"uds_path":"v.sock"}'
	api PUT /actions '{"action_type":"InstanceStart"}'
}

pause() { api PATCH /vm '{"state":"Paused"}'; }
resume() { api PATCH /vm '{"state":"Resumed"}'; }

# sh LINES: what the guest's shell says to them, with $status.
sh() {
	run vsock-client v.sock "CONNECT 52\\n$1\\nexit\\n"
}

# background NAME SEND...: a client, what comes in NAME; lines written to descriptor $gate open its "-".
background() {
	local name=$1
	shift
	[ -p "$name.gate" ] || mkfifo "$name.gate"
	vsock-client v.sock "$@" <"$name.gate" >"$name" 2>"$name.err" 3>&- &
	client=$!
	pids+=("$client")
	exec {gate}>"$name.gate"
}

# eventually COMMAND...: it succeeds within 10 s.
eventually() {
	for ((i = 0; i < 500; i++)); do
		"$@" && return 0
		sleep 0.02
	done
	return 1
}

# ended STATUS: the mock has.
ended() {
	local status=0
	wait "$mock" || status=$?
	pids=("${pids[@]/$mock/}")
	[ "$status" -eq "$1" ] || { echo "status $status, wanted $1"; cat log err; return 1; }
}

# unanswered TEXT: for a while nothing comes, nor is the connection closed.
unanswered() {
	run vsock-client -t 0.3 v.sock "$1"
	[ "$status" -eq 2 ]
	[ -z "$output" ]
}

@test "a shell on vsock, of the guest's own" {
	boot --id some-vm
	sh 'hostname; cat /etc/hostname /proc/cmdline; echo $HOSTNAME; head -n 1 /proc/meminfo; uname -r; id -u; pwd; echo $?'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "OK 1073741824" ]
	[ "${lines[1]}" = some-vm ]
	[ "${lines[2]}" = some-vm ]
	[[ "${lines[3]}" == *"console=ttyS0 quiet"* ]]
	[ "${lines[4]}" = some-vm ]
	[[ "${lines[5]}" == "MemTotal:"*" 131072 kB" ]]
	[[ "${lines[6]}" == *-mock ]]
	[ "${lines[7]}" = 0 ]
	[ "${lines[8]}" = "sh: pwd: not found" ]
	[ "${lines[9]}" = 127 ]
	[ "${#lines[@]}" -eq 10 ]
	# The host's files and programs are not there.
	touch here
	sh "cat $PWD/here; ls $PWD; /bin/echo x; echo x >$PWD/there"
	[[ "$output" == *"No such file or directory"*"No such file or directory"*"/bin/echo: not found"*"Read-only file system"* ]]
	[ ! -e there ]
	# Each connection has the host's next port.
	[ "${lines[0]}" = "OK 1073741825" ]
}

@test "a command's end is told by a sentinel" {
	boot
	run vsock-client v.sock 'CONNECT 52\n' 'OK ' "false; printf '\\\\n%s %d\\\\n' nonce \$?\\n" 'nonce 1\n' \
		"echo a; printf '\\\\n%s %d\\\\n' again \$?\\n" 'again 0\n'
	[ "$status" -eq 0 ]
	[ "$output" = $'OK 1073741824\n\nnonce 1\na\n\nagain 0' ]
}

@test "where nobody listens a connection is closed without a word" {
	boot
	for port in 0 51 1024 4294967295; do
		run vsock-client v.sock "CONNECT $port\\n"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "--mock-exec-port" {
	boot --mock-exec-port 7000
	run vsock-client v.sock 'CONNECT 52\n'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run vsock-client v.sock 'CONNECT 7000\nexit\n'
	[[ "$output" == "OK "* ]]
}

@test "the line of a connection is read as Firecracker reads it" {
	boot
	for line in 'connect 52\n' 'CONNECT\n52\n' 'Connect \n 52 and more\n' 'CONNECT +52\n' 'CONNECT 0000000000000000000052\n'; do
		run vsock-client v.sock "${line}exit\\n"
		[ "$status" -eq 0 ]
		[[ "$output" == "OK "* ]] || { echo "$line: $output"; false; }
	done
	# Too short, not whole, no port, not the word.
	for line in 'CONNECT 5' 'CONNECT 52' 'x\n' 'CONNECT -52\n' 'CONNECT 4294967296\n' 'CONNECT 52x\n' 'CONNECT 0x34\n' \
		'CONNECTION 52\n' 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' 'CONNECT                                     52\n'; do
		run vsock-client v.sock "$line"
		[ "$status" -eq 0 ]
		[ -z "$output" ] || { echo "$line: $output"; false; }
	done
	[ "$(grep -c 'vsock: error adding local-init connection: ' log)" -eq 10 ]
	# A client that says nothing and goes harms nobody.
	vsock-client v.sock '' ''
	sh 'echo still here'
	[[ "$output" == *"still here"* ]]
}

@test "many connections at once: one sleeps, one does not read" {
	boot
	background sleeper 'CONNECT 52\n' 'OK ' 'echo begun; sleep 1000\n' 'begun' '-' 'never'
	background deaf 'CONNECT 52\n' 'OK ' 'cat /dev/zero\n' '' '-' 'never'
	background busy 'CONNECT 52\n' 'OK ' 'cat /dev/zero >/dev/null\n' '' '-' 'never'
	eventually grep -q begun sleeper
	eventually grep -q OK deaf
	eventually grep -q OK busy
	before=$(awk '/^VmRSS/ { print $2 }' "/proc/$mock/status")
	for ((n = 0; n < 20; n++)); do
		sh 'seq 3'
		[ "$output" = $'OK '$((1073741827 + n))$'\n1\n2\n3' ]
	done
	after=$(awk '/^VmRSS/ { print $2 }' "/proc/$mock/status")
	[ $((after - before)) -lt 2048 ] || { echo "$before kB, then $after kB"; false; }
}

@test "much output, whole, in little memory" {
	boot
	run vsock-client -q v.sock 'CONNECT 52\nhead -c 200M /dev/zero; exit\n'
	[ "$status" -eq 0 ]
	[ "$output" = $((200 * 1048576 + 14)) ]
	[ "$(vsock-client v.sock 'CONNECT 52\nseq 200000; exit\n' | tail -n +2 | cksum)" = "$(seq 200000 | cksum)" ]
	peak=$(awk '/^VmHWM/ { print $2 }' "/proc/$mock/status")
	# The sanitizer keeps what has been freed.
	grep -aq __asan_init "$(command -v fc-mock)" || [ "$peak" -lt 8192 ] || { echo "$peak kB"; false; }
}

@test "a line of 64 KiB, and one that is longer" {
	boot
	long=$(printf '%65000s' '' | tr ' ' x)
	sh "echo $long"
	[ "${lines[1]}" = "$long" ]
	run vsock-client v.sock "CONNECT 52\\necho $long$long"
	[ "${lines[1]}" = "sh: syntax error: the line is too long" ]
	[ "$status" -eq 0 ]
}

@test "what cannot be read as commands ends the shell, not the mock" {
	boot
	run vsock-client v.sock 'CONNECT 52\necho a\necho $(id)\necho b\n'
	[ "$status" -eq 0 ]
	[ "$output" = $'OK 1073741824\na\nsh: syntax error: $( ) is not known here' ]
	sh 'echo c'
	[ "${lines[1]}" = c ]
}

@test "a client that closes its side: the connection ends" {
	boot
	run vsock-client -w v.sock 'CONNECT 52\necho a; sleep 1000\n'
	[ "$status" -eq 0 ]
}

@test "the guest calls home once it is up" {
	start
	: >kernel
	api PUT /boot-source '{"kernel_image_path":"kernel"}'
	api PUT /vsock '{"guest_cid":3,"uds_path":"v.sock"}'
	vsock-client -l v.sock_1024 >home 2>&1 3>&- &
	client=$!
	pids+=("$client")
	eventually grep -q listening home
	api PUT /actions '{"action_type":"InstanceStart"}'
	wait "$client"
	[ "$(cat home)" = $'listening\nready' ]
}

@test "--mock-home-port" {
	vsock-client -l v.sock_77 >home 2>&1 3>&- &
	client=$!
	pids+=("$client")
	eventually grep -q listening home
	boot --mock-home-port 77
	wait "$client"
	[ "$(cat home)" = $'listening\nready' ]
}

@test "the boot timer writes one line, where it is asked for" {
	boot --boot-timer --mock-latency boot=20ms
	line='Guest-boot-time = [ 0-9]{5}[0-9] us [0-9]+ ms, [ 0-9]{5}[0-9] CPU us [0-9]+ CPU ms$'
	eventually grep -Eq "$line" log
	us=$(sed -n 's/.*Guest-boot-time = *\([0-9]*\) us.*/\1/p' log)
	[ "$us" -ge 20000 ]
	sh 'echo up'
	[ "${lines[1]}" = up ]
	[ "$(grep -c Guest-boot-time log)" -eq 1 ]
	kill -KILL "$mock"
	wait "$mock" || :
	rm v.sock
	boot
	sh 'echo up'
	[ "${lines[1]}" = up ]
	run ! grep Guest-boot-time log
}

@test "before the guest is up nothing is answered" {
	boot --mock-latency boot=1h
	unanswered 'CONNECT 52\n'
	# Nor is Ctrl+Alt+Del.
	api PUT /actions '{"action_type":"SendCtrlAltDel"}'
	api GET / '' 200
}

@test "a guest that takes its time comes up, one that fails does not" {
	boot --mock-latency boot=100ms
	up() { vsock-client v.sock 'CONNECT 52\nexit\n' | grep -q OK; }
	eventually up
	kill -KILL "$mock"
	wait "$mock" || :
	rm v.sock
	boot --mock-fail boot=1
	unanswered 'CONNECT 52\n'
	api GET / '' 200
}

@test "a paused guest does nothing; its connections stay" {
	boot
	background client 'CONNECT 52\n' 'OK ' 'X=5; echo begun\n' 'begun\n' '-' '' 'echo $X\n' '5\n'
	eventually grep -q begun client
	pause
	unanswered 'CONNECT 52\n'
	unanswered 'CONNECT 53\n'
	unanswered 'not a line of this kind\n'
	background asks 'CONNECT 52\necho asked; exit\n'
	echo go >"client.gate"
	sleep 0.1
	[ "$(cat client)" = $'OK 1073741824\nbegun' ]
	[ ! -s asks ]
	resume
	wait "$client"
	[[ "$(cat asks)" == *asked* ]]
	eventually grep -qx 5 client
	sh 'echo again'
	[ "${lines[1]}" = again ]
}

@test "Ctrl+Alt+Del, and reboot, end it with status 0" {
	boot
	sh 'echo up'
	api PUT /actions '{"action_type":"SendCtrlAltDel"}'
	ended 0
	grep -q 'Vmm is stopping.' log
	rm v.sock
	boot
	run vsock-client v.sock 'CONNECT 52\nreboot\n'
	ended 0
}

@test "a guest that does not go down stays" {
	boot --mock-fail shutdown=1
	sh 'echo up'
	api PUT /actions '{"action_type":"SendCtrlAltDel"}'
	sh 'echo still up'
	[ "${lines[1]}" = "still up" ]
}

@test "its sockets stay, and one that is there already is in the way" {
	boot
	kill -TERM "$mock"
	wait "$mock" || :
	[ -S v.sock ]
	start
	api PUT /vsock '{"guest_cid":3,"uds_path":"v.sock"}' 400
	api PUT /vsock '{"guest_cid":3,"uds_path":"nowhere/v.sock"}' 400
	api PUT /vsock "{\"guest_cid\":3,\"uds_path\":\"$(printf '%0120d' 0)\"}" 400
	api PUT /vsock '{"guest_cid":3,"uds_path":"w.sock"}'
	[ -S w.sock ]
	# Another takes the place of its own.
	api PUT /vsock '{"guest_cid":3,"uds_path":"x.sock"}'
	[ -S x.sock ]
	[ ! -e w.sock ]
}

@test "connections that fail, hang, are late" {
	boot --mock-fail vsock-connect=1
	run vsock-client v.sock 'CONNECT 52\n'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	for option in --mock-hang=vsock-connect=1 --mock-latency=vsock-connect=1h; do
		kill -KILL "$mock"
		wait "$mock" || :
		rm v.sock
		boot "${option%%=*}" "${option#*=}"
		unanswered 'CONNECT 52\n'
		# Where nobody listens that is said at once all the same.
		run vsock-client v.sock 'CONNECT 53\n'
		[ "$status" -eq 0 ]
	done
}

@test "an unanswered connection goes when another comes, two seconds later" {
	boot --mock-hang vsock-connect=1
	{ vsock-client v.sock 'CONNECT 52\n' >first; echo $? >first.status; } 3>&- &
	pids+=("$!")
	dropped() {
		vsock-client -t 0.05 v.sock 'CONNECT 52\n' >/dev/null
		[ -s first.status ]
	}
	eventually dropped
	[ "$(cat first.status)" = 0 ]
	[ ! -s first ]
}

@test "commands that fail, every second, hang, are dropped, kill" {
	boot --mock-fail-nth exec=2
	run vsock-client v.sock 'CONNECT 52\ntrue; echo $?\ntrue; echo $?\ntrue; echo $?\n:\nexit\n'
	[ "$status" -eq 0 ]
	[ "$output" = $'OK 1073741824\n0\n1\n0' ] || { echo "$output"; false; }
	again() {
		kill -KILL "$mock" 2>/dev/null || :
		wait "$mock" || :
		rm v.sock
		boot "$@"
	}
	again --mock-drop exec=1
	run vsock-client v.sock 'CONNECT 52\necho a\n'
	[ "$status" -eq 0 ]
	[ "$output" = "OK 1073741824" ]
	again --mock-hang exec=1
	run vsock-client -t 0.3 v.sock 'CONNECT 52\necho a\n'
	[ "$status" -eq 2 ]
	[ "$output" = "OK 1073741824" ]
	again --mock-latency exec=30ms
	sh 'echo late'
	[ "${lines[1]}" = late ]
	again --mock-die exec=1
	run vsock-client v.sock 'CONNECT 52\necho a\n'
	[ "$output" = "OK 1073741824" ]
	ended 137
}

@test "a restored guest listens, has lost its connections and is not booted" {
	boot --boot-timer
	background lost 'CONNECT 52\n' 'OK ' 'echo begun\n' 'begun\n' '-'
	eventually grep -q begun lost
	pause
	api PUT /snapshot/create '{"snapshot_path":"state","mem_file_path":"memory"}'
	kill -KILL "$mock"
	wait "$mock" || :
	echo go >lost.gate
	wait "$client" # its connection has ended
	rm v.sock
	vsock-client -t 1 -l v.sock_1024 >home 2>&1 3>&- &
	home=$!
	pids+=("$home")
	eventually grep -q listening home
	start --boot-timer
	api PUT /snapshot/load '{"snapshot_path":"state","mem_backend":{"backend_type":"File","backend_path":"memory"}}'
	unanswered 'CONNECT 52\n'
	resume
	sh 'cat /proc/cmdline'
	[[ "${lines[1]}" == *"console=ttyS0 quiet"* ]]
	run ! grep Guest-boot-time log
	wait "$home" || :
	[ "$(cat home)" = listening ]
}
