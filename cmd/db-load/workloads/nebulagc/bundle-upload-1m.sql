-- A new bundle of 1000000 bytes. The transaction begins deferred, as the server's does: it reads before it writes, so
-- that where several clients upload at once all but one of them fail with SQLITE_BUSY_SNAPSHOT, whatever the busy
-- timeout; they count as errors. Of the bundles uploaded the last two stay, so that the file does not grow without end.
\bench db/bundle-upload-1m
\about a bundle of 1000000 bytes: read the version, update, insert, one deferred transaction
\keys cluster SELECT id, tenant_id FROM clusters;
\keys node SELECT id FROM nodes;

\blob data 1000000
\pick cluster
\pick node

\before
DELETE FROM config_bundles WHERE version > 5 AND version < (SELECT max(version) - 1 FROM config_bundles);
\end

\statement begin
BEGIN;
\statement version
SELECT config_version FROM clusters WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id \gset
\statement bump
UPDATE clusters SET config_version = :config_version + 1 WHERE id = :cluster_id AND tenant_id = :cluster_tenant_id;
\statement insert
INSERT INTO config_bundles (version, tenant_id, cluster_id, data, created_by)
VALUES (:config_version + 1, :cluster_tenant_id, :cluster_id, :data, :node_id);
\statement commit
COMMIT;

\expect SELECT count(*) > 0 FROM config_bundles WHERE length(data) = 1000000 AND created_at > '2026';
