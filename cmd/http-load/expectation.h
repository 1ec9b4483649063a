#ifndef HTTP_LOAD_EXPECTATION_H
#define HTTP_LOAD_EXPECTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "failure.h"

/* What a response must be: --expect 200, 2xx, 200,304 · body~=REGEX, body!~REGEX (POSIX extended, of the first
 * EXPECTATION_BODY_MAX bytes), body=TEXT · size=N, size!=N, size<N, size<=N, size>N, size>=N (N as 10, 64KiB). */

#define EXPECTATION_BODY_MAX ((size_t)1 << 20)

struct expectation;

/* Add text to *e (NULL to begin with): all that is added must hold. 0, or -1 with *why (caller frees): what was
 * expected; *e is then as it was. */
int expectation_add(struct expectation **e, const char *text, char **why);
void expectation_free(struct expectation *e); /* NULL is fine */

/* Bytes of the body that have to be at hand for expectation_check(): 0 where only status and size count. */
size_t expectation_body(const struct expectation *e);

/* e may be NULL: then any status under 400 is right. body: its first bytes, as many as there are of
 * expectation_body(); size: of the whole body. FAILURE_NONE, FAILURE_ASSERTION or FAILURE_STATUS_..., and in why what
 * was wrong. A status that is expected is right whatever it is; without an expectation of the status 4xx and 5xx fail.
 * A status of 400 and more that is not expected is FAILURE_STATUS_..., as it is without an expectation. Threads may
 * share e. */
enum failure expectation_check(const struct expectation *e, int status, const char *body, size_t len, uint64_t size,
			       char why[FAILURE_TEXT]);

#endif
