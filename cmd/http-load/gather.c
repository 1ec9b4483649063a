#include "gather.h"

#include <stdio.h>
#include <stdlib.h>

#include "clock.h"
#include "die.h"

static void add_tally(struct tally *to, const struct tally *from)
{
	to->done += from->done;
	to->drained += from->drained;
	to->carried += from->carried;
	for (size_t i = 0; i < FAILURE_COUNT; i++)
		to->failed[i] += from->failed[i];
	for (size_t i = 0; i < sizeof to->status / sizeof to->status[0]; i++)
		to->status[i] += from->status[i];
	to->sent += from->sent;
	to->received += from->received;
	to->mock += from->mock;
	to->real += from->real;
	if (!to->error[0])
		snprintf(to->error, sizeof to->error, "%s", from->error);
}

#define SHORTEST 1000000 /* ns that a step has to take for shares of it to mean anything */

static void add_counts(struct engine_counts *to, const struct engine_counts *from)
{
	to->connects += from->connects;
	to->reconnects += from->reconnects;
	to->retries += from->retries;
	to->queued += from->queued;
	for (size_t i = 0; i < sizeof to->version / sizeof to->version[0]; i++)
		to->version[i] += from->version[i];
}

static void add_part(struct step_result *r, const struct part *part, size_t requests)
{
	int64_t length = r->end - r->begin;
	double busy = 0, delayed = 0;

	if (length >= SHORTEST) {
		busy = (double)(part->use.user + part->use.system) / (double)length;
		delayed = (double)part->use.delay / (double)length;
	}

	for (size_t i = 0; i < requests; i++)
		add_tally(&r->tally[i], &part->tally[i]);
	r->started += part->started;
	r->not_started += part->not_started;
	r->unfinished += part->unfinished;
	r->in_flight += part->at_end;
	add_counts(&r->counts, &part->counts);
	r->cpu_user += part->use.user;
	r->cpu_system += part->use.system;
	r->busiest = busy > r->busiest ? busy : r->busiest;
	r->delayed = delayed > r->delayed ? delayed : r->delayed;
	r->incomplete |= part->recorder.failed;
}

/* Where the last worker was done with it. */
static int64_t end_of(const struct go *go, const struct worker *worker, size_t step)
{
	int64_t end = go->begin[step] + 1;

	for (size_t i = 0; i < go->threads; i++) {
		if (worker[i].part[step].end > end)
			end = worker[i].part[step].end;
	}
	return end;
}

void gather(struct step_result *results, struct go *go, struct worker *worker)
{
	for (size_t step = 0; step < go->n; step++) {
		struct step_result *r = &results[step];

		*r = (struct step_result){.step = &go->step[step], .begin = go->begin[step], .timeline = go->timeline[step]};
		r->tally = x_calloc(go->mix->n, sizeof *r->tally);
		r->end = end_of(go, worker, step);
		for (size_t i = 0; i < go->threads; i++) {
			if (!worker[i].part[step].tally)
				continue;
			r->reached = true;
			add_part(r, &worker[i].part[step], go->mix->n);
		}
		for (size_t i = 0; i < go->mix->n; i++)
			add_tally(&r->total, &r->tally[i]);
		r->due = r->started + r->not_started;
		timeline_end(r->timeline, r->end);
	}
	for (size_t i = 0; i < go->threads; i++) {
		for (size_t step = 0; step < go->n; step++)
			free(worker[i].part[step].tally);
		free(worker[i].part);
		worker[i].part = NULL;
	}
}

void step_result_free(struct step_result *r)
{
	timeline_free(r->timeline);
	free(r->tally);
	*r = (struct step_result){.timeline = NULL};
}
