#include "loop.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"

#define BATCH 32 /* events taken at a time */
#define SECOND INT64_C(1000000000)

struct watch {
	struct loop *loop;
	int fd;
	void (*ready)(void *data, uint32_t events);
	void *data;
};

struct moment {
	struct loop *loop;
	int64_t when;
	uint64_t number; /* they are numbered as they are made */
	void (*came)(void *data);
	void *data;
	struct moment *next;
};

struct loop {
	int epoll;
	bool coarse;             /* the kernel waits for whole milliseconds only */
	bool ended;
	int status;
	struct epoll_event events[BATCH];
	int next, taken;         /* events[next..taken) are still to be told */
	struct moment *first;    /* the earliest; of equal times the one made earlier */
	uint64_t numbers;
};

struct loop *loop_new(void)
{
	struct loop *loop = x_calloc(1, sizeof *loop);

	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		die("epoll_create1:");
	prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); /* moments are to come when they are due */
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	while (loop->first) {
		struct moment *moment = loop->first;

		loop->first = moment->next;
		free(moment);
	}
	close(loop->epoll);
	free(loop);
}

struct watch *loop_watch(struct loop *loop, int fd, uint32_t events, void (*ready)(void *data, uint32_t events),
			 void *data)
{
	struct watch *watch = x_malloc(sizeof *watch);
	struct epoll_event event = {.events = events, .data = {.ptr = watch}};

	*watch = (struct watch){loop, fd, ready, data};
	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event) < 0)
		die("epoll_ctl:");
	return watch;
}

void loop_rewatch(struct watch *watch, uint32_t events)
{
	struct epoll_event event = {.events = events, .data = {.ptr = watch}};

	if (epoll_ctl(watch->loop->epoll, EPOLL_CTL_MOD, watch->fd, &event) < 0)
		die("epoll_ctl:");
}

void loop_unwatch(struct watch *watch)
{
	struct loop *loop;

	if (!watch)
		return;
	loop = watch->loop;
	epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	for (int i = loop->next; i < loop->taken; i++) {
		if (loop->events[i].data.ptr == watch)
			loop->events[i].data.ptr = NULL;
	}
	free(watch);
}

struct moment *loop_at(struct loop *loop, int64_t when, void (*came)(void *data), void *data)
{
	struct moment *moment = x_malloc(sizeof *moment), **at = &loop->first;

	while (*at && (*at)->when <= when)
		at = &(*at)->next;
	*moment = (struct moment){loop, when, loop->numbers++, came, data, *at};
	*at = moment;
	return moment;
}

void loop_forget(struct moment *moment)
{
	struct moment **at;

	if (!moment)
		return;
	at = &moment->loop->first;
	while (*at != moment)
		at = &(*at)->next;
	*at = moment->next;
	free(moment);
}

/* Wait so long, in ns; -1: without end. */
static int wait_for_events(struct loop *loop, int64_t timeout)
{
	int64_t ms;

#ifdef SYS_epoll_pwait2
	if (!loop->coarse) {
		int64_t spec[2] = {timeout / SECOND, timeout % SECOND};
		long n = syscall(SYS_epoll_pwait2, loop->epoll, loop->events, BATCH, timeout < 0 ? NULL : spec, NULL,
				 (size_t)0);

		if (n >= 0 || (errno != ENOSYS && errno != EPERM))
			return (int)n;
		loop->coarse = true;
	}
#endif
	ms = timeout / 1000000 + !!(timeout % 1000000);
	return epoll_wait(loop->epoll, loop->events, BATCH, timeout < 0 ? -1 : ms > 3600000 ? 3600000 : (int)ms);
}

static void tell_events(struct loop *loop)
{
	while (loop->next < loop->taken && !loop->ended) {
		struct epoll_event *event = &loop->events[loop->next++];
		struct watch *watch = event->data.ptr;

		if (watch)
			watch->ready(watch->data, event->events);
	}
	loop->next = loop->taken = 0;
}

/* Those that are due, but for the ones which that makes. */
static void tell_moments(struct loop *loop)
{
	int64_t now = clock_now();
	uint64_t made = loop->numbers;

	while (loop->first && !loop->ended && loop->first->when <= now && loop->first->number < made) {
		struct moment moment = *loop->first;

		free(loop->first);
		loop->first = moment.next;
		moment.came(moment.data);
	}
}

int loop_run(struct loop *loop)
{
	while (!loop->ended) {
		int64_t timeout = -1;

		if (loop->first) {
			timeout = loop->first->when - clock_now();
			if (timeout < 0)
				timeout = 0;
		}
		loop->taken = wait_for_events(loop, timeout);
		if (loop->taken < 0) {
			if (errno != EINTR)
				die("epoll_wait:");
			loop->taken = 0;
		}
		tell_events(loop);
		if (loop->first)
			tell_moments(loop);
	}
	return loop->status;
}

void loop_end(struct loop *loop, int status)
{
	loop->ended = true;
	loop->status = status;
}
