#include "precise-wait.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

int precise_wait(int epoll, struct epoll_event *events, int n, int64_t wait)
{
	static atomic_bool lacking;
	int64_t ns = wait > 0 ? wait : 0, ms = ns / 1000000 + (ns % 1000000 > 0);

	if (!atomic_load_explicit(&lacking, memory_order_relaxed)) {
		const struct timespec timeout = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
		int got = epoll_pwait2(epoll, events, n, &timeout, NULL);

		if (got >= 0 || errno != ENOSYS)
			return got;
		atomic_store(&lacking, true);
	}
	return epoll_wait(epoll, events, n, ms > INT_MAX ? INT_MAX : (int)ms);
}
