-- What the profile's data does not have, so that every rule of a reconciliation decides something: on 25 resources,
-- 20 environments (env-<id - 1>) and versions 1 to 5 of deployment 1, of which 5 is the newest. What comes has the next id.

-- The newest is paused and the oldest ready, so that what is approved of old is 2, ready, or 3, paused.
UPDATE deployment_version SET status = 'paused' WHERE id IN (3, 5);
UPDATE deployment_version SET status = 'ready' WHERE id IN (1, 2);
UPDATE deployment_version SET status = 'failed' WHERE id = 4;

-- Two approvals are needed in env-13 and env-14; a policy on zone-7 asks for one everywhere; one that asks for nine is
-- switched off; one is for another deployment.
INSERT INTO policy (id, uuid, name, enabled, created_at) VALUES (11, 'a', 'two', 1, 0), (12, 'b', 'zone', 1, 0),
	(13, 'c', 'off', 0, 0), (14, 'd', 'linear', 1, 0), (15, 'e', 'other', 1, 0);
INSERT INTO policy_selector (policy_id, deployment_selector, environment_selector, resource_selector) VALUES
	(11, NULL, '{"type":"name","operator":"equals","value":"env-13"}', NULL),
	(11, NULL, '{"type":"name","operator":"equals","value":"env-14"}', NULL),
	(12, '{"type":"name","operator":"contains","value":"ice 0"}', NULL,
		'{"type":"metadata","key":"zone","operator":"ends-with","value":"-7"}'),
	(13, NULL, NULL, NULL),
	(14, NULL, '{"type":"name","operator":"equals","value":"env-0"}',
		'{"type":"metadata","key":"zone","operator":"not-equals","value":"zone-5"}'),
	(14, NULL, '{"type":"name","operator":"equals","value":"env-0"}',
		'{"type":"identifier","operator":"not-equals","value":"nothing"}'),
	(15, '{"type":"name","operator":"not-equals","value":"Service 0"}', NULL, NULL);
INSERT INTO policy_rule_approval (policy_id, min_approvals) VALUES (11, 2), (12, 1), (13, 9), (15, 9);
INSERT INTO policy_rule_rollout (policy_id, type, interval_ms) VALUES (14, 'linear', 900000), (15, 'linear', 99999999);

-- Approvals: what comes in env-1, lately; an old version in env-11, the paused one in env-12, of two needed one in
-- env-13 and both in env-14, where a third comes later still; one rejected in env-15.
INSERT INTO approval (version_id, environment_id, user, status, created_at)
SELECT (SELECT max(id) + 1 FROM deployment_version), 2, 'ann', 'approved', 1782865000000 UNION ALL
SELECT 2, 12, 'ann', 'approved', 1770000000000 UNION ALL
SELECT 3, 13, 'ann', 'approved', 1770000000000 UNION ALL
SELECT (SELECT max(id) + 1 FROM deployment_version), 14, 'ann', 'approved', 1782864000001 UNION ALL
SELECT (SELECT max(id) + 1 FROM deployment_version), 15, 'ann', 'approved', 1782864100000 UNION ALL
SELECT (SELECT max(id) + 1 FROM deployment_version), 15, 'bob', 'approved', 1782864000001 UNION ALL
SELECT (SELECT max(id) + 1 FROM deployment_version), 15, 'cat', 'approved', 1782865700000 UNION ALL
SELECT (SELECT max(id) + 1 FROM deployment_version), 16, 'ann', 'rejected', 1782864000001;

-- Without an approval but released before: 1 in env-16.
INSERT INTO release (hash, deployment_id, environment_id, resource_id, version_id, created_at)
SELECT 'once', 1, 17, min(resource_id), 1, 1 FROM release_target WHERE deployment_id = 1 AND environment_id = 17;

-- Some targets have a job on its way, or had one that failed.
INSERT INTO job (uuid, release_id, job_agent_id, status, created_at)
SELECT 'now-' || id, id, 1, CASE id % 5 WHEN 0 THEN 'pending' WHEN 1 THEN 'in-progress' WHEN 2 THEN 'action-required'
	ELSE 'failure' END, 1780000000000
FROM release WHERE deployment_id = 1 AND environment_id IN (3, 4, 5);

-- Resources: without a zone, without any metadata, of another kind, with variables of their own.
UPDATE resource SET metadata = json_remove(metadata, '$.zone') WHERE id IN (3, 13);
UPDATE resource SET metadata = json_set(metadata, '$.zone', 'zone-7-b') WHERE id IN (14, 16, 20);
UPDATE resource SET metadata = '{}' WHERE id = 6;
UPDATE resource SET kind = 'vm' WHERE id IN (4, 9);
INSERT OR REPLACE INTO resource_variable (resource_id, key, value) VALUES (6, 'log_level', '"trace"'),
	(7, 'cpu_limit', '{"request":"1","limit":2}'), (8, 'unknown', '1'), (12, 'backup_of', '"none"');

-- Relations: adjacency from one key to another, and a rule that few resources know.
UPDATE resource SET metadata = json_set(metadata, '$.fallback', 'zone-' || (id * 3 % 10)) WHERE id % 2 = 1;
UPDATE resource SET metadata = json_set(metadata, '$.buddy', 'x') WHERE id IN (5, 10);
UPDATE relationship_rule SET from_key = 'fallback' WHERE reference = 'adjacent';
INSERT INTO relationship_rule (uuid, reference, from_key, to_key) VALUES ('f', 'buddy', 'buddy', 'buddy');

-- Variables: one without a default, references to metadata that is there or not, priorities of ten values.
INSERT INTO deployment_variable (id, deployment_id, key, default_value) VALUES (1001, 1, 'aa_first', NULL),
	(1002, 1, 'zz_last', '[1,2]'), (1003, 1, 'nothing', NULL);
INSERT INTO deployment_variable_value (variable_id, priority, resource_selector, value, reference, path) VALUES
	(1001, 1, '{"type":"identifier","operator":"not-equals","value":"x"}', NULL, 'buddy', 'zone'),
	(1001, 2, '{"type":"name","operator":"equals","value":"cluster-4"}', NULL, 'buddy', 'nothing'),
	(1001, 0, NULL, '"never"', NULL, NULL),
	(1003, 0, NULL, NULL, 'peer', 'nothing'),
	(1002, 9, '{"type":"kind","operator":"equals","value":"vm"}', 'true', NULL, NULL),
	(1002, 10, '{"type":"version","operator":"starts-with","value":"v2"}', 'false', NULL, NULL),
	(1002, 8, '{"type":"metadata","key":"region","operator":"contains","value":"ion"}', NULL, 'peer', 'name');
