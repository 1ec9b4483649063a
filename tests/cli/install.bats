#!/usr/bin/env bats
# make install, uninstall and dist, as a packager uses them.

setup_file() {
	unset MAKEFLAGS MAKELEVEL SAN
	local built=${BUILD:-$BATS_TEST_DIRNAME/../../build}
	export BUILD=$BATS_FILE_TMPDIR/build
	# Another PREFIX makes few files anew; the rest is that of the build under test.
	mkdir "$BUILD"
	for part in obj embed bin libexec flags libexecdir; do
		[ ! -e "$built/$part" ] || cp -a "$built/$part" "$BUILD/"
	done
	make -s -j2 -C "$BATS_TEST_DIRNAME/../.." BUILD="$BUILD" PREFIX=/opt/benchpipe all
}

setup() {
	top=$BATS_TEST_DIRNAME/../..
	stage=$BATS_TEST_TMPDIR/stage
	tools=$(make -s -C "$top" print-TOOLS)
}

@test "install puts every program, manual page and the counter under DESTDIR and PREFIX" {
	make -s -C "$top" BUILD="$BUILD" install DESTDIR="$stage" PREFIX=/opt/benchpipe
	for tool in $tools; do
		"$stage/opt/benchpipe/bin/$tool" -V | grep -q "^$tool (benchpipe) $(cat "$top/VERSION")$"
		[ -f "$stage/opt/benchpipe/share/man/man1/$tool.1" ]
	done
	[ -f "$stage/opt/benchpipe/share/man/man5/bench-record.5" ]
	[ -f "$stage/opt/benchpipe/share/man/man7/benchpipe.7" ]
	[ -f "$stage/opt/benchpipe/libexec/benchpipe/alloc-count.so" ]
}

@test "the installed cmd-time finds its counter" {
	make -s -C "$top" BUILD="$BUILD" install DESTDIR="$stage" PREFIX=/opt/benchpipe
	run "$stage/opt/benchpipe/bin/cmd-time" -n 1 --allocs --format ndjson -- ls /
	[ "$status" -eq 0 ]
	[[ $output == *'"metric":"allocs"'* ]]
	[[ $output != *'"type":"skip"'* ]]
}

@test "uninstall leaves no file behind" {
	make -s -C "$top" BUILD="$BUILD" install DESTDIR="$stage" PREFIX=/usr
	make -s -C "$top" BUILD="$BUILD" uninstall DESTDIR="$stage" PREFIX=/usr
	[ -z "$(find "$stage" ! -type d)" ]
}

@test "dist makes a tar file that builds" {
	git -C "$top" rev-parse HEAD >/dev/null 2>&1 || skip "not a git checkout"
	git clone -q "$top" "$BATS_TEST_TMPDIR/clone"
	make -s -C "$BATS_TEST_TMPDIR/clone" dist
	tar -xzf "$BATS_TEST_TMPDIR/clone/benchpipe-$(cat "$BATS_TEST_TMPDIR/clone/VERSION").tar.gz" -C "$BATS_TEST_TMPDIR"
	make -s -C "$BATS_TEST_TMPDIR"/benchpipe-*/ BUILD=build CFLAGS=-O0 build/bin/bench-stat
	"$(echo "$BATS_TEST_TMPDIR"/benchpipe-*/build/bin/bench-stat)" --version
}
