#ifndef FC_MOCK_GUEST_H
#define FC_MOCK_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "vm.h"

/* The guest that is not there: it boots, answers on vsock and goes down. */

struct guest_options {
	unsigned exec_port; /* of the exec agent: 52 */
	unsigned home_port; /* the host's, which it calls once it is up: 1024. Nobody listening there is fine */
};

struct guest *guest_new(struct vm *vm, const struct guest_options *options); /* or dies */
void guest_free(struct guest *guest); /* closes what is open; sockets' files stay, as Firecracker leaves them */

/* PUT /vsock has been accepted, or a snapshot with a vsock device is being loaded: Firecracker binds uds_path at once for
 * the first, when it restores for the second. 0, or -1 with errno. */
int guest_bind_vsock(struct guest *guest, const char *uds_path);

/* InstanceStart: after OP_BOOT's time the guest is up, writes to the boot timer (where --boot-timer is on: one log line),
 * calls home and listens. */
void guest_boot(struct guest *guest);

/* A restored guest is up as soon as it is resumed; connections of before the snapshot are gone, listeners are there. */
void guest_restore(struct guest *guest);

void guest_pause(struct guest *guest);  /* it does nothing, its connections stay */
void guest_resume(struct guest *guest);
bool guest_is_up(const struct guest *guest);

/* SendCtrlAltDel: after OP_SHUTDOWN's time the process exits with status 0. Of a guest that is not up: ignored, as a
 * kernel without its keyboard driver does. */
void guest_shut_down(struct guest *guest);

#endif
