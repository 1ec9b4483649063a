#include "rules.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"

static struct rule *add(struct rules *rules)
{
	rules->rule = x_reallocarray(rules->rule, rules->n + 1, sizeof *rules->rule);
	rules->rule[rules->n] = (struct rule){.any_unit = true};
	return &rules->rule[rules->n++];
}

/* Split off the names before the last '='; the value's text. */
static const char *parse_names(struct rule *rule, const char *option, const char *spec)
{
	const char *equals = strrchr(spec, '=');

	rule->bench = x_strdup("*");
	if (!equals) {
		rule->metric = x_strdup("*");
		return spec;
	}
	char *names = x_strdup(spec);
	names[equals - spec] = '\0';
	char *space = strrchr(names, ' ');
	if (space) {
		*space = '\0';
		free(rule->bench);
		rule->bench = x_strdup(names);
	}
	rule->metric = x_strdup(space ? space + 1 : names);
	free(names);
	if (!rule->bench[0] || !rule->metric[0])
		die_usage("%s '%s': expected VALUE, METRIC=VALUE or BENCH METRIC=VALUE", option, spec);
	return equals + 1;
}

void rules_add_threshold(struct rules *rules, const char *spec)
{
	struct rule *rule = add(rules);
	const char *value = parse_names(rule, "--threshold", spec);

	if (share_parse(value, &rule->value) != 0 || rule->value < 0)
		die_usage("--threshold '%s': expected a share such as 5%% or 0.05 after any names", spec);
}

void rules_add_floor(struct rules *rules, const char *spec)
{
	struct rule *rule = add(rules);
	const char *value = parse_names(rule, "--floor", spec);

	if (quantity_parse(value, &rule->unit, &rule->value, &rule->any_unit) != 0 || rule->value < 0)
		die_usage("--floor '%s': expected a quantity such as 100us or 64KiB after any names", spec);
}

void rules_free(struct rules *rules)
{
	for (size_t i = 0; i < rules->n; i++) {
		free(rules->rule[i].bench);
		free(rules->rule[i].metric);
	}
	free(rules->rule);
	*rules = (struct rules){0};
}

double rules_value(const struct rules *rules, const struct series *s, double otherwise)
{
	for (size_t i = rules->n; i-- > 0;) {
		const struct rule *r = &rules->rule[i];
		if ((r->any_unit || r->unit == s->unit) && fnmatch(r->metric, s->metric, 0) == 0 &&
		    fnmatch(r->bench, s->bench, 0) == 0)
			return r->value;
	}
	return otherwise;
}
