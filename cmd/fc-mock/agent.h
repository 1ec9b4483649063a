#ifndef FC_MOCK_AGENT_H
#define FC_MOCK_AGENT_H

#include <stdbool.h>

#include "vm.h"
#include "world.h"

/* The agent in the guest that starts a shell on each connection to its port. */

struct agent;

/* world has to stay. ended is called for each connection that has. Or dies. */
struct agent *agent_new(struct vm *vm, const struct world *world, void (*ended)(void *data), void *data);
void agent_free(struct agent *agent); /* NULL is fine */

void agent_serve(struct agent *agent, int fd); /* non-blocking; closed when the shell or the client ends */

void agent_pause(struct agent *agent, bool paused); /* nothing is read, written or carried out */

#endif
