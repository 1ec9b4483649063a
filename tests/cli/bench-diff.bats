#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# bench-diff: options, verdicts, forms and exit status. The statistics have tests of their own.
bats_require_minimum_version 1.5.0

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	PATH=$(cd "$BIN" && pwd):$PATH
	golden=$BATS_TEST_DIRNAME/../golden/bench-diff
	version=$(cat "$BATS_TEST_DIRNAME/../../VERSION")
	cd "$BATS_TEST_TMPDIR" || return
}

# samples RUN BENCH VALUES [MEMBERS]: a sample for each value, seq counting from 0; MEMBERS are more of
# JSON, which win over the usual ones.
samples() {
	jq -nc --arg run "$1" --arg bench "$2" --argjson values "[$3]" --argjson more "${4:-"{}"}" '$values | to_entries[] |
		{type: "sample", run: $run, bench: $bench, metric: "latency", unit: "ns", mode: "real",
		 value: .value, seq: .key} + $more'
}

# A verdict's member, of the first comparison or of the one with this bench.
member() {
	jq -r --arg bench "${2-}" "select(.type == \"verdict\" and (.bench // \"\") != \"\" and
		(\$bench == \"\" or .bench == \$bench)) | .$1" <<<"$output"
}

# That all verdicts of benchmarks are so.
all() {
	jq -es "map(select(.bench and .type == \"verdict\")) | length > 0 and all(.[]; $1)" <<<"$output"
}

# Ten values about 100, spread by 1 %; times FACTOR.
values() {
	awk -v f="${1:-1}" 'BEGIN { for (i = 0; i < 10; i++) printf "%s%.6f", i ? "," : "", f * (99.1 + 0.2 * (i * 7 % 10)) * 1e6 }'
}

pair() {
	samples a x "$(values)" >base
	samples b x "$(values "$1")" >current
}

@test "golden: every form" {
	cd "$golden"
	for format in text markdown ndjson github junit sarif; do
		run -2 --separate-stderr bench-diff --all --format "$format" baseline.jsonl current.jsonl
		diff <(sed "s/@VERSION@/$version/" "expected.$format") <(echo "$output")
		[ "$stderr" = "bench-diff: 1 measurement differs in mode between the sides and cannot be compared" ]
	done
}

@test "golden: the forms are well-formed" {
	cd "$golden"
	jq -e '.version == "2.1.0" and (.runs | length == 1) and (.runs[0].tool.driver | .name and .rules) and
		all(.runs[0].results[]; .message.text and (.level | IN("error", "warning", "note")) and
			.locations[0].physicalLocation.artifactLocation.uri) and
		(.runs[0] as $run | all($run.results[]; $run.tool.driver.rules[.ruleIndex].id == .ruleId))' expected.sarif
	jq -es 'map(select(.type == "verdict")) | last | has("bench") | not' expected.ndjson
	grep -q '<failure type="regression"' expected.junit
}

@test "a regression exits 2, an improvement 0, no change 0" {
	pair 1.2
	run -2 bench-diff base current
	[ "$(member status)" = regression ]
	run -0 bench-diff current base
	[ "$(member status)" = improvement ]
	pair 1.01
	run -0 bench-diff --strict base current
	[ "$(member status)" = unchanged ]
}

@test "the direction is the unit's, or the record's own" {
	samples a x "$(values)" '{"unit":"1/s","metric":"throughput"}' >base
	samples b x "$(values 1.2)" '{"unit":"1/s","metric":"throughput"}' >current
	run -0 bench-diff base current
	[ "$(member status)" = improvement ]
	run -2 bench-diff current base
	samples a x "$(values)" '{"unit":"1","metric":"score","better":"higher"}' >base
	samples b x "$(values 1.2)" '{"unit":"1","metric":"score","better":"higher"}' >current
	run -2 bench-diff current base
	samples a x "$(values)" '{"unit":"1","metric":"score"}' >base
	samples b x "$(values 1.2)" '{"unit":"1","metric":"score"}' >current
	run -0 bench-diff --strict base current
	[ "$(member status)" = changed ]
}

@test "the effect is a ratio with an interval around it" {
	pair 1.2
	run -2 bench-diff base current
	all '(.effect - 0.2 | fabs) < 0.003 and .interval[0] < .effect and .effect < .interval[1] and
		.p <= .q and .q < 0.05 and .n == 10 and .n_base == 10 and .basis == "samples"'
}

@test "--threshold: the last rule that matches counts" {
	pair 1.2
	run -0 bench-diff -t 30% base current
	run -0 bench-diff -t latency=0.3 base current
	run -2 bench-diff -t throughput=30% base current
	run -2 bench-diff -t 30% -t 'x latency=5%' base current
	run -0 bench-diff -t 1% -t '[x-z] lat*=30%' base current
	run -2 bench-diff -t 'y latency=30%' base current
	run -1 bench-diff -t -5% base current
	[[ $output == *"--threshold '-5%': expected a share"* ]]
	run -1 bench-diff -t ' latency=5%' base current
}

@test "--floor: a change smaller than that never counts" {
	pair 1.2
	run -0 bench-diff --floor 30ms base current
	[ "$(member status)" = unchanged ]
	run -2 bench-diff --floor latency=10ms base current
	run -2 bench-diff --floor 1GiB base current
	run -0 bench-diff --floor 'x latency=30000000' base current
	run -1 bench-diff --floor latency=fast base current
	[[ $output == *"expected a quantity"* ]]
}

@test "inconclusive says how many more" {
	samples a x "80e6,90e6,100e6,110e6,120e6,130e6" >base
	samples b x "82e6,93e6,104e6,115e6,121e6,134e6" >current
	run -0 bench-diff base current
	[ "$(member status)" = inconclusive ]
	[ "$(member needed)" -gt 50 ]
	[[ $(member reason) == *"about $(member needed) more samples a side"* ]]
	run -3 bench-diff --strict base current
}

@test "too few for a test: by threshold only, and never plain unchanged" {
	samples a x 100e6,101e6,102e6 >base
	samples b x 100e6,101e6,102e6 >current
	run -0 bench-diff base current
	[ "$(member status) $(member basis)" = "unchanged threshold" ]
	[ "$(member reason)" = "n too small to reach significance (3 and 3 samples; 4 a side can): threshold only" ]
	run -0 bench-diff --format text -a base current
	[[ $output == *"1 by threshold only"*"unchanged*"* ]]
	run -3 bench-diff --strict base current
	samples b x 120e6,121e6,122e6 >current
	run -2 bench-diff base current
	samples a x 100e6,101e6,102e6,103e6 >base
	samples b x 120e6,121e6,122e6,123e6 >current
	run -2 bench-diff base current
	[ "$(member basis)" = samples ]
}

@test "many comparisons: what is significant alone need not be" {
	for i in 1 2 3 4 5 6 7 8 9; do
		samples a "x$i" 100e6,101e6,102e6,103e6 >>base
		samples b "x$i" 101.5e6,100.5e6,102.5e6,99.5e6 >>current
	done
	samples a y 100e6,101e6,102e6,103e6 >>base
	samples b y 120e6,121e6,122e6,123e6 >>current
	run -0 bench-diff base current
	[ "$(member status y)" = inconclusive ]
	[[ $(member reason y) == "p = 0.029 alone, but q = 0.29 among 10 comparisons"* ]]
	[[ $(member reason y) == *"4 samples a side cannot show a lone change among 10 comparisons; 6 can"* ]]
	run -2 bench-diff -f y base current
}

@test "runs are the unit where both sides have five" {
	for i in 1 2 3 4 5; do
		samples "a$i" x "$((100 + i))e6,$((100 + i))e6,900e6" >>base
		samples "b$i" x "$((120 + i))e6,$((120 + i))e6,10e6" >>current
	done
	run -2 bench-diff base current
	[ "$(member basis) $(member n) $(member base) $(member value)" = "runs 5 103000000 123000000" ]
	grep -v b5 current >fewer
	run bench-diff base fewer
	[ "$(member basis) $(member n_base) $(member n)" = "samples 15 12" ]
	run bench-diff --format text -a base fewer
	[[ $output == *"fewer than 5 runs a side"* ]]
}

@test "means, not medians, for counts and zero-or-one values" {
	samples a x "$(printf '1,%.0s' {1..49})1" '{"unit":"1","metric":"success","better":"higher"}' >base
	samples b x "$(printf '1,%.0s' {1..39})0,0,0,0,0,0,0,0,0,0,0" '{"unit":"1","metric":"success","better":"higher"}' >current
	run -2 bench-diff base current
	[ "$(member status) $(member stat) $(member value)" = "regression mean 0.78" ]
	all '.interval[0] < -0.22 and .interval[1] > -0.22 and .interval[1] < 0'
	run -0 bench-diff current base
}

@test "from zero there is no ratio, but a verdict" {
	samples a x 0,0,0,0,0,0,0,0 '{"unit":"1/op","metric":"errors"}' >base
	samples b x 1,2,1,1,2,1,1,2 '{"unit":"1/op","metric":"errors"}' >current
	run -2 bench-diff base current
	[ "$(member status) $(member base) $(member value) $(member effect)" = "regression 0 1.375 null" ]
	[[ $(member reason) == *"from 0"* ]]
	run -0 bench-diff --floor errors=5 base current
	run -2 bench-diff --format text base current
	[[ $output == *"+1.375/op"* ]]
}

@test "all equal on both sides is unchanged" {
	samples a x 5,5,5,5,5,5 >base
	samples b x 5,5,5,5,5,5 >current
	run -0 bench-diff --strict base current
	[ "$(member status) $(member effect)" = "unchanged 0" ]
}

@test "failing is worse than slow" {
	pair 1
	samples b x 1,1,1 '{"ok":false}' >>current
	run -2 bench-diff base current
	[ "$(member reason)" = "3 of 13 operations failed (baseline: none)" ]
	samples b x "$(values)" '{"ok":false}' >current
	run -2 bench-diff base current
	[[ $(member reason) == "10 of 10 operations failed"* ]]
	run -2 bench-diff --format text base current
	[[ $output == "1 regression in 1 comparison: x latency failed"* ]]
	run -3 bench-diff --strict current base
	[ "$(member status)" = incomparable ]
}

@test "as many failures as before are said, no regression" {
	pair 1
	samples a x 1,1,1 '{"ok":false}' >>base
	samples b x 1,1,1,1 '{"ok":false}' >>current
	run -0 bench-diff base current
	[[ $(member reason) == "4 of 14 operations failed (baseline: 3 of 13)" ]]
}

@test "missing and new, with the reason of a skip" {
	pair 1
	samples a gone "$(values)" >>base
	samples a off "$(values)" >>base
	samples b more "$(values)" >>current
	echo '{"type":"skip","run":"b","bench":"off","reason":"no such tool"}' >>current
	run -0 bench-diff base current
	[ "$(member status gone) $(member status off) $(member status more)" = "missing missing new" ]
	[ "$(member reason gone)" = "not on the current side" ]
	[ "$(member reason off)" = "skipped: no such tool" ]
	run -3 bench-diff --strict base current
}

@test "incomparable: mode, unit, kind, summaries" {
	pair 1.2
	samples b x "$(values)" '{"mode":"mock"}' >mock
	run -0 --separate-stderr bench-diff base mock
	[ "$(member status): $(member reason)" = "incomparable: the baseline is real, the current side mock" ]
	[[ $stderr == *"differs in mode"* ]]
	run -3 bench-diff --strict base mock
	samples b x "$(values)" '{"unit":"B"}' >bytes
	run -0 bench-diff base bytes
	[ "$(member reason)" = "the baseline is in ns, the current side in B" ]
	echo '{"type":"hist","run":"b","bench":"x","metric":"latency","unit":"ns","mode":"real","count":1,"sum":5,"min":5,"max":5,"buckets":[[5,1]]}' >hist
	run -0 bench-diff base hist
	[[ $(member reason) == "the baseline has samples, the current side histograms"* ]]
	bench-stat --format ndjson base >summary
	run -0 bench-diff summary current
	[ "$(member reason)" = "the baseline has only a summary; a comparison needs its samples" ]
}

@test "histograms: each quantile is a comparison" {
	for side in base current; do
		for i in 1 2 3 4 5 6; do
			top=$((200 + i * 3 + ($(test $side = current && echo 1 || echo 0) * 20)))
			echo '{"type":"hist","run":"'$side$i'","bench":"x","metric":"latency","unit":"ns","mode":"real","count":100,"sum":12000,"min":100,"max":'$top',"buckets":[[100,60],['$top',40]]}' >>$side
		done
	done
	run -2 bench-diff base current
	[ "$(member stat | sort | paste -sd ' ')" = "p50 p99" ]
	[ "$(member basis | sort -u)" = runs ]
	all '.status == if .stat == "p99" then "regression" else "unchanged" end'
	run -2 bench-diff --quantile 90,99.9 base current
	[ "$(member stat | sort | paste -sd ' ')" = "p90 p99.9" ]
	run -1 bench-diff --quantile 101 base current
	run -1 bench-diff --quantile 1,2,3,4,5 base current
	head -n 1 base >one
	head -n 1 current >other
	run -2 bench-diff one other
	[ "$(member basis | sort -u)" = threshold ]
	sed 's/"run":"[^"]*"/"run":"one"/' base >one
	sed 's/"run":"[^"]*"/"run":"other"/' current >other
	run -2 bench-diff one other
	[ "$(member basis | sort -u)" = intervals ]
}

@test "--by: sides within a file, in pairs" {
	{
		samples r x 100e6,200e6,300e6,400e6,500e6,600e6,700e6,1e6 '{"params":{"variant":"A","k":1}}' | head -n 7
		samples r x 110e6,221e6,329e6,441e6,549e6,661e6,769e6 '{"params":{"variant":"B","k":1}}'
	} >file
	run -2 bench-diff --by variant=A,B file
	[ "$(member basis) $(member n)" = "pairs 7" ]
	all '.params == {k: 1} and (.p - 2 / 128 | fabs) < 1e-12 and (.effect - 0.1 | fabs) < 0.005'
	run -0 bench-diff --by variant=B,A file
	run -0 bench-diff --paired never --by variant=A,B file
	[ "$(member status) $(member basis)" = "inconclusive samples" ]
	run -2 bench-diff --by variant=A,B - <file
	head -n 12 file >fewer
	run -2 bench-diff --by variant=A,B fewer
	[ "$(member basis): $(member reason)" = \
		"threshold: n too small to reach significance (5 pairs; 6 can): threshold only; 2 samples without a partner left out" ]
	run -1 bench-diff --by variant=A,C file
	[[ $output == *"nothing in common"*"the current side nothing"* ]]
}

@test "--paired always: equal seq in two files" {
	samples a x 100e6,200e6,300e6,400e6,500e6,600e6 >base
	samples b x 110e6,221e6,329e6,441e6,549e6,661e6 >current
	run -0 bench-diff base current
	run -2 bench-diff --paired always base current
	[ "$(member basis) $(member n)" = "pairs 6" ]
}

@test "nothing in common is an error that names both" {
	samples a x "$(values)" >base
	samples b y "$(values)" >current
	run -1 bench-diff base current
	[ "$output" = "bench-diff: nothing in common: the baseline has x latency, the current side y latency" ]
	run -1 bench-diff -f z base current
	[[ $output == *"the baseline has nothing"* ]]
}

@test "warnings: other hosts, the same runs" {
	pair 1
	echo '{"type":"run","schema":1,"run":"a","tool":"t","host":{"os":"Linux","arch":"x","cpu":"c1","cores":1,"memory":1,"id":"0011223344556677"}}' >>base
	echo '{"type":"run","schema":1,"run":"b","tool":"t","host":{"os":"Linux","arch":"x","cpu":"c2","cores":1,"memory":1,"id":"8811223344556677"}}' >>current
	run -0 --separate-stderr bench-diff base current
	[ "$stderr" = "bench-diff: the sides ran on different hosts: baseline 0011223344556677 (c1, Linux), current 8811223344556677 (c2, Linux)" ]
	run -0 --separate-stderr bench-diff base base
	[[ $stderr == "bench-diff: 1 of the current side's 1 run is in the baseline too"* ]]
}

@test "--report writes files beside the verdict; summary appends" {
	pair 1.2
	echo kept >summary
	echo gone >junit
	run -2 --separate-stderr bench-diff --format text --report junit=junit --report summary=summary --report sarif=s base current
	[[ $output == "1 regression in 1 comparison: x latency +20"* ]]
	[ "$(head -n 1 summary)" = kept ]
	grep -q '^## Baseline Comparison' summary
	head -n 1 junit | grep -q '^<?xml'
	jq -e . s >report
	run -1 bench-diff --report junit=/nonexistent/x --report text=text base current
	[[ $output == *"/nonexistent/x: No such file or directory"* ]]
	[ -s text ]
	run -1 bench-diff --report junit base current
	run -1 bench-diff --report pdf=x base current
}

@test "hostile names are escaped in every form" {
	name=$(printf 'a<b>&"|,:%%\001\t\nz')
	samples a "$name" "$(values)" >base
	samples b "$name" "$(values 1.2)" >current
	run -2 bench-diff --format github base current
	[ "${#lines[@]}" -eq 2 ]
	[[ ${lines[0]} == '::error title=regression%3A a<b>&"|%2C%3A%25'*'::a<b>&"|,:%25'* ]]
	run -2 bench-diff --format sarif base current
	jq -e '.runs[0].results | length == 1' <<<"$output"
	run -2 bench-diff --format junit base current
	[[ $output == *'classname="a&lt;b&gt;&amp;&quot;|,:%&#9;&#10;z"'* ]]
	run -2 bench-diff --format markdown base current
	[[ $output == *'a\<b>&"\|'* ]]
	run -2 bench-diff --format text base current
	[[ $output != *$'\001'* ]]
}

@test "records of CURRENT that are not compared pass through" {
	pair 1
	echo '{"type":"strange","x":1}' | tee -a base >>current
	run -0 bench-diff base current
	[ "$(grep -c '"strange"' <<<"$output")" -eq 1 ]
	[ "${lines[0]}" = '{"type":"strange","x":1}' ]
}

@test "--strict makes failures of what is undecided" {
	pair 1
	samples a gone "$(values)" >>base
	run -0 bench-diff --format junit base current
	[[ $output == *'failures="0" errors="0" skipped="1"'* ]]
	run -3 bench-diff --strict --format junit base current
	[[ $output == *'failures="1" errors="0" skipped="0"'* ]]
	run -0 bench-diff --format github base current
	[[ $output == "::warning title=missing"* ]]
	run -3 bench-diff --strict --format github base current
	[[ $output == "::error title=missing"* ]]
}

@test "one side from standard input" {
	pair 1.2
	run -2 bench-diff - current <base
	run -2 bench-diff base - <current
	run -1 bench-diff - -
	[[ $output == *"only one side can be standard input"* ]]
}

@test "filters, warm-up and lenient" {
	pair 1.2
	run -1 bench-diff -m throughput base current
	samples b x 1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6,1e6 '{"warmup":true}' >>current
	run -2 bench-diff base current
	run bench-diff --warmup base current
	[ "$(member n)" -eq 22 ]
	echo '{"type":"sample"' >>current
	run -1 bench-diff base current
	[[ $output == *"current:23: "* ]]
	run -2 --separate-stderr bench-diff --lenient base current
	[ "$stderr" = "bench-diff: 1 broken line left out of the current side" ]
}

@test "usage" {
	run -0 bench-diff --help
	[[ $output == "usage: bench-diff"* ]]
	run -0 bench-diff -V
	[ "$output" = "bench-diff (benchpipe) $version" ]
	pair 1
	run -1 bench-diff base
	[[ $output == *"expected BASELINE and CURRENT, got 1 operand"* ]]
	run -1 bench-diff --by variant base
	run -1 bench-diff --by variant=A,A base
	run -1 bench-diff --alpha 0 base current
	run -1 bench-diff --alpha 2 base current
	run -1 bench-diff --paired maybe base current
	run -1 bench-diff --format summary base current
	run -1 bench-diff --no-such-option base current
	run -1 bench-diff base missing
	[ "$output" = "bench-diff: missing: No such file or directory" ]
}

@test "a stream that cannot be written is trouble" {
	pair 1
	for format in text markdown ndjson github junit sarif; do
		bench-diff --format "$format" base current >/dev/full 2>err && return 1
		grep -q 'No space left' err
	done
}
