#!/usr/bin/env bats
# db-load: what scripts can say, what is measured, what it leaves behind, how it fails.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	command -v sqlite3 >/dev/null || skip "no sqlite3 to make and read databases with"
	sqlite3 db "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT, n INTEGER);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c LIMIT 1000) INSERT INTO t SELECT i, 'v' || i, i % 10 FROM c;
		CREATE TABLE log (id INTEGER PRIMARY KEY, a, b, c);"
	cat >read.sql <<-'END'
		\set id random(1, 1000)
		SELECT v FROM t WHERE id = :id;
	END
	echo 'INSERT INTO log (a) VALUES (1);' >insert.sql
}

# script LINE...: the file s.sql
script() {
	printf '%s\n' "$@" >s.sql
}

# in_place OPTION...: run s.sql on the database itself.
in_place() {
	db-load -f s.sql --in-place "$@" db
}

# failing WORDS COMMAND...: exit 1, and this on stderr.
failing() {
	local words=$1
	shift
	run -1 --separate-stderr "$@"
	[[ $stderr == *"$words"* ]] || { echo "stderr: $stderr"; false; }
}

value() { # METRIC [BENCH], of the records in out
	jq -r --arg m "$1" --arg b "${2:-}" 'select(.type == "sample" and .metric == $m and ($b == "" or .bench == $b)) | .value' out
}

count() { # METRIC [BENCH]: values in the histograms of out
	jq -s --arg m "$1" --arg b "${2:-}" '[.[] | select(.type == "hist" and .metric == $m and ($b == "" or .bench == $b)) | .count] | add // 0' out
}

@test "records: latency, throughput, errors, success, figures of the database" {
	db-load -f read.sql -n 500 --seed 7 --param x=1 db >out
	[ "$(head -n 1 out | jq -r '[.type, .tool, .seed] | join(" ")')" = "run db-load 7" ]
	[ "$(count latency)" -eq 500 ]
	[ "$(jq -c 'select(.metric == "latency") | [.bench, .params, .unit, .mode]' out)" = '["db/read",{"clients":1,"x":1},"ns","real"]' ]
	[ "$(value errors)" = 0 ]
	[ "$(value success)" = 1 ]
	[ "$(value db-bytes)" -eq "$(stat -c %s db)" ]
	for metric in throughput wal-bytes cache-hit cache-miss busy busy-wait max-rss fullscan-steps cpu-user cpu-sys; do
		[ -n "$(value $metric)" ] || { echo "no $metric"; false; }
	done
	[ "$(value fullscan-steps)" = 0 ]
	bench-stat out >/dev/null
}

@test "--mode mock lowers the label, in records and in the summary" {
	db-load -f read.sql -n 5 --mode mock db >out
	[ "$(jq -r 'select(.type == "sample" or .type == "hist") | .mode' out | sort -u)" = mock ]
	db-load -f read.sql -n 5 --mode mock --explain --format text db >out
	grep -q "^mock-db/read " out
	grep -q "^mock-db/read/statement-1: " out
	failing "--mode 'fake': expected real or mock" db-load -f read.sql --mode fake db
}

@test "--param beats what the options say, and a script beats both" {
	script '\param rows SELECT 3;' 'SELECT 1;'
	db-load -f s.sql -n 5 -c 2 -R 10000 --param clients=few --param rows=2 --param note=1.10 db >out
	[ "$(jq -c 'select(.type == "sample") | .params' out | sort -u)" = '{"clients":"few","note":"1.10","rate":10000,"rows":3}' ]
}

@test "-T: about so long, one histogram and throughput an interval, adding up" {
	db-load -f read.sql -T 1s --interval 200ms db >out
	[ "$(jq -s '[.[] | select(.metric == "latency")] | length' out)" -eq 5 ]
	[ "$(jq -s '[.[] | select(.metric == "latency") | .dur] | add | . >= 1000e6 and . < 1500e6' out)" = true ]
	[ "$(jq -s '([.[] | select(.metric == "throughput") | .value * .dur / 1e9] | add)
		- ([.[] | select(.metric == "latency") | .count] | add) | fabs < 1' out)" = true ]
}

@test "-n is of each client; clients have threads, or share them" {
	script 'INSERT INTO log (a) VALUES (1);'
	in_place -n 50 -c 4 >/dev/null
	in_place -n 50 -c 3 -j 1 >/dev/null
	in_place -n 50 -c 5 -j 2 >out
	[ "$(count latency)" -eq 250 ]
	[ "$(sqlite3 db 'SELECT count(*) FROM log')" -eq 600 ]
}

@test "it works on a copy that is gone afterwards; --in-place does not" {
	before=$(sha256sum db)
	db-load -f insert.sql -n 10 db >/dev/null
	[ "$(sha256sum db)" = "$before" ]
	mkdir elsewhere
	db-load -f insert.sql -n 10 --work-dir elsewhere db >/dev/null
	[ -z "$(ls elsewhere)" ]
	[ "$(ls -d db-load.* 2>/dev/null)" = "" ]
	db-load -f insert.sql -n 10 --in-place db >/dev/null
	[ "$(sqlite3 db 'SELECT count(*) FROM log')" -eq 10 ]
	[ "$(sqlite3 db 'PRAGMA journal_mode')" = delete ]
	db-load -f insert.sql -n 10 --in-place --journal wal db >out
	[ "$(sqlite3 db 'PRAGMA journal_mode')" = wal ]
	[ "$(jq -r 'select(.metric == "errors") | .params.journal' out)" = wal ]
}

@test "the same seed does the same" {
	script '\set x random(1, 1000000)' '\set y random_zipfian(1, 1000, 1.1)' 'INSERT INTO log (a, b) VALUES (:x, :y);'
	for seed in 5 5 6; do
		cp db db$seed
		db-load -f s.sql -n 100 --seed $seed --in-place db$seed >/dev/null
		sqlite3 db$seed 'SELECT a, b FROM log' | sha256sum >>sums
	done
	[ "$(sed -n 1p sums)" = "$(sed -n 2p sums)" ]
	[ "$(sed -n 1p sums)" != "$(sed -n 3p sums)" ]
	[ "$(sqlite3 db5 'SELECT count(DISTINCT a) > 90 FROM log')" = 1 ]
}

@test "variables: numbers, text, NULL, uuid, blob, gset, bound by name" {
	script '\set i 6 * 7' '\set r 1.5' '\uuid u' '\blob b 100' \
		"SELECT 'text' AS s, NULL AS none, n AS num FROM t WHERE id = 15 \\gset got_" \
		'INSERT INTO log (a, b, c) VALUES (:i, :got_s, :got_num), (:r, :u, :b), (:got_none, typeof(:b), length(:b));'
	in_place -n 1 >/dev/null
	run -0 sqlite3 db "SELECT a, CASE WHEN b GLOB '*-7???-[89ab]???-*' THEN length(b) ELSE b END, CASE WHEN typeof(c) = 'blob' THEN length(c) ELSE c END FROM log"
	[ "$output" = $'42|text|5\n1.5|36|100\n|blob|100' ]
}

@test "\\gset keeps the values where there is no row" {
	script '\set v 7' 'SELECT 1 AS v FROM t WHERE id = -1 \gset' 'INSERT INTO log (a) VALUES (:v);'
	in_place -n 1 >/dev/null
	[ "$(sqlite3 db 'SELECT a FROM log')" = 7 ]
}

@test "\\gset finishes what it writes" {
	script 'INSERT INTO log (a) VALUES (1), (2), (3) RETURNING id \gset' 'INSERT INTO log (b) VALUES (:id);'
	in_place -n 2 >/dev/null
	[ "$(sqlite3 db 'SELECT group_concat(coalesce(a, -b)) FROM log')" = "1,2,3,-1,1,2,3,-5" ]
}

@test "repeats, nested and empty" {
	script '\repeat 3' '\repeat 2' 'INSERT INTO log (a) VALUES (1);' '\end' '\repeat 0' 'INSERT INTO log (a) VALUES (2);' '\end' '\end'
	in_place -n 2 >out
	[ "$(sqlite3 db 'SELECT count(*), sum(a) FROM log')" = "12|12" ]
	[ "$(count latency db/s/statement-1)" -eq 12 ]
	[ "$(count latency db/s)" -eq 2 ]
}

@test "keys are rows of the database; picks set their columns" {
	script '\keys k SELECT id, v FROM t WHERE n = 3;' '\pick k' 'INSERT INTO log (a, b) VALUES (:k_id, :k_v);' '\pick k zipf 1.5' \
		'INSERT INTO log (a, b, c) VALUES (:k_id, :k_v, 1);'
	in_place -n 400 >/dev/null
	[ "$(sqlite3 db "SELECT count(*) FROM log WHERE a % 10 <> 3 OR b <> 'v' || a")" = 0 ]
	[ "$(sqlite3 db 'SELECT count(DISTINCT a) > 80 FROM log WHERE c IS NULL')" = 1 ]
	[ "$(sqlite3 db 'SELECT a FROM log WHERE c = 1 GROUP BY a ORDER BY count(*) DESC LIMIT 1')" = 3 ]
	script '\keys k SELECT id FROM t WHERE 0;' '\pick k' 'SELECT :k_id;'
	failing "s.sql:1: \\keys k: the database has no such row" in_place -n 1
}

@test "params come from the database, once, before; expectations after" {
	script '\param rows SELECT count(*) FROM t;' 'INSERT INTO log (a) VALUES (:rows);' '\expect SELECT count(*) = 3 FROM log WHERE a = :rows;'
	in_place -n 3 >out
	[ "$(jq -r 'select(.metric == "latency") | .params.rows' out)" = 1000 ]
	failing "s.sql:3: \\expect: got 0 instead of 1 from SELECT count(*) = 3" in_place -n 1
	[ "$(jq -r 'select(.type == "skip") | .reason' <<<"$output")" = "s.sql:3: \\expect: got 0 instead of 1 from SELECT count(*) = 3 FROM log WHERE a = :rows" ]
	[ -z "$(jq -r 'select(.metric == "latency")' <<<"$output")" ]
}

@test "\\once and \\before are not timed; \\before sees temporary tables and the main part too" {
	script '\set what 5' '\once' 'CREATE TABLE made (x);' '\end' '\before' 'CREATE TEMP TABLE IF NOT EXISTS tmp (x);' 'DELETE FROM tmp;' \
		'INSERT INTO tmp VALUES (:what);' '\sleep 100 ms' '\end' 'INSERT INTO made SELECT x FROM tmp;'
	in_place -n 5 >out
	[ "$(sqlite3 db 'SELECT count(*), sum(x) FROM made')" = "5|25" ]
	[ "$(jq 'select(.metric == "latency" and .bench == "db/s") | .min < 100e6' out)" = true ]
	[ "$(jq -r 'select(.type == "skip") | .metric' out)" = throughput ]
}

@test "-D beats \\set, and is told where no script speaks of it" {
	script '\set x 1' 'INSERT INTO log (a, b) VALUES (:x, :y);'
	in_place -n 1 -D x=9 -D y=text >/dev/null
	[ "$(sqlite3 db 'SELECT a, b FROM log')" = "9|text" ]
	failing "--define z=1: no script speaks of that variable" in_place -D y=1 -D z=1
}

@test "fnv64a and sha256 in SQL" {
	script "INSERT INTO log (a, b, c) VALUES (fnv64a('foobar'), sha256('abc'), fnv64a(NULL));"
	in_place -n 1 >/dev/null
	# 0x85944171f73967e8 with the top bit flipped.
	[ "$(sqlite3 db 'SELECT a, b, c IS NULL FROM log')" = "$((0x05944171f73967e8))|ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad|1" ]
}

@test "statements have records of their own, by name" {
	script '\statement begin' 'BEGIN;' 'SELECT 1;' '\statement end' 'COMMIT;'
	db-load -f s.sql -n 10 db >out
	[ "$(jq -r 'select(.type == "hist") | .bench' out | tr '\n' ' ')" = "db/s db/s/begin db/s/statement-2 db/s/end " ]
	[ "$(jq -s '(.[] | select(.bench == "db/s" and .metric == "latency") | .sum) as $all
		| [.[] | select(.type == "hist" and .bench != "db/s") | .sum] | add <= $all' out)" = true ]
}

@test "several scripts are mixed by weight, and have a sum" {
	db-load -f read.sql@3 -f insert.sql -n 4000 db >out
	[ "$(count latency)" -eq 4000 ]
	n=$(count latency db/read)
	[ "$n" -gt 2800 ] && [ "$n" -lt 3200 ]
	[ "$(jq -r 'select(.metric == "success") | .bench' out | tr '\n' ' ')" = "db/read db/insert db/load " ]
	cp read.sql other.sql
	sed -i '1i \\\bench db/read' other.sql
	failing "both are the benchmark db/read" db-load -f read.sql -f other.sql db
}

@test "a rate: as many as asked, latency from the schedule, service and lag" {
	db-load -f read.sql -R 400/s --schedule constant -T 1 -c 2 db >out
	n=$(count latency)
	[ "$n" -ge 396 ] && [ "$n" -le 400 ]
	[ "$(count service)" -eq "$n" ]
	[ "$(count lag)" -eq "$n" ]
	[ "$(jq -s '([.[] | select(.metric == "latency" and .type == "hist") | .sum] | add)
		- ([.[] | select(.metric == "service" or .metric == "lag") | .sum] | add) | fabs < 1000' out)" = true ]
}

@test "a rate that cannot be met is told, and shows in the latency" {
	script '\sleep 20 ms'
	run -0 --separate-stderr db-load -f s.sql -R 100 --schedule constant -T 1 db
	[[ $stderr == *"arrivals were not served when the time was over"* ]]
	echo "$output" >out
	[ "$(jq -r 'select(.name == "overloaded") | .data["not-started"] > 40' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "latency") | .max] | max > 400e6' out)" = true ]
	[ "$(jq -s '[.[] | select(.metric == "service") | .max] | max < 300e6' out)" = true ]
}

@test "a limit: what took longer is counted, what would start later is skipped" {
	script '\sleep 20 ms'
	run -0 --separate-stderr db-load -f s.sql -R 100 --schedule constant -T 1 -L 30ms db
	echo "$output" >out
	[ "$(value skipped)" -gt 30 ]
	[ "$(value late)" -gt 10 ]
	[ "$(jq -r 'select(.metric == "success") | .value < 0.7' out)" = true ]
	[ "$(count latency)" -gt 30 ]
	db-load -f s.sql -n 5 -L 5ms db >out
	[ "$(value late)" = 5 ]
	[ -z "$(value skipped)" ]
}

@test "a lock that another holds: waits are counted, then it is an error and no latency" {
	printf 'BEGIN IMMEDIATE;\n.shell touch locked; while [ -e locked ] && [ $((n += 1)) -lt 100 ]; do sleep 0.05; done\nCOMMIT;\n' | sqlite3 db &
	while [ ! -e locked ]; do sleep 0.01; done
	script 'INSERT INTO log (a) VALUES (1);'
	run -1 --separate-stderr in_place -n 1 --busy-timeout 50ms
	echo "$output" >out
	[[ $stderr == *"1 of 1 transactions failed, 1 of them for a lock; the first: s.sql:1: database is locked"* ]]
	[ "$(value errors)" = 1 ]
	[ "$(value busy)" = 1 ]
	[ "$(jq 'select(.metric == "busy-wait") | .value >= 10e6' out)" = true ]
	[ "$(count latency)" = 0 ]
	{ sleep 0.3; rm locked; } &
	for handler in poll sqlite; do
		in_place -n 1 --busy-handler $handler >out
		[ "$(count latency)" = 1 ]
	done
	wait
}

@test "a snapshot that is too old fails at once, the rest goes on" {
	script 'BEGIN;' 'SELECT count(*) AS n FROM log \gset' '\sleep 1 ms' 'INSERT INTO log (a) VALUES (:n);' 'COMMIT;'
	run -0 --separate-stderr db-load -f s.sql -c 4 -T 0.5 db
	echo "$output" >out
	[ "$(value errors db/s)" -gt 0 ]
	[ "$(jq -s '[.[] | select(.metric == "errors")][0].busy > 0' out)" = true ]
	[ "$(count latency db/s)" -gt 0 ]
}

@test "failures: counted with the first's words; all of them, or more than allowed, is exit 1" {
	script '\set i random(1, 2)' 'INSERT INTO t (id) VALUES (CASE :i WHEN 1 THEN 5 END);'
	run -0 --separate-stderr db-load -f s.sql -n 100 db
	[[ $stderr == *"transactions failed, 0 of them for a lock; the first: s.sql:2: UNIQUE constraint failed: t.id"* ]]
	run -1 --separate-stderr db-load -f s.sql -n 1000 --max-errors 3 db
	echo "$output" >out
	[ "$(value errors)" = 4 ]
	script 'INSERT INTO t (id) VALUES (5);'
	run -1 db-load -f s.sql -n 10 db
}

@test "a transaction left open is rolled back and an error" {
	script 'BEGIN;' 'INSERT INTO log (a) VALUES (1);'
	failing "s.sql:2: a transaction is still open at the end" in_place -n 3
	[ "$(sqlite3 db 'SELECT count(*) FROM log')" = 0 ]
}

@test "checkpoints are events, within the transactions, at the pages asked for" {
	script '\blob b 20000' 'INSERT INTO log (a) VALUES (:b);'
	db-load -f s.sql -n 200 --checkpoint-pages 100 db >out
	n=$(jq -s '[.[] | select(.name == "wal-checkpoint")] | length' out)
	[ "$n" -ge 5 ]
	[ "$(count checkpoint)" -eq "$n" ]
	[ "$(jq -s '[.[] | select(.name == "wal-checkpoint") | .data | .pages >= 100 and .done <= .pages and .latency > 0] | all' out)" = true ]
	db-load -f s.sql -n 200 --checkpoint-pages 0 db >out
	[ "$(count checkpoint)" = 0 ]
	[ "$(value wal-bytes)" -gt 4000000 ]
}

@test "--explain: plans, and what the statements had to do" {
	script 'SELECT count(*) FROM t WHERE v = 1;' 'SELECT * FROM t ORDER BY v;'
	db-load -f s.sql -n 3 --explain db >out
	[ "$(jq -r 'select(.name == "plan") | .data.plan' out | head -n 1)" = "SCAN t" ]
	[ "$(value fullscan-steps db/s/statement-1)" = 999 ]
	[ "$(value sorts db/s/statement-2)" = 1 ]
	[ "$(value fullscan-steps db/s)" = 1998 ]
	db-load -f s.sql -n 3 --explain --format text db | grep -q '^    USE TEMP B-TREE FOR ORDER BY'
}

@test "warm-up does not count" {
	script 'INSERT INTO log (a) VALUES (1);'
	in_place -n 5 --warmup 20 >out
	[ "$(count latency)" = 5 ]
	[ "$(sqlite3 db 'SELECT count(*) FROM log')" = 25 ]
	db-load -f read.sql -n 5 --warmup 50ms --cache hot db >out
	[ "$(jq -r 'select(.metric == "latency") | [.count, .params.cache] | join(" ")' out)" = "5 hot" ]
}

@test "cold caches are slower, or a skip with the reason" {
	sqlite3 db 'UPDATE t SET v = hex(randomblob(2000))'
	db-load -f read.sql -n 20 --cache cold db >out
	if [ "$(jq -r 'select(.type == "skip" and .metric == null) | .type' out)" = skip ]; then
		[ -n "$(jq -r 'select(.type == "skip") | .reason' out)" ]
		skip "$(jq -r 'select(.type == "skip") | .reason' out)"
	fi
	cold=$(jq 'select(.metric == "latency") | .sum / .count' out)
	db-load -f read.sql -n 20 --cache hot db >out
	hot=$(jq 'select(.metric == "latency") | .sum / .count' out)
	[ "$(jq -n "$cold > $hot * 2")" = true ]
	failing "takes one client" db-load -f read.sql --cache cold -c 2 db
}

@test "cold caches on a file system in memory are a skip" {
	[ "$(stat -f -c %T /dev/shm)" = tmpfs ] || skip "/dev/shm is no tmpfs"
	run -0 --separate-stderr db-load -f read.sql -n 2 --cache cold --work-dir /dev/shm db
	[ "$(jq -r 'select(.type == "skip") | .reason' <<<"$output")" = "its file system lies in memory" ]
	[[ $stderr == *"not measured with cold caches: its file system lies in memory"* ]]
}

@test "--max-memory says what it limits" {
	run -0 --separate-stderr db-load -f read.sql -n 10 --max-memory 256MiB db
	by=$(jq -r 'select(.name == "memory-limit") | .data.by' <<<"$output")
	[ "$by" = cgroup ] || { [ "$by" = sqlite ] && [[ $stderr == *"no control group can be made here"* ]]; }
	[ "$(jq -r 'select(.metric == "errors") | .params.memory' <<<"$output")" = 268435456 ]
	[ -z "$(compgen -G '/sys/fs/cgroup/*/benchpipe.*')" ]
}

@test "a summary for people" {
	db-load -f read.sql -n 100 --format text db >summary
	grep -Eq '^transaction +n +throughput +mean +p50 +p95 +p99 +max +errors$' summary
	grep -Eq '^db/read +100 .*/s .* 0$' summary
	grep -q '^measured' summary
	db-load -f read.sql -n 100 -o records db >summary
	grep -q '^db/read' summary
	[ "$(jq -s '[.[] | select(.type == "hist")] | length' records)" = 1 ]
}

@test "-P: lines of progress" {
	db-load -f read.sql -T 0.5 -P 100ms db 2>err >/dev/null
	[ "$(grep -Ec '^progress: 0\.[1-5] s, [0-9.]+ tps, lat [0-9.]+ ms stddev [0-9.]+, 0 failed$' err)" -ge 3 ]
}

@test "signals: what was measured is written and marked, the copy is gone" {
	for signal in INT:130 TERM:143 HUP:129; do
		for clients in 1 2; do
			run -"${signal#*:}" timeout --preserve-status -s "${signal%:*}" 0.4 db-load -f read.sql -c $clients -T 60 -o records db
			[ "$(jq -s '[.[] | select(.name == "interrupted")] | length' records)" = 1 ]
			[ "$(jq -s '[.[] | select(.metric == "latency") | .count] | add > 0' records)" = true ]
			rm records
		done
	done
	[ "$(ls -d db-load.* 2>/dev/null)" = "" ]
}

@test "signals reach into a long statement, a sleep, and the set-up" {
	script 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c;'
	run -130 timeout --preserve-status -k 5 -s INT 0.3 db-load -f s.sql db
	run -130 timeout --preserve-status -k 5 -s INT 0.3 db-load -f s.sql -c 2 db
	script '\sleep 60'
	run -130 timeout --preserve-status -k 5 -s INT 0.3 db-load -f s.sql db
	script '\once' 'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c;' '\end' 'SELECT 1;'
	run -130 timeout --preserve-status -k 5 -s INT 0.3 db-load -f s.sql db
	[ "$(ls -d db-load.* 2>/dev/null)" = "" ]
}

@test "errors name file, line and what SQLite says, before anything runs" {
	script '-- a comment' 'SELECT nosuch FROM t;'
	failing "db-load: s.sql:2: no such column: nosuch" in_place
	script 'SELECT :x;'
	failing "s.sql:1: unknown variable 'x': nothing gives it a value" in_place
	script 'SELECT ?;'
	failing "s.sql:1: parameters have names, such as :id" in_place
	script 'SELECT 1'
	failing "s.sql:1: the SQL statement does not end: expected ';'" in_place
	script '\set x 1 +' 'SELECT :x;'
	failing "s.sql:1: '1 +': " in_place
	script '\param p SELECT NULL;' 'SELECT 1;'
	failing "s.sql:1: \\param p: the SELECT gives no value" in_place
}

@test "errors at run time name the line too" {
	script '\set x 1 / 0' 'SELECT :x;'
	failing "s.sql:1: division by zero" in_place -n 1
	script "SELECT 'text' AS v \\gset" '\set x :v + 1' 'SELECT :x;'
	failing "s.sql:2: variable 'v' is not a number" in_place -n 1
}

@test "databases that are none" {
	failing "db-load: nosuch: No such file or directory" db-load -f read.sql nosuch
	echo 'this is no database, whatever its name, and it is long enough to be read' >text
	failing "file is not a database" db-load -f read.sql text
	failing "no database" db-load -f read.sql
	failing "nothing to run" db-load db
	failing "nosuch.sql: No such file or directory" db-load -f nosuch.sql db
	failing "there is no such workload" db-load -b nosuch db
	failing "no copy can be made there" db-load -f read.sql --work-dir nosuch db
}

@test "the built-in workloads: a list, and the script of each" {
	db-load --list >list
	[ "$(wc -l <list)" -ge 10 ]
	while read -r name about; do
		[ "$name" = workload ] && continue
		[ -n "$about" ]
		db-load --show "$name" >script
		grep -q '^\\bench ' script
	done <list
	failing "there is no such workload" db-load --show nosuch
}

@test "usage errors" {
	failing "--schedule 'x': expected poisson or constant" db-load --schedule x db
	failing "--rate '0': expected a rate" db-load -R 0 db
	failing "--journal 'x': expected wal, delete" db-load --journal x db
	failing "--file 'a@0': expected a weight" db-load -f a@0 db
	failing "--max-memory '1': expected a size" db-load --max-memory 1 db
	failing "--define 'x': expected NAME=VALUE" db-load -D x db
	failing "leave out --rate" db-load -f read.sql --cache cold -R 5 db
}
