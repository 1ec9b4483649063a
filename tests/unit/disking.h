#ifndef DISKING_H
#define DISKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/disk-gen/tree.h"

/* For tests of what disk-gen puts into images: what is where in a tree. */

#define TIME 1758000000

static inline struct image image_of(enum os os, const char *version, int64_t bytes)
{
	return (struct image){.os = os,
			      .version = version,
			      .type = "custom",
			      .bytes = bytes,
			      .files = -1,
			      .packages = -1,
			      .key = 42,
			      .time = TIME};
}

static inline int node_order(const void *a, const void *b)
{
	return strcmp(((const struct node *)a)->path, ((const struct node *)b)->path);
}

/* NULL where there is none. */
static inline const struct node *node_at(const struct tree *tree, const char *path)
{
	char text[4096];
	struct node wanted = {.path = text};

	snprintf(text, sizeof text, "%s", path);
	return bsearch(&wanted, tree->node, tree->n, sizeof *tree->node, node_order);
}

/* The same with links followed, wherever they are in path. */
static inline const struct node *node_behind(const struct tree *tree, const char *path)
{
	char real[4096] = "", rest[4096];
	const struct node *node = NULL;

	snprintf(rest, sizeof rest, "%s", path);
	for (int links = 0; *rest && links < 20;) {
		char name[256], after[4096], at[4096];
		size_t len;

		memmove(rest, rest + strspn(rest, "/"), strlen(rest + strspn(rest, "/")) + 1);
		len = strcspn(rest, "/");
		snprintf(name, sizeof name, "%.*s", (int)len, rest);
		snprintf(after, sizeof after, "%s", rest + len);
		if (strcmp(name, "..") == 0) {
			if (strrchr(real, '/'))
				*strrchr(real, '/') = '\0';
			memcpy(rest, after, strlen(after) + 1);
			continue;
		}
		assert_true((size_t)snprintf(at, sizeof at, "%s/%s", real, name) < sizeof at);
		node = node_at(tree, at);
		if (!node)
			return NULL;
		if (node->kind == NODE_LINK) {
			links++;
			if (*node->bytes == '/')
				*real = '\0';
			assert_true((size_t)snprintf(rest, sizeof rest, "%s%s", node->bytes, after) < sizeof rest);
		} else {
			memcpy(real, at, strlen(at) + 1);
			memcpy(rest, after, strlen(after) + 1);
		}
	}
	return node;
}

/* The text of a file that has to be there, without NUL bytes. */
static inline const char *text_at(const struct tree *tree, const char *path)
{
	const struct node *node = node_behind(tree, path);

	if (!node || node->kind != NODE_FILE || !node->bytes)
		fail_msg("no %s", path);
	assert_int_equal(strlen(node->bytes), node->len);
	return node->bytes;
}

static inline struct tree made(const struct image *image)
{
	const char *why = "";
	struct tree tree;

	if (content_make(&tree, image, &why) != 0)
		fail_msg("%s %s of %lld: %s", os_name(image->os), image->version, (long long)image->bytes, why);
	return tree;
}

#endif
