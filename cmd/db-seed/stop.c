#include "stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "die.h"

#define IMPATIENT 1 /* s: a second signal sooner is taken for the first, which timeout(1) and some shells send twice */
#define STEPS 20000 /* of SQLite's virtual machine between two looks: well under 10 ms */

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t caught;
static struct timespec caught_at;
static _Atomic(const char *) unfinished;

static void on_signal(int number)
{
	const char *path = unfinished;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (caught) {
		if (now.tv_sec - caught_at.tv_sec <= IMPATIENT)
			return;
		if (path)
			unlink(path);
		_exit(STATUS_SIGNAL + number);
	}
	caught_at = now;
	caught = number;
}

void stop_install(void)
{
	struct sigaction action = { .sa_handler = on_signal }, old;

	/* One at a time. */
	sigfillset(&action.sa_mask);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

int stop_signal(void)
{
	return caught;
}

void stop_file(const char *path)
{
	unfinished = path;
}

static int check(void *data)
{
	const struct stop_watch *watch = data;

	if (watch->tick)
		watch->tick(watch->data);
	return caught != 0;
}

void stop_watch(const struct stop_watch *watch, struct sql *db)
{
	sql_on_progress(db, STEPS, check, (void *)watch);
}

void stop_block(void)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaddset(&set, signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}
