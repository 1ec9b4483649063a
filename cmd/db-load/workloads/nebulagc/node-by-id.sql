\bench db/node-by-id
\about a node by its id (primary key)
\keys node SELECT id, tenant_id, cluster_id FROM nodes;

\pick node
SELECT id, name, is_admin, mtu, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay, created_at
FROM nodes WHERE id = :node_id AND tenant_id = :node_tenant_id AND cluster_id = :node_cluster_id;
