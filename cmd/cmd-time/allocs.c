#include "allocs.h"

#include <elf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"

#ifndef BENCHPIPE_LIBEXECDIR /* the Makefile says where it is */
#define BENCHPIPE_LIBEXECDIR "/usr/local/libexec/benchpipe"
#endif

#define LIBRARY "alloc-count.so"

/* dir/name as an absolute path that can be read and that the dynamic linker takes (blanks and
 * colons separate names for it); caller frees. NULL where there is none. */
static char *readable(const char *dir, const char *name)
{
	char *path = x_asprintf("%s/%s", dir, name);
	char *real = realpath(path, NULL);

	free(path);
	if (real && (access(real, R_OK) != 0 || strpbrk(real, " :"))) {
		free(real);
		real = NULL;
	}
	return real;
}

static char *find_library(void)
{
	const char *set = getenv("BENCHPIPE_LIBEXEC");
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *path = NULL;

	if (set && *set)
		return readable(set, LIBRARY);
	if (n > 0) {
		self[n] = '\0';
		*strrchr(self, '/') = '\0';
		path = readable(self, "../libexec/" LIBRARY);
		if (!path)
			path = readable(self, "../libexec/benchpipe/" LIBRARY);
	}
	return path ? path : readable(BENCHPIPE_LIBEXECDIR, LIBRARY);
}

char *allocs_open(struct runner *r)
{
	char *library = find_library();
	int error;

	if (!library)
		return x_strdup(LIBRARY " not found: set BENCHPIPE_LIBEXEC to its directory");
	error = runner_ask(r, REQUEST_ALLOCS, library);
	free(library);
	return error ? x_asprintf("no memory to share with the command: %s", strerror(error)) : NULL;
}

/* Is path an ELF program without an interpreter? Headers of our own class are enough. */
static bool is_static(const char *path)
{
	union {
		Elf64_Ehdr wide;
		Elf32_Ehdr narrow;
	} head = { 0 };
	FILE *f = fopen(path, "re");
	bool elf, found = false;

	if (!f)
		return false;
	elf = fread(&head, 1, sizeof(head), f) >= sizeof(head.narrow) && memcmp(&head, ELFMAG, SELFMAG) == 0;
	for (int i = 0; elf && !found; i++) {
		bool wide = head.wide.e_ident[EI_CLASS] == ELFCLASS64;
		Elf64_Phdr phdr;
		long at = wide ? (long)(head.wide.e_phoff + (uint64_t)i * head.wide.e_phentsize)
			       : (long)(head.narrow.e_phoff + (uint64_t)i * head.narrow.e_phentsize);

		if (i >= (wide ? head.wide.e_phnum : head.narrow.e_phnum))
			break;
		/* p_type comes first in both classes. */
		if (fseek(f, at, SEEK_SET) != 0 || fread(&phdr.p_type, sizeof(phdr.p_type), 1, f) != 1)
			elf = false;
		else
			found = phdr.p_type == PT_INTERP;
	}
	fclose(f);
	return elf && !found;
}

const char *allocs_why_not(const char *path)
{
	struct stat st;

	if (is_static(path))
		return "the program is linked statically: no counter can be preloaded";
	if (stat(path, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)))
		return "the program is setuid or setgid: no counter is preloaded";
	return "the program did not load the preloaded counter";
}
