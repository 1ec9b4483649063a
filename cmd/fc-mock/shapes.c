#include "shapes.h"

/* Fields that a shape did not have from 1.0 on say so by .since, those that it lost by .before. A field that is there twice
 * has become another at that version. */

#define NEED(n, t) .name = (n), .type = (t), .presence = NEEDED
#define MAY(n, t) .name = (n), .type = (t), .presence = OPTIONAL
#define HUSH(n, t) .name = (n), .type = (t), .presence = QUIET
#define ELSE(n, t, value) .name = (n), .type = (t), .presence = DEFAULTED, .fallback = (value)

#define VARIANTS(...) .variants = (const char *const[]){__VA_ARGS__, NULL}
#define FIELDS(...) (const struct field[]){__VA_ARGS__, {.name = NULL}}

static const struct shape bucket = {
	.name = "TokenBucketConfig",
	.lenient = true,
	.fields = FIELDS({NEED("size", FIELD_U64)}, {MAY("one_time_burst", FIELD_U64)}, {NEED("refill_time", FIELD_U64)}),
};

static const struct shape limiter = {
	.name = "RateLimiterConfig",
	.fields = FIELDS({MAY("bandwidth", FIELD_OBJECT), .shape = &bucket}, {MAY("ops", FIELD_OBJECT), .shape = &bucket}),
};

#define LIMITER(name) MAY(name, FIELD_OBJECT), .shape = &limiter

const struct shape shape_action = {
	.name = "ActionBody",
	.fields = FIELDS({NEED("action_type", FIELD_VARIANT), VARIANTS("FlushMetrics", "InstanceStart", "SendCtrlAltDel")}),
};

const struct shape shape_balloon = {
	.name = "BalloonDeviceConfig",
	.fields = FIELDS(
		{NEED("amount_mib", FIELD_U32)},
		{NEED("deflate_on_oom", FIELD_BOOL)},
		{ELSE("stats_polling_interval_s", FIELD_U16, "0")},
		{ELSE("free_page_hinting", FIELD_BOOL, "false"), .since = 14},
		{ELSE("free_page_reporting", FIELD_BOOL, "false"), .since = 14}),
};

const struct shape shape_balloon_update = {
	.name = "BalloonUpdateConfig",
	.fields = FIELDS({NEED("amount_mib", FIELD_U32)}),
};

const struct shape shape_balloon_statistics = {
	.name = "BalloonUpdateStatsConfig",
	.fields = FIELDS({NEED("stats_polling_interval_s", FIELD_U16)}),
};

const struct shape shape_hinting = {
	.name = "StartHintingCmd",
	.lenient = true,
	.fields = FIELDS({ELSE("acknowledge_on_stop", FIELD_BOOL, "true")}),
};

const struct shape shape_boot_source = {
	.name = "BootSourceConfig",
	.fields = FIELDS(
		{NEED("kernel_image_path", FIELD_STRING)},
		{MAY("initrd_path", FIELD_STRING)},
		{HUSH("boot_args", FIELD_STRING), .before = 7},
		{MAY("boot_args", FIELD_STRING), .since = 7}),
};

const struct shape shape_cpu_config = {
	.name = "CustomCpuTemplate",
	.fields = FIELDS(
		{ELSE("kvm_capabilities", FIELD_ANYS, "[]"), .since = 5},
		{ELSE("cpuid_modifiers", FIELD_ANYS, "[]")},
		{ELSE("msr_modifiers", FIELD_ANYS, "[]")}),
};

#define CACHES VARIANTS("Unsafe", "Writeback")
#define ENGINES VARIANTS("Async", "Sync")

const struct shape shape_drive = {
	.name = "BlockDeviceConfig",
	.fields = FIELDS(
		{NEED("drive_id", FIELD_STRING)},
		{NEED("path_on_host", FIELD_STRING), .before = 6},
		{NEED("is_root_device", FIELD_BOOL), .before = 6},
		{MAY("partuuid", FIELD_STRING)},
		{NEED("is_read_only", FIELD_BOOL), .before = 6},
		{NEED("is_root_device", FIELD_BOOL), .since = 6},
		{ELSE("cache_type", FIELD_VARIANT, "\"Unsafe\""), CACHES},
		{MAY("is_read_only", FIELD_BOOL), .since = 6},
		{MAY("path_on_host", FIELD_STRING), .since = 6},
		{LIMITER("rate_limiter")},
		{ELSE("io_engine", FIELD_VARIANT, "\"Sync\""), ENGINES, .before = 6},
		{MAY("io_engine", FIELD_VARIANT), ENGINES, .since = 6},
		{MAY("socket", FIELD_STRING), .since = 6}),
};

const struct shape shape_drive_update = {
	.name = "BlockDeviceUpdateConfig",
	.fields = FIELDS({NEED("drive_id", FIELD_STRING)}, {MAY("path_on_host", FIELD_STRING)}, {LIMITER("rate_limiter")}),
};

const struct shape shape_entropy = {
	.name = "EntropyDeviceConfig",
	.fields = FIELDS({LIMITER("rate_limiter")}),
};

const struct shape shape_logger = {
	.name = "LoggerConfig",
	.fields = FIELDS(
		{NEED("log_path", FIELD_PATH), .before = 5},
		{ELSE("level", FIELD_LEVEL, "\"Warning\""), .before = 5},
		{ELSE("show_level", FIELD_BOOL, "false"), .before = 5},
		{ELSE("show_log_origin", FIELD_BOOL, "false"), .before = 5},
		{MAY("log_path", FIELD_PATH), .since = 5},
		{MAY("level", FIELD_LEVEL), .since = 5},
		{MAY("show_level", FIELD_BOOL), .since = 5},
		{MAY("show_log_origin", FIELD_BOOL), .since = 5},
		{MAY("module", FIELD_STRING), .since = 6}),
};

#define TEMPLATES \
	{HUSH("cpu_template", FIELD_VARIANT), VARIANTS("C3", "T2"), .before = 1}, \
	{HUSH("cpu_template", FIELD_VARIANT), VARIANTS("C3", "T2", "None"), .since = 1, .before = 2}, \
	{HUSH("cpu_template", FIELD_VARIANT), VARIANTS("C3", "T2", "T2S", "None"), .since = 2, .before = 3}, \
	{HUSH("cpu_template", FIELD_VARIANT), VARIANTS("C3", "T2", "T2S", "None", "T2CL", "T2A"), .since = 3}
#define PAGES_BEFORE_17 VARIANTS("None", "2M"), .since = 7, .before = 17
#define PAGES_SINCE_17 VARIANTS("None", "Transparent", "2M"), .since = 17

const struct shape shape_machine = {
	.name = "MachineConfig",
	.shortens = true,
	.renamed = 4,
	.old = "VmConfig",
	.fields = FIELDS(
		{NEED("vcpu_count", FIELD_VCPUS)},
		{NEED("mem_size_mib", FIELD_USIZE)},
		{ELSE("smt", FIELD_BOOL, "false")},
		TEMPLATES,
		{ELSE("track_dirty_pages", FIELD_BOOL, "false")},
		{ELSE("huge_pages", FIELD_VARIANT, "\"None\""), PAGES_BEFORE_17},
		{ELSE("huge_pages", FIELD_VARIANT, "\"None\""), PAGES_SINCE_17}),
};

const struct shape shape_machine_update = {
	.name = "MachineConfigUpdate",
	.shortens = true,
	.renamed = 4,
	.old = "VmUpdateConfig",
	.fields = FIELDS(
		{MAY("vcpu_count", FIELD_VCPUS)},
		{MAY("mem_size_mib", FIELD_USIZE)},
		{MAY("smt", FIELD_BOOL)},
		TEMPLATES,
		{MAY("track_dirty_pages", FIELD_BOOL)},
		{MAY("huge_pages", FIELD_VARIANT), PAGES_BEFORE_17},
		{MAY("huge_pages", FIELD_VARIANT), PAGES_SINCE_17}),
};

const struct shape shape_hotplug = {
	.name = "MemoryHotplugConfig",
	.fields = FIELDS(
		{NEED("total_size_mib", FIELD_USIZE), .before = 17},
		{ELSE("block_size_mib", FIELD_USIZE, "2"), .before = 17},
		{ELSE("slot_size_mib", FIELD_USIZE, "128"), .before = 17},
		{NEED("total_size_mib", FIELD_U32), .since = 17},
		{ELSE("block_size_mib", FIELD_U32, "2"), .since = 17},
		{ELSE("slot_size_mib", FIELD_U32, "128"), .since = 17}),
};

const struct shape shape_hotplug_update = {
	.name = "MemoryHotplugSizeUpdate",
	.fields = FIELDS({NEED("requested_size_mib", FIELD_USIZE), .before = 17}, {NEED("requested_size_mib", FIELD_U32), .since = 17}),
};

const struct shape shape_metrics = {
	.name = "MetricsConfig",
	.lenient = true,
	.fields = FIELDS(
		{NEED("metrics_path", FIELD_PATH)},
		{ELSE("emit_id", FIELD_BOOL, "false"), .since = 17},
		{MAY("properties", FIELD_TEXTS), .since = 17}),
};

const struct shape shape_mmds_config = {
	.name = "MmdsConfig",
	.fields = FIELDS(
		{ELSE("version", FIELD_VARIANT, "\"V1\""), VARIANTS("V1", "V2")},
		{NEED("network_interfaces", FIELD_STRINGS)},
		{MAY("ipv4_address", FIELD_IPV4)},
		{ELSE("imds_compat", FIELD_BOOL, "false"), .since = 13}),
};

const struct shape shape_interface = {
	.name = "NetworkInterfaceConfig",
	.fields = FIELDS(
		{NEED("iface_id", FIELD_STRING)},
		{NEED("host_dev_name", FIELD_STRING)},
		{MAY("guest_mac", FIELD_MAC)},
		{MAY("mtu", FIELD_U16), .since = 16},
		{LIMITER("rx_rate_limiter")},
		{LIMITER("tx_rate_limiter")}),
};

const struct shape shape_interface_update = {
	.name = "NetworkInterfaceUpdateConfig",
	.fields = FIELDS({NEED("iface_id", FIELD_STRING)}, {LIMITER("rx_rate_limiter")}, {LIMITER("tx_rate_limiter")}),
};

const struct shape shape_pmem = {
	.name = "PmemConfig",
	.fields = FIELDS(
		{NEED("id", FIELD_STRING)},
		{NEED("path_on_host", FIELD_STRING)},
		{ELSE("root_device", FIELD_BOOL, "false")},
		{ELSE("read_only", FIELD_BOOL, "false")},
		{LIMITER("rate_limiter"), .since = 16}),
};

const struct shape shape_pmem_update = {
	.name = "PmemDeviceUpdateConfig",
	.fields = FIELDS({NEED("id", FIELD_STRING)}, {LIMITER("rate_limiter")}),
};

const struct shape shape_serial = {
	.name = "SerialConfig",
	.fields = FIELDS({MAY("serial_out_path", FIELD_PATH)}, {MAY("rate_limiter", FIELD_OBJECT), .shape = &bucket, .since = 16}),
};

const struct shape shape_create = {
	.name = "CreateSnapshotParams",
	.fields = FIELDS(
		{ELSE("snapshot_type", FIELD_VARIANT, "\"Full\""), VARIANTS("Diff", "Full")},
		{NEED("snapshot_path", FIELD_PATH)},
		{NEED("mem_file_path", FIELD_PATH)},
		{MAY("version", FIELD_STRING), .before = 6}),
};

static const struct shape backend = {
	.name = "MemBackendConfig",
	.fields = FIELDS({NEED("backend_path", FIELD_PATH)}, {NEED("backend_type", FIELD_VARIANT), VARIANTS("File", "Uffd")}),
};

static const struct shape network_override = {
	.name = "NetworkOverride",
	.lenient = true,
	.fields = FIELDS({NEED("iface_id", FIELD_STRING)}, {NEED("host_dev_name", FIELD_STRING)}),
};

static const struct shape vsock_override = {
	.name = "VsockOverride",
	.lenient = true,
	.fields = FIELDS({NEED("uds_path", FIELD_STRING)}),
};

const struct shape shape_load = {
	.name = "LoadSnapshotConfig",
	.renamed = 1,
	.old = "LoadSnapshotParams",
	.fields = FIELDS(
		{NEED("snapshot_path", FIELD_PATH)},
		{NEED("mem_file_path", FIELD_PATH), .before = 1},
		{MAY("mem_file_path", FIELD_PATH), .since = 1},
		{MAY("mem_backend", FIELD_OBJECT), .shape = &backend, .since = 1},
		{ELSE("enable_diff_snapshots", FIELD_BOOL, "false")},
		{ELSE("track_dirty_pages", FIELD_BOOL, "false"), .since = 13},
		{ELSE("resume_vm", FIELD_BOOL, "false")},
		{ELSE("network_overrides", FIELD_OBJECTS, "[]"), .shape = &network_override, .since = 12},
		{MAY("vsock_override", FIELD_OBJECT), .shape = &vsock_override, .since = 16},
		{ELSE("clock_realtime", FIELD_BOOL, "false"), .since = 16},
		{ELSE("huge_pages", FIELD_VARIANT, "\"Snapshot\""), VARIANTS("Snapshot", "None", "Transparent", "2M"), .since = 17}),
};

const struct shape shape_vm = {
	.name = "Vm",
	.fields = FIELDS({NEED("state", FIELD_VARIANT), VARIANTS("Paused", "Resumed")}),
};

const struct shape shape_vsock = {
	.name = "VsockDeviceConfig",
	.shortens = true,
	.fields = FIELDS({HUSH("vsock_id", FIELD_STRING)}, {NEED("guest_cid", FIELD_U32)}, {NEED("uds_path", FIELD_STRING)}),
};

const struct shape shape_config_file = {
	.name = "VmmConfig",
	.lenient = true,
	.fields = FIELDS(
		{MAY("balloon", FIELD_OBJECT), .shape = &shape_balloon},
		{NEED("drives", FIELD_OBJECTS), .shape = &shape_drive},
		{NEED("boot-source", FIELD_OBJECT), .shape = &shape_boot_source},
		{MAY("cpu-config", FIELD_ANY), .since = 4},
		{MAY("logger", FIELD_OBJECT), .shape = &shape_logger},
		{MAY("machine-config", FIELD_OBJECT), .shape = &shape_machine},
		{MAY("metrics", FIELD_OBJECT), .shape = &shape_metrics},
		{MAY("mmds-config", FIELD_OBJECT), .shape = &shape_mmds_config},
		{ELSE("network-interfaces", FIELD_OBJECTS, "[]"), .shape = &shape_interface},
		{MAY("vsock", FIELD_OBJECT), .shape = &shape_vsock},
		{MAY("entropy", FIELD_OBJECT), .shape = &shape_entropy, .since = 4},
		{ELSE("pmem", FIELD_OBJECTS, "[]"), .shape = &shape_pmem, .since = 14},
		{MAY("memory-hotplug", FIELD_OBJECT), .shape = &shape_hotplug, .since = 14}),
};
