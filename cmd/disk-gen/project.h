#ifndef DISK_GEN_PROJECT_H
#define DISK_GEN_PROJECT_H

#include <stddef.h>

/* Well-known software and what the distributions call its package: what package databases are filled from. */

enum family { FAMILY_DEB, FAMILY_RPM, FAMILY_APK, FAMILY_PACMAN, FAMILY_COUNT };

struct project {
	const char *key;                 /* ours; unique */
	const char *name[FAMILY_COUNT];  /* "": the key; NULL: that family has no such package */
	const char *version;             /* upstream's, of about 2022 */
	const char *license;             /* SPDX */
	const char *section;             /* as Debian sorts it */
	const char *synopsis;
	const char *needs;               /* keys, with a space between them */
};

/* What each system has, whatever else it has; and what it may have. */
extern const struct project project_base[];
extern const size_t project_base_count;
extern const struct project project_more[];
extern const size_t project_more_count;

#endif
