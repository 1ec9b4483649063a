#ifndef API_MOCK_HANDLERS_H
#define API_MOCK_HANDLERS_H

#include "call.h"

/* One for each thing that the API does: they fill in the reply. Who asks is known, and allowed to. */

void health_live(struct call *call);
void health_ready(struct call *call);
void health_master(struct call *call);

void nodes_list(struct call *call);
void nodes_create(struct call *call);
void nodes_mtu(struct call *call);
void nodes_token(struct call *call);
void nodes_delete(struct call *call);

void config_version(struct call *call);
void config_download(struct call *call);
void config_upload(struct call *call);

void routes_get(struct call *call);
void routes_put(struct call *call);
void routes_cluster(struct call *call);

void topology_get(struct call *call);
void topology_lighthouse(struct call *call);
void topology_no_lighthouse(struct call *call);
void topology_relay(struct call *call);
void topology_no_relay(struct call *call);
void topology_token(struct call *call);

#endif
