#ifndef HTTP_LOAD_SEARCH_H
#define HTTP_LOAD_SEARCH_H

#include "session.h"

/* --find-max: try rates on the server until the highest is found at which the SLO holds, and tell. The exit status. */
int search_run(struct session *s);

#endif
