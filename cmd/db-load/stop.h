#ifndef DB_LOAD_STOP_H
#define DB_LOAD_STOP_H

#include <stdatomic.h>
#include <stdbool.h>

#include "signals.h"

/* Whether everything is to be done at once. */

struct stop {
	atomic_bool now;
	struct signals *signals; /* for those who wait to look for; NULL: another thread does */
};

/* Costs next to nothing. */
static inline bool stop_wanted(const struct stop *s)
{
	return atomic_load_explicit(&s->now, memory_order_relaxed);
}

/* The same for who has time, and sees a signal that nobody else would. */
static inline bool stop_look(struct stop *s)
{
	if (s->signals && signals_caught(s->signals))
		atomic_store(&s->now, true);
	return stop_wanted(s);
}

#endif
