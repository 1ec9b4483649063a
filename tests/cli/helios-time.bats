#!/usr/bin/env bats
# helios-time beside a real git: what is measured, in which order, what is told of it, and that nothing is left.
# That an answer which is wrong is found is in helios-time-lies.bats.

bats_require_minimum_version 1.5.0

load helios-time

# A helios-cli out of cp and sha256sum, which says what it is. It writes down what it is asked.
stand_in() {
	cat >helios-cli <<'EOF'
#!/bin/bash
set -e
echo "helios $1" >>"${LOG:-/dev/null}"
store=$HELIOS_STORE_DIR
case $1 in
version) echo "stand-in for helios 1" ;;
stats) [ ! -e "$store/x" ] && echo '{"l1":{},"engine":{}}' ;;
commit)
	mkdir -p "$store/new"
	cp -a "$3/." "$store/new"
	id=blake3:$(cd "$store/new" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1)
	mv "$store/new" "$store/$id"
	echo "{\"snapshot_id\":\"$id\"}"
	;;
restore) [ -d "$store/$3" ] || { echo "no such snapshot" >&2; exit 1; }; echo "{\"restored\":\"$3\"}" ;;
materialize) cp -a "$store/$3/." "$5"; echo "{\"materialized\":\"$3\",\"out\":\"$5\"}" ;;
*) echo "unknown command: $1" >&2; exit 2 ;;
esac
EOF
	chmod +x helios-cli
}

@test "git alone: 30 commits and restores of 1,000 files, each file of each verified" {
	local place=$TMPDIR
	# Where files are made quickly, if there is such a place.
	[ ! -w /dev/shm ] || [ "$(df --output=avail -m /dev/shm | tail -1)" -lt 200 ] || place=$(mktemp -d /dev/shm/bats.XXXXXX)
	run -0 --separate-stderr timeout 200 helios-time --backend git -d "$place" -n 30 --warmup 0 -o out commit materialize
	[ "$place" = "$TMPDIR" ] || rm -r "$place"
	[ -z "$stderr" ]
	[ "$(count out git/commit latency)" = 30 ]
	[ "$(count out git/materialize latency)" = 30 ]
	[ "$(count out git/materialize first)" = 30 ]
	# The first one of all, and two in each round.
	[[ $output == *"git: what was restored was verified 61 times, each file by its SHA-256."* ]]
	jq -se 'map(select(.metric == "files")) | all(.value == 100) and length == 30' out
	jq -se 'map(select(.metric == "bytes")) | all(.value == 102400)' out
	jq -se 'map(select(.metric == "store-growth")) | all(.value > 102400) and length == 30' out
	jq -se 'map(select(.metric == "errors")) | all(.value == 0) and length == 2' out
	jq -se 'map(select(.metric == "initial" and .bench == "git/commit")) | length == 1' out
	jq -se 'map(select(.type == "event" and .name == "content"))[0].data == {"files":1000,"bytes":1024000,"left-out":0}' out
}

@test "no Helios: skip records say how to get it, and git is measured" {
	run -0 --separate-stderr timeout 60 helios-time "${few[@]}" -o out
	jq -se 'map(select(.type == "skip" and (.bench | startswith("helios/")))) | length == 6 and
		all(.reason == "helios-cli not found; set HELIOS_CLI_PATH or --cli (built from its source with: go build ./cmd/helios-cli)") and
		(map(.bench) == ["spawn","open","commit","restore","materialize","cycle" | "helios/" + .])' out
	[[ $stderr == "helios-time: helios: helios-cli not found; "* ]]
	[[ $output == *"helios was not measured: helios-cli not found; "* ]]
	for op in spawn open commit restore materialize cycle; do
		[ "$(count out git/$op latency)" = 3 ]
	done
	[[ $output != *"times as fast"* ]]
	HELIOS_CLI_PATH=$PWD/none timeout 60 helios-time "${few[@]}" commit >out 2>err
	jq -se 'map(select(.type == "skip" and .metric != "max-rss")) | length == 1 and (.[0].reason | contains("HELIOS_CLI_PATH=") and contains("No such file"))' out
	nothing_left
}

@test "Helios alone, and not there: nothing is measured, which is told and no failure" {
	run -0 --separate-stderr timeout 60 helios-time "${few[@]}" --backend helios --format text
	[[ $output == *"helios was not measured: helios-cli not found; "* ]]
	timeout 60 helios-time "${few[@]}" --backend helios >out 2>/dev/null
	run ! jq -e 'select(.type == "sample")' out
	[ "$(jq -s 'map(select(.type == "skip" and .metric != "max-rss")) | length' out)" = 6 ]
}

@test "a program that is named and is not there, or cannot be run, is a failure" {
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" --cli ./none commit
	[[ $stderr == *"helios-time: helios: ./none: No such file or directory"* ]]
	echo '#!/bin/sh' >plain
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" --cli ./plain commit
	[[ $stderr == *"helios-time: helios: ./plain: Permission denied"* ]]
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" --backend git --git ./none commit
	[[ $stderr == *"helios-time: git: ./none: No such file or directory"* ]]
	mkdir empty
	run -0 --separate-stderr env PATH="$PWD/empty" "$BIN/helios-time" "${few[@]}" --backend git --format text
	[[ $output == *"git was not measured: git not found"* ]]
	nothing_left
}

@test "options that make no sense are told" {
	refused() {
		local words=$1
		shift
		run -1 --separate-stderr helios-time "$@"
		[[ $stderr == *"$words"* ]] || { echo "expected: $words; got: $stderr"; false; }
		[ -z "$output" ]
	}
	refused "fly: no such operation" fly
	refused "commit: once is enough" commit commit
	refused "--backend 'svn': expected helios, git or helios,git" --backend svn
	refused "--backend 'git,git': expected helios, git or helios,git" --backend git,git
	refused "--backend ''" --backend ''
	refused "--dialect 'x': expected helios or autonav" --dialect x
	refused "--cli '': expected a file" --cli ''
	refused "leave out --cli and --dialect" --backend git --cli x
	refused "leave out --cli and --dialect" --backend git --dialect autonav
	refused "leave out --git and --git-config" --backend helios --git x
	refused "leave out --git and --git-config" --backend helios --git-config a.b=c
	refused "--git-config 'x': expected SECTION.NAME=VALUE" --git-config x
	refused "--git-config 'x=y.z': expected SECTION.NAME=VALUE" --git-config x=y.z
	refused "--files" --files 0
	refused "--files '99999999': expected at most 10000000" --files 99999999
	refused "--file-size '9-1': expected a size" --file-size 9-1
	refused "--file-size '1KiB-': expected a size" --file-size 1KiB-
	refused "--file-size '-1': expected a size" --file-size=-1
	refused "--file-size '2000GiB': expected at most 1024GiB" --file-size 2000GiB
	refused "--change '101%': expected a share from 0% to 100%" --change 101%
	refused "--change '-1%': expected a share" --change=-1%
	refused "leave out --files and --file-size" --work . --files 3
	refused "leave out --files and --file-size" --file-size 3 --work .
	refused "--work '': expected a directory" --work ''
	refused "--directory '': expected a directory" --directory ''
	refused "--count" -n 0
	refused "--count '100001': expected at most 100000" -n 100001
	refused "--timeout: expected more than 0" --timeout 0
	refused "--timeout" --timeout x
	refused "unrecognized option '--keep'" --keep
	refused "--work none: No such file or directory" --work none
	refused "--directory none: No such file or directory" -d none
	nothing_left
}

@test "no place to be in" {
	run -1 --separate-stderr env TMPDIR="$PWD/none" "$BIN/helios-time" "${few[@]}"
	[[ $stderr == "helios-time: "*"$PWD/none"*"No such file or directory"* ]]
	# Neither does a copy of a directory go into itself.
	mkdir inner
	echo x >inner/file
	run -1 --separate-stderr helios-time --work . -d inner --backend git
	[[ $stderr == *"--work .: the copy would be made in it, in "*"see --directory"* ]]
	run -1 --separate-stderr helios-time --work / -d inner --backend git
	[[ $stderr == *"the copy would be made in it"* ]]
	# As its neighbour it may be: /a/b is not in /a/bc.
	mkdir inner2
	timeout 60 helios-time --work inner -d inner2 --backend git -n 1 commit >/dev/null
	[ "$(find inner -mindepth 1)" = inner/file ]
}

@test "--work: a copy is measured, and the directory is not touched" {
	mkdir -p work/sub/deep work/.git
	seq 1000 >work/a
	seq 10 >"work/sub/b and more"
	: >work/sub/deep/empty
	chmod 700 work/a
	ln -s a work/link
	echo ref >work/.git/HEAD
	touch -d 2001-02-03 work/a work/sub/deep work
	state() {
		find work -printf '%p %y %m %s %T@ %C@ %l\n' | LC_ALL=C sort
		find work -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
	}
	state >before
	run -0 --separate-stderr timeout 60 helios-time --backend git --work work -n 2 -o out
	state >after
	cmp before after
	jq -se 'map(select(.type == "sample")) | length > 20 and all(.params.files == 3 and .params.bytes == 3914 and (.params | has("file-size") | not))' out
	# The link and .git.
	jq -se 'map(select(.type == "event" and .name == "content"))[0].data["left-out"] == 2' out
	[[ $output == *"Left out of the copy of work: 2 entries that are no regular file or directory, or named .git or .helios."* ]]
	chmod -R a-w work
	timeout 60 helios-time --backend git --work work -n 1 commit >/dev/null
	chmod -R u+w work
	nothing_left
}

@test "what the figures depend on is in the params, and what the benchmarks are called in --bench" {
	stand_in
	timeout 60 helios-time "${few[@]}" -n 1 --cli ./helios-cli --change 50% --param host=a >out 2>/dev/null
	[ "$(jq -c 'select(.type == "sample" and .bench == "git/commit") | .params' out | sort -u)" = \
		'{"change":0.5,"file-size":100,"files":12,"host":"a"}' ]
	[ "$(jq -c 'select(.type == "sample" and .bench == "helios/restore") | .params.scope' out | sort -u)" = '"metadata"' ]
	[ "$(jq -c 'select(.type == "sample" and .bench == "git/restore") | .params.scope' out | sort -u)" = '"metadata"' ]
	timeout 60 helios-time "${few[@]}" -n 1 --backend git --file-size 1-2KiB --bench mine commit >out
	[ "$(jq -r 'select(.type == "sample") | .bench' out | sort -u)" = mine/git/commit ]
	[ "$(jq -c 'select(.type == "sample") | .params' out | sort -u)" = '{"change":0.1,"file-size":"1-2KiB","files":12}' ]
}

@test "git is real, and a Helios that says what it is is a mock" {
	stand_in
	run -0 --separate-stderr timeout 60 helios-time "${few[@]}" --cli ./helios-cli -o out
	[ "$(jq -r 'select(.type == "sample") | (.bench | split("/")[0]) + " " + .mode' out | sort -u | paste -sd,)" = \
		"git real,helios mock" ]
	[[ $stderr == *"helios-cli says 'stand-in for helios 1', which is not helios: what is measured of it is labelled mock"* ]]
	[ "$(grep -c . <<<"$stderr")" = 1 ]
	[[ $output == *"mock-helios/commit"* ]]
	[[ $output == *"mock-helios restore reads metadata only and writes no file; materialize is the true restore."* ]]
	jq -se 'map(select(.type == "event" and .name == "backend" and .bench == "git/spawn"))[0].data | .mode == "real" and
		(.version | startswith("git version ")) and (.path | startswith("/"))' out
	timeout 60 helios-time "${few[@]}" --backend git --mode mock spawn >out
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = mock ]
	# No option makes it real.
	timeout 60 helios-time "${few[@]}" --backend helios --cli ./helios-cli --mode real spawn >out 2>/dev/null
	[ "$(jq -r 'select(.type == "sample") | .mode' out | sort -u)" = mock ]
}

@test "the schedule: one after the other, taking turns, the reads in turn directly after a commit" {
	stand_in
	wrapped_git
	LOG=$PWD/log timeout 100 helios-time "${few[@]}" -n 2 --warmup 0 --cli ./helios-cli --git ./git.sh >/dev/null 2>&1
	# Before the rounds: versions, the stores, and a commit of each, both read back after a change. rev-parse after a commit and after reset is not timed.
	cat >expected <<-EOF
		helios version
		git version
		git init
		helios commit
		git add
		git commit
		git rev-parse
		helios materialize
		git checkout
		helios version
		git version
		helios commit
		helios stats
		git add
		git commit
		git rev-parse
		git rev-parse
		helios stats
		git rev-parse
		helios restore
		git reset
		git rev-parse
		helios materialize
		git checkout
		helios commit
		helios materialize
		git add
		git commit
		git rev-parse
		git checkout
		git version
		helios version
		git add
		git commit
		git rev-parse
		git reset
		git rev-parse
		helios commit
		helios restore
		git rev-parse
		helios stats
		git reset
		git rev-parse
		helios restore
		git checkout
		helios materialize
		git add
		git commit
		git rev-parse
		git checkout
		helios commit
		helios materialize
		helios restore
		git reset
	EOF
	diff -u expected log
}

@test "warm-up rounds are marked, and seq is the round" {
	timeout 60 helios-time "${few[@]}" --backend git -n 3 --warmup 2 open commit >out
	[ "$(jq -c 'select(.bench == "git/open" and .metric == "latency") | [.seq, .warmup == true]' out | paste -sd ' ')" = \
		"[0,true] [1,true] [2,false] [3,false] [4,false]" ]
	[ "$(jq 'select(.metric == "initial").warmup == true' out)" = false ]
	[ "$(jq -c 'select(.bench == "git/commit" and .metric == "throughput").n' out)" = 3 ]
}

@test "latency without floors is what it says: less one spawn, or one opening, for each run of the program" {
	timeout 60 helios-time "${few[@]}" --backend git >out
	jq -se '
		def of(b; m): map(select(.type == "sample" and .bench == b and .metric == m)) | map({key: (.seq | tostring), value}) | from_entries;
		. as $all | [
			["git/commit", 2], ["git/materialize", 1], ["git/restore", 1], ["git/cycle", 3]
			| . as [$b, $runs] | ["less-open", "git/open"], ["less-spawn", "git/spawn"]
			| . as [$m, $floor]
			| ($all | of($b; $m)) as $less | ($all | of($b; "latency")) as $l | ($all | of($floor; "latency")) as $f
			| $less | to_entries | length == 4 and all(.value == $l[.key] - $runs * $f[.key])
		] | length == 8 and all' out
	# A floor has no floor of its own.
	run ! jq -e 'select((.bench == "git/open" and .metric == "less-open") or (.bench == "git/spawn" and (.metric | startswith("less"))))' out
	# Where the floor was not asked for there is none.
	timeout 60 helios-time "${few[@]}" --backend git commit spawn >out
	[ "$(jq -r 'select(.type == "sample").metric | select(startswith("less"))' out | sort -u)" = less-spawn ]
}

@test "what is committed is read back even if only commits are measured" {
	wrapped_git
	LOG=$PWD/log timeout 60 helios-time "${few[@]}" --backend git --git ./git.sh -n 2 --warmup 0 commit >out
	[ "$(grep -c checkout log)" = 3 ]
	run ! jq -e 'select(.type == "sample" and .bench != "git/commit")' out
	# And read operations have something to read.
	: >log
	LOG=$PWD/log timeout 60 helios-time "${few[@]}" --backend git --git ./git.sh -n 2 --warmup 0 open >out
	[ "$(grep -c 'git commit' log)" = 3 ]
	run ! jq -e 'select(.type == "sample" and .bench != "git/open")' out
	# Nothing is committed for nothing.
	: >log
	LOG=$PWD/log timeout 60 helios-time "${few[@]}" --backend git --git ./git.sh -n 2 --warmup 0 spawn >out
	[ "$(sort -u log)" = "git init
git version" ]
}

@test "diff: git's is measured and counted" {
	timeout 60 helios-time "${few[@]}" --backend git --change 25% diff cycle >out
	[ "$(count out git/diff latency)" = 3 ]
	jq -se 'map(select(.ok == false)) | length == 0' out
}

@test "the same seed, the same files; another seed, others" {
	# trees ARG...: what git has committed, by its content.
	trees() {
		rm -f trees.out
		timeout 60 helios-time --backend git --git ./git.sh --files 15 -n 2 --warmup 0 --progress never "$@" commit >/dev/null
	}
	cat >git.sh <<EOF
#!/bin/bash
"$(command -v git)" "\$@" || exit
case " \$* " in
*" commit "*) for word; do case \$word in --git-dir=*) break ;; esac; done
	"$(command -v git)" "\$word" rev-parse HEAD^{tree} >>"$PWD/trees.out" ;;
esac
EOF
	chmod +x git.sh
	trees --file-size 10-100
	mv trees.out first
	[ "$(sort -u first | grep -c .)" = 3 ]
	trees --file-size 10-100
	cmp first trees.out
	trees --file-size 10-100 --seed 2
	[ "$(cat first trees.out | sort -u | grep -c .)" = 6 ]
}

@test "one file of one byte, all of it changed, one round, no warm-up" {
	run -0 --separate-stderr timeout 60 helios-time --backend git --files 1 --file-size 1 --change 100% -n 1 --warmup 0 -o out
	[ "$(count out git/commit latency)" = 1 ]
	[ "$(count out git/materialize latency)" = 1 ]
	[[ $output == *"1 file, 1 B, in "* ]]
	timeout 60 helios-time --backend git --files 3 --file-size 0 --change 0 -n 3 >out
	[ "$(count out git/cycle latency)" = 3 ]
}

@test "two sides in one table, and a sentence with an interval for what both did" {
	stand_in
	run -0 --separate-stderr timeout 100 helios-time "${few[@]}" -n 6 --cli ./helios-cli --format text
	for op in spawn open commit restore materialize cycle; do
		grep -Eq "^mock-helios/$op +6 " <<<"$output"
		grep -Eq "^git/$op +6 " <<<"$output"
	done
	for verb in "starts and ends" "opens its store" commits restores materializes "commits and materializes"; do
		grep -Eq "^(git|mock-helios) ($verb [0-9.]+ times as fast as|and (git|mock-helios): it is not certain which $verb faster) ?(git|mock-helios)? \(.*median .*, .*; 95 % interval of the ratios of 6 rounds [0-9.]+ to [0-9.]+\)\.$" <<<"$output"
	done
	grep -Eq "restores .*\(metadata only, no file is written; median" <<<"$output"
	run -0 --separate-stderr timeout 60 helios-time "${few[@]}" -n 2 --cli ./helios-cli --format text commit
	[[ $output == *"; 2 rounds are too few for an interval)."* ]]
}

@test "the sentence says what the records say" {
	stand_in
	run -0 --separate-stderr timeout 100 helios-time "${few[@]}" -n 7 --cli ./helios-cli -o out spawn commit
	# The median of the ratios, round by round, and the second and the sixth... of seven: the first and the last.
	jq -rs '
		def of(b): map(select(.type == "sample" and .bench == b and .metric == "latency" and .warmup != true)) | sort_by(.seq) | map(.value);
		[of("helios/commit"), of("git/commit")] | transpose | map(.[1] / .[0]) | sort
		| if .[3] < 1 then map(1 / .) | sort else . end | "\(.[3]) \(.[0]) \(.[6])"' out >truth
	read -r median lo hi <truth
	grep -E "commits" <<<"$output" | grep -F "interval of the ratios of 7 rounds" >sentence
	awk -v m="$median" -v lo="$lo" -v hi="$hi" '
		function near(a, b) { return a - b <= 0.006 * b && b - a <= 0.006 * b }
		{ for (i = 1; i <= NF; i++) { if ($i == "times") m1 = $(i - 1); if ($i == "rounds") { l1 = $(i + 1); h1 = $(i + 3) } } }
		END { sub(/\).*/, "", h1); exit !((m1 == "" || near(m1, m)) && near(l1, lo) && near(h1, hi)) }' sentence
}

@test "no sentence about what failed" {
	stand_in
	# One that loses a file.
	sed -i 's|cp -a "$store/$3/." "$5"|& \&\& rm "$5"/d000/f000003|' helios-cli
	run -1 --separate-stderr timeout 100 helios-time "${few[@]}" -n 6 --cli ./helios-cli --format text
	[[ $stderr == *"helios commit: "*"d000/f000003"* ]]
	[[ $output != *"commits "*"times as fast"* ]]
	[[ $output != *"materializes"*"faster"* ]]
	[[ $output == *"mock-helios/commit: 1 of 1 failed, the first: "*"d000/f000003"* ]]
	# git went on.
	grep -Eq "^git/cycle +6 " <<<"$output"
}

@test "what failed is not tried again, unless asked for; the rest goes on" {
	stand_in
	sed -i 's|^stats) .*|stats) echo "the lid is stuck" >\&2; exit 3 ;;|' helios-cli
	run -1 --separate-stderr timeout 100 helios-time "${few[@]}" --backend helios --cli ./helios-cli -o out
	[ "$(grep -c 'helios open: exit status 3: the lid is stuck' <<<"$stderr")" = 1 ]
	[ "$(jq -s 'map(select(.bench == "helios/open" and .ok == false)) | length' out)" = 1 ]
	[ "$(count out helios/materialize latency)" = 3 ]
	run -1 --separate-stderr timeout 100 helios-time "${few[@]}" --ignore-failure --backend helios --cli ./helios-cli -o out open commit
	# Each round twice, warm-up too.
	[ "$(jq -s 'map(select(.bench == "helios/open" and .ok == false)) | length' out)" = 8 ]
	[ "$(jq -s 'map(select(.type == "event" and .name == "failure" and (.data.reason | contains("lid")))) | length' out)" = 8 ]
	[ "$(jq 'select(.bench == "helios/open" and .metric == "errors").value' out)" = 8 ]
	[ "$(count out helios/commit latency)" = 3 ]
	# Told once, not eight times.
	[ "$(grep -c 'the lid is stuck' <<<"$stderr")" = 1 ]
}

@test "--cold" {
	if [ "$(stat -f -c %T "$TMPDIR")" != tmpfs ]; then
		timeout 100 helios-time "${few[@]}" --backend git --cold commit materialize >out || skip "$(stat -f -c %T "$TMPDIR") does not give its pages back"
		[ "$(jq -r 'select(.type == "sample").params.cache' out | sort -u)" = cold ]
	fi
	[ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ] || return 0
	mkdir "/dev/shm/bats.$$"
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" -d "/dev/shm/bats.$$" --backend git --cold commit
	rm -r "/dev/shm/bats.$$"
	[[ $stderr == *"helios-time: --cold: "* ]]
}

@test "more configuration of git" {
	cat >git.sh <<EOF
#!/bin/bash
printf '%s\n' "\$@" >>"$PWD/asked"
exec "$(command -v git)" "\$@"
EOF
	chmod +x git.sh
	timeout 60 helios-time "${few[@]}" --backend git --git ./git.sh --git-config core.fsync=all --git-config a.b=c commit >out
	grep -qx core.fsync=all asked
	grep -qx a.b=c asked
	[ "$(count out git/commit latency)" = 3 ]
}

@test "records into a pipe, a summary for people, or both" {
	timeout 60 helios-time "${few[@]}" --backend git commit >out
	head -1 out | jq -e '.type == "run" and .tool == "helios-time" and .seed == 1 and (.argv | index("commit"))'
	run -0 timeout 60 helios-time "${few[@]}" --backend git --format text commit
	[[ $output == "operation "*"median"*"errors"* ]]
	run -0 timeout 60 helios-time "${few[@]}" --backend git --format ndjson -o file commit
	[ -z "$output" ]
	[ "$(count file git/commit latency)" = 3 ]
}

@test "its records are for bench-stat and bench-diff" {
	timeout 60 helios-time "${few[@]}" -n 6 --backend git -o a commit materialize >/dev/null
	timeout 60 helios-time "${few[@]}" -n 6 --backend git -o b commit materialize >/dev/null
	bench-stat --format ndjson a >stat
	jq -se 'map(select(.type == "stat" and .bench == "git/commit" and .metric == "latency")) | .[0].n == 6' stat
	bench-diff --format ndjson a b >verdicts || [ $? = 2 ]
	jq -se 'map(select(.type == "verdict" and .bench == "git/materialize" and .metric == "latency")) | length == 1' verdicts
}

@test "what cannot be written is trouble" {
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" --backend git -o /dev/full spawn
	[[ $stderr == *"helios-time: /dev/full: No space left on device"* ]]
	run -1 --separate-stderr timeout 60 bash -c 'helios-time --backend git -n 1 --files 5 spawn >/dev/full'
	[[ $stderr == *"No space left on device"* ]]
	run -1 --separate-stderr timeout 60 bash -c 'helios-time --backend git -n 1 --files 5 --format text spawn >/dev/full'
	[[ $stderr == *"No space left on device"* ]]
	run -1 --separate-stderr timeout 60 helios-time "${few[@]}" --backend git -o none/file spawn
	[[ $stderr == *"none/file: No such file or directory"* ]]
	nothing_left
}

@test "a reader that goes away ends it quietly" {
	run -0 timeout 60 bash -c 'helios-time --backend git -n 500 --files 5 spawn 2>err | head -1; echo "${PIPESTATUS[0]}"'
	[[ $output == *141 ]]
	[ ! -s err ]
	nothing_left
}

@test "a full disk: what was measured is kept" {
	mkdir disk
	unshare -rm mount -t tmpfs -o size=3m none disk 2>/dev/null || skip "cannot mount a small file system"
	run -1 unshare -rm bash -c 'mount -t tmpfs -o size=3m none disk &&
		timeout 60 helios-time -d disk --backend git --files 100 --file-size 4KiB --change 100% -n 50 --warmup 0 -o out commit; code=$?; find disk -type f; exit $code'
	[[ $output == *"helios-time: "* ]]
	[ "$(count out git/commit latency)" -ge 1 ]
	[[ $output != *disk/benchpipe* ]]
	run -1 unshare -rm bash -c 'mount -t tmpfs -o size=3m none disk &&
		timeout 60 helios-time -d disk --backend git --files 100 --file-size 1MiB -o out commit'
	[[ $output == *"helios-time: "*"No space left on device"* ]]
}

@test "two at once do not disturb each other" {
	timeout 60 helios-time "${few[@]}" --backend git -o a commit materialize >/dev/null &
	timeout 60 helios-time "${few[@]}" --backend git -o b commit materialize >/dev/null
	wait $!
	[ "$(count a git/materialize latency)" = 3 ]
	[ "$(count b git/materialize latency)" = 3 ]
	nothing_left
}

@test "help and version" {
	run -0 helios-time --help
	[[ $output == "usage: helios-time "* ]]
	run -0 helios-time --version
	[[ $output == "helios-time (benchpipe) "* ]]
}
