# shellcheck shell=bash disable=SC2034,SC2154
# disk-gen, which has other programs make its images. Read by tests/fault/run.

disk_inputs() {
	disk_dir=$in/disks
	mkdir "$disk_dir"
	chmod 755 "$in"
	tiny=("$bin/disk-gen" -t minimal --os alpine --packages 15 --files 2)
	image=$disk_dir/a.img
}

# Nothing but whole images: IMAGES is how many at most.
disk_leaves() { # NAME [IMAGES]
	if [ -z "$(find "$disk_dir" -mindepth 1 ! -name '*.img')" ] && [ "$(find "$disk_dir" -name '*.img' | wc -l)" -le "${2:-0}" ]; then
		result ok "disk-gen: $1"
	else
		find "$disk_dir" -mindepth 1 >"$scratch/why"
		result "not ok" "disk-gen: $1" "$scratch/why"
	fi
	find "$disk_dir" -mindepth 1 -delete
}

disk_usage() {
	usage_errors disk-gen
	run sh -c 'exec "$@" >/dev/full' sh "$bin/disk-gen" --list
	check "--list on a full device" disk-gen 1 'standard output: No space left on device'
}

disk_output() {
	run sh -c 'exec "$@" >&-' sh "${tiny[@]}" "$image"
	check "closed stdout" disk-gen 1 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "${tiny[@]}" --force "$image"
	check "full device" disk-gen 1 'No space left on device'
	run sh -c 'exec "$@" >/dev/full' sh "${tiny[@]}" --force --format text "$image"
	check "full device for the summary" disk-gen 1 'No space left on device|not all of it could be written'
	run "${tiny[@]}" --force --format ndjson -o /dev/full "$image"
	check "-o on a full device" disk-gen 1 '/dev/full: No space left on device'
	run "${tiny[@]}" --force -o "$in/none/x" "$image"
	check "-o into no directory" disk-gen 1 'none/x: No such file or directory'
	disk_leaves "nothing but the image is left where its output fails" 1
	# In the middle of a batch, where the records are more than a buffer.
	early_end disk-gen 0 "${tiny[@]}" -n 30 -j 2 -d "$disk_dir"
	disk_leaves "nothing but images is left where its reader goes" 30
}

disk_places() {
	run "${tiny[@]}" "$in/none/a.img"
	check "an image into no directory" disk-gen 1 'none/a.img: making it: No such file or directory'
	run "${tiny[@]}" "$in/directory"
	check "a directory for the image" disk-gen 1 'directory: it is a directory'
	run "${tiny[@]}" "$in/good/a.img"
	check "an image into a file" disk-gen 1 'good/a.img: making it: Not a directory'
	run "${tiny[@]}" --force /dev/full
	check "a device for the image" disk-gen 1 '/dev/full: it is not a regular file'
	run "${tiny[@]}" -n 2 -j 1 -d "$in/good"
	check "a file for -d" disk-gen 1 'good.*: .*(File exists|Not a directory)'
	if stranger disk-gen "an image into a directory without permission"; then
		mkdir "$in/c"
		as_stranger "$in/c" sh -c "chmod 500 $in/c; exec \"\$@\"" sh "${tiny[@]}" "$in/c/a.img"
		check "an image into a directory without permission" disk-gen 1 'c/a.img: making it: Permission denied'
		as_stranger "$in/c" "${tiny[@]}" -n 2 -d "$in/c/d"
		check "a batch into a directory without permission" disk-gen 1 'c/d: Permission denied'
	fi
	# TMPDIR is none of its business.
	run env "TMPDIR=$in/none" "${tiny[@]}" "$image"
	if [ "$status" -eq 0 ] && [ ! -s "$scratch/err" ]; then
		result ok "disk-gen: TMPDIR is not there"
	else
		result "not ok" "disk-gen: TMPDIR is not there" "$scratch/err"
	fi
	disk_leaves "nothing but the image is left" 1
}

disk_full() {
	local sizes='size=4k size=40k size=200k size=1m,nr_inodes=1 size=1m,nr_inodes=2 size=1m,nr_inodes=3'
	on_full_disks disk-gen 'a.img: .*No space left on device' "$sizes" "$disk_dir" "${tiny[@]}" "$image"
}

disk_limits() {
	local n
	for n in 1 100 1000; do
		run bash -c "ulimit -f $n; exec \"\$@\"" sh "${tiny[@]}" "$image"
		check "files of at most $n KiB" disk-gen 1 'a.img: .*File too large'
	done
	for n in 4 8 100; do
		run bash -c "ulimit -n $n; exec \"\$@\"" sh "${tiny[@]}" "$image"
		check "$n descriptors" disk-gen 1 "it takes [0-9]* open files, and no more than $n are allowed"
	done
	disk_leaves "nothing is left behind where limits are narrow"
	stranger disk-gen "few processes" || return
	# A thread for each of two, and what each of them runs: each may tell of it.
	lines_allowed=2
	for n in 1 2 3 4; do
		find "$disk_dir" -mindepth 1 -delete
		as_stranger "$disk_dir" bash -c "ulimit -u $n; exec \"\$@\"" sh "${tiny[@]}" -n 6 -j 2 -d "$disk_dir"
		if [ "$status" -eq 0 ] && [ "$n" -gt 2 ]; then
			result ok "disk-gen: $n processes"
		else
			check "$n processes" disk-gen 1 'Resource temporarily unavailable'
		fi
	done
	unset lines_allowed
	disk_leaves "nothing but images is left where processes are few" 6
	chown "$(id -u)" "$disk_dir"
}

# What makes the images is missing, or does not do it.
disk_tools() {
	local tool
	mkdir "$in/tools"
	for tool in mke2fs debugfs; do
		printf '#!/nonexistent\n' >"$in/tools/$tool"
		chmod +x "$in/tools/$tool"
		run env "PATH=$in/tools:$PATH" "${tiny[@]}" "$image"
		check "$tool cannot be run" disk-gen 1 "tools/$tool: No such file or directory"
		printf '#!/bin/sh\necho "%s: it is broken" >&2\nexit 3\n' $tool >"$in/tools/$tool"
		run env "PATH=$in/tools:$PATH" "${tiny[@]}" "$image"
		check "$tool fails" disk-gen 1 "a.img: .*$tool: it is broken"
		# shellcheck disable=SC2016 # expanded there
		printf '#!/bin/sh\nkill -SEGV $$\n' >"$in/tools/$tool"
		run env "PATH=$in/tools:$PATH" "${tiny[@]}" "$image"
		check "$tool crashes" disk-gen 1 "a.img: .*$tool: ended by signal 11"
		rm "$in/tools/$tool"
	done
	disk_leaves "nothing is left behind where tools fail"
	# Where administrators' programs are is looked at too, so those have to be hidden.
	# shellcheck disable=SC2016 # expanded in there
	local hide='for place in /usr/local/sbin /usr/sbin /sbin; do [ ! -d $place ] || mount --bind "$1" $place || exit 98; done'
	if ! unshare -rm sh -c "$hide" sh "$in/tools" 2>/dev/null; then
		skip "disk-gen: mke2fs is missing" "/usr/sbin cannot be hidden"
		return
	fi
	run unshare -rm sh -c "$hide; shift; exec env PATH=/nonexistent \"\$@\"" sh "$in/tools" "${tiny[@]}" "$image"
	check "mke2fs is missing" disk-gen 1 'mke2fs: not found, neither on PATH nor in /usr/sbin; it comes with e2fsprogs'
}

if [ ! -x "$bin/disk-gen" ]; then
	skip disk-gen "not built"
else
	disk_inputs
	disk_usage
	if ! PATH=$PATH:/usr/sbin:/sbin command -v mke2fs >/dev/null; then
		skip "disk-gen: images" "no mke2fs to make them with"
	else
		disk_output
		disk_places
		disk_full
		disk_limits
		disk_tools
		wrap disk-gen <<-END
			rm -rf "$disk_dir"
			mkdir "$disk_dir"
			[ -z "\${FAILMALLOC-}" ] || export FAILMALLOC=\$((FAILMALLOC * \${stride:-1}))
			"\$real/disk-gen" "\$@" 2>"\$in/disk-err"
			status=\$?
			# A thread for which there is no memory could not be started, says the library.
			sed "s/a thread: Resource.*/& (out of memory)/" "\$in/disk-err" >&2
			cd "$disk_dir"
			[ "\$(ls -A)" = "" ] || [ "\$(ls -A)" = a.img ] || {
				find . -mindepth 1 >&2
				exit 99
			}
			exit \$status
		END
		# How long it takes differs, and how many blocks a file system gives it; what the image is, is in the digest.
		shape() {
			sed 's/"\(value\|t\|dur\|allocated\)":[^,}]*//g; s/"run":"[^"]*"//; /"type":"run"/s/.*/run/'
		}
		allocations_most=20000
		wrapped_allocations disk-gen -t minimal --os alpine --packages 15 --files 2 "$image"
		shape() {
			sed 's/[0-9.]\{2,\}.*//'
		}
		wrapped_allocations disk-gen -t minimal --os ubuntu --files 0 --gpt --format text "$image"
		# A database makes very many.
		stride=97 wrapped_allocations disk-gen -t minimal --os fedora --files 0 --format text "$image"
		allocations_most=3000
	fi
fi
