#ifndef HTTP_LOAD_PRECISE_WAIT_H
#define HTTP_LOAD_PRECISE_WAIT_H

#include <stdint.h>
#include <sys/epoll.h>

/* epoll_wait(2) for wait ns (0 or less: not at all) by epoll_pwait2(2); where the kernel lacks that, until the next
 * whole millisecond. How many events, or -1 with errno. */
int precise_wait(int epoll, struct epoll_event *events, int n, int64_t wait);

#endif
