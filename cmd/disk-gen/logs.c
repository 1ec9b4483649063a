#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "build.h"
#include "die.h"
#include "rng.h"

/* /var/log: what happened from the installation to image->time. */

struct log {
	const char *path;
	mode_t mode;
	void (*line)(const struct build *, FILE *, const struct tm *, uint64_t key);
	unsigned share; /* of the lines, in hundredths */
};

/* The way that syslogd has always written it, or as RFC 3339. */
static void stamp(const struct build *b, FILE *out, const struct tm *tm)
{
	char text[64];
	bool modern = (b->image->os == OS_UBUNTU && b->release->step >= 4) ||
		      (b->image->os == OS_DEBIAN && b->release->step >= 2);

	strftime(text, sizeof text, modern ? "%Y-%m-%dT%H:%M:%S.000000+00:00" : "%b %e %H:%M:%S", tm);
	fprintf(out, "%s %s ", text, b->hostname);
}

static unsigned pick(uint64_t key, uint64_t index, unsigned n)
{
	return (unsigned)rng_reduce(rng_at(key, index), n);
}

static void system_line(const struct build *b, FILE *out, const struct tm *tm, uint64_t key)
{
	static const char *const units[] = {
		"Daily apt download activities",    "Daily man-db regeneration",  "Rotate log files",
		"Cleanup of Temporary Directories", "Message of the Day",         "Discard unused blocks",
		"Network Time Synchronization",     "OpenBSD Secure Shell server"};
	unsigned pid = 300 + pick(key, 1, 30000);

	stamp(b, out, tm);
	switch (pick(key, 0, 6)) {
	case 0:
		fprintf(out, "systemd[1]: Starting %s...\n", units[pick(key, 2, 8)]);
		break;
	case 1:
		fprintf(out, "systemd[1]: Finished %s.\n", units[pick(key, 2, 8)]);
		break;
	case 2:
		fprintf(out, "CRON[%u]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)\n", pid);
		break;
	case 3:
		fprintf(out, "kernel: [%5u.%06u] EXT4-fs (vda): re-mounted. Opts: errors=remount-ro\n",
			pick(key, 3, 90000), pick(key, 4, 1000000));
		break;
	case 4:
		fprintf(out, "systemd[1]: session-%u.scope: Deactivated successfully.\n", 1 + pick(key, 5, 400));
		break;
	default:
		fprintf(out, "dhclient[%u]: bound to 192.0.2.%u -- renewal in %u seconds.\n", pid,
			10 + pick(key, 6, 240), 1000 + pick(key, 7, 2000));
	}
}

static void alpine_line(const struct build *b, FILE *out, const struct tm *tm, uint64_t key)
{
	static const char *const periods[] = {"15min", "hourly", "daily", "weekly"};

	stamp(b, out, tm);
	if (pick(key, 0, 4))
		fprintf(out, "cron.info crond[%u]: USER root pid %u cmd run-parts /etc/periodic/%s\n",
			2000 + pick(key, 1, 100), 3000 + pick(key, 2, 30000), periods[pick(key, 3, 4)]);
	else
		fprintf(out, "daemon.info chronyd[%u]: Selected source 192.0.2.%u\n", 2000 + pick(key, 1, 100),
			1 + pick(key, 2, 9));
}

static void login_line(const struct build *b, FILE *out, const struct tm *tm, uint64_t key)
{
	const char *name = b->user[pick(key, 1, (unsigned)b->users)].name;
	unsigned pid = 300 + pick(key, 2, 30000), host = 1 + pick(key, 3, 250), port = 32768 + pick(key, 4, 28000);

	stamp(b, out, tm);
	switch (pick(key, 0, 5)) {
	case 0:
		fprintf(out, "sshd[%u]: Accepted publickey for %s from 198.51.100.%u port %u ssh2\n", pid, name, host,
			port);
		break;
	case 1:
		fprintf(out, "sshd[%u]: pam_unix(sshd:session): session opened for user %s by (uid=0)\n", pid, name);
		break;
	case 2:
		fprintf(out, "sshd[%u]: pam_unix(sshd:session): session closed for user %s\n", pid, name);
		break;
	case 3:
		fprintf(out, "sudo: %8s : TTY=pts/0 ; PWD=/home/%s ; USER=root ; COMMAND=/usr/bin/true\n", name, name);
		break;
	default:
		fprintf(out, "sshd[%u]: Invalid user admin from 203.0.113.%u port %u\n", pid, host, port);
	}
}

static const struct log logs[FAMILY_COUNT][3] = {
	{{"/var/log/syslog", 0640, system_line, 60}, {"/var/log/auth.log", 0640, login_line, 20}, {0}},
	{{"/var/log/messages", 0600, system_line, 60}, {"/var/log/secure", 0600, login_line, 20}, {0}},
	{{"/var/log/messages", 0640, alpine_line, 80}, {0}},
	{{"/var/log/auth.log", 0600, login_line, 40}, {0}},
};

static void make(struct build *b, const struct log *log, uint64_t lines)
{
	uint64_t key = rng_key(rng_key(b->image->key, "log"), log->path);
	int64_t span = b->image->time - b->installed, time = b->installed;
	struct text text;

	text_open(&text);
	for (uint64_t i = 0; i < lines; i++) {
		uint64_t line = rng_at(key, i);
		struct tm tm;
		time_t moment;

		/* Each somewhere in its own stretch of the whole. */
		time = b->installed +
		       (int64_t)(((double)i + (double)(line >> 40) / 16777216) / (double)lines * (double)span);
		moment = (time_t)time;
		if (!gmtime_r(&moment, &tm))
			tm = (struct tm){.tm_mday = 1, .tm_year = 70};
		log->line(b, text.stream, &tm, line);
	}
	tree_text(b->tree, log->path, log->mode, time, &text)->gid =
		b->family == FAMILY_DEB && log->mode == 0640 ? 4 : 0;
}

void make_logs(struct build *b)
{
	for (const struct log *log = logs[b->family]; log->path; log++)
		make(b, log, b->log_lines * log->share / 100 + 1);
	if (b->family != FAMILY_APK)
		tree_filler(b->tree, "/var/log/lastlog", b->installed, 292 * (1000 + b->users), 0)->mode =
			0664; /* a hole, as nobody logged in */
}
