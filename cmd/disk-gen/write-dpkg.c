#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "package.h"

/* dpkg: /var/lib/dpkg. */

#define LISTS_MAX 3000 /* packages that have a list of their files: each is a file, which takes time to make */

static void stanza(FILE *out, const struct build *b, const struct packages *all, const struct package *p)
{
	const char *maintainers = b->image->os == OS_UBUNTU ? "Ubuntu Developers" : "Debian Maintainers";

	fprintf(out, "Package: %s\n%sStatus: install ok installed\nPriority: %s\nSection: %s\nInstalled-Size: %llu\n",
		p->name, p->essential ? "Essential: yes\n" : "", p->essential ? "required" : "optional", p->section,
		(unsigned long long)(p->bytes / 1024));
	fprintf(out, "Maintainer: %s <packages@%s.example.org>\nArchitecture: %s\n", maintainers, os_name(b->image->os),
		p->any ? "all" : "amd64");
	if (strcmp(p->section, "libs") == 0)
		fputs("Multi-Arch: same\n", out);
	if (strcmp(p->source, p->name) != 0)
		fprintf(out, "Source: %s\n", p->source);
	fprintf(out, "Version: %s\n", p->full);
	for (size_t i = 0; i < p->needs; i++) {
		const struct package *need = &all->package[p->need[i]];

		fprintf(out, "%s%s (>= %s)", i ? ", " : "Depends: ", need->name, need->version);
	}
	fprintf(out,
		"%sDescription: %s\n The package %s of a generated image, which lists its files but does not have "
		"them.\n",
		p->needs ? "\n" : "", p->synopsis, p->name);
	fprintf(out, "Homepage: https://%s.example.org/\n\n", p->source);
}

static void list(struct build *b, const struct package *p)
{
	struct owned owned[OWNED_MAX];
	size_t n = package_owns(b, p, owned);
	struct text text;
	char *path = x_asprintf("/var/lib/dpkg/info/%s%s.list", p->name,
				strcmp(p->section, "libs") == 0 && !p->any ? ":amd64" : "");

	text_open(&text);
	fputs("/.\n", text.stream);
	for (size_t i = 0; i < n; i++)
		fprintf(text.stream, "%s\n", owned[i].path);
	tree_text(b->tree, path, 0644, p->installed, &text);
	free(path);
}

void write_dpkg(struct build *b, const struct packages *packages)
{
	const struct package **sorted = packages_sorted(packages);
	int64_t time = b->installed;
	struct text text;

	text_open(&text);
	for (size_t i = 0; i < packages->n; i++) {
		stanza(text.stream, b, packages, sorted[i]);
		if (sorted[i]->installed > time)
			time = sorted[i]->installed;
	}
	tree_text(b->tree, "/var/lib/dpkg/status", 0644, time, &text);
	tree_directory(b->tree, "/var/lib/dpkg", 0755, time);
	tree_directory(b->tree, "/var/lib/dpkg/info", 0755, time);
	tree_directory(b->tree, "/var/lib/dpkg/updates", 0755, b->installed);
	tree_directory(b->tree, "/var/lib/dpkg/triggers", 0755, b->installed);
	tree_directory(b->tree, "/var/lib/dpkg/alternatives", 0755, b->installed);
	tree_print(b->tree, "/var/lib/dpkg/info/format", b->installed, "1\n");
	tree_print(b->tree, "/var/lib/dpkg/available", b->installed, "%s", "");
	tree_print(b->tree, "/var/lib/dpkg/diversions", b->installed, "%s", "");
	tree_print(b->tree, "/var/lib/dpkg/statoverride", b->installed, "%s", "");
	for (size_t i = 0; b->lists && i < packages->n && i < LISTS_MAX; i++)
		list(b, &packages->package[i]);

	text_open(&text);
	for (size_t i = 0; i < packages->n; i++)
		if (packages->package[i].wanted && !packages->package[i].essential)
			fprintf(text.stream, "Package: %s\nArchitecture: amd64\nAuto-Installed: 0\n\n",
				packages->package[i].name);
		else if (!packages->package[i].essential)
			fprintf(text.stream, "Package: %s\nArchitecture: amd64\nAuto-Installed: 1\n\n",
				packages->package[i].name);
	tree_text(b->tree, "/var/lib/apt/extended_states", 0644, time, &text);
	free(sorted);
}
