#ifndef DISK_GEN_BUILD_H
#define DISK_GEN_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "image.h"
#include "os.h"
#include "project.h"
#include "tree.h"

/* What an image's files are made from, and how they get into its tree. Everything dies where there is no memory. */

#define USERS_MAX 8

struct user {
	const char *name, *comment;
	unsigned id;        /* of the user and of their group */
	bool administrator;
};

struct build {
	struct tree *tree;
	const struct image *image;
	const struct release *release;
	enum family family;
	char hostname[64];
	char root_uuid[UUID_ROOM];
	int64_t installed;  /* s: when the system was, before image->time */
	bool lists;         /* packages have lists of their files */
	uint64_t log_lines; /* of all logs together, about */
	uint64_t block;     /* bytes: what a file takes is a multiple of it */
	struct user user[USERS_MAX];
	size_t users;
};

/* A moment at most span seconds before image->time: a function of what and index. */
int64_t build_time(const struct build *b, const char *what, uint64_t index, int64_t span);

/* Text in memory that is written like a file; text_done() ends it. */
struct text {
	FILE *stream;
	char *bytes;
	size_t len;
};

void text_open(struct text *text);
void text_done(struct text *text); /* bytes, NUL-terminated, are then the caller's to free */

/* Add to the tree: root's, for the caller to change before the next call. What leads there is made by tree_finish().
 * bytes are the tree's from here on. */
struct node *tree_bytes(struct tree *tree, const char *path, mode_t mode, int64_t time, char *bytes, size_t len);
struct node *tree_text(struct tree *tree, const char *path, mode_t mode, int64_t time, struct text *text); /* ends it */
struct node *tree_print(struct tree *tree, const char *path, int64_t time, const char *format, ...)
	__attribute__((format(printf, 4, 5))); /* mode 0644 */
struct node *tree_directory(struct tree *tree, const char *path, mode_t mode, int64_t time);
struct node *tree_link(struct tree *tree, const char *path, const char *target, int64_t time);
struct node *tree_filler(struct tree *tree, const char *path, int64_t time, uint64_t len, uint64_t key); /* 0644 */

/* Sorts, and adds the directories that nobody added: 0755, root's, as old as time. */
void tree_finish(struct tree *tree, int64_t time);

/* What a file system of such blocks needs at most for the nodes from first on, their inodes and directory entries
 * too. */
uint64_t tree_cost(const struct tree *tree, size_t first, uint64_t block);

/* Forgets the nodes from first on. */
void tree_cut(struct tree *tree, size_t first);

/* The parts of a system. All of them but the last two are what makes it one. */
void make_system(struct build *b);   /* directories, programs, /etc */
void make_accounts(struct build *b); /* users and groups, their homes; fills in user[] */
void make_packages(struct build *b, uint64_t n); /* the package database; at least packages_least() */
void make_logs(struct build *b);
/* Files of at most room bytes in all, each in whole blocks. */
void make_data(struct build *b, uint64_t files, uint64_t room);

uint64_t packages_least(enum family family);

#endif
