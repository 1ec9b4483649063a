#!/usr/bin/env bats

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	golden=$BATS_TEST_DIRNAME/../golden/bench-gate
	cd "$BATS_TEST_TMPDIR" || return 1
}

gate() {
	run --separate-stderr "$bin/bench-gate" "$@"
}

# sample BENCH METRIC UNIT VALUE [MEMBERS]: a record.
sample() {
	printf '{"type":"sample","run":"r1","bench":"%s","metric":"%s","unit":"%s","value":%s,"mode":"real"%s}\n' \
		"$1" "$2" "$3" "$4" "${5-}"
}

# mock BENCH VALUE: a latency in ms of a stand-in.
mock() {
	sample "$1" latency ms "$2" | sed 's/"real"/"mock"/'
}

# compare FORMAT: the output on the golden input is the golden output.
compare() {
	cd "$golden" || return 1
	status=0
	"$bin/bench-gate" --format "$1" targets measured.jsonl >"$BATS_TEST_TMPDIR/output" || status=$?
	[ "$status" -eq 2 ]
	diff -u "expected.$1" "$BATS_TEST_TMPDIR/output"
}

bats_require_minimum_version 1.5.0

@test "bench-gate: text" {
	compare text
}

@test "bench-gate: markdown" {
	compare markdown
}

@test "bench-gate: verdict records, and records of other types passed on" {
	compare ndjson
}

@test "bench-gate: GitHub annotations" {
	compare github
}

@test "bench-gate: JUnit" {
	compare junit
	command -v xmllint >/dev/null || skip "no xmllint to check the XML with"
	xmllint --noout "$golden/expected.junit"
}

@test "bench-gate: exit 0 where all hold, 2 where one is missed" {
	sample a latency ms 40 >records
	echo 'a latency max < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "the target holds: a latency max 40.00 ms, wanted < 50ms" ]
	echo 'a latency max < 30ms' >>targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "1 of 2 targets holds; 1 missed: a latency max 40.00 ms, wanted < 30ms" ]
}

@test "bench-gate: what nothing measured is said, and exit 3 with --strict" {
	sample a latency ms 40 >records
	printf '%s\n' 'a latency max < 50ms' 'b latency max < 50ms' 'a throughput mean > 3/s' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "1 of 3 targets holds; 2 not measured" ]
	[[ $output == *"b latency max: nothing of that name was measured"* ]]
	[[ $output == *"a throughput mean: the benchmark was measured, but of other metrics: latency"* ]]
	gate --strict targets records
	[ "$status" -eq 3 ]
	echo 'a latency max < 1ms' >>targets
	gate --strict targets records
	[ "$status" -eq 2 ]
}

@test "bench-gate: a skip record is quoted as the reason" {
	{ sample a latency ms 40; echo '{"type":"skip","run":"r1","bench":"b","reason":"no kvm"}'; } >records
	echo 'b latency max < 50ms' >targets
	gate --format text targets records
	[[ $output == *"b latency max: no kvm"* ]]
	gate --format ndjson targets records
	[[ $output == *'"status":"missing"'*'"reason":"no kvm"'* ]]
}

@test "bench-gate: a skip of other params or another metric is not the reason" {
	{
		sample a latency ms 40
		echo '{"type":"skip","run":"r1","bench":"b","params":{"c":2},"reason":"no second"}'
		echo '{"type":"skip","run":"r1","bench":"b","metric":"allocs","reason":"static"}'
	} >records
	echo 'b{c=1} latency max < 50ms' >targets
	gate --format text targets records
	[[ $output == *"b{c=1} latency max: nothing of that name was measured"* ]]
	echo 'b{c=2} allocs max < 50' >targets
	gate --format text targets records
	[[ $output == *"no second; static"* ]]
}

@test "bench-gate: in real is not satisfied by a stand-in" {
	mock vm/boot 40 >records
	echo 'vm/boot latency max < 50ms in real' >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[[ $output == *"only mock-vm/boot latency was measured, wanted in real"* ]]
	echo 'vm/boot latency max < 50ms in mock' >targets
	gate --strict --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "the target holds (1 judged on stand-ins): mock-vm/boot latency max 40.00 ms, wanted < 50ms" ]
}

@test "bench-gate: in mock is not satisfied by the real thing" {
	sample vm/boot latency ms 40 >records
	echo 'vm/boot latency max < 50ms in mock' >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[[ $output == *"only the real vm/boot latency was measured, wanted in mock"* ]]
}

@test "bench-gate: a mixture is neither real nor mock" {
	{ mock vm/boot 40; sample vm/boot latency ms 40; } >records
	printf 'vm/boot latency max < 50ms in %s\n' real mock mixed >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "1 of 3 targets holds (1 judged on stand-ins); 2 not measured" ]
	[[ $output == *"only mixed-vm/boot latency was measured, wanted in mock"* ]]
}

@test "bench-gate: the record keeps the mode apart from the name" {
	mock vm/boot 40 >records
	echo 'vm/boot latency max < 50ms' >targets
	gate targets records
	[[ $output == *'"bench":"vm/boot"'*'"mode":"mock"'*'"status":"pass"'* ]]
}

@test "bench-gate: tiers" {
	sample a latency ms 40 >records
	printf '%s\n' 'a latency max < 100ms' '[week4]' 'a latency max < 50ms' '[week12]' 'a latency max < 30ms' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	gate --tier week4 --format text targets records
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "all 2 targets hold"* ]]
	gate -T week4 -T week12 --format text targets records
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == "2 of 3 targets hold"* ]]
	gate -T week12 targets records
	[[ $output == *'"tier":"week12"'* ]]
	[[ $output != *week4* ]]
}

@test "bench-gate: an unknown tier is an error that names the known ones" {
	sample a latency ms 40 >records
	printf '%s\n' '[week4]' 'a latency max < 50ms' '[week12]' 'a latency max < 30ms' >targets
	gate -T week5 targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: --tier 'week5': targets has no such tier, but week4, week12" ]
	echo 'a latency max < 50ms' >targets
	gate -T week5 targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: --tier 'week5': targets has no tiers" ]
}

@test "bench-gate: a tier without targets is an error" {
	sample a latency ms 40 >records
	printf '%s\n' '[empty]' '[week4]' 'a latency max < 50ms' >targets
	gate -T empty targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: targets: no target is of the tier" ]
}

# verdict STAT OP VALUE: pass, fail or missing for samples 1..4 of unit 1.
verdict() {
	echo "a calls $1 $2 $3" >targets
	for i in 1 2 3 4; do sample a calls 1 $i; done | "$bin/bench-gate" targets | sed -n 's/.*"status":"\([a-z]*\)".*/\1/p'
}

@test "bench-gate: every operator at, under and over the value" {
	[ "$(verdict mean '<' 2.5) $(verdict mean '<' 2.6)" = "fail pass" ]
	[ "$(verdict mean '<=' 2.4) $(verdict mean '<=' 2.5)" = "fail pass" ]
	[ "$(verdict mean '>' 2.5) $(verdict mean '>' 2.4)" = "fail pass" ]
	[ "$(verdict mean '>=' 2.6) $(verdict mean '>=' 2.5)" = "fail pass" ]
	[ "$(verdict mean == 2.6) $(verdict mean == 2.5)" = "fail pass" ]
	[ "$(verdict mean '!=' 2.5) $(verdict mean '!=' 2.6)" = "fail pass" ]
}

@test "bench-gate: every statistic" {
	local right="mean 2.5,median 2.5,p50 2.5,p90 3.7,p95 3.85,p99 3.97,p99.9 3.997,p999 3.997,min 1,max 4"
	right+=",stddev 1.2909944487358056,n 4,runs 1,errors 0"
	while read -r stat value; do
		[ "$(verdict "$stat" == "$value")" = pass ]
		[ "$(verdict "$stat" == 7.25)" = fail ]
	done < <(tr , '\n' <<<"$right")
}

@test "bench-gate: equal allows for rounding, but not between integers" {
	{ sample a x ms 1.1; sample b x ns 1000000001; } >records
	printf '%s\n' 'a x max == 1.1ms' 'a x max <= 1.1ms' 'a x max >= 1100us' 'b x max != 1s' 'b x max > 1s' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
}

@test "bench-gate: a value's unit must be the measurement's" {
	{ sample a throughput 1/s 40; } >records
	printf '%s\n' '# one' 'a throughput mean > 50ms' >targets
	gate targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: targets:2: expected a rate such as 1000/s for a throughput, which is in 1/s, not '50ms'" ]
}

@test "bench-gate: a bare number is in the measurement's own unit" {
	{ sample a latency ms 1; sample b throughput 1/s 10000; } >records
	printf '%s\n' 'a latency max == 1M' 'b throughput mean == 10k' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
}

@test "bench-gate: shares are shown as such" {
	sample a success 1 0.985 ',"better":"higher"' >records
	echo 'a success mean >= 99%' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "the target is missed: a success mean 98.5 %, wanted >= 99%" ]
}

@test "bench-gate: margins" {
	{ sample a latency ms 40; sample b throughput 1/s 900; sample c calls 1 3; } >records
	printf '%s\n' 'a latency max < 50ms' 'a latency max < 20ms' 'b throughput mean > 1000/s' 'c calls mean == 2' \
		'c calls min > 0' 'a latency max < 40.001ms' >targets
	gate --all --format text targets records
	while read -r row; do
		tr -s ' ' <<<"$output" | grep -Fx -- "$row"
	done <<-'END'
		MISSED a latency max 40.00 ms < 20ms -100.0 %
		MISSED c calls mean 3 == 2 +1
		MISSED b throughput mean 900/s > 1000/s -10.0 %
		holds a latency max 40.00 ms < 40.001ms +0.002 %
		holds a latency max 40.00 ms < 50ms +20.0 %
		holds c calls min 3 > 0 +3
	END
}

@test "bench-gate: globs, and the closest of what holds unless --all" {
	for i in 1 2 3; do
		sample http/$i latency ms $((10 * i)) ',"params":{"c":1}'
		sample http/$i latency ms $((11 * i)) ',"params":{"c":2}'
	done >records
	echo 'http/* latency p50 < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "the target holds; the closest: http/3{c=2} latency p50 33.00 ms, wanted < 50ms" ]
	[[ $output == *"5 more measurements hold with more room (--all shows them)" ]]
	gate -a --format text targets records
	[ "$(grep -c ^holds <<<"$output")" -eq 6 ]
	echo 'http/*{c=1} latency p50 < 15ms' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	[ "$(grep -c ^MISSED <<<"$output")" -eq 2 ]
	[[ ${lines[0]} == "the target is missed: http/3{c=1}"* ]]
}

@test "bench-gate: failed operations alone miss a latency target" {
	sample a latency ms 1 ',"ok":false' >records
	echo 'a latency p95 < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = "the target is missed: a latency p95, wanted < 50ms: no operation succeeded, 1 failed" ]
	echo 'a latency errors == 1' >targets
	gate targets records
	[ "$status" -eq 0 ]
}

@test "bench-gate: failed operations beside good ones are said" {
	{ sample a latency ms 1 ',"ok":false'; sample a latency ms 1; sample a latency ms 1; } >records
	echo 'a latency p50 < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[[ $output == *"a latency p50: 1 of 3 operations failed"* ]]
}

@test "bench-gate: too few samples for the quantile are said" {
	for i in 1 2 3 4 5 6 7 8 9 10; do sample a latency ms $i; done >records
	printf '%s\n' 'a latency p99.9 < 50ms' 'a latency p90 < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[[ $output == *"a latency p99.9: 10 samples cannot tell p99.9 apart from the maximum, 1000 could"* ]]
	[[ $output != *"cannot tell p90"* ]]
}

@test "bench-gate: a mean whose interval reaches past the target says so" {
	for i in 10 20 30; do sample a latency ms $i; done >records
	printf '%s\n' 'a latency mean < 21ms' 'a latency mean < 60ms' 'a latency mean < 19ms' >targets
	gate --all --format text targets records
	[ "$status" -eq 2 ]
	[ "$(grep -c 'holds, but its 95 % interval, -4.841 ms to 44.84 ms, reaches past the target' <<<"$output")" -eq 1 ]
	[ "$(grep -c 'its 95 % interval, -4.841 ms to 44.84 ms, reaches the target' <<<"$output")" -eq 1 ]
}

@test "bench-gate: a summary that lacks the statistic is not judged" {
	echo '{"type":"stat","bench":"a","metric":"latency","unit":"ns","mode":"real","n":20,"runs":1,"mean":5}' >records
	printf '%s\n' 'a latency p99 < 10ns' 'a latency mean < 10ns' >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[[ $output == *"a latency p99: its summary does not tell p99"* ]]
}

@test "bench-gate: bench-stat's summaries give the same verdicts as what they summarize" {
	"$bin/bench-stat" "$golden/measured.jsonl" >summary
	"$bin/bench-gate" --format text "$golden/targets" "$golden/measured.jsonl" >direct || [ $? -eq 2 ]
	"$bin/bench-gate" --format text "$golden/targets" summary >indirect || [ $? -eq 2 ]
	diff -u direct indirect
}

@test "bench-gate: histograms" {
	echo '{"type":"hist","run":"r1","bench":"a","metric":"latency","unit":"ns","mode":"real","count":12,"sum":2220000,"min":184000,"max":185300,"buckets":[[184319,3],[185343,9]]}' >records
	printf '%s\n' 'a latency max == 185300' 'a latency n == 12' 'a latency mean == 185us' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
}

@test "bench-gate: --filter and --metric choose measurements and the targets about them" {
	{ sample a latency ms 40; sample a service ms 40; sample b latency ms 90; } >records
	printf '%s\n' 'a latency max < 50ms' 'b latency max < 50ms' '* service max < 50ms' 'c latency max < 50ms' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	gate --strict --format text -f a targets records
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "all 2 targets hold"* ]]
	gate --strict --format text -f a -m latency targets records
	[ "$status" -eq 0 ]
	[[ ${lines[0]} == "the target holds"* ]]
	gate --strict --format text -f c targets records
	[ "$status" -eq 3 ]
	gate -f z targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: targets: no target is about what was chosen" ]
}

@test "bench-gate: warm-up samples only when asked for" {
	{ sample a latency ms 40; sample a latency ms 90 ',"warmup":true'; } >records
	echo 'a latency max < 50ms' >targets
	gate targets records
	[ "$status" -eq 0 ]
	gate --warmup targets records
	[ "$status" -eq 2 ]
}

@test "bench-gate: --lenient leaves broken lines out and counts them" {
	{ sample a latency ms 40; echo '{"type":'; } >records
	echo 'a latency max < 50ms' >targets
	gate targets records
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-gate: records:2: "* ]]
	gate --lenient targets records
	[ "$status" -eq 0 ]
	[ "$stderr" = "bench-gate: 1 broken line left out" ]
}

@test "bench-gate: several files, standard input, targets from standard input" {
	sample a latency ms 40 >one
	sample b latency ms 40 >two
	printf '%s\n' 'a latency max < 50ms' 'b latency max < 50ms' >targets
	gate --strict targets one two
	[ "$status" -eq 0 ]
	gate --strict targets one - <two
	[ "$status" -eq 0 ]
	gate --strict targets < <(cat one two)
	[ "$status" -eq 0 ]
	gate --strict - one two <targets
	[ "$status" -eq 0 ]
	gate - <targets
	[ "$status" -eq 1 ]
	gate - one - <targets
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-gate: standard input cannot be both targets and records"* ]]
}

@test "bench-gate: --report writes files beside standard output, summary appends" {
	run "$bin/bench-gate" --format text --report junit=j.xml --report summary=s.md --report markdown=m.md \
		--report ndjson=v.jsonl --report github=g "$golden/targets" "$golden/measured.jsonl"
	[ "$status" -eq 2 ]
	diff -u "$golden/expected.text" <(printf '%s\n' "$output")
	diff -u "$golden/expected.junit" j.xml
	grep '"verdict"' "$golden/expected.ndjson" | diff -u - v.jsonl
	sed "s,file=targets,file=$golden/targets," "$golden/expected.github" | diff -u - g
	cmp s.md m.md
	run "$bin/bench-gate" --report summary=s.md "$golden/targets" "$golden/measured.jsonl"
	cat m.md m.md | cmp - s.md
}

@test "bench-gate: a report that cannot be written is trouble" {
	gate --report junit=/nonexistent/j.xml "$golden/targets" "$golden/measured.jsonl"
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: /nonexistent/j.xml: No such file or directory" ]
	gate --report junit "$golden/targets" "$golden/measured.jsonl"
	[ "$status" -eq 1 ]
}

@test "bench-gate: --strict makes what is missing an error in annotations and JUnit" {
	sample a latency ms 40 >records
	echo 'b latency max < 50ms' >targets
	gate --format github targets records
	[[ ${lines[0]} == "::warning file=targets,line=1,"* ]]
	gate --strict --format github targets records
	[[ ${lines[0]} == "::error file=targets,line=1,"* ]]
	gate --format junit targets records
	[[ $output == *'failures="0" errors="0" skipped="1"'*'<skipped '* ]]
	gate --strict --format junit targets records
	[[ $output == *'failures="1" errors="0" skipped="0"'*'<failure '* ]]
}

@test "bench-gate: names that mean something in Markdown, XML or commands are escaped" {
	sample 'a|<b>&%_' latency ms 90 >records
	echo 'a* latency max < 50ms' >targets
	gate --format markdown targets records
	[[ $output == *'| a\|\<b>&%\_ latency |'* ]]
	gate --format junit targets records
	[[ $output == *'a|&lt;b&gt;&amp;%_ latency'* ]]
	gate --format github targets records
	[[ $output == *'::a|<b>&%25_ latency'* ]]
}

@test "bench-gate: a broken targets file names file, line and what was expected" {
	sample a latency ms 40 >records
	printf '%s\n' '# fine' 'a latency p97 < 50ms' >targets
	gate targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: targets:2: expected a statistic (mean, median, p50, p90, p95, p99, p99.9, min, max, stddev, n, runs or errors) or growth, not 'p97'" ]
	[ -z "$output" ]
	: >targets
	gate targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: targets: expected at least one target, such as 'http/version latency p95 < 50ms'" ]
	gate /nonexistent records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: /nonexistent: No such file or directory" ]
	gate . records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: .: Is a directory" ]
}

@test "bench-gate: records that are not there, empty or broken are trouble" {
	echo 'a latency max < 50ms' >targets
	: >records
	gate targets records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: records: no records in it" ]
	gate targets nowhere
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-gate: nowhere: No such file or directory" ]
	sample a latency ms '1e999' >records
	gate targets records
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-gate: records:1: "* ]]
}

@test "bench-gate: a full disk and a closed standard output are trouble" {
	run --separate-stderr sh -c "'$bin/bench-gate' '$golden/targets' '$golden/measured.jsonl' >/dev/full"
	[ "$status" -eq 1 ]
	[ -n "$stderr" ]
	run --separate-stderr sh -c "'$bin/bench-gate' '$golden/targets' '$golden/measured.jsonl' >&-"
	[ "$status" -eq 1 ]
	[ -n "$stderr" ]
}

@test "bench-gate: usage" {
	gate
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-gate: expected a targets file"* ]]
	gate --format yaml targets
	[ "$status" -eq 1 ]
	gate --nonsense
	[ "$status" -eq 1 ]
	gate --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: bench-gate "* ]]
	gate -V
	[[ $output == "bench-gate (benchpipe) "* ]]
}

@test "bench-gate: the targets files that come along are sound" {
	for targets in "$BATS_TEST_DIRNAME"/../../ci/targets/*; do
		gate --format text "$targets" "$golden/measured.jsonl"
		[ "$status" -ne 1 ]
	done
	gate -T week4 -T week12 --format ndjson "$BATS_TEST_DIRNAME/../../ci/targets/guestctl" "$golden/measured.jsonl"
	[ "$(grep -c '"verdict"' <<<"$output")" -eq 15 ]
}

# fit BENCH CLASS PLAUSIBLE EXPONENT INTERVAL [MODE]: a record of growth.
fit() {
	printf '{"type":"fit","bench":"%s","metric":"latency","unit":"ns","mode":"%s","x":"n","class":"%s","plausible":%s,"exponent":%s,"interval":%s,"n":50}\n' \
		"$1" "${6-real}" "$2" "$3" "$4" "$5"
}

@test "bench-gate: growth targets hold, are missed, or cannot be decided" {
	{
		fit a 'O(n)' '["O(n)"]' 1.02 '[0.97,1.07]'
		fit b 'O(n)' '["O(n)","O(n^2)"]' 1.1 '[0.9,1.3]'
		fit c 'O(n^2)' '["O(n^2)","over O(n^3)"]' 2.5 '[1.9,null]'
	} >records
	printf '%s\n' 'a latency growth class <= O(n log n)' 'a latency growth exponent < 1.2' 'c latency growth class > O(n)' >targets
	gate --strict --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "all 3 targets hold; the closest: a latency growth exponent 1.020, wanted < 1.2" ]
	printf '%s\n' 'b latency growth class <= O(n log n)' 'b latency growth exponent < 1.2' 'c latency growth exponent < 9' >targets
	gate --format text targets records
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "0 of 3 targets hold; 3 undecided" ]
	[[ $output == *"b latency growth class: it may be O(n) or O(n^2)"* ]]
	[[ $output == *"b latency growth exponent: its interval, 0.90 to 1.30, reaches past the target"* ]]
	[[ $output == *"c latency growth exponent: its interval, 1.90 or more, reaches past the target"* ]]
	gate --strict targets records
	[ "$status" -eq 3 ]
	printf '%s\n' 'b latency growth class < O(n)' 'c latency growth class <= O(n log n)' 'c latency growth exponent < 1.9' \
		'c latency growth exponent <= 1.9' >targets
	gate --format text targets records
	[ "$status" -eq 2 ]
	[[ ${lines[0]} == "0 of 4 targets hold; 1 undecided; 3 missed, the worst: "* ]]
}

@test "bench-gate: the records of growth verdicts" {
	{ fit a 'O(n)' '["O(n)"]' 1.02 '[0.97,1.07]'; fit b 'O(n)' '["O(n)","O(n^2)"]' 1.1 '[0.9,null]'; } >records
	printf '%s\n' '* latency growth class <= O(n)' '* latency growth exponent < 1.2' >targets
	"$bin/bench-gate" targets records | grep '"verdict"' | sort >verdicts
	diff -u - verdicts <<-'END'
		{"type":"verdict","bench":"a","metric":"latency","unit":"1","mode":"real","status":"pass","target":"* latency growth class <= O(n)","stat":"growth class","n":50,"class":"O(n)","plausible":["O(n)"]}
		{"type":"verdict","bench":"a","metric":"latency","unit":"1","mode":"real","status":"pass","target":"* latency growth exponent < 1.2","stat":"growth exponent","value":1.02,"interval":[0.97,1.07],"threshold":1.2,"n":50}
		{"type":"verdict","bench":"b","metric":"latency","unit":"1","mode":"real","status":"inconclusive","target":"* latency growth class <= O(n)","stat":"growth class","n":50,"reason":"it may be O(n) or O(n^2)","class":"O(n)","plausible":["O(n)","O(n^2)"]}
		{"type":"verdict","bench":"b","metric":"latency","unit":"1","mode":"real","status":"inconclusive","target":"* latency growth exponent < 1.2","stat":"growth exponent","value":1.1,"interval":[0.9,null],"threshold":1.2,"n":50,"reason":"its interval, 0.90 or more, reaches past the target"}
	END
	gate --format github targets records
	[[ $output == *"::warning file=targets,line=1,title=performance target undecided::b latency growth class O(n) or O(n^2), wanted <= O(n) (it may be O(n) or O(n^2))"* ]]
	gate --strict --format junit targets records
	[[ $output == *'tests="4" failures="2" errors="0" skipped="0"'* ]]
}

@test "bench-gate: growth that was not fitted, and too few sizes" {
	sample a latency ms 40 ',"params":{"n":3}' >records
	echo 'a latency growth class <= O(n)' >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "the target was not measured: a latency growth class, wanted <= O(n): it was measured, but there is no record of its growth (bench-fit makes one)" ]
	"$bin/bench-fit" --x n records >fits
	gate --strict --format text targets fits
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "the target is undecided: a latency growth class, wanted <= O(n): 1 size: it takes 3" ]
	fit a 'O(n)' '["O(n)"]' 1 '[1,1]' mock >records
	echo 'a latency growth class <= O(n) in real' >targets
	gate --strict --format text targets records
	[ "$status" -eq 3 ]
	[[ $output == *"only mock-a latency was measured, wanted in real"* ]]
}

@test "bench-gate: from samples to a verdict on growth" {
	for n in 100 500 1000 5000 10000; do
		sample a latency ns $((7 * n)) ',"params":{"n":'$n'}'
		sample b latency ns $((n * n)) ',"params":{"n":'$n'}'
	done >records
	echo '* latency growth class <= O(n log n)' >targets
	"$bin/bench-fit" --x n records | "$bin/bench-gate" --format text targets >output || status=$?
	[ "$status" -eq 2 ]
	[[ $(head -n 1 output) == "0 of 1 targets hold; 1 missed: b latency growth class O(n^2), wanted <= O(n log n)" ||
		$(head -n 1 output) == "the target is missed: b latency growth class O(n^2), wanted <= O(n log n)" ]]
}
