-- A cluster shows its token. There is no index: all clusters are read.
\bench db/cluster-auth
\about a cluster by the hash of its token (a scan of all clusters)
\keys cluster SELECT cluster_token_hash FROM clusters;
\param clusters SELECT count(*) FROM clusters;

\pick cluster
SELECT id, tenant_id, name, provide_lighthouse FROM clusters WHERE cluster_token_hash = :cluster_cluster_token_hash;
