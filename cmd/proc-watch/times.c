#include "times.h"

#include <stdio.h>
#include <stdlib.h>

#include "die.h"
#include "stat.h"
#include "units.h"

void times_add(struct times *t, int64_t ns)
{
	if (t->n == t->room) {
		t->room = t->room ? 2 * t->room : 16;
		t->ns = x_reallocarray(t->ns, t->room, sizeof *t->ns);
	}
	t->ns[t->n++] = (double)ns;
}

void times_free(struct times *t)
{
	free(t->ns);
	*t = (struct times){.ns = NULL};
}

const char *times_text(struct times *t, char text[TIMES_TEXT])
{
	stat_sort(t->ns, t->n);
	if (t->n == 1)
		snprintf(text, TIMES_TEXT, "%s", unit_text(UNIT_NS, t->ns[0]).s);
	else
		snprintf(text, TIMES_TEXT, "%s (median of %zu, %s to %s)",
			 unit_text(UNIT_NS, stat_quantile(t->ns, t->n, 0.5)).s, t->n, unit_text(UNIT_NS, t->ns[0]).s,
			 unit_text(UNIT_NS, t->ns[t->n - 1]).s);
	return text;
}
