#!/usr/bin/env bats
# db-seed: what it makes, the same for the same seed, and what it says of it.

bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	unset SQLITE_TMPDIR
	mkdir "$BATS_TEST_TMPDIR/w"
	cd "$BATS_TEST_TMPDIR/w" || return 1
}

# sql DATABASE STATEMENT...
sql() {
	sqlite3 "$@"
}

# A database that both checks find clean.
clean() {
	[ "$(sql "$1" 'PRAGMA integrity_check')" = ok ]
	[ -z "$(sql "$1" 'PRAGMA foreign_key_check')" ]
}

# Nothing but these in the directory.
only() {
	[ "$(find . -mindepth 1 | sort | tr '\n' ' ')" = "$* " ]
}

shop() {
	cat >shop.sql <<-'END'
		CREATE TABLE customers (
			id INTEGER PRIMARY KEY AUTOINCREMENT,
			email TEXT NOT NULL UNIQUE,
			referrer INTEGER REFERENCES customers (id)
		);
		CREATE TABLE orders (
			id INTEGER PRIMARY KEY,
			customer_id INTEGER NOT NULL REFERENCES customers (id),
			price REAL NOT NULL CHECK (price > 0),
			photo BLOB,
			twice REAL GENERATED ALWAYS AS (price * 2) STORED
		);
		CREATE TABLE stock (place TEXT, item TEXT, n INTEGER, PRIMARY KEY (place, item)) WITHOUT ROWID;
		CREATE TABLE log (what TEXT);
		CREATE INDEX orders_customer ON orders (customer_id);
		CREATE INDEX orders_dear ON orders (price) WHERE price > 100;
		CREATE VIEW sums AS SELECT customer_id, sum(price) AS sum FROM orders GROUP BY 1;
		CREATE TRIGGER logged AFTER INSERT ON orders BEGIN INSERT INTO log VALUES ('order ' || new.id); END;
		CREATE TRIGGER view_insert INSTEAD OF INSERT ON sums BEGIN SELECT 1; END;
	END
}

@test "the profile nebulagc: all rows, indexes and constraints, clean, in WAL mode" {
	db-seed --profile nebulagc --scale 3 n.db >/dev/null
	only ./n.db
	clean n.db
	[ "$(sql n.db 'SELECT count(*) FROM nodes')" -eq 3000 ]
	[ "$(sql n.db 'SELECT count(*) FROM clusters')" -eq 3 ]
	[ "$(sql n.db 'PRAGMA journal_mode')" = wal ]
	db-seed --profile nebulagc --show-schema | sql plain.db
	[ "$(sql n.db 'SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2')" = \
		"$(sql plain.db 'SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2')" ]
}

@test "the profile ctrlplane is clean" {
	db-seed --profile ctrlplane --rows resource=75 c.db >/dev/null
	clean c.db
	[ "$(sql c.db 'SELECT count(*) FROM release_target')" -eq 15000 ]
}

@test "the same seed gives the same bytes, on any number of threads; another seed others" {
	for threads in 1 2 3 8; do
		db-seed --profile nebulagc --scale 8 -j $threads "$threads.db" >/dev/null
		sha256sum <"$threads.db" >>sums
	done
	[ "$(sort -u sums | wc -l)" -eq 1 ]
	db-seed --profile nebulagc --scale 8 --seed 2 other.db >/dev/null
	[ "$(sha256sum <other.db)" != "$(head -n 1 sums)" ]
	[ "$(sql other.db 'SELECT count(*) FROM nodes')" -eq 8000 ]
	db-seed --profile nebulagc --scale 8 --seed 2 --force other.db >/dev/null
	cp other.db again.db
	db-seed --profile nebulagc --scale 8 --seed 2 -j 1 --force again.db >/dev/null
	cmp other.db again.db
}

@test "indexes made before the rows are those made after them" {
	# Over 100,000 rows some indexes are made before the rows.
	db-seed --profile nebulagc --scale 110 --rows config_bundles=0 -j 2 two.db >two
	db-seed --profile nebulagc --scale 110 --rows config_bundles=0 -j 1 one.db >/dev/null
	cmp one.db two.db
	clean two.db
	[ "$(jq -r 'select(.name == "phase" and .data.phase != "schema") | .data | .index // .table // .phase' two |
		sed -n '1p;/^idx_nodes_token$/p;/^nodes$/p' | tr '\n' ' ')" = "idx_nodes_cluster nodes idx_nodes_token " ]
}

@test "a schema of one's own: AUTOINCREMENT, generated columns, WITHOUT ROWID, triggers that do not fire, views" {
	shop
	db-seed --schema shop.sql --rows customers=500 --rows orders=2k --rows stock=300 --rows log=7 s.db >/dev/null
	clean s.db
	[ "$(sql s.db 'SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders),
		(SELECT count(*) FROM stock), (SELECT count(*) FROM log)')" = "500|2000|300|7" ]
	[ "$(sql s.db "SELECT seq = (SELECT max(id) FROM customers) FROM sqlite_sequence WHERE name = 'customers'")" -eq 1 ]
	[ "$(sql s.db 'SELECT count(*) FROM orders WHERE twice = price * 2')" -eq 2000 ]
	[ "$(sql s.db 'SELECT sum(sum) > 0 FROM sums')" -eq 1 ]
	sql s.db "INSERT INTO orders (customer_id, price) VALUES (1, 2)"
	[ "$(sql s.db "SELECT count(*) FROM log WHERE what LIKE 'order %'")" -ge 1 ]
}

@test "the schema of a database, with its header and without its rows" {
	shop
	{
		echo 'PRAGMA page_size = 8192; PRAGMA encoding = "UTF-16le"; PRAGMA user_version = 42; PRAGMA application_id = 77;'
		cat shop.sql
		echo "INSERT INTO log VALUES ('old');"
	} | sql from.db
	db-seed --schema from.db --rows log=2 to.db >/dev/null
	clean to.db
	[ "$(sql to.db 'PRAGMA page_size; PRAGMA encoding; PRAGMA user_version; PRAGMA application_id' | tr '\n' ' ')" = \
		"8192 UTF-16le 42 77 " ]
	[ "$(sql to.db "SELECT count(*), sum(what = 'old') FROM log")" = "2|0" ]
	db-seed --schema from.db --page-size 1024 --journal delete --force to.db >/dev/null
	[ "$(sql to.db 'PRAGMA page_size; PRAGMA journal_mode' | tr '\n' ' ')" = "1024 delete " ]
}

@test "the header that a schema's text asks for; its rows are left out, which is said" {
	printf 'PRAGMA user_version = 5;\nCREATE TABLE t (n INTEGER);\nINSERT INTO t VALUES (77777);\n' >t.sql
	run --separate-stderr db-seed --schema t.sql --rows t=3 t.db
	[ "$status" -eq 0 ]
	[ "$stderr" = "db-seed: t: the rows that the schema's text inserts are left out" ]
	[ "$(sql t.db 'PRAGMA user_version; SELECT count(*), sum(n = 77777) FROM t' | tr '\n' ' ')" = "5 3|0 " ]
}

@test "--force fills the schema that the database itself has" {
	shop
	sql s.db <shop.sql
	run db-seed s.db
	[ "$status" -eq 1 ]
	[[ "$output" = *"fill it with --append or --force"* ]]
	db-seed --force --rows orders=50 s.db >/dev/null
	clean s.db
	[ "$(sql s.db 'SELECT count(*) FROM orders')" -eq 50 ]
}

@test "a database that is there stays, unless --force replaces it; its mode stays too" {
	sql old.db 'CREATE TABLE old (x)'
	before=$(sha256sum <old.db)
	run --separate-stderr db-seed --profile nebulagc old.db
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: old.db: exists; --force replaces it, --append adds rows to it" ]
	[ "$(sha256sum <old.db)" = "$before" ]
	chmod 640 old.db
	db-seed --profile nebulagc --force old.db >/dev/null
	[ "$(sql old.db 'SELECT count(*) FROM clusters')" -eq 1 ]
	[ "$(stat -c %a old.db)" = 640 ]
	only ./old.db
}

@test "--force and an old WAL: it is not applied to the new database" {
	# A killed writer leaves a database in WAL mode with its WAL.
	mkdir killed
	sqlite3 killed/x.db 'PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)' \
		'INSERT INTO t VALUES (2)' ".shell cp killed/x.db x.db; cp killed/x.db-wal x.db-wal" >/dev/null
	rm -r killed
	[ -s x.db-wal ]
	db-seed --profile nebulagc --force x.db >/dev/null
	only ./x.db
	clean x.db
	[ "$(sql x.db 'SELECT count(*) FROM nodes')" -eq 1000 ]
}

@test "a WAL or journal without its database is not taken over" {
	echo rubbish >x.db-journal
	run --separate-stderr db-seed --profile nebulagc x.db
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: x.db-journal: is there without its database; --force removes it" ]
	db-seed --profile nebulagc --force x.db >/dev/null
	only ./x.db
	clean x.db
}

@test "a link is followed, also to what is not there yet" {
	mkdir d
	ln -s d/real.db link.db
	db-seed --profile nebulagc link.db >/dev/null
	[ -L link.db ]
	clean d/real.db
	db-seed --profile nebulagc --force link.db >/dev/null
	[ -L link.db ]
	only ./d ./d/real.db ./link.db
}

@test "--append goes on where the database ends, in one transaction, with its triggers" {
	shop
	db-seed --schema shop.sql --rows customers=100 --rows orders=200 --rows log=1 s.db >/dev/null
	sql s.db .dump >before
	db-seed --append --rows customers=50 --rows orders=300 s.db >out
	clean s.db
	[ "$(sql s.db 'SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM orders), (SELECT count(*) FROM log)')" = \
		"150|500|301" ]
	[ "$(sql s.db 'SELECT count(DISTINCT id), count(DISTINCT email) FROM customers')" = "150|150" ]
	[ "$(sql s.db 'PRAGMA journal_mode')" = wal ]
	# What was there is there still.
	sql s.db .dump >after
	[ "$(grep -c '^INSERT INTO orders' before)" -eq "$(grep '^INSERT INTO orders' before | grep -cFxf after)" ]
	[ "$(jq -r 'select(.metric == "rows" and .bench == "db/seed") | .value' out)" -eq 350 ]
}

@test "--append: what fails takes all of it back" {
	sql t.db "CREATE TABLE t (n INTEGER PRIMARY KEY, x TEXT);
		CREATE TRIGGER stop BEFORE INSERT ON t WHEN new.n > 2500 BEGIN SELECT RAISE(ABORT, 'enough'); END;"
	db-seed --append --rows t=2000 t.db >/dev/null
	before=$(sql t.db .dump | sha256sum)
	run --separate-stderr db-seed --append --rows t=2000 t.db
	[ "$status" -eq 1 ]
	[ "$stderr" = "db-seed: t: row 2500: enough" ]
	[ "$(sql t.db .dump | sha256sum)" = "$before" ]
	only ./t.db
}

@test "--print writes what the database would hold" {
	shop
	for threads in 1 4; do
		db-seed --schema shop.sql --rows customers=700 --rows orders=5000 --print orders -j $threads >"$threads.jsonl"
	done
	cmp 1.jsonl 4.jsonl
	db-seed --schema shop.sql --rows customers=700 --rows orders=5000 s.db >/dev/null
	[ "$(jq -r '[.id, .customer_id] | join("|")' 1.jsonl | sha256sum)" = \
		"$(sql s.db 'SELECT id, customer_id FROM orders ORDER BY id' | sha256sum)" ]
	[ "$(jq -r '.photo // "" | @base64d | length' 1.jsonl | wc -l)" -eq 5000 ]
	[ "$(head -n 1 1.jsonl | jq -r 'keys_unsorted | join(" ")')" = "id customer_id price photo" ]
	run db-seed --schema shop.sql --print nothing
	[ "$status" -eq 1 ]
	[ "$output" = "db-seed: nothing: no such table" ]
}

@test "--print: blobs as base64, texts escaped, integers whole" {
	echo 'CREATE TABLE t (i INTEGER, t TEXT, b BLOB, r REAL, z)' >t.sql
	cat >spec.json <<-'END'
		{"tables": {"t": {"rows": 1, "columns": {"i": -9223372036854775807, "t": "a\"\\\n\u00e9", "b": {"blob": 7},
			"r": 0.1, "z": null}}}}
	END
	db-seed --schema t.sql --spec spec.json --print t >out
	db-seed --schema t.sql --spec spec.json t.db >/dev/null
	[[ "$(cat out)" = '{"i":-9223372036854775807,"t":"a\"\\\né","b":"'*'","r":0.1,"z":null}' ]]
	[ "$(jq -r .b out | base64 -d | od -An -tx1 | tr -d ' \n' | tr a-f A-F)" = "$(sql t.db 'SELECT hex(b) FROM t')" ]
}

@test "--print for a reader that goes away ends quietly" {
	shop
	run --separate-stderr bash -c 'set -o pipefail; db-seed --schema shop.sql --rows log=1M --print log | head -n 1'
	[ "$status" -eq 141 ]
	[ -z "$stderr" ]
}

@test "--dry-run: tables, rows, columns and a size that comes true, and nothing is written" {
	db-seed --profile nebulagc --scale 40 -n x.db >out
	only ./out
	head -n 1 out
	[[ "$(head -n 1 out)" = "x.db: 40"*" rows, about "*" MiB with indexes, seed 1" ]]
	grep -q '^nodes: 40000 rows, about ' out
	grep -Eq '^  token_hash +.*hex' out
	guess=$(sed -n '1s/.*about \([0-9.]*\) MiB.*/\1/p' out)
	db-seed --profile nebulagc --scale 40 x.db >/dev/null
	awk -v guess="$guess" -v size="$(stat -c %s x.db)" 'BEGIN { size /= 1048576; exit !(guess > size * .8 && guess < size * 1.25) }'
}

@test "--list, --show-schema and --show-spec" {
	[ "$(db-seed --list | awk '{ print $1 }' | tr '\n' ' ')" = "ctrlplane nebulagc " ]
	for profile in ctrlplane nebulagc; do
		db-seed --profile $profile --show-schema >$profile.sql
		db-seed --profile $profile --show-spec >$profile.json
		jq -e .tables $profile.json >/dev/null
	done
	# To start one's own from: the same comes out.
	db-seed --profile nebulagc a.db >/dev/null
	db-seed --schema nebulagc.sql --spec nebulagc.json b.db >/dev/null
	cmp a.db b.db
}

@test "a spec on top of a profile's" {
	echo '{"tables": {"nodes": {"columns": {"mtu": 1400}}}}' >mine.json
	db-seed --profile nebulagc --spec mine.json n.db >/dev/null
	[ "$(sql n.db 'SELECT min(mtu), max(mtu), count(DISTINCT token_hash) FROM nodes')" = "1400|1400|1000" ]
}

@test "records: the run, tables, totals and phases" {
	shop
	db-seed --schema shop.sql --seed 7 --rows orders=5000 --param size=5000 --bench my/seed s.db >out
	[ "$(head -n 1 out | jq -r '[.type, .schema, .tool, .seed, (.run | length)] | join(" ")')" = "run 1 db-seed 7 36" ]
	[ "$(jq -r 'select(.bench == "my/seed/orders") | [.type, .metric, .unit, .mode] | join(" ")' out | tr '\n' ';')" = \
		"sample throughput 1/s real;sample rows 1 real;hist latency ns real;" ]
	[ "$(jq -r 'select(.metric == "latency" or .metric == "throughput") | .better' out | sort -u)" = null ]
	[ "$(jq 'select(.bench == "my/seed/orders" and .metric == "rows") | .value' out)" -eq 5000 ]
	[ "$(jq -r 'select(.bench == "my/seed" and .type == "sample") | .metric' out | tr '\n' ' ')" = \
		"throughput rows db-bytes max-rss cpu-user cpu-sys " ]
	[ "$(jq 'select(.metric == "db-bytes") | .value' out)" -eq "$(stat -c %s s.db)" ]
	[ "$(jq -c 'select(.type == "sample") | .params' out | sort -u)" = '{"size":5000}' ]
	[ "$(jq -r 'select(.name == "phase") | .data | .phase + " " + (.table // .index // "")' out | tr '\n' ';')" = \
		"schema ;insert customers;insert orders;insert stock;insert log;index orders_customer;index orders_dear;commit ;check ;finish ;" ]
	[ "$(jq -s '[.[] | select(.name == "phase") | .data.latency >= 0 and .t >= 0] | all' out)" = true ]
	bench-stat --format ndjson out | jq -es 'any(.metric == "throughput")' >/dev/null
}

@test "--mode mock lowers the label, in records and in the statistics" {
	shop
	db-seed --schema shop.sql --rows orders=10 --mode mock s.db >out
	[ "$(jq -r 'select(.type == "sample" or .type == "hist") | .mode' out | sort -u)" = mock ]
	db-seed --schema shop.sql --rows orders=10 --mode mock --force --format text s.db | grep -q "^mock-orders "
	run -1 --separate-stderr db-seed --schema shop.sql --mode mixed --force s.db
	[ "${stderr_lines[0]}" = "db-seed: --mode 'mixed': expected real or mock" ]
}

@test "closing statistics for people" {
	shop
	db-seed --schema shop.sql --rows orders=5000 --format text s.db >out
	grep -q '^=== Database s.db ===$' out
	grep -Eq '^orders +5000 ' out
	grep -Eq '^check +[0-9.]+ [mµ]?s +[0-9]+ %$' out
	db-seed --schema shop.sql --force -o records s.db >text
	grep -q '^=== Database' text
	jq -es 'any(.metric == "db-bytes")' records >/dev/null
}

@test "--check" {
	shop
	db-seed --schema shop.sql --no-check s.db >out
	[ "$(jq -r 'select(.type == "skip") | .reason' out)" = "foreign keys and integrity are not checked: --check none" ]
	[ -z "$(jq -r 'select(.name == "phase" and .data.phase == "check")' out)" ]
	db-seed --schema shop.sql --check quick --force s.db >out
	[ "$(jq -r 'select(.name == "phase" and .data.phase == "check") | .data.check' out)" = quick ]
	db-seed --schema shop.sql --check full --force s.db >out
	[ "$(jq -r 'select(.name == "phase" and .data.phase == "check") | .data.check' out)" = full ]
	db-seed --schema shop.sql --force s.db >out
	[ "$(jq -r 'select(.name == "phase" and .data.phase == "check") | .data.check' out)" = quick ]
	run db-seed --check some --schema shop.sql x.db
	[ "$status" -eq 1 ]
	[[ "$output" = *"--check 'some': expected full, quick or none"* ]]
}

@test "progress" {
	shop
	db-seed --schema shop.sql --progress always --rows orders=100 s.db >/dev/null 2>err
	[ ! -s err ]
	script -qec "TERM=xterm db-seed --profile nebulagc --scale 150 --no-check -o records n.db" /dev/null >terminal
	grep -Eq 'Phase [0-9]+/[0-9]+: created [0-9]+/150000 nodes…' terminal
	grep -q '=== Database n.db ===' terminal
}

@test "a row that a constraint refuses: its table, number and the constraint; nothing is left" {
	echo "CREATE TABLE t (n INTEGER PRIMARY KEY, CHECK (hex(n) <> hex(1337)))" >t.sql
	echo '{"tables": {"t": {"columns": {"n": {"sequence": 0}}}}}' >spec.json
	for threads in 1 2; do
		run --separate-stderr db-seed --schema t.sql --spec spec.json --rows t=5k -j $threads x.db
		[ "$status" -eq 1 ]
		[ "$stderr" = "db-seed: t: row 1337: CHECK constraint failed: hex(n) <> hex(1337)" ]
	done
	only ./spec.json ./t.sql
}

@test "usage errors" {
	usage() { # REGEX ARGUMENT...
		local regex=$1
		shift
		run db-seed "$@"
		echo "$output"
		[ "$status" -eq 1 ]
		[[ "$output" =~ $regex ]]
	}
	usage 'no database to fill' --profile nebulagc
	usage 'no schema: ' -n
	usage "no profile 'x'; --list tells which there are" --profile x x.db
	usage "'b': only one database" --profile nebulagc a b
	usage '--profile and --schema' --profile nebulagc --schema x.sql x.db
	usage '--append and --force' --append --force x.db
	usage "--rows 'nodes': expected TABLE=N" --profile nebulagc --rows nodes x.db
	usage "--scale '0': expected a number above 0" --profile nebulagc --scale 0 x.db
	usage "--page-size '1000': expected a power of two" --profile nebulagc --page-size 1000 x.db
	usage "--journal 'off': expected wal or delete" --profile nebulagc --journal off x.db
	usage "--threads '0': expected a count of 1 or more" --profile nebulagc -j 0 x.db
	usage 'only one of' --list -n
	usage 'of which --profile' --show-spec
	[ -z "$(ls -A)" ]
}
