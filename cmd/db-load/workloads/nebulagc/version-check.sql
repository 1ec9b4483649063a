-- What every node asks every five seconds.
\bench db/version-check
\about a cluster's configuration version (primary key)
\keys cluster SELECT id FROM clusters;

\pick cluster
SELECT config_version FROM clusters WHERE id = :cluster_id;
