-- The database of a NebulaGC control plane: tenants have clusters, clusters have nodes and configuration bundles, and
-- each replica of the server notes which version of a cluster's configuration it runs.

CREATE TABLE tenants (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL,
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_tenants_name ON tenants (name);

CREATE TABLE clusters (
	id TEXT PRIMARY KEY,
	tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	cluster_token_hash TEXT NOT NULL,
	provide_lighthouse INTEGER NOT NULL DEFAULT 0 CHECK (provide_lighthouse IN (0, 1)),
	lighthouse_port INTEGER DEFAULT 4242,
	config_version INTEGER NOT NULL DEFAULT 1,
	pki_ca_cert TEXT,
	pki_ca_key TEXT,
	pki_crl TEXT,
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	UNIQUE (tenant_id, name)
);
CREATE INDEX idx_clusters_tenant ON clusters (tenant_id);
CREATE INDEX idx_clusters_config_version ON clusters (config_version);

CREATE TABLE cluster_state (
	cluster_id TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
	instance_id TEXT NOT NULL,
	running_config_version INTEGER NOT NULL DEFAULT 0,
	updated_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (cluster_id, instance_id)
);
CREATE INDEX idx_cluster_state_version ON cluster_state (cluster_id, running_config_version);

CREATE TABLE replicas (
	id TEXT PRIMARY KEY,
	address TEXT NOT NULL UNIQUE,
	role TEXT NOT NULL CHECK (role IN ('master', 'replica')),
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	last_seen_at DATETIME
);
CREATE INDEX idx_replicas_role ON replicas (role);
CREATE INDEX idx_replicas_last_seen ON replicas (last_seen_at);

CREATE TABLE nodes (
	id TEXT PRIMARY KEY,
	tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	cluster_id TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
	name TEXT NOT NULL,
	is_admin INTEGER NOT NULL DEFAULT 0 CHECK (is_admin IN (0, 1)),
	token_hash TEXT NOT NULL,
	mtu INTEGER NOT NULL DEFAULT 1300 CHECK (mtu BETWEEN 1280 AND 9000),
	routes TEXT,
	routes_updated_at DATETIME,
	is_lighthouse INTEGER NOT NULL DEFAULT 0 CHECK (is_lighthouse IN (0, 1)),
	lighthouse_public_ip TEXT,
	lighthouse_port INTEGER,
	is_relay INTEGER NOT NULL DEFAULT 0 CHECK (is_relay IN (0, 1)),
	lighthouse_relay_updated_at DATETIME,
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	UNIQUE (tenant_id, cluster_id, name)
);
CREATE INDEX idx_nodes_token ON nodes (token_hash);
CREATE INDEX idx_nodes_cluster ON nodes (cluster_id);
CREATE INDEX idx_nodes_tenant_cluster ON nodes (tenant_id, cluster_id);
CREATE INDEX idx_nodes_lighthouse ON nodes (cluster_id, is_lighthouse) WHERE is_lighthouse = 1;
CREATE INDEX idx_nodes_relay ON nodes (cluster_id, is_relay) WHERE is_relay = 1;

-- data is a gzip tar of config.yml, ca.crt, crl.pem, host.crt and host.key.
CREATE TABLE config_bundles (
	version INTEGER NOT NULL,
	tenant_id TEXT NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
	cluster_id TEXT NOT NULL REFERENCES clusters (id) ON DELETE CASCADE,
	data BLOB NOT NULL,
	created_by TEXT REFERENCES nodes (id) ON DELETE SET NULL,
	created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
	PRIMARY KEY (tenant_id, cluster_id, version)
);
CREATE INDEX idx_config_bundles_cluster ON config_bundles (tenant_id, cluster_id);
CREATE INDEX idx_config_bundles_version ON config_bundles (tenant_id, cluster_id, version DESC);
