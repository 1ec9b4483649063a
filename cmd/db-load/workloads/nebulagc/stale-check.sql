-- What a replica asks itself every five seconds: which clusters' configuration is newer than what it runs?
\bench db/stale-check
\about clusters whose configuration is newer than a replica's (a scan of all clusters)
\keys replica SELECT id FROM replicas;
\param clusters SELECT count(*) FROM clusters;

\pick replica
SELECT clusters.id, clusters.tenant_id, clusters.config_version, cluster_state.running_config_version
FROM clusters LEFT JOIN cluster_state
	ON cluster_state.cluster_id = clusters.id AND cluster_state.instance_id = :replica_id
WHERE clusters.provide_lighthouse = 1
	AND (cluster_state.running_config_version IS NULL OR cluster_state.running_config_version < clusters.config_version);
