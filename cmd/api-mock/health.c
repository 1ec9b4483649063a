#include "handlers.h"

#define INSTANCE "\"instance_id\":\"api-mock\""

void health_live(struct call *call)
{
	answer_static(call, 200, "{\"data\":{\"status\":\"ok\"," INSTANCE "}}");
}

void health_ready(struct call *call)
{
	if (sql_run(store_query(call->store, PING, NULL)) < 0)
		answer_problem(call, NOT_READY);
	else
		answer_static(call, 200, "{\"data\":{\"status\":\"ready\"," INSTANCE ",\"database\":\"connected\"}}");
}

void health_master(struct call *call)
{
	answer_static(call, 200, "{\"data\":{\"is_master\":true," INSTANCE "}}");
}
