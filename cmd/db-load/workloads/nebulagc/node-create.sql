-- A new node: is the cluster there, the row, and a new version of the configuration. The last two are transactions of
-- their own. The table grows by a row each time.
\bench db/node-create
\about a new node: a count, an insert and a version bump, two commits (the table grows)
\keys cluster SELECT id, tenant_id FROM clusters;

\pick cluster
\uuid id
\statement count-cluster
SELECT count(*) FROM clusters WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id;
\statement insert
INSERT INTO nodes (id, tenant_id, cluster_id, name, is_admin, token_hash, mtu)
VALUES (:id, :cluster_tenant_id, :cluster_id, 'node-' || :id, 0, sha256(:id), 1300);
\statement bump
UPDATE clusters SET config_version = config_version + 1 WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id;

\expect SELECT count(*) > 0 FROM nodes WHERE name LIKE 'node-%' AND created_at > '2026';
