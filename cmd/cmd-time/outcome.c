#include "outcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "units.h"

bool outcome_failed(const struct result *result, bool ignore_failure)
{
	switch (result->outcome) {
	case OUTCOME_EXIT:
		return result->code != 0 && !ignore_failure;
	case OUTCOME_SIGNAL:
		return !ignore_failure;
	default:
		return true;
	}
}

bool outcome_timed(const struct result *result)
{
	return result->outcome == OUTCOME_EXIT || result->outcome == OUTCOME_SIGNAL || result->outcome == OUTCOME_TIMEOUT;
}

/* "warm-up run 3 of variant B"; caller frees. */
static char *which_run(const struct result *result, const struct plan *plan, bool warmup)
{
	return x_asprintf("%srun %llu%s%s", warmup ? "warm-up " : "",
			  (unsigned long long)result->number / (unsigned)plan->sides + 1,
			  plan->sides == 2 ? " of variant " : "",
			  plan->sides == 1         ? ""
			  : result->slot == SLOT_A ? "A"
						   : "B");
}

int outcome_complain(const struct result *result, const struct plan *plan, const struct options *o, bool warmup)
{
	const char *name = plan->argv[result->slot][0], *more;
	char *which = which_run(result, plan, warmup), took[UNIT_TEXT_MAX];
	int status = STATUS_TROUBLE;

	if (o->shell)
		name = plan->argv[result->slot][2];
	more = o->show_output ? "" : ", --show-output shows what it says";
	switch (result->outcome) {
	case OUTCOME_EXIT:
		warn("%s: %s exited with status %d: --ignore-failure measures it nevertheless%s", name, which,
		     result->code, more);
		break;
	case OUTCOME_SIGNAL:
		warn("%s: %s was killed by signal %d (%s): --ignore-failure measures it nevertheless%s", name, which,
		     result->code, strsignal(result->code), more);
		status = STATUS_SIGNAL + result->code;
		break;
	case OUTCOME_TIMEOUT:
		unit_format(took, UNIT_NS, (double)o->timeout);
		warn("%s: %s was stopped after %s: --timeout gives it more time, --ignore-failure counts it as an error "
		     "and goes on", name, which, took);
		break;
	case OUTCOME_NOT_STARTED:
		warn("%s: %s: %s%s", name, which, strerror(result->code),
		     result->code == ENOEXEC ? ": a script without #! needs --shell" : "");
		status = result->code == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
		break;
	case OUTCOME_PREPARE_FAILED:
		warn("--prepare: exited with status %d before %s%s", result->code, which, more);
		break;
	case OUTCOME_ABORTED:
		warn("%s: %s was stopped from outside", name, which);
		break;
	}
	free(which);
	return status;
}

void outcome_complain_hook(const struct result *result, const char *option)
{
	if (result->outcome == OUTCOME_EXIT)
		warn("%s: exited with status %d", option, result->code);
	else if (result->outcome == OUTCOME_SIGNAL)
		warn("%s: killed by signal %d (%s)", option, result->code, strsignal(result->code));
	else
		warn("%s: could not be run", option);
}
