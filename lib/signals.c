#include "signals.h"

#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

int signals_hold(struct signals *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	atomic_init(&s->caught, 0);
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->fd < 0 ? -1 : 0;
}

int signals_caught(struct signals *s)
{
	struct signalfd_siginfo info;
	int none = 0;

	if (atomic_load(&s->caught) == 0 && read(s->fd, &info, sizeof info) == (ssize_t)sizeof info)
		atomic_compare_exchange_strong(&s->caught, &none, (int)info.ssi_signo);
	return atomic_load(&s->caught);
}
