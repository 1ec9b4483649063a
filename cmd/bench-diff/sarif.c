/* The verdicts as SARIF 2.1.0. */
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "jsonout.h"
#include "wording.h"

static const struct rule {
	const char *name, *text;
} rules[VERDICT_COUNT] = {
	[VERDICT_REGRESSION] = {"regression", "A measurement got worse by more than its threshold."},
	[VERDICT_MISSING] = {"missing", "The baseline has a measurement that the current side lacks."},
	[VERDICT_INCOMPARABLE] = {"incomparable", "The two sides did not measure the same thing."},
	[VERDICT_INCONCLUSIVE] = {"inconclusive", "More measurements are needed to tell."},
	[VERDICT_CHANGED] = {"changed", "A measurement without a better direction changed by more than its threshold."},
	[VERDICT_IMPROVEMENT] = {"improvement", "A measurement got better by more than its threshold."},
	[VERDICT_NEW] = {"new", "The baseline lacks this measurement."},
	[VERDICT_UNCHANGED] = {"unchanged", "No change beyond the threshold."},
};

static const char *level(const struct output *o, const struct comparison *c)
{
	if (c->verdict == VERDICT_REGRESSION || (o->strict && wording_is_unsure(c)))
		return "error";
	if (c->verdict == VERDICT_CHANGED ||
	    (wording_is_unsure(c) && c->verdict != VERDICT_UNCHANGED && c->verdict != VERDICT_IMPROVEMENT))
		return "warning";
	return "note";
}

/* RFC 3986: what is not unreserved or '/' is percent-encoded. */
static void put_uri(FILE *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";

	if (path[0] == '/')
		fputs("file://", out);
	for (; *path; path++) {
		if (strchr(plain, *path))
			putc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned)(unsigned char)*path);
	}
}

static void put_rules(FILE *out)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		fprintf(out, "%s{\"id\":\"%s\",\"shortDescription\":{\"text\":\"%s\"}}", v ? "," : "", rules[v].name,
			rules[v].text);
}

static void put_result(FILE *out, const struct output *o, const struct comparison *c)
{
	char *sentence = wording_sentence(c, o->alpha), *message = NULL;

	fprintf(out, "{\"ruleId\":\"%s\",\"ruleIndex\":%d,\"level\":\"%s\",\"message\":{\"text\":",
		rules[c->verdict].name, (int)c->verdict, level(o, c));
	message = x_asprintf("%s: %s", c->label, sentence);
	json_put_string(out, message);
	fputs("},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{\"uri\":\"", out);
	put_uri(out, strcmp(o->current, "-") == 0 ? "standard-input" : o->current);
	fputs("\"}},\"logicalLocations\":[{\"fullyQualifiedName\":", out);
	json_put_string(out, c->label);
	fputs("}]}],\"partialFingerprints\":{\"measurement/v1\":", out);
	json_put_string(out, c->label);
	fputs("}}", out);
	free(message);
	free(sentence);
}

void output_sarif(FILE *out, const struct output *o)
{
	bool first = true;

	fputs("{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
	      "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"bench-diff\",\"version\":\"" BENCHPIPE_VERSION "\",\"rules\":[",
	      out);
	put_rules(out);
	fputs("]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[", out);
	for (size_t i = 0; i < o->all->n; i++) {
		const struct comparison *c = &o->all->list[i];
		if (c->verdict == VERDICT_UNCHANGED && !(o->strict && c->by_threshold))
			continue;
		fputs(first ? "\n" : ",\n", out);
		put_result(out, o, c);
		first = false;
	}
	fputs("\n]}]}\n", out);
}
