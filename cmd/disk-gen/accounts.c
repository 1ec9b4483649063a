#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "die.h"
#include "rng.h"

/* Users and groups. Nobody has a password: all are locked. */

static const struct {
	const char *name, *comment;
} people[] = {
	{"alice", "Alice Moreau"},    {"bashir", "Bashir Haddad"},   {"carla", "Carla Rossi"},
	{"dmitri", "Dmitri Volkov"},  {"elena", "Elena Petrova"},    {"felix", "Felix Brandt"},
	{"grace", "Grace Okafor"},    {"hiroshi", "Hiroshi Tanaka"}, {"ines", "Ines Carvalho"},
	{"jonas", "Jonas Lindqvist"}, {"kavya", "Kavya Nair"},       {"liam", "Liam Byrne"},
	{"mei", "Mei Chen"},          {"nadia", "Nadia Rahman"},     {"oscar", "Oscar Delgado"},
	{"priya", "Priya Sharma"},    {"quentin", "Quentin Dubois"}, {"rosa", "Rosa Jimenez"},
	{"samuel", "Samuel Adeyemi"}, {"tomas", "Tomas Novak"},      {"ursula", "Ursula Keller"},
	{"victor", "Victor Popescu"}, {"wanda", "Wanda Kowalska"},   {"yusuf", "Yusuf Demir"},
};

#define PEOPLE (sizeof people / sizeof *people)

struct account {
	const char *name;
	unsigned id, group;
	const char *comment, *home, *shell;
};

#define NOLOGIN "/usr/sbin/nologin"

static const struct account deb[] = {
	{"root", 0, 0, "root", "/root", "/bin/bash"},
	{"daemon", 1, 1, "daemon", "/usr/sbin", NOLOGIN},
	{"bin", 2, 2, "bin", "/bin", NOLOGIN},
	{"sys", 3, 3, "sys", "/dev", NOLOGIN},
	{"sync", 4, 65534, "sync", "/bin", "/bin/sync"},
	{"games", 5, 60, "games", "/usr/games", NOLOGIN},
	{"man", 6, 12, "man", "/var/cache/man", NOLOGIN},
	{"mail", 8, 8, "mail", "/var/mail", NOLOGIN},
	{"www-data", 33, 33, "www-data", "/var/www", NOLOGIN},
	{"backup", 34, 34, "backup", "/var/backups", NOLOGIN},
	{"_apt", 42, 65534, "", "/nonexistent", NOLOGIN},
	{"messagebus", 100, 102, "", "/nonexistent", NOLOGIN},
	{"sshd", 101, 65534, "", "/run/sshd", NOLOGIN},
	{"systemd-network", 998, 998, "systemd Network Management", "/", NOLOGIN},
	{"nobody", 65534, 65534, "nobody", "/nonexistent", NOLOGIN},
	{0},
};

static const struct account rpm[] = {
	{"root", 0, 0, "root", "/root", "/bin/bash"},
	{"bin", 1, 1, "bin", "/bin", NOLOGIN},
	{"daemon", 2, 2, "daemon", "/sbin", NOLOGIN},
	{"adm", 3, 4, "adm", "/var/adm", NOLOGIN},
	{"sync", 5, 0, "sync", "/sbin", "/bin/sync"},
	{"shutdown", 6, 0, "shutdown", "/sbin", "/sbin/shutdown"},
	{"halt", 7, 0, "halt", "/sbin", "/sbin/halt"},
	{"mail", 8, 12, "mail", "/var/spool/mail", NOLOGIN},
	{"ftp", 14, 50, "FTP User", "/var/ftp", NOLOGIN},
	{"sshd", 74, 74, "Privilege-separated SSH", "/usr/share/empty.sshd", NOLOGIN},
	{"dbus", 81, 81, "System Message Bus", "/", NOLOGIN},
	{"systemd-network", 192, 192, "systemd Network Management", "/", NOLOGIN},
	{"chrony", 996, 996, "chrony system user", "/var/lib/chrony", NOLOGIN},
	{"nobody", 65534, 65534, "Kernel Overflow User", "/", NOLOGIN},
	{0},
};

static const struct account apk[] = {
	{"root", 0, 0, "root", "/root", "/bin/sh"},
	{"bin", 1, 1, "bin", "/bin", "/sbin/nologin"},
	{"daemon", 2, 2, "daemon", "/sbin", "/sbin/nologin"},
	{"lp", 4, 7, "lp", "/var/spool/lpd", "/sbin/nologin"},
	{"sync", 5, 0, "sync", "/sbin", "/bin/sync"},
	{"mail", 8, 12, "mail", "/var/mail", "/sbin/nologin"},
	{"cron", 16, 16, "cron", "/var/spool/cron", "/sbin/nologin"},
	{"sshd", 22, 22, "sshd", "/dev/null", "/sbin/nologin"},
	{"ntp", 123, 123, "NTP", "/var/empty", "/sbin/nologin"},
	{"guest", 405, 100, "guest", "/dev/null", "/sbin/nologin"},
	{"nobody", 65534, 65534, "nobody", "/", "/sbin/nologin"},
	{0},
};

static const struct account pacman[] = {
	{"root", 0, 0, "", "/root", "/usr/bin/bash"},
	{"bin", 1, 1, "", "/", "/usr/bin/nologin"},
	{"daemon", 2, 2, "", "/", "/usr/bin/nologin"},
	{"mail", 8, 12, "", "/var/spool/mail", "/usr/bin/nologin"},
	{"ftp", 14, 11, "", "/srv/ftp", "/usr/bin/nologin"},
	{"http", 33, 33, "", "/srv/http", "/usr/bin/nologin"},
	{"dbus", 81, 81, "System Message Bus", "/", "/usr/bin/nologin"},
	{"systemd-network", 981, 981, "systemd Network Management", "/", "/usr/bin/nologin"},
	{"nobody", 65534, 65534, "Kernel Overflow User", "/", "/usr/bin/nologin"},
	{0},
};

struct group {
	const char *name;
	unsigned id;
};

/* Of the accounts above, and the one whose members may become root last. */
static const struct group deb_groups[] = {
	{"root", 0},      {"daemon", 1},  {"bin", 2},       {"sys", 3},     {"adm", 4},          {"tty", 5},
	{"disk", 6},      {"mail", 8},    {"man", 12},      {"cdrom", 24},  {"audio", 29},       {"www-data", 33},
	{"backup", 34},   {"shadow", 42}, {"utmp", 43},     {"video", 44},  {"staff", 50},       {"games", 60},
	{"users", 100},   {"messagebus", 102},         {"systemd-journal", 999}, {"systemd-network", 998},
	{"nogroup", 65534}, {"sudo", 27}, {0},
};

static const struct group rpm_groups[] = {
	{"root", 0},   {"bin", 1},     {"daemon", 2},     {"sys", 3},      {"adm", 4},   {"tty", 5},
	{"disk", 6},   {"mail", 12},   {"video", 39},     {"ftp", 50},     {"audio", 63}, {"sshd", 74},
	{"dbus", 81},  {"users", 100}, {"systemd-journal", 190},         {"systemd-network", 192},
	{"chrony", 996}, {"nobody", 65534}, {"wheel", 10}, {0},
};

static const struct group apk_groups[] = {
	{"root", 0},  {"bin", 1},   {"daemon", 2}, {"sys", 3},    {"adm", 4},   {"tty", 5},     {"disk", 6},
	{"lp", 7},    {"mail", 12}, {"cron", 16},  {"audio", 18}, {"sshd", 22}, {"video", 27}, {"shadow", 42},
	{"users", 100}, {"ntp", 123}, {"nobody", 65534}, {"wheel", 10}, {0},
};

static const struct group pacman_groups[] = {
	{"root", 0},  {"bin", 1},   {"daemon", 2}, {"sys", 3},     {"tty", 5},    {"adm", 999},
	{"ftp", 11},  {"mail", 12}, {"http", 33},  {"dbus", 81},   {"users", 984}, {"systemd-journal", 982},
	{"systemd-network", 981}, {"nobody", 65534}, {"wheel", 998}, {0},
};

static const struct account *const accounts[FAMILY_COUNT] = {deb, rpm, apk, pacman};
static const struct group *const groups[FAMILY_COUNT] = {deb_groups, rpm_groups, apk_groups, pacman_groups};

/* The one that such images come with, named after the distribution, and up to four people. */
static void choose(struct build *b)
{
	uint64_t key = rng_key(b->image->key, "people");
	size_t n = 1 + (size_t)rng_reduce(rng_at(key, 0), 4);

	b->user[0] = (struct user){os_name(b->image->os), "Cloud User", 1000, true};
	for (size_t i = 0; i < n; i++) {
		size_t who = (size_t)rng_permute(key, i, PEOPLE);

		b->user[i + 1] = (struct user){people[who].name, people[who].comment, 1001 + (unsigned)i, i == 0};
	}
	b->users = n + 1;
}

static void members(const struct build *b, FILE *out)
{
	const char *comma = "";

	for (size_t i = 0; i < b->users; i++)
		if (b->user[i].administrator) {
			fprintf(out, "%s%s", comma, b->user[i].name);
			comma = ",";
		}
	fputc('\n', out);
}

static void write_accounts(struct build *b, const char *shell)
{
	static const mode_t modes[FAMILY_COUNT] = {0640, 0000, 0640, 0600}; /* of /etc/shadow */
	struct text passwd, shadow;
	int64_t day = b->installed / 86400;

	text_open(&passwd);
	text_open(&shadow);
	for (const struct account *a = accounts[b->family]; a->name; a++) {
		fprintf(passwd.stream, "%s:x:%u:%u:%s:%s:%s\n", a->name, a->id, a->group, a->comment, a->home,
			a->shell);
		fprintf(shadow.stream, "%s:%s:%lld:0:99999:7:::\n", a->name, a->id ? "!" : "*", (long long)day);
	}
	for (size_t i = 0; i < b->users; i++) {
		const struct user *u = &b->user[i];

		fprintf(passwd.stream, "%s:x:%u:%u:%s:/home/%s:%s\n", u->name, u->id, u->id, u->comment, u->name,
			shell);
		fprintf(shadow.stream, "%s:!:%lld:0:99999:7:::\n", u->name, (long long)day);
	}
	tree_text(b->tree, "/etc/passwd", 0644, b->installed, &passwd);
	tree_text(b->tree, "/etc/shadow", modes[b->family], b->installed, &shadow)->gid =
		b->family == FAMILY_DEB || b->family == FAMILY_APK ? 42 : 0;
}

static void write_groups(struct build *b)
{
	struct text group;

	text_open(&group);
	for (const struct group *g = groups[b->family]; g->name; g++) {
		fprintf(group.stream, "%s:x:%u:", g->name, g->id);
		if (g[1].name)
			fputc('\n', group.stream);
		else
			members(b, group.stream);
	}
	for (size_t i = 0; i < b->users; i++)
		fprintf(group.stream, "%s:x:%u:\n", b->user[i].name, b->user[i].id);
	tree_text(b->tree, "/etc/group", 0644, b->installed, &group);
}

static void home(struct build *b, const struct user *u, const char *shell)
{
	char *directory = x_asprintf("/home/%s", u->name), *path = x_asprintf("%s/.profile", directory);
	mode_t mode = b->family == FAMILY_RPM || b->family == FAMILY_PACMAN ? 0700 : 0755;
	struct node *node = tree_directory(b->tree, directory, mode, b->installed);

	node->uid = node->gid = u->id;
	node = tree_print(b->tree, path, b->installed,
			  "# ~/.profile of %s, read by %s\nexport EDITOR=vi\numask 022\n", u->name, shell);
	node->uid = node->gid = u->id;
	free(path);
	free(directory);
}

void make_accounts(struct build *b)
{
	static const char *const shells[FAMILY_COUNT] = {"/bin/bash", "/bin/bash", "/bin/ash", "/usr/bin/bash"};
	const char *shell = shells[b->family];

	choose(b);
	tree_directory(b->tree, "/root", 0700, b->installed);
	write_accounts(b, shell);
	write_groups(b);
	for (size_t i = 0; i < b->users; i++)
		home(b, &b->user[i], shell);
}
