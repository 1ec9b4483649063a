#ifndef FC_PROBE_BODIES_H
#define FC_PROBE_BODIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fcversion.h"

/* The bodies of API calls, with nothing in them that a version of Firecracker does not take. */

#define BODY_MAX 6144 /* bytes of a body, with its NUL */

struct machine;

/* Each writes into body and returns it. NULL: it does not fit, or this version cannot do it, which *why says (a constant
 * text). */
const char *body_machine(char body[BODY_MAX], const struct machine *m, const struct fcversion *v, const char **why);
const char *body_boot_source(char body[BODY_MAX], const struct machine *m, const char **why);
const char *body_drive(char body[BODY_MAX], const char *id, const char *path, bool root, bool read_only, const char **why);
const char *body_vsock(char body[BODY_MAX], const char *uds_path, const char **why);
const char *body_logger(char body[BODY_MAX], const char *path, const char **why);
const char *body_metrics(char body[BODY_MAX], const char *path, const char **why);
const char *body_snapshot(char body[BODY_MAX], bool diff, const char *state, const char *memory, const char **why);
const char *body_load(char body[BODY_MAX], const struct fcversion *v, const char *state, const char *memory, bool dirty,
		      const char **why);

/* {"state":"Paused"}, {"state":"Resumed"} */
extern const char BODY_PAUSED[], BODY_RESUMED[];
/* Of PUT /actions. */
extern const char BODY_START[], BODY_FLUSH[], BODY_CTRL_ALT_DEL[];

#endif
