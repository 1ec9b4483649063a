#ifndef HTTP_LOAD_WHEN_H
#define HTTP_LOAD_WHEN_H

#include <stdint.h>

/* Points in time as people and scripts write them. */

/* RFC 3339 with its offset ("2026-11-20T18:00:00.5Z", "2026-11-20 19:00:00+01:00") or "@" and seconds since 1970
 * ("@1795197600.25", which is what date +@%s.%N writes), into ns since 1970. 0, or -1 where it is neither. */
int when_parse(const char *text, int64_t *wall);

#endif
