# shellcheck shell=bash disable=SC2154 # the environment is the derivation's attributes
# The phases of nixpkgs' stdenv that a plain Makefile needs.
set -eo pipefail
export HOME=$TMPDIR SHELL=/bin/bash

# Interpreters are looked up in PATH, as in nixpkgs.
patchShebangs() {
	local file name
	while IFS= read -r file; do
		name=$(sed -n '1s|^#! */usr/bin/env \([a-z]*\)$|\1|p' "$file")
		[ -z "$name" ] || sed -i "1s|.*|#!$(command -v "$name")|" "$file"
	done < <(find "$@" -type f -perm -u+x)
}

if [ -n "${buildCommand:-}" ]; then
	eval "$buildCommand"
	exit
fi

cp -r --no-preserve=ownership "$src" "$TMPDIR/source"
cd "$TMPDIR/source"
chmod -R u+w .
eval "${postPatch:-}"

# What is proved here is how things are put together; the programs are tested as they are compiled by default elsewhere.
export CFLAGS=-O0

run_make() {
	# shellcheck disable=SC2086 # a list of words
	make $makeFlags "$@"
}
run_make -j"${NIX_BUILD_CORES:-1}"
# Tests that take minutes are run outside of this as well: those of the command line, and all with the sanitizers.
case ${makeFlags:-} in *SAN=1*) doCheck= ;; esac
if [ -n "${doCheck:-}" ]; then
	run_make -j"${NIX_BUILD_CORES:-1}" QUICK=unit "${checkTarget:-check}"
fi
run_make install
