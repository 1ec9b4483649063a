#ifndef DISK_GEN_IMAGE_H
#define DISK_GEN_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What an image is to be: everything that decides about its bytes. */

enum os { OS_UBUNTU, OS_DEBIAN, OS_ALPINE, OS_FEDORA, OS_ARCH, OS_COUNT };

struct image {
	enum os os;
	const char *version;   /* "22.04", "12", "3.20", "40"; "" for Arch, which rolls */
	const char *type;      /* "minimal", "small", "medium", "large", or "custom" */
	int64_t bytes;         /* of the root file system; a partition table comes on top */
	int64_t files;         /* of data, beside those that make it a system; -1: as many as suit its size */
	int64_t packages;      /* in the package database; -1: as many as suit its size and system */
	uint64_t key;          /* f(seed, index): all that varies comes of it (rng.h: rng_key(), rng_at()) */
	bool gpt;
	int64_t time;          /* s since 1970: of the system's installation, and no file's time is later */
	char hostname[64];     /* "": as the key has it */
};

/* Names and versions: "ubuntu" ...; its versions, newest first, NULL-terminated. */
const char *os_name(enum os os);
const char *const *os_versions(enum os os);

/* What /etc/fstab says of the root file system, so the file system has to have both: mke2fs -L, -U. */
#define UUID_ROOM 37
const char *os_label(enum os os); /* at most 16 bytes */
/* what: "root": the root file system's; "disk", "partition" ...: others. */
void image_uuid(const struct image *image, const char *what, char text[UUID_ROOM]);

#endif
