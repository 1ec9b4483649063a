# shellcheck shell=sh
# For scenarios: a scenario is a program that writes the records of one round (one run of each
# benchmark) on standard output. Sourced by ci/scenarios/*; whoever calls a scenario may set:
#   BIN            where the toolkit's programs are (default: build/bin of this checkout, else PATH)
#   CORPUS         a directory for what the scenario makes to measure on (default: build/corpus)
#   RUNS           samples a benchmark and round (default 5)
#   BENCH_ONLY     this one benchmark
#   BENCH_AGAINST  a directory of older programs: measure those (variant A) and the present ones
#                  (variant B) interleaved; benchmarks that use none of them write nothing
#   BENCH_IDENTIFY not empty: say as events which program, byte for byte, each benchmark runs

here=$(cd "$(dirname "$0")" && pwd)
top=${here%/ci/scenarios}
if [ -z "${BIN:-}" ]; then
	BIN=$top/build/bin
	[ -x "$BIN/cmd-time" ] || BIN=$(dirname "$(command -v cmd-time)") || {
		echo "${0##*/}: cmd-time: not found; run make first, or set BIN" >&2
		exit 1
	}
fi
: "${CORPUS:=$top/build/corpus}" "${RUNS:=5}" "${BENCH_ONLY:=}" "${BENCH_AGAINST:=}" "${BENCH_IDENTIFY:=}"

need() { # PROGRAM...: are they all there?
	for need_program; do
		command -v "$need_program" >/dev/null 2>&1 || return 1
	done
}

skip() { # NAME REASON
	if [ -z "$BENCH_ONLY" ] || [ "$BENCH_ONLY" = "cmd/$1" ]; then
		printf '{"type":"skip","bench":"cmd/%s","reason":"%s"}\n' "$1" "$2"
	fi
}

# A program and the libraries it is linked with, as one digest.
identify() { # NAME PROGRAM
	identify_path=$(command -v "$2") || return 0
	identify_sum=$({
		cat "$identify_path"
		ldd "$identify_path" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort | xargs cat 2>/dev/null
	} | cksum_of)
	printf '{"type":"event","bench":"cmd/%s","name":"program","data":{"path":"%s","digest":"%s"}}\n' \
		"$1" "$identify_path" "$identify_sum"
}

cksum_of() {
	if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

quote() { # one word, for cmd-time --vs
	printf "'%s' " "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

# Measure one command. {BIN} in its words is where the toolkit's programs are.
bench() { # NAME COMMAND [ARG...]
	bench_name=$1
	shift
	if [ -n "$BENCH_ONLY" ] && [ "$BENCH_ONLY" != "cmd/$bench_name" ]; then
		return 0
	fi
	bench_new=
	bench_own=
	for bench_word; do
		shift
		case $bench_word in *'{BIN}'*) bench_own=1 ;; esac
		bench_new="$bench_new$(quote "$(printf %s "$bench_word" | sed "s|{BIN}|$BIN|g")")"
		set -- "$@" "$(printf %s "$bench_word" | sed "s|{BIN}|${BENCH_AGAINST:-$BIN}|g")"
	done
	if [ -n "$BENCH_AGAINST" ]; then
		[ -n "$bench_own" ] && [ -x "$1" ] || return 0
		"$BIN/cmd-time" --runs "$RUNS" --warmup 1 --progress never --format ndjson \
			--bench "cmd/$bench_name" --vs "$bench_new" -- "$@"
		return
	fi
	[ -z "$BENCH_IDENTIFY" ] || identify "$bench_name" "$1"
	"$BIN/cmd-time" --runs "$RUNS" --warmup 1 --progress never --format ndjson --bench "cmd/$bench_name" -- "$@"
}
