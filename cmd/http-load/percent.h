#ifndef HTTP_LOAD_PERCENT_H
#define HTTP_LOAD_PERCENT_H

#include <stddef.h>

/* Percent-encoding as paths and queries need it (RFC 3986, section 2.1). */

/* Write text to out, which has room for 3 * len bytes, with what may not stand in a path or query encoded: white space,
 * control bytes, '#', and whatever else neither is; also a '%' that does not begin an encoded byte. The length. */
size_t percent_encode(char *out, const char *text, size_t len);

/* Write text to out, which has room for len + 1 bytes, decoded and NUL-terminated. The length, -1 where a '%' does not
 * begin an encoded byte or the byte is a control byte. */
long percent_decode(char *out, const char *text, size_t len);

#endif
