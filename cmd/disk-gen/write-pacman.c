#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "package.h"

/* pacman: /var/lib/pacman/local. */

#define LISTS_MAX 3000 /* packages that have a list of their files: each is a file, which takes time to make */

static void describe(FILE *out, const struct packages *all, const struct package *p)
{
	fprintf(out, "%%NAME%%\n%s\n\n%%VERSION%%\n%s\n\n%%BASE%%\n%s\n\n%%DESC%%\n%s\n\n", p->name, p->full, p->source,
		p->synopsis);
	fprintf(out,
		"%%URL%%\nhttps://%s.example.org/\n\n%%ARCH%%\n%s\n\n%%BUILDDATE%%\n%lld\n\n%%INSTALLDATE%%\n%lld\n\n",
		p->source, p->any ? "any" : "x86_64", (long long)p->built, (long long)p->installed);
	fprintf(out, "%%PACKAGER%%\nArch Maintainers <packages@arch.example.org>\n\n%%SIZE%%\n%llu\n\n",
		(unsigned long long)p->bytes);
	if (!p->wanted)
		fputs("%REASON%\n1\n\n", out);
	fprintf(out, "%%LICENSE%%\n%s\n\n%%VALIDATION%%\npgp\n\n", p->license);
	for (size_t i = 0; i < p->needs; i++)
		fprintf(out, "%s%s\n", i ? "" : "%DEPENDS%\n", all->package[p->need[i]].name);
	if (p->needs)
		fputc('\n', out);
}

static void list(FILE *out, const struct build *b, const struct package *p)
{
	struct owned owned[OWNED_MAX];
	size_t n = package_owns(b, p, owned);

	fputs("%FILES%\n", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s\n", owned[i].path + 1, owned[i].directory ? "/" : "");
	fputc('\n', out);
}

void write_pacman(struct build *b, const struct packages *packages)
{
	for (size_t i = 0; i < packages->n; i++) {
		const struct package *p = &packages->package[i];
		char *directory = x_asprintf("/var/lib/pacman/local/%s-%s", p->name, p->full);
		char *path = x_asprintf("%s/desc", directory);
		struct text text;

		tree_directory(b->tree, directory, 0755, p->installed);
		text_open(&text);
		describe(text.stream, packages, p);
		tree_text(b->tree, path, 0644, p->installed, &text);
		free(path);
		if (b->lists && i < LISTS_MAX) {
			path = x_asprintf("%s/files", directory);
			text_open(&text);
			list(text.stream, b, p);
			tree_text(b->tree, path, 0644, p->installed, &text);
			free(path);
		}
		free(directory);
	}
	tree_print(b->tree, "/var/lib/pacman/local/ALPM_DB_VERSION", b->installed, "9\n");
	tree_directory(b->tree, "/var/lib/pacman/sync", 0755, b->installed);
}
