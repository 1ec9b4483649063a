/* What ctrlplane/reconcile must leave in a database, worked out target by target and by comparing everything with
 * everything, from dumps of what was there before. Prints a line a target, sorted by environment and resource:
 * environment resource outcome version due related [hash variables], separated by tabs, nothing as \N. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "rows.h"
#include "selector.h"

struct model {
	struct rows resource, environment, deployment, version, policy, selector, approval_rule, rollout_rule, approval,
		relation, variable, value, own, target, release, job;
	int64_t now, max_retries;
	size_t *newest; /* versions of the deployment, newest first */
	size_t nversions;
};

/* Columns, in the order of the dumps. */
enum { RESOURCE_ID, RESOURCE_UUID, RESOURCE_IDENTIFIER, RESOURCE_NAME, RESOURCE_KIND, RESOURCE_VERSION, RESOURCE_METADATA,
       RESOURCE_COLUMNS };
enum { ENVIRONMENT_ID, ENVIRONMENT_UUID, ENVIRONMENT_NAME, ENVIRONMENT_COLUMNS };
enum { DEPLOYMENT_ID, DEPLOYMENT_UUID, DEPLOYMENT_NAME, DEPLOYMENT_SLUG, DEPLOYMENT_COLUMNS };
enum { VERSION_ID, VERSION_UUID, VERSION_TAG, VERSION_STATUS, VERSION_CREATED, VERSION_COLUMNS };
enum { POLICY_ID, POLICY_ENABLED, POLICY_COLUMNS };
enum { SELECTOR_POLICY, SELECTOR_DEPLOYMENT, SELECTOR_ENVIRONMENT, SELECTOR_RESOURCE, SELECTOR_COLUMNS };
enum { MIN_POLICY, MIN_APPROVALS, MIN_COLUMNS };
enum { ROLLOUT_POLICY, ROLLOUT_TYPE, ROLLOUT_INTERVAL, ROLLOUT_COLUMNS };
enum { APPROVAL_VERSION, APPROVAL_ENVIRONMENT, APPROVAL_STATUS, APPROVAL_CREATED, APPROVAL_COLUMNS };
enum { RELATION_REFERENCE, RELATION_FROM, RELATION_TO, RELATION_COLUMNS };
enum { VARIABLE_ID, VARIABLE_KEY, VARIABLE_DEFAULT, VARIABLE_COLUMNS };
enum { VALUE_VARIABLE, VALUE_PRIORITY, VALUE_SELECTOR, VALUE_VALUE, VALUE_REFERENCE, VALUE_PATH, VALUE_COLUMNS };
enum { OWN_RESOURCE, OWN_KEY, OWN_VALUE, OWN_COLUMNS };
enum { TARGET_ENVIRONMENT, TARGET_RESOURCE, TARGET_COLUMNS };
enum { RELEASE_ID, RELEASE_HASH, RELEASE_ENVIRONMENT, RELEASE_RESOURCE, RELEASE_VERSION, RELEASE_COLUMNS };
enum { JOB_RELEASE, JOB_STATUS, JOB_COLUMNS };

static struct subject resource_subject(const struct model *m, size_t r)
{
	return (struct subject){rows_text(&m->resource, r, RESOURCE_NAME), rows_text(&m->resource, r, RESOURCE_IDENTIFIER),
				rows_text(&m->resource, r, RESOURCE_KIND), rows_text(&m->resource, r, RESOURCE_VERSION),
				rows_text(&m->resource, r, RESOURCE_METADATA)};
}

/* How many resources a rule relates this one to; the first by identifier in *first, or -1. */
static int64_t relatives(const struct model *m, size_t rule, size_t r, int64_t *first)
{
	char *own = member(rows_text(&m->resource, r, RESOURCE_METADATA), rows_text(&m->relation, rule, RELATION_FROM));
	int64_t n = 0;

	*first = -1;
	for (size_t i = 0; own && i < m->resource.n; i++) {
		char *other = member(rows_text(&m->resource, i, RESOURCE_METADATA),
				     rows_text(&m->relation, rule, RELATION_TO));
		if (i != r && other && strcmp(own, other) == 0) {
			n++;
			if (*first < 0 || strcmp(rows_text(&m->resource, i, RESOURCE_IDENTIFIER),
						 rows_text(&m->resource, (size_t)*first, RESOURCE_IDENTIFIER)) < 0)
				*first = (int64_t)i;
		}
		free(other);
	}
	free(own);
	return n;
}

/* Does the policy of this id apply to the target? */
static bool applies(const struct model *m, int64_t policy, size_t environment, size_t resource)
{
	struct subject d = {.name = rows_text(&m->deployment, 0, DEPLOYMENT_NAME),
			    .identifier = rows_text(&m->deployment, 0, DEPLOYMENT_SLUG)};
	struct subject e = {.name = rows_text(&m->environment, environment, ENVIRONMENT_NAME)};
	struct subject r = resource_subject(m, resource);

	if (!rows_integer(&m->policy, rows_find(&m->policy, policy), POLICY_ENABLED))
		return false;
	for (size_t i = 0; i < m->selector.n; i++) {
		if (rows_integer(&m->selector, i, SELECTOR_POLICY) == policy &&
		    matches(rows_text(&m->selector, i, SELECTOR_DEPLOYMENT), &d) &&
		    matches(rows_text(&m->selector, i, SELECTOR_ENVIRONMENT), &e) &&
		    matches(rows_text(&m->selector, i, SELECTOR_RESOURCE), &r))
			return true;
	}
	return false;
}

static int64_t approvals_needed(const struct model *m, size_t environment, size_t resource)
{
	int64_t needed = 0;

	for (size_t i = 0; i < m->approval_rule.n; i++) {
		int64_t n = rows_integer(&m->approval_rule, i, MIN_APPROVALS);
		if (n > needed && applies(m, rows_integer(&m->approval_rule, i, MIN_POLICY), environment, resource))
			needed = n;
	}
	return needed;
}

static int ascending(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* When the last approval that was needed came; -1 where some are missing. */
static int64_t approved_at(const struct model *m, size_t version, size_t environment, int64_t needed)
{
	int64_t *times = malloc((m->approval.n + 1) * sizeof *times), n = 0, at = -1;

	if (!times)
		fail("out of memory");
	for (size_t i = 0; i < m->approval.n; i++) {
		if (rows_integer(&m->approval, i, APPROVAL_VERSION) == rows_integer(&m->version, version, VERSION_ID) &&
		    rows_integer(&m->approval, i, APPROVAL_ENVIRONMENT) ==
			    rows_integer(&m->environment, environment, ENVIRONMENT_ID) &&
		    strcmp(rows_text(&m->approval, i, APPROVAL_STATUS), "approved") == 0)
			times[n++] = rows_integer(&m->approval, i, APPROVAL_CREATED);
	}
	qsort(times, (size_t)n, sizeof *times, ascending);
	if (n >= needed)
		at = times[needed - 1];
	free(times);
	return at;
}

static bool released(const struct model *m, size_t version, size_t environment)
{
	for (size_t i = 0; i < m->release.n; i++) {
		if (rows_integer(&m->release, i, RELEASE_VERSION) == rows_integer(&m->version, version, VERSION_ID) &&
		    rows_integer(&m->release, i, RELEASE_ENVIRONMENT) ==
			    rows_integer(&m->environment, environment, ENVIRONMENT_ID))
			return true;
	}
	return false;
}

static bool ready(const struct model *m, size_t version)
{
	return strcmp(rows_text(&m->version, version, VERSION_STATUS), "ready") == 0;
}

/* The version that the target should have, and when its rollout began; -1 where there is none. */
static int64_t choose(const struct model *m, size_t environment, size_t resource, int64_t *start)
{
	int64_t needed = approvals_needed(m, environment, resource);

	for (size_t i = 0; i < m->nversions; i++) {
		size_t v = m->newest[i];
		int64_t at = needed ? approved_at(m, v, environment, needed) : -1;
		if (!ready(m, v) || (needed && at < 0 && !released(m, v, environment)))
			continue;
		*start = at < 0 ? rows_integer(&m->version, v, VERSION_CREATED) : at;
		return (int64_t)v;
	}
	return -1;
}

static void target_key(const struct model *m, size_t environment, size_t resource, char key[256])
{
	snprintf(key, 256, "%s-%s-%s", rows_text(&m->resource, resource, RESOURCE_UUID),
		 rows_text(&m->environment, environment, ENVIRONMENT_UUID), rows_text(&m->deployment, 0, DEPLOYMENT_UUID));
}

static uint64_t place_of(const struct model *m, size_t environment, size_t resource, size_t version)
{
	char text[512], key[256];

	target_key(m, environment, resource, key);
	snprintf(text, sizeof text, "%s%s", key, rows_text(&m->version, version, VERSION_UUID));
	return fnv1a64(text, strlen(text));
}

/* How many targets of the environment come before this one, and how many there are. */
static int64_t rank(const struct model *m, size_t environment, size_t resource, size_t version, int64_t *targets)
{
	uint64_t own = place_of(m, environment, resource, version);
	int64_t before = 0;

	*targets = 0;
	for (size_t i = 0; i < m->target.n; i++) {
		if (rows_integer(&m->target, i, TARGET_ENVIRONMENT) !=
		    rows_integer(&m->environment, environment, ENVIRONMENT_ID))
			continue;
		++*targets;
		size_t other = rows_find(&m->resource, rows_integer(&m->target, i, TARGET_RESOURCE));
		before += place_of(m, environment, other, version) < own;
	}
	return before;
}

static int64_t due_at(const struct model *m, size_t environment, size_t resource, size_t version, int64_t start)
{
	int64_t longest = 0, targets = 0, before = -1;

	for (size_t i = 0; i < m->rollout_rule.n; i++) {
		if (!applies(m, rows_integer(&m->rollout_rule, i, ROLLOUT_POLICY), environment, resource))
			continue;
		if (before < 0)
			before = rank(m, environment, resource, version, &targets);
		int64_t delay = before * rows_integer(&m->rollout_rule, i, ROLLOUT_INTERVAL);
		if (strcmp(rows_text(&m->rollout_rule, i, ROLLOUT_TYPE), "linear-normalized") == 0)
			delay /= targets;
		if (delay > longest)
			longest = delay;
	}
	return start + longest;
}

/* What a value is worth for a resource: caller frees; NULL where its reference leads nowhere. */
static char *worth(const struct model *m, size_t value, size_t resource)
{
	const char *reference = rows_text(&m->value, value, VALUE_REFERENCE), *path = rows_text(&m->value, value, VALUE_PATH);

	if (!reference)
		return strdup(rows_text(&m->value, value, VALUE_VALUE));
	for (size_t rule = 0; rule < m->relation.n; rule++) {
		int64_t first;
		if (strcmp(rows_text(&m->relation, rule, RELATION_REFERENCE), reference) != 0 ||
		    relatives(m, rule, resource, &first) == 0)
			continue;
		struct subject other = resource_subject(m, (size_t)first);
		char *text = attribute(&other, path, NULL), *quoted = NULL;
		if (!text)
			text = attribute(&other, "metadata", path);
		if (text && asprintf(&quoted, "\"%s\"", text) < 0)
			fail("out of memory");
		free(text);
		return quoted;
	}
	return NULL;
}

/* Caller frees; NULL where the variable is not set. */
static char *resolve(const struct model *m, size_t variable, size_t resource)
{
	struct subject subject = resource_subject(m, resource);
	const char *key = rows_text(&m->variable, variable, VARIABLE_KEY),
		   *otherwise = rows_text(&m->variable, variable, VARIABLE_DEFAULT);
	int64_t best = -1;
	char *text = NULL;

	for (size_t i = 0; i < m->own.n; i++) {
		if (rows_integer(&m->own, i, OWN_RESOURCE) == rows_integer(&m->resource, resource, RESOURCE_ID) &&
		    strcmp(rows_text(&m->own, i, OWN_KEY), key) == 0)
			return strdup(rows_text(&m->own, i, OWN_VALUE));
	}
	for (size_t i = 0; i < m->value.n; i++) {
		if (rows_integer(&m->value, i, VALUE_VARIABLE) == rows_integer(&m->variable, variable, VARIABLE_ID) &&
		    (best < 0 || rows_integer(&m->value, i, VALUE_PRIORITY) >
					 rows_integer(&m->value, (size_t)best, VALUE_PRIORITY)) &&
		    matches(rows_text(&m->value, i, VALUE_SELECTOR), &subject))
			best = (int64_t)i;
	}
	if (best >= 0)
		text = worth(m, (size_t)best, resource);
	return text ? text : otherwise ? strdup(otherwise) : NULL;
}

/* As a JSON object with its keys in order. The dump has the variables in the order of their keys. */
static void variables(const struct model *m, size_t resource, char *out, size_t size)
{
	size_t at = (size_t)snprintf(out, size, "{");

	for (size_t i = 0; i < m->variable.n; i++) {
		char *text = resolve(m, i, resource);
		if (text)
			at += (size_t)snprintf(out + at, size - at, "%s\"%s\":%s", at > 1 ? "," : "",
					       rows_text(&m->variable, i, VARIABLE_KEY), text);
		free(text);
	}
	snprintf(out + at, size - at, "}");
}

/* May the target have a job for the release of this hash? */
static bool eligible(const struct model *m, size_t environment, size_t resource, const char *hash)
{
	int64_t attempts = 0;

	for (size_t i = 0; i < m->job.n; i++) {
		size_t release = rows_find(&m->release, rows_integer(&m->job, i, JOB_RELEASE));
		const char *status = rows_text(&m->job, i, JOB_STATUS);
		attempts += strcmp(rows_text(&m->release, release, RELEASE_HASH), hash) == 0;
		if (rows_integer(&m->release, release, RELEASE_ENVIRONMENT) ==
			    rows_integer(&m->environment, environment, ENVIRONMENT_ID) &&
		    rows_integer(&m->release, release, RELEASE_RESOURCE) ==
			    rows_integer(&m->resource, resource, RESOURCE_ID) &&
		    (strcmp(status, "pending") == 0 || strcmp(status, "in-progress") == 0 ||
		     strcmp(status, "action-required") == 0))
			return false;
	}
	return attempts <= m->max_retries;
}

static void print_target(const struct model *m, size_t target)
{
	int64_t environment_id = rows_integer(&m->target, target, TARGET_ENVIRONMENT),
		resource_id = rows_integer(&m->target, target, TARGET_RESOURCE), start, related = 0, first;
	size_t environment = rows_find(&m->environment, environment_id), resource = rows_find(&m->resource, resource_id);
	char key[256], json[2048], text[4096], hash[65];

	for (size_t rule = 0; rule < m->relation.n; rule++)
		related += relatives(m, rule, resource, &first);
	printf("%lld\t%lld\t", (long long)environment_id, (long long)resource_id);
	int64_t version = choose(m, environment, resource, &start);
	if (version < 0) {
		bool any = false;
		for (size_t i = 0; i < m->nversions; i++)
			any |= ready(m, m->newest[i]);
		printf("%s\t\\N\t\\N\t%lld\t\\N\t\\N\n", any ? "blocked-by-approval" : "no-version", (long long)related);
		return;
	}
	size_t v = (size_t)version;
	int64_t due = due_at(m, environment, resource, v, start);
	variables(m, resource, json, sizeof json);
	target_key(m, environment, resource, key);
	snprintf(text, sizeof text, "%s\n%s\n%s\n%s", rows_text(&m->version, v, VERSION_UUID),
		 rows_text(&m->version, v, VERSION_TAG), json, key);
	sha256_hex(text, strlen(text), hash);
	bool go = due <= m->now && eligible(m, environment, resource, hash);
	printf("%s\t%s\t%lld\t%lld\t%s\t%s\n", due > m->now ? "not-due" : go ? "job-created" : "ineligible",
	       rows_text(&m->version, v, VERSION_TAG), (long long)due, (long long)related, go ? hash : "\\N", go ? json : "\\N");
}

/* Newest first; of two made at once the one with the greater uuid. */
static void order_versions(struct model *m)
{
	m->nversions = m->version.n;
	m->newest = calloc(m->nversions + 1, sizeof *m->newest);
	if (!m->newest)
		fail("out of memory");
	for (size_t i = 0; i < m->nversions; i++) {
		size_t at = i;
		for (; at > 0; at--) {
			size_t before = m->newest[at - 1];
			int64_t other = rows_integer(&m->version, before, VERSION_CREATED),
				own = rows_integer(&m->version, i, VERSION_CREATED);
			if (other > own || (other == own && strcmp(rows_text(&m->version, before, VERSION_UUID),
								   rows_text(&m->version, i, VERSION_UUID)) > 0))
				break;
			m->newest[at] = before;
		}
		m->newest[at] = i;
	}
}

int main(int argc, char **argv)
{
	if (argc != 4)
		fail("usage: model DIRECTORY NOW MAX-RETRIES");
	struct model m = {
		.resource = rows_read(argv[1], "resource", RESOURCE_COLUMNS),
		.environment = rows_read(argv[1], "environment", ENVIRONMENT_COLUMNS),
		.deployment = rows_read(argv[1], "deployment", DEPLOYMENT_COLUMNS),
		.version = rows_read(argv[1], "version", VERSION_COLUMNS),
		.policy = rows_read(argv[1], "policy", POLICY_COLUMNS),
		.selector = rows_read(argv[1], "selector", SELECTOR_COLUMNS),
		.approval_rule = rows_read(argv[1], "approval_rule", MIN_COLUMNS),
		.rollout_rule = rows_read(argv[1], "rollout_rule", ROLLOUT_COLUMNS),
		.approval = rows_read(argv[1], "approval", APPROVAL_COLUMNS),
		.relation = rows_read(argv[1], "relation", RELATION_COLUMNS),
		.variable = rows_read(argv[1], "variable", VARIABLE_COLUMNS),
		.value = rows_read(argv[1], "value", VALUE_COLUMNS),
		.own = rows_read(argv[1], "own", OWN_COLUMNS),
		.target = rows_read(argv[1], "target", TARGET_COLUMNS),
		.release = rows_read(argv[1], "release", RELEASE_COLUMNS),
		.job = rows_read(argv[1], "job", JOB_COLUMNS),
		.now = strtoll(argv[2], NULL, 10),
		.max_retries = strtoll(argv[3], NULL, 10),
	};
	struct rows *all[] = {&m.resource, &m.environment, &m.deployment, &m.version, &m.policy, &m.selector,
			      &m.approval_rule, &m.rollout_rule, &m.approval, &m.relation, &m.variable, &m.value, &m.own,
			      &m.target, &m.release, &m.job};

	order_versions(&m);
	for (size_t i = 0; i < m.target.n; i++)
		print_target(&m, i);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		rows_free(all[i]);
	free(m.newest);
	return fflush(stdout) != 0;
}
