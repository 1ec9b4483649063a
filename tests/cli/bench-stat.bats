#!/usr/bin/env bats

bats_require_minimum_version 1.5.0

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	golden=$BATS_TEST_DIRNAME/../golden/bench-stat
	cd "$BATS_TEST_TMPDIR" || return 1
}

stat() {
	run --separate-stderr "$bin/bench-stat" "$@"
}

# sample VALUE [RUN [MEMBERS]]: a record of a latency in ns.
sample() {
	printf '{"type":"sample","run":"%s","bench":"a","metric":"latency","unit":"ns","value":%s,"mode":"real"%s}\n' \
		"${2-r1}" "$1" "${3-}"
}

# field NAME: that member of the stat records in $output.
field() {
	sed -n 's/.*"type":"stat".*"'"$1"'":\(\[[^]]*\]\|[^,}]*\).*/\1/p' <<<"$output"
}

# close A B: equal within a relative 1e-6.
close() {
	awk -v a="$1" -v b="$2" 'BEGIN { d = a - b; exit !(d * d <= 1e-12 * b * b) }'
}

# interval LO HI: that of $output.
interval() {
	local ends
	ends=$(field interval)
	ends=${ends#[}
	ends=${ends%]}
	close "${ends%,*}" "$1" && close "${ends#*,}" "$2"
}

@test "bench-stat: text, markdown and records" {
	for format in text markdown ndjson; do
		"$bin/bench-stat" --format $format "$golden/measured.jsonl" | diff -u "$golden/expected.$format" -
	done
}

@test "bench-stat: into a pipe go records" {
	"$bin/bench-stat" "$golden/measured.jsonl" | diff -u "$golden/expected.ndjson" -
}

@test "bench-stat: the figures of ten known samples" {
	for i in 4 2 10 6 8 1 3 9 5 7; do sample $i; done >records
	stat records
	[ "$status" -eq 0 ]
	[ "$(field n)" = 10 ]
	[ "$(field runs)" = 1 ]
	[ "$(field mean)" = 5.5 ]
	[ "$(field min) $(field p50) $(field max)" = "1 5.5 10" ]
	close "$(field p90)" 9.1
	close "$(field p95)" 9.55
	close "$(field p99)" 9.91
	close "$(field p999)" 9.991
	close "$(field stddev)" 3.0276503540974917
	# 5.5 -+ 2.262157163 (t of 9 degrees) * stddev / sqrt(10)
	interval 3.3341494103 7.6658505897
}

@test "bench-stat: one sample has no interval" {
	stat < <(sample 3)
	[ "$(field mean) $(field n)" = "3 1" ]
	[[ $output != *interval* ]]
}

@test "bench-stat: from five runs on the runs are the unit of the interval" {
	for run in 1 2 3 4; do sample ${run}0 r$run; sample ${run}0 r$run; done >records
	stat records
	[ "$(field runs)" = 4 ]
	# over 8 samples: 25 -+ 2.364624252 * 11.95228609 / sqrt(8)
	interval 15.0076388 34.9923612
	{ sample 50 r5; sample 50 r5; } >>records
	stat records
	[ "$(field runs)" = 5 ]
	# over 5 means: 30 -+ 2.776445105 * 15.8113883 / sqrt(5)
	interval 10.3675683 49.6324317
}

@test "bench-stat: parts of a histogram add up to the whole, exactly" {
	whole=$("$bin/bench-stat" "$golden/whole.jsonl")
	[ -n "$whole" ]
	diff -u <(echo "$whole") <("$bin/bench-stat" "$golden/one.jsonl" "$golden/two.jsonl")
	diff -u <(echo "$whole") <(cat "$golden/two.jsonl" "$golden/one.jsonl" | "$bin/bench-stat")
	output=$whole
	[ "$(field n) $(field min) $(field max)" = "602 3 3101111" ]
}

@test "bench-stat: of histograms the mean is exact and the quantiles within a bucket" {
	printf '{"type":"hist","run":"r1","bench":"a","metric":"latency","unit":"ns","mode":"real","count":10,"sum":1845000,"min":184000,"max":185300,"buckets":[[184319,5],[185343,5]]}\n' >records
	stat records
	[ "$(field mean)" = 184500 ]
	awk -v p50="$(field p50)" -v p90="$(field p90)" 'BEGIN { exit !(p50 >= 183296 && p50 <= 185343 && p90 > 184319 && p90 <= 185300) }'
}

@test "bench-stat: intervals over five runs of histograms, none over fewer" {
	for run in 1 2 3 4; do
		sed "s/\"r1\"/\"r$run\"/" "$golden/whole.jsonl"
	done >records
	stat records
	[ "$(field runs)" = 4 ]
	[[ $output != *interval* ]]
	sed 's/"r1"/"r5"/' "$golden/whole.jsonl" >>records
	stat records
	# runs that agree leave no doubt
	[ "$(field interval)" = "[$(field mean),$(field mean)]" ]
}

@test "bench-stat: stand-ins and mixtures are called so" {
	sample 3 | sed s/real/mock/ >mock
	stat --format text mock
	[[ ${lines[1]} == "mock-a latency "* ]]
	stat mock
	[ "$(field mode)" = '"mock"' ]
	stat --format text mock <(sample 3)
	[[ ${lines[1]} == "mixed-a latency "* ]]
	stat --format text <(sample 3)
	[[ ${lines[1]} == "a latency "* ]]
}

@test "bench-stat: params and metrics are told apart" {
	{
		sample 1 r1 ',"params":{"c":1}'
		sample 3 r1 ',"params":{"c":2}'
		sample 5 r1 ',"params":{"c":1}'
		sample 7 | sed s/latency/service/
	} >records
	stat records
	[ "$(field mean | tr '\n' ' ')" = "3 3 7 " ]
	[ "$(field n | tr '\n' ' ')" = "2 1 1 " ]
}

@test "bench-stat: skips are told with their reason" {
	{
		sample 3
		echo '{"type":"skip","run":"r1","bench":"vm/boot","params":{"vcpus":2},"reason":"no kvm"}'
		printf '%s\n' '{"type":"skip","run":"r1","bench":"b","metric":"allocs","reason":"static\tly linked"}'
	} >records
	stat --format text records
	[[ $output == *$'\n\nskipped vm/boot{vcpus=2}: no kvm\nskipped b allocs: static ly linked' ]]
	stat --format markdown records
	[[ $output == *$'\n\n- skipped vm/boot{vcpus=2}: no kvm\n- skipped b allocs: static ly linked' ]]
	stat records
	[[ $output == *'"type":"skip"'*'"no kvm"'* ]]
}

@test "bench-stat: nothing but skips is an answer" {
	stat --format text < <(echo '{"type":"skip","run":"r1","bench":"b","reason":"no kvm"}')
	[ "$status" -eq 0 ]
	[[ $output == *"skipped b: no kvm" ]]
}

@test "bench-stat: records of unknown types pass through as they are" {
	{ echo '{"what": [1, 2],"type":"from-the-future"}'; sample 3; } >records
	stat records
	[ "${lines[0]}" = '{"what": [1, 2],"type":"from-the-future"}' ]
	[ "$(field mean)" = 3 ]
	stat --format text records
	[[ $output != *future* ]]
}

@test "bench-stat: summaries are read back as they were written" {
	"$bin/bench-stat" "$golden/measured.jsonl" >once
	"$bin/bench-stat" once | diff -u once -
	cat once once >twice
	stat twice
	[ "$status" -eq 1 ]
	[[ $stderr == *"a second summary"* ]]
}

@test "bench-stat: failed operations are errors and no latencies" {
	{ sample 3; sample 900 r1 ',"ok":false'; sample 5; } >records
	stat records
	[ "$(field n) $(field mean) $(field max) $(field errors)" = "2 4 5 1" ]
}

@test "bench-stat: warm-up samples only when asked for" {
	{ sample 3; sample 900 r1 ',"warmup":true'; } >records
	stat records
	[ "$(field max)" = 3 ]
	stat --warmup records
	[ "$(field max)" = 900 ]
}

@test "bench-stat: --filter and --metric, each any of several" {
	stat -f 'git/*' "$golden/measured.jsonl"
	[ "$(field bench | tr '\n' ' ')" = '"git/commit" "git/commit" ' ]
	stat -f 'git/*' --filter vm/boot --metric latency "$golden/measured.jsonl"
	[ "$(field bench | tr '\n' ' ')" = '"vm/boot" "git/commit" ' ]
	stat -m 'l*' -m throughput "$golden/measured.jsonl"
	[ "$(field metric | sort -u | tr '\n' ' ')" = '"latency" "throughput" ' ]
	stat -f nothing "$golden/measured.jsonl"
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: no measurements match" ]
}

@test "bench-stat: units are normalized" {
	{ sample 3; sample 1 | sed 's/"ns"/"us"/'; } >records
	stat records
	[ "$(field max) $(field unit)" = '1000 "ns"' ]
	sample 1 | sed 's/"ns"/"B"/' >>records
	stat records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: records:3: a latency: unit B, where it was ns before" ]
}

@test "bench-stat: samples and histograms of one measurement do not mix" {
	sample 3 r1 ',"params":{"connections":100}' | sed 's|"a"|"http/version"|' >records
	stat "$golden/whole.jsonl" records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: records:1: http/version latency: a sample, where there were histograms before" ]
}

@test "bench-stat: several files, standard input by default and as '-'" {
	sample 3 >one
	sample 5 >two
	stat one two
	[ "$(field mean)" = 4 ]
	stat one - <two
	[ "$(field mean)" = 4 ]
	stat <two
	[ "$(field mean)" = 5 ]
}

@test "bench-stat: empty input, or none with a measurement, is an error" {
	stat </dev/null
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: standard input: no records in it" ]
	sample 3 >one
	: >empty
	stat one empty
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: empty: no records in it" ]
	stat --format text < <(echo '{"type":"run","schema":1,"run":"r1"}')
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: no measurements in the input" ]
}

@test "bench-stat: broken lines name file and line, --lenient leaves them out" {
	{ sample 3; echo '{"type":"sample"'; echo nonsense; sample 5; } >records
	stat records
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-stat: records:2: "* ]]
	[[ $output != *'"stat"'* ]]
	stat --lenient records
	[ "$status" -eq 0 ]
	[ "$(field mean)" = 4 ]
	[ "$stderr" = "bench-stat: 2 broken lines left out" ]
}

@test "bench-stat: values that are not finite are broken" {
	for value in 1e999 NaN Infinity null '"3"'; do
		stat < <(sample "$value")
		[ "$status" -eq 1 ]
		[[ $stderr == "bench-stat: standard input:1: "* ]]
	done
}

@test "bench-stat: files that cannot be read" {
	stat nowhere
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: nowhere: No such file or directory" ]
	stat .
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-stat: .: Is a directory" ]
}

@test "bench-stat: a full disk and a closed standard output are trouble" {
	for to in '>/dev/full' '>&-'; do
		run --separate-stderr sh -c "'$bin/bench-stat' '$golden/measured.jsonl' $to"
		[ "$status" -eq 1 ]
		[ -n "$stderr" ]
	done
}

@test "bench-stat: usage" {
	stat --format yaml
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-stat: format 'yaml': expected auto|text|markdown|ndjson"* ]]
	stat --nonsense
	[ "$status" -eq 1 ]
	[[ $stderr == *"try 'bench-stat --help'"* ]]
	stat --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: bench-stat "* ]]
	stat --version
	[ "$status" -eq 0 ]
	[[ $output == "bench-stat (benchpipe) "* ]]
}

@test "bench-stat: a skip that every round repeats is told once, and only if its metric is wanted" {
	for round in 1 2 3; do
		echo '{"type":"sample","run":"'$round'","bench":"b","metric":"latency","unit":"ns","mode":"real","value":1}'
		echo '{"type":"skip","run":"'$round'","bench":"b","metric":"throughput","reason":"not timed"}'
		echo '{"type":"skip","run":"'$round'","bench":"a","reason":"not here"}'
	done >"$BATS_TEST_TMPDIR/in"
	run "$bin/bench-stat" --format text "$BATS_TEST_TMPDIR/in"
	[ "$status" -eq 0 ]
	[ "$(grep -c skipped <<<"$output")" -eq 2 ]
	[[ $output == *"skipped b throughput: not timed"$'\n'"skipped a: not here" ]]
	run "$bin/bench-stat" --format text --metric latency "$BATS_TEST_TMPDIR/in"
	[[ $output != *throughput* ]]
	[[ $output == *"skipped a: not here" ]]
}
