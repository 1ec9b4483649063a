#ifndef BENCHPIPE_WAKE_H
#define BENCHPIPE_WAKE_H

#include <stdbool.h>
#include <stdint.h>

/* A thread that wakes what waits for its time, which another thread then goes on with. Two threads have to wake up until
 * that one runs: it is woken so much before its time that one in eight is early, and waits busily for the rest. */

struct wake;

struct wake_calls {
	void *data;
	/* Until when, in clock_now()'s ns, nobody is woken at now; now itself where somebody may be. NULL: always. */
	int64_t (*hold)(void *data, int64_t now);
	void (*lay_down)(void *item); /* called by wake_later() once it is certain that item will be woken */
	void (*wake)(void *item);     /* after that, from any thread */
};

/* NULL with errno. */
struct wake *wake_start(const struct wake_calls *calls);

/* Have item woken for due, in clock_now()'s ns. false: it will not be, for want of memory or since all were woken. */
bool wake_later(struct wake *w, int64_t due, void *item);

/* To be called by what was woken: returns when due has come, and learns. */
void wake_came(struct wake *w, int64_t due);

void wake_all(struct wake *w); /* whatever their time; from now on nothing waits */
void wake_end(struct wake *w); /* after wake_all(); NULL is fine */

#endif
