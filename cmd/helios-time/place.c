#include "place.h"

#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

static const struct {
	unsigned long magic; /* as statfs(2) lists them */
	const char *name;
} types[] = {
	{0xEF53, "ext2/3/4"},     {0x01021994, "tmpfs"}, {0x794C7630, "overlay"},  {0x58465342, "xfs"},
	{0x9123683E, "btrfs"},    {0xF2F52010, "f2fs"},  {0x2FC12FC1, "zfs"},      {0xCA451A4E, "bcachefs"},
	{0x858458F6, "ramfs"},    {0x6969, "nfs"},       {0x65735546, "fuse"},     {0x01021997, "9p"},
	{0xFF534D42, "cifs"},     {0xFE534D42, "smb2"},  {0x4D44, "vfat"},         {0x2011BAB0, "exfat"},
	{0x5346544E, "ntfs"},     {0xF15F, "ecryptfs"},  {0x6A656A63, "virtiofs"}, {0x3153464A, "jfs"},
	{0x52654973, "reiserfs"},
};

int place_find(const char *path, struct place_found *place)
{
	struct statfs fs;

	*place = (struct place_found){.path = path};
	if (statfs(path, &fs) < 0)
		return -1;
	snprintf(place->type, sizeof place->type, "0x%lx", (unsigned long)fs.f_type & 0xFFFFFFFFUL);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (types[i].magic == ((unsigned long)fs.f_type & 0xFFFFFFFFUL))
			snprintf(place->type, sizeof place->type, "%s", types[i].name);
	}
	place->free = (int64_t)fs.f_bavail * (int64_t)fs.f_bsize;
	place->bytes = (int64_t)fs.f_blocks * (int64_t)fs.f_bsize;
	return 0;
}
