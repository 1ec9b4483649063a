/* What http-load's parser takes for a response of some 230 bytes of head and 100 bytes of body, in ns: the fastest of
 * some rounds. usage: http-parser [ROUNDS] */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "httpresponse.h"

#define REPEATS 200000
#define BODY "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
#define FIRST(time) "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sat, 21 Nov 2026 12:00:" time " GMT\r\n" \
	"Content-Type: text/html\r\n"
#define LAST "Last-Modified: Fri, 20 Nov 2026 18:00:00 GMT\r\nConnection: keep-alive\r\nETag: \"655f9e40-64\"\r\n" \
	"Accept-Ranges: bytes\r\n\r\n"
#define PLAIN(time) FIRST(time) "Content-Length: 100\r\n" LAST BODY
#define CHUNKED FIRST("00") "Transfer-Encoding: chunked\r\n" LAST "64\r\n" BODY "\r\n0\r\n\r\n"

static int64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/* Responses by turns, in pieces of a length. */
static double round_of(const char *const bytes[2], size_t piece, struct head_cache *cache)
{
	struct response r = {0};
	int64_t start = now();

	for (int i = 0; i < REPEATS; i++) {
		const char *at = bytes[i & 1], *end = at + strlen(at);

		response_begin(&r, false);
		while (r.state < RESPONSE_DONE) {
			size_t len = (size_t)(end - at);

			at += response_feed(&r, at, len < piece ? len : piece, cache, NULL, NULL);
		}
		if (r.state != RESPONSE_DONE || r.body != 100 || at != end) {
			fprintf(stderr, "http-parser bench: %s\n", r.why ? r.why : "not whole");
			exit(1);
		}
	}
	response_free(&r);
	return (double)(now() - start) / REPEATS;
}

static void measure(const char *name, const char *a, const char *b, size_t piece, struct head_cache *cache, int rounds)
{
	const char *const bytes[2] = {a, b};
	double best = 0;

	for (int i = 0; i < rounds; i++) {
		double took = round_of(bytes, piece, cache);

		if (i == 0 || took < best)
			best = took;
	}
	printf("%-36s %7.1f ns\n", name, best);
}

int main(int argc, char *argv[])
{
	int rounds = argc > 1 ? atoi(argv[1]) : 10;
	struct head_cache cache = {.len = 0};

	measure("the same head again", PLAIN("00"), PLAIN("00"), SIZE_MAX, &cache, rounds);
	measure("a head other than the last", PLAIN("00"), PLAIN("01"), SIZE_MAX, &cache, rounds);
	measure("no cache", PLAIN("00"), PLAIN("00"), SIZE_MAX, NULL, rounds);
	measure("in pieces of 64 bytes, no cache", PLAIN("00"), PLAIN("00"), 64, NULL, rounds);
	measure("the same head again, chunked", CHUNKED, CHUNKED, SIZE_MAX, &cache, rounds);
	return 0;
}
