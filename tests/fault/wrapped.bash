# shellcheck shell=bash disable=SC2034,SC2154
# For programs that make more than output: a script stands around each, which tells what was left. Read by
# tests/fault/run.

# What is made outside of $scratch, which goes too: sockets have short paths.
elsewhere=()
trap 'rm -rf "$scratch" "${elsewhere[@]}"' EXIT

wrap() { # PROGRAM, its script on standard input; $real in it is where the programs are
	mkdir -p "$in/wrapped"
	{
		echo '#!/bin/bash'
		printf 'real=%q in=%q\n' "$bin" "$in"
		cat
	} >"$in/wrapped/$1"
	chmod +x "$in/wrapped/$1"
}

wrapped_allocations() { # PROGRAM ARGUMENT...
	if sanitized "$bin/$1"; then
		allocations "$@"
	else
		local bin=$in/wrapped
		allocations "$@"
	fi
}

# Run a command as a user who is nobody else, with no more rights than one and no process yet: who owns the directory.
as_stranger() { # DIRECTORY COMMAND...
	local directory=$1 as=(env)
	shift
	if [ "$(id -u)" -eq 0 ]; then
		as=(setpriv --reuid 54321 --regid 54321 --clear-groups)
		chown 54321:54321 "$directory"
	fi
	run "${as[@]}" "$@"
}

stranger() { # PROGRAM NAME: can that be done? A skip that tells why not.
	[ "$(id -u)" -eq 0 ] || return 0
	if ! command -v setpriv >/dev/null || ! setpriv --reuid 54321 --regid 54321 --clear-groups test -x "$bin/$1" 2>/dev/null; then
		skip "$1: $2" "root may do all, and setpriv cannot become another user here"
		return 1
	fi
}

# run, with a file system of its own, of the given options, mounted on DIRECTORY. $scratch/left: what is in it then.
on_file_system() { # OPTIONS DIRECTORY COMMAND...
	# shellcheck disable=SC2016 # expanded in there
	run unshare -rm bash -c 'mount -t tmpfs -o "$1" none "$2" || exit 98
		directory=$2 left=$3; shift 3; "$@"; status=$?; find "$directory" -mindepth 1 >"$left"; exit $status' \
		sh "$1" "$2" "$scratch/left" "${@:3}"
}

mountable() { # PROGRAM NAME
	unshare -rm mount -t tmpfs -o size=64k none "$in/directory" 2>/dev/null && return 0
	skip "$1: $2" "no small file system can be mounted"
	return 1
}

# A command on file systems of these OPTIONS, which are too small for it: it tells so, and leaves nothing.
on_full_disks() { # PROGRAM REGEX OPTIONS-LIST DIRECTORY COMMAND...
	local program=$1 regex=$2 sizes=$3 size bad=0
	shift 3
	mountable "$program" "the disk is full" || return
	: >"$scratch/why"
	for size in $sizes; do
		on_file_system "$size" "$@"
		if [ "$status" -ne 1 ] || ! voice "$program" "$regex" || [ -s "$scratch/left" ]; then
			bad=1
			{
				echo "$size: status $status; stderr, and what is left:"
				cat "$scratch/err" "$scratch/left"
			} >>"$scratch/why"
		fi
	done
	if [ "$bad" -eq 0 ]; then
		result ok "$program: the disk is full"
	else
		result "not ok" "$program: the disk is full" "$scratch/why"
	fi
}
