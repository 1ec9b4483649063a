#ifndef HELIOS_TREES_H
#define HELIOS_TREES_H

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "entries.h"
#include "removal.h"

/* Trees of files for the tests of helios-time. Each test has an empty current directory of its own. */

static int open_before;

static int enter(void **state)
{
	char template[] = "/tmp/helios-trees.XXXXXX";

	if (!mkdtemp(template) || chmod(template, 0755) != 0 || chdir(template) != 0)
		return -1;
	*state = strdup(template);
	open_before = descriptors();
	return *state ? 0 : -1;
}

static int leave(void **state)
{
	bool was_there;
	int leaked = descriptors() - open_before, error;

	if (chdir("/") != 0)
		return -1;
	error = removal_path(*state, &was_there);
	free(*state);
	if (leaked)
		fprintf(stderr, "%d descriptors were left open\n", leaked);
	return error || leaked ? -1 : 0;
}

static void write_file(const char *path, const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void write_text(const char *path, const char *text)
{
	write_file(path, text, strlen(text));
}

/* Can a file of mode 0 be read by us? As root a test has to be somebody else for it: until be_root_again(). */
static inline bool be_nobody(void)
{
	return geteuid() != 0 || seteuid(65534) == 0;
}

static inline void be_root_again(void)
{
	if (geteuid() != 0 && getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

#endif
