#include <math.h>
#include <stdlib.h>

#include "die.h"
#include "print.h"
#include "report.h"
#include "wording.h"

/* Annotations sit on the target's line. */
static void put_command(FILE *out, const char *command, const struct print *p, const struct gate_verdict *v,
			const char *title)
{
	char *sentence = wording_sentence(v);

	fprintf(out, "::%s file=", command);
	report_put_property(out, p->path);
	fprintf(out, ",line=%llu,title=", (unsigned long long)v->target->line);
	report_put_property(out, title);
	fputs("::", out);
	report_put_message(out, sentence);
	/* Without a value the sentence ends in the reason. */
	if (v->reason && !isnan(v->value)) {
		fputs(" (", out);
		report_put_message(out, v->reason);
		putc(')', out);
	}
	putc('\n', out);
	free(sentence);
}

void print_github(FILE *out, const struct print *p)
{
	char *headline = wording_headline(p->gate);

	for (size_t i = 0; i < p->gate->n; i++) {
		const struct gate_verdict *v = &p->gate->verdict[i];
		if (v->status == GATE_FAIL)
			put_command(out, "error", p, v, "performance target missed");
		else if (v->status != GATE_PASS)
			put_command(out, p->strict ? "error" : "warning", p, v,
				    v->status == GATE_UNSURE ? "performance target undecided"
							     : "performance target not measured");
	}
	fputs("::notice title=performance targets::", out);
	report_put_message(out, headline);
	putc('\n', out);
	free(headline);
}

static void put_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	report_put_xml(out, value);
	putc('"', out);
}

static void print_case(FILE *out, const struct print *p, const struct gate_verdict *v)
{
	const struct target *t = v->target;
	char *name = wording_name(v), *sentence = wording_sentence(v);
	char *title = x_asprintf("%s %s %s %s", name, t->stat, target_op_name(t->op), t->wanted);
	bool failed = v->status == GATE_FAIL || (v->status != GATE_PASS && p->strict);

	fputs("    <testcase", out);
	put_attribute(out, "classname", t->tier ? t->tier : "targets");
	put_attribute(out, "name", title);
	fputs(" time=\"0\">\n      ", out);
	if (v->status == GATE_PASS) {
		fputs("<system-out>", out);
		report_put_xml(out, sentence);
	} else {
		fputs(failed ? "<failure" : "<skipped", out);
		put_attribute(out, "message", sentence);
		putc('>', out);
	}
	if (v->reason && (v->status == GATE_PASS || !isnan(v->value))) {
		fputs(v->status == GATE_PASS ? " (" : "", out);
		report_put_xml(out, v->reason);
		fputs(v->status == GATE_PASS ? ")" : "", out);
	}
	fputs(v->status == GATE_PASS ? "</system-out>" : failed ? "</failure>" : "</skipped>", out);
	fputs("\n    </testcase>\n", out);
	free(title);
	free(sentence);
	free(name);
}

void print_junit(FILE *out, const struct print *p)
{
	size_t failed = 0, skipped = 0;

	for (size_t i = 0; i < p->gate->n; i++) {
		enum gate_status status = p->gate->verdict[i].status;
		failed += status == GATE_FAIL;
		skipped += status == GATE_MISSING || status == GATE_UNSURE;
	}
	if (p->strict) {
		failed += skipped;
		skipped = 0;
	}
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
	fprintf(out, "  <testsuite name=\"bench-gate\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
		p->gate->n, failed, skipped);
	for (size_t i = 0; i < p->gate->n; i++)
		print_case(out, p, &p->gate->verdict[i]);
	fputs("  </testsuite>\n</testsuites>\n", out);
}
