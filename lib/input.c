#include "input.h"

#include <stdlib.h>

#include "cli.h"
#include "die.h"

void input_option(struct series_options *options, int option, const char *argument, const char *usage)
{
	switch (option) {
	case 'f':
		options->filter = cli_append((const char **)options->filter, argument);
		break;
	case 'm':
		options->metric = cli_append((const char **)options->metric, argument);
		break;
	case INPUT_WARMUP:
		options->warmup = true;
		break;
	case INPUT_LENIENT:
		options->lenient = true;
		break;
	default:
		cli_other(option, usage);
	}
}

void input_options_free(struct series_options *options)
{
	free((void *)options->filter);
	free((void *)options->metric);
}

int input_read(struct series_set *set, char *const *files)
{
	char name[] = "-", *const standard_input[] = {name, NULL};

	for (files = *files ? files : standard_input; *files; files++) {
		if (series_read(set, *files) != 0) {
			warn("%s", series_error(set));
			return -1;
		}
	}
	if (set->left_out)
		warn("%llu broken line%s left out", (unsigned long long)set->left_out, set->left_out == 1 ? "" : "s");
	return 0;
}
