#include "profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

#define DIRECTORY "profiles/"

static const struct embedded *find(const char *name, const char *suffix)
{
	char *path = x_asprintf(DIRECTORY "%s%s", name, suffix);
	const struct embedded *file = embed_find(embedded_files, path);

	free(path);
	if (!file)
		die("no profile '%s'; --list tells which there are", name);
	return file;
}

const struct embedded *profile_schema(const char *name)
{
	return find(name, ".sql");
}

const struct embedded *profile_spec(const char *name)
{
	return find(name, ".json");
}

/* The comment that the schema begins with, up to its first full stop or colon. */
static int title_length(const char *text)
{
	return (int)strcspn(text, ".:\n");
}

void profile_list(void)
{
	for (const struct embedded *file = embedded_files; file->name; file++) {
		const char *name = file->name + strlen(DIRECTORY), *dot = strrchr(name, '.');
		const char *title = file->text + strspn(file->text, "- \t\n");

		if (dot && strcmp(dot, ".sql") == 0)
			printf("%-12.*s %.*s\n", (int)(dot - name), name, title_length(title), title);
	}
}
