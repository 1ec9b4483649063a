#ifndef PROC_WATCH_SIGNAL_NAME_H
#define PROC_WATCH_SIGNAL_NAME_H

#define SIGNAL_NAME_MAX 16

/* "TERM", "SIGTERM", "15". Its number, or -1. */
int signal_parse(const char *text);

/* "TERM", or "40". */
const char *signal_name(int number, char text[SIGNAL_NAME_MAX]);

#endif
