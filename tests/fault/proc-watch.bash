# shellcheck shell=bash disable=SC2034,SC2154
# proc-watch, which starts and ends other programs. Read by tests/fault/run.

# A number that nobody else sleeps for, to find what is left by.
watch_left() { # NAME
	sleep 0.1
	if grep -lqs "$watch_mark" /proc/[0-9]*/cmdline; then
		grep -ls "$watch_mark" /proc/[0-9]*/cmdline >"$scratch/why"
		result "not ok" "proc-watch: $1" "$scratch/why"
	else
		result ok "proc-watch: $1"
	fi
}

watch_output() {
	run sh -c 'exec "$@" >&-' sh "${brief[@]}"
	check "closed stdout" proc-watch 1 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "${brief[@]}"
	check "full device" proc-watch 1 'No space left on device'
	run sh -c 'exec "$@" >/dev/full' sh "$bin/proc-watch" --format text "${brief[@]:1}"
	check "full device for the summary" proc-watch 1 'No space left on device|not all of it could be written'
	run "$bin/proc-watch" -o /dev/full "${brief[@]:1}"
	check "-o on a full device" proc-watch 1 '/dev/full: No space left on device'
	run "$bin/proc-watch" -o "$in/none/x" "${brief[@]:1}"
	check "-o into no directory" proc-watch 1 'none/x: No such file or directory'
	early_end proc-watch 0 "$bin/proc-watch" -i 1ms --idle 500ms -- sleep "$watch_mark"
	watch_left "no process is left where its output fails"
}

watch_commands() {
	run "$bin/proc-watch" -- "$in/none/program"
	check "no such command" proc-watch 127 'none/program: (No such file or directory|not found)'
	run "$bin/proc-watch" -- "$in/directory"
	check "a directory for a command" proc-watch 126 'directory: Permission denied'
	run "$bin/proc-watch" -- "$in/script"
	check "a script without its interpreter" proc-watch 127 'script: No such file or directory'
	run "$bin/proc-watch" --ready fd -- sh -c 'echo "it is broken" >&2; exit 3'
	check "a command that dies before it is ready" proc-watch 1 'it is broken'
	# shellcheck disable=SC2016 # expanded there
	run "$bin/proc-watch" --ready fd -- sh -c 'kill -SEGV $$'
	check "a command that crashes before it is ready" proc-watch 1 'signal 11|Segmentation fault|SEGV'
	run "$bin/proc-watch" --ready fd --ready-timeout 100ms -- sleep "$watch_mark"
	check "a command that never is ready" proc-watch 1 'not ready'
	run "$bin/proc-watch" --pid 999999999
	check "no such process" proc-watch 1 '999999999'
	run "$bin/proc-watch" --pidfile "$in/none/pid"
	check "no such pidfile" proc-watch 1 'none/pid: No such file or directory'
	run "$bin/proc-watch" --pidfile "$in/zeros"
	check "a pidfile of zeros" proc-watch 1 'zeros: expected'
	run "$bin/proc-watch" --pidfile "$in/directory"
	check "a directory for a pidfile" proc-watch 1 'directory: (Is a directory|not a regular file)'
	run "$bin/proc-watch" --cgroup "$in/none"
	check "no such control group" proc-watch 1 'none'
	watch_left "no process is left where commands fail"
}

watch_limits() {
	local n
	for n in 4 8 12; do
		run bash -c "ulimit -n $n; exec \"\$@\"" sh "${brief[@]}"
		if [ "$status" -eq 0 ] && [ ! -s "$scratch/err" ]; then
			result ok "proc-watch: $n descriptors"
		else
			lines_allowed=2 check "$n descriptors" proc-watch 1 'Too many open files|open files'
		fi
	done
	watch_left "no process is left where limits are narrow"
}

if [ ! -x "$bin/proc-watch" ]; then
	skip proc-watch "not built"
else
	watch_mark=31.0$$
	brief=("$bin/proc-watch" --idle 20ms -i 10ms -- sleep "$watch_mark")
	usage_errors proc-watch
	watch_output
	watch_commands
	watch_limits
	# How long it takes differs, and how many readings there are.
	shape() {
		sed 's/"\(value\|t\|dur\|n\|data\)":[^,}]*//g; s/"run":"[^"]*"//; /"type":"\(run\|event\)"/s/.*/one/' | cut -c 1-80 | sort -u
	}
	allocations proc-watch --ready "log:up" --idle 50ms -i 5ms --no-pss -- sh -c "echo up; exec sleep $watch_mark"
	watch_left "no process is left where allocations fail"
	shape() {
		sed 's/[0-9.]\{2,\}.*//'
	}
	allocations proc-watch --ready "log:up" --restarts 1 --format text -- \
		sh -c "echo up; exec sleep $watch_mark"
	watch_left "no process is left where allocations fail, restarting"
fi
