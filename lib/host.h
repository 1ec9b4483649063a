#ifndef BENCHPIPE_HOST_H
#define BENCHPIPE_HOST_H

#include <stdbool.h>
#include <stdint.h>

/* What this machine is, which commit the current directory is at, which CI runs us:
 * the host, vcs and ci objects of a run record. */

struct host {
	char os[128];      /* "Linux 6.1.0" */
	char arch[32];     /* "x86_64" */
	char cpu[128];     /* model name, "" where unknown */
	int cores;         /* that this process may run on */
	int64_t memory;    /* bytes, 0 where unknown */
	char governor[32]; /* cpufreq's, "" where there is none */
	char virt[32];     /* "kvm", "container", "" on bare metal or unknown */
	char id[17];       /* 16 hex digits, a hash (FNV-1a) of all the above */
};

struct vcs {
	char commit[65]; /* "" outside a git checkout */
	char branch[256];/* "" on a detached head */
	bool dirty;      /* tracked files differ from the commit; false where git is absent */
};

struct ci {
	char provider[32]; /* "github", "gitlab", "buildkite", "circleci", "jenkins", "unknown"; "" outside CI */
	char id[128];      /* the provider's run or job id */
};

void host_read(struct host *host);
/* Reads .git itself for the commit and the branch, and runs `git` only for dirty. */
void host_vcs(struct vcs *vcs);
void host_ci(struct ci *ci);

#endif
