#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "backend.h"
#include "die.h"

struct ids {
	void *tree;
};

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct ids *ids_new(void)
{
	return x_calloc(1, sizeof(struct ids));
}

bool ids_add(struct ids *ids, const char *id)
{
	char *copy;

	if (tfind(id, &ids->tree, compare))
		return false;
	copy = x_strdup(id);
	if (!tsearch(copy, &ids->tree, compare))
		die("out of memory");
	return true;
}

void ids_free(struct ids *ids)
{
	if (!ids)
		return;
	tdestroy(ids->tree, free);
	free(ids);
}
