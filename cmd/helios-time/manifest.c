#include "manifest.h"

#include <stdlib.h>
#include <string.h>

#include "die.h"

struct manifest_file *manifest_add(struct manifest *m, const char *path)
{
	struct manifest_file *f;

	if (m->n == m->room) {
		m->room = m->room ? 2 * m->room : 256;
		m->file = x_reallocarray(m->file, m->room, sizeof *m->file);
	}
	f = &m->file[m->n++];
	*f = (struct manifest_file){.path = x_strdup(path)};
	return f;
}

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct manifest_file *)a)->path, ((const struct manifest_file *)b)->path);
}

void manifest_sort(struct manifest *m)
{
	if (m->n)
		qsort(m->file, m->n, sizeof *m->file, compare);
}

const struct manifest_file *manifest_find(const struct manifest *m, const char *path)
{
	size_t low = 0, high = m->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(path, m->file[middle].path);

		if (order == 0)
			return &m->file[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

struct manifest manifest_copy(const struct manifest *m)
{
	struct manifest copy = {.bytes = m->bytes};

	for (size_t i = 0; i < m->n; i++) {
		struct manifest_file *f = manifest_add(&copy, m->file[i].path);

		f->size = m->file[i].size;
		memcpy(f->digest, m->file[i].digest, sizeof f->digest);
	}
	return copy;
}

void manifest_free(struct manifest *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->file[i].path);
	free(m->file);
	*m = (struct manifest){0};
}
