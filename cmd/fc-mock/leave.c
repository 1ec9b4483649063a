#include "leave.h"

#include <stdio.h>
#include <stdlib.h>

#include "die.h"

int leave(struct journal *j, int status, char *text, char *debug)
{
	journal_log(j, LEVEL_ERROR, "main", "%s", text);
	fprintf(stderr, "Error: %s\n", debug);
	journal_log(j, LEVEL_ERROR, "main", "Firecracker exiting with error. exit_code=%d", status);
	free(text);
	free(debug);
	return status;
}

int leave_well(struct journal *j, const struct fcversion *version)
{
	if (fcversion_at_least(version, 6))
		journal_log(j, LEVEL_INFO, "main", "Firecracker exiting successfully. exit_code=0");
	return STATUS_DONE;
}

_Noreturn void leave_by_panic(struct journal *j, char *text)
{
	journal_log(j, LEVEL_ERROR, "main", "Firecracker panicked at fc-mock:\n%s", text);
	free(text);
	abort();
}
