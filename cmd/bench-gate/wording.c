#include "wording.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "explain.h"

const char *wording_status(enum gate_status status)
{
	static const char *const words[] = {"holds", "not measured", "undecided", "MISSED"};

	return words[status];
}

char *wording_name(const struct gate_verdict *v)
{
	const struct target *t = v->target;
	char *label;

	if (v->series) {
		label = series_label(v->series);
		if (!label)
			die("out of memory");
		return label;
	}
	/* The target's own spelling, params and all. */
	const char *brace = strchr(t->text, '{');
	int braces = t->nparams || t->no_params ? (int)(strchr(brace, '}') + 1 - brace) : 0;
	return x_asprintf("%s%.*s %s", t->bench, braces, braces ? brace : "", t->metric);
}

void wording_measured(char text[UNIT_TEXT_MAX], const struct gate_verdict *v)
{
	if (isnan(v->value))
		strcpy(text, "-");
	else
		explain_quantity(text, v, v->value);
}

char *wording_sentence(const struct gate_verdict *v)
{
	const struct target *t = v->target;
	char measured[UNIT_TEXT_MAX], *name = wording_name(v), *text;

	wording_measured(measured, v);
	if (!isnan(v->value))
		text = x_asprintf("%s %s %s, wanted %s %s", name, t->stat, measured, target_op_name(t->op), t->wanted);
	else
		text = x_asprintf("%s %s, wanted %s %s: %s", name, t->stat, target_op_name(t->op), t->wanted,
				  v->reason ? v->reason : wording_status(v->status));
	free(name);
	return text;
}

/* Append; takes text over. */
static char *join(char *text, const char *between, char *more)
{
	char *all = x_asprintf("%s%s%s", text, between, more);

	free(text);
	free(more);
	return all;
}

char *wording_headline(const struct gate *gate)
{
	size_t hold = gate->targets - gate->missed - gate->unsure - gate->missing;
	const struct gate_verdict *worst = &gate->verdict[0];
	char *text;

	if (gate->targets == 1 && hold == 0)
		return join(x_strdup(gate->missed   ? "the target is missed"
				     : gate->unsure ? "the target is undecided"
						    : "the target was not measured"),
			    ": ", wording_sentence(worst));
	if (hold == gate->targets)
		text = hold == 1 ? x_strdup("the target holds") : x_asprintf("all %zu targets hold", hold);
	else
		text = x_asprintf("%zu of %zu targets hold%s", hold, gate->targets, hold == 1 ? "s" : "");
	if (gate->stand_ins)
		text = join(text, " ", x_asprintf("(%zu judged on stand-ins)", gate->stand_ins));
	if (gate->unsure)
		text = join(text, "; ", x_asprintf("%zu undecided", gate->unsure));
	if (gate->missing)
		text = join(text, "; ", x_asprintf("%zu not measured", gate->missing));
	if (gate->missed) {
		text = join(text, "; ", x_asprintf("%zu missed%s", gate->missed, gate->missed > 1 ? ", the worst" : ""));
		text = join(text, ": ", wording_sentence(worst));
	} else if (!gate->missing && !gate->unsure && isfinite(worst->room)) {
		text = join(text, gate->n > 1 ? "; the closest: " : ": ", wording_sentence(worst));
	}
	return text;
}

/* "+23.0 %" of the wanted value is left; a difference where a share means nothing. */
