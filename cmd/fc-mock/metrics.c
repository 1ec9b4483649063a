#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "memstream.h"

/* The kinds of requests: the first word of the path, what metrics call it, and which methods count it. */
#define GETS    1
#define PUTS    2
#define PATCHES 4

static const struct kind {
	const char *path, *name;
	unsigned methods;
} kinds[] = { /* in the order of Firecracker's line */
	{"", "instance_info", GETS},
	{"actions", "actions", PUTS},
	{"boot-source", "boot_source", PUTS},
	{"drives", "drive", PUTS | PATCHES},
	{"logger", "logger", PUTS},
	{"network-interfaces", "network", PATCHES},
	{"machine-config", "machine_cfg", GETS | PUTS | PATCHES},
	{"cpu-config", "cpu_cfg", PUTS},
	{"metrics", "metrics", PUTS},
	{"network-interfaces", "network", PUTS},
	{"mmds", "mmds", GETS | PUTS | PATCHES},
	{"version", "vmm_version", GETS},
	{"vsock", "vsock", PUTS},
	{"pmem", "pmem", PUTS},
	{"serial", "serial", PUTS},
	{"hotplug", "hotplug_memory", GETS | PUTS | PATCHES},
	{"pmem", "pmem", PATCHES},
};
#define KINDS (sizeof kinds / sizeof *kinds)

enum { GET, PUT, PATCH, METHODS };

static const char *const methods[METHODS] = {"GET", "PUT", "PATCH"};

static const char *const latencies[MEASURED_COUNT] = {
	"full_create_snapshot", "diff_create_snapshot", "load_snapshot", "pause_vm", "resume_vm"
};

struct metrics {
	int64_t wall, cpu;
	int64_t api[MEASURED_COUNT], vmm[MEASURED_COUNT];
	uint64_t count[METHODS][KINDS], fails[METHODS][KINDS];
	uint64_t deprecated, missed_log, missed;
};

struct metrics *metrics_new(void)
{
	return x_calloc(1, sizeof(struct metrics));
}

void metrics_free(struct metrics *m)
{
	free(m);
}

void metrics_startup(struct metrics *m, int64_t wall, int64_t cpu)
{
	m->wall = wall;
	m->cpu = cpu;
}

void metrics_latency(struct metrics *m, enum measured what, int64_t api, int64_t vmm)
{
	m->api[what] = api;
	m->vmm[what] = vmm;
}

void metrics_request(struct metrics *m, const char *method, const char *path, bool failed)
{
	size_t len;

	path += strspn(path, "/");
	len = strcspn(path, "/");
	for (int how = 0; how < METHODS; how++) {
		if (strcmp(method, methods[how]) != 0)
			continue;
		for (size_t i = 0; i < KINDS; i++) {
			if (!(kinds[i].methods & 1U << how) || strlen(kinds[i].path) != len ||
			    memcmp(kinds[i].path, path, len) != 0)
				continue;
			if (failed)
				m->fails[how][i]++;
			else
				m->count[how][i]++;
		}
	}
}

void metrics_deprecated(struct metrics *m)
{
	m->deprecated++;
}

void metrics_missed_log(struct metrics *m)
{
	m->missed_log++;
}

void metrics_missed(struct metrics *m)
{
	m->missed++;
}

/* A group whose values are 0: its name, then theirs. What ends in _agg is an object of its own. */
static void put_zeros(FILE *out, const char *words)
{
	size_t len = strcspn(words, " ");
	const char *comma = "";

	fprintf(out, ",\"%.*s\":{", (int)len, words);
	for (words += len; *words; words += len, comma = ",") {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		fprintf(out, "%s\"%.*s\":", comma, (int)len, words);
		if (len > 4 && memcmp(words + len - 4, "_agg", 4) == 0)
			fputs("{\"min_us\":0,\"max_us\":0,\"sum_us\":0}", out);
		else
			fputc('0', out);
	}
	fputc('}', out);
}

static void put_requests(FILE *out, struct metrics *m, int how, const char *name)
{
	const char *comma = "";

	fprintf(out, ",\"%s\":{", name);
	for (size_t i = 0; i < KINDS; i++) {
		if (!(kinds[i].methods & 1U << how))
			continue;
		fprintf(out, "%s\"%s_count\":%" PRIu64, comma, kinds[i].name, m->count[how][i]);
		if (how != GET)
			fprintf(out, ",\"%s_fails\":%" PRIu64, kinds[i].name, m->fails[how][i]);
		comma = ",";
	}
	fputc('}', out);
}

static void put_latencies(FILE *out, const struct metrics *m)
{
	fputs(",\"latencies_us\":{", out);
	for (int i = 0; i < MEASURED_COUNT; i++)
		fprintf(out, "\"%s\":%" PRId64 ",", latencies[i], m->api[i]);
	for (int i = 0; i < MEASURED_COUNT; i++)
		fprintf(out, "\"vmm_%s\":%" PRId64 "%s", latencies[i], m->vmm[i], i + 1 < MEASURED_COUNT ? "," : "}");
}

static void put_groups(FILE *out, struct metrics *m)
{
	fprintf(out, "{\"utc_timestamp_ms\":%" PRId64, clock_wall() / 1000000);
	fprintf(out,
		",\"api_server\":{\"process_startup_time_us\":%" PRId64 ",\"process_startup_time_cpu_us\":%" PRId64 "}",
		m->wall, m->cpu);
	put_zeros(out, "balloon activate_fails inflate_count stats_updates_count stats_update_fails deflate_count "
		       "event_fails free_page_report_count free_page_report_freed free_page_report_fails "
		       "free_page_hint_count free_page_hint_freed free_page_hint_fails");
	put_zeros(out, "block activate_fails cfg_fails no_avail_buffer event_fails execute_fails invalid_reqs_count "
		       "flush_count queue_event_count rate_limiter_event_count update_count update_fails read_bytes "
		       "write_bytes read_count write_count read_agg write_agg rate_limiter_throttled_events "
		       "io_engine_throttled_events remaining_reqs_count");
	fprintf(out, ",\"deprecated_api\":{\"deprecated_http_api_calls\":%" PRIu64 "}", m->deprecated);
	put_requests(out, m, GET, "get_api_requests");
	put_zeros(out, "i8042 error_count missed_read_count missed_write_count read_count reset_count write_count");
	put_zeros(out, "uart error_count flush_count missed_read_count missed_write_count read_count write_count "
		       "rate_limiter_dropped_bytes");
	put_latencies(out, m);
	fprintf(out,
		",\"logger\":{\"missed_metrics_count\":%" PRIu64 ",\"metrics_fails\":0,\"missed_log_count\":%" PRIu64
		",\"rate_limited_log_count\":0}",
		m->missed, m->missed_log);
	put_zeros(out, "mmds rx_accepted rx_accepted_err rx_accepted_unusual rx_bad_eth rx_invalid_token rx_no_token "
		       "rx_count tx_bytes tx_count tx_errors tx_frames connections_created connections_destroyed");
	put_zeros(out, "net activate_fails cfg_fails no_rx_avail_buffer no_tx_avail_buffer event_fails "
		       "rx_queue_event_count rx_event_rate_limiter_count rx_rate_limiter_throttled "
		       "rx_tap_event_count rx_bytes_count rx_packets_count rx_fails rx_count tap_read_fails "
		       "tap_write_fails tap_write_agg tx_bytes_count tx_malformed_frames tx_fails tx_count "
		       "tx_packets_count tx_queue_event_count tx_rate_limiter_event_count tx_rate_limiter_throttled "
		       "tx_spoofed_mac_count tx_remaining_reqs_count");
	put_requests(out, m, PATCH, "patch_api_requests");
	put_requests(out, m, PUT, "put_api_requests");
	put_zeros(out, "seccomp num_faults");
	put_zeros(out, "vcpu exit_io_in exit_io_out exit_mmio_read exit_mmio_write failures kvmclock_ctrl_fails "
		       "exit_io_in_agg exit_io_out_agg exit_mmio_read_agg exit_mmio_write_agg");
	put_zeros(out, "vmm panic_count");
	put_zeros(out, "signals sigbus sigsegv sigxfsz sigxcpu sigpipe sighup sigill");
	put_zeros(out, "vsock activate_fails cfg_fails rx_queue_event_fails tx_queue_event_fails "
		       "ev_queue_event_fails muxer_event_fails conn_event_fails rx_queue_event_count "
		       "tx_queue_event_count rx_bytes_count tx_bytes_count rx_packets_count tx_packets_count "
		       "conns_added conns_killed conns_removed killq_resync tx_flush_fails tx_write_fails "
		       "rx_read_fails");
	put_zeros(out, "entropy activate_fails entropy_event_fails entropy_event_count entropy_bytes host_rng_fails "
		       "entropy_rate_limiter_throttled rate_limiter_event_count");
	put_zeros(out, "pmem activate_fails cfg_fails event_fails queue_event_count rate_limiter_throttled_events "
		       "rate_limiter_event_count");
	put_zeros(out, "interrupts triggers config_updates");
	put_zeros(out, "memory_hotplug activate_fails queue_event_fails queue_event_count plug_agg plug_count "
		       "plug_bytes plug_fails unplug_agg unplug_count unplug_bytes unplug_fails unplug_discard_fails "
		       "unplug_all_agg unplug_all_count unplug_all_fails state_agg state_count state_fails");
	fputs("}\n", out);
}

char *metrics_line(struct metrics *m, size_t *len)
{
	char *line = NULL;
	FILE *out = memstream_open(&line, len);
	bool failed;

	if (!out)
		die("out of memory");
	put_groups(out, m);
	failed = ferror(out);
	if (fclose(out) == EOF || failed)
		die("out of memory");
	memset(m->count, 0, sizeof m->count);
	memset(m->fails, 0, sizeof m->fails);
	m->deprecated = m->missed = m->missed_log = 0;
	return line;
}
