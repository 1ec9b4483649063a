-- What a server does in a second, in small: nodes show their token and ask for the version, a list and a topology now
-- and then, and one transaction in ten writes: a node is made a lighthouse, or a new one is added.
\bench db/mixed
\about nine transactions in ten read (token, version, node; list, topology), one writes
\keys node SELECT id, tenant_id, cluster_id, token_hash FROM nodes;

\pick node
\uuid id
\set dice random(1, 100)
\set host random(1, 254)
\repeat :dice <= 90
\statement node-auth
SELECT id, tenant_id, cluster_id, is_admin FROM nodes WHERE token_hash = :node_token_hash;
\statement version-check
SELECT config_version FROM clusters WHERE id = :node_cluster_id;
\end
\repeat :dice > 60 and :dice <= 86
\statement node-by-id
SELECT id, name, is_admin, mtu, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay, created_at
FROM nodes WHERE id = :node_id AND tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id;
\end
\repeat :dice > 86 and :dice <= 88
\statement page
SELECT id, name, is_admin, mtu, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay, created_at
FROM nodes WHERE tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id ORDER BY created_at LIMIT 50;
\end
\repeat :dice > 88 and :dice <= 90
\statement topology
SELECT id, name, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay
FROM nodes WHERE tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id;
\end
\repeat :dice > 90
\statement begin
BEGIN IMMEDIATE;
\repeat :dice <= 95
\statement set-lighthouse
UPDATE nodes SET is_lighthouse = 1, lighthouse_public_ip = '203.0.113.' || :host, lighthouse_port = 4242,
	lighthouse_relay_updated_at = CURRENT_TIMESTAMP
WHERE id = :node_id AND tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id;
\end
\repeat :dice > 95
\statement node-create
INSERT INTO nodes (id, tenant_id, cluster_id, name, is_admin, token_hash, mtu)
VALUES (:id, :node_tenant_id, :node_cluster_id, 'node-' || :id, 0, sha256(:id), 1300);
\end
\statement bump
UPDATE clusters SET config_version = config_version + 1 WHERE id = :node_cluster_id AND tenant_id = :node_tenant_id;
\statement commit
COMMIT;
\end
