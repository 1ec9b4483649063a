#ifndef FC_MOCK_UTF8ERROR_H
#define FC_MOCK_UTF8ERROR_H

#include <stdbool.h>
#include <stddef.h>

/* Where text is not UTF-8, and what Rust's library says of it, which Firecracker's messages quote. */

/* The first byte that begins no character; end: there is none. */
const char *utf8_error_find(const char *text, const char *end);

/* How many bytes at `at`, which begins no character, are the beginning of one (1 to 3). *incomplete: end cuts it off. */
size_t utf8_error_length(const char *at, const char *end, bool *incomplete);

#endif
