#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "clock.h"

#define OVERLAYFS_MAGIC 0x794c7630
#define GIT_BOUND 1500000000 /* ns that `git status` may take before we do without */

/* Copy at most size - 1 bytes of from, up to its end or a line's end; no white space around. */
static void take_line(char *to, size_t size, const char *from)
{
	size_t len;

	from += strspn(from, " \t");
	len = strcspn(from, "\n");
	if (len >= size)
		len = size - 1;
	while (len && (from[len - 1] == ' ' || from[len - 1] == '\t'))
		len--;
	memcpy(to, from, len);
	to[len] = '\0';
}

/* The first size - 1 bytes of a file. false if there are none. */
static bool read_head(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, text, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

static void read_cpu(struct host *host)
{
	/* One page is enough for the first CPU; a whole big machine would take milliseconds. */
	static const char *const keys[] = { "model name", "cpu model", "Model", "Hardware", "uarch" };
	char text[4096];

	if (!read_head("/proc/cpuinfo", text, sizeof(text)))
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t len = strlen(keys[i]);

		for (const char *line = text; line; line = strchr(line, '\n')) {
			line += *line == '\n';
			if (strncmp(line, keys[i], len) == 0 && (line[len] == '\t' || line[len] == ' ' || line[len] == ':')) {
				const char *colon = strchr(line, ':');

				if (colon)
					take_line(host->cpu, sizeof(host->cpu), colon + 1);
				return;
			}
		}
	}
}

static bool in_container(char name[32])
{
	char text[64];
	struct statfs fs;

	if (read_head("/run/systemd/container", text, sizeof(text))) {
		take_line(name, 32, text);
		return name[0] != '\0';
	}
	if (access("/run/.containerenv", F_OK) != 0 && access("/.dockerenv", F_OK) != 0)
		return false;
	/* The file also stays behind where an image was made into a virtual machine's disk. */
	if (statfs("/", &fs) == 0 && fs.f_type != OVERLAYFS_MAGIC)
		return false;
	snprintf(name, 32, "container");
	return true;
}

#if defined(__x86_64__) || defined(__i386__)
static bool in_hypervisor(char name[32])
{
	static const char *const vendors[][2] = {
		{ "KVMKVMKVM", "kvm" },        { "Microsoft Hv", "microsoft" }, { "VMwareVMware", "vmware" },
		{ "XenVMMXenVMM", "xen" },     { "TCGTCGTCGTCG", "qemu" },      { "bhyve bhyve ", "bhyve" },
		{ "VBoxVBoxVBox", "oracle" },
	};
	unsigned int a, b, c, d;
	char vendor[13] = { 0 };

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1U << 31)))
		return false;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(vendor, &b, 4);
	memcpy(vendor + 4, &c, 4);
	memcpy(vendor + 8, &d, 4);
	snprintf(name, 32, "vm");
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (strcmp(vendor, vendors[i][0]) == 0)
			snprintf(name, 32, "%s", vendors[i][1]);
	}
	return true;
}
#else
static bool in_hypervisor(char name[32])
{
	static const char *const vendors[][2] = {
		{ "QEMU", "kvm" },   { "KVM", "kvm" },       { "Amazon EC2", "amazon" }, { "Google", "google" },
		{ "VMware", "vmware" }, { "Microsoft", "microsoft" }, { "Xen", "xen" },
	};
	char text[128];

	if (!read_head("/sys/class/dmi/id/sys_vendor", text, sizeof(text)))
		return false;
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (strstr(text, vendors[i][0])) {
			snprintf(name, 32, "%s", vendors[i][1]);
			return true;
		}
	}
	return false;
}
#endif

/* CPUs that we may run on; the set grows until the kernel's fits. */
static int usable_cores(void)
{
	for (int cpus = 1024; cpus <= 1 << 16; cpus *= 4) {
		size_t size = CPU_ALLOC_SIZE(cpus);
		cpu_set_t *set = CPU_ALLOC(cpus);
		int count = -1;

		if (!set)
			break;
		if (sched_getaffinity(0, size, set) == 0)
			count = CPU_COUNT_S(size, set);
		CPU_FREE(set);
		if (count > 0)
			return count;
	}
	return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

/* FNV-1a, 64 bits, over a string and a separating NUL. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
	size_t len = strlen(text) + 1;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3U;
	return hash;
}

static void host_hash(struct host *host)
{
	const char *const texts[] = { host->os, host->arch, host->cpu, host->governor, host->virt };
	uint64_t hash = 0xcbf29ce484222325U;
	char numbers[64];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		hash = hash_text(hash, texts[i]);
	snprintf(numbers, sizeof(numbers), "%d %lld", host->cores, (long long)host->memory);
	snprintf(host->id, sizeof(host->id), "%016llx", (unsigned long long)hash_text(hash, numbers));
}

void host_read(struct host *host)
{
	struct utsname name;
	struct sysinfo memory;
	char text[64];

	memset(host, 0, sizeof(*host));
	if (uname(&name) == 0) {
		snprintf(host->os, sizeof(host->os), "%.60s %.60s", name.sysname, name.release);
		snprintf(host->arch, sizeof(host->arch), "%.31s", name.machine);
	}
	read_cpu(host);
	host->cores = usable_cores();
	if (sysinfo(&memory) == 0)
		host->memory = (int64_t)memory.totalram * memory.mem_unit;
	if (read_head("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, sizeof(text)))
		take_line(host->governor, sizeof(host->governor), text);
	if (!in_container(host->virt))
		in_hypervisor(host->virt);
	host_hash(host);
}

/* dir/name into path; false where that is too long. */
static bool join(char path[PATH_MAX], const char *dir, const char *name)
{
	int n = snprintf(path, PATH_MAX, "%s%s%s", name[0] == '/' ? "" : dir, name[0] == '/' ? "" : "/", name);

	return n > 0 && n < PATH_MAX;
}

/* The git directory of the tree we stand in: $GIT_DIR, or .git here or above, which may be
 * a file that names it (worktrees, submodules). */
static bool find_git_dir(char dir[PATH_MAX])
{
	char at[PATH_MAX], path[PATH_MAX], text[PATH_MAX];
	const char *set = getenv("GIT_DIR");

	if (!getcwd(at, sizeof(at)))
		return false;
	if (set && *set)
		return join(dir, at, set);
	for (;;) {
		struct stat st;
		char *slash;

		if (join(path, strcmp(at, "/") == 0 ? "" : at, ".git") && stat(path, &st) == 0) {
			if (S_ISDIR(st.st_mode)) {
				memcpy(dir, path, sizeof(path));
				return true;
			}
			if (!read_head(path, text, sizeof(text)) || strncmp(text, "gitdir: ", 8) != 0)
				return false;
			text[strcspn(text, "\n")] = '\0';
			return join(dir, at, text + 8);
		}
		slash = strrchr(at, '/');
		if (!slash || !at[1])
			return false;
		slash[slash == at] = '\0';
	}
}

/* Take the object name (SHA-1 or SHA-256) at the start of text. */
static bool take_commit(char commit[65], const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	if (len != 40 && len != 64)
		return false;
	memcpy(commit, text, len);
	commit[len] = '\0';
	return true;
}

static bool packed_ref(const char *common, const char *ref, char commit[65])
{
	char path[PATH_MAX], *line = NULL;
	size_t size = 0;
	ssize_t len;
	bool found = false;
	FILE *f = join(path, common, "packed-refs") ? fopen(path, "re") : NULL;

	if (!f)
		return false;
	while (!found && (len = getline(&line, &size, f)) > 0) {
		char *space = strchr(line, ' ');

		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (space && line[0] != '#' && strcmp(space + 1, ref) == 0)
			found = take_commit(commit, line);
	}
	free(line);
	fclose(f);
	return found;
}

static void read_ref(const char *dir, const char *ref, char commit[65])
{
	char path[PATH_MAX], common[PATH_MAX], text[PATH_MAX];

	if (join(path, dir, ref) && read_head(path, text, 128) && take_commit(commit, text))
		return;
	/* A worktree has its branches in the repository it belongs to. */
	memcpy(common, dir, strlen(dir) + 1);
	if (join(path, dir, "commondir") && read_head(path, text, sizeof(text))) {
		text[strcspn(text, "\n")] = '\0';
		if (!join(common, dir, text))
			return;
		if (join(path, common, ref) && read_head(path, text, 128) && take_commit(commit, text))
			return;
	}
	packed_ref(common, ref, commit);
}

/* Does a line come out of fd within the bound? */
static bool anything_said(int fd)
{
	int64_t deadline = clock_now() + GIT_BOUND;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char byte;

	for (int64_t left = GIT_BOUND; left > 0; left = deadline - clock_now()) {
		int ready = poll(&poll_fd, 1, (int)(left / 1000000) + 1);

		if (ready > 0)
			return read(fd, &byte, 1) == 1;
		if (ready == 0 || errno != EINTR)
			break;
	}
	return false;
}

static bool git_dirty(void)
{
	const char *const argv[] = { "git", "--no-optional-locks", "status", "--porcelain", "-uno", NULL };
	posix_spawn_file_actions_t actions;
	bool dirty = false;
	int out[2];
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0)
		return false;
	if (posix_spawn_file_actions_init(&actions) != 0)
		goto close_pipe;
	if (posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
	    posix_spawn_file_actions_adddup2(&actions, out[1], 1) == 0 &&
	    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0 &&
	    posix_spawnp(&pid, "git", &actions, NULL, (char *const *)argv, environ) == 0) {
		close(out[1]);
		out[1] = -1;
		dirty = anything_said(out[0]);
		kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	posix_spawn_file_actions_destroy(&actions);
close_pipe:
	close(out[0]);
	if (out[1] >= 0)
		close(out[1]);
	return dirty;
}

void host_vcs(struct vcs *vcs)
{
	char dir[PATH_MAX], path[PATH_MAX], text[PATH_MAX];

	memset(vcs, 0, sizeof(*vcs));
	if (!find_git_dir(dir) || !join(path, dir, "HEAD") || !read_head(path, text, sizeof(text)))
		return;
	if (strncmp(text, "ref: ", 5) == 0) {
		char *ref = text + 5;

		ref[strcspn(ref, "\n")] = '\0';
		if (strncmp(ref, "refs/heads/", 11) == 0)
			snprintf(vcs->branch, sizeof(vcs->branch), "%.255s", ref + 11);
		read_ref(dir, ref, vcs->commit);
	} else {
		take_commit(vcs->commit, text);
	}
	if (vcs->commit[0])
		vcs->dirty = git_dirty();
}

void host_ci(struct ci *ci)
{
	static const struct {
		const char *mark, *provider, *id[2];
	} known[] = {
		{ "GITHUB_ACTIONS", "github", { "GITHUB_RUN_ID", NULL } },
		{ "GITLAB_CI", "gitlab", { "CI_JOB_ID", "CI_PIPELINE_ID" } },
		{ "BUILDKITE", "buildkite", { "BUILDKITE_JOB_ID", "BUILDKITE_BUILD_ID" } },
		{ "CIRCLECI", "circleci", { "CIRCLE_WORKFLOW_JOB_ID", "CIRCLE_BUILD_NUM" } },
		{ "JENKINS_URL", "jenkins", { "BUILD_TAG", "BUILD_ID" } },
		{ "CI", "unknown", { NULL, NULL } },
	};

	memset(ci, 0, sizeof(*ci));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const char *mark = getenv(known[i].mark);

		if (!mark || !*mark || strcmp(mark, "false") == 0 || strcmp(mark, "0") == 0)
			continue;
		snprintf(ci->provider, sizeof(ci->provider), "%s", known[i].provider);
		for (int k = 1; k >= 0; k--) {
			const char *id = known[i].id[k] ? getenv(known[i].id[k]) : NULL;

			if (id && *id)
				snprintf(ci->id, sizeof(ci->id), "%s", id);
		}
		return;
	}
}
