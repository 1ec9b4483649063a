#include "exec.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PORT_MAX 4294967294 /* the last one is VMADDR_PORT_ANY */

static int parse_vsock(const char *text, struct exec_way *way, const char **why)
{
	unsigned long long port = 0;
	const char *at = text;

	*why = "a port from 1 to 4294967294 behind vsock:";
	while (*at >= '0' && *at <= '9' && port <= PORT_MAX)
		port = port * 10 + (unsigned)(*at++ - '0');
	if (*at || port == 0 || port > PORT_MAX)
		return -1;
	*way = (struct exec_way){.kind = EXEC_VSOCK, .port = (unsigned)port};
	return 0;
}

static int parse_ssh(const char *text, struct exec_way *way, const char **why)
{
	const char *at_sign = strrchr(text, '@');
	const char *host = at_sign ? at_sign + 1 : text;

	*why = "USER@HOST or HOST behind ssh:, which ssh would not take for an option";
	if (!*host || *host == '-' || *text == '-' || host == text + 1)
		return -1;
	for (const char *at = text; *at; at++) {
		if (*at <= ' ' || *at >= 0x7f || strchr("'\"`$\\;&|<>(){}*?!#", *at))
			return -1;
	}
	*way = (struct exec_way){.kind = EXEC_SSH, .host = text};
	return 0;
}

int exec_parse(const char *text, struct exec_way *way, const char **why)
{
	if (strncmp(text, "vsock:", 6) == 0)
		return parse_vsock(text + 6, way, why);
	if (strncmp(text, "ssh:", 4) == 0)
		return parse_ssh(text + 4, way, why);
	*why = "vsock:PORT or ssh:USER@HOST";
	return -1;
}

int exec_check(const char *command, char why[EXEC_WHY])
{
	if (*command && !strchr(command, '\n'))
		return 0;
	snprintf(why, EXEC_WHY, "%s", *command ? "the command holds a newline" : "the command is empty");
	errno = EINVAL;
	return -1;
}
