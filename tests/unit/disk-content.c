#include "disking.h"

#define MIB (INT64_C(1) << 20)

static const int64_t sizes[] = {1000000, 10 * MIB, 100 * MIB, 1024 * MIB};

/* Every release in every size; what with: */
static void with_all(void (*check)(const struct tree *, const struct image *))
{
	for (int os = 0; os < OS_COUNT; os++)
		for (const char *const *version = os_versions((enum os)os); *version; version++)
			for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
				struct image image = image_of((enum os)os, *version, sizes[i]);
				struct tree tree = made(&image);

				check(&tree, &image);
				content_free(&tree);
			}
}

static void check_shape(const struct tree *tree, const struct image *image)
{
	uint64_t blocks = 0, block = content_block(image->bytes);

	for (size_t i = 0; i < tree->n; i++) {
		const struct node *node = &tree->node[i];
		char parent[4096];

		assert_true(node->path[0] == '/' && node->path[1]);
		if (i)
			assert_true(strcmp(tree->node[i - 1].path, node->path) < 0);
		snprintf(parent, sizeof parent, "%s", node->path);
		*strrchr(parent, '/') = '\0';
		if (*parent) {
			const struct node *above = node_at(tree, parent);

			assert_non_null(above);
			assert_true(above < node && above->kind == NODE_DIRECTORY);
		}
		assert_true(node->time <= image->time && node->time > image->time - 100 * 86400);
		assert_true((node->mode || strcmp(node->path, "/etc/shadow") == 0) && (node->mode & ~07777u) == 0);
		if (node->kind == NODE_LINK)
			assert_true(node->bytes && *node->bytes);
		if (node->kind == NODE_DIRECTORY || (node->kind == NODE_FILE && (node->bytes || node->filler_key)))
			blocks += node->kind == NODE_DIRECTORY ? 1 : (node->len + block - 1) / block;
	}
	assert_true((int64_t)(blocks * block + 256 * tree->n) < image->bytes * 9 / 10);
}

static void trees_are_whole(void **state)
{
	(void)state;
	with_all(check_shape);
}

static void check_identity(const struct tree *tree, const struct image *image)
{
	static const char *const own[OS_COUNT] = {"/etc/lsb-release", "/etc/debian_version", "/etc/alpine-release",
						  "/etc/redhat-release", "/etc/arch-release"};
	static const char *const before[OS_COUNT] = {"DISTRIB_RELEASE=", "", "", "Fedora release ", ""};
	char wanted[128], uuid[UUID_ROOM];
	const char *release = text_at(tree, "/etc/os-release");

	snprintf(wanted, sizeof wanted, "\nID=%s\n", os_name(image->os));
	assert_non_null(strstr(release, wanted));
	snprintf(wanted, sizeof wanted,
		 image->os == OS_UBUNTU || image->os == OS_DEBIAN ? "\nVERSION_ID=\"%s\"\n" : "\nVERSION_ID=%s",
		 image->version);
	assert_true(image->os == OS_ARCH || strstr(release, wanted));
	snprintf(wanted, sizeof wanted, "%s%s", before[image->os], image->version);
	assert_non_null(strstr(text_at(tree, own[image->os]), wanted));

	image_uuid(image, "root", uuid);
	snprintf(wanted, sizeof wanted, "UUID=%s\t/\text4\t", uuid);
	if (!strstr(text_at(tree, "/etc/fstab"), wanted)) {
		snprintf(wanted, sizeof wanted, "LABEL=%s\t/\text4\t", os_label(image->os));
		assert_non_null(strstr(text_at(tree, "/etc/fstab"), wanted));
	}
	assert_true(strlen(os_label(image->os)) <= 16);
	snprintf(wanted, sizeof wanted, "%s", text_at(tree, "/etc/hostname"));
	*strchr(wanted, '\n') = '\0';
	assert_non_null(strstr(text_at(tree, "/etc/hosts"), wanted));
	if (image->os != OS_ALPINE)
		assert_int_equal(strspn(text_at(tree, "/etc/machine-id"), "0123456789abcdef"), 32);
}

static void systems_say_what_they_are(void **state)
{
	(void)state;
	with_all(check_identity);
}

static void check_programs(const struct tree *tree, const struct image *image)
{
	static const char *const paths[] = {"/bin/sh", "/bin/ls", "/bin/rm", "/bin/echo", "/sbin/init"};

	(void)image;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		const struct node *node = node_behind(tree, paths[i]);

		assert_non_null(node);
		assert_true(node->kind == NODE_FILE && node->mode == 0755 && node->len > 120);
		assert_memory_equal(node->bytes, "\177ELF\2\1\1", 7);
		assert_int_equal(node->bytes[16], 2);  /* executable */
		assert_int_equal(node->bytes[18], 62); /* x86-64 */
	}
}

static void programs_are_executables(void **state)
{
	(void)state;
	with_all(check_programs);
}

/* The n'th field of the line in the file at path whose first field is name; false where there is none. */
static bool field(const struct tree *tree, const char *path, const char *name, int n, char *text, size_t room)
{
	size_t len = strlen(name);

	for (const char *line = text_at(tree, path); *line; line = strchr(line, '\n') + 1) {
		if (strncmp(line, name, len) != 0 || line[len] != ':')
			continue;
		for (int i = 0; i < n; i++)
			line += strcspn(line, ":\n") + 1;
		snprintf(text, room, "%.*s", (int)strcspn(line, ":\n"), line);
		return true;
	}
	return false;
}

static void check_accounts(const struct tree *tree, const struct image *image)
{
	char users[4096] = "\n";
	const char *line;
	int people = 0;

	for (line = text_at(tree, "/etc/passwd"); *line; line = strchr(line, '\n') + 1) {
		char name[64], text[64], wanted[160], home[128];
		unsigned id, group;

		assert_int_equal(sscanf(line, "%63[^:]:x:%u:%u:", name, &id, &group), 3);
		snprintf(wanted, sizeof wanted, "\n%s\n", name);
		assert_null(strstr(users, wanted)); /* nobody twice */
		snprintf(users + strlen(users), sizeof users - strlen(users), "%s\n", name);
		assert_true(field(tree, "/etc/shadow", name, 1, text, sizeof text));
		assert_true(strcmp(text, "!") == 0 || strcmp(text, "*") == 0);
		snprintf(wanted, sizeof wanted, ":x:%u:", group);
		assert_non_null(strstr(text_at(tree, "/etc/group"), wanted));
		if (id < 1000 || id > 60000)
			continue;
		people++;
		assert_true(field(tree, "/etc/passwd", name, 5, home, sizeof home));
		assert_non_null(node_at(tree, home));
		assert_true(node_at(tree, home)->uid == id && node_at(tree, home)->gid == group);
	}
	assert_true(people >= 2);
	assert_true(field(tree, "/etc/passwd", os_name(image->os), 2, users, sizeof users));
	assert_string_equal(users, "1000");
}

static void accounts_are_consistent(void **state)
{
	(void)state;
	with_all(check_accounts);
}

static void check_hosts(const struct tree *tree, const struct image *image)
{
	static const char *const where[] = {"/etc/apt/", "/etc/apk/", "/etc/yum.repos.d/", "/etc/pacman.d/"};
	int found = 0;

	(void)image;
	for (size_t i = 0; i < tree->n; i++)
		for (size_t k = 0; k < sizeof where / sizeof *where; k++) {
			const char *at = tree->node[i].bytes;

			if (tree->node[i].kind != NODE_FILE || !at ||
			    strncmp(tree->node[i].path, where[k], strlen(where[k])) != 0)
				continue;
			while ((at = strstr(at, "://")) != NULL) {
				size_t len = strcspn(at + 3, "/ \n");

				assert_true(len > 12 && strncmp(at + 3 + len - 12, ".example.org", 12) == 0);
				at += 3;
				found++;
			}
		}
	assert_true(found > 0);
}

static void repositories_are_nowhere(void **state)
{
	(void)state;
	with_all(check_hosts);
}

static bool same(const struct tree *a, const struct tree *b)
{
	if (a->n != b->n || a->packages != b->packages)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct node *x = &a->node[i], *y = &b->node[i];

		if (x->kind != y->kind || strcmp(x->path, y->path) != 0 || x->mode != y->mode || x->uid != y->uid ||
		    x->gid != y->gid || x->time != y->time || x->len != y->len || x->filler_key != y->filler_key ||
		    !x->bytes != !y->bytes || (x->bytes && memcmp(x->bytes, y->bytes, x->len) != 0))
			return false;
	}
	return true;
}

static void keys_decide(void **state)
{
	(void)state;
	for (int os = 0; os < OS_COUNT; os++) {
		struct image image = image_of((enum os)os, os_versions((enum os)os)[0], 10 * MIB), other = image;
		struct tree tree = made(&image), again = made(&image), third;

		assert_true(same(&tree, &again));
		other.key++;
		third = made(&other);
		assert_false(same(&tree, &third));
		assert_string_not_equal(text_at(&tree, "/etc/passwd"), text_at(&third, "/etc/passwd"));
		assert_string_not_equal(text_at(&tree, "/etc/hostname"), text_at(&third, "/etc/hostname"));
		content_free(&tree);
		content_free(&again);
		content_free(&third);
	}
}

static uint64_t data_files(const struct tree *tree)
{
	uint64_t n = 0;

	for (size_t i = 0; i < tree->n; i++)
		n += tree->node[i].kind == NODE_FILE && !tree->node[i].bytes &&
		     strcmp(tree->node[i].path, "/var/log/lastlog") != 0;
	return n;
}

static void numbers_are_as_asked(void **state)
{
	static const int64_t files[] = {0, 1, 7, 500, 3000};

	(void)state;
	for (int os = 0; os < OS_COUNT; os++)
		for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
			struct image image = image_of((enum os)os, os_versions((enum os)os)[0], 100 * MIB);
			struct tree tree;

			image.files = files[i];
			image.packages = 100 + files[i];
			snprintf(image.hostname, sizeof image.hostname, "host-%zu", i);
			tree = made(&image);
			assert_int_equal(data_files(&tree), files[i]);
			assert_int_equal(tree.packages, 100 + files[i]);
			assert_memory_equal(text_at(&tree, "/etc/hostname"), image.hostname, strlen(image.hostname));
			content_free(&tree);
		}
}

static void refused(struct image image, const char *wanted)
{
	const char *why = NULL;
	struct tree tree;

	assert_int_equal(content_make(&tree, &image, &why), -1);
	assert_string_equal(why, wanted);
	content_free(&tree);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct image image = image_of(OS_DEBIAN, "12", 100000);

	(void)state;
	refused(image, "too small for a system");
	image.bytes = 0;
	refused(image, "too small for a system");
	image.bytes = 1000000;
	image.packages = 5000;
	refused(image, "too small for so many packages");
	image.packages = INT64_MAX;
	refused(image, "too small for so many packages");
	image.packages = 2;
	refused(image, "so few packages make no system");
	image.packages = -1;
	image.files = 100000;
	refused(image, "too small for so many files");
	image.files = INT64_MAX;
	refused(image, "too small for so many files");
	image.files = -1;
	image.version = "1.0";
	refused(image, "no such release");
}

/* From the least that holds a system to somewhat more, whatever it is that does not fit at first. */
static void sizes_in_between_fit(void **state)
{
	(void)state;
	for (int os = 0; os < OS_COUNT; os++)
		for (int64_t bytes = 100 * 1024; bytes < 3 * MIB; bytes += bytes / 24) {
			struct image image = image_of((enum os)os, os_versions((enum os)os)[0], bytes);
			const char *why = NULL;
			struct tree tree;

			if (content_make(&tree, &image, &why) == 0)
				check_shape(&tree, &image);
			else
				assert_true(bytes < 1000000 && why);
			content_free(&tree);
		}
}

static void filler_depends_on_its_place_alone(void **state)
{
	static const uint64_t keys[] = {2, 3, 1000, 1001};
	char whole[1000], part[1000];

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		filler(keys[k], 12345, whole, sizeof whole);
		for (size_t at = 0, len = 1; at < sizeof whole; at += len, len = len * 7 % 97 + 1) {
			if (len > sizeof whole - at)
				len = sizeof whole - at;
			filler(keys[k], 12345 + at, part + at, len);
		}
		assert_memory_equal(whole, part, sizeof whole);
	}
	filler(2, 0, whole, 64);
	for (int i = 0; i < 63; i++)
		assert_true(whole[i] >= ' ' && whole[i] <= 'z');
	assert_int_equal(whole[63], '\n');
	filler(2, 0, whole, 64);
	filler(4, 0, part, 64);
	assert_memory_not_equal(whole, part, 64);
}

static void identifiers_are_of_version_4(void **state)
{
	struct image image = image_of(OS_ARCH, "", 10 * MIB);
	char a[UUID_ROOM], b[UUID_ROOM];

	(void)state;
	for (image.key = 0; image.key < 100; image.key++) {
		image_uuid(&image, "root", a);
		image_uuid(&image, "disk", b);
		assert_string_not_equal(a, b);
		assert_int_equal(strlen(a), 36);
		assert_int_equal(strspn(a, "0123456789abcdef-"), 36);
		assert_true(a[8] == '-' && a[13] == '-' && a[18] == '-' && a[23] == '-');
		assert_true(a[14] == '4' && strchr("89ab", a[19]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees_are_whole),
		cmocka_unit_test(systems_say_what_they_are),
		cmocka_unit_test(programs_are_executables),
		cmocka_unit_test(accounts_are_consistent),
		cmocka_unit_test(repositories_are_nowhere),
		cmocka_unit_test(keys_decide),
		cmocka_unit_test(numbers_are_as_asked),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(sizes_in_between_fit),
		cmocka_unit_test(filler_depends_on_its_place_alone),
		cmocka_unit_test(identifiers_are_of_version_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
