#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "package.h"
#include "rng.h"
#include "words.h"

#define NONE SIZE_MAX
#define FORMS 6

/* Packages that are made from another one. */
static const struct variant {
	const char *name[FAMILY_COUNT]; /* of the other's */
	const char *synopsis, *section;
	enum content content;
} variants[] = {
	{{"%s-doc", "%s-doc", "%s-doc", "%s-docs"}, "documentation", "doc", CONTENT_DOCUMENTS},
	{{"%s-dbgsym", "%s-debuginfo", "%s-dbg", "%s-debug"}, "debug symbols", "debug", CONTENT_SYMBOLS},
	{{"%s-dev", "%s-devel", "%s-dev", "lib32-%s"}, "development files", "devel", CONTENT_HEADERS},
	{{"%s-examples", "%s-tests", "%s-bash-completion", "%s-git"}, "additional files", "misc", CONTENT_NOTHING},
};

#define VARIANTS (sizeof variants / sizeof *variants)

static const struct form {
	const char *name[FAMILY_COUNT]; /* of two words */
	const char *section;
	const char *synopsis; /* of the two words */
	const char *needs;    /* the key of a project */
	bool any;             /* of no architecture */
} forms[FORMS] = {
	{{"python3-%s-%s", "python3-%s-%s", "py3-%s-%s", "python-%s-%s"}, "python", "%s %s for Python 3", "python3",
	 true},
	{{"lib%s-%s-perl", "perl-%s-%s", "perl-%s-%s", "perl-%s-%s"}, "perl", "Perl module for a %s %s", "perl", true},
	{{"node-%s-%s", "nodejs-%s-%s", "nodejs-%s-%s", "nodejs-%s-%s"}, "javascript", "%s %s module for Node.js",
	 "nodejs", true},
	{{"ruby-%s-%s", "rubygem-%s-%s", "ruby-%s-%s", "ruby-%s-%s"}, "ruby", "%s %s for Ruby", "ruby", true},
	{{"lib%s-%s1", "lib%s-%s", "lib%s-%s", "lib%s-%s"}, "libs", "%s %s library", "libc", false},
	{{"%s-%s-utils", "%s-%s-utils", "%s-%s-utils", "%s-%s-utils"}, "utils", "%s %s utilities", "libc", false},
};

static const char *project_name(const struct project *project, enum family family)
{
	const char *name = project->name[family];

	return name && !*name ? project->key : name;
}

/* Only plain numbers with dots are aged; "2024a" stays. */
void package_age(char version[48], const char *base, unsigned step, uint64_t key)
{
	unsigned part[4] = {0};
	size_t parts = 0;
	const char *s = base;

	snprintf(version, 48, "%s", base);
	while (parts < 4) {
		char *end;

		if (!isdigit((unsigned char)*s) || (*s == '0' && isdigit((unsigned char)s[1])))
			return;
		part[parts++] = (unsigned)strtoul(s, &end, 10);
		s = end;
		if (*s != '.')
			break;
		s++;
	}
	if (*s || parts < 2 || part[parts - 1] > 9999)
		return;
	for (unsigned i = 0; i < step; i++) {
		uint64_t chance = rng_reduce(rng_at(key, i), 8);

		if (chance < 3) {
			part[1]++;
			if (parts > 2)
				part[2] = (unsigned)rng_reduce(rng_at(key, 100 + i), 4);
		} else if (chance < 6 && parts > 2) {
			part[2]++;
		}
	}
	if (parts == 2)
		snprintf(version, 48, "%u.%u", part[0], part[1]);
	else if (parts == 3)
		snprintf(version, 48, "%u.%u.%u", part[0], part[1], part[2]);
	else
		snprintf(version, 48, "%u.%u.%u.%u", part[0], part[1], part[2], part[3]);
}

/* The distribution's part of a version. */
static void complete(const struct build *b, struct package *p)
{
	unsigned revision = 1 + (unsigned)rng_reduce(rng_at(p->key, 10), 4);
	uint64_t update = rng_reduce(rng_at(p->key, 11), 4);

	switch (b->image->os) {
	case OS_UBUNTU:
		if (update == 0)
			snprintf(p->full, sizeof p->full, "%s-%uubuntu%u.%u", p->version, revision, revision,
				 revision + 1);
		else if (update == 1)
			snprintf(p->full, sizeof p->full, "%s-%uubuntu%u", p->version, revision, revision);
		else
			snprintf(p->full, sizeof p->full, "%s-%u", p->version, revision);
		break;
	case OS_DEBIAN:
		if (update == 0)
			snprintf(p->full, sizeof p->full, "%s-%u+deb%su%u", p->version, revision, b->release->version,
				 revision);
		else
			snprintf(p->full, sizeof p->full, "%s-%u", p->version, revision);
		break;
	case OS_ALPINE:
		snprintf(p->full, sizeof p->full, "%s-r%u", p->version, revision - 1);
		break;
	case OS_FEDORA:
		snprintf(p->full, sizeof p->full, "%u.fc%s", revision, b->release->version);
		break;
	default:
		snprintf(p->full, sizeof p->full, "%s-%u", p->version, revision);
	}
}

static void vary(const struct build *b, struct package *p, size_t i, size_t n)
{
	int64_t lived = b->image->time - b->installed, first = lived < 600 ? lived : 600;
	double late = (double)i / (double)n - 0.75;

	p->key = rng_key(rng_key(b->image->key, "package"), p->name);
	p->bytes = 4096 * (3 + rng_reduce(rng_at(p->key, 0), 20)) << rng_reduce(rng_at(p->key, 1), 8);
	p->download = p->bytes / 3 + rng_reduce(rng_at(p->key, 2), 4096);
	/* Most of them with the system, the rest over the time since. */
	p->installed = b->installed + (late < 0 ? (int64_t)i < first ? (int64_t)i : first
						: first + (int64_t)(late * 4 * (double)(lived - first)));
	p->built = p->installed - 86400 - (int64_t)rng_reduce(rng_at(p->key, 3), 300 * 86400);
	if (p->built < 0)
		p->built = 0;
	p->wanted = p->essential || rng_reduce(rng_at(p->key, 4), 3) == 0;
}

static void add_need(struct package *p, size_t index)
{
	for (size_t i = 0; i < p->needs; i++)
		if (p->need[i] == index)
			return;
	if (index != NONE && p->needs < NEEDS_MAX)
		p->need[p->needs++] = index;
}

static const struct project *project_at(size_t i)
{
	return i < project_base_count ? &project_base[i] : &project_more[i - project_base_count];
}

static size_t project_of(const char *key, size_t len)
{
	for (size_t i = 0; i < project_base_count + project_more_count; i++)
		if (strncmp(project_at(i)->key, key, len) == 0 && project_at(i)->key[len] == '\0')
			return i;
	return NONE;
}

/* where: of each project, the index of its package. */
static void resolve(struct package *p, const char *keys, const size_t *where)
{
	while (*keys) {
		size_t len = strcspn(keys, " "), i = project_of(keys, len);

		if (i != NONE)
			add_need(p, where[i]);
		keys += len + strspn(keys + len, " ");
	}
}

uint64_t packages_least(enum family family)
{
	uint64_t n = 0;

	for (size_t i = 0; i < project_base_count; i++)
		n += project_base[i].name[family] != NULL;
	return n;
}

/* The projects that the family has: those of the base, then the others as the key orders them. Returns how many. */
static size_t order(size_t *list, const struct build *b)
{
	uint64_t key = rng_key(b->image->key, "projects");
	size_t n = 0;

	for (size_t i = 0; i < project_base_count; i++)
		if (project_base[i].name[b->family])
			list[n++] = i;
	for (size_t i = 0; i < project_more_count; i++) {
		size_t at = project_base_count + (size_t)rng_permute(key, i, project_more_count);

		if (project_at(at)->name[b->family])
			list[n++] = at;
	}
	return n;
}

static bool among(const char *word, const char *list)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += len)
		if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
	return false;
}

static void from_project(struct package *p, const struct build *b, const struct project *project)
{
	p->name = x_strdup(project_name(project, b->family));
	p->synopsis = x_strdup(project->synopsis);
	p->source = x_strdup(project->key);
	p->license = project->license;
	p->section = project->section;
	p->any = among(p->section, "localization doc fonts");
	p->content = strcmp(p->section, "libs") == 0 ? CONTENT_LIBRARY
		     : p->any || p->essential        ? CONTENT_NOTHING
						     : CONTENT_PROGRAM;
	if (strncmp(project->key, "release", 7) == 0)
		snprintf(p->version, sizeof p->version, "%s", b->release->full);
	else
		package_age(p->version, project->version, b->release->step,
			    rng_key(b->release->step + 1, project->key));
}

/* Only what is not among the essential ones has examples, only a program or a library symbols, only a library headers.
 */
static bool suits(const struct package *p, const struct variant *variant)
{
	return variant->content == CONTENT_DOCUMENTS || (variant->content == CONTENT_SYMBOLS && !p->any) ||
	       (variant->content == CONTENT_HEADERS && p->content == CONTENT_LIBRARY) ||
	       (variant->content == CONTENT_NOTHING && p->content == CONTENT_PROGRAM);
}

static void from_package(struct package *p, const struct build *b, const struct packages *all, size_t parent_at,
			 const struct variant *variant)
{
	const struct package *parent = &all->package[parent_at];
	const char *format = variant->name[b->family], *percent = strstr(format, "%s");

	p->name = x_asprintf("%.*s%s%s", (int)(percent - format), format, parent->name, percent + 2);
	p->synopsis = x_asprintf("%s (%s)", parent->synopsis, variant->synopsis);
	p->source = x_strdup(parent->source);
	p->license = parent->license;
	p->section = variant->section;
	p->content = variant->content;
	p->any = variant->content == CONTENT_DOCUMENTS;
	memcpy(p->version, parent->version, sizeof p->version);
	if (!p->any)
		add_need(p, parent_at);
}

/* The first %s's place, then the second's. */
static char *two_words(const char *format, const char *a, const char *z)
{
	const char *first = strstr(format, "%s"), *second = strstr(first + 2, "%s");

	return x_asprintf("%.*s%s%.*s%s%s", (int)(first - format), format, a, (int)(second - first - 2), first + 2, z,
			  second + 2);
}

/* The index'th of those that are made up: another name for each. */
static void from_words(struct package *p, const struct build *b, uint64_t index, const size_t *where)
{
	uint64_t all = FORMS * WORDS * WORDS, round = index / all;
	uint64_t at = rng_permute(rng_key(b->image->key, "words"), index % all, all);
	const struct form *form = &forms[at % FORMS];
	const char *a = words[at / FORMS % WORDS], *z = words[at / FORMS / WORDS];

	p->name = two_words(form->name[b->family], a, z);
	if (round) {
		char *numbered = x_asprintf("%s-%llu", p->name, (unsigned long long)round);

		free(p->name);
		p->name = numbered;
	}
	p->synopsis = two_words(form->synopsis, a, z);
	p->source = x_asprintf("%s-%s", a, z);
	p->license = at % 3 ? "MIT" : "Apache-2.0";
	p->section = form->section;
	p->any = form->any;
	p->content = p->any ? CONTENT_NOTHING : strcmp(p->section, "libs") == 0 ? CONTENT_LIBRARY : CONTENT_PROGRAM;
	snprintf(p->version, sizeof p->version, "%u.%u.%u", (unsigned)rng_reduce(rng_at(at, 1), 5),
		 (unsigned)rng_reduce(rng_at(at, 2), 20), (unsigned)rng_reduce(rng_at(at, 3), 10));
	resolve(p, form->needs, where);
}

struct derived {
	size_t parent, variant;
};

/* All variants of the first n packages. Returns how many. */
static size_t list_variants(struct derived *list, const struct packages *all, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t v = 0; v < VARIANTS; v++)
			if (suits(&all->package[i], &variants[v]))
				list[found++] = (struct derived){i, v};
	return found;
}

/* What nobody needs is there because somebody wanted it. */
static void find_wanted(struct packages *packages)
{
	bool *needed = x_calloc(packages->n + 1, sizeof *needed);

	for (size_t i = 0; i < packages->n; i++)
		for (size_t k = 0; k < packages->package[i].needs; k++)
			needed[packages->package[i].need[k]] = true;
	for (size_t i = 0; i < packages->n; i++)
		packages->package[i].wanted |= !needed[i];
	free(needed);
}

void packages_choose(struct packages *packages, const struct build *b, size_t n)
{
	size_t projects = project_base_count + project_more_count, known, derived_count = 0;
	size_t *list = x_reallocarray(NULL, projects, sizeof *list),
	       *where = x_reallocarray(NULL, projects, sizeof *where);
	struct derived *derived = x_reallocarray(NULL, projects, VARIANTS * sizeof *derived);
	uint64_t key = rng_key(b->image->key, "variants");

	packages->package = x_calloc(n ? n : 1, sizeof *packages->package);
	packages->n = n;
	known = order(list, b);
	for (size_t i = 0; i < projects; i++)
		where[i] = NONE;
	for (size_t i = 0; i < known && i < n; i++)
		where[list[i]] = i;
	for (size_t i = 0; i < n; i++) {
		struct package *p = &packages->package[i];

		if (i == known)
			derived_count = list_variants(derived, packages, known);
		p->essential = i < known && list[i] < project_base_count;
		if (i < known) {
			from_project(p, b, project_at(list[i]));
			resolve(p, project_at(list[i])->needs, where);
		} else if (i - known < derived_count) {
			const struct derived *d = &derived[rng_permute(key, i - known, derived_count)];

			from_package(p, b, packages, d->parent, &variants[d->variant]);
		} else {
			from_words(p, b, i - known - derived_count, where);
		}
		vary(b, p, i, n);
		complete(b, p);
	}
	find_wanted(packages);
	free(derived);
	free(list);
	free(where);
}

void packages_free(struct packages *packages)
{
	for (size_t i = 0; i < packages->n; i++) {
		free(packages->package[i].name);
		free(packages->package[i].synopsis);
		free(packages->package[i].source);
	}
	free(packages->package);
}

static int by_name(const void *a, const void *b)
{
	const struct package *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

const struct package **packages_sorted(const struct packages *packages)
{
	const struct package **list = x_reallocarray(NULL, packages->n ? packages->n : 1, sizeof *list);

	for (size_t i = 0; i < packages->n; i++)
		list[i] = &packages->package[i];
	qsort(list, packages->n, sizeof *list, by_name);
	return list;
}

void make_packages(struct build *b, uint64_t n)
{
	static void (*const write[FAMILY_COUNT])(struct build *, const struct packages *) = {write_dpkg, write_rpm,
											     write_apk, write_pacman};
	struct packages packages;

	packages_choose(&packages, b, (size_t)n);
	write[b->family](b, &packages);
	log_packages(b, &packages, b->log_lines / 5);
	packages_free(&packages);
	b->tree->packages = n;
}
