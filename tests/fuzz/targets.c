/* The parser of a targets file, and the matching of what it holds. */
#include "harness.h"

#include <math.h>

#include "../../cmd/bench-gate/targets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct targets *targets = targets_new();

	MUST(targets);
	if (targets_read_memory(targets, "input", (const char *)data, size) != 0) {
		MUST(strncmp(targets_error(targets), "input:", 6) == 0);
	} else {
		MUST(targets->n > 0);
		for (size_t i = 0; i < targets->n; i++) {
			const struct target *t = &targets->target[i];
			MUST(*t->bench && *t->metric && *t->stat && *target_op_name(t->op) && isfinite(t->value));
			MUST(t->line > 0 && t->line <= size);
			MUST(target_matches(t, "http/version", "{\"connections\":100,\"tls\":true}", "latency") >= 0);
			MUST(target_matches(t, "", "{}", "") >= 0);
			MUST(target_matches_bench(t, "vm/boot", "{\"vcpus\":1}") >= 0);
			target_is_count(t);
		}
	}
	targets_free(targets);
	return 0;
}
