#!/usr/bin/env bash
# shellcheck disable=SC2034,SC2154
# What fc-mock-openapi.bats does, in a shell that nothing traces, which is much quicker:
# fc-openapi.bash walk CASE... | fc-openapi.bash before

HERE=$(dirname "${BASH_SOURCE[0]}")
bats_require_minimum_version() { :; }
# shellcheck source=tests/cli/fc-mock-api.bash
. "$HERE/fc-mock-api.bash"
D=$PWD
socket=api
pids=()

# into STATE: one that is in it.
into() {
	case $1 in
	running | paused)
		cat >config <<-END
			{"boot-source": {"kernel_image_path": "$D/kernel", "boot_args": "x=y"},
			"drives": [{"drive_id": "a", "path_on_host": "$D/disk", "is_root_device": false}],
			"network-interfaces": [{"iface_id": "n", "host_dev_name": "fcm0"}],
			"pmem": [{"id": "p", "path_on_host": "$D/pmem"}],
			"balloon": {"amount_mib": 8, "deflate_on_oom": true, "stats_polling_interval_s": 1, "free_page_hinting": true},
			"memory-hotplug": {"total_size_mib": 256}}
		END
		begin --mock-version 1.17.0 --config-file config
		[ "$1" = running ] || patch /vm '{"state":"Paused"}'
		;;
	*)
		begin --mock-version 1.17.0
		;;
	esac
	case $1 in
	ready) put /boot-source "{\"kernel_image_path\":\"$D/kernel\"}" ;;
	netted) put /network-interfaces/n '{"iface_id":"n","host_dev_name":"fcm0"}' ;;
	mmds) put /mmds '{"a":1}' ;;
	esac
}

# walk CASE...: all rows of the table of these cases. One that may have been changed is not asked again.
walk() {
	local since state method path case expected request answer rows=0 bad=0
	local -A in=()
	while IFS=$'\t' read -r since state method path case expected request answer; do
		[[ $since != '#'* && " $* " == *" $case "* ]] || continue
		rows=$((rows + 1))
		request=${request//@D/$D}
		answer=${answer//@D/$D}
		[ "$request" != - ] || request=
		socket=api.$state
		pid=${in[$state]:-}
		if [ -z "$pid" ]; then
			into "$state" || { echo "no $state"; return 1; }
			in[$state]=$pid
		fi
		ask "$method" "$path" "$request"
		if [ "$expected" = 204 ]; then
			is 204 && [ -z "$body" ]
		elif [ "$expected" = 200 ]; then
			is 200 && jq -e "$answer" <<<"$body" >/dev/null
		else
			is "$expected" "$answer"
		fi || { echo "$state: $method $path $request: $status $body"; bad=$((bad + 1)); }
		if [[ $expected == 204 || $case == range || $case == file || $case == device ]]; then
			stop
			in[$state]=
			rm -rf s.* w log metrics console
		fi
	done <"$HERE/fc-openapi.tsv"
	echo "$rows rows, $bad wrong"
	[ $rows -gt 0 ] && [ $bad -eq 0 ]
}

# before: a path that came with a version is not there in the one before that.
before() {
	local since state method path case rest first word asked='' bad=0
	while IFS=$'\t' read -r since state method path case rest; do
		[[ $since != '#'* && $since -gt 0 && $case == valid ]] || continue
		[[ $asked != *"<$method $path>"* ]] || continue
		asked+="<$method $path>"
		begin --mock-version "1.$((since - 1)).0"
		case $method in
		GET) ask GET "$path" ;;
		*) ask "$method" "$path" '{}' ;;
		esac
		first=${path#/}
		word="Invalid request method and/or path: $method ${first%%/*}."
		[[ $path != /balloon/hinting/* ]] || word="Unrecognized $method request path \`hinting\`."
		is 400 "$word" || { echo "1.$((since - 1)): $method $path"; bad=$((bad + 1)); }
		stop
	done <"$HERE/fc-openapi.tsv"
	asked=${asked//[^<]/}
	echo "${#asked} paths and methods, $bad wrong"
	[ ${#asked} -ge 10 ] && [ $bad -eq 0 ]
}

trap 'for pid in "${pids[@]}"; do stop; done' EXIT
"$@"
