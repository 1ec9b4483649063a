#ifndef DISK_GEN_SYSTEM_H
#define DISK_GEN_SYSTEM_H

#include "build.h"

/* Parts of make_system(). */

void make_release(struct build *b);      /* what says which distribution it is */
void make_network(struct build *b);
void make_repositories(struct build *b); /* where packages would come from: hosts below example.org */

#endif
