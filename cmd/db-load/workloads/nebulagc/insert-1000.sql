-- The table grows by 1000 each time.
\bench db/insert-1000
\about 1000 nodes in one transaction (the table grows)
\keys cluster SELECT id, tenant_id FROM clusters;

\pick cluster
\statement begin
BEGIN;
\repeat 1000
\uuid id
\statement insert
INSERT INTO nodes (id, tenant_id, cluster_id, name, is_admin, token_hash, mtu)
VALUES (:id, :cluster_tenant_id, :cluster_id, 'node-' || :id, 0, sha256(:id), 1300);
\end
\statement commit
COMMIT;

\expect SELECT count(*) >= 1000 FROM nodes WHERE name LIKE 'node-%' AND created_at > '2026';
