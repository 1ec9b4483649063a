#ifndef HELIOS_STORE_H
#define HELIOS_STORE_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#include "sha256.h"

/* What the stand-in of helios-cli keeps: for each snapshot a file, named by its digest, below HELIOS_STORE_DIR. All of
 * these end the program with status 1 where something fails. */

#define PREFIX "blake3:" /* of ids, whatever digest it is */
#define ID_MAX (sizeof PREFIX + SHA256_TEXT)

extern uint64_t commits; /* made of the store; once it is open */

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *more(void *p, size_t size); /* realloc(3) */

/* One process at a time, as the real one; and words of its engine on standard error, as from the real one. */
void open_store(void);
void count_commits(int by); /* one more, or none: read only */
void in_store(char path[PATH_MAX], const char *name);

/* An id that is kept by name; "" for none. */
void read_id(const char *name, char id[ID_MAX]);
void write_id(const char *name, const char *id);

/* A snapshot: for each file its path, a NUL, eight bytes of size, and its content. */
struct pack {
	char *bytes;
	size_t len, room;
};

/* All regular files below the present directory, but for what is in .git or .helios. */
void pack_files(struct pack *p);

/* The snapshot called id: 1. Without one the program ends, unless it claims anything: 0. */
int load(struct pack *p, const char *command, const char *id);

/* The next file from *at on: its name, and its content. 0 at the end. */
int next_file(const struct pack *p, size_t *at, const char **name, const char **bytes, size_t *len);

/* The path of name below out, with the directories that it needs made. */
void below(char path[PATH_MAX], const char *out, const char *name);
void write_file(const char *path, const char *bytes, size_t len);

#endif
