#ifndef DB_LOAD_SETUP_H
#define DB_LOAD_SETUP_H

#include "client.h"

/* What is done once, before and after the measurement. */

/* Run the \once blocks, read keys and params, look whether the scripts can be run, and with --explain get
 * the plans. 0, or -1 after a complaint, which a signal does not get. */
int setup_run(struct shared *shared);

/* Ask what a script expects to be true after the measurement. 1; 0 where it is not, with what is wrong in why;
 * -1 after a complaint. */
int setup_expect(struct shared *shared, const struct work *work, char why[PERFORMER_ERROR]);

#endif
