# shellcheck shell=bash disable=SC2034,SC2154
# helios-time, which runs other programs on files that it makes. Read by tests/fault/run.

helios_inputs() {
	helios_dir=$in/helios
	mkdir "$helios_dir" "$in/helios-tools"
	chmod 755 "$in"
	few=(env -u HELIOS_CLI_PATH "TMPDIR=$helios_dir" "$bin/helios-time" --backend git --files 3 --file-size 100 -n 1 --warmup 0)
}

helios_leaves() { # NAME
	if [ -z "$(find "$helios_dir" -mindepth 1)" ]; then
		result ok "helios-time: $1"
	else
		find "$helios_dir" -mindepth 1 >"$scratch/why"
		result "not ok" "helios-time: $1" "$scratch/why"
	fi
	find "$helios_dir" -mindepth 1 -delete
}

helios_output() {
	run sh -c 'exec "$@" >&-' sh "${few[@]}"
	check "closed stdout" helios-time 1 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "${few[@]}"
	check "full device" helios-time 1 'No space left on device|not all of it could be written'
	run sh -c 'exec "$@" >/dev/full' sh "${few[@]}" --format text
	check "full device for the summary" helios-time 1 'No space left on device|not all of it could be written'
	run "${few[@]}" --format ndjson -o /dev/full
	check "-o on a full device" helios-time 1 '/dev/full: No space left on device'
	run "${few[@]}" -o "$in/none/x"
	check "-o into no directory" helios-time 1 'none/x: No such file or directory'
	early_end helios-time 0 "${few[@]}" -n 30 spawn
	helios_leaves "nothing is left where its output fails"
}

helios_places() {
	run "${few[@]}" -d "$in/none"
	check "-d into no directory" helios-time 1 'none: No such file or directory'
	run "${few[@]}" -d "$in/good"
	check "a file for -d" helios-time 1 'good.*: Not a directory'
	run "${few[@]}" --git "$in/none/git" spawn
	check "no such git" helios-time 1 'none/git: No such file or directory'
	run "${few[@]}" --git "$in/directory" spawn
	check "a directory for git" helios-time 1 'directory: Permission denied'
	run "${few[@]}" --git "$in/script" spawn
	check "a git that cannot be run" helios-time 1 'script: No such file or directory'
	run env -u HELIOS_CLI_PATH "TMPDIR=$helios_dir" "$bin/helios-time" --backend git -n 1 --work "$in/none"
	check "no such --work" helios-time 1 'none: No such file or directory'
	run env -u HELIOS_CLI_PATH "TMPDIR=$helios_dir" "$bin/helios-time" --backend git -n 1 --work "$in/directory"
	check "an empty --work" helios-time 1 'directory'
	if stranger helios-time "a directory without permission"; then
		mkdir "$in/c2"
		as_stranger "$in/c2" sh -c "chmod 500 $in/c2; exec \"\$@\"" sh "${few[@]}" -d "$in/c2"
		check "a directory without permission" helios-time 1 'c2.*: Permission denied'
	fi
	helios_leaves "nothing is left where there is no place"
}

helios_full() {
	local sizes='size=16k size=64k size=1m,nr_inodes=4 size=1m,nr_inodes=12 size=1m,nr_inodes=40'
	local lines_allowed=3
	on_full_disks helios-time 'No space left on device' "$sizes" "$helios_dir" "${few[@]}" --files 20 commit \
		materialize
}

# A git that does not do its work.
helios_tools() {
	local tool=$in/helios-tools/git
	printf '#!/bin/sh\necho "git version 2.0"\n' >"$tool"
	chmod +x "$tool"
	run "${few[@]}" --git "$tool" commit
	check "a git that commits nothing" helios-time 1 'git'
	# shellcheck disable=SC2016 # expanded there
	printf '#!/bin/sh\necho "git version 2.0"\n[ "$1" = version ] || { echo "fatal: it is broken" >&2; exit 3; }\n' >"$tool"
	run "${few[@]}" --git "$tool" commit
	check "a git that fails" helios-time 1 'exit status 3: fatal: it is broken'
	# shellcheck disable=SC2016 # expanded there
	printf '#!/bin/sh\necho "git version 2.0"\n[ "$1" = version ] || kill -SEGV $$\n' >"$tool"
	run "${few[@]}" --git "$tool" commit
	check "a git that crashes" helios-time 1 'ended by signal 11'
	printf '#!/bin/sh\necho nonsense\n' >"$tool"
	run "${few[@]}" --git "$tool" commit
	lines_allowed=2
	check "a git that is none" helios-time 1 'git: '
	unset lines_allowed
	rm "$tool"
	helios_leaves "nothing is left where its programs fail"
}

if [ ! -x "$bin/helios-time" ]; then
	skip helios-time "not built"
elif ! command -v git >/dev/null; then
	skip helios-time "no git to measure"
else
	helios_inputs
	usage_errors helios-time
	helios_output
	helios_places
	helios_full
	helios_tools
	wrap helios-time <<-END
		"\$real/helios-time" "\$@" 2>"\$in/helios-err"
		status=\$?
		sed "s/fork: Resource.*/& (out of memory)/" "\$in/helios-err" >&2
		[ -z "\$(find "$helios_dir" -mindepth 1)" ] || {
			find "$helios_dir" -mindepth 1 >&2
			find "$helios_dir" -mindepth 1 -delete
			exit 99
		}
		exit \$status
	END
	# How long it takes differs, and what the runs of git are called.
	shape() {
		sed 's/"\(value\|t\|dur\|n\)":[^,}]*//g; s/"run":"[^"]*"//; /"type":"\(run\|event\)"/s/.*/one/'
	}
	HELIOS_CLI_PATH='' TMPDIR=$helios_dir wrapped_allocations helios-time --backend git --files 3 --file-size 100 -n 1 --warmup 0 \
		commit materialize
	shape() {
		sed 's/[0-9.]\{2,\}.*//'
	}
	HELIOS_CLI_PATH='' TMPDIR=$helios_dir wrapped_allocations helios-time --backend git --files 3 --file-size 100 -n 1 --warmup 0 \
		--format text spawn
fi
