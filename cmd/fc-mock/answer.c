#include "answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "die.h"
#include "json.h"
#include "rust.h"

/* "PUT" as "Put"; Firecracker's log has methods so. */
static void title(const char *method, char text[8])
{
	size_t i;

	for (i = 0; method[i] && i < 7; i++)
		text[i] = i ? (char)tolower((unsigned char)method[i]) : method[i];
	text[i] = '\0';
}

/* Of a CPU's configuration and of metadata, Firecracker does not show the body. */
static void log_arrival(struct journal *j, const struct api_request *r)
{
	static const char start[] = "The API server received a";
	char method[8], *path, *body;

	if (!journal_logs(j, LEVEL_INFO))
		return;
	title(r->method, method);
	path = rust_quoted(r->path, strlen(r->path));
	if (!r->len || strcmp(r->path, "/mmds") == 0) {
		journal_log(j, LEVEL_INFO, "fc_api", "%s %s request on %s.", start, method, path);
	} else if (strcmp(r->path, "/cpu-config") == 0 && !journal_logs(j, LEVEL_DEBUG)) {
		journal_log(j, LEVEL_INFO, "fc_api",
			    "%s %s request on %s. To view the CPU template received by the API, configure "
			    "log-level to DEBUG.",
			    start, method, path);
	} else {
		body = rust_quoted(r->body, r->len);
		journal_log(j, LEVEL_INFO, "fc_api", "%s %s request on %s with body %s.", start, method, path, body);
		free(body);
	}
	free(path);
}

void answer_begin(struct answer *a, struct vm *vm, const struct api_request *request)
{
	*a = (struct answer){.vm = vm, .request = request, .began = clock_now()};
	log_arrival(vm->journal, request);
	a->op = api_operation(request);
	a->outcome = faults_next(vm->faults, a->op, &a->latency);
	journal_count_request(vm->journal, request->method, request->path);
}

/* The text of a fault_message; the caller frees. NULL: it has none. */
static char *fault_text(const char *body)
{
	struct json j;
	struct json_span key, value;
	char *text;

	json_open(&j, body, strlen(body));
	if (json_object(&j) < 0 || json_key(&j, &key) != 1 || !json_is(&key, "fault_message") ||
	    json_string(&j, &value) < 0)
		return NULL;
	text = x_malloc(value.len + 1);
	if (json_unescape(&value, text) < 0)
		text[0] = '\0';
	return text;
}

static void log_outcome(struct journal *j, const struct api_reply *reply)
{
	char *why;

	if (reply->status == 204)
		journal_log(j, LEVEL_INFO, "fc_api",
			    "The request was executed successfully. Status code: 204 No Content.");
	else if (reply->status < 300)
		journal_log(j, LEVEL_INFO, "fc_api", "The request was executed successfully. Status code: 200 OK.");
	if (reply->status < 300)
		return;
	why = fault_text(reply->body ? reply->body : "");
	journal_log(j, LEVEL_ERROR, "fc_api", "Received Error. Status code: %s. Message: %s",
		    reply->status == 413 ? "413 Payload too large" : "400 Bad Request", why ? why : "");
	free(why);
}

static const struct {
	enum measured what;
	const char *name; /* NULL: not measured */
} measures[OPERATIONS] = {
	[OP_PAUSE] = {MEASURED_PAUSE, "pause vm"},
	[OP_RESUME] = {MEASURED_RESUME, "resume vm"},
	[OP_SNAPSHOT_FULL] = {MEASURED_FULL_CREATE, "create full snapshot"},
	[OP_SNAPSHOT_DIFF] = {MEASURED_DIFF_CREATE, "create diff snapshot"},
	[OP_SNAPSHOT_LOAD] = {MEASURED_LOAD, "load snapshot"},
};

static void fail(const struct answer *a, struct api_reply *reply)
{
	reply->status = 400;
	reply->body = api_fault("fc-mock was told to let this fail: %s", operation_name(a->op));
	if (a->op == OP_SNAPSHOT_LOAD) { /* as a restore that fails does */
		reply->exits = true;
		reply->exit_status = STATUS_TROUBLE;
	}
}

void answer_finish(struct answer *a, struct api_reply *reply)
{
	struct journal *j = a->vm->journal;
	const char *name = measures[a->op].name;
	int64_t vmm;

	*reply = (struct api_reply){0};
	if (a->outcome == FAILS)
		fail(a, reply);
	else
		api_handle(a->vm, a->request, reply);
	vmm = clock_now() - a->began;
	if (a->op == OP_SNAPSHOT_LOAD && !journal_logs(j, LEVEL_DEBUG)) /* it looks at the clock then only */
		vmm = 0;
	else if (name && reply->status < 300)
		journal_log(j, LEVEL_INFO, "main", "'%s' VMM action took %lld us.", name, (long long)vmm / 1000);
	log_outcome(j, reply);
	if (reply->status >= 300)
		journal_count_failure(j, a->request->method, a->request->path);
	if (reply->deprecated)
		journal_count_deprecated(j);
	if (name && reply->status < 300) {
		int64_t api = clock_now() - a->began;

		journal_latency(j, measures[a->op].what, api, vmm);
		journal_log(j, LEVEL_INFO, "fc_api", "'%s' API request took %lld us.", name, (long long)api / 1000);
	}
}
