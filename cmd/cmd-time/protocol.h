#ifndef CMD_TIME_PROTOCOL_H
#define CMD_TIME_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

/* What the main process and the spawner say to each other over a socket pair: one request,
 * one reply, in fixed-size structs; REQUEST_LOAD and REQUEST_ALLOCS bring bytes behind them. */

enum slot { /* commands that the spawner keeps */
	SLOT_A,
	SLOT_B,
	SLOT_PREPARE,
	SLOT_HOOK, /* setup and cleanup */
	SLOT_COUNT
};

enum request_kind {
	REQUEST_LOAD,     /* keep a command in a slot: path, arguments, each NUL-terminated */
	REQUEST_INPUT,    /* standard input of the commands from now on: a path */
	REQUEST_COUNTERS, /* open the counters */
	REQUEST_ALLOCS,   /* make the shared mapping; the counter's path */
	REQUEST_RUN       /* run a batch */
};

struct request {
	enum request_kind kind;
	enum slot slot;      /* LOAD; RUN: the one command of a batch that is not paired */
	uint32_t size;       /* bytes that follow */
	int32_t stop;        /* RUN: value of the queued SIGTERM that stops this batch */
	uint32_t count;      /* RUN: at most so many runs, up to BATCH_MAX */
	uint64_t first;      /* RUN: number of the first one; paired batches go on in ABBA order */
	int64_t budget;      /* RUN: ns after which no other run of the batch starts */
	int64_t timeout;     /* RUN: ns a command may take; 0: any time */
	bool paired;         /* RUN: A and B by the number */
	bool prepare;        /* RUN: SLOT_PREPARE before each */
	bool keep_going;     /* RUN: a run that fails does not end the batch */
	bool counters;       /* RUN: read the counters */
	bool allocs;         /* RUN: with the preloaded counter */
};

#define BATCH_MAX 64

enum outcome {
	OUTCOME_EXIT,           /* code: exit status */
	OUTCOME_SIGNAL,         /* code: signal that killed it */
	OUTCOME_TIMEOUT,        /* code: 0 */
	OUTCOME_NOT_STARTED,    /* code: errno of exec */
	OUTCOME_PREPARE_FAILED, /* code: exit status of the prepare command */
	OUTCOME_ABORTED         /* stopped on request; nothing was measured */
};

enum counter { COUNTER_INSTRUCTIONS, COUNTER_CYCLES, COUNTER_COUNT };

struct result { /* of one run */
	enum outcome outcome;
	int32_t code;
	uint64_t number;      /* counted through both commands of a pair */
	enum slot slot;
	int64_t start;        /* clock_now(), ns */
	int64_t wall, user, system;      /* ns */
	int64_t max_rss;                 /* bytes */
	int64_t faults, switches;
	double counter[COUNTER_COUNT];   /* NaN where it could not be read */
	uint64_t attached, allocs, alloc_bytes;
};

struct reply {
	int32_t error;                    /* errno of the request itself, 0 if it was done */
	int32_t counter_error[COUNTER_COUNT];
	int64_t floor;                    /* bytes: peak memory of the spawner, which max_rss inherits */
	uint32_t count;
	struct result result[BATCH_MAX];  /* only count of them are sent */
};

#define REPLY_HEAD offsetof(struct reply, result)

/* Run number to command and pair: A B, B A, A B … so that a drift weighs on both alike. */
static inline enum slot paired_slot(uint64_t number)
{
	return number % 4 == 0 || number % 4 == 3 ? SLOT_A : SLOT_B;
}

/* Read or write all of size bytes. 0; -1 with errno, or with 0 at the end of the stream. */
int send_all(int fd, const void *data, uint32_t size);
int receive_all(int fd, void *data, uint32_t size);

#endif
