#include "fcversion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fcversion_parse(const char *text, struct fcversion *version)
{
	struct fcversion v = {0};
	char major[4], minor[4], patch[4]; /* digits alone: %u would take a sign too */
	int end = 0;

	if (sscanf(text, "%3[0-9].%3[0-9].%3[0-9]%n", major, minor, patch, &end) != 3)
		return -1;
	v.major = (unsigned)strtoul(major, NULL, 10);
	v.minor = (unsigned)strtoul(minor, NULL, 10);
	v.patch = (unsigned)strtoul(patch, NULL, 10);
	text += end;
	if (*text && (*text != '-' || strlen(text) > 32))
		return -1;
	v.mock = strlen(text) >= 5 && strcmp(text + strlen(text) - 5, "-mock") == 0;
	*version = v;
	return 0;
}

bool fcversion_at_least(const struct fcversion *version, unsigned minor)
{
	return version->major > 1 || (version->major == 1 && version->minor >= minor);
}
