#ifndef DISK_GEN_STAGE_H
#define DISK_GEN_STAGE_H

/* A directory beside the place of an image, .NAME.disk-gen, in which the image is made before it is put there. It is
 * locked while it is in use: what a killed run left in it is taken over. The names of what is made in it are known to
 * stage.c; nothing else is removed. */

struct stage {
	char *target;          /* where the image goes, links resolved */
	char *path;            /* of the directory */
	int dir;               /* the same, open */
	struct stage *next;    /* those that are open, for stage_remove_all() */
};

/* Make it for an image that goes to path. 0, or -1 with errno: EBUSY where another process makes the same image,
 * EEXIST where there is something of that name that is none of ours. */
int stage_open(struct stage *s, const char *path);

/* Put the file called name in it onto the disk, and in the image's place; replace what is there, or else fail with
 * EEXIST. 0, or -1 with errno. */
int stage_install(struct stage *s, const char *name, int replace);

/* Remove it with all that is in it. */
void stage_close(struct stage *s);

/* The same with all that are open: for die_hook(), as running out of memory leads there. */
void stage_remove_all(void);

#endif
