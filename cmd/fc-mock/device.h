#ifndef FC_MOCK_DEVICE_H
#define FC_MOCK_DEVICE_H

#include "call.h"

/* What devices have in common. */

/* After the start: may one of this id be added to devices? False: refused. */
bool device_may_be_plugged(struct call *call, const struct value *devices, const char *key, const char *id);

/* Keep a copy of body in the place of what was there. */
void device_keep(struct value **place, const struct value *body);

/* Can it be opened? 0, or -1 with errno. */
int device_open(const struct value *path, int flags);

/* Why a socket could not be bound, as Rust says it; the caller frees. */
char *device_bind_error(int error);

/* A rate limiter as Firecracker shows it: null where it limits nothing. */
void device_settle_limiter(struct value *device, const char *name);
/* The buckets that update's limiter of this name names. */
void device_update_limiter(struct value *device, const char *name, const struct value *update);

/* Can this drive's file be opened? Otherwise what Firecracker says; the caller frees; NULL: it can. */
char *drive_fault(const struct value *drive, unsigned minor);

#endif
