#include <ctype.h>

#include "disking.h"

#include "../../cmd/disk-gen/build.h"
#include "../../cmd/disk-gen/package.h"

/* The package databases that are text, read as the package managers do. */

#define GIB (INT64_C(1) << 30)

static const enum os oses[] = {OS_UBUNTU, OS_DEBIAN, OS_ALPINE, OS_FEDORA, OS_ARCH};
static const enum family families[] = {FAMILY_DEB, FAMILY_DEB, FAMILY_APK, FAMILY_RPM, FAMILY_PACMAN};

static int name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_chosen(const struct packages *p, const struct build *b)
{
	const char **names = calloc(p->n, sizeof *names);
	size_t wanting = 0;

	assert_non_null(names);
	for (size_t i = 0; i < p->n; i++) {
		const struct package *one = &p->package[i];

		names[i] = one->name;
		assert_true(strlen(one->name) > 1 && strlen(one->name) < 100);
		for (const char *c = one->name; *c; c++)
			assert_true(isalnum((unsigned char)*c) || strchr("+-._", *c));
		assert_true(isdigit((unsigned char)one->version[0]) && isdigit((unsigned char)one->full[0]));
		assert_true(b->family == FAMILY_RPM || strncmp(one->full, one->version, strlen(one->version)) == 0);
		assert_true(*one->synopsis && !strchr(one->synopsis, '\n') && !strchr(one->synopsis, '%'));
		assert_true(one->built < one->installed && one->installed >= b->installed &&
			    one->installed <= b->image->time);
		assert_true(i == 0 || one->installed >= one[-1].installed);
		for (size_t k = 0; k < one->needs; k++)
			assert_true(one->need[k] < p->n && one->need[k] != i);
	}
	for (size_t i = 0; i < p->n; i++) /* of what nobody wanted, somebody needs all */
		if (!p->package[i].wanted)
			wanting++;
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < p->package[i].needs; k++) {
			struct package *needed = &p->package[p->package[i].need[k]];

			wanting -= !needed->wanted;
			needed->wanted = true;
		}
	assert_int_equal(wanting, 0);
	qsort(names, p->n, sizeof *names, name_order);
	for (size_t i = 1; i < p->n; i++)
		assert_string_not_equal(names[i - 1], names[i]);
	free(names);
}

static void names_differ_and_needs_are_there(void **state)
{
	static const size_t more[] = {0, 10, 300, 900, 50000, 120000};

	(void)state;
	for (size_t i = 0; i < sizeof oses / sizeof *oses; i++)
		for (size_t k = 0; k < sizeof more / sizeof *more; k++) {
			struct image image = image_of(oses[i], os_versions(oses[i])[0], GIB);
			struct build b = {.image = &image,
					  .family = families[i],
					  .installed = TIME - 86400,
					  .release = release_find(oses[i], image.version)};
			struct packages p;

			packages_choose(&p, &b, packages_least(b.family) + more[k]);
			assert_int_equal(p.n, packages_least(b.family) + more[k]);
			check_chosen(&p, &b);
			packages_free(&p);
		}
}

static void projects_are_well_formed(void **state)
{
	size_t all = project_base_count + project_more_count;

	(void)state;
	for (size_t i = 0; i < all; i++) {
		const struct project *p =
			i < project_base_count ? &project_base[i] : &project_more[i - project_base_count];

		for (const char *at = p->needs; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
			size_t len = strcspn(at, " "), k = 0;

			for (; k < all; k++) {
				const char *key = k < project_base_count ? project_base[k].key
									 : project_more[k - project_base_count].key;

				if (strncmp(key, at, len) == 0 && key[len] == '\0')
					break;
			}
			if (k == all || k == i)
				fail_msg("%s needs %.*s", p->key, (int)len, at);
		}
	}
}

static void versions_grow(void **state)
{
	static const char *const kept[] = {"2024a", "20220614", "014", "1", "1.2b"};
	char version[48];
	int grown = 0;

	(void)state;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		package_age(version, kept[i], 7, i);
		assert_string_equal(version, kept[i]);
	}
	for (uint64_t key = 0; key < 100; key++) {
		unsigned a, b, c;

		package_age(version, "1.22.3", 0, key);
		assert_string_equal(version, "1.22.3");
		package_age(version, "1.22.3", 4, key);
		assert_int_equal(sscanf(version, "%u.%u.%u", &a, &b, &c), 3);
		assert_true(a == 1 && (b > 22 || (b == 22 && c >= 3)));
		grown += strcmp(version, "1.22.3") != 0;
	}
	assert_true(grown > 80);
}

static struct tree with_packages(enum os os, int64_t n)
{
	struct image image = image_of(os, os_versions(os)[0], GIB);

	image.packages = n;
	image.files = 0;
	return made(&image);
}

static int occurrences(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

static const char *value_of(const char *stanza, const char *field, char *value, size_t room)
{
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof wanted, "\n%s: ", field);
	at = strstr(stanza, wanted);
	if (!at)
		return NULL;
	at += strlen(wanted);
	assert_true((size_t)snprintf(value, room, "%.*s", (int)strcspn(at, "\n"), at) < room);
	return value;
}

static void dpkg_has_what_was_asked(void **state)
{
	struct tree tree = with_packages(OS_DEBIAN, 700);
	const char *status = text_at(&tree, "/var/lib/dpkg/status"), *end;
	int n = 0, dependencies = 0;
	char last[128] = "";

	(void)state;
	for (; *status; status = end + 2, n++) {
		char stanza[4096], value[1024], name[128], wanted[256];

		end = strstr(status, "\n\n");
		assert_non_null(end); /* behind the last one too */
		snprintf(stanza, sizeof stanza, "\n%.*s\n", (int)(end - status), status);
		assert_non_null(value_of(stanza, "Package", name, sizeof name));
		assert_true(strcmp(last, name) < 0);
		memcpy(last, name, sizeof last);
		assert_string_equal(value_of(stanza, "Status", value, sizeof value), "install ok installed");
		assert_non_null(value_of(stanza, "Version", value, sizeof value));
		assert_non_null(value_of(stanza, "Architecture", value, sizeof value));
		assert_true(strcmp(value, "amd64") == 0 || strcmp(value, "all") == 0);
		assert_non_null(value_of(stanza, "Maintainer", value, sizeof value));
		assert_non_null(strstr(value, ".example.org>"));
		if (!value_of(stanza, "Depends", value, sizeof value))
			continue;
		for (char *rest = value, *one; (one = strsep(&rest, ",")) != NULL;) {
			one += strspn(one, " ");
			snprintf(wanted, sizeof wanted, "\nPackage: %.*s\n", (int)strcspn(one, " "), one);
			assert_true(strstr(text_at(&tree, "/var/lib/dpkg/status"), wanted) ||
				    strncmp(text_at(&tree, "/var/lib/dpkg/status"), wanted + 1, strlen(wanted + 1)) ==
					    0);
			dependencies++;
		}
	}
	assert_int_equal(n, 700);
	assert_true(dependencies > 300);
	assert_memory_equal(text_at(&tree, "/var/lib/dpkg/info/coreutils.list"), "/.\n/usr\n/usr/bin\n/usr/bin/ls\n",
			    29);
	assert_non_null(strstr(text_at(&tree, "/var/log/dpkg.log"), " status installed "));
	content_free(&tree);
}

static void apk_has_what_was_asked(void **state)
{
	static const char order[] = "CPVASITULomtcD";
	struct tree tree = with_packages(OS_ALPINE, 500);
	const char *installed = text_at(&tree, "/lib/apk/db/installed"), *line = installed;
	int n = 0, place = 0;

	(void)state;
	for (; *line; line = strchr(line, '\n') + 1) {
		if (*line == '\n') {
			assert_true(place >= 13); /* nothing but the needs may be missing */
			place = 0;
			n++;
			continue;
		}
		assert_int_equal(line[1], ':');
		if (strchr("FRaZ", *line))
			continue;
		assert_true(place < 14);
		assert_int_equal(*line, order[place]);
		place++;
		if (*line == 'C')
			assert_true(strcspn(line, "\n") == 32 && strncmp(line, "C:Q1", 4) == 0 && line[31] == '=');
		if (*line == 'D')
			for (const char *need = line + 2; *need != '\n'; need += *need == ' ') {
				size_t len = strcspn(need, " \n");
				char wanted[128];

				snprintf(wanted, sizeof wanted, "\nP:%.*s\n", (int)len, need);
				assert_non_null(strstr(installed, wanted));
				need += len;
			}
	}
	assert_int_equal(place, 0);
	assert_int_equal(n, 500);
	for (line = text_at(&tree, "/etc/apk/world"); *line; line = strchr(line, '\n') + 1) {
		char wanted[128];

		snprintf(wanted, sizeof wanted, "\nP:%.*s\n", (int)strcspn(line, "\n"), line);
		assert_non_null(strstr(installed, wanted));
	}
	content_free(&tree);
}

static void pacman_has_what_was_asked(void **state)
{
	static const char local[] = "/var/lib/pacman/local/";
	struct tree tree = with_packages(OS_ARCH, 400);
	int n = 0;

	(void)state;
	for (size_t i = 0; i < tree.n; i++) {
		const char *path = tree.node[i].path, *text, *name, *version;
		char path_of[512], wanted[256];

		if (strncmp(path, local, strlen(local)) != 0 || tree.node[i].kind != NODE_DIRECTORY)
			continue;
		n++;
		snprintf(path_of, sizeof path_of, "%s/desc", path);
		text = text_at(&tree, path_of);
		assert_memory_equal(text, "%NAME%\n", 7);
		name = text + 7;
		version = strstr(text, "\n\n%VERSION%\n");
		assert_non_null(version);
		version += 12;
		snprintf(wanted, sizeof wanted, "%.*s-%.*s", (int)strcspn(name, "\n"), name,
			 (int)strcspn(version, "\n"), version);
		assert_string_equal(path + strlen(local), wanted);
		assert_int_equal(occurrences(text, "\n\n%INSTALLDATE%\n"), 1);
		assert_true(strcmp(text + strlen(text) - 2, "\n\n") == 0);
	}
	assert_int_equal(n, 400);
	assert_string_equal(text_at(&tree, "/var/lib/pacman/local/ALPM_DB_VERSION"), "9\n");
	content_free(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_differ_and_needs_are_there),
		cmocka_unit_test(projects_are_well_formed),
		cmocka_unit_test(versions_grow),
		cmocka_unit_test(dpkg_has_what_was_asked),
		cmocka_unit_test(apk_has_what_was_asked),
		cmocka_unit_test(pacman_has_what_was_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
