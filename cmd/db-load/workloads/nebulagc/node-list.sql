-- A page of a cluster's nodes: is the cluster there, how many nodes has it, and then the page. Sorted by a column
-- without an index, all its nodes are read and sorted for every page. -D page=0 is the first page, -D page_size=500 the
-- largest.
\bench db/node-list
\about a page of a cluster's nodes by age: two counts, a sort; -D page=N, -D page_size=N
\keys cluster SELECT id, tenant_id FROM clusters;

\set page random(0, 19)
\set page_size 50
\pick cluster
\statement count-cluster
SELECT count(*) FROM clusters WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id;
\statement count-nodes
SELECT count(*) FROM nodes WHERE tenant_id = :cluster_tenant_id AND cluster_id = :cluster_id;
\statement page
SELECT id, name, is_admin, mtu, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay, created_at
FROM nodes WHERE tenant_id = :cluster_tenant_id AND cluster_id = :cluster_id
ORDER BY created_at LIMIT :page_size OFFSET :page * :page_size;
