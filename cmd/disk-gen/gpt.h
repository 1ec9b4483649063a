#ifndef DISK_GEN_GPT_H
#define DISK_GEN_GPT_H

#include <stdint.h>

/* A GUID partition table (UEFI specification, chapter 5) with one partition for Linux, for disks of 512-byte sectors:
 * protective MBR, the table, and its copy at the end. */

#define GPT_SECTOR 512
#define GPT_HEAD (1LL << 20) /* bytes before the partition, which begins where it is aligned for any disk */
#define GPT_TAIL (1LL << 20) /* and behind it, so that the whole is of whole MiB if the partition is */
#define GPT_PART 17408       /* bytes of what is written at either end */

struct gpt {
	int64_t bytes;                  /* of the whole disk */
	const char *disk, *partition;   /* their UUIDs, as text */
	const char *name;               /* of the partition, ASCII, up to 36 characters */
};

/* What is at the disk's start and at its end. */
void gpt_make(const struct gpt *gpt, unsigned char start[GPT_PART], unsigned char end[GPT_PART]);

/* The same onto the disk that fd is. 0, or -1 with errno. */
int gpt_write(const struct gpt *gpt, int fd);

#endif
