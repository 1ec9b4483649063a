# shellcheck shell=bash disable=SC2034
# What tests of helios-time have in common.

setup() {
	BIN=${BIN:-$BATS_TEST_DIRNAME/../../build/bin}
	BIN=$(cd "$BIN" && pwd)
	PATH=$BIN:$PATH
	unset HELIOS_CLI_PATH HELIOS_STORE_DIR
	mkdir "$BATS_TEST_TMPDIR/w" "$BATS_TEST_TMPDIR/t"
	cd "$BATS_TEST_TMPDIR/w" || return 1
	export TMPDIR=$BATS_TEST_TMPDIR/t
	command -v git >/dev/null || skip "no git"
	few=(--files 12 --file-size 100 -n 3 --timeout 30s --progress never)
}

# What killed ones leave would be here.
nothing_left() {
	local left
	left=$(find "$TMPDIR" -mindepth 1 ! -path "$TMPDIR/benchpipe-*" -o -path "$TMPDIR/benchpipe-*/*")
	[ -z "$left" ] || { echo "left: $left"; false; }
}

# await COMMAND...: until it is true, half a minute at most.
await() {
	local i
	for ((i = 0; i < 1500; i++)); do
		! "$@" || return 0
		sleep 0.02
	done
	echo "in vain: $*"
	false
}

# has N FILE PATTERN: so many lines at least match.
has() {
	[ "$(grep -c "$3" "$2")" -ge "$1" ]
}

# gone PID: it has ended, and is no zombie. Whoever adopted it may take a moment.
gone() {
	local i
	for ((i = 0; i < 500; i++)); do
		[ -e "/proc/$1" ] || return 0
		sleep 0.02
	done
	echo "process $1 is still there: $(tr '\0' ' ' <"/proc/$1/cmdline") $(grep State "/proc/$1/status")"
	false
}

# count FILE BENCH METRIC: samples that count.
count() {
	jq -s --arg bench "$2" --arg metric "$3" \
		'map(select(.type == "sample" and .bench == $bench and .metric == $metric and .ok != false and .warmup != true)) | length' "$1"
}

# The real git, which writes down what it is asked; with what is in $1 before that.
wrapped_git() {
	local real
	real=$(command -v git)
	cat >git.sh <<EOF
#!/bin/bash
for word; do case \$word in version|add|commit|rev-parse|reset|checkout|init) break ;; esac; done
echo "git \$word" >>"\${LOG:-/dev/null}"
$1
exec "$real" "\$@"
EOF
	chmod +x git.sh
}
