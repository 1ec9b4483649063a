#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"
#include "die.h"
#include "memstream.h"

#define INODE_BYTES 256
#define LINK_INLINE 60 /* bytes from which on a link has a block of its own */

void text_open(struct text *text)
{
	memset(text, 0, sizeof *text);
	text->stream = memstream_open(&text->bytes, &text->len);
	if (!text->stream)
		die("out of memory");
}

void text_done(struct text *text)
{
	bool failed = ferror(text->stream);

	if (fclose(text->stream) != 0 || failed)
		die("out of memory");
	text->stream = NULL;
}

static struct node *add(struct tree *tree, enum node_kind kind, const char *path, mode_t mode, int64_t time)
{
	struct node *node;

	if (tree->n == tree->room) {
		tree->room = tree->room ? 2 * tree->room : 256;
		tree->node = x_reallocarray(tree->node, tree->room, sizeof *tree->node);
	}
	node = &tree->node[tree->n++];
	*node = (struct node){.kind = kind, .path = x_strdup(path), .mode = mode, .time = time};
	return node;
}

struct node *tree_bytes(struct tree *tree, const char *path, mode_t mode, int64_t time, char *bytes, size_t len)
{
	struct node *node = add(tree, NODE_FILE, path, mode, time);

	node->bytes = bytes;
	node->len = len;
	return node;
}

struct node *tree_text(struct tree *tree, const char *path, mode_t mode, int64_t time, struct text *text)
{
	text_done(text);
	return tree_bytes(tree, path, mode, time, text->bytes, text->len);
}

struct node *tree_print(struct tree *tree, const char *path, int64_t time, const char *format, ...)
{
	char *bytes;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&bytes, format, args);
	va_end(args);
	if (len < 0)
		die("out of memory");
	return tree_bytes(tree, path, 0644, time, bytes, (size_t)len);
}

struct node *tree_directory(struct tree *tree, const char *path, mode_t mode, int64_t time)
{
	return add(tree, NODE_DIRECTORY, path, mode, time);
}

struct node *tree_link(struct tree *tree, const char *path, const char *target, int64_t time)
{
	struct node *node = add(tree, NODE_LINK, path, 0777, time);

	node->bytes = x_strdup(target);
	node->len = strlen(target);
	return node;
}

struct node *tree_filler(struct tree *tree, const char *path, int64_t time, uint64_t len, uint64_t key)
{
	struct node *node = add(tree, NODE_FILE, path, 0644, time);

	node->len = len;
	node->filler_key = key;
	return node;
}

static int by_path(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static void sort(struct tree *tree)
{
	if (tree->n)
		qsort(tree->node, tree->n, sizeof *tree->node, by_path);
}

/* Whether the first n nodes, which are sorted, have path. */
static bool has(const struct tree *tree, size_t n, char *path)
{
	struct node wanted = {.path = path};

	return bsearch(&wanted, tree->node, n, sizeof *tree->node, by_path) != NULL;
}

/* Neighbours have most of their directories in common: the last one made is where to stop. */
void tree_finish(struct tree *tree, int64_t time)
{
	size_t n = tree->n, kept = 0;
	char *last = x_strdup("");

	sort(tree);
	for (size_t i = 0; i < n; i++) {
		char *parent = x_strdup(tree->node[i].path), *slash;

		while ((slash = strrchr(parent, '/')) != NULL && slash != parent) {
			*slash = '\0';
			if (strcmp(parent, last) == 0 || has(tree, n, parent))
				break;
			add(tree, NODE_DIRECTORY, parent, 0755, time);
		}
		slash = strrchr(tree->node[i].path, '/');
		free(last);
		last = x_strdup(tree->node[i].path);
		last[slash - tree->node[i].path] = '\0';
		free(parent);
	}
	free(last);
	sort(tree);
	for (size_t i = 0; i < tree->n; i++) /* the same directory from under two that were apart */
		if (kept && strcmp(tree->node[kept - 1].path, tree->node[i].path) == 0) {
			free(tree->node[i].path);
			free(tree->node[i].bytes);
		} else {
			tree->node[kept++] = tree->node[i];
		}
	tree->n = kept;
}

uint64_t tree_cost(const struct tree *tree, size_t first, uint64_t block)
{
	uint64_t bytes = 0;

	for (size_t i = first; i < tree->n; i++) {
		const struct node *node = &tree->node[i];
		const char *slash = strrchr(node->path, '/');
		bool hole = !node->bytes && !node->filler_key; /* whose extents may need a block */

		bytes +=
			INODE_BYTES + 16 + 2 * strlen(slash); /* directories are two thirds full, and rounded to four */
		if (node->kind == NODE_FILE && !hole)
			bytes += (node->len + block - 1) / block * block;
		else if (node->kind != NODE_LINK || node->len >= LINK_INLINE)
			bytes += block;
	}
	return bytes;
}

void tree_cut(struct tree *tree, size_t first)
{
	while (tree->n > first) {
		free(tree->node[tree->n - 1].path);
		free(tree->node[tree->n - 1].bytes);
		tree->n--;
	}
}

void content_free(struct tree *tree)
{
	tree_cut(tree, 0);
	free(tree->node);
	*tree = (struct tree){0};
}
