#ifndef FC_PROBE_MANIFEST_H
#define FC_PROBE_MANIFEST_H

#include <stddef.h>
#include <stdio.h>

/* Root file systems by name, one after the other: what disk-gen(1) writes about the images that it made, read by
 * `--rootfs -`. A line of it that counts is a bench-record(5) event,
 * {"type":"event","bench":"disk/small","name":"image","data":{"path":"...","bytes":N,"format":"raw",...}};
 * other records are let pass. */
struct manifest {
	char **path;
	size_t n;
};

/* Of in, called name in complaints ("tool: name:line: what was expected"). 0, or -1 after a complaint (also where
 * there is no image at all, or one whose format is not raw). */
int manifest_read(struct manifest *m, FILE *in, const char *name);
void manifest_free(struct manifest *m);

#endif
