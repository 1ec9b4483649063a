#ifndef DISK_GEN_OPTIONS_H
#define DISK_GEN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"
#include "measuring.h"
#include "work.h"

struct options {
	struct measuring common;

	const char *file;      /* where the image goes; NULL: a batch */
	const char *directory; /* where the images of a batch go; NULL: one image */
	int64_t count;
	bool varied;           /* what is not said differs from image to image */

	const char *type;      /* NULL: not said */
	int64_t bytes;         /* of the root file system; 0: not said */
	bool has_os;
	enum os os;
	const char *version;   /* NULL: not said */
	const char *hostname;  /* NULL: not said */
	int64_t files, packages; /* -1: not said */
	bool gpt;
	enum image_format format;

	int64_t workers;
	bool force, digest, list;
};

/* A size by name: "minimal" ... in bytes; 0 where there is none such. type_names(): NULL-terminated, by size. */
int64_t type_bytes(const char *name);
const char *const *type_names(void);

const char *image_format_name(enum image_format format);

/* Parse or exit. */
void options_parse(struct options *o, int argc, char **argv);
void options_free(struct options *o);

#endif
