#ifndef DISK_GEN_USAGE_H
#define DISK_GEN_USAGE_H

extern const char usage_text[];

#endif
