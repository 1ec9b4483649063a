#ifndef FC_MOCK_USAGE_H
#define FC_MOCK_USAGE_H

/* What --help prints. */
extern const char usage[];

#endif
