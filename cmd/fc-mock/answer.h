#ifndef FC_MOCK_ANSWER_H
#define FC_MOCK_ANSWER_H

#include <stdint.h>

#include "api.h"
#include "vm.h"

/* What becomes of one request: the faults decide, the API carries it out, the journal is told. */

struct answer {
	struct vm *vm;
	const struct api_request *request; /* the caller's, until answer_finish() */
	enum operation op;
	enum outcome outcome;
	int64_t began;    /* clock_now() */
	int64_t latency;  /* ns, from then on until it is to be carried out */
};

/* Decide what is to become of it. */
void answer_begin(struct answer *a, struct vm *vm, const struct api_request *request);

/* Where outcome is GOES_WELL or FAILS, after the latency: do it or do not. The caller frees reply->body. */
void answer_finish(struct answer *a, struct api_reply *reply);

#endif
