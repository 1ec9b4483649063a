# shellcheck shell=bash disable=SC2034,SC2154
# db-load, which runs on a database. Read by tests/fault/run.

load_inputs() {
	sqlite3 "$in/db" "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 2000) INSERT INTO t SELECT i, hex(randomblob(50)) FROM c"
	# The schema can be read, the rows cannot.
	cp "$in/db" "$in/corrupt-db"
	dd if=/dev/urandom of="$in/corrupt-db" bs=4096 seek=2 count=30 conv=notrunc 2>/dev/null
	printf '%s\n' '\set id random(1, 2000)' 'SELECT v FROM t WHERE id = :id;' >"$in/read.sql"
	echo "INSERT INTO t (v) VALUES (hex(randomblob(500)));" >"$in/insert.sql"
	printf '%s\n' '\blob b 100000' 'INSERT INTO t (v) VALUES (:b);' >"$in/grow.sql"
	printf '%s\n' '\keys k SELECT id, v FROM t WHERE id < 20;' '\param n SELECT count(*) FROM t;' '\pick k' '\set i 2 * :k_id' \
		'\uuid u' '\repeat 2' "SELECT v AS w FROM t WHERE id = :i \\gset" '\end' 'INSERT INTO t (v) VALUES (:u || :w);' \
		'\expect SELECT count(*) > 2000 FROM t;' >"$in/all.sql"
}

load_output() {
	run sh -c 'exec "$@" >&-' sh "$bin/db-load" -f "$in/read.sql" -n 2 "$in/db"
	check "closed stdout" db-load 1 'standard output: Bad file descriptor'
	run sh -c 'exec "$@" >/dev/full' sh "$bin/db-load" -f "$in/read.sql" -n 2 "$in/db"
	check "full device" db-load 1 'No space left on device'
	run sh -c 'exec "$@" >/dev/full' sh "$bin/db-load" -f "$in/read.sql" -n 2 --format text "$in/db"
	check "full device for the summary" db-load 1 'No space left on device|not all of it could be written'
	run "$bin/db-load" -f "$in/read.sql" -n 2 -o /dev/full --format ndjson "$in/db"
	check "-o on a full device" db-load 1 '/dev/full: No space left on device'
	run "$bin/db-load" -f "$in/read.sql" -n 2 -o "$in/none/x" "$in/db"
	check "-o into no directory" db-load 1 'none/x: No such file or directory'
	{
		sleep 0.1
		timeout -k 2 20 "$bin/db-load" -f "$in/read.sql" -n 2 "$in/db" 2>"$scratch/err"
		echo $? >"$scratch/status"
	} | true
	status=$(cat "$scratch/status")
	if [ "$status" -eq 141 ] && [ ! -s "$scratch/err" ]; then
		result ok "db-load: SIGPIPE ends it quietly"
	else
		echo "status $status, wanted 141" >>"$scratch/err"
		result "not ok" "db-load: SIGPIPE ends it quietly" "$scratch/err"
	fi
}

load_databases() {
	run "$bin/db-load" -f "$in/read.sql" "$in/nonexistent"
	check "no such database" db-load 1 'nonexistent: No such file'
	run "$bin/db-load" -f "$in/read.sql" "$in/directory"
	check "a directory for a database" db-load 1 'directory: '
	run "$bin/db-load" -f "$in/read.sql" "$in/zeros"
	check "zeros for a database" db-load 1 'file is not a database'
	run "$bin/db-load" -f "$in/read.sql" "$in/empty"
	check "an empty database" db-load 1 'read.sql:2: no such table: t'
	lines_allowed=2
	run "$bin/db-load" -f "$in/read.sql" -n 100 "$in/corrupt-db"
	check "a corrupt database" db-load 1 'read.sql:2: database disk image is malformed'
	unset lines_allowed
	run "$bin/db-load" -f "$in/nonexistent" "$in/db"
	check "no such script" db-load 1 'nonexistent: No such file'
	run "$bin/db-load" -f "$in/directory" "$in/db"
	check "a directory for a script" db-load 1 'directory: Is a directory'
	run "$bin/db-load" -f "$in/zeros" "$in/db"
	check "zeros for a script" db-load 1 'zeros: holds a NUL byte'
	run bash -c "trap '' XFSZ; ulimit -f 16; exec \"\$@\"" sh "$bin/db-load" -f "$in/read.sql" -n 2 "$in/db"
	check "no room for the copy" db-load 1 'copy of .*: (disk I/O error: File too large|database or disk is full)'
	mkdir "$scratch/small"
	if mount -t tmpfs -o size=2m tmpfs "$scratch/small" 2>/dev/null; then
		run "$bin/db-load" -f "$in/grow.sql" -T 5 --work-dir "$scratch/small" "$in/db"
		check "the disk fills up" db-load 1 'transactions failed.*grow.sql:2: (database or disk is full|disk I/O error)'
		if [ -z "$(ls "$scratch/small")" ]; then
			result ok "db-load: leaves nothing on the full disk"
		else
			result "not ok" "db-load: leaves nothing on the full disk" "$scratch/err"
		fi
		umount "$scratch/small"
	else
		skip "db-load: the disk fills up" "no file system can be mounted here"
	fi
	if [ "$(ls -d "$in"/db-load.* 2>/dev/null)" = "" ]; then
		result ok "db-load: no copy is left behind"
	else
		ls -d "$in"/db-load.* >"$scratch/why"
		result "not ok" "db-load: no copy is left behind" "$scratch/why"
	fi
}

if [ ! -x "$bin/db-load" ]; then
	skip db-load "not built"
elif ! command -v sqlite3 >/dev/null; then
	skip db-load "no sqlite3 to make databases with"
else
	usage_errors db-load
	load_inputs
	load_output
	load_databases
	# What there is of it stays the same, however long it took and whatever SQLite could do without.
	shape() {
		sed 's/"\(value\|count\|t\)":.*//; s/"run":"[^"]*"//; /"type":"run"/s/.*/run/'
	}
	allocations db-load -f "$in/all.sql" -n 1 "$in/db"
	shape() {
		sed 's/ *[0-9].*//'
	}
	allocations db-load -f "$in/read.sql" -n 1 --format text --explain "$in/db"
fi
