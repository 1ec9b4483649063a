#ifndef FC_MOCK_RUST_H
#define FC_MOCK_RUST_H

#include <stddef.h>

/* Values as Rust prints them for programmers, which Firecracker's log and its last words on stderr are made of.
 * The caller frees; or dies. */

/* In quotes, with what cannot be seen escaped. */
char *rust_quoted(const char *text, size_t len);

/* Os { code: 2, kind: NotFound, message: "No such file or directory" } */
char *rust_os_error(int error);

#endif
