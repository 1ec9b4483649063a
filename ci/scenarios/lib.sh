# shellcheck shell=sh
# For scenarios: a scenario is a program that writes the records of one round (one run of each
# benchmark) on standard output. Sourced by ci/scenarios/*; whoever calls a scenario may set:
#   BIN            where the toolkit's programs are (default: build/bin of this checkout, else PATH)
#   CORPUS         a directory for what the scenario makes to measure on (default: build/corpus)
#   RUNS           samples a benchmark and round (default 5)
#   BENCH_ONLY     this one benchmark
#   BENCH_AGAINST  a directory of older programs: measure those (variant A) and the present ones
#                  (variant B) interleaved; benchmarks that use none of them write nothing, those
#                  whose program is still the same write an event same-program instead
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

# What a run of a scenario makes is DIRECTORY/NAME.PID and so on, and removed by it. Remove what killed ones left.
sweep() { # DIRECTORY
	for sweep_path in "$1"/*.[0-9]*; do
		sweep_pid=${sweep_path##*/}
		sweep_pid=${sweep_pid#*.}
		sweep_pid=${sweep_pid%%.*}
		case $sweep_pid in
		'' | *[!0-9]*) continue ;;
		esac
		[ -d "/proc/$sweep_pid" ] || rm -rf "$sweep_path" 2>/dev/null || :
	done
}

skip() { # NAME REASON
	if [ -z "$BENCH_ONLY" ] || [ "$BENCH_ONLY" = "cmd/$1" ]; then
		printf '{"type":"skip","bench":"cmd/%s","reason":"%s"}\n' "$1" "$2"
	fi
}

# A program, the libraries it is linked with and the files it is given, as one digest.
digest_of() { # PROGRAM [ARG...]
	digest_path=$(command -v "$1") || return 0
	shift
	{
		cat "$digest_path"
		ldd "$digest_path" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' | sort | xargs cat 2>/dev/null
		for digest_word; do
			[ ! -f "$digest_word" ] || cat "$digest_word"
		done
	} | cksum_of
}

# Say which program, byte for byte, a benchmark runs.
identify() { # BENCH PROGRAM DIGEST
	printf '{"type":"event","bench":"%s","name":"program","data":{"path":"%s","digest":"%s"}}\n' "$@"
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
		if cmp -s "$1" "$BIN/${1##*/}"; then
			printf '{"type":"event","bench":"cmd/%s","name":"same-program"}\n' "$bench_name"
			return 0
		fi
		"$BIN/cmd-time" --runs "$RUNS" --warmup 1 --progress never --format ndjson \
			--bench "cmd/$bench_name" --vs "$bench_new" -- "$@"
		return
	fi
	"$BIN/cmd-time" --runs "$RUNS" --warmup 1 --progress never --format ndjson --bench "cmd/$bench_name" -- "$@"
}

# Measure a command that rests on nothing but its program's bytes, its libraries and the files
# that it is given (no interpreter of something else): where all these are the same as in the
# baseline, a change of its figures is the machine's.
reference() { # NAME COMMAND [ARG...]
	if [ -n "$BENCH_IDENTIFY" ] && { [ -z "$BENCH_ONLY" ] || [ "$BENCH_ONLY" = "cmd/$1" ]; } && need "$2"; then
		reference_name=$1
		shift
		identify "cmd/$reference_name" "$(command -v "$1")" "$(digest_of "$@")"
		set -- "$reference_name" "$@"
	fi
	bench "$@"
}
