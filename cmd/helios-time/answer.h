#ifndef HELIOS_TIME_ANSWER_H
#define HELIOS_TIME_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend.h"

/* What helios-cli answers on standard output: one JSON object, and nothing behind it. Members that are not asked for
 * may be there; one that is must be there just once. text holds len bytes and a NUL behind them; RUN_OUTPUT bytes may
 * be the beginning of more, and are refused. Each gives 0, or -1 with why, which says what was expected and quotes what
 * came. */

/* {"snapshot_id": ID}. An id is printable ASCII without blanks that does not begin with '-'. */
int answer_snapshot(const char *text, size_t len, char id[ID_MAX], char why[RUN_WHY]);

/* {"restored": ID}, and just this id. */
int answer_restored(const char *text, size_t len, const char *id, char why[RUN_WHY]);

/* {"materialized": ID, "out": DIRECTORY}: just these; the directory need not be said. */
int answer_materialized(const char *text, size_t len, const char *id, const char *out, char why[RUN_WHY]);

/* {"Added": A, "Changed": C, "Deleted": D}: counts, or lists of what was. */
struct answer_diff {
	uint64_t added, changed, deleted;
};
int answer_diff(const char *text, size_t len, struct answer_diff *diff, char why[RUN_WHY]);

/* Any object. */
int answer_object(const char *text, size_t len, char why[RUN_WHY]);

/* "blake3:" and 64 hexadecimal digits. */
bool answer_is_blake3(const char *id);

#endif
