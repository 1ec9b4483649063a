/* The verdicts as a JUnit test suite, a test case for each comparison. */
#include <stdlib.h>

#include "report.h"
#include "wording.h"

enum outcome { PASSED, FAILED, SKIPPED };

static enum outcome outcome_of(const struct output *o, const struct comparison *c)
{
	if (c->verdict == VERDICT_REGRESSION)
		return FAILED;
	if (!wording_is_unsure(c))
		return PASSED;
	if (o->strict)
		return FAILED;
	return c->by_threshold ? PASSED : SKIPPED;
}

/* type may be NULL. */
static void put_message(FILE *out, const char *element, const char *type, const char *message)
{
	fprintf(out, "      <%s", element);
	if (type)
		fprintf(out, " type=\"%s\"", type);
	fputs(" message=\"", out);
	report_put_xml(out, message);
	fputs("\"/>\n", out);
}

static void put_case(FILE *out, const struct output *o, const struct comparison *c)
{
	char *sentence = wording_sentence(c, o->alpha);

	fputs("    <testcase classname=\"", out);
	report_put_xml(out, c->any->bench);
	fputs("\" name=\"", out);
	report_put_xml(out, c->label);
	fputs("\">\n", out);
	switch (outcome_of(o, c)) {
	case FAILED:
		put_message(out, "failure", verdict_name(c->verdict), sentence);
		break;
	case SKIPPED:
		put_message(out, "skipped", NULL, sentence);
		break;
	case PASSED:
		break;
	}
	fputs("      <system-out>", out);
	report_put_xml(out, verdict_name(c->verdict));
	report_put_xml(out, ": ");
	report_put_xml(out, sentence);
	fputs("</system-out>\n    </testcase>\n", out);
	free(sentence);
}

void output_junit(FILE *out, const struct output *o)
{
	size_t count[] = {[PASSED] = 0, [FAILED] = 0, [SKIPPED] = 0};

	for (size_t i = 0; i < o->all->n; i++)
		count[outcome_of(o, &o->all->list[i])]++;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	fprintf(out, "<testsuites tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n", o->all->n,
		count[FAILED], count[SKIPPED]);
	fprintf(out, "  <testsuite name=\"bench-diff\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		o->all->n, count[FAILED], count[SKIPPED]);
	for (size_t i = 0; i < o->all->n; i++)
		put_case(out, o, &o->all->list[i]);
	fputs("  </testsuite>\n</testsuites>\n", out);
}
