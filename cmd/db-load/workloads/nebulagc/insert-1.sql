-- The table grows by 1 each time.
\bench db/insert-1
\about a node in one transaction (the table grows)
\keys cluster SELECT id, tenant_id FROM clusters;

\pick cluster
\statement begin
BEGIN;
\repeat 1
\uuid id
\statement insert
INSERT INTO nodes (id, tenant_id, cluster_id, name, is_admin, token_hash, mtu)
VALUES (:id, :cluster_tenant_id, :cluster_id, 'node-' || :id, 0, sha256(:id), 1300);
\end
\statement commit
COMMIT;

\expect SELECT count(*) >= 1 FROM nodes WHERE name LIKE 'node-%' AND created_at > '2026';
