-- All nodes of a cluster; what is a lighthouse, a relay or has routes is found out by the application.
\bench db/topology
\about all nodes of a cluster (index)
\keys cluster SELECT id, tenant_id FROM clusters;
\param cluster_nodes SELECT count(*) / (SELECT count(*) FROM clusters) FROM nodes;

\pick cluster
SELECT id, name, routes, is_lighthouse, lighthouse_public_ip, lighthouse_port, is_relay
FROM nodes WHERE tenant_id = :cluster_tenant_id AND cluster_id = :cluster_id;
