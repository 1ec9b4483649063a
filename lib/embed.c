#include "embed.h"

#include <string.h>

const struct embedded *embed_find(const struct embedded *files, const char *name)
{
	for (; files->name; files++) {
		if (strcmp(files->name, name) == 0)
			return files;
	}
	return NULL;
}
