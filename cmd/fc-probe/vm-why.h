#ifndef FC_PROBE_VM_WHY_H
#define FC_PROBE_VM_WHY_H

#include "bodies.h"
#include "vm.h"

/* What went wrong with a microVM, in words. All give -1, errno as it was. */

int vm_why(struct vm *vm, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Of a wait that has failed: "... within the time" or "... before all was stopped", by errno. */
int vm_why_waiting(struct vm *vm, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Has its process ended? Then vm->why says how, and the last that it said. */
bool vm_has_ended(struct vm *vm);

#endif
