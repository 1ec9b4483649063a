# shellcheck shell=bash disable=SC2034,SC2154
# fc-probe, on fc-mock. Read by tests/fault/run.

# Without the notice that it is the stand-in that is measured, which is always there.
without_notice() {
	sed -i '/measuring the stand-in .* whose figures say nothing/d' "$scratch/err"
}

probe_check() { # NAME REGEX
	without_notice
	check "$1" fc-probe 1 "$2"
}

# Sockets have short paths.
probe_inputs() {
	probe_tmp=$(mktemp -d /tmp/fcp.XXXXXX) || return 1
	elsewhere+=("$probe_tmp")
	chmod 755 "$probe_tmp"
	quick=(env "TMPDIR=$probe_tmp" "$bin/fc-probe" --progress never -n 1)
	probe=("${quick[@]}" --firecracker "$bin/fc-mock")
	# shellcheck disable=SC2016 # expanded in the script
	printf '#!/bin/sh\ncase "$*" in *--version*) echo "Firecracker v1.16.0-mock"; exit;; esac\n' >"$in/fc-breaks"
	echo 'echo "it is broken" >&2; exit 3' | cat "$in/fc-breaks" - >"$in/fc-mute"
	echo 'exec sleep 60' >>"$in/fc-breaks"
	chmod +x "$in/fc-breaks" "$in/fc-mute" "$in/script"
}

# No process, which may take a moment to be gone, and no file.
probe_leaves_nothing() { # NAME
	local i
	for ((i = 0; i < 200; i++)); do
		# shellcheck disable=SC2009 # pgrep may not be there
		grep -lqsF "$probe_tmp/benchpipe-" /proc/[0-9]*/cmdline || break
		sleep 0.05
	done
	if [ "$i" -lt 200 ] && [ -z "$(ls -A "$probe_tmp")" ]; then
		result ok "fc-probe: $1"
	else
		find "$probe_tmp" -mindepth 1 >"$scratch/why"
		grep -lsF "$probe_tmp/benchpipe-" /proc/[0-9]*/cmdline >>"$scratch/why"
		result "not ok" "fc-probe: $1" "$scratch/why"
		rm -rf "${probe_tmp:?}"/*
	fi
}

probe_output() {
	run sh -c 'exec "$@" >&-' sh "${probe[@]}" boot
	probe_check "closed stdout" 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "${probe[@]}" boot
	probe_check "full device" 'No space left on device'
	run sh -c 'exec "$@" >/dev/full' sh "${probe[@]}" --format text boot
	probe_check "full device for the summary" 'No space left on device|not all of it could be written'
	run "${probe[@]}" -o /dev/full --format ndjson boot
	probe_check "-o on a full device" '/dev/full: No space left on device'
	run "${probe[@]}" -o "$in/none/x" boot
	probe_check "-o into no directory" 'none/x: No such file or directory'
	run "${probe[@]}" -o "$in/directory" boot
	probe_check "-o on a directory" 'directory: Is a directory'
	{
		sleep 0.1
		timeout -k 2 20 "${probe[@]}" boot 2>"$scratch/err"
		echo $? >"$scratch/status"
	} | true
	status=$(cat "$scratch/status")
	without_notice
	if [ "$status" -eq 141 ] && [ ! -s "$scratch/err" ]; then
		result ok "fc-probe: SIGPIPE ends it quietly"
	else
		echo "status $status, wanted 141" >>"$scratch/err"
		result "not ok" "fc-probe: SIGPIPE ends it quietly" "$scratch/err"
	fi
	probe_leaves_nothing "nothing is left behind where its output fails"
}

# What is measured, and what that is given.
probe_inputs_fail() {
	local name
	for name in none:'No such file' directory:'Permission denied' good:'Permission denied' script:'No such file'; do
		run "${quick[@]}" --firecracker "$in/${name%%:*}" boot
		probe_check "${name%%:*} for the firecracker" "${name%%:*}: ${name#*:}"
	done
	run "${quick[@]}" --firecracker /bin/cat boot
	probe_check "another program for the firecracker" 'cat --version: expected Firecracker v1'
	run "${quick[@]}" --firecracker "$in/fc-mute" boot
	probe_check "a firecracker that ends at once" 'ended with status 3: it is broken'
	run "${quick[@]}" --boot-timeout 100ms --firecracker "$in/fc-breaks" boot
	probe_check "a firecracker that has no API" 'its API did not answer within the time'
	for name in kernel rootfs initrd; do
		run "${probe[@]}" "--$name" "$in/none" boot
		probe_check "no such --$name" 'boot: could not set it up: .* No such file'
	done
	run "${probe[@]}" --drive "$in/none" boot
	probe_check "no such --drive" 'none: No such file or directory'
	run "${probe[@]}" --rootfs - boot <&-
	probe_check "images on a closed stdin" '-: Bad file descriptor'
	for name in directory:': Is a directory' empty:': expected at least one image' zeros:':1: expected' \
		long:':[12]: expected a line of at most 1 MiB' truncated:':[0-9]+: expected' nul:':1: expected no control character'; do
		run "${probe[@]}" --rootfs - boot <"$in/${name%%:*}"
		probe_check "images: ${name%%:*}" "-${name#*:}"
	done
	for name in none:'No such file' good:'Connection refused' directory:'Connection refused'; do
		run "${quick[@]}" --socket "$in/${name%%:*}" pause
		probe_check "--socket: ${name%%:*}" "${name%%:*}: ${name#*:}"
	done
	run "${quick[@]}" --socket "$in/$(printf '%0108d' 0)" pause
	probe_check "--socket that is too long" 'File name too long'
	run "${probe[@]}" --snapshot-dir "$in/none" snapshot-full
	probe_check "no such --snapshot-dir" '--snapshot-dir .*: No such file'
	run "${probe[@]}" --snapshot-dir "$in/good" snapshot-full
	probe_check "a file for --snapshot-dir" '--snapshot-dir .*: is not a directory'
	probe_leaves_nothing "nothing is left behind of what could not be measured"
}

# Where it works.
probe_place() {
	run env "TMPDIR=$probe_tmp/none" "${probe[@]:2}" boot
	check "TMPDIR is not there" fc-probe 1 'none: No such file or directory'
	touch "$probe_tmp/file"
	run env "TMPDIR=$probe_tmp/file" "${probe[@]:2}" boot
	rm "$probe_tmp/file"
	check "TMPDIR is a file" fc-probe 1 'Not a directory'
	if stranger fc-probe "TMPDIR is not writable"; then
		mkdir "$probe_tmp/c"
		as_stranger "$probe_tmp/c" sh -c "chmod 500 $probe_tmp/c; TMPDIR=$probe_tmp/c exec \"\$@\"" sh "${probe[@]:2}" boot
		check "TMPDIR is not writable" fc-probe 1 'c/benchpipe-[0-9]*: Permission denied'
		rm -rf "$probe_tmp/c"
	fi
	probe_leaves_nothing "nothing is left behind where it cannot work"
}

# A file system that is full: so few files that one after the other cannot be made.
probe_full() {
	local n bad=0
	mountable fc-probe "TMPDIR is full" || return
	: >"$scratch/why"
	mkdir "$probe_tmp/small"
	for n in $(seq 2 40); do
		on_file_system "size=64k,nr_inodes=$n" "$probe_tmp/small" env "TMPDIR=$probe_tmp/small" "${probe[@]:2}" cycle
		[ "$status" -ne 0 ] || break
		without_notice
		if [ "$status" -eq 1 ] && voice fc-probe 'No space left on device' && [ ! -s "$scratch/left" ]; then
			continue
		fi
		bad=1
		{
			echo "$n files: status $status; stderr, and what is left:"
			cat "$scratch/err" "$scratch/left"
		} >>"$scratch/why"
	done
	rmdir "$probe_tmp/small"
	if [ "$bad" -eq 0 ] && [ "$n" -gt 8 ] && [ "$n" -lt 40 ]; then
		result ok "fc-probe: TMPDIR is full"
	else
		result "not ok" "fc-probe: TMPDIR is full" "$scratch/why"
	fi
}

# bounded NAME ULIMIT-OPTION VALUE... -- COMMAND...: done, or told in a line why not, and nothing left.
bounded() {
	local name=$1 option=$2 bad=0 n values=()
	shift 2
	for (( ; $#; )); do
		[ "$1" != -- ] || break
		values+=("$1")
		shift
	done
	shift
	: >"$scratch/why"
	for n in "${values[@]}"; do
		as_stranger "$probe_tmp" bash -c "ulimit -$option $n; exec \"\$@\"" sh "$@"
		without_notice
		if { [ "$status" -eq 0 ] || { [ "$status" -eq 1 ] && voice fc-probe ''; }; } && [ -z "$(ls -A "$probe_tmp")" ]; then
			continue
		fi
		bad=1
		{
			echo "$n: status $status; stderr, and what is left:"
			cat "$scratch/err"
			find "$probe_tmp" -mindepth 1
		} >>"$scratch/why"
		rm -rf "${probe_tmp:?}"/*
	done
	if [ "$bad" -eq 0 ]; then
		result ok "fc-probe: $name"
	else
		result "not ok" "fc-probe: $name" "$scratch/why"
	fi
}

probe_limits() {
	stranger fc-probe "limits" || return
	bounded "few descriptors" n 4 5 6 7 8 9 10 11 12 13 71 72 -- "${probe[@]}" boot
	bounded "few processes" u 1 2 3 4 5 6 -- "${probe[@]}" -c 2 boot
	bounded "files that may not grow" f 1 4 100 2000 -- "${probe[@]}" cycle
	probe_leaves_nothing "nothing is left behind where limits are narrow"
}

if [ ! -x "$bin/fc-probe" ]; then
	skip fc-probe "not built"
elif [ ! -x "$bin/fc-mock" ]; then
	skip fc-probe "no fc-mock to measure"
else
	unset FIRECRACKER_BIN FIRECRACKER_KERNEL_PATH FIRECRACKER_ROOTFS_PATH USE_REAL_FIRECRACKER
	usage_errors fc-probe
	probe_inputs
	probe_output
	probe_inputs_fail
	probe_place
	probe_full
	probe_limits
	wrap fc-probe <<-END
		export TMPDIR=$probe_tmp
		"\$real/fc-probe" --firecracker "\$real/fc-mock" --progress never "\$@" 2>"\$in/probe-err"
		status=\$?
		# A thread for which there is no memory could not be started, says the library.
		sed "/measuring the stand-in/d; s/threads could be started: Resource.*/& (out of memory)/" "\$in/probe-err" >&2
		[ -z "\$(ls -A "\$TMPDIR")" ] && exit \$status
		find "\$TMPDIR" -mindepth 1 >&2
		rm -rf "\$TMPDIR"/*
		exit 99
	END
	# How long all takes differs.
	shape() {
		sed 's/"\(value\|t\|n\|data\)":.*//; s/"run":"[^"]*"//; /"type":"run"/s/.*/run/' | sort -u
	}
	wrapped_allocations fc-probe -n 1 cycle
	shape() {
		sed 's/[0-9.]\{2,\}.*//'
	}
	wrapped_allocations fc-probe -n 1 --format text boot
	probe_leaves_nothing "nothing is left behind where memory ends"
fi
