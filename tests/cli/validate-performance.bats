#!/usr/bin/env bats
# ci/measure, ci/validate-performance and ci/scenarios/lib.sh, on scenarios whose figures are known.

setup() {
	top=$BATS_TEST_DIRNAME/../..
	BIN=${BIN:-$top/build/bin}
	BIN=$(cd "$BIN" && pwd)
	export BIN
	cd "$BATS_TEST_TMPDIR" || return
	mkdir repository && cd repository && git init -q .
}

# A scenario whose latencies are those of the files `fast` and `slow`, in ns, with a little spread.
fixed_scenario() {
	cat >scenario <<-'END'
		#!/bin/sh
		for name in fast slow; do
			round=$(cat round 2>/dev/null || echo 0)
			[ -z "$BENCH_ONLY" ] || [ "$BENCH_ONLY" = "cmd/$name" ] || continue
			[ -z "$BENCH_AGAINST" ] || continue
			printf '{"type":"run","run":"%s-%s-%s"}\n' "$name" "$round" "$$"
			printf '{"type":"sample","run":"%s-%s-%s","bench":"cmd/%s","metric":"latency","unit":"ns","mode":"real","value":%s}\n' \
				"$name" "$round" "$$" "$name" $(($(cat "$name") + ($$ * 7919 + round * 131) % 97 * 1000))
		done
		echo $((round + 1)) >round
	END
	chmod +x scenario
	echo 10000000 >fast
	echo 50000000 >slow
}

@test "the first run makes the baseline and a report" {
	fixed_scenario
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
	[[ $output == *"baseline made: performance-results/baseline.jsonl"* ]]
	cmp performance-results/baseline.jsonl performance-results/current.jsonl
	grep -q '^# Performance Validation Report' performance-results/report.md
	grep -q '^\*\*Commit:\*\*' performance-results/report.md
	[ "$(jq -s 'map(select(.type == "sample")) | length' performance-results/baseline.jsonl)" -eq 16 ]
}

@test "an equal second run finds no regression" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
	[[ $output == *"No regression"* ]]
	grep -q '^## Baseline Comparison' performance-results/report.md
}

@test "a slower program is measured again and then reported, exit 2, with its name" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	echo 60000000 >slow
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 2 ]
	[[ $output == *"1 of 1 suspected change confirmed as regressions when measured again: cmd/slow"* ]]
	grep -q '^## Measured again' performance-results/report.md
	grep -q 'cmd/slow: measured afresh' performance-results/report.md
}

@test "a slowness that is gone when measured again is not a regression" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	echo 60000000 >slow
	sed -i 's|^for name|[ "$(cat round)" -lt 16 ] \|\| echo 50000000 >slow; &|' scenario
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
	[[ $output == *"No regression: 1 suspected change, none confirmed"* ]]
}

@test "the same program byte for byte is the machine's change, not a regression" {
	fixed_scenario
	sed -i 's|^for name|printf "{\\"type\\":\\"event\\",\\"bench\\":\\"cmd/slow\\",\\"name\\":\\"program\\",\\"data\\":{\\"digest\\":\\"d\\"}}\\n"; &|' scenario
	"$top/ci/validate-performance" ./scenario
	echo 60000000 >slow
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
	grep -q 'the machine has changed, not the program' performance-results/report.md
}

@test "the toolkit's own programs are measured against the baseline's copies in turn" {
	mkdir bin
	cp "$BIN"/* bin/
	printf '#!/bin/sh\nexec sleep 0.02\n' >bin/bench-nap
	chmod +x bin/bench-nap
	cat >"$BATS_TEST_TMPDIR/nap" <<-END
		#!/bin/sh
		. "$top/ci/scenarios/lib.sh"
		bench nap '{BIN}/bench-nap'
	END
	chmod +x "$BATS_TEST_TMPDIR/nap"
	export BIN=$PWD/bin RUNS=2
	"$top/ci/validate-performance" "$BATS_TEST_TMPDIR/nap"
	printf '#!/bin/sh\nexec sleep 0.04\n' >bin/bench-nap
	run "$top/ci/validate-performance" "$BATS_TEST_TMPDIR/nap"
	[ "$status" -eq 2 ]
	grep -q "the baseline's program and the present one, in turn" performance-results/report.md
}

@test "a faster program is measured again too, and then called an improvement" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	echo 40000000 >slow
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
	[[ $output == *"1 of 1 suspected change confirmed as improvements when measured again: cmd/slow"* ]]
	[[ $output =~ improvement\ confirmed,\ -(19|20)(\.[0-9])?\ %\ \(measured\ afresh\) ]]
}

@test "--update makes the present state the baseline" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	echo 60000000 >slow
	"$top/ci/validate-performance" --update ./scenario
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 0 ]
}

@test "--targets: a missed target is exit 2 and in the report" {
	fixed_scenario
	echo 'cmd/slow latency median < 1ms' >targets
	run "$top/ci/validate-performance" --targets targets ./scenario
	[ "$status" -eq 2 ]
	grep -q '^## Targets' performance-results/report.md
}

@test "a scenario that fails is trouble and leaves the old records alone" {
	fixed_scenario
	"$top/ci/validate-performance" ./scenario
	cp performance-results/current.jsonl before
	printf '#!/bin/sh\nexit 3\n' >scenario
	run "$top/ci/validate-performance" ./scenario
	[ "$status" -eq 1 ]
	[[ $output == *"failed in round 1"* ]]
	cmp before performance-results/current.jsonl
	[ -z "$(find performance-results -name '*.jsonl.*')" ]
}

@test "usage errors say what is wrong" {
	run "$top/ci/validate-performance" --frobnicate
	[ "$status" -eq 1 ]
	[[ $output == *"unknown option --frobnicate"* ]]
	run "$top/ci/validate-performance" ./nothing
	[ "$status" -eq 1 ]
	[[ $output == *"not a program that can be run"* ]]
	run "$top/ci/validate-performance" --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: ci/validate-performance"* ]]
}

@test "the scenario of tools gives a run for each benchmark, and its corpus is the same bytes every time" {
	export CORPUS=$PWD/corpus RUNS=1
	"$top/ci/scenarios/tools" >one
	before=$(cat corpus/*.jsonl | cksum)
	rm -rf corpus
	BENCH_ONLY=cmd/bench-gate "$top/ci/scenarios/tools" >two
	[ "$(cat corpus/*.jsonl | cksum)" = "$before" ]
	[ "$(jq -r 'select(.type == "sample") | .bench' two | sort -u)" = cmd/bench-gate ]
	for name in bench-stat bench-diff bench-gate cmd-time; do
		grep -q "\"bench\":\"cmd/$name\"" one
	done
}

# Costs in three sizes that grow with the square of n where `power` is 2.
sized_scenario() {
	cat >scenario <<-'END'
		#!/bin/sh
		printf '{"type":"run","run":"%s"}\n' "$$"
		for n in 10 100 1000; do
			cost=$((n * 1000))
			[ "$(cat power)" = 1 ] || cost=$((cost * n))
			printf '{"type":"sample","run":"%s","bench":"grow","params":{"n":%s},"metric":"latency","unit":"ns","mode":"real","value":%s}\n' \
				"$$" "$n" $((cost + cost * ($$ % 7) / 500))
		done
	END
	chmod +x scenario
	echo 'grow latency growth class <= O(n log n)' >growth
	echo 'grow{n=1000} latency p50 < 10s' >limit
}

@test "--growth fits, reports, and holds the fit against each file of targets" {
	sized_scenario
	echo 1 >power
	run "$top/ci/validate-performance" --quick --growth n --targets limit --targets growth ./scenario
	[ "$status" -eq 0 ]
	[[ $output == *"growth with n = n"* ]]
	grep -q '^## Growth with n' performance-results/report.md
	grep -q 'growth class' performance-results/report.md
	grep -q '10s' performance-results/report.md
	echo 2 >power
	run "$top/ci/validate-performance" --update --quick --growth n --targets growth --targets limit ./scenario
	[ "$status" -eq 2 ]
	[[ $output == *"O(n^2)"* ]]
}
