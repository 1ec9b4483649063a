-- A deployment control plane: which version of which deployment runs on which resource of which environment, and why.
-- Times are milliseconds since 1970. Rows refer to each other by small integers; uuids are what the world outside sees,
-- and what the hashes of rollouts and releases are made of.
-- A selector is NULL, which matches everything, or one condition on a name, identifier, kind, version or metadata key:
-- {"type": "metadata", "key": "region", "operator": "equals", "value": "region-0"}.
-- Operators: equals, not-equals, starts-with, ends-with, contains.

CREATE TABLE system (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL
);

CREATE TABLE job_agent (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL UNIQUE,
	type TEXT NOT NULL,
	config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config))
);

CREATE TABLE resource (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	identifier TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	version TEXT NOT NULL,
	config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
	metadata TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metadata)),
	created_at INTEGER NOT NULL
);
CREATE INDEX resource_kind ON resource (kind);

CREATE TABLE environment (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	system_id INTEGER NOT NULL REFERENCES system (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	resource_selector TEXT CHECK (resource_selector IS NULL OR json_valid(resource_selector)),
	created_at INTEGER NOT NULL,
	UNIQUE (system_id, name)
);

CREATE TABLE deployment (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	system_id INTEGER NOT NULL REFERENCES system (id) ON DELETE CASCADE,
	job_agent_id INTEGER REFERENCES job_agent (id) ON DELETE SET NULL,
	slug TEXT NOT NULL,
	name TEXT NOT NULL,
	resource_selector TEXT CHECK (resource_selector IS NULL OR json_valid(resource_selector)),
	created_at INTEGER NOT NULL,
	UNIQUE (system_id, slug)
);
CREATE INDEX deployment_job_agent ON deployment (job_agent_id);

CREATE TABLE deployment_version (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	deployment_id INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
	tag TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('building', 'ready', 'failed', 'rejected', 'paused')),
	config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config)),
	created_at INTEGER NOT NULL,
	UNIQUE (deployment_id, tag)
);
CREATE INDEX deployment_version_newest ON deployment_version (deployment_id, created_at DESC, uuid DESC);

CREATE TABLE policy (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL UNIQUE,
	enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
	created_at INTEGER NOT NULL
);

-- A policy applies to a target that one of its selectors matches in all three parts.
CREATE TABLE policy_selector (
	id INTEGER PRIMARY KEY,
	policy_id INTEGER NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	deployment_selector TEXT CHECK (deployment_selector IS NULL OR json_valid(deployment_selector)),
	environment_selector TEXT CHECK (environment_selector IS NULL OR json_valid(environment_selector)),
	resource_selector TEXT CHECK (resource_selector IS NULL OR json_valid(resource_selector))
);
CREATE INDEX policy_selector_policy ON policy_selector (policy_id);

-- So many must have approved a version for an environment.
CREATE TABLE policy_rule_approval (
	id INTEGER PRIMARY KEY,
	policy_id INTEGER NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	min_approvals INTEGER NOT NULL DEFAULT 1 CHECK (min_approvals >= 1)
);
CREATE INDEX policy_rule_approval_policy ON policy_rule_approval (policy_id);

-- The targets of an environment get a version one after the other: each an interval after the one before (linear), or
-- all of them spread over the interval (linear-normalized).
CREATE TABLE policy_rule_rollout (
	id INTEGER PRIMARY KEY,
	policy_id INTEGER NOT NULL REFERENCES policy (id) ON DELETE CASCADE,
	type TEXT NOT NULL CHECK (type IN ('linear', 'linear-normalized')),
	interval_ms INTEGER NOT NULL CHECK (interval_ms >= 0)
);
CREATE INDEX policy_rule_rollout_policy ON policy_rule_rollout (policy_id);

CREATE TABLE approval (
	version_id INTEGER NOT NULL REFERENCES deployment_version (id) ON DELETE CASCADE,
	environment_id INTEGER NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
	user TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('approved', 'rejected')),
	reason TEXT,
	created_at INTEGER NOT NULL,
	PRIMARY KEY (version_id, environment_id, user)
) WITHOUT ROWID;
CREATE INDEX approval_environment ON approval (environment_id);

-- A resource is related to those others whose metadata holds at to_key what its own holds at from_key.
CREATE TABLE relationship_rule (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	reference TEXT NOT NULL UNIQUE,
	from_key TEXT NOT NULL,
	to_key TEXT NOT NULL
);

CREATE TABLE deployment_variable (
	id INTEGER PRIMARY KEY,
	deployment_id INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
	key TEXT NOT NULL,
	default_value TEXT CHECK (default_value IS NULL OR json_valid(default_value)),
	UNIQUE (deployment_id, key)
);

-- Of the values whose selector matches the resource the one of the highest priority counts. It is JSON, or, where
-- reference is set, a column or metadata key (path) of the first related resource by that relationship rule.
CREATE TABLE deployment_variable_value (
	id INTEGER PRIMARY KEY,
	variable_id INTEGER NOT NULL REFERENCES deployment_variable (id) ON DELETE CASCADE,
	priority INTEGER NOT NULL DEFAULT 0,
	resource_selector TEXT CHECK (resource_selector IS NULL OR json_valid(resource_selector)),
	value TEXT CHECK (value IS NULL OR json_valid(value)),
	reference TEXT REFERENCES relationship_rule (reference) ON DELETE CASCADE,
	path TEXT,
	CHECK ((value IS NULL) <> (reference IS NULL) AND (reference IS NULL) = (path IS NULL)),
	UNIQUE (variable_id, priority)
);
CREATE INDEX deployment_variable_value_reference ON deployment_variable_value (reference) WHERE reference IS NOT NULL;

CREATE TABLE resource_variable (
	resource_id INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
	key TEXT NOT NULL,
	value TEXT NOT NULL CHECK (json_valid(value)),
	PRIMARY KEY (resource_id, key)
) WITHOUT ROWID;

CREATE TABLE release_target (
	deployment_id INTEGER NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
	environment_id INTEGER NOT NULL REFERENCES environment (id) ON DELETE CASCADE,
	resource_id INTEGER NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
	PRIMARY KEY (deployment_id, environment_id, resource_id)
) WITHOUT ROWID;
CREATE INDEX release_target_environment ON release_target (environment_id);
CREATE INDEX release_target_resource ON release_target (resource_id);

-- hash: SHA-256 of the version's uuid and tag, the variables, and the target's key.
CREATE TABLE release (
	id INTEGER PRIMARY KEY,
	hash TEXT NOT NULL UNIQUE,
	deployment_id INTEGER NOT NULL,
	environment_id INTEGER NOT NULL,
	resource_id INTEGER NOT NULL,
	version_id INTEGER NOT NULL REFERENCES deployment_version (id) ON DELETE CASCADE,
	variables TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(variables)),
	created_at INTEGER NOT NULL,
	FOREIGN KEY (deployment_id, environment_id, resource_id)
		REFERENCES release_target (deployment_id, environment_id, resource_id) ON DELETE CASCADE
);
CREATE INDEX release_of_target ON release (deployment_id, environment_id, resource_id);
CREATE INDEX release_of_version ON release (version_id, environment_id);

CREATE TABLE job (
	id INTEGER PRIMARY KEY,
	uuid TEXT NOT NULL UNIQUE,
	release_id INTEGER NOT NULL REFERENCES release (id) ON DELETE CASCADE,
	job_agent_id INTEGER REFERENCES job_agent (id) ON DELETE SET NULL,
	status TEXT NOT NULL DEFAULT 'pending'
		CHECK (status IN ('pending', 'in-progress', 'action-required', 'successful', 'failure', 'cancelled', 'skipped')),
	created_at INTEGER NOT NULL,
	completed_at INTEGER
);
CREATE INDEX job_of_release ON job (release_id);
CREATE INDEX job_waiting ON job (job_agent_id, created_at) WHERE status = 'pending';

-- What the last reconciliation made of a target, for whoever asks why nothing happens: no-version, blocked-by-approval,
-- not-due (before due_at), ineligible or job-created. The version may be gone since.
CREATE TABLE decision (
	deployment_id INTEGER NOT NULL,
	environment_id INTEGER NOT NULL,
	resource_id INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	version_id INTEGER,
	due_at INTEGER,
	related INTEGER NOT NULL,
	decided_at INTEGER NOT NULL,
	PRIMARY KEY (deployment_id, environment_id, resource_id),
	FOREIGN KEY (deployment_id, environment_id, resource_id)
		REFERENCES release_target (deployment_id, environment_id, resource_id) ON DELETE CASCADE
) WITHOUT ROWID;
