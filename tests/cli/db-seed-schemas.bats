#!/usr/bin/env bats

# shellcheck disable=SC2154 # stderr is set by bats
bats_require_minimum_version 1.5.0

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	schemas=$BATS_TEST_DIRNAME/../schemas
	cd "$BATS_TEST_TMPDIR" || return 1
}

# whole DATABASE: nothing in it is broken.
whole() {
	[ -z "$(sqlite3 "$1" 'PRAGMA foreign_key_check')" ]
	[ "$(sqlite3 "$1" 'PRAGMA integrity_check')" = ok ]
}


# counted DATABASE: its tables, each with how many rows it has.
counted() {
	db=$1
	sqlite3 "$db" "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'" |
		while IFS= read -r table; do
			printf '%s %s\n' "$table" "$(sqlite3 "$db" "SELECT count(*) FROM \"${table//\"/\"\"}\"")"
		done
}

@test "db-seed fills every schema of the tests without a spec" {
	n=0
	for schema in "$schemas"/*.sql; do
		name=$(basename "$schema" .sql)
		"$bin/db-seed" --format ndjson --schema "$schema" "$name.db" >"$name.jsonl"
		whole "$name.db"
		# What is reported is what is there.
		reported=$(jq -s 'map(select(.metric == "rows" and (.bench | startswith("db/seed/"))) | .value) | add' "$name.jsonl")
		there=$(counted "$name.db" | awk '{n += $NF} END {print n}')
		[ "$reported" -gt 0 ]
		[ "$reported" -eq "$there" ]
		n=$((n + 1))
	done
	[ "$n" -ge 10 ]
}

@test "db-seed: every table of every schema has rows" {
	for schema in "$schemas"/*.sql; do
		"$bin/db-seed" --format ndjson --schema "$schema" filled.db --force >/dev/null
		while read -r line; do
			[ "${line##* }" -gt 0 ] || { echo "$schema: $line"; return 1; }
		done < <(counted filled.db)
	done
}

@test "db-seed: as many rows as are asked for" {
	"$bin/db-seed" --format ndjson --schema "$schemas/social.sql" --rows accounts=40 --rows follows=1500 social.db >/dev/null
	whole social.db
	[ "$(sqlite3 social.db 'SELECT count(*) FROM accounts')" -eq 40 ]
	[ "$(sqlite3 social.db 'SELECT count(*) FROM follows')" -eq 1500 ]
	[ "$(sqlite3 social.db 'SELECT count(*) FROM follows WHERE a = b')" -eq 0 ]
}

@test "db-seed: what cannot be is named: table, column, constraint" {
	run --separate-stderr "$bin/db-seed" --schema "$schemas/social.sql" --rows accounts=40 --rows follows=1561 social.db
	[ "$status" -eq 1 ]
	[ ! -e social.db ]
	[[ $stderr == *"follows.a: PRIMARY KEY (a, b): 40 rows give 1560 pairs, but 1561 rows are asked for"* ]]

	echo 'CREATE TABLE t (id INTEGER PRIMARY KEY, color TEXT UNIQUE CHECK (color IN ("r", "g", "b")));' |
		tr '"' "'" >colors.sql
	run --separate-stderr "$bin/db-seed" --schema colors.sql --rows t=10 colors.db
	[ "$status" -eq 1 ]
	[[ $stderr == *"t.color: UNIQUE (color): CHECK allows 3 values, but 10 rows are asked for"* ]]

	echo 'CREATE TABLE x (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents);' >x.sql
	run --separate-stderr "$bin/db-seed" --schema x.sql x.db
	[ "$status" -eq 1 ]
	[[ $stderr == *"x.parent_id: FOREIGN KEY (parent_id): table 'parents' is not in the schema"* ]]
}

@test "db-seed: rows are added to rows" {
	"$bin/db-seed" --format ndjson --schema "$schemas/tracker.sql" tracker.db >/dev/null
	before=$(counted tracker.db | awk '{n += $NF} END {print n}')
	"$bin/db-seed" --format ndjson --append --seed 2 tracker.db >/dev/null
	whole tracker.db
	after=$(counted tracker.db | awk '{n += $NF} END {print n}')
	[ "$after" -gt $((before * 3 / 2)) ]
}

@test "db-seed: a spec's errors name its line" {
	printf '{"tables": {\n"accounts": {"columns": {\n"nope": 1}}}}\n' >spec.json
	run --separate-stderr "$bin/db-seed" --schema "$schemas/social.sql" --spec spec.json social.db
	[ "$status" -eq 1 ]
	[[ $stderr == *"spec.json:3: accounts: there is no column 'nope'"* ]]
}
