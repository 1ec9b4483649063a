#ifndef DISK_GEN_MAKE_H
#define DISK_GEN_MAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "image.h"
#include "work.h"

/* An image from nothing to its place. */

struct request {
	struct image image;
	char *path;            /* where it goes */
	enum image_format format;
	bool force;            /* replace what is there */
	bool digest;
};

struct made {
	char *path;                /* absolute, links resolved */
	int64_t began, latency;    /* clock_now(), and ns until the image was in its place and on the disk */
	int64_t user, system;      /* CPU time, ns, of everything */
	int64_t size, allocated;   /* bytes: of the file, and of the disk that it takes */
	int64_t disk;              /* bytes of the disk that a guest sees */
	uint64_t files, packages;  /* regular files, and packages in its database */
	char hostname[64];         /* "": not known */
	char sha256[SHA256_TEXT];  /* "": not asked for */
	char *why;                 /* what went wrong; NULL: nothing */
};

/* 0, or -1 with made->why, and nothing left; after a signal too. made_free() in either case. */
int make_image(struct made *made, const struct request *request, const struct tools *tools, struct signals *signals);
void made_free(struct made *made);

#endif
