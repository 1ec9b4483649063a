#!/usr/bin/env bats

bats_require_minimum_version 1.5.0

setup() {
	bin=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	golden=$BATS_TEST_DIRNAME/../golden/bench-fit
	cd "$BATS_TEST_TMPDIR" || return 1
}

fit() {
	run --separate-stderr "$bin/bench-fit" --x n "$@"
}

# sample BENCH N VALUE [METRIC UNIT [RUN [PARAMS]]]: a record of BENCH with n = N and more params.
sample() {
	printf '{"type":"sample","run":"%s","bench":"%s","params":{%s"n":%s},"metric":"%s","unit":"%s","value":%s,"mode":"real"}\n' \
		"${6-r}" "$1" "${7-}" "$2" "${4-latency}" "${5-ns}" "$3"
}

# curve BENCH EXPRESSION [SAMPLE'S OTHERS...]: a sample for each of five sizes of awk's EXPRESSION of n.
curve() {
	local bench=$1 expression=$2 n
	shift 2
	for n in 100 500 1000 5000 10000; do
		sample "$bench" $n "$(awk -v n=$n "BEGIN { printf \"%.9g\", $expression }")" "$@"
	done
}

# member NAME: that member of the fit records in $output.
member() {
	sed -n 's/.*"type":"fit".*"'"$1"'":\(\[[^]]*\]\|{[^}]*}\|"[^"]*"\|[^,}]*\).*/\1/p' <<<"$output"
}

# within A LO HI
within() {
	awk -v a="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(a >= lo && a <= hi) }'
}

@test "bench-fit: text, markdown and records" {
	for format in text markdown ndjson; do
		"$bin/bench-fit" --x targets --format $format "$golden/measured.jsonl" 2>"stderr.$format" |
			diff -u "$golden/expected.$format" -
		diff -u "$golden/expected.stderr" "stderr.$format"
	done
}

@test "bench-fit: into a pipe go records, and records of other types through" {
	"$bin/bench-fit" --x targets "$golden/measured.jsonl" 2>/dev/null | diff -u "$golden/expected.ndjson" -
}

@test "bench-fit: each class, with its coefficients" {
	{
		curve one 7000
		curve log '3000 * log(1 + n) / log(2)'
		curve lin '5 * n'
		curve nlogn '2 * n * log(1 + n) / log(2)'
		curve square '3 * n * n'
		curve cube '0.5 * n ^ 3'
	} >records
	fit records
	[ "$status" -eq 0 ]
	[ "$(member class | tr '\n' ' ')" = '"O(1)" "O(log n)" "O(n)" "O(n log n)" "O(n^2)" "O(n^3)" ' ]
	[ "$(member plausible | tr '\n' ' ')" = '["O(1)"] ["O(log n)"] ["O(n)"] ["O(n log n)"] ["O(n^2)"] ["O(n^3)"] ' ]
	mapfile -t a < <(member a)
	mapfile -t b < <(member b)
	mapfile -t exponent < <(member exponent)
	within "${a[0]}" 6999 7001
	[ "${a[*]:1}" = "0 0 0 0 0" ]
	within "${b[0]}" 2999 3001
	within "${b[1]}" 4.999 5.001
	within "${b[2]}" 1.999 2.001
	within "${b[3]}" 2.999 3.001
	within "${b[4]}" 0.4999 0.5001
	within "${exponent[2]}" 0.999 1.001
	within "${exponent[4]}" 1.999 2.001
}

@test "bench-fit: a fixed cost is told, and the exponent is of what grows" {
	curve fixed '10000 + 5 * n' >records
	fit records
	[ "$(member class)" = '"O(n)"' ]
	within "$(member a)" 9990 10010
	within "$(member b)" 4.99 5.01
	within "$(member exponent)" 0.99 1.01
	[ "$(member basis)" = '"growing part"' ]
	fit --format text records
	[[ $output == *"O(n) "*" + 5.000 ns × n "* ]]
	[[ $output == *"fixed latency: the exponent is that of the growing part, without a fixed cost"* ]]
}

@test "bench-fit: where the data cannot tell, it says between which" {
	for pair in 100:100 500:520 1000:960 5000:5300 10000:9600; do sample a ${pair%:*} ${pair#*:}; done >records
	fit records
	[ "$status" -eq 0 ]
	[ "$(member class)" = '"O(n)"' ]
	[ "$(member plausible)" = '["O(n)","O(n log n)"]' ]
	[ "$(member reason)" = '"cannot tell O(n) from O(n log n)"' ]
	fit --strict records
	[ "$status" -eq 3 ]
	fit --format text records
	[[ ${lines[2]} == "O(n) or O(n log n) "*" a latency "* ]]
	[[ $output == *$'\n'"a latency: cannot tell O(n) from O(n log n)" ]]
}

@test "bench-fit: repeats tell the noise, and so tell classes apart" {
	# the same middle as above in every size, with repeats that agree around a straight line
	for n in 100 500 1000 5000 10000; do
		for percent in 97 99 100 101 103; do sample a $n $((n * percent)); done
	done >records
	fit records
	[ "$(member plausible)" = '["O(n)"]' ]
	[ "$(member n) $(member sizes)" = "25 5" ]
}

@test "bench-fit: flat but noisy is not called constant" {
	for pair in 100:7 500:9 1000:6 5000:8 10000:7; do sample a ${pair%:*} ${pair#*:}; done >records
	fit records
	[[ $(member plausible) == '["O(1)",'*'"O(n^3)"]' ]]
	[[ $(member interval) == '['*',null]' ]]
	[[ $(member reason) == '"cannot tell O(1) from '*': from 100 to 10000 it may cost nothing more, or '*' % more"' ]]
}

@test "bench-fit: under three sizes there is no claim" {
	{ sample a 1 5; sample a 10 50; } >records
	fit records
	[ "$status" -eq 0 ]
	[ -z "$(member class)$(member plausible)$(member exponent)" ]
	[ "$(member reason) $(member sizes)" = '"2 sizes: it takes 3" 2' ]
	fit --strict records
	[ "$status" -eq 3 ]
	fit --format text records
	[[ $output == *"a latency: 2 sizes: it takes 3"* ]]
	sample a 100 500 >>records
	fit records
	[[ $(member plausible) == *'"O(n)"'* ]]
}

@test "bench-fit: a cost that falls, one over n^3, a power between classes, one that jumps" {
	{
		curve falls '100000 / sqrt(n)'
		curve fourth 'n ^ 4'
		curve between 'n ^ 1.5'
		curve jumps '(n == 1000) ? 1e6 : 1'
	} >records
	fit records
	[ "$(member class | head -n 3 | tr '\n' ' ')" = '"O(1)" "over O(n^3)" "O(n^2)" ' ]
	[[ $(member plausible | tail -n 1) == '["O(1)",'*'"over O(n^3)"]' ]]
	[[ $output == *'"reason":"the cost falls as n grows"'* ]]
	[[ $output == *'"reason":"no class fits: it grows faster than n^3"'* ]]
	[[ $output == *'"reason":"no class fits: it grows as n^1.50, which O(n^2) bounds"'* ]]
	[[ $output == *'"reason":"nothing fits: from size to size it grows with exponents from -8.58 to 19.93"'* ]]
}

@test "bench-fit: no cost at all is O(1), some is not fitted" {
	{ curve none 0 allocs 1/op; curve some '(n > 1000) * n' allocs 1/op; } >records
	fit records
	[ "$(member class)" = '"O(1)"' ]
	[[ $output == *'"reason":"the cost is 0 at every size"'* ]]
	[[ $output == *'"reason":"the cost is 0 or less at 3 of 5 sizes: no growth to fit"'* ]]
	fit --strict records
	[ "$status" -eq 3 ]
}

@test "bench-fit: groups by the other params, and by mode" {
	{
		curve a 'n' latency ns r '"k":1,'
		curve a 'n * n' latency ns r '"k":2,'
		curve a 'n ^ 3' latency ns r '"k":3,' | sed s/real/mock/
	} >records
	fit records
	[ "$(member params | tr '\n' ' ')" = '{"k":1} {"k":2} {"k":3} ' ]
	[ "$(member class | tr '\n' ' ')" = '"O(n)" "O(n^2)" "O(n^3)" ' ]
	[ "$(member mode | tr '\n' ' ')" = '"real" "real" "mock" ' ]
	fit --format text records
	[[ $output == *" mock-a{k=3} latency "* ]]
}

@test "bench-fit: sizes of another mode are not those of the group" {
	for n in 1 2 3; do sample a $n $n; done >records
	for n in 4 5 6 7; do sample a $n $n; done | sed s/real/mock/ >>records
	fit records
	[ "$(member sizes | tr '\n' ' ')" = "3 4 " ]
	[ "$(member mode | tr '\n' ' ')" = '"real" "mock" ' ]
}

@test "bench-fit: what has no size is named and left out" {
	{
		curve a n
		sample b '"many"' 5
		sample b -3 5
		echo '{"type":"sample","run":"r","bench":"c","metric":"latency","unit":"ns","value":1,"mode":"real"}'
	} >records
	fit records
	[ "$status" -eq 0 ]
	[ "$(member bench)" = '"a"' ]
	[ "$stderr" = "bench-fit: b{n=many} latency: left out: its 'n' is no number over 0
bench-fit: b{n=-3} latency: left out: its 'n' is no number over 0
bench-fit: c latency: left out: it has no param 'n'" ]
	for i in 1 2 3 4 5 6 7 8; do sample b$i '"x"' 1; done >>records
	fit records
	[[ $stderr == *$'\n'"bench-fit: 6 more left out, 11 in all" ]]
}

@test "bench-fit: nothing with the param is trouble" {
	curve a n >records
	run --separate-stderr "$bin/bench-fit" --x size records
	[ "$status" -eq 1 ]
	[[ $stderr == *"bench-fit: no measurement has a size 'size'" ]]
	curve a n share 1 >records
	fit records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-fit: no measurement is of a cost; --metric takes others too" ]
	fit -f nothing records
	[ "$status" -eq 1 ]
	[ "$stderr" = "bench-fit: no measurements match" ]
}

@test "bench-fit: sizes with a unit, and equal ones" {
	{ sample a '"1k"' 1000; sample a '"2k"' 2000; sample a 4000 4000; sample a '"4k"' 5; } >records
	fit records
	[ "$(member range)" = "[1000,4000]" ]
	[ "$(member class)" = '"O(n)"' ]
	[ "$stderr" = "bench-fit: a{n=4k} latency: left out: its 'n' equals another's" ]
}

@test "bench-fit: costs alone unless metrics are chosen; a rate is the time of each" {
	{ curve a n; curve a '1e6 / n' throughput 1/s; curve a n share 1; } >records
	fit records
	[ "$(member metric)" = '"latency"' ]
	fit -m throughput records
	[ "$(member metric) $(member unit) $(member class)" = '"throughput" "ns" "O(n)"' ]
	within "$(member b)" 999 1001
	fit -m '*' records
	[ "$(member metric | tr '\n' ' ')" = '"latency" "throughput" "share" ' ]
}

@test "bench-fit: the statistic is a choice" {
	for n in 100 500 1000 5000 10000; do
		sample a $n $n
		sample a $n $((n + 100))
		sample a $n $((n * n))
	done >records
	fit --stat min records
	[ "$(member class) $(member stat)" = '"O(n)" "min"' ]
	fit --stat max records
	[ "$(member class) $(member stat)" = '"O(n^2)" "max"' ]
	fit --stat p97 records
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-fit: --stat 'p97': expected median, mean, min, max, p90, p95, p99 or p99.9"* ]]
}

@test "bench-fit: histograms and summaries too" {
	for n in 1 2 3 4; do
		echo '{"type":"hist","run":"r","bench":"h","params":{"n":'$n'},"metric":"latency","unit":"ns","mode":"real","count":2,"sum":'$((200 * n))',"min":'$((100 * n))',"max":'$((100 * n))',"buckets":[['$((n > 2 ? 100 * n + 1 : 100 * n))',2]]}'
		echo '{"type":"stat","bench":"s","params":{"n":'$n'},"metric":"latency","unit":"ns","mode":"real","n":9,"p50":'$((50 * n * n))'}'
	done >records
	fit records
	[ "$(member class | tr '\n' ' ')" = '"O(n)" "O(n^2)" ' ]
	[ "$(member n | tr '\n' ' ')" = "8 36 " ]
	fit --stat p99 -f s records
	[ "$(member reason)" = '"0 sizes with a value, of 4: it takes 3"' ]
}

@test "bench-fit: sizes whose operations all failed are told" {
	curve a n >records
	sample a 20000 1 | sed 's/}$/,"ok":false}/' >>records
	fit --format text records
	[[ $output == *"a latency: 1 size without a value"* ]]
	fit records
	[ "$(member sizes) $(member range)" = "5 [100,10000]" ]
}

@test "bench-fit: a higher confidence keeps more" {
	for pair in 100:100 500:510 1000:980 5000:5050 10000:9900; do sample a ${pair%:*} ${pair#*:}; done >records
	fit --confidence 90% records
	low=$(member interval)
	[ "$(member confidence)" = 0.9 ]
	fit --confidence 99.9% records
	high=$(member interval)
	awk -v a="$low" -v b="$high" 'BEGIN { gsub(/[][]/, "", a); gsub(/[][]/, "", b); split(a, x, ","); split(b, y, ","); exit !(y[1] < x[1] && (y[2] == "null" || y[2] > x[2])) }'
	for wrong in 0.3 1 x; do
		fit --confidence $wrong records
		[ "$status" -eq 1 ]
		[[ $stderr == "bench-fit: --confidence '$wrong': expected a share"* ]]
	done
}

@test "bench-fit: the size must be named" {
	run --separate-stderr "$bin/bench-fit" /dev/null
	[ "$status" -eq 1 ]
	[[ $stderr == "bench-fit: expected --x and the param that is the size"* ]]
}

@test "bench-fit: its records go through the other programs" {
	curve a n >records
	"$bin/bench-fit" --x n records >fits
	"$bin/bench-stat" records fits | grep -F "$(cat fits)"
	run "$bin/bench-diff" --format ndjson records <(cat records fits)
	[ "$status" -lt 3 ]
	[[ $output == *'"type":"fit"'* ]]
}

@test "bench-fit: the same input gives the same bytes" {
	"$bin/bench-fit" --x targets "$golden/measured.jsonl" >one 2>/dev/null
	"$bin/bench-fit" --x targets - <"$golden/measured.jsonl" 2>/dev/null | cmp one -
}
