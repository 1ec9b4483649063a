#ifndef FC_MOCK_SNAPSHOT_H
#define FC_MOCK_SNAPSHOT_H

#include "call.h"

/* A snapshot's two files. The memory file is as large as the guest's memory and sparse. The state file is ours, and
 * says so: a line of JSON and a line with its sha256. Firecracker cannot read it. */

/* The version of the state files that Firecracker 1.minor writes, "10.0.0"; before 1.7 it is the program's own. The
 * text is overwritten by the next call. */
const char *snapshot_version(unsigned minor);

/* The version of the state file at path; the caller frees. NULL with *why in Firecracker's words (the caller frees). */
char *snapshot_describe(const char *path, char **why);

/* Write both. 0, or -1: refused. diff: into what is there, where it has the right size. */
int snapshot_write(struct call *call, const char *state_path, const char *memory_path, bool diff);

/* The machine in a state file, checked against this version: its config and mmds. NULL with *why. */
struct value *snapshot_read(const char *path, unsigned minor, char **why);

#endif
