#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "package.h"
#include "rng.h"

/* apk: /lib/apk/db. */

/* The checksum of a package's control data, which there is none of: 20 bytes that only look like one. */
static void checksum(FILE *out, uint64_t key)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char bytes[21] = {0};

	for (size_t i = 0; i < 20; i++)
		bytes[i] = (unsigned char)(rng_at(key, 30 + i / 8) >> 8 * (i % 8));
	fputs("C:Q1", out);
	for (size_t i = 0; i < 21; i += 3) {
		unsigned three = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];

		fputc(digits[three >> 18], out);
		fputc(digits[three >> 12 & 63], out);
		fputc(digits[three >> 6 & 63], out);
		fputc(i == 18 ? '=' : digits[three & 63], out);
	}
	fputc('\n', out);
}

/* Directories, each followed by its files. */
static void files(FILE *out, const struct owned *owned, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(owned[i].path);

		if (!owned[i].directory)
			continue;
		fprintf(out, "F:%s\n", owned[i].path + 1);
		for (size_t j = 0; j < n; j++) {
			const char *rest = owned[j].path + len + 1;

			if (!owned[j].directory && strncmp(owned[j].path, owned[i].path, len) == 0 &&
			    owned[j].path[len] == '/' && !strchr(rest, '/')) {
				fprintf(out, "R:%s\n", rest);
				if (owned[j].mode != 0644)
					fprintf(out, "a:0:0:%o\n", owned[j].mode);
			}
		}
	}
}

static void stanza(FILE *out, const struct build *b, const struct packages *all, const struct package *p)
{
	struct owned owned[OWNED_MAX];
	size_t n = package_owns(b, p, owned);

	checksum(out, p->key);
	fprintf(out,
		"P:%s\nV:%s\nA:%s\nS:%llu\nI:%llu\nT:%s\nU:https://%s.example.org/\nL:%s\no:%s\nm:Alpine Maintainers "
		"<packages@alpine.example.org>\n",
		p->name, p->full, p->any ? "noarch" : "x86_64", (unsigned long long)p->download,
		(unsigned long long)p->bytes, p->synopsis, p->source, p->license, p->source);
	fprintf(out, "t:%lld\nc:%016llx%016llx%08x\n", (long long)p->built, (unsigned long long)rng_at(p->key, 40),
		(unsigned long long)rng_at(p->key, 41), (unsigned)rng_at(p->key, 42));
	for (size_t i = 0; i < p->needs; i++)
		fprintf(out, "%s%s", i ? " " : "D:", all->package[p->need[i]].name);
	if (p->needs)
		fputc('\n', out);
	files(out, owned, n);
	fputc('\n', out);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void write_apk(struct build *b, const struct packages *packages)
{
	const char **world = x_reallocarray(NULL, packages->n, sizeof *world);
	int64_t time = packages->package[packages->n - 1].installed;
	size_t wanted = 0;
	struct text text;

	text_open(&text);
	for (size_t i = 0; i < packages->n; i++) {
		stanza(text.stream, b, packages, &packages->package[i]);
		if (packages->package[i].wanted)
			world[wanted++] = packages->package[i].name;
	}
	tree_text(b->tree, "/lib/apk/db/installed", 0644, time, &text);
	tree_print(b->tree, "/lib/apk/db/triggers", time, "%s", "");
	tree_bytes(b->tree, "/lib/apk/db/scripts.tar", 0644, time, x_calloc(1, 1024), 1024); /* an empty archive */
	tree_bytes(b->tree, "/lib/apk/db/lock", 0600, b->installed, x_strdup(""), 0);

	qsort(world, wanted, sizeof *world, by_text);
	text_open(&text);
	for (size_t i = 0; i < wanted; i++)
		fprintf(text.stream, "%s\n", world[i]);
	tree_text(b->tree, "/etc/apk/world", 0644, time, &text);
	free(world);
}
