#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cmd/http-load/handle.h"
#include "../../cmd/http-load/load.h"
#include "clock.h"
#include "die.h"

/* The schedule, the numbers and the counts of a load, with an engine that only keeps time. */

#define SEQS 100000

static struct {
	int64_t latency; /* of a request, ns */
	bool refuse;     /* nothing can be connected */
	bool never;      /* nothing is answered */
	bool fail;
} server;
static atomic_uchar seen[SEQS]; /* how often a number was requested */
static atomic_uint_fast64_t total;

struct engine_state {
	struct worker *worker;
	struct slot *slot[4096];
	int64_t end[4096];
	uint32_t n;
	uint32_t nconnecting;
};

static struct engine_state *fake_open(struct worker *w)
{
	struct engine_state *s = calloc(1, sizeof *s);

	s->worker = w;
	return s;
}

static void fake_connect(struct engine_state *s, struct slot *slot)
{
	(void)slot;
	s->nconnecting++;
}

static void fake_start(struct engine_state *s, struct slot *slot)
{
	assert_true(slot->request == worker_mix(s->worker)->request);
	if (slot->seq < SEQS)
		atomic_fetch_add(&seen[slot->seq], 1);
	atomic_fetch_add(&total, 1);
	s->slot[s->n] = slot;
	s->end[s->n++] = server.never ? INT64_MAX : slot->started + server.latency;
}

static void take_out(struct engine_state *s, uint32_t i)
{
	memmove(&s->slot[i], &s->slot[i + 1], (s->n - i - 1) * sizeof s->slot[0]);
	memmove(&s->end[i], &s->end[i + 1], (s->n - i - 1) * sizeof s->end[0]);
	s->n--;
}

static void fake_poll(struct engine_state *s, int64_t until)
{
	int64_t now;

	for (; s->nconnecting; s->nconnecting--)
		worker_connected(s->worker, server.refuse ? FAILURE_CONNECT : FAILURE_NONE, "refused");
	for (uint32_t i = 0; i < s->n; i++)
		until = s->end[i] < until ? s->end[i] : until;
	now = clock_now();
	if (until > now + 1000000)
		until = now + 1000000;
	if (until > now)
		clock_sleep_until(until);
	now = clock_now();
	worker_woke(s->worker, now);
	for (uint32_t i = 0, n = s->n; i < n; i++) {
		/* In the order of their starts, each at most once in a poll. */
		struct slot *slot = s->slot[0];
		struct outcome o = {.failure = server.fail ? FAILURE_STATUS_5XX : FAILURE_NONE, .status = 200, .end = s->end[0],
				    .first_byte = s->end[0], .sent = 10, .received = 100};

		if (s->end[0] > now)
			break;
		take_out(s, 0);
		worker_done(s->worker, slot, &o);
	}
}

static void fake_cancel(struct engine_state *s, struct slot *slot)
{
	for (uint32_t i = 0; i < s->n; i++) {
		if (s->slot[i] == slot) {
			take_out(s, i);
			return;
		}
	}
}

static void fake_wake(struct engine_state *s)
{
	(void)s;
}

static void fake_close(struct engine_state *s)
{
	free(s);
}

const struct engine engine_wire = {"wire", fake_open, fake_connect, fake_start, fake_poll, fake_cancel, fake_wake, fake_close};
const struct engine engine_curl = {"curl", fake_open, fake_connect, fake_start, fake_poll, fake_cancel, fake_wake, fake_close};

static struct request request = {.name = (char *)"r", .weight = 1};
static struct origin origin = {.host = (char *)"h", .port = 80, .base = (char *)"http://h"};
static const struct mix mix = {.request = &request, .n = 1, .origin = &origin, .norigins = 1};

const struct request *mix_at(const struct mix *m, uint64_t seq)
{
	(void)seq;
	return m->request;
}

/* There is no libcurl here. */
void handle_setup(const struct options *o)
{
	(void)o;
}

void handle_teardown(void)
{
}

static struct options options;
static struct signals signals = {.fd = -1};

static int set_up(void **state)
{
	(void)state;
	memset(&server, 0, sizeof server);
	server.latency = 100000;
	for (size_t i = 0; i < SEQS; i++)
		atomic_store(&seen[i], 0);
	atomic_store(&total, 0);
	options = (struct options){.connections = 10, .threads = 2, .shards = 1, .connect_timeout = 1000000000,
				   .timeout = 1000000000, .drain = 1000000000, .interval = 100000000, .keepalive = true,
				   .streams = 1, .arrival = PACE_CONSTANT};
	return 0;
}

static struct step_result go(const struct step *step)
{
	struct load *load = load_open(&options, &mix, &signals);
	struct step_result result;

	assert_non_null(load);
	assert_int_equal(load_go(load, step, 1, 0, &result, NULL, NULL), 0);
	load_close(load);
	return result;
}

static uint64_t histogram_count(const struct step_result *r, size_t series)
{
	struct hist *h = timeline_total(r->timeline, series);
	uint64_t count = hist_count(h);

	hist_free(h);
	return count;
}

/* Numbers 0 to n - 1 were requested, each once. */
static void assert_numbers(uint64_t n)
{
	for (uint64_t i = 0; i < SEQS; i++)
		assert_int_equal(atomic_load(&seen[i]), i < n);
}

static void a_count_is_exact(void **state)
{
	const struct step step = {.count = 5001};
	struct step_result r;

	(void)state;
	r = go(&step);
	assert_int_equal(r.total.done, 5001);
	assert_int_equal(r.started, 5001);
	assert_int_equal(histogram_count(&r, series_of(0, SERIES_LATENCY)), 5001);
	assert_int_equal(histogram_count(&r, series_of(0, SERIES_SERVICE)), 0);
	assert_int_equal(r.total.sent, 50010);
	assert_int_equal(r.unfinished, 0);
	assert_numbers(5001);
	step_result_free(&r);
}

static void shards_make_the_whole(void **state)
{
	const struct step closed = {.count = 1000}, paced = {.count = 1000, .rate = 20000};
	uint64_t started = 0;

	(void)state;
	for (int i = 0; i < 2; i++) {
		set_up(NULL);
		started = 0;
		options.shards = 3;
		for (options.shard = 0; options.shard < 3; options.shard++) {
			struct step_result r;

			/* Machines need not have as many threads as each other. */
			options.threads = 1 + options.shard;
			r = go(i ? &paced : &closed);
			started += r.started;
			assert_int_equal(r.started, options.shard == 0 ? 334 : 333);
			step_result_free(&r);
		}
		assert_int_equal(started, 1000);
		assert_numbers(1000);
	}
}

static void a_rate_is_kept(void **state)
{
	const struct step step = {.rate = 1000, .duration = 500000000};
	struct step_result r;

	(void)state;
	r = go(&step);
	assert_int_equal(r.due, 500);
	assert_int_equal(r.started + r.not_started, 500);
	assert_int_equal(r.total.done, r.started);
	assert_int_equal(histogram_count(&r, series_of(0, SERIES_SERVICE)), r.started);
	assert_int_equal(histogram_count(&r, SERIES_LAG), r.started);
	assert_int_equal(r.end - r.begin, 500000000);
	step_result_free(&r);
}

/* One client and a server that takes 10 ms: of 1,000 arrivals a second nine in ten wait, and their latency grows. */
static void waiting_counts(void **state)
{
	const struct step step = {.rate = 1000, .duration = 300000000};
	struct step_result r;
	struct hist *latency, *service;

	(void)state;
	options.connections = options.threads = 1;
	server.latency = 10000000;
	r = go(&step);
	assert_in_range(r.started, 2, 30);
	assert_int_equal(r.due, 300);
	assert_int_equal(r.started + r.not_started, 300);
	latency = timeline_total(r.timeline, series_of(0, SERIES_LATENCY));
	service = timeline_total(r.timeline, series_of(0, SERIES_SERVICE));
	assert_true(hist_max(latency) > 200000000);
	assert_true(hist_max(service) == 10000000);
	hist_free(latency);
	hist_free(service);
	step_result_free(&r);
}

static void what_is_never_answered_times_out(void **state)
{
	const struct step step = {.duration = 300000000};
	struct step_result r;

	(void)state;
	server.never = true;
	options.timeout = 50000000;
	options.drain = 0;
	r = go(&step);
	assert_int_equal(r.total.done, 0);
	assert_true(r.total.failed[FAILURE_TIMEOUT] >= 10);
	assert_int_equal(r.total.failed[FAILURE_TIMEOUT] + r.unfinished, r.started);
	assert_string_equal(r.total.error, "no complete response after 0.05 s");
	step_result_free(&r);
}

static void what_is_left_is_unfinished(void **state)
{
	const struct step step = {.duration = 50000000};
	struct step_result r;

	(void)state;
	server.never = true;
	options.drain = 10000000;
	r = go(&step);
	assert_int_equal(r.started, 10);
	assert_int_equal(r.in_flight, 10);
	assert_int_equal(r.unfinished, 10);
	step_result_free(&r);
}

/* Requests that end after the end of the step have a latency, but are no part of its throughput. */
static void what_is_drained_counts_apart(void **state)
{
	const struct step step = {.duration = 50000000};
	struct step_result r;

	(void)state;
	server.latency = 80000000;
	r = go(&step);
	assert_int_equal(r.total.done, 10);
	assert_int_equal(r.total.drained, 10);
	assert_int_equal(timeline_slots(r.timeline), 1);
	assert_int_equal(histogram_count(&r, series_of(0, SERIES_LATENCY)), 10);
	step_result_free(&r);
}

/* What one step has started and the next one sees the end of is in the throughput of that one. */
static void what_is_carried_over_counts_in_the_next_step(void **state)
{
	const struct step steps[] = {{.duration = 100000000, .warmup = true}, {.duration = 100000000}};
	struct load *load = load_open(&options, &mix, &signals);
	struct step_result r[2];

	(void)state;
	server.latency = 60000000;
	assert_int_equal(load_go(load, steps, 2, 0, r, NULL, NULL), 0);
	load_close(load);
	assert_int_equal(r[0].total.drained, 10);
	assert_int_equal(r[1].total.carried, 10);
	assert_int_equal(histogram_count(&r[1], series_of(0, SERIES_CARRIED)), 10);
	assert_int_equal(r[1].in_flight, 10);
	step_result_free(&r[0]);
	step_result_free(&r[1]);
}

static void failures_are_no_latencies(void **state)
{
	const struct step step = {.count = 100};
	struct step_result r;

	(void)state;
	server.fail = true;
	r = go(&step);
	assert_int_equal(r.total.done, 0);
	assert_int_equal(r.total.failed[FAILURE_STATUS_5XX], 100);
	assert_int_equal(histogram_count(&r, series_of(0, SERIES_LATENCY)), 0);
	step_result_free(&r);
}

static void steps_follow_each_other(void **state)
{
	const struct step steps[] = {{.rate = 100, .duration = 100000000, .warmup = true},
				     {.rate = 1000, .duration = 100000000},
				     {.rate = 200, .duration = 200000000}};
	struct load *load = load_open(&options, &mix, &signals);
	struct step_result r[3];

	(void)state;
	assert_int_equal(load_go(load, steps, 3, 0, r, NULL, NULL), 0);
	load_close(load);
	assert_int_equal(r[0].due, 10);
	assert_int_equal(r[1].due, 100);
	assert_int_equal(r[2].due, 40);
	for (int i = 0; i < 3; i++) {
		assert_true(r[i].reached);
		if (i > 0)
			assert_int_equal(r[i].begin, r[i - 1].end);
	}
	for (int i = 0; i < 3; i++)
		step_result_free(&r[i]);
}

static void numbers_go_on_from_go_to_go(void **state)
{
	const struct step count = {.count = 100}, paced = {.rate = 10000, .count = 100};
	struct load *load = load_open(&options, &mix, &signals);
	struct step_result r;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(load_go(load, i % 2 ? &paced : &count, 1, 0, &r, NULL, NULL), 0);
		assert_int_equal(r.started, 100);
		step_result_free(&r);
	}
	load_close(load);
	for (size_t i = 0; i < SEQS; i++)
		assert_true(atomic_load(&seen[i]) <= 1);
	assert_int_equal(atomic_load(&total), 400);
}

static void nothing_connected_is_no_load(void **state)
{
	(void)state;
	server.refuse = true;
	assert_null(load_open(&options, &mix, &signals));
}

static void thinking_makes_pauses(void **state)
{
	const struct step step = {.duration = 200000000};
	struct step_result r;

	(void)state;
	options.think = 50000000;
	options.connections = options.threads = 1;
	r = go(&step);
	assert_in_range(r.started, 1, 4);
	step_result_free(&r);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_count_is_exact, set_up),
		cmocka_unit_test_setup(shards_make_the_whole, set_up),
		cmocka_unit_test_setup(a_rate_is_kept, set_up),
		cmocka_unit_test_setup(waiting_counts, set_up),
		cmocka_unit_test_setup(what_is_never_answered_times_out, set_up),
		cmocka_unit_test_setup(what_is_left_is_unfinished, set_up),
		cmocka_unit_test_setup(what_is_drained_counts_apart, set_up),
		cmocka_unit_test_setup(what_is_carried_over_counts_in_the_next_step, set_up),
		cmocka_unit_test_setup(failures_are_no_latencies, set_up),
		cmocka_unit_test_setup(steps_follow_each_other, set_up),
		cmocka_unit_test_setup(numbers_go_on_from_go_to_go, set_up),
		cmocka_unit_test_setup(nothing_connected_is_no_load, set_up),
		cmocka_unit_test_setup(thinking_makes_pauses, set_up),
	};

	(void)argc;
	die_init(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
