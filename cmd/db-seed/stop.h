#ifndef DB_SEED_STOP_H
#define DB_SEED_STOP_H

#include <stdbool.h>

#include "sql.h"

/* SIGINT, SIGTERM and SIGHUP: stop at the next opportunity, clean up, tell what was done. A second one, a
 * second or more later, ends the program at once, and takes only the unfinished file with it. */

void stop_install(void); /* those that are ignored stay so */
int stop_signal(void);   /* the signal that came, or 0 */

/* The file to be removed by a second signal; it must live until the next call. NULL: none. */
void stop_file(const char *path);

/* Have the statements of db end with SQL_INTERRUPTED after a signal; tick, where not NULL, is called now and then. */
struct stop_watch {
	void (*tick)(void *data);
	void *data;
};

void stop_watch(const struct stop_watch *watch, struct sql *db); /* watch must live as long as db */

/* For a thread beside the main one: leave the signals to that. */
void stop_block(void);

#endif
