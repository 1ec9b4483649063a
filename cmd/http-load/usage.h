#ifndef HTTP_LOAD_USAGE_H
#define HTTP_LOAD_USAGE_H

/* What --help prints. */
extern const char usage[];

#endif
