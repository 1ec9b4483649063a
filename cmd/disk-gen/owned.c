#include <string.h>

#include "package.h"
#include "programs.h"
#include "rng.h"

/* The files that packages own. */

struct list {
	struct owned *owned;
	size_t n;
};

static void add(struct list *list, const char *path, const char *name, bool directory, unsigned mode, uint64_t bytes)
{
	struct owned *o = &list->owned[list->n];

	if (list->n == OWNED_MAX)
		return;
	snprintf(o->path, sizeof o->path, "%.120s/%.160s", path, name);
	o->directory = directory;
	o->mode = mode;
	o->bytes = bytes;
	list->n++;
}

static void add_directory(struct list *list, const char *path, const char *name)
{
	add(list, path, name, true, 0755, 0);
}

/* Of the programs that are there. */
static void add_programs(struct list *list, const struct build *b, const struct package *package)
{
	const char *above = b->family == FAMILY_APK ? "" : "/usr";
	char path[16];
	size_t n = 0;

	snprintf(path, sizeof path, "%s/bin", above);
	for (const struct program *program = programs_of(b->family); program->name; program++)
		if (strcmp(program->owner, package->source) == 0) {
			if (!n++)
				add_directory(list, above, "bin");
			add(list, path, program->name, false, 0755, PROGRAM_BYTES);
		}
}

static void add_library(struct list *list, const struct build *b, const struct package *package)
{
	static const char *const directory[FAMILY_COUNT] = {"lib/x86_64-linux-gnu", "lib64", "lib", "lib"};
	char path[64], name[160];

	if (b->family == FAMILY_DEB)
		add_directory(list, "/usr", "lib");
	add_directory(list, "/usr", directory[b->family]);
	snprintf(path, sizeof path, "/usr/%s", directory[b->family]);
	snprintf(name, sizeof name, "%s%.90s.so.%s", strncmp(package->source, "lib", 3) == 0 ? "" : "lib",
		 package->source, package->version);
	add(list, path, name, false, 0755, package->bytes * 3 / 4);
}

/* With the directories that lead to them before them. */
size_t package_owns(const struct build *b, const struct package *package, struct owned owned[OWNED_MAX])
{
	struct list list = {.owned = owned};
	char path[160], name[160];

	add_directory(&list, "", "usr");
	if (package->essential)
		add_programs(&list, b, package);
	switch (package->content) {
	case CONTENT_LIBRARY:
		add_library(&list, b, package);
		break;
	case CONTENT_PROGRAM:
		add_directory(&list, "/usr", "bin");
		add(&list, "/usr/bin", package->name, false, 0755, package->bytes / 2);
		break;
	case CONTENT_HEADERS:
		add_directory(&list, "/usr", "include");
		snprintf(name, sizeof name, "%.120s.h", package->source);
		add(&list, "/usr/include", name, false, 0644, package->bytes / 2);
		break;
	case CONTENT_SYMBOLS:
		add_directory(&list, "/usr", "lib");
		add_directory(&list, "/usr/lib", "debug");
		snprintf(name, sizeof name, "%.120s.debug", package->name);
		add(&list, "/usr/lib/debug", name, false, 0644, package->bytes / 2);
		break;
	default:
		break;
	}
	add_directory(&list, "/usr", "share");
	add_directory(&list, "/usr/share", "doc");
	add_directory(&list, "/usr/share/doc", package->name);
	snprintf(path, sizeof path, "/usr/share/doc/%.120s", package->name);
	add(&list, path, "copyright", false, 0644, 800 + rng_reduce(rng_at(package->key, 20), 4000));
	if (package->content == CONTENT_DOCUMENTS)
		add(&list, path, "README", false, 0644, package->bytes / 2);
	return list.n;
}
