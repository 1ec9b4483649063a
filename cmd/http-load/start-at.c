#include "start-at.h"

#include <poll.h>

#include "clock.h"

#define LOOK 100 /* ms; the wall clock may be set while this waits */

int start_wait(int64_t wall, struct signals *signals, struct progress *progress)
{
	struct pollfd fd = {.fd = signals->fd, .events = POLLIN};
	int64_t left;

	while (!signals_caught(signals) && (left = wall - clock_wall()) > 0) {
		progress_update(progress, "beginning in %.0f s", (double)left / 1e9);
		poll(&fd, 1, left < LOOK * 1000000LL ? (int)(left / 1000000) + 1 : LOOK);
	}
	progress_clear(progress);
	return signals_caught(signals);
}
