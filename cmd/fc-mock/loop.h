#ifndef FC_MOCK_LOOP_H
#define FC_MOCK_LOOP_H

#include <stdint.h>

/* The one thread's event loop: descriptors and moments. Everything in fc-mock happens in its callbacks. */

struct loop;
struct watch;  /* a descriptor */
struct moment; /* a point in time */

struct loop *loop_new(void); /* or dies */
void loop_free(struct loop *loop);

/* Call ready whenever fd is (EPOLLIN, EPOLLOUT, as of epoll_ctl(2), level-triggered). fd stays the caller's. Or dies. */
struct watch *loop_watch(struct loop *loop, int fd, uint32_t events, void (*ready)(void *data, uint32_t events), void *data);
void loop_rewatch(struct watch *watch, uint32_t events);
void loop_unwatch(struct watch *watch); /* before fd is closed; may be called in a callback, its own too; NULL is fine */

/* Call came once, at clock_now() or soon after, never from within this call. Or dies. */
struct moment *loop_at(struct loop *loop, int64_t when, void (*came)(void *data), void *data);
void loop_forget(struct moment *moment); /* one that has not come yet; NULL is fine */

/* Until loop_end(); the status given there. */
int loop_run(struct loop *loop);
void loop_end(struct loop *loop, int status);

#endif
