#ifndef PROC_WATCH_LISTENERS_H
#define PROC_WATCH_LISTENERS_H

#include <stdbool.h>

#include "address.h"

/* Whether somebody listens at an address of this machine, as the kernel says (sock_diag(7)): a tenth of what a connect
 * that is refused costs, and nobody is disturbed. What redirects connections (packet filters) it does not know of. */

/* A descriptor to ask with; -1: this kernel does not say it. */
int listeners_open(void);

/* Only 127.0.0.0/8 and ::1 can be asked about. */
bool listeners_know(const struct address *a);

/* 1: somebody listens there; 0: nobody; -1: it cannot be told. */
int listeners_ask(int fd, const struct address *a);

#endif
