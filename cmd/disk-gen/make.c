#include "make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "ext4.h"
#include "gpt.h"
#include "tree.h"

#define RAW "image"
#define QCOW2 "image.qcow2"

static int64_t disk_bytes(const struct image *image)
{
	return image->bytes + (image->gpt ? GPT_HEAD + GPT_TAIL : 0);
}

static int write_gpt(struct work *w, const struct image *image, int fd)
{
	char disk[UUID_ROOM], partition[UUID_ROOM];
	struct gpt gpt = {.bytes = disk_bytes(image), .disk = disk, .partition = partition, .name = "root"};

	image_uuid(image, "disk", disk);
	image_uuid(image, "partition", partition);
	return gpt_write(&gpt, fd) < 0 ? work_failed(w, "partition table:") : 0;
}

/* A disk of zeros, but for its partition table. */
static int make_disk(struct work *w, const struct image *image)
{
	int fd = openat(w->stage.dir, RAW, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	int result = fd < 0 ? -1 : ftruncate(fd, disk_bytes(image));

	if (result < 0)
		work_failed(w, "making it:");
	else if (image->gpt)
		result = write_gpt(w, image, fd);
	if (fd >= 0 && close(fd) < 0 && result == 0)
		result = work_failed(w, "making it:");
	return result;
}

static uint64_t regular_files(const struct tree *tree)
{
	uint64_t n = 0;

	for (size_t i = 0; i < tree->n; i++)
		n += tree->node[i].kind == NODE_FILE;
	return n;
}

static void find_hostname(const struct tree *tree, char hostname[64])
{
	for (size_t i = 0; i < tree->n; i++) {
		const struct node *node = &tree->node[i];
		size_t len;

		if (node->kind != NODE_FILE || !node->bytes || strcmp(node->path, "/etc/hostname") != 0)
			continue;
		for (len = 0; len < node->len && len < 63 && node->bytes[len] != '\n'; len++)
			hostname[len] = node->bytes[len];
		hostname[len] = '\0';
	}
}

static int make_file_system(struct work *w, const struct image *image, struct made *made)
{
	char uuid[UUID_ROOM];
	struct ext4 fs = {.file = RAW, .offset = image->gpt ? GPT_HEAD : 0, .bytes = image->bytes,
			  .block = content_block(image->bytes), .uuid = uuid, .label = os_label(image->os)};
	struct tree tree = {.node = NULL};
	const char *why = "";
	struct image bare = *image;
	int result;

	/* The same file system, whether there is a partition table around it or not. */
	bare.gpt = false;
	result = content_make(&tree, &bare, &why);

	if (result < 0)
		work_failed(w, "%s", why);
	made->files = regular_files(&tree);
	made->packages = tree.packages;
	find_hostname(&tree, made->hostname);
	image_uuid(image, "root", uuid);
	if (result == 0)
		result = ext4_make(w, &fs, &tree);
	content_free(&tree);
	return result;
}

static int convert(struct work *w)
{
	static const char from[] = WORK_STAGE RAW, to[] = WORK_STAGE QCOW2;
	static const char *const argv[] = {"qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", from, to, NULL};
	int fd = openat(w->stage.dir, QCOW2, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), result;

	if (fd < 0)
		return work_failed(w, "making it:");
	close(fd);
	result = work_run(w, w->tools->qemu_img, argv, false, "");
	unlinkat(w->stage.dir, RAW, 0);
	return result;
}

/* What is replaced keeps its owner, where that may be, and its mode. */
static int keep_mode(const char *target, int fd)
{
	struct stat old;

	if (stat(target, &old) < 0)
		return 0;
	if (fchown(fd, old.st_uid, old.st_gid) < 0)
		errno = 0; /* only root can; for all others the file becomes theirs */
	return fchmod(fd, old.st_mode & 0777);
}

static int finish_file(struct work *w, const char *name, const struct request *r, struct made *made)
{
	int fd = openat(w->stage.dir, name, O_RDWR | O_CLOEXEC), result = 0;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || keep_mode(w->stage.target, fd) < 0) {
		result = work_failed(w, "%s:", name);
	} else {
		made->size = st.st_size;
		if (r->format == IMAGE_RAW)
			digest_punch(fd, made->size);
		if (r->digest)
			result = digest_file(w, fd, made->size, made->sha256);
	}
	if (result == 0 && fsync(fd) < 0)
		result = work_failed(w, "writing it:");
	/* Only now is it settled which blocks it has. */
	if (result == 0 && fstat(fd, &st) == 0)
		made->allocated = (int64_t)st.st_blocks * 512;
	if (fd >= 0)
		close(fd);
	return result;
}

static int make_staged(struct work *w, const struct request *r, struct made *made)
{
	const char *name = r->format == IMAGE_QCOW2 ? QCOW2 : RAW;

	made->disk = disk_bytes(&r->image);
	if (make_disk(w, &r->image) < 0 || make_file_system(w, &r->image, made) < 0)
		return -1;
	if (r->format == IMAGE_QCOW2 && convert(w) < 0)
		return -1;
	if (finish_file(w, name, r, made) < 0 || work_stopped(w))
		return -1;
	if (stage_install(&w->stage, name, r->force) < 0)
		return work_failed(w, errno == EEXIST ? "it is there already; --force replaces it" : "putting it in its place:");
	made->path = realpath(w->stage.target, NULL);
	return 0;
}

/* A device or a FIFO is nothing that a rename would fill. */
static int check_target(struct work *w, const struct request *r)
{
	struct stat st;

	if (stat(r->path, &st) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return work_failed(w, "it is a directory");
	if (!S_ISREG(st.st_mode))
		return work_failed(w, "it is not a regular file");
	if (!r->force)
		return work_failed(w, "it is there already; --force replaces it");
	return access(r->path, W_OK) < 0 ? work_failed(w, "replacing it:") : 0;
}

int make_image(struct made *made, const struct request *r, const struct tools *tools, struct signals *signals)
{
	struct work w = {.tools = tools, .signals = signals, .time = r->image.time};
	struct rusage before, after;
	int result;

	*made = (struct made){.began = clock_now()};
	getrusage(RUSAGE_THREAD, &before);
	result = check_target(&w, r);
	if (result == 0 && stage_open(&w.stage, r->path) < 0) {
		result = errno == EBUSY    ? work_failed(&w, "another disk-gen is making it")
			 : errno == EEXIST ? work_failed(&w, "a directory .NAME.disk-gen beside it is somebody else's")
					   : work_failed(&w, "making it:");
	} else if (result == 0) {
		result = make_staged(&w, r, made);
		stage_close(&w.stage);
	}
	getrusage(RUSAGE_THREAD, &after);
	made->latency = clock_now() - made->began;
	made->user = w.user + clock_timeval(after.ru_utime) - clock_timeval(before.ru_utime);
	made->system = w.system + clock_timeval(after.ru_stime) - clock_timeval(before.ru_stime);
	if (result < 0 && !w.why)
		w.why = x_strdup("stopped");
	made->why = w.why;
	return result;
}

void made_free(struct made *made)
{
	free(made->path);
	free(made->why);
	made->path = made->why = NULL;
}
