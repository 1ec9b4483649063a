-- A node shows its token: an index leads to its row.
\bench db/node-auth
\about a node by the hash of its token (index)
\keys node SELECT token_hash FROM nodes;

\pick node
SELECT id, tenant_id, cluster_id, is_admin FROM nodes WHERE token_hash = :node_token_hash;

\expect SELECT count(*) > 0 FROM nodes;
