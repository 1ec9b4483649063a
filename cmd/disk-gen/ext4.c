#include "ext4.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "die.h"
#include "populate.h"

#define RESIZABLE (4LL << 20)     /* from it on there is room for resize2fs to make it larger */
#define INODE_RATIO 8192          /* bytes an inode, at least */
#define INODES_SPARE 64
#define ZEROED_MAX (8LL << 30)    /* beyond it a kernel zeros inode tables: they would take GiB of disk meanwhile */

/* What mke2fs is to do is all said here, and not in the machine's /etc/mke2fs.conf. The features are those that
 * kernels since 3.18 and e2fsprogs since 1.43 know. */
static const char config[] =
	"[defaults]\n"
	"	base_features = sparse_super,large_file,filetype,dir_index,ext_attr\n"
	"	default_mntopts = acl,user_xattr\n"
	"	enable_periodic_fsck = 0\n"
	"	reserved_ratio = 0\n"
	"	inode_size = 256\n"
	"	blocksize = 4096\n"
	"	inode_ratio = 16384\n"
	"[fs_types]\n"
	"	ext4 = {\n"
	"		features = extent,huge_file,flex_bg,metadata_csum,64bit,dir_nlink,extra_isize\n"
	"	}\n"
	/* It takes one of these by size, and warns where it is not there. */
	"	floppy = {\n		blocksize = 1024\n	}\n"
	"	small = {\n		blocksize = 1024\n	}\n"
	"	big = {\n		blocksize = 4096\n	}\n"
	"	huge = {\n		blocksize = 4096\n	}\n";

static int write_config(struct work *w)
{
	int fd = openat(w->stage.dir, "mke2fs.conf", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : write(fd, config, sizeof config - 1);

	if (n >= 0 && n != (ssize_t)sizeof config - 1)
		errno = ENOSPC;
	if (n != (ssize_t)sizeof config - 1)
		work_failed(w, "mke2fs.conf:");
	if (fd >= 0)
		close(fd);
	return w->why ? -1 : 0;
}

static int64_t inodes_for(const struct ext4 *fs, const struct tree *tree)
{
	int64_t needed = (int64_t)tree->n + (int64_t)tree->n / 4 + INODES_SPARE, usual = fs->bytes / INODE_RATIO;

	return needed > usual ? needed : usual;
}

int ext4_make(struct work *w, const struct ext4 *fs, const struct tree *tree)
{
	char *blocks = x_asprintf("%" PRId64, fs->bytes / fs->block);
	char *size = x_asprintf("%u", fs->block);
	char *inodes = x_asprintf("%" PRId64, inodes_for(fs, tree));
	char *extended = x_asprintf("hash_seed=%s,root_owner=0:0,nodiscard,lazy_itable_init=%d,offset=%" PRId64, fs->uuid,
				    fs->bytes > ZEROED_MAX, fs->offset);
	char *device = x_asprintf(WORK_STAGE "%s", fs->file);
	const char *argv[] = {"mke2fs", "-q", "-F", "-t", "ext4", "-O", fs->bytes < RESIZABLE ? "^resize_inode" : "resize_inode",
			      "-b", size, "-N", inodes, "-m", "0", "-U", fs->uuid, "-L", fs->label, "-E", extended, device,
			      blocks, NULL};
	int result = write_config(w);

	if (result == 0)
		result = work_run(w, w->tools->mke2fs, argv, false, "mke2fs ");
	free(device);
	free(extended);
	free(inodes);
	free(size);
	free(blocks);
	return result == 0 ? populate(w, fs, tree) : -1;
}
