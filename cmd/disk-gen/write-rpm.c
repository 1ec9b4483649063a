#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "package.h"
#include "rng.h"
#include "rpmheader.h"
#include "sql.h"
#include "sqlimage.h"

/* RPM: /usr/lib/sysimage/rpm/rpmdb.sqlite. */

#define SENSE_GREATER_EQUAL 12
#define SENSE_EQUAL 8
#define DIGEST_SHA256 8

enum table { NAME, BASENAMES, GROUP, REQUIRENAME, PROVIDENAME, DIRNAMES, INSTALLTID, SIGMD5, TABLES };

/* With an index by key, and one by hnum, as RPM has them. */
static const struct index {
	const char *name;
	bool binary, by_key, by_hnum;
} indices[] = {
	{"Name", false, true, false},           {"Basenames", false, true, true},
	{"Group", false, true, false},          {"Requirename", false, true, true},
	{"Providename", false, true, true},     {"Dirnames", false, true, true},
	{"Installtid", true, false, false},     {"Sigmd5", true, false, false},
	{"Conflictname", false, true, true},    {"Obsoletename", false, true, true},
	{"Triggername", false, true, true},     {"Sha1header", false, true, false},
	{"Filetriggername", false, true, true}, {"Transfiletriggername", false, true, true},
	{"Recommendname", false, true, true},   {"Suggestname", false, true, true},
	{"Supplementname", false, true, true},  {"Enhancename", false, true, true},
};

#define INDICES (sizeof indices / sizeof *indices)

struct database {
	struct sql *sql;
	struct sql_stmt *package, *insert[TABLES];
};

static void need(const struct database *d, bool fine)
{
	if (!fine)
		die("package database: %s", d->sql ? sql_reason(d->sql) : "out of memory");
}

/* What builds of SQLite differ in is said. */
static void start(struct database *d)
{
	need(d, sql_open(&d->sql, ":memory:", SQL_CREATE) == 0);
	need(d, sql_exec(d->sql,
			 "PRAGMA page_size = 4096; PRAGMA encoding = 'UTF-8'; PRAGMA auto_vacuum = NONE;"
			 "PRAGMA secure_delete = ON; BEGIN;"
			 "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)") == 0);
	for (size_t i = 0; i < INDICES; i++)
		need(d, sql_execf(d->sql,
				  "CREATE TABLE '%s' (key '%s' NOT NULL, hnum INTEGER NOT NULL, idx INTEGER NOT NULL,"
				  " FOREIGN KEY (hnum) REFERENCES 'Packages'(hnum))",
				  indices[i].name, indices[i].binary ? "BLOB" : "TEXT") == 0);
	d->package = sql_preparef(d->sql, "INSERT INTO 'Packages' VALUES (?, ?)");
	need(d, d->package);
	for (size_t i = 0; i < TABLES; i++) {
		d->insert[i] = sql_preparef(d->sql, "INSERT INTO '%s' VALUES (?, ?, ?)", indices[i].name);
		need(d, d->insert[i]);
	}
}

static char *end(struct database *d, size_t *len)
{
	char *bytes;

	sql_finalize(d->package);
	for (size_t i = 0; i < TABLES; i++)
		sql_finalize(d->insert[i]);
	for (size_t i = 0; i < INDICES; i++) {
		const char *name = indices[i].name;

		if (indices[i].by_key)
			need(d, sql_execf(d->sql, "CREATE INDEX '%s_key_idx' ON '%s'(key ASC)", name, name) == 0);
		if (indices[i].by_hnum)
			need(d, sql_execf(d->sql, "CREATE INDEX '%s_hnum_idx' ON '%s'(hnum ASC)", name, name) == 0);
	}
	need(d, sql_exec(d->sql, "COMMIT") == 0);
	bytes = sql_image(d->sql, len);
	if (!bytes)
		die("out of memory");
	return bytes;
}

static void text_key(struct database *d, enum table table, const char *key, size_t hnum, size_t idx)
{
	struct sql_stmt *insert = d->insert[table];

	need(d, sql_bind_text(insert, 1, key, strlen(key)) == 0 && sql_bind_integer(insert, 2, (int64_t)hnum) == 0 &&
			sql_bind_integer(insert, 3, (int64_t)idx) == 0 && sql_run(insert) == 0);
}

static void binary_key(struct database *d, enum table table, const void *key, size_t len, size_t hnum)
{
	struct sql_stmt *insert = d->insert[table];

	need(d, sql_bind_blob(insert, 1, key, len) == 0 && sql_bind_integer(insert, 2, (int64_t)hnum) == 0 &&
			sql_bind_integer(insert, 3, 0) == 0 && sql_run(insert) == 0);
}

/* The files of a package as RPM splits them: directories with a '/' behind, names, and which directory each name is in.
 */
struct split {
	size_t n, directories;
	char directory[OWNED_MAX][288];
	const char *directory_at[OWNED_MAX], *name[OWNED_MAX], *digest[OWNED_MAX], *empty[OWNED_MAX], *root[OWNED_MAX];
	char digests[OWNED_MAX][65];
	uint32_t at[OWNED_MAX], size[OWNED_MAX], time[OWNED_MAX], flags[OWNED_MAX], verify[OWNED_MAX],
		device[OWNED_MAX], inode[OWNED_MAX];
	uint16_t mode[OWNED_MAX], rdev[OWNED_MAX];
};

static bool standard(const char *path)
{
	static const char *const paths[] = {"/usr",       "/usr/bin",       "/usr/lib",     "/usr/lib64",
					    "/usr/share", "/usr/share/doc", "/usr/include", "/usr/lib/debug"};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (strcmp(path, paths[i]) == 0)
			return true;
	return false;
}

static void split(struct split *s, const struct package *p, const struct owned *owned, size_t n)
{
	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(owned[i].path, '/');
		size_t len = (size_t)(slash - owned[i].path) + 1, d = 0, k = s->n;

		if (owned[i].directory && standard(owned[i].path))
			continue; /* the package called filesystem has these */
		while (d < s->directories &&
		       (strncmp(s->directory[d], owned[i].path, len) != 0 || s->directory[d][len] != '\0'))
			d++;
		if (d == s->directories) {
			snprintf(s->directory[d], sizeof s->directory[d], "%.*s", (int)len, owned[i].path);
			s->directory_at[d] = s->directory[d];
			s->directories++;
		}
		s->at[k] = (uint32_t)d;
		s->name[k] = slash + 1;
		s->size[k] = owned[i].directory ? 4096 : (uint32_t)owned[i].bytes;
		s->mode[k] = (uint16_t)((owned[i].directory ? 0040000 : 0100000) | owned[i].mode);
		s->time[k] = (uint32_t)p->built;
		s->verify[k] = UINT32_MAX;
		s->device[k] = 1;
		s->inode[k] = (uint32_t)k + 1;
		if (!owned[i].directory)
			for (unsigned part = 0; part < 4; part++)
				snprintf(s->digests[k] + 16 * part, 17, "%016llx",
					 (unsigned long long)rng_at(p->key, 100 + 4 * k + part));
		s->digest[k] = s->digests[k];
		s->empty[k] = "";
		s->root[k] = "root";
		s->n++;
	}
}

static void fill(struct rpm_header *h, const struct build *b, const struct packages *all, const struct package *p,
		 const struct split *s)
{
	const char *arch = p->any ? "noarch" : "x86_64", *locale = "C";
	char *version = x_asprintf("%s-%s", p->version, p->full), *both = x_asprintf("%s(x86-64)", p->name);
	const char *provided[2] = {p->name, both}, *provided_version[2] = {version, version};
	const char *required[NEEDS_MAX], *required_version[NEEDS_MAX];
	uint32_t require_flags[NEEDS_MAX], provide_flags[2] = {SENSE_EQUAL, SENSE_EQUAL};
	size_t provides = p->any ? 1 : 2;
	char *source = x_asprintf("%s-%s.src.rpm", p->source, version),
	     *url = x_asprintf("https://%s.example.org/", p->source);

	for (size_t i = 0; i < p->needs; i++) {
		required[i] = all->package[p->need[i]].name;
		required_version[i] = all->package[p->need[i]].version;
		require_flags[i] = SENSE_GREATER_EQUAL;
	}
	header_strings(h, 100, &locale, 1);
	header_string(h, 1000, p->name);
	header_string(h, 1001, p->version);
	header_string(h, 1002, p->full);
	header_i18n(h, 1004, p->synopsis);
	header_i18n(h, 1005, "A package of a generated image, which lists its files but does not have them.");
	header_int(h, 1006, (uint32_t)p->built);
	header_string(h, 1007, "build.fedora.example.org");
	header_int(h, 1009, (uint32_t)p->bytes);
	header_string(h, 1011, "Fedora Project");
	header_string(h, 1014, p->license);
	header_string(h, 1015, "Fedora Maintainers <packages@fedora.example.org>");
	header_i18n(h, 1016, "Unspecified");
	header_string(h, 1020, url);
	header_string(h, 1021, "linux");
	header_string(h, 1022, arch);
	if (s->n) {
		header_ints(h, 1028, s->size, s->n);
		header_shorts(h, 1030, s->mode, s->n);
		header_shorts(h, 1033, s->rdev, s->n);
		header_ints(h, 1034, s->time, s->n);
		header_strings(h, 1035, s->digest, s->n);
		header_strings(h, 1036, s->empty, s->n);
		header_ints(h, 1037, s->flags, s->n);
		header_strings(h, 1039, s->root, s->n);
		header_strings(h, 1040, s->root, s->n);
	}
	header_string(h, 1044, source);
	if (s->n)
		header_ints(h, 1045, s->verify, s->n);
	header_strings(h, 1047, provided, provides);
	if (p->needs) {
		header_ints(h, 1048, require_flags, p->needs);
		header_strings(h, 1049, required, p->needs);
		header_strings(h, 1050, required_version, p->needs);
	}
	header_string(h, 1064, "4.18.0");
	if (s->n) {
		header_ints(h, 1095, s->device, s->n);
		header_ints(h, 1096, s->inode, s->n);
		header_strings(h, 1097, s->empty, s->n);
	}
	header_ints(h, 1112, provide_flags, provides);
	header_strings(h, 1113, provided_version, provides);
	if (s->n) {
		header_ints(h, 1116, s->at, s->n);
		header_strings(h, 1117, s->name, s->n);
		header_strings(h, 1118, s->directory_at, s->directories);
	}
	header_string(h, 1124, "cpio");
	header_string(h, 1125, "zstd");
	header_string(h, 1126, "19");
	header_string(h, 1132, p->any ? "noarch-redhat-linux-gnu" : "x86_64-redhat-linux-gnu");
	header_int(h, 5011, DIGEST_SHA256);
	(void)b;
	free(version);
	free(both);
	free(source);
	free(url);
}

/* What RPM adds when it installs a package, and the rows by which it finds one. */
static void install(struct database *d, struct rpm_header *h, const struct packages *all, const struct package *p,
		    const struct split *s, size_t hnum)
{
	char digest[65], *both = x_asprintf("%s(x86-64)", p->name);
	unsigned char md5[16] = {0}, states[OWNED_MAX] = {0}, *blob;
	uint32_t tid = (uint32_t)p->installed;
	size_t len;

	header_seal(h, digest);
	for (size_t i = 0; i < sizeof md5; i++) /* of a file that there never was */
		md5[i] = (unsigned char)(rng_at(p->key, 50 + i / 8) >> 8 * (i % 8));
	header_bin(h, 261, RPM_BIN, md5, sizeof md5);
	header_string(h, 273, digest);
	header_int(h, 1008, tid);
	if (s->n)
		header_bin(h, 1029, RPM_CHAR, states, s->n);
	header_int(h, 1127, p->any ? 0 : 2);
	header_int(h, 1128, tid);
	blob = header_blob(h, &len);
	need(d, sql_bind_integer(d->package, 1, (int64_t)hnum) == 0 && sql_bind_blob(d->package, 2, blob, len) == 0 &&
			sql_run(d->package) == 0);
	free(blob);

	text_key(d, NAME, p->name, hnum, 0);
	for (size_t i = 0; i < s->n; i++)
		text_key(d, BASENAMES, s->name[i], hnum, i);
	text_key(d, GROUP, "Unspecified", hnum, 0);
	for (size_t i = 0; i < p->needs; i++)
		text_key(d, REQUIRENAME, all->package[p->need[i]].name, hnum, i);
	text_key(d, PROVIDENAME, p->name, hnum, 0);
	if (!p->any)
		text_key(d, PROVIDENAME, both, hnum, 1);
	for (size_t i = 0; i < s->directories; i++)
		text_key(d, DIRNAMES, s->directory[i], hnum, i);
	binary_key(d, INSTALLTID, &tid, sizeof tid, hnum);
	binary_key(d, SIGMD5, md5, sizeof md5, hnum);
	free(both);
}

void write_rpm(struct build *b, const struct packages *packages)
{
	struct database d = {0};
	struct split *s = x_malloc(sizeof *s);
	int64_t time = packages->package[packages->n - 1].installed;
	size_t len;
	char *bytes;

	start(&d);
	for (size_t i = 0; i < packages->n; i++) {
		const struct package *p = &packages->package[i];
		struct owned owned[OWNED_MAX];
		struct rpm_header header;

		split(s, p, owned, package_owns(b, p, owned));
		header_start(&header);
		fill(&header, b, packages, p, s);
		install(&d, &header, packages, p, s, i + 1);
		header_end(&header);
	}
	bytes = end(&d, &len);
	free(s);
	tree_bytes(b->tree, "/usr/lib/sysimage/rpm/rpmdb.sqlite", 0644, time, bytes, len);
	tree_link(b->tree, "/var/lib/rpm", "../../usr/lib/sysimage/rpm", b->installed);
}
