#include "input.h"

#include "die.h"

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
