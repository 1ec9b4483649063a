#ifndef HELIOS_TIME_USAGE_H
#define HELIOS_TIME_USAGE_H

extern const char usage_text[];

#endif
