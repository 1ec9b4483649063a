-- A store of keys and values, and one of measurements.
CREATE TABLE kv (
	bucket TEXT NOT NULL,
	key TEXT NOT NULL,
	value BLOB,
	version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
	expires_at INTEGER,
	PRIMARY KEY (bucket, key)
) WITHOUT ROWID;

CREATE TABLE hosts (
	name TEXT PRIMARY KEY,
	ip TEXT NOT NULL UNIQUE,
	tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags) = 1 AND json_type(tags) = 'array')
) WITHOUT ROWID;

CREATE TABLE metrics (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	unit TEXT NOT NULL CHECK (unit IN ('s', 'B', '%', '1')),
	kind TEXT NOT NULL CHECK (kind IN ('counter', 'gauge'))
);

CREATE TABLE points (
	host TEXT NOT NULL REFERENCES hosts (name),
	metric INTEGER NOT NULL REFERENCES metrics (id),
	at INTEGER NOT NULL CHECK (at > 0),
	value REAL NOT NULL,
	PRIMARY KEY (metric, host, at)
) WITHOUT ROWID;

CREATE TABLE rollups (
	metric INTEGER NOT NULL,
	host TEXT NOT NULL,
	hour INTEGER NOT NULL CHECK (hour >= 0),
	lowest REAL NOT NULL,
	highest REAL NOT NULL,
	n INTEGER NOT NULL CHECK (n > 0),
	PRIMARY KEY (metric, host, hour DESC),
	FOREIGN KEY (metric) REFERENCES metrics,
	FOREIGN KEY (host) REFERENCES hosts,
	CHECK (lowest <= highest)
) WITHOUT ROWID;

CREATE TABLE alerts (
	id INTEGER PRIMARY KEY,
	host TEXT REFERENCES hosts (name),
	metric INTEGER REFERENCES metrics (id),
	threshold REAL NOT NULL CHECK (threshold > 0.0),
	severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 5),
	CHECK (host IS NOT NULL OR metric IS NOT NULL)
);
