# shellcheck shell=bash disable=SC2034,SC2154
# db-seed, which makes databases. Read by tests/fault/run; more of its faults are in tests/cli/db-seed-faults.bats.

seed_inputs() {
	mkdir "$in/seed"
	echo 'CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT); CREATE INDEX i ON t (x);' >"$in/seed/t.sql"
	echo '{"tables": {"t": {"rows": 3, "columns": {"x": {"pattern": "a{row:3}"}}}}}' >"$in/seed/spec.json"
}

seed_output() {
	local how
	for how in '>&-:Bad file descriptor' '>/dev/full:No space left on device'; do
		run sh -c "exec \"\$@\" ${how%%:*}" sh "$bin/db-seed" --schema "$in/seed/t.sql" --force "$in/seed/x.db"
		check "records: ${how%%:*}" db-seed 1 "standard output: ${how#*:}"
		run sh -c "exec \"\$@\" ${how%%:*}" sh "$bin/db-seed" --schema "$in/seed/t.sql" --format text --force "$in/seed/x.db"
		check "statistics: ${how%%:*}" db-seed 1 "standard output: ${how#*:}"
		run sh -c "exec \"\$@\" ${how%%:*}" sh "$bin/db-seed" --schema "$in/seed/t.sql" --print t
		check "--print: ${how%%:*}" db-seed 1 "standard output: ${how#*:}"
		run sh -c "exec \"\$@\" ${how%%:*}" sh "$bin/db-seed" --schema "$in/seed/t.sql" --dry-run
		check "--dry-run: ${how%%:*}" db-seed 1 "standard output: ${how#*:}"
		run sh -c "exec \"\$@\" ${how%%:*}" sh "$bin/db-seed" --list
		check "--list: ${how%%:*}" db-seed 1 "standard output: ${how#*:}"
	done
	run "$bin/db-seed" --schema "$in/seed/t.sql" --force -o /dev/full --format ndjson "$in/seed/x.db"
	check "-o on a full device" db-seed 1 '/dev/full: No space left on device'
	run "$bin/db-seed" --schema "$in/seed/t.sql" --force -o "$in/none/x" "$in/seed/x.db"
	check "-o into no directory" db-seed 1 'none/x: No such file or directory'
	{
		sleep 0.1
		timeout -k 2 20 "$bin/db-seed" --schema "$in/seed/t.sql" --force "$in/seed/x.db" 2>"$scratch/err"
		echo $? >"$scratch/status"
	} | true
	status=$(cat "$scratch/status")
	if [ "$status" -eq 141 ] && [ ! -s "$scratch/err" ]; then
		result ok "db-seed: SIGPIPE ends it quietly"
	else
		echo "status $status, wanted 141" >>"$scratch/err"
		result "not ok" "db-seed: SIGPIPE ends it quietly" "$scratch/err"
	fi
}

seed_sources() {
	local file
	for file in nonexistent:'No such file' directory:'Is a directory' empty:'the schema has no table' good:'good:1: ' \
		zeros:'neither SQL text nor' utf8:'utf8:1: '; do
		run "$bin/db-seed" --schema "$in/${file%%:*}" "$in/seed/y.db"
		check "${file%%:*} for the schema" db-seed 1 "${file#*:}"
		[ "${file%%:*}" != empty ] || continue
		run "$bin/db-seed" --append "$in/${file%%:*}"
		check "${file%%:*} to append to" db-seed 1 'No such file|Is a directory|file is not a database'
	done
	for file in nonexistent:'No such file' directory:'Is a directory' empty:'empty:1: ' zeros:'zeros:1: ' utf8:'utf8:1: '; do
		run "$bin/db-seed" --schema "$in/seed/t.sql" --spec "$in/${file%%:*}" "$in/seed/y.db"
		check "${file%%:*} for the spec" db-seed 1 "${file#*:}"
	done
	if [ -z "$(find "$in/seed" -name '*y.db*')" ]; then
		result ok "db-seed: nothing is left of what failed"
	else
		find "$in/seed" >"$scratch/why"
		result "not ok" "db-seed: nothing is left of what failed" "$scratch/why"
	fi
}

seed_leavings() {
	if [ -z "$(find "$in/seed" -name '.*.db-seed*')" ]; then
		result ok "db-seed: no unfinished file is left where an allocation fails"
	else
		find "$in/seed" >"$scratch/why"
		result "not ok" "db-seed: no unfinished file is left where an allocation fails" "$scratch/why"
	fi
}

if [ ! -x "$bin/db-seed" ]; then
	skip db-seed "not built"
else
	usage_errors db-seed
	seed_inputs
	seed_output
	seed_sources
	# SQLite and the schema's and plan's parts make many.
	allocations_most=8000
	shape() {
		cat
	}
	allocations db-seed --schema "$in/seed/t.sql" --spec "$in/seed/spec.json" --print t -j 1
	allocations db-seed --schema "$in/seed/t.sql" --rows t=30 -n -j 1
	shape() {
		sed 's/"\(value\|count\|t\|latency\)":.*//; s/"run":"[^"]*"//; /"type":"run"/s/.*/run/'
	}
	allocations db-seed --schema "$in/seed/t.sql" --spec "$in/seed/spec.json" -j 1 --force "$in/seed/x.db"
	allocations_most=3000
	seed_leavings
fi
