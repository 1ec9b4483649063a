#include "complain.h"

#include <errno.h>

static struct progress *shown;

void complain_start(struct progress *progress)
{
	shown = progress;
}

void complain_clear(void)
{
	int error = errno;

	if (shown)
		progress_clear(shown);
	errno = error;
}
