#include "counters.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const uint64_t configs[COUNTER_COUNT] = {
	[COUNTER_INSTRUCTIONS] = PERF_COUNT_HW_INSTRUCTIONS,
	[COUNTER_CYCLES] = PERF_COUNT_HW_CPU_CYCLES,
};

void counters_open(struct counters *c, int32_t error[COUNTER_COUNT])
{
	for (int i = 0; i < COUNTER_COUNT; i++) {
		struct perf_event_attr attr;

		memset(&attr, 0, sizeof(attr));
		attr.size = sizeof(attr);
		attr.type = PERF_TYPE_HARDWARE;
		attr.config = configs[i];
		attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
		attr.disabled = 1;       /* never count the spawner, */
		attr.inherit = 1;        /* but its children, */
		attr.enable_on_exec = 1; /* from their exec on */
		attr.exclude_kernel = 1; /* the same for every user, whatever perf_event_paranoid says */
		attr.exclude_hv = 1;
		c->fd[i] = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
		error[i] = c->fd[i] < 0 ? errno : 0;
	}
	counters_mark(c);
}

static int read_one(const struct counters *c, int i, struct count *count)
{
	return c->fd[i] >= 0 && read(c->fd[i], count, sizeof(*count)) == (ssize_t)sizeof(*count) ? 0 : -1;
}

void counters_mark(struct counters *c)
{
	for (int i = 0; i < COUNTER_COUNT; i++) {
		if (read_one(c, i, &c->last[i]) < 0)
			c->last[i] = (struct count){ 0 };
	}
}

void counters_read(struct counters *c, double value[COUNTER_COUNT])
{
	for (int i = 0; i < COUNTER_COUNT; i++) {
		const struct count *last = &c->last[i];
		struct count now;

		value[i] = NAN;
		if (read_one(c, i, &now) < 0 || now.running == last->running)
			continue;
		value[i] = (double)(now.value - last->value) * (double)(now.enabled - last->enabled) /
			   (double)(now.running - last->running);
	}
}
