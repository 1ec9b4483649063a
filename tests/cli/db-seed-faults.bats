#!/usr/bin/env bats
# db-seed where things fail: a clear error, and the database that was there is there still, or the new one is whole.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	unset SQLITE_TMPDIR
	mkdir "$BATS_TEST_TMPDIR/w"
	cd "$BATS_TEST_TMPDIR/w" || return 1
}

teardown() {
	[ -z "${holder-}" ] || kill "$holder" 2>/dev/null || true
}

# fails REGEX ARGUMENT...: db-seed ends with status 1 and one line that says what is wrong.
fails() {
	local regex=$1
	shift
	run --separate-stderr db-seed "$@"
	echo "status $status: $stderr"
	[ "$status" -eq 1 ]
	[[ "$stderr" =~ ^db-seed:\ $regex$ ]]
}

only() { # NAME...
	[ "$(find . -mindepth 1 | sort | tr '\n' ' ')" = "$(printf '%s ' "$@")" ]
}

# Hold a database with what STATEMENTS lock, in a process of its own, until release.
hold() { # DATABASE STATEMENTS
	mkfifo commands
	sqlite3 "$1" <commands >locked 2>&1 3>&- &
	holder=$!
	exec 9>commands
	echo "$2; SELECT 'ready';" >&9
	for _ in $(seq 100); do
		! grep -q ready locked || return 0
		sleep 0.05
	done
	cat locked
	return 1
}

release() {
	exec 9>&-
	wait "$holder" || true
	holder=
	rm commands locked
}

small() {
	echo 'CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT);' >t.sql
}

@test "places where no database can be" {
	mkdir d
	mkfifo f
	fails 'd: Is a directory' --profile nebulagc d
	fails 'd: Is a directory' --profile nebulagc --force d
	fails 'd: Is a directory' --append d
	fails 'f: not a regular file' --profile nebulagc --force f
	fails 'f: not a regular file' --append f
	fails '/dev/full: not a regular file' --profile nebulagc --force /dev/full
	fails 'none/.*\.x\.db\.db-seed: No such file or directory' --profile nebulagc none/x.db
	fails 'none.db: No such file or directory' --append none.db
	ln -s loop loop
	fails 'loop: Too many levels of symbolic links' --profile nebulagc loop
	only ./d ./f ./loop
}

@test "what is not a database is not replaced" {
	echo 'a letter' >letter
	fails 'letter: is not a database, and nothing else is replaced' --profile nebulagc --force letter
	[ "$(cat letter)" = 'a letter' ]
	: >empty
	db-seed --profile nebulagc --force empty >/dev/null
	[ "$(sqlite3 empty 'PRAGMA integrity_check')" = ok ]
}

@test "a directory that cannot be written to" {
	mkdir d
	chmod 555 d
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null || skip "root cannot become another user here"
		setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$BIN/db-seed" ||
			skip "another user cannot run $BIN/db-seed"
		setpriv --reuid=65534 --regid=65534 --clear-groups test -x d || skip "another user cannot enter $PWD"
		run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups "$BIN/db-seed" --profile nebulagc d/x.db
	else
		run --separate-stderr db-seed --profile nebulagc d/x.db
	fi
	[ "$status" -eq 1 ]
	# Which of them tells depends on whether the directories above can be searched.
	[[ "$stderr" =~ ^db-seed:\ d/(x\.db|\.x\.db\.db-seed):\ Permission\ denied$ ]]
	only ./d
}

@test "a disk that is full in the middle leaves nothing, or the old database" {
	unshare --mount --map-root-user true 2>/dev/null || skip "no mount namespace can be had"
	mkdir d
	cat >script <<-'END'
		mount -t tmpfs -o size=6m tmpfs d || exit 99
		sqlite3 d/x.db 'CREATE TABLE old (x); INSERT INTO old VALUES (1)' || exit 98
		before=$(sha256sum <d/x.db)
		db-seed --profile nebulagc --rows config_bundles=0 --scale 60 d/new.db >out 2>err
		echo "$? $(cat err)"
		db-seed --profile nebulagc --rows config_bundles=0 --scale 60 --force d/x.db >out 2>err
		echo "$? $(cat err)"
		[ "$(sha256sum <d/x.db)" = "$before" ] && echo same
		find d -mindepth 1
	END
	run unshare --mount --map-root-user bash script
	[ "$status" -ne 99 ] || skip "no tmpfs can be mounted"
	echo "$output"
	[ "${lines[0]}" = "1 db-seed: d/new.db: database or disk is full" ]
	[ "${lines[1]}" = "1 db-seed: d/x.db: database or disk is full" ]
	[ "${lines[2]}" = same ]
	[ "${lines[3]}" = d/x.db ]
	[ "${#lines[@]}" -eq 4 ]
}

@test "a file that may not grow further leaves nothing" {
	run --separate-stderr bash -c "trap '' XFSZ; ulimit -f 2000; exec db-seed --profile nebulagc --scale 30 x.db"
	[ "$status" -eq 1 ]
	[[ "$stderr" =~ ^db-seed:\ x.db:\ (disk\ I/O\ error(:\ File\ too\ large)?|database\ or\ disk\ is\ full)$ ]]
	[ -z "$(ls -A)" ]
}

@test "appending to a disk that is full: nothing has changed" {
	small
	db-seed --schema t.sql --journal delete --rows t=10 t.db >/dev/null
	before=$(sqlite3 t.db .dump | sha256sum)
	run --separate-stderr bash -c "trap '' XFSZ; ulimit -f 1000; exec db-seed --append --rows t=200k t.db"
	[ "$status" -eq 1 ]
	[[ "$stderr" = "db-seed: t.db: "* ]]
	[ "$(sqlite3 t.db .dump | sha256sum)" = "$before" ]
	only ./t.db ./t.sql
}

@test "appending to a database that another process holds: an error after 5 s; one that is let go is waited for" {
	small
	db-seed --schema t.sql --rows t=10 t.db >/dev/null
	hold t.db 'BEGIN IMMEDIATE'
	start=$(date +%s)
	fails 't.db: database is locked' --append --rows t=5 t.db
	[ $(($(date +%s) - start)) -ge 4 ]
	db-seed --append --rows t=5 t.db >out 3>&- 9>&- &
	seeder=$!
	sleep 1
	release
	wait "$seeder"
	[ "$(sqlite3 t.db 'SELECT count(*) FROM t')" -eq 15 ]
}

@test "--force over a database that another process uses" {
	small
	db-seed --schema t.sql --rows t=10 t.db >/dev/null
	hold t.db 'BEGIN; SELECT count(*) FROM t'
	fails 't.db: is in use and cannot be replaced: database is locked' --schema t.sql --force --rows t=7 t.db
	release
	[ "$(sqlite3 t.db 'SELECT count(*) FROM t')" -eq 10 ]
	db-seed --schema t.sql --force --rows t=7 t.db >/dev/null
	[ "$(sqlite3 t.db 'SELECT count(*) FROM t')" -eq 7 ]
}

# The first page stays whole, so that it opens; what follows is rubbish.
corrupt() {
	db-seed --profile nebulagc --rows config_bundles=0 --force "$1" >/dev/null
	yes rubbish | dd of="$1" bs=4096 seek=1 count=40 conv=notrunc iflag=fullblock status=none
}

@test "a corrupt database: as schema, to be appended to, to be replaced" {
	corrupt bad.db
	fails '.*bad.db: database disk image is malformed' --append --rows tenants=5 bad.db
	db-seed --profile nebulagc --force bad.db >/dev/null
	[ "$(sqlite3 bad.db 'PRAGMA integrity_check')" = ok ]
	printf 'SQLite format 3\0%4080s' rubbish >worse.db
	fails 'worse.db: file is not a database' --schema worse.db x.db
	fails 'worse.db: file is not a database' --append worse.db
	fails 'worse.db: file is not a database' --force worse.db
	db-seed --profile nebulagc --force worse.db >/dev/null
	[ "$(sqlite3 worse.db 'PRAGMA integrity_check')" = ok ]
	only ./bad.db ./worse.db
}

@test "a schema that SQLite rejects: file, line and SQLite's words" {
	printf 'CREATE TABLE a (x);\n\nCREATE TABLE b (\n\tx INTEGER,\n\ty INTEGER NOT UNIQ,\n\tz\n);\n' >bad.sql
	fails 'bad.sql:5: near "UNIQ": syntax error' --schema bad.sql x.db
	printf -- '-- one\nCREATE TABLE a (x);\nCREATE INDEX i ON c (x);\n' >bad.sql
	fails 'bad.sql:3: .*no such table: main.c' --schema bad.sql x.db
	: >empty.sql
	fails 'the schema has no table' --schema empty.sql x.db
	head -c 5000 /dev/zero >zeros
	fails 'zeros: neither SQL text nor an SQLite database' --schema zeros x.db
	fails 'none.sql: No such file or directory' --schema none.sql x.db
	fails '.*: Is a directory' --schema . x.db
	only ./bad.sql ./empty.sql ./zeros
}

@test "a spec that names no column, or is broken" {
	small
	printf '{"tables": {\n"t": {"columns": {\n"y": 1}}}}\n' >spec.json
	fails 'spec.json:3: .*y.*' --schema t.sql --spec spec.json x.db
	printf '{"tables": {\n"u": {"rows": 3}}}\n' >spec.json
	fails 'spec.json:2: .*u.*' --schema t.sql --spec spec.json x.db
	printf '{"tables": {\n' >spec.json
	fails 'spec.json:.*' --schema t.sql --spec spec.json x.db
	fails 'none.json: No such file or directory' --schema t.sql --spec none.json x.db
	only ./spec.json ./t.sql
}

@test "two at once on one destination: the second one fails, the first one is undisturbed" {
	db-seed --profile nebulagc --scale 150 x.db >out 3>&- &
	first=$!
	for _ in $(seq 100); do
		[ ! -e .x.db.db-seed ] || break
		sleep 0.02
	done
	[ -e .x.db.db-seed ]
	fails 'x.db: another db-seed is at work on it' --profile nebulagc x.db
	fails 'x.db: another db-seed is at work on it' --profile nebulagc --force x.db
	wait "$first"
	[ "$(sqlite3 x.db 'SELECT count(*) FROM nodes')" -eq 150000 ]
	only ./out ./x.db
}

@test "a destination that comes up meanwhile is not replaced without --force" {
	db-seed --profile nebulagc --scale 100 x.db >out 2>err 3>&- &
	first=$!
	for _ in $(seq 100); do
		[ ! -e .x.db.db-seed ] || break
		sleep 0.02
	done
	echo mine >x.db
	status=0
	wait "$first" || status=$?
	[ "$status" -eq 1 ]
	[ "$(cat err)" = "db-seed: x.db: File exists" ]
	[ "$(cat x.db)" = mine ]
	only ./err ./out ./x.db
}

@test "what a killed run left behind is taken over" {
	echo rubbish >.x.db.db-seed
	echo rubbish >.x.db.db-seed-journal
	echo rubbish >.x.db.db-seed-wal
	db-seed --profile nebulagc x.db >/dev/null
	only ./x.db
	[ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ]
	ln x.db .y.db.db-seed
	fails '.*\.y\.db\.db-seed: is not a file that db-seed made' --profile nebulagc y.db
	ln -sf x.db .y.db.db-seed
	fails '.*\.y\.db\.db-seed: Too many levels of symbolic links' --profile nebulagc y.db
	[ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ]
}

# How long a run takes here, in ms.
duration() {
	local start
	start=$(date +%s%N)
	"$@" >/dev/null
	echo $((($(date +%s%N) - start) / 1000000))
}

@test "kill -9 at 20 random moments: the destination is absent, or whole" {
	make=(db-seed --profile nebulagc --scale 20 x.db)
	whole=$(duration "${make[@]}")
	rm x.db
	for i in $(seq 20); do
		"${make[@]}" >/dev/null 3>&- &
		pid=$!
		sleep "$(awk -v i="$i" -v ms="$whole" -v r="$RANDOM" 'BEGIN { print ms * (i - r / 32768) / 20 / 1000 * 1.1 }')"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		if [ -e x.db ]; then
			[ "$(sqlite3 x.db 'PRAGMA integrity_check; SELECT count(*) FROM nodes' | tr '\n' ' ')" = "ok 20000 " ]
			rm -f x.db x.db-wal x.db-shm
		fi
	done
	"${make[@]}" >/dev/null
	only ./x.db
}

@test "kill -9 at 20 random moments with --force: the destination is the old one with its WAL, or the new one" {
	# An old one whose last rows are in its WAL.
	mkdir o
	sqlite3 o/x.db 'PRAGMA journal_mode = WAL; CREATE TABLE old (x); INSERT INTO old VALUES (1)' \
		'PRAGMA wal_autocheckpoint = 0; INSERT INTO old VALUES (2)' \
		".shell mkdir old; cp o/x.db o/x.db-wal old" >/dev/null
	rm -r o
	make=(db-seed --profile nebulagc --force --scale 10 x.db)
	cp old/* .
	whole=$(duration "${make[@]}")
	olds=0
	news=0
	for i in $(seq 20); do
		rm -f x.db x.db-wal x.db-shm
		cp old/* .
		"${make[@]}" >/dev/null 3>&- &
		pid=$!
		# Most of them towards the end, where the old one is replaced.
		sleep "$(awk -v i="$i" -v ms="$whole" -v r="$RANDOM" 'BEGIN {
			print ms * (i < 8 ? (i - r / 32768) / 8 : .9 + .3 * (i - 8 + r / 32768) / 12) / 1000 }')"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		[ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ]
		if [ "$(sqlite3 x.db 'SELECT sum(x) FROM old' 2>/dev/null)" = 3 ]; then
			olds=$((olds + 1))
		else
			[ "$(sqlite3 x.db 'SELECT count(*) FROM nodes')" -eq 10000 ]
			news=$((news + 1))
		fi
	done
	echo "$olds old, $news new"
	[ "$olds" -gt 0 ]
}

@test "SIGINT, SIGTERM and SIGHUP: nothing is left, what was measured is written and marked" {
	for signal in INT:130 TERM:143 HUP:129; do
		for delay in 0.3 1.5; do
			status=0
			timeout --preserve-status -s "${signal%:*}" -k 20 "$delay" \
				db-seed --profile nebulagc --scale 2000 x.db >out 2>err || status=$?
			echo "SIG${signal%:*} after $delay s: status $status, $(cat err)"
			[ "$status" -eq "${signal#*:}" ]
			[ ! -s err ]
			[ "$(jq -r 'select(.name == "interrupted") | .data.signal' out)" -eq $((${signal#*:} - 128)) ]
			[ "$(head -n 1 out | jq -r .type)" = run ]
			only ./err ./out
		done
	done
}

@test "SIGINT while appending: nothing has changed" {
	small
	db-seed --schema t.sql --rows t=10 t.db >/dev/null
	status=0
	timeout --preserve-status -s INT -k 20 0.5 db-seed --append --rows t=50M t.db >out 2>err || status=$?
	[ "$status" -eq 130 ]
	[ ! -s err ]
	[ "$(sqlite3 t.db 'SELECT count(*) FROM t')" -eq 10 ]
	only ./err ./out ./t.db ./t.sql
}

@test "SIGINT while printing" {
	small
	status=0
	timeout --preserve-status -s INT -k 20 0.5 db-seed --schema t.sql --rows t=1000M --print t >/dev/null 2>err || status=$?
	[ "$status" -eq 130 ]
	[ ! -s err ]
}

@test "records that cannot be written: the database is made, and the exit status says it" {
	run --separate-stderr bash -c 'exec db-seed --profile nebulagc x.db >/dev/full'
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: standard output: No space left on device" ]
	[ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ]
	run --separate-stderr bash -c 'exec db-seed --profile nebulagc --force x.db >&-'
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: standard output: Bad file descriptor" ]
	run --separate-stderr bash -c 'set -o pipefail; db-seed --profile nebulagc --force x.db | true'
	[ "$status" -eq 141 ]
	[ -z "$stderr" ]
	[ "$(sqlite3 x.db 'PRAGMA integrity_check')" = ok ]
	only ./x.db
	fails 'none/records: No such file or directory' --profile nebulagc -o none/records y.db
	only ./x.db
}

@test "rows that cannot be printed" {
	small
	run --separate-stderr bash -c 'exec db-seed --schema t.sql --print t >/dev/full'
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: standard output: No space left on device" ]
	run --separate-stderr bash -c 'exec db-seed --schema t.sql --print t >&-'
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: standard output: Bad file descriptor" ]
}

@test "memory stays under 256 MB, and does not grow with the rows" {
	! grep -q __asan_init "$BIN/db-seed" || skip "a sanitizer needs memory of its own"
	for scale in 150 300; do
		db-seed --profile nebulagc --scale $scale --check quick "$scale.db" >out
		[ "$(jq 'select(.metric == "max-rss") | .value' out)" -lt 256000000 ]
	done
	# Nor with the size of the largest values.
	echo '{"tables": {"t": {"rows": 40, "columns": {"b": {"blob": 10000000}}}}}' >spec.json
	echo 'CREATE TABLE t (b BLOB)' >t.sql
	db-seed --schema t.sql --spec spec.json --check quick -j 4 blobs.db >out
	[ "$(jq 'select(.metric == "max-rss") | .value' out)" -lt 256000000 ]
	[ "$(sqlite3 blobs.db 'SELECT count(DISTINCT substr(b, 1, 100)), min(length(b)) FROM t')" = "40|10000000" ]
}
