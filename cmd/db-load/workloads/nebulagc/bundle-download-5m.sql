-- A node fetches its cluster's newest bundle, of 5000000 bytes: the first cluster's, of which newer and larger ones are
-- deleted before the measurement. The server's query names the cluster alone, which no index begins with: all bundles
-- are looked at, and those of the cluster sorted, with what is in them.
\bench db/bundle-download-5m
\about the newest bundle, of 5000000 bytes: version check, then a scan and a sort
\param bundles SELECT count(*) FROM config_bundles WHERE version <= 4;

\once
DELETE FROM config_bundles WHERE version > 4;
UPDATE clusters SET config_version = 4 WHERE config_version > 4;
\end
\keys cluster SELECT cluster_id FROM config_bundles WHERE length(data) = 5000000;

\pick cluster
\statement version
SELECT config_version FROM clusters WHERE id = :cluster_cluster_id;
\statement bundle
SELECT version, data, created_by, created_at FROM config_bundles WHERE cluster_id = :cluster_cluster_id
ORDER BY version DESC LIMIT 1;

\expect SELECT length(data) = 5000000 FROM config_bundles ORDER BY version DESC LIMIT 1;
