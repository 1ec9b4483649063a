-- What happens when a deployment gets a new version: for each of its release targets it is decided which version
-- belongs there, and whether a job has to bring it there now. All of it is one transaction, set by set rather than
-- target by target, and each statement is measured for itself. The database is that of db-seed's profile ctrlplane.
--
-- What depends on less than the whole target is worked out once for what it depends on, always within the measured
-- part: policies' selectors once for each environment and each resource, a version's approvals once for each
-- environment, variables once for each resource, and relations by groups. Two resources are related where one's
-- metadata holds at a rule's from_key what the other's holds at its to_key. Of 15,000 resources in five regions and ten
-- zones these are 67 million pairs, so that each group's members are kept once, in order, and a resource knows its
-- groups, to how many others it is related, and the first of them by identifier, which a variable's reference leads to.
--
-- Time does not come from the clock: half an hour has passed since the version was made, which is half of what its
-- rollout takes. -D elapsed=3600000 makes it an hour, and with -D approved=1 each environment has its approval: then
-- every target gets a job, which is the most that there can be to do. -D deployment=N takes another deployment.

\bench reconcile/deployment
\about all nine steps for every release target of one deployment after a new version
\param targets SELECT count(*) FROM release_target WHERE deployment_id = :deployment;

\set deployment 1
\set created 1782864000000
\set elapsed 1800000
\set now :created + :elapsed
\set max_retries 0
\set approved 0

\before
-- Empty tables to work in, and back to where the last reconciliation began.
PRAGMA temp_store = memory;
PRAGMA cache_size = -65536;
CREATE TEMP TABLE IF NOT EXISTS member (rule_id INTEGER, value TEXT, identifier TEXT, resource_id INTEGER,
	PRIMARY KEY (rule_id, value, identifier)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS relation_group (rule_id INTEGER, value TEXT, members INTEGER, first_id INTEGER,
	second_id INTEGER, PRIMARY KEY (rule_id, value)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS relation (resource_id INTEGER, rule_id INTEGER, value TEXT, related INTEGER,
	first_id INTEGER, PRIMARY KEY (resource_id, rule_id)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS subject (resource_id INTEGER PRIMARY KEY, uuid TEXT, related INTEGER);
CREATE TEMP TABLE IF NOT EXISTS target (id INTEGER PRIMARY KEY, environment_id INTEGER, resource_id INTEGER, key TEXT,
	related INTEGER);
CREATE TEMP TABLE IF NOT EXISTS candidate (rank INTEGER PRIMARY KEY, version_id INTEGER, uuid TEXT, status TEXT,
	created_at INTEGER);
CREATE TEMP TABLE IF NOT EXISTS condition (part TEXT, id INTEGER, type TEXT, path TEXT, pattern TEXT, wanted INTEGER,
	PRIMARY KEY (part, id)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS policy_environment (environment_id INTEGER, selector_id INTEGER, policy_id INTEGER,
	approvals INTEGER, rollouts INTEGER, any_resource INTEGER, PRIMARY KEY (environment_id, selector_id)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS policy_resource (resource_id INTEGER, selector_id INTEGER,
	PRIMARY KEY (resource_id, selector_id)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS requirement (target_id INTEGER PRIMARY KEY, environment_id INTEGER, approvals INTEGER,
	rollouts INTEGER);
CREATE TEMP TABLE IF NOT EXISTS selected (environment_id INTEGER, approvals INTEGER, rollouts INTEGER,
	version_id INTEGER, uuid TEXT, start INTEGER, PRIMARY KEY (environment_id, approvals, rollouts)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS place (target_id INTEGER, version_id INTEGER, rank INTEGER,
	PRIMARY KEY (target_id, version_id)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS due (target_id INTEGER PRIMARY KEY, version_id INTEGER, at INTEGER);
CREATE TEMP TABLE IF NOT EXISTS variable_value (variable_id INTEGER, priority INTEGER, value TEXT, rule_id INTEGER,
	path TEXT, type TEXT, key TEXT, pattern TEXT, wanted INTEGER, PRIMARY KEY (variable_id, priority DESC)) WITHOUT ROWID;
CREATE TEMP TABLE IF NOT EXISTS variables (resource_id INTEGER PRIMARY KEY, json TEXT);
CREATE TEMP TABLE IF NOT EXISTS planned (target_id INTEGER PRIMARY KEY, version_id INTEGER, json TEXT, hash TEXT);
CREATE TEMP TABLE IF NOT EXISTS eligible (target_id INTEGER PRIMARY KEY);
DELETE FROM member;
DELETE FROM relation_group;
DELETE FROM relation;
DELETE FROM subject;
DELETE FROM target;
DELETE FROM candidate;
DELETE FROM condition;
DELETE FROM policy_environment;
DELETE FROM policy_resource;
DELETE FROM requirement;
DELETE FROM selected;
DELETE FROM place;
DELETE FROM due;
DELETE FROM variable_value;
DELETE FROM variables;
DELETE FROM planned;
DELETE FROM eligible;
BEGIN IMMEDIATE;
DELETE FROM job WHERE created_at = :now;
DELETE FROM release WHERE created_at = :now;
DELETE FROM deployment_version WHERE deployment_id = :deployment AND created_at = :created;
DELETE FROM approval WHERE user = 'db-load';
INSERT INTO approval (version_id, environment_id, user, status, created_at)
SELECT (SELECT max(id) + 1 FROM deployment_version), id, 'db-load', 'approved', :created FROM environment WHERE :approved;
COMMIT;
\end

\statement begin
BEGIN IMMEDIATE;

\statement version-created
INSERT INTO deployment_version (uuid, deployment_id, tag, status, created_at)
VALUES ('019fbe7a-1000-7000-8000-00000000be7c', :deployment, 'v2.0.0', 'ready', :created);

-- Step 1: each target's resource and what it is related to. First the members of each group in order …
\statement 1-members
INSERT INTO member (rule_id, value, identifier, resource_id)
SELECT rule.id, json_extract(resource.metadata, '$."' || rule.to_key || '"') AS value, resource.identifier, resource.id
FROM resource CROSS JOIN relationship_rule AS rule
WHERE value IS NOT NULL
ORDER BY 1, 2, 3;

\statement 1-groups
INSERT INTO relation_group (rule_id, value, members, first_id, second_id)
SELECT rule_id, value, count(*),
	(SELECT resource_id FROM member WHERE rule_id = every.rule_id AND value = every.value ORDER BY identifier LIMIT 1),
	(SELECT resource_id FROM member WHERE rule_id = every.rule_id AND value = every.value ORDER BY identifier
		LIMIT 1 OFFSET 1)
FROM member AS every
GROUP BY rule_id, value;

-- … then the groups of each resource that is a target; none is related to itself.
\statement 1-relations
INSERT INTO relation (resource_id, rule_id, value, related, first_id)
SELECT resource.id, rule.id, shared.value, shared.members - iif(rule.from_key = rule.to_key, 1,
		json_extract(resource.metadata, '$."' || rule.to_key || '"') IS shared.value),
	iif(shared.first_id = resource.id, shared.second_id, shared.first_id)
FROM resource CROSS JOIN relationship_rule AS rule CROSS JOIN relation_group AS shared
WHERE EXISTS (SELECT 1 FROM release_target WHERE resource_id = resource.id AND deployment_id = :deployment)
	AND shared.rule_id = rule.id
	AND shared.value = json_extract(resource.metadata, '$."' || rule.from_key || '"');

\statement 1-resources
INSERT INTO subject (resource_id, uuid, related)
SELECT resource.id, resource.uuid, (SELECT coalesce(sum(related), 0) FROM relation WHERE resource_id = resource.id)
FROM resource
WHERE EXISTS (SELECT 1 FROM release_target WHERE resource_id = resource.id AND deployment_id = :deployment);

\statement 1-targets
INSERT INTO target (environment_id, resource_id, key, related)
SELECT release_target.environment_id, subject.resource_id,
	subject.uuid || '-' || environment.uuid || '-' || deployment.uuid, subject.related
FROM deployment CROSS JOIN release_target CROSS JOIN subject CROSS JOIN environment
WHERE deployment.id = :deployment AND release_target.deployment_id = deployment.id
	AND subject.resource_id = release_target.resource_id AND environment.id = release_target.environment_id;

-- Step 2: the deployment's versions, newest first.
\statement 2-versions
INSERT INTO candidate (rank, version_id, uuid, status, created_at)
SELECT row_number() OVER (ORDER BY created_at DESC, uuid DESC), id, uuid, status, created_at
FROM deployment_version
WHERE deployment_id = :deployment;

-- Step 3: which policies apply to which target: one of their selectors matches its deployment, environment and resource.
-- A condition becomes a pattern that its subject must match, or must not.
\statement 3-conditions
INSERT INTO condition (part, id, type, path, pattern, wanted)
SELECT part, id, json_extract(selector, '$.type'), '$."' || json_extract(selector, '$.key') || '"',
	CASE json_extract(selector, '$.operator')
	WHEN 'equals' THEN literal
	WHEN 'not-equals' THEN literal
	WHEN 'starts-with' THEN literal || '*'
	WHEN 'ends-with' THEN '*' || literal
	WHEN 'contains' THEN '*' || literal || '*'
	END, json_extract(selector, '$.operator') <> 'not-equals'
FROM (SELECT part, id, selector,
		replace(replace(replace(json_extract(selector, '$.value'), '[', '[[]'), '*', '[*]'), '?', '[?]') AS literal
	FROM (SELECT 'deployment' AS part, id, deployment_selector AS selector FROM policy_selector
		UNION ALL SELECT 'environment', id, environment_selector FROM policy_selector
		UNION ALL SELECT 'resource', id, resource_selector FROM policy_selector
		UNION ALL SELECT 'variable', value.id, value.resource_selector
		FROM deployment_variable AS variable CROSS JOIN deployment_variable_value AS value
		WHERE variable.deployment_id = :deployment AND value.variable_id = variable.id))
WHERE selector IS NOT NULL;

\statement 3-environments
INSERT INTO policy_environment (environment_id, selector_id, policy_id, approvals, rollouts, any_resource)
SELECT environment.id, selector.id, policy.id,
	(SELECT coalesce(max(min_approvals), 0) FROM policy_rule_approval WHERE policy_id = policy.id),
	EXISTS (SELECT 1 FROM policy_rule_rollout WHERE policy_id = policy.id), selector.resource_selector IS NULL
FROM policy CROSS JOIN policy_selector AS selector CROSS JOIN deployment CROSS JOIN environment
WHERE policy.enabled AND selector.policy_id = policy.id AND deployment.id = :deployment
	AND EXISTS (SELECT 1 FROM release_target
		WHERE deployment_id = deployment.id AND environment_id = environment.id)
	AND NOT EXISTS (SELECT 1 FROM condition WHERE part = 'deployment' AND id = selector.id
		AND CASE type WHEN 'name' THEN deployment.name WHEN 'identifier' THEN deployment.slug END
			GLOB pattern IS NOT wanted)
	AND NOT EXISTS (SELECT 1 FROM condition WHERE part = 'environment' AND id = selector.id
		AND CASE type WHEN 'name' THEN environment.name END GLOB pattern IS NOT wanted);

\statement 3-resources
INSERT INTO policy_resource (resource_id, selector_id)
SELECT resource.id, condition.id
FROM subject CROSS JOIN resource CROSS JOIN condition
WHERE resource.id = subject.resource_id
	AND condition.part = 'resource' AND condition.id IN (SELECT selector_id FROM policy_environment)
	AND CASE condition.type
		WHEN 'name' THEN resource.name
		WHEN 'identifier' THEN resource.identifier
		WHEN 'kind' THEN resource.kind
		WHEN 'version' THEN resource.version
		WHEN 'metadata' THEN json_extract(resource.metadata, condition.path)
		END GLOB condition.pattern IS condition.wanted;

\statement 3-requirements
INSERT INTO requirement (target_id, environment_id, approvals, rollouts)
SELECT target.id, target.environment_id, coalesce(max(policy.approvals), 0), coalesce(max(policy.rollouts), 0)
FROM target LEFT JOIN policy_environment AS policy ON policy.environment_id = target.environment_id
	AND (policy.any_resource OR EXISTS (SELECT 1 FROM policy_resource
		WHERE resource_id = target.resource_id AND selector_id = policy.selector_id))
GROUP BY target.id;

-- Step 4: the first version that is ready and approved, or was released to that environment before. What is asked of it
-- is the same for many targets. A rollout begins with the last approval needed, or else with the version.
\statement 4-selection
INSERT INTO selected (environment_id, approvals, rollouts, version_id, uuid, start)
WITH approved AS (
	SELECT version_id, environment_id, created_at,
		row_number() OVER (PARTITION BY version_id, environment_id ORDER BY created_at) AS nth
	FROM approval
	WHERE version_id IN (SELECT version_id FROM candidate) AND status = 'approved'),
passing AS (
	SELECT asked.*, candidate.*, approved.created_at AS approved_at,
		row_number() OVER (PARTITION BY asked.environment_id, approvals, rollouts ORDER BY rank) AS nth
	FROM (SELECT DISTINCT environment_id, approvals, rollouts FROM requirement) AS asked CROSS JOIN candidate
		LEFT JOIN approved ON approved.version_id = candidate.version_id
			AND approved.environment_id = asked.environment_id AND approved.nth = asked.approvals
	WHERE status = 'ready' AND (approvals = 0 OR approved.nth IS NOT NULL OR EXISTS (SELECT 1 FROM release
		WHERE version_id = candidate.version_id AND environment_id = asked.environment_id)))
SELECT environment_id, approvals, rollouts, version_id, uuid, coalesce(approved_at, created_at)
FROM passing
WHERE nth = 1;

-- Step 5: a target's place in the rollout of that version among all targets of its environment, in the order of a hash,
-- and from it when it is due.
\statement 5-places
INSERT INTO place (target_id, version_id, rank)
SELECT target.id, scope.version_id, row_number() OVER (PARTITION BY target.environment_id, scope.version_id
	ORDER BY fnv64a(target.key || scope.uuid), target.id) - 1
FROM target CROSS JOIN (SELECT DISTINCT environment_id, version_id, uuid FROM selected WHERE rollouts) AS scope
WHERE scope.environment_id = target.environment_id;

\statement 5-due
INSERT INTO due (target_id, version_id, at)
WITH size AS MATERIALIZED (
	SELECT environment_id, count(*) AS targets FROM release_target WHERE deployment_id = :deployment GROUP BY environment_id)
SELECT target.id, selected.version_id, selected.start + iif(selected.rollouts,
	(SELECT max(place.rank * rule.interval_ms / iif(rule.type = 'linear', 1, size.targets))
	FROM place CROSS JOIN policy_environment AS policy CROSS JOIN policy_rule_rollout AS rule
	WHERE place.target_id = target.id AND place.version_id = selected.version_id
		AND policy.environment_id = target.environment_id AND rule.policy_id = policy.policy_id
		AND (policy.any_resource OR EXISTS (SELECT 1 FROM policy_resource
			WHERE resource_id = target.resource_id AND selector_id = policy.selector_id))), 0)
FROM requirement CROSS JOIN selected CROSS JOIN target CROSS JOIN size
WHERE selected.environment_id = requirement.environment_id AND selected.approvals = requirement.approvals
	AND selected.rollouts = requirement.rollouts AND target.id = requirement.target_id
	AND size.environment_id = target.environment_id;

-- Step 6: the deployment's variables for each resource that something is due on: the resource's own, else of the values
-- that select it that of the highest priority, else the default; without any of these there is none. A reference that
-- leads nowhere counts as not set.
\statement 6-values
INSERT INTO variable_value (variable_id, priority, value, rule_id, path, type, key, pattern, wanted)
SELECT value.variable_id, value.priority, value.value, rule.id, value.path,
	condition.type, condition.path, condition.pattern, condition.wanted
FROM deployment_variable AS variable CROSS JOIN deployment_variable_value AS value
	LEFT JOIN relationship_rule AS rule ON rule.reference = value.reference
	LEFT JOIN condition ON condition.part = 'variable' AND condition.id = value.id
WHERE variable.deployment_id = :deployment AND value.variable_id = variable.id;

\statement 6-variables
INSERT INTO variables (resource_id, json)
SELECT resource_id, json_group_object(key, json(value)) FILTER (WHERE value IS NOT NULL)
FROM (SELECT resource.id AS resource_id, variable.key, coalesce(
		(SELECT value FROM resource_variable WHERE resource_id = resource.id AND key = variable.key),
		(SELECT iif(choice.rule_id IS NULL, choice.value, (SELECT nullif(json_quote(CASE choice.path
				WHEN 'name' THEN other.name
				WHEN 'identifier' THEN other.identifier
				WHEN 'kind' THEN other.kind
				WHEN 'version' THEN other.version
				ELSE json_extract(other.metadata, '$."' || choice.path || '"') END), 'null')
			FROM relation CROSS JOIN resource AS other
			WHERE relation.resource_id = resource.id AND relation.rule_id = choice.rule_id
				AND other.id = relation.first_id))
		FROM variable_value AS choice
		WHERE choice.variable_id = variable.id AND (choice.type IS NULL OR CASE choice.type
			WHEN 'name' THEN resource.name
			WHEN 'identifier' THEN resource.identifier
			WHEN 'kind' THEN resource.kind
			WHEN 'version' THEN resource.version
			WHEN 'metadata' THEN json_extract(resource.metadata, choice.key)
			END GLOB choice.pattern IS choice.wanted)
		ORDER BY choice.priority DESC LIMIT 1),
		variable.default_value) AS value
	FROM resource CROSS JOIN deployment_variable AS variable
	WHERE resource.id IN (SELECT target.resource_id FROM due CROSS JOIN target
			WHERE due.at <= :now AND target.id = due.target_id)
		AND variable.deployment_id = :deployment
	ORDER BY resource.id, variable.key)
GROUP BY resource_id;

-- Step 7: the release that each target due should have.
\statement 7-releases
INSERT INTO planned (target_id, version_id, json, hash)
SELECT target.id, version.id, coalesce(variables.json, '{}'),
	sha256(version.uuid || char(10) || version.tag || char(10) || coalesce(variables.json, '{}') || char(10) || target.key)
FROM due CROSS JOIN target CROSS JOIN deployment_version AS version
	LEFT JOIN variables ON variables.resource_id = target.resource_id
WHERE due.at <= :now AND target.id = due.target_id AND version.id = due.version_id;

-- Step 8: whether it may have a job: none of the target's is on its way, and this release was not tried too often.
\statement 8-eligibility
INSERT INTO eligible (target_id)
SELECT target.id
FROM planned CROSS JOIN target
WHERE target.id = planned.target_id
	AND NOT EXISTS (SELECT 1 FROM release CROSS JOIN job
		WHERE release.deployment_id = :deployment AND release.environment_id = target.environment_id
			AND release.resource_id = target.resource_id AND job.release_id = release.id
			AND job.status IN ('pending', 'in-progress', 'action-required'))
	AND (SELECT count(*) FROM release CROSS JOIN job
		WHERE release.hash = planned.hash AND job.release_id = release.id) <= :max_retries;

-- Step 9: the releases and their jobs.
\statement 9-releases
INSERT INTO release (hash, deployment_id, environment_id, resource_id, version_id, variables, created_at)
SELECT planned.hash, :deployment, target.environment_id, target.resource_id, planned.version_id, planned.json, :now
FROM eligible CROSS JOIN planned CROSS JOIN target
WHERE planned.target_id = eligible.target_id AND target.id = eligible.target_id
ON CONFLICT (hash) DO NOTHING;

\statement 9-jobs
INSERT INTO job (uuid, release_id, job_agent_id, status, created_at)
SELECT format('%08x-%04x-7%03x-8%03x-', :now >> 16, :now & 0xffff, release.id >> 12 & 0xfff, release.id & 0xfff) ||
	lower(hex(randomblob(6))), release.id, deployment.job_agent_id, 'pending', :now
FROM deployment CROSS JOIN eligible CROSS JOIN planned CROSS JOIN release
WHERE deployment.id = :deployment AND planned.target_id = eligible.target_id AND release.hash = planned.hash;

-- What became of each target.
\statement decisions
INSERT INTO decision (deployment_id, environment_id, resource_id, outcome, version_id, due_at, related, decided_at)
SELECT :deployment, target.environment_id, target.resource_id, CASE
	WHEN eligible.target_id IS NOT NULL THEN 'job-created'
	WHEN planned.target_id IS NOT NULL THEN 'ineligible'
	WHEN due.target_id IS NOT NULL THEN 'not-due'
	WHEN (SELECT 1 FROM candidate WHERE status = 'ready' LIMIT 1) THEN 'blocked-by-approval'
	ELSE 'no-version' END, due.version_id, due.at, target.related, :now
FROM target LEFT JOIN due ON due.target_id = target.id
	LEFT JOIN planned ON planned.target_id = due.target_id
	LEFT JOIN eligible ON eligible.target_id = planned.target_id
WHERE true
ON CONFLICT (deployment_id, environment_id, resource_id) DO UPDATE SET outcome = excluded.outcome,
	version_id = excluded.version_id, due_at = excluded.due_at, related = excluded.related,
	decided_at = excluded.decided_at;

\statement commit
COMMIT;

\expect SELECT count(*) = (SELECT count(*) FROM release_target WHERE deployment_id = :deployment)
	AND total(outcome = 'job-created') = (SELECT count(*) FROM job WHERE created_at = :now) AND count(*) > 0
	FROM decision WHERE deployment_id = :deployment AND decided_at = :now;
