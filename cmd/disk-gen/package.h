#ifndef DISK_GEN_PACKAGE_H
#define DISK_GEN_PACKAGE_H

#include "build.h"

/* The packages of an image, before they are written down as its package manager does. */

#define NEEDS_MAX 8

/* What a package is there for, which says what it has. */
enum content {
	CONTENT_PROGRAM,
	CONTENT_LIBRARY,
	CONTENT_DOCUMENTS,
	CONTENT_HEADERS,
	CONTENT_SYMBOLS,
	CONTENT_NOTHING
};

struct package {
	enum content content;
	char *name;              /* no two alike */
	char *synopsis;
	char version[48];        /* upstream's */
	char full[64];           /* as the family has it: "5.1-2ubuntu1", "5.1.16-r0"; of RPM the release, "2.fc40" */
	const char *license, *section;
	char *source;            /* the name of the project it comes from */
	size_t need[NEEDS_MAX];  /* indices of other packages */
	size_t needs;
	bool wanted;             /* by somebody, not because another one needs it */
	bool any;                /* of no architecture */
	bool essential;
	uint64_t bytes;          /* installed */
	uint64_t download;       /* bytes */
	int64_t built, installed; /* s since 1970 */
	uint64_t key;
};

struct packages {
	struct package *package;
	size_t n;
};

/* n of them in the order of installation: what makes a system first, then as the key has it, well-known names before
 * invented ones. What a package needs is among them. n is at least packages_least(). */
void packages_choose(struct packages *packages, const struct build *b, size_t n);
void packages_free(struct packages *packages);

/* Pointers to them, by name as strcmp() has it; caller frees. */
const struct package **packages_sorted(const struct packages *packages);

/* Upstream's version of a project after so many half-years. */
void package_age(char version[48], const char *base, unsigned step, uint64_t key);

/* Write the family's log of what was installed when: of the last packages, so many lines at most. */
void log_packages(struct build *b, const struct packages *packages, uint64_t lines);

/* Write the family's database. */
void write_dpkg(struct build *b, const struct packages *packages);
void write_apk(struct build *b, const struct packages *packages);
void write_pacman(struct build *b, const struct packages *packages);
void write_rpm(struct build *b, const struct packages *packages);

/* What a package has on disk, as its database lists it, directories before what is in them: a program or a library, and
 * its documents. Returns how many. */
struct owned {
	char path[288];  /* absolute */
	bool directory;
	unsigned mode;   /* permissions */
	uint64_t bytes;
};

#define OWNED_MAX 24
size_t package_owns(const struct build *b, const struct package *package, struct owned owned[OWNED_MAX]);

#endif
