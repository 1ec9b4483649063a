#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "die.h"
#include "rng.h"
#include "words.h"

/* Files of data, whose content is filler. */

#define LINE 64               /* bytes of text-like filler, that its words do not depend on what is before */
#define FAR 200               /* files in one directory, about */
#define HOLES_FROM (64 << 20) /* bytes of an image that has sparse files too */

static void text_line(uint64_t key, uint64_t number, char line[LINE])
{
	uint64_t bits = rng_at(key, number);
	size_t len = 0;

	while (len < LINE - 1) {
		const char *word = words[bits % WORDS];
		size_t n = strlen(word);

		if (len)
			line[len++] = ' ';
		if (n > LINE - 1 - len)
			n = LINE - 1 - len;
		memcpy(line + len, word, n);
		len += n;
		bits = bits >> 7 | bits << 57;
	}
	line[LINE - 1] = '\n';
}

static void random_line(uint64_t key, uint64_t number, char line[LINE])
{
	for (uint64_t i = 0; i < LINE / 8; i++) {
		uint64_t bits = rng_at(key, LINE / 8 * number + i);

		for (size_t k = 0; k < 8; k++)
			line[8 * i + k] = (char)(bits >> 8 * k);
	}
}

/* An even key makes text. */
void filler(uint64_t key, uint64_t offset, char *bytes, size_t len)
{
	while (len) {
		size_t skip = (size_t)(offset % LINE), n = LINE - skip < len ? LINE - skip : len;
		char line[LINE];

		if (key % 2)
			random_line(key, offset / LINE, line);
		else
			text_line(key, offset / LINE, line);
		memcpy(bytes, line + skip, n);
		bytes += n;
		offset += n;
		len -= n;
	}
}

static const struct {
	const char *suffix;
	bool text;
} kinds[] = {{"txt", true},  {"log", true},  {"csv", true},     {"md", true},   {"conf", true},
	     {"dat", false}, {"bin", false}, {"tar.gz", false}, {"jpg", false}, {"db", false}};

/* Users' files are below their homes, in as many directories each. */
static void homes(struct build *b, uint64_t directories)
{
	for (size_t u = 0; u < b->users; u++)
		for (uint64_t i = 0; i < directories; i++) {
			char *path = x_asprintf("/home/%s/documents%llu", b->user[u].name, (unsigned long long)i);
			struct node *node = tree_directory(b->tree, path, 0755, b->image->time);

			node->uid = node->gid = b->user[u].id;
			free(path);
		}
}

/* Where the i'th file is; belongs to user u, or to root where that is users. */
static char *place(const struct build *b, uint64_t bits, uint64_t i, uint64_t directories, const char *suffix,
		   size_t *u)
{
	const char *a = words[bits % WORDS], *z = words[bits / WORDS % WORDS];
	static const char *const shared[] = {"/srv/data", "/var/lib/app", "/opt/app/share", "/var/cache/app"};
	uint64_t in = rng_reduce(rng_at(bits, 1), directories);

	*u = (size_t)rng_reduce(rng_at(bits, 2), b->users * 2);
	if (*u < b->users)
		return x_asprintf("/home/%s/documents%llu/%s-%s-%llu.%s", b->user[*u].name, (unsigned long long)in, a,
				  z, (unsigned long long)i, suffix);
	*u = b->users;
	return x_asprintf("%s/%s%llu/%s-%s-%llu.%s", shared[bits / WORDS / WORDS % 4], words[in % WORDS],
			  (unsigned long long)in, a, z, (unsigned long long)i, suffix);
}

static uint64_t filler_key(uint64_t bits, bool text)
{
	return (bits | 2) - (bits & 1) + !text;
}

void make_data(struct build *b, uint64_t files, uint64_t room)
{
	uint64_t key = rng_key(b->image->key, "data"), blocks = room / b->block, least = files;
	uint64_t directories = files / (FAR * b->users * 2) + 1;
	uint64_t *weight = x_reallocarray(NULL, files ? files : 1, sizeof *weight), sum = 0;

	if (files)
		homes(b, directories);
	/* From a block each to some thousand times that, about as many in each doubling. */
	for (uint64_t i = 0; i < files; i++) {
		uint64_t bits = rng_at(key, 4 * i);

		weight[i] = (UINT64_C(0x10000) | (bits & 0xffff)) << rng_reduce(bits, 12);
		sum += weight[i];
	}
	for (uint64_t i = 0; i < files; i++) {
		uint64_t bits = rng_at(key, 4 * i + 1);
		uint64_t kind = rng_reduce(rng_at(key, 4 * i + 2), sizeof kinds / sizeof *kinds);
		double share = (double)weight[i] / (double)sum;
		uint64_t extra = blocks > least ? (uint64_t)((double)(blocks - least) * share) : 0;
		uint64_t len = extra * b->block + 1 + rng_reduce(rng_at(key, 4 * i + 3), b->block);
		int64_t time = build_time(b, "data", i, b->image->time - b->installed);
		bool hole = b->image->bytes >= HOLES_FROM && i % 40 == 39;
		size_t u;
		char *path = place(b, bits, i, directories, hole ? "img" : kinds[kind].suffix, &u);
		struct node *node = tree_filler(b->tree, path, time, hole ? 64 * len : len,
						hole ? 0 : filler_key(bits, kinds[kind].text));

		if (u < b->users)
			node->uid = node->gid = b->user[u].id;
		free(path);
	}
	free(weight);
}
