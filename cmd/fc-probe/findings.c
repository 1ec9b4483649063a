#include "findings.h"

#include <inttypes.h>
#include <stdio.h>

/* More calls for trying again than for trying. */
#define CALLS_MAX 2.0
/* Share of what each one of the lowest level gets done. */
#define SCALING_MIN 0.5
/* For an operation. */
#define ALLOC_BYTES_MAX 1024.0
#define ALLOCS_MAX 100.0

static struct finding *add(struct finding *list, size_t *n, const char *name, double value, double limit)
{
	struct finding *f = &list[(*n)++];

	f->name = name;
	f->value = value;
	f->limit = limit;
	return f;
}

size_t findings_of(const struct load *load, struct level_rate *lowest, struct finding list[FINDINGS_MAX])
{
	const struct tally *t = load->tally;
	double done = (double)t->done, calls, bytes, allocs, rate = 0;
	struct finding *f;
	size_t n = 0;

	if (!t->done)
		return 0;
	calls = (double)t->calls / done;
	bytes = (double)t->alloc_bytes / done;
	allocs = (double)t->allocs / done;
	if ((load->probe->flags & PROBE_MAY_FAIL) && calls >= CALLS_MAX) {
		f = add(list, &n, "retry-storm", calls, CALLS_MAX);
		snprintf(f->text, sizeof f->text, "retry storm: %.3f calls an operation", calls);
	}
	if (t->waves)
		rate = (double)t->waves * load->level * 1e9 / (double)t->waves_busy;
	else if (t->busy > 0)
		rate = done * 1e9 / (double)t->busy;
	if (load->probe->flags & PROBE_NO_RATE || t->failed) {
		/* Nothing to be held against. */
	} else if (!lowest->level) {
		lowest->level = load->level;
		lowest->rate = rate;
	} else if (rate / load->level < SCALING_MIN * lowest->rate / lowest->level) {
		f = add(list, &n, "poor-scaling", rate / load->level / (lowest->rate / lowest->level), SCALING_MIN);
		snprintf(f->text, sizeof f->text, "poor scaling: %u at once get %.1f times as much done as %u, not %.1f times",
			 load->level, rate / lowest->rate, lowest->level, (double)load->level / lowest->level);
	}
	/* What starts processes is not meant to do without. */
	if ((load->probe->flags & PROBE_MAY_FAIL) && (bytes >= ALLOC_BYTES_MAX || allocs >= ALLOCS_MAX)) {
		f = add(list, &n, "allocations-high", bytes, ALLOC_BYTES_MAX);
		snprintf(f->text, sizeof f->text, "allocations: %.0f bytes in %.1f pieces an operation", bytes, allocs);
	}
	if (t->cancelled_failed) {
		f = add(list, &n, "grace-missed", (double)t->cancelled_failed, 0);
		snprintf(f->text, sizeof f->text, "grace missed: %" PRIu64 " of %" PRIu64 " cancelled operations were not cleaned up",
			 t->cancelled_failed, t->cancelled);
	}
	if (t->leaked) {
		f = add(list, &n, "resource-leaked", (double)t->leaked, 0);
		snprintf(f->text, sizeof f->text, "leaked: %" PRIu64 " microVMs were not gone after their clean-up, the first left a %s",
			 t->leaked, t->left);
	}
	return n;
}
