-- The same version is reconciled once more, an hour later by the databases's own times: what was made has had its fate.
-- Jobs that are on their way keep a target from another; so do those that ended, for their releases are tried once.
UPDATE job SET status = CASE id % 4 WHEN 0 THEN 'pending' WHEN 1 THEN 'failure' WHEN 2 THEN 'successful' ELSE 'cancelled' END,
	created_at = created_at - 3600000
WHERE created_at = 1782865800000;
UPDATE release SET created_at = created_at - 3600000 WHERE created_at = 1782865800000;
-- Some were never made.
DELETE FROM job WHERE created_at = 1782862200000 AND id % 3 = 0;
DELETE FROM release WHERE created_at = 1782862200000 AND id % 9 = 0 AND id NOT IN (SELECT release_id FROM job);
-- env-10's gets its approval.
INSERT INTO approval (version_id, environment_id, user, status, created_at)
SELECT max(id), 11, 'dan', 'approved', 1782862200000 FROM deployment_version;
