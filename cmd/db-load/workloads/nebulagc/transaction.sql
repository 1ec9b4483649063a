-- Several operations in one transaction: a new node with routes becomes a relay, and the replica that did it has noted it.
\bench db/transaction
\about insert, three updates and an upsert in one transaction (the table grows)
\keys cluster SELECT id, tenant_id FROM clusters;
\keys replica SELECT id FROM replicas;

\pick cluster
\pick replica
\uuid id
\statement begin
BEGIN IMMEDIATE;
\statement insert
INSERT INTO nodes (id, tenant_id, cluster_id, name, is_admin, token_hash, mtu)
VALUES (:id, :cluster_tenant_id, :cluster_id, 'node-' || :id, 0, sha256(:id), 1300);
\statement routes
UPDATE nodes SET routes = '["10.77.0.0/16"]', routes_updated_at = CURRENT_TIMESTAMP
WHERE id = :id AND tenant_id = :cluster_tenant_id AND cluster_id = :cluster_id;
\statement relay
UPDATE nodes SET is_relay = 1, lighthouse_relay_updated_at = CURRENT_TIMESTAMP
WHERE id = :id AND tenant_id = :cluster_tenant_id AND cluster_id = :cluster_id;
\statement bump
UPDATE clusters SET config_version = config_version + 1 WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id;
\statement state
INSERT INTO cluster_state (cluster_id, instance_id, running_config_version)
SELECT id, :replica_id, config_version FROM clusters WHERE id = :cluster_id
ON CONFLICT (cluster_id, instance_id) DO UPDATE SET running_config_version = excluded.running_config_version,
	updated_at = CURRENT_TIMESTAMP;
\statement commit
COMMIT;

\expect SELECT count(*) > 0 FROM nodes WHERE is_relay = 1 AND routes = '["10.77.0.0/16"]';
