#!/usr/bin/env bats
# ci/lint finds what it is there to find: a scratch project that is right, and one thing wrong in it a test.

setup() {
	project=$BATS_TEST_TMPDIR/project
	source=$BATS_TEST_DIRNAME/../..
	mkdir -p "$project"/{ci,cmd/two,lib,man,mk,tests/cli,tests/unit}
	cp "$source/ci/lint" "$source/ci/lint-includes.awk" "$project/ci/"
	cp "$source/mk/lint.mk" "$project/mk/"
	cd "$project" || return
	{
		echo 'LEVEL0 = low'
		echo 'LEVEL1 = high'
		echo 'TOOLS = one two'
		echo 'ALL_CFLAGS = -std=c11 -Wall -Ilib'
		echo 'include mk/lint.mk'
	} >Makefile
	echo 'int low(void);' >lib/low.h
	printf '#include "low.h"\nint low(void) { return 1; }\n' >lib/low.c
	echo 'int high(void);' >lib/high.h
	printf '#include "high.h"\n#include "low.h"\nint high(void) { return low(); }\n' >lib/high.c
	printf '#include "high.h"\nint main(void) { return high(); }\n' >cmd/one.c
	echo 'int part(void);' >cmd/two/part.h
	printf '#include <stdio.h>\n#include "part.h"\n#include "low.h"\nint main(void) { return low(); }\n' >cmd/two/main.c
	echo '0.1.0' >VERSION
	printf '# News\n\n## 0.1.0 (unreleased)\n\n## 0.0.9\n' >NEWS.md
	echo 'version = lib.fileContents ./VERSION;' >package.nix
	printf '| program | what |\n|---|---|\n| [one](man/one.1) | x |\n| [two](man/two.1) | y |\n' >README.md
	printf '.It Xr one 1\n.It Xr two 1\n' >man/benchpipe.7
	touch man/one.1 man/two.1 tests/cli/one.bats tests/cli/two-more.bats
}

lint() {
	run ci/lint --only "$1"
}

finds() {
	lint "$1"
	[ "$status" -eq 1 ]
	[[ "$output" == *"not ok 1 - lint: $1"* ]]
	[[ "$output" == *"$2"* ]]
}

@test "lint: a project that is right passes" {
	lint includes,headers,length,version,tools
	echo "$output"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 1..5 ]
	[ "${#lines[@]}" -eq 6 ]
}

@test "lint: a module that includes one of its own level or above" {
	echo '#include "high.h"' >>lib/low.c
	finds includes 'lib/low.c:3: level 0 includes "high.h" of level 1'
}

@test "lint: a module that is in no level" {
	echo >lib/stray.c
	finds includes 'the module stray is in none'
}

@test "lint: a tool that includes another tool's header" {
	sed -i '1i #include "part.h"' cmd/one.c
	finds includes 'cmd/one.c:1: includes "part.h"'
	sed -i '1s|.*|#include "two/part.h"|' cmd/one.c
	finds includes 'which names a directory'
}

@test "lint: a module that includes a header of cmd" {
	sed -i '1i #include "part.h"' lib/low.c
	finds includes 'lib/low.c:1: includes "part.h"'
}

@test "lint: a header that needs another one first, or cannot be included twice" {
	command -v "${CC:-cc}" >/dev/null || skip "no C compiler"
	echo 'size_t size(void);' >lib/low.h
	finds headers size_t
	echo 'struct twice { int x; };' >lib/low.h
	finds headers 'twice'
}

@test "lint: a file over 600 lines" {
	yes ';' | head -n 601 >lib/low.c
	finds length 'lib/low.c: 601 lines'
}

@test "lint: NEWS.md behind VERSION, and a version written into package.nix" {
	echo 0.2.0 >VERSION
	finds version 'VERSION says 0.2.0, the newest entry of NEWS.md 0.1.0'
	echo 0.1.0 >VERSION
	echo 'version = "0.1.0";' >package.nix
	finds version 'package.nix does not read VERSION'
}

@test "lint: a program without manual, tests, or its lines" {
	rm man/one.1
	finds tools 'one: no man/one.1'
	touch man/one.1
	rm tests/cli/two-more.bats
	finds tools 'two: no tests/cli/two.bats'
	touch tests/cli/two.bats
	sed -i /two/d README.md
	finds tools 'two: no line in the table of README.md'
	echo >man/benchpipe.7
	finds tools 'one: no line in man/benchpipe.7'
	touch cmd/three.c
	finds tools "three: in cmd/ but not in the Makefile's TOOLS"
}

@test "lint: a compiler's warning is an error" {
	command -v gcc >/dev/null || skip "no gcc"
	printf 'int f(void) { int unused; return 0; }\n' >>lib/low.c
	finds gcc unused
}

@test "lint: a build by gcc with warnings as errors is looked at, and not compiled again; any other is" {
	command -v gcc >/dev/null || skip "no gcc"
	printf 'all unit-tests:\n\t@echo $@ of $(BUILD) >>made\n' >>Makefile
	export BUILD=build
	sed -i 's/-Wall/-Wall -Werror/' Makefile
	CC=gcc lint gcc
	[ "$status" -eq 0 ]
	[ "$(sort made)" = 'all of build
unit-tests of build' ]
	CC='sh -c false' lint gcc # which is none, as far as one can see
	[ "$status" -eq 0 ]
	sed -i 's/ -Werror//' Makefile
	printf 'int f(void) { int unused; return 0; }\n' >>lib/low.c
	CC=gcc finds gcc unused
	[ "$(wc -l <made)" -eq 2 ]
	printf 'all:\n\t@echo it is not up to date; false\n' >>Makefile
	sed -i 's/-Wall/-Wall -Werror/; s/^all unit-tests:/unit-tests:/' Makefile
	CC=gcc finds gcc 'it is not up to date'
}

@test "lint: a mistake in a shell script, with or without a suffix" {
	command -v shellcheck >/dev/null || skip "no shellcheck"
	# shellcheck disable=SC2016
	printf '#!/bin/sh\ncd $1\n' >ci/job
	finds shell 'In ci/job line 2'
}
