#!/usr/bin/env bats
# The GitHub action's script, with the files and variables that GitHub gives it made up.

load repository

setup() {
	command -v jq >/dev/null || skip "no jq here"
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	ci=$(cd "$BATS_TEST_DIRNAME/../../ci" && pwd)
	export BIN
	export GITHUB_ACTIONS=true GITHUB_RUN_ID=1
	export GITHUB_OUTPUT=$BATS_TEST_TMPDIR/output GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary
	export RUNNER_TEMP=$BATS_TEST_TMPDIR/runner
	mkdir "$RUNNER_TEMP"
	: >"$GITHUB_OUTPUT"
	echo "written by a step before" >"$GITHUB_STEP_SUMMARY"
	for name in BASELINE CURRENT COMMAND BUILD BASE HEAD RUNS THRESHOLD STRICT FAIL_ON; do
		export "INPUT_$name="
	done
	cd "$BATS_TEST_TMPDIR" || return
}

# samples FILE MILLISECONDS COUNT: records of a benchmark that takes about that long.
samples() {
	jq -nc --argjson ms "$2" --argjson n "$3" '
		{type: "run", schema: 1, run: "r\($ms)", tool: "test", version: "0"},
		(range($n) | {type: "sample", run: "r\($ms)", bench: "cmd/work", metric: "latency", unit: "ns", mode: "real",
			seq: ., value: ($ms * 1000000 + . % 7 * 10000)})' >"$1"
}

value_of() {
	sed -n "s/^$1=//p" "$GITHUB_OUTPUT"
}

compare() {
	samples old.jsonl 100 20
	samples new.jsonl "$1" "${2:-20}"
	INPUT_BASELINE=old.jsonl INPUT_CURRENT=new.jsonl run "$ci/action-run"
	echo "$output"
}

@test "action: a regression fails, is annotated, and stands in outputs, report and summary" {
	compare 120
	[ "$status" -eq 2 ]
	[[ "$output" == *"::error"*"cmd/work"* ]]
	[ "$(value_of status)" = regression ]
	[ "$(value_of regressions)" = 1 ]
	grep -q cmd/work "$(value_of report)"
	[ "$(jq -rs 'map(select(.type == "verdict"))[0].status' "$(value_of verdicts)")" = regression ]
	grep -q cmd/work "$GITHUB_STEP_SUMMARY"
	[ "$(head -n 1 "$GITHUB_STEP_SUMMARY")" = "written by a step before" ]
}

@test "action: equal records pass" {
	compare 100
	[ "$status" -eq 0 ]
	[ "$(value_of status)" = unchanged ]
	[ "$(value_of regressions)" = 0 ]
}

@test "action: an improvement passes and is called one" {
	compare 80
	[ "$status" -eq 0 ]
	[ "$(value_of status)" = improvement ]
}

@test "action: fail-on never lets a regression pass, and still says it" {
	INPUT_FAIL_ON=never compare 120
	[ "$status" -eq 0 ]
	[ "$(value_of status)" = regression ]
}

@test "action: the threshold is passed on" {
	INPUT_THRESHOLD=50% compare 120
	[ "$status" -eq 0 ]
	[ "$(value_of regressions)" = 0 ]
}

@test "action: a missing benchmark is inconclusive: passes, but not with strict, nor with fail-on inconclusive" {
	samples old.jsonl 100 20
	sed 's|cmd/work|cmd/gone|' old.jsonl >more.jsonl
	cat more.jsonl >>old.jsonl
	samples new.jsonl 100 20
	export INPUT_BASELINE=old.jsonl INPUT_CURRENT=new.jsonl
	run "$ci/action-run"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(value_of status)" = inconclusive ]
	INPUT_STRICT=true run "$ci/action-run"
	[ "$status" -eq 3 ]
	INPUT_FAIL_ON=inconclusive run "$ci/action-run"
	[ "$status" -eq 3 ]
	INPUT_STRICT=true INPUT_FAIL_ON=never run "$ci/action-run"
	[ "$status" -eq 0 ]
}

@test "action: without a baseline there is a warning, and no failure unless strict" {
	samples new.jsonl 100 20
	export INPUT_BASELINE=none.jsonl INPUT_CURRENT=new.jsonl
	run "$ci/action-run"
	[ "$status" -eq 0 ]
	[[ "$output" == *"::warning title=benchpipe::no baseline at none.jsonl"* ]]
	[ "$(value_of status)" = no-baseline ]
	grep -q "no baseline" "$GITHUB_STEP_SUMMARY"
	INPUT_STRICT=true run "$ci/action-run"
	[ "$status" -eq 3 ]
}

@test "action: broken records are an error whatever the policy" {
	samples old.jsonl 100 20
	echo '{"type":' >new.jsonl
	INPUT_BASELINE=old.jsonl INPUT_CURRENT=new.jsonl INPUT_FAIL_ON=never run "$ci/action-run"
	[ "$status" -eq 1 ]
	[[ "$output" == *"::error title=benchpipe::"* ]]
	[ "$(value_of status)" = error ]
}

@test "action: wrong inputs are named" {
	run "$ci/action-run"
	[ "$status" -eq 1 ]
	[[ "$output" == *"neither command nor current is given"* ]]
	INPUT_CURRENT=x run "$ci/action-run"
	[[ "$output" == *"current: needs baseline"* ]]
	INPUT_CURRENT=x INPUT_BASELINE=y INPUT_COMMAND=z run "$ci/action-run"
	[[ "$output" == *"cannot be given together"* ]]
	INPUT_FAIL_ON=$'some\ntimes' run "$ci/action-run"
	[ "$status" -eq 1 ]
	[[ "$output" == "::error title=benchpipe::fail-on: 'some%0Atimes' is none of"* ]]
}

# Two commits, and the remote that a pull request's base lives in.
two_commits() {
	setup_repository
	git init -q --bare "$BATS_TEST_TMPDIR/remote"
	git remote add origin "$BATS_TEST_TMPDIR/remote"
	git push -q origin main
	git checkout -q -b change
	takes "$1"
	git commit -q --allow-empty -am change
	export INPUT_COMMAND="sh work.sh" INPUT_RUNS=12
}

@test "action: a pull request is compared with its base, which is fetched if it is not there" {
	need_timing
	two_commits 0.120
	git update-ref -d refs/remotes/origin/main
	git branch -D -q main
	export GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main INPUT_STRICT=true
	until_decided "$ci/action-run"
	[ "$status" -eq 2 ]
	[ "$(value_of status | tail -n 1)" = regression ]
	[ "$(value_of regressions | tail -n 1)" = 1 ]
}

@test "action: a push is compared with what it started from" {
	need_timing
	two_commits 0.100
	before=$(git rev-parse HEAD^)
	git commit -q --allow-empty -m another
	printf '{"before": "%s"}' "$before" >"$BATS_TEST_TMPDIR/event"
	GITHUB_EVENT_NAME=push GITHUB_EVENT_PATH=$BATS_TEST_TMPDIR/event run "$ci/action-run"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "$output" == *"${before:0:7}"* ]]
}

@test "action: no expression of the workflow language stands in a script, and actions are pinned by commit" {
	cd "$BATS_TEST_DIRNAME/../.."
	[ -d .github ] || skip "no .github in this tree"
	run grep -nE 'run:.*\$\{\{' action.yml .github/workflows/ci.yml
	[ "$status" -eq 1 ]
	run grep -nE 'uses: ' .github/workflows/ci.yml
	[ "$status" -eq 0 ]
	for line in "${lines[@]}"; do
		[[ "$line" =~ @[0-9a-f]{40}\ #\ v[0-9] ]]
	done
}
