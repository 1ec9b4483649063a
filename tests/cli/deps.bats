#!/usr/bin/env bats
# ci/deps with made-up package managers: PATH is a directory that has just what a test puts there.

setup() {
	deps=$BATS_TEST_DIRNAME/../../ci/deps
	box=$BATS_TEST_TMPDIR/bin
	calls=$BATS_TEST_TMPDIR/calls
	mkdir "$box"
	: >"$calls"
	for tool in sh cat chmod cut env grep ls mktemp rm sed sort tail tr; do
		ln -s "$(command -v "$tool")" "$box/$tool"
	done
	script id <<<'echo 0'
	unset IN_NIX_SHELL NIX_BUILD_TOP CC
}

# have NAME...: programs that are there and do nothing.
have() {
	for name in "$@"; do
		script "$name" <<<'exit 0'
	done
}

# script NAME: a program whose text is stdin; it finds the log of calls in $calls.
script() {
	{ echo '#!/bin/sh'; cat; } >"$box/$1"
	chmod +x "$box/$1"
}

# A package manager that writes down how it was called, and makes `make` appear when told to install it.
manager() {
	script "$1" <<END
echo "$1 \$*" >>"$calls"
case " \$* " in *" make "*) printf '#!/bin/sh\n' >"$box/make"; chmod +x "$box/make" ;; esac
END
}

deps() {
	run env PATH="$box" "$deps" "$@"
}

@test "deps: silent, and no package manager is called, when nothing is missing" {
	have cc make
	manager apt-get
	deps build
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -s "$calls" ]
}

@test "deps: apt-get update runs once, before the install, and what is installed is said first" {
	have cc
	manager apt-get
	deps build
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "ci/deps: missing: make " ]
	[ "${lines[1]}" = "ci/deps: apt-get install make " ]
	[ "$(sed -n 1p "$calls")" = "apt-get -qq update" ]
	[ "$(sed -n 2p "$calls")" = "apt-get -qq -y --no-install-recommends install make" ]
	[ "$(wc -l <"$calls")" -eq 2 ]
}

@test "deps: dnf, apk and brew are called in their own words" {
	have cc
	for name in dnf apk brew; do
		rm -f "$box/make" "$box/dnf" "$box/apk"
		manager "$name"
		deps build
		[ "$status" -eq 0 ]
	done
	[ "$(cat "$calls")" = "dnf -q -y install make
apk add -q --no-cache make
brew install -q make" ]
}

@test "deps: sudo is used when not root" {
	script id <<<'echo 1000'
	have cc
	manager apt-get
	script sudo <<END
echo "sudo" >>"$calls"
[ "\$1" != -n ] || shift
exec "\$@"
END
	deps build
	[ "$status" -eq 0 ]
	[ "$(head -n 1 "$calls")" = sudo ]
}

@test "deps: neither root nor sudo: says the command, installs nothing, fails for what is required" {
	script id <<<'echo 1000'
	have cc
	manager apt-get
	deps build
	[ "$status" -eq 1 ]
	[[ "$output" == *"as root: apt-get install make"* ]]
	[[ "$output" == *"required and not here: make"* ]]
	[ ! -s "$calls" ]
}

@test "deps: --dry-run installs nothing" {
	have cc
	manager apt-get
	deps --dry-run build
	[ "$status" -eq 1 ]
	[[ "$output" == *"would install with apt-get: make"* ]]
	[ ! -s "$calls" ]
}

@test "deps: in a Nix shell nothing is installed" {
	have cc
	manager apt-get
	run env PATH="$box" IN_NIX_SHELL=pure "$deps" build
	[ "$status" -eq 1 ]
	[[ "$output" == *"in a Nix shell, so nothing is installed"* ]]
	[ ! -s "$calls" ]
}

@test "deps: an optional package that cannot be had is named and does not fail the job" {
	have cc make jq gzip git nebula ip unshare sqlite3
	script apt-get <<'END'
case " $* " in *" hyperfine "*) echo "E: Unable to locate package hyperfine"; exit 100 ;; esac
END
	deps bench
	[ "$status" -eq 0 ]
	[[ "$output" == *"apt-get cannot install hyperfine: E: Unable to locate package hyperfine"* ]]
	[[ "$output" == *"not here: hyperfine; the tests that need them are skipped"* ]]
}

@test "deps: a required package that cannot be had fails the job, with the manager's words" {
	have cc
	script apt-get <<'END'
case $* in *install*) echo "E: no network"; exit 100 ;; esac
END
	deps build
	[ "$status" -eq 1 ]
	[[ "$output" == *"apt-get: E: no network"* ]]
	[[ "$output" == *"required and not here: make"* ]]
}

@test "deps: no package manager is said" {
	have cc
	deps build
	[ "$status" -eq 1 ]
	[[ "$output" == *"none of apt-get, dnf, apk, brew is here"* ]]
}

@test "deps: an unknown group is refused" {
	deps nothing
	[ "$status" -eq 1 ]
	[[ "$output" == *"nothing: not one of build, check, bench"* ]]
}
