#ifndef DB_SEED_COMPLAIN_H
#define DB_SEED_COMPLAIN_H

#include "die.h"
#include "progress.h"

/* warn() where a line of progress may stand on the terminal. For the main thread. */
#define complain(...) (complain_clear(), warn(__VA_ARGS__))

void complain_start(struct progress *progress); /* it must live until the end */
void complain_clear(void); /* keeps errno */

#endif
