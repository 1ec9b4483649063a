/* The verdicts as GitHub's workflow commands, which become annotations. */
#include <stdlib.h>

#include "report.h"
#include "wording.h"

static const char *level(const struct output *o, const struct comparison *c)
{
	switch (c->verdict) {
	case VERDICT_REGRESSION:
		return "error";
	case VERDICT_MISSING:
	case VERDICT_INCOMPARABLE:
	case VERDICT_INCONCLUSIVE:
		return o->strict ? "error" : "warning";
	case VERDICT_CHANGED:
		return "warning";
	case VERDICT_IMPROVEMENT:
		return "notice";
	default:
		return o->strict && c->by_threshold ? "error" : NULL;
	}
}

void output_github(FILE *out, const struct output *o)
{
	char *headline = wording_headline(o->all);

	for (size_t i = 0; i < o->all->n; i++) {
		const struct comparison *c = &o->all->list[i];
		const char *command = level(o, c);
		if (!command)
			continue;
		char *sentence = wording_sentence(c, o->alpha);
		fprintf(out, "::%s title=", command);
		report_put_property(out, verdict_name(c->verdict));
		report_put_property(out, ": ");
		report_put_property(out, c->label);
		fputs("::", out);
		report_put_message(out, c->label);
		report_put_message(out, ": ");
		report_put_message(out, sentence);
		putc('\n', out);
		free(sentence);
	}
	fputs("::notice title=performance comparison::", out);
	report_put_message(out, headline);
	putc('\n', out);
	free(headline);
}
