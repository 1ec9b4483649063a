#ifndef API_MOCK_AUTH_H
#define API_MOCK_AUTH_H

#include "call.h"

/* Who a token belongs to. Fills in call->caller; false: the reply says why not. */
bool auth_node(struct call *call);
bool auth_cluster(struct call *call);

#endif
