#include "populate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "die.h"

/* debugfs copies files, which are made for it in memory, so many at a time: on a disk thousands of small files, made
 * and removed at once, cost more than all else. Where it ends and another goes on decides where things come to lie, so
 * that must be the same on every machine. */
#define BYTES_MAX (32LL << 20)
#define CHUNK 65536
#define LINE_MAX_BYTES 8000 /* of a command that debugfs reads whole */

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U
#endif

struct batch {
	struct work *w;
	const struct ext4 *fs;
	FILE *script;     /* commands for debugfs, in the stage */
	int64_t now;      /* what debugfs has been told that the time is */
	const char *directory; /* where it has been told to be, of the length: a path of the tree's */
	size_t directory_len;
	int fd[POPULATE_FILES]; /* files made for it, open */
	int files;
	int64_t bytes;    /* in them */
};

static int open_script(struct batch *b)
{
	int fd = openat(b->w->stage.dir, "script", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	b->script = fd < 0 ? NULL : fdopen(fd, "w");
	b->now = b->w->time;
	b->directory_len = 0;
	if (b->script)
		return 0;
	work_failed(b->w, "script for debugfs:");
	if (fd >= 0)
		close(fd);
	return -1;
}

static int close_script(struct batch *b)
{
	int failed = ferror(b->script);

	if (fclose(b->script) != 0 || failed)
		work_failed(b->w, "script for debugfs:");
	b->script = NULL;
	return b->w->why ? -1 : 0;
}

static void close_files(struct batch *b)
{
	for (int i = 0; i < b->files; i++)
		close(b->fd[i]);
	b->files = 0;
	b->bytes = 0;
}

/* What does not fit is the image's fault; debugfs says so in many words. */
static void explain(struct work *w)
{
	static const char *const signs[] = {"Could not allocate block", "Could not allocate inode", "No space left in"};

	for (size_t i = 0; w->why && i < sizeof signs / sizeof signs[0]; i++) {
		if (strstr(w->why, signs[i])) {
			char *said = w->why;

			w->why = x_asprintf("the file system is too small for what is to be in it (%s)", said);
			free(said);
			return;
		}
	}
}

/* What debugfs makes gets the time that it is told, which costs less than to change it afterwards. */
static void set_now(struct batch *b, int64_t time)
{
	if (time != b->now)
		fprintf(b->script, "set_current_time @%" PRId64 "\n", time);
	b->now = time;
}

/* Have debugfs do what is in the script. */
static int flush(struct batch *b)
{
	char *device = x_asprintf(WORK_STAGE "%s?offset=%" PRId64, b->fs->file, b->fs->offset);
	static const char script[] = WORK_STAGE "script";
	const char *argv[] = {"debugfs", "-w", "-f", script, device, NULL};
	int result;

	/* For the superblock. */
	set_now(b, b->w->time);
	result = close_script(b);
	if (result == 0)
		result = work_run(b->w, b->w->tools->debugfs, argv, true, "debugfs 1.");
	if (result < 0)
		explain(b->w);
	free(device);
	close_files(b);
	return result;
}

/* As a word of debugfs' commands. */
static void put_text(FILE *out, const char *text, size_t len)
{
	putc('"', out);
	for (; len; text++, len--) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

static void put_word(FILE *out, const char *text)
{
	put_text(out, text, strlen(text));
}

static const char *name_of(const struct node *node)
{
	return strrchr(node->path, '/') + 1;
}

/* Names are told, not paths: debugfs looks up each part of a path, and older versions write files only into the
 * directory where they are. */
static void enter(struct batch *b, const struct node *node)
{
	size_t len = (size_t)(name_of(node) - node->path);

	if (len == b->directory_len && memcmp(node->path, b->directory, len) == 0)
		return;
	fputs("cd ", b->script);
	put_text(b->script, node->path, len > 1 ? len - 1 : 1);
	putc('\n', b->script);
	b->directory = node->path;
	b->directory_len = len;
}

/* Change a field of its inode. Octal is for modes. */
static void set(FILE *script, const struct node *node, const char *field, bool octal, uint64_t value)
{
	fputs("sif ", script);
	put_word(script, name_of(node));
	if (octal)
		fprintf(script, " %s 0%" PRIo64 "\n", field, value);
	else
		fprintf(script, " %s %" PRIu64 "\n", field, value);
}

/* given: the mode it has already. */
static void set_attributes(const struct batch *b, const struct node *node, mode_t type, mode_t given)
{
	if (node->mode != given)
		set(b->script, node, "mode", true, type | node->mode);
	if (node->uid)
		set(b->script, node, "uid", false, node->uid);
	if (node->gid)
		set(b->script, node, "gid", false, node->gid);
}

static int write_all(int fd, const char *bytes, size_t len, off_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, bytes, len, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes += n;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int write_filler(struct work *w, int fd, const struct node *node)
{
	static _Thread_local char chunk[CHUNK];

	for (uint64_t at = 0; at < node->len; at += CHUNK) {
		size_t len = node->len - at < CHUNK ? (size_t)(node->len - at) : CHUNK;

		if (work_stopped(w)) {
			errno = EINTR;
			return -1;
		}
		filler(node->filler_key, at, chunk, len);
		if (write_all(fd, chunk, len, (off_t)at) < 0)
			return -1;
	}
	return 0;
}

static int write_content(struct work *w, int fd, const struct node *node)
{
	if (node->bytes)
		return write_all(fd, node->bytes, node->len, 0);
	if (node->filler_key)
		return write_filler(w, fd, node);
	return ftruncate(fd, (off_t)node->len);
}

/* debugfs takes a file's mode over, but has to be able to read it, and some machines have no files in memory that might
 * be executed. The mode that it got. */
static mode_t staged_mode(const struct node *node)
{
	return node->mode & 0400 ? node->mode & 0666 : 0600;
}

/* Said to be none to execute, so that the kernel has no say in that; before Linux 6.3 it is not known. */
static int memory_file(void)
{
	int fd = memfd_create("disk-gen", MFD_NOEXEC_SEAL);

	return fd >= 0 || errno != EINVAL ? fd : memfd_create("disk-gen", 0);
}

/* The programs inherit it, and have it by its number, which does not depend on what they may see of other processes.
 * The descriptor, which close_files() closes, or -1. */
static int stage_file(struct batch *b, const struct node *node)
{
	int fd = memory_file();

	if (fd < 0)
		return work_failed(b->w, "its file %s:", node->path);
	b->fd[b->files++] = fd;
	b->bytes += node->bytes || node->filler_key ? (int64_t)node->len : 0;
	if (write_content(b->w, fd, node) < 0 || fchmod(fd, staged_mode(node)) < 0)
		return work_failed(b->w, "its file %s:", node->path);
	return fd;
}

static int add_file(struct batch *b, const struct node *node)
{
	int fd;

	if ((b->files >= POPULATE_FILES || b->bytes >= BYTES_MAX) && (flush(b) < 0 || open_script(b) < 0))
		return -1;
	fd = stage_file(b, node);
	if (fd < 0)
		return -1;
	enter(b, node);
	set_now(b, node->time);
	fprintf(b->script, "write /proc/self/fd/%d ", fd);
	put_word(b->script, name_of(node));
	putc('\n', b->script);
	set_attributes(b, node, S_IFREG, staged_mode(node));
	return 0;
}

static void add_link(struct batch *b, const struct node *node)
{
	enter(b, node);
	set_now(b, node->time);
	fputs("symlink ", b->script);
	put_word(b->script, name_of(node));
	putc(' ', b->script);
	put_word(b->script, node->bytes);
	putc('\n', b->script);
	set_attributes(b, node, S_IFLNK, node->mode);
}

/* What is put into it later does not change its time. */
static void add_directory(struct batch *b, const struct node *node)
{
	enter(b, node);
	set_now(b, node->time);
	fputs("mkdir ", b->script);
	put_word(b->script, name_of(node));
	putc('\n', b->script);
	set_attributes(b, node, S_IFDIR, 0755);
}

static int add(struct batch *b, const struct node *node)
{
	size_t words = strlen(node->path) + (node->kind == NODE_LINK ? strlen(node->bytes) : 0);

	if (2 * words > LINE_MAX_BYTES) {
		errno = ENAMETOOLONG;
		return work_failed(b->w, "its file %s:", node->path);
	}
	if (node->kind == NODE_FILE)
		return add_file(b, node);
	if (node->kind == NODE_LINK) {
		add_link(b, node);
	} else {
		add_directory(b, node);
	}
	return 0;
}

static int add_all(struct batch *b, const struct tree *tree)
{
	if (open_script(b) < 0)
		return -1;
	for (size_t i = 0; i < tree->n; i++) {
		if (add(b, &tree->node[i]) < 0)
			return -1;
	}
	return flush(b);
}

int populate(struct work *w, const struct ext4 *fs, const struct tree *tree)
{
	struct batch b = {.w = w, .fs = fs};
	int result = add_all(&b, tree);

	if (b.script)
		fclose(b.script);
	close_files(&b);
	return result;
}
