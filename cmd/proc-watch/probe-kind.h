#ifndef PROC_WATCH_PROBE_KIND_H
#define PROC_WATCH_PROBE_KIND_H

#include "probe.h"

/* What a kind of probe does; probe.c calls it. */
struct probe_method {
	const char *name;
	bool bare;         /* the name may stand alone, without ':' and what follows */
	const char *wants; /* what is expected behind the ':' */
	/* rest: what stands behind the ':', NULL where there is none. Sets own->state, which `end` frees even where
	 * this fails with -1. */
	int (*parse)(struct probe *p, const char *rest);
	int (*arm)(struct probe *p, int64_t patience);
	void (*step)(struct probe *p, int64_t now);
	void (*given)(struct probe *p);                                                              /* may be NULL */
	void (*output)(struct probe *p, int stream, const char *bytes, size_t len, int64_t now);     /* may be NULL */
	void (*disarm)(struct probe *p); /* closes what it has open; again is fine */
	void (*end)(struct probe *p);
	bool stays;                      /* it goes on when it was seen */
	bool lingers;                    /* closing takes its time, and disturbs nobody later: as probe_disarm() does */
};

struct probe_own {
	const struct probe_method *method;
	int64_t interval; /* ns */
	bool armed;
	void *state;      /* the kind's */
};

extern const struct probe_method probe_tcp, probe_http, probe_unix, probe_file, probe_fd, probe_notify, probe_log;

/* It is seen, or can not be any more: nothing is polled, and all is closed, but for the kinds that stay or linger. */
void probe_see(struct probe *p, int64_t when, int64_t bound);
void probe_fail(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What p->why says from now on. The second returns -1; the third too, and "expected " comes before. */
void probe_why(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
int probe_refuse(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
int probe_expected(struct probe *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
