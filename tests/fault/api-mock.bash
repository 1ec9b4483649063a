# shellcheck shell=bash disable=SC2034,SC2154
# api-mock, which serves a database. Read by tests/fault/run.

mock_inputs() {
	"$bin/db-seed" --profile nebulagc --rows nodes=40 --rows config_bundles=2 "$in/mock-db" >/dev/null 2>&1
	# The schema can be read, what is in the tables cannot.
	cp "$in/mock-db" "$in/mock-corrupt"
	dd if=/dev/urandom of="$in/mock-corrupt" bs=4096 seek=18 count=80 conv=notrunc 2>/dev/null
	mkdir "$in/mock-work"
}

mock_leaves_nothing() { # NAME
	if [ -z "$(ls "$in/mock-work")" ]; then
		result ok "api-mock: $1"
	else
		ls -R "$in/mock-work" >"$scratch/why"
		result "not ok" "api-mock: $1" "$scratch/why"
		rm -rf "$in/mock-work"
		mkdir "$in/mock-work"
	fi
}

# mock OPTION...: on its copy, for a moment.
mock() {
	run "$bin/api-mock" --work-dir "$in/mock-work" -d 1ms "$@"
}

mock_usage() {
	lines_allowed=2
	run "$bin/api-mock" --no-such-option
	check "an unknown option" api-mock 1 "unrecognized option '--no-such-option'"
	run "$bin/api-mock" --latency
	check "an option without its argument" api-mock 1 "option '--latency' requires an argument"
	unset lines_allowed
	run sh -c 'exec "$@" >/dev/full' sh "$bin/api-mock" --help
	check "--help on a full device" api-mock 1 'standard output: No space left on device'
	run sh -c 'exec "$@" >&-' sh "$bin/api-mock" --version
	check "--version with a closed stdout" api-mock 1 'standard output: Bad file descriptor'
}

mock_output() {
	lines_allowed=2
	run sh -c 'exec "$@" >&-' sh "$bin/api-mock" --work-dir "$in/mock-work" -d 1ms "$in/mock-db"
	check "closed stdout" api-mock 1 'listening on'
	grep -qE 'standard output: (Bad file descriptor|not all of it)' "$scratch/err" || result "not ok" "api-mock: closed stdout is told" "$scratch/err"
	run sh -c 'exec "$@" >/dev/full' sh "$bin/api-mock" --work-dir "$in/mock-work" -d 1ms "$in/mock-db"
	check "full device" api-mock 1 'listening on'
	grep -qE 'standard output: (No space left on device|not all of it)' "$scratch/err" ||
		result "not ok" "api-mock: a full device is told" "$scratch/err"
	mock --ready-file /dev/full "$in/mock-db"
	check "a ready file on a full device" api-mock 1 '--ready-file /dev/full: No space left on device'
	unset lines_allowed
	mock_leaves_nothing "nothing is left behind where its output fails"
}

mock_databases() {
	mock "$in/nonexistent"
	check "no such database" api-mock 1 'nonexistent: No such file'
	mock "$in/directory"
	check "a directory for a database" api-mock 1 'directory: '
	mock "$in/zeros"
	check "zeros for a database" api-mock 1 'file is not a database'
	mock "$in/empty"
	check "an empty database" api-mock 1 'no such table: '
	mock "$in/mock-corrupt"
	check "a corrupt database" api-mock 1 'database disk image is malformed'
	run "$bin/api-mock" --in-place -d 1ms "$in/nonexistent"
	check "no such database in place" api-mock 1 'nonexistent: No such file'
	run bash -c "trap '' XFSZ; ulimit -f 16; exec \"\$@\"" sh "$bin/api-mock" --work-dir "$in/mock-work" -d 1ms "$in/mock-db"
	check "no room for the copy" api-mock 1 '(disk I/O error: File too large|database or disk is full)'
	mock_leaves_nothing "nothing is left behind of what could not be served"
}

mock_files() {
	# So few descriptors that the database, or the server, cannot be opened.
	local n
	for n in 4 6 8 9 10 11 12 13 14; do
		run bash -c "ulimit -n $n; exec \"\$@\"" sh "$bin/api-mock" -j 2 --work-dir "$in/mock-work" -d 1ms "$in/mock-db"
		if [ "$status" -gt 1 ] || { [ "$status" -eq 1 ] && ! grep -q '^api-mock: ' "$scratch/err"; }; then
			echo "status $status" >>"$scratch/err"
			result "not ok" "api-mock: with $n descriptors" "$scratch/err"
			return
		fi
	done
	result ok "api-mock: with few descriptors"
	mock_leaves_nothing "nothing is left behind where descriptors are few"
}

if [ ! -x "$bin/api-mock" ]; then
	skip api-mock "not built"
elif [ ! -x "$bin/db-seed" ]; then
	skip api-mock "no db-seed to make databases with"
else
	mock_usage
	mock_inputs
	mock_output
	mock_databases
	mock_files
	# The port that is found differs.
	shape() {
		sed 's/:[0-9]*$/:PORT/'
	}
	# Two lines where it had said that it listens.
	lines_allowed=2 allocations_most=20000
	allocations api-mock -j 1 -d 1ms --rate-limits --work-dir "$in/mock-work" --ready-file "$scratch/ready" "$in/mock-db"
	allocations api-mock -j 1 -d 1ms --bundle-size 100kB --work-dir "$in/mock-work" -l "unix:$scratch/sock" "$in/mock-db"
	unset lines_allowed
	allocations_most=3000
	mock_leaves_nothing "nothing is left behind where memory ends"
fi
