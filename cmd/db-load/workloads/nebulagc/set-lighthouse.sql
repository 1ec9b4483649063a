\bench db/set-lighthouse
\about a node becomes a lighthouse: two updates in one transaction
\keys node SELECT id, tenant_id, cluster_id FROM nodes;

\pick node
\set host random(1, 254)
\statement begin
BEGIN;
\statement node
UPDATE nodes SET is_lighthouse = 1, lighthouse_public_ip = '203.0.113.' || :host, lighthouse_port = 4242,
	lighthouse_relay_updated_at = CURRENT_TIMESTAMP
WHERE id = :node_id AND tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id;
\statement bump
UPDATE clusters SET config_version = config_version + 1 WHERE id = :node_cluster_id AND tenant_id = :node_tenant_id;
\statement commit
COMMIT;

\expect SELECT count(*) > 0 FROM nodes WHERE is_lighthouse = 1 AND lighthouse_relay_updated_at > '2026';
